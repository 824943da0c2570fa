import gc
import weakref

import pytest

import tinyvision as tv
from tinyvision.autograd import grad
from tinyvision.autograd.hooks import queue_callback


def leaf(*values):
    return tv.tensor(values if len(values) != 1 else values[0], dtype=tv.float64).requires_grad_()


# -- hooks ------------------------------------------------------------------------------------


def test_a_hook_of_a_leaf_sees_the_whole_gradient_once():
    x, seen = leaf(2.0), []
    x.register_hook(lambda g: seen.append(g.item()))
    (x * x + x).backward()
    assert seen == [5]


def test_a_hook_inside_the_graph_sees_the_gradient_of_its_tensor():
    x, seen = leaf(2.0), []
    y = x * x
    y.register_hook(lambda g: seen.append(g.item()))
    (y * 3 + y).backward()
    assert seen == [4]


def test_what_a_hook_returns_replaces_the_gradient():
    x = leaf(2.0)
    y = x * x
    y.register_hook(lambda g: g * 10)
    x.register_hook(lambda g: g + 1)
    y.backward()
    assert x.grad.item() == 41


def test_hooks_run_in_the_order_they_were_registered():
    x = leaf(1.0)
    x.register_hook(lambda g: g + 1)
    x.register_hook(lambda g: g * 10)
    x.backward()
    assert x.grad.item() == 20


@pytest.mark.parametrize("inside", [False, True])
def test_a_hook_gets_a_tensor_outside_the_graph_or_inside_it_under_create_graph(inside):
    x, seen = leaf(2.0), []
    (x * 1).register_hook(lambda g: None)
    x.register_hook(lambda g: seen.append(g.requires_grad))
    (x**3).backward(create_graph=inside)
    assert seen == [inside]


def test_a_hook_under_create_graph_is_derived_as_well():
    x = leaf(2.0)
    x.register_hook(lambda g: g * g)
    (slope,) = grad(x**3, x, create_graph=True)  # (3 x^2)^2 = 9 x^4
    assert slope.item() == 144
    x2 = grad(slope, x, allow_unused=True)[0]
    # The hook runs in the second backward too, on 36 x^3.
    assert x2.item() == (36 * 8) ** 2


def test_a_hook_that_changes_its_gradient_in_place_changes_nothing_else():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    start = tv.ones(2, dtype=tv.float64)

    def careless(g):
        g.zero_()

    x.register_hook(careless)
    (x + y).backward(start)
    assert y.grad.tolist() == start.tolist() == [1, 1]


def test_a_hook_can_be_removed_and_only_once():
    x, seen = leaf(1.0), []

    def count(g):
        seen.append(1)

    first, second = x.register_hook(count), x.register_hook(count)
    first.remove()
    first.remove()
    x.backward()
    assert seen == [1]
    second.remove()
    x.backward()
    assert seen == [1]


def test_a_hook_runs_for_grad_too():
    x = leaf(2.0)
    x.register_hook(lambda g: g * 10)
    assert grad(x * x, x)[0].item() == 40


@pytest.mark.parametrize(
    "wrong",
    [lambda g: tv.ones(3, dtype=tv.float64), lambda g: g.float(), lambda g: 5, lambda g: g.sum()],
)
@pytest.mark.parametrize("create_graph", [False, True])
def test_a_hook_must_return_a_gradient_of_the_same_shape_and_type(wrong, create_graph):
    x = leaf(1.0, 2.0)
    x.register_hook(wrong)
    with pytest.raises(RuntimeError, match=r"a hook got a gradient of shape.*or None to leave"):
        (x * 2).sum().backward(create_graph=create_graph)


def test_a_hook_needs_a_tensor_that_requires_a_gradient():
    with pytest.raises(RuntimeError, match="a hook needs a tensor with requires_grad=True"):
        tv.ones(1).register_hook(lambda g: None)


def test_a_hook_that_is_registered_while_hooks_run_waits_for_the_next_pass():
    x, seen = leaf(1.0), []

    def first(g):
        x.register_hook(lambda g: seen.append("later"))

    x.register_hook(first)
    x.backward()
    assert seen == []


# -- retain_grad ------------------------------------------------------------------------------


def test_retain_grad_keeps_the_gradient_of_a_tensor_inside_the_graph():
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    (y * 3).backward()
    assert y.grad.item() == 3


def test_retain_grad_adds_up_over_passes():
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    y.backward(retain_graph=True)
    y.backward()
    assert y.grad.item() == 2


def test_retain_grad_twice_is_once():
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    y.retain_grad()
    y.backward()
    assert y.grad.item() == 1


def test_retain_grad_keeps_what_flows_on_whenever_it_was_asked_for():
    x = leaf(1.0)
    y = x * 2
    y.retain_grad()
    y.register_hook(lambda g: g * 5)
    y.backward()
    assert (y.grad.item(), x.grad.item()) == (5, 10)


def test_retain_grad_of_a_leaf_changes_nothing():
    x = leaf(2.0)
    x.retain_grad()
    assert not x.retains_grad
    (x * 3).backward()
    assert x.grad.item() == 3


def test_retain_grad_needs_a_gradient():
    with pytest.raises(RuntimeError, match=r"retain_grad\(\) needs a tensor with requires_grad"):
        tv.ones(1).retain_grad()


def test_retains_grad_tells():
    y = leaf(1.0) * 2
    assert not y.retains_grad
    y.retain_grad()
    assert y.retains_grad


def test_retain_grad_follows_a_tensor_that_is_changed_in_place():
    x = leaf(1.0, 2.0)
    y = x * 2
    y.retain_grad()
    y.mul_(3)
    (y * 5).sum().backward()
    assert y.grad.tolist() == [5, 5]
    assert x.grad.tolist() == [30, 30]


def test_a_retained_gradient_does_not_keep_its_tensor_alive():
    x = leaf(1.0)
    y = x * 2
    y.retain_grad()
    z = y * 3
    gone = weakref.ref(y)
    gc.disable()
    try:
        del y
        assert gone() is None
    finally:
        gc.enable()
    z.backward()
    assert x.grad.item() == 6


def test_a_retained_gradient_under_create_graph_can_be_derived():
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    (y * y).backward(create_graph=True)  # d/dy = 2 y = 2 x^2
    assert y.grad.item() == 8
    assert grad(y.grad, x)[0].item() == 8


# -- what is to be done when a pass is over ----------------------------------------------------


def test_a_callback_comes_once_when_all_leaves_have_their_gradients():
    x, y, seen = leaf(2.0), leaf(3.0), []

    def queue(_):
        queue_callback(lambda: seen.append((x.grad.item(), y.grad.item())))

    x.register_post_accumulate_grad_hook(queue)
    (x * y).backward()
    assert seen == [(3, 2)]
    (y * y).backward()  # the next pass knows nothing of it
    assert seen == [(3, 2)]


def test_a_pass_begun_by_a_hook_leaves_the_callbacks_of_the_outer_one_alone():
    x, y, order = leaf(2.0), leaf(3.0), []

    def another_pass(_):
        queue_callback(lambda: order.append("outer pass over"))
        with tv.enable_grad():
            (y * y).backward()
        order.append("inner pass over")

    x.register_hook(another_pass)
    (x * x).backward()
    assert order == ["inner pass over", "outer pass over"]


def test_a_pass_that_fails_calls_nothing_and_leaves_nothing_behind():
    x, seen = leaf(2.0), []

    def fail(_):
        queue_callback(lambda: seen.append("called"))
        raise KeyError("a hook's own error")

    handle = x.register_hook(fail)
    with pytest.raises(KeyError, match="own error"):
        (x * x).backward()
    handle.remove()
    (x * x).backward()
    assert seen == []
