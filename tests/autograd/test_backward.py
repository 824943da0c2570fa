import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import backward, grad


def leaf(*values):
    return tv.tensor(values if len(values) != 1 else values[0], dtype=tv.float64).requires_grad_()


# -- what reaches the leaves ------------------------------------------------------------------


def test_backward_gives_each_leaf_its_derivative():
    x, y = leaf(2.0), leaf(3.0)
    (x * y + x).backward()
    assert (x.grad.item(), y.grad.item()) == (4, 2)


def test_gradients_add_up_over_backward_passes():
    x = leaf(1.0, 2.0)
    for passes in (1, 2, 3):
        (x * 2).sum().backward()
        assert x.grad.tolist() == [2 * passes] * 2


@pytest.mark.parametrize("size", [3, 5_000])  # small sums are made anew, large ones added to
def test_what_is_added_for_one_leaf_is_not_added_for_another(size):
    """The rule of a sum hands one array to both of its operands."""
    x, y = (tv.ones(size, requires_grad=True) for _ in range(2))
    start = tv.ones(size)
    (x * 2 + x * 3 + x * 4 + (x + y)).backward(start)
    assert set(x.grad.tolist()) == {10.0}
    assert set(y.grad.tolist()) == {1.0}
    assert set(start.tolist()) == {1.0}


def test_a_gradient_that_was_taken_away_starts_anew():
    x = leaf(1.0)
    (x * 2).backward()
    x.grad = None
    (x * 3).backward()
    assert x.grad.item() == 3


def test_backward_adds_in_place_to_the_gradient_there_is():
    x = leaf(1.0)
    (x * 2).backward()
    kept = x.grad
    (x * 3).backward()
    assert x.grad is kept
    assert kept.item() == 5


def test_a_gradient_in_use_cannot_be_added_to_unnoticed():
    x, w = leaf(1.0), leaf(1.0)
    (x * 2).backward()
    penalty = (x.grad * w).sum()
    (x * 3).backward()
    with pytest.raises(RuntimeError, match="changed in place"):
        penalty.backward()


def test_a_gradient_assigned_by_hand_may_be_read_only():
    x = leaf(1.0, 2.0)
    x.grad = tv.tensor(5.0, dtype=tv.float64).expand(2)
    (x * 2).sum().backward()
    assert x.grad.tolist() == [7, 7]


def test_a_tensor_used_many_times_gets_the_sum():
    x = leaf(3.0)
    (x * x * x + x).backward()
    assert x.grad.item() == 3 * 9 + 1


def test_leaves_without_requires_grad_get_nothing():
    x, constant = leaf(1.0), tv.tensor(2.0, dtype=tv.float64)
    (x * constant).backward()
    assert constant.grad is None


def test_tensors_inside_the_graph_get_nothing():
    x = leaf(1.0)
    y = x * 2
    (y * 3).backward()
    assert y.grad is None


def test_a_leaf_is_its_own_derivative():
    x = leaf(5.0)
    x.backward()
    assert x.grad.item() == 1


def test_a_gradient_has_the_type_of_its_leaf():
    x = tv.tensor([1.0, 2.0], requires_grad=True)
    y = leaf(1.0, 2.0)
    (x * y).sum().backward()
    assert (x.grad.dtype, y.grad.dtype) == (np.float32, np.float64)


def test_a_rule_that_does_not_undo_its_broadcast_is_refused():
    from tinyvision.autograd import primitive, registry

    @primitive
    def careless(x, y):
        return x + y

    del registry["careless"]
    careless.defvjp(x=lambda g: g)
    x = leaf(1.0)
    with pytest.raises(RuntimeError, match="a rule does not undo its broadcast"):
        careless(x, tv.ones(3, dtype=tv.float64)).sum().backward()


# -- where to start ---------------------------------------------------------------------------


def test_backward_of_several_outputs_adds_their_derivatives():
    x = leaf(2.0)
    backward([x * 3, x * x])
    assert x.grad.item() == 3 + 4


def test_the_gradient_to_start_with_can_be_given():
    x = leaf(1.0, 2.0)
    (x * 3).backward(tv.tensor([1.0, 10.0], dtype=tv.float64))
    assert x.grad.tolist() == [3, 30]


def test_outputs_may_be_given_some_gradients_and_others_none():
    x = leaf(1.0)
    backward([x * 2, x * 3], [tv.tensor(10.0, dtype=tv.float64), None])
    assert x.grad.item() == 23


def test_an_output_of_one_element_needs_no_gradient_whatever_its_shape():
    x = tv.tensor([[2.0]], requires_grad=True)
    (x * 3).backward()
    assert x.grad.tolist() == [[3]]


@pytest.mark.parametrize("shape", [(2,), (0,), (1, 3)])
def test_an_output_of_several_or_no_elements_needs_a_gradient(shape):
    x = tv.ones(shape, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"only for an output of one element.*y.sum\(\)"):
        (x * 2).backward()


def test_the_gradient_given_must_have_the_outputs_shape():
    x = leaf(1.0, 2.0)
    with pytest.raises(RuntimeError, match=r"gradient has shape \(1,\), its output.*\(2,\)"):
        (x * 2).backward(tv.ones(1, dtype=tv.float64))


def test_the_gradient_given_must_have_the_outputs_type():
    x = leaf(1.0, 2.0)
    with pytest.raises(RuntimeError, match=r"gradient is float32, its output is float64.*g.to"):
        (x * 2).backward(tv.ones(2))


def test_as_many_gradients_as_outputs():
    x = leaf(1.0)
    with pytest.raises(RuntimeError, match="1 outputs but 2 gradients"):
        backward([x * 2], [tv.ones(()), tv.ones(())])


@pytest.mark.parametrize("make", [lambda x: x.detach(), lambda x: (x * 2).detach()])
def test_backward_without_a_graph_is_an_error(make):
    with pytest.raises(RuntimeError, match="has no graph to go back through"):
        make(leaf(1.0)).backward()


def test_backward_of_what_was_made_under_no_grad_is_an_error():
    x = leaf(1.0)
    with tv.no_grad():
        y = x * 2
    with pytest.raises(RuntimeError, match="no graph"):
        y.backward()


def test_backward_works_inside_no_grad():
    x = leaf(3.0)
    y = x * x
    with tv.no_grad():
        y.backward()
    assert x.grad.item() == 6
    assert not x.grad.requires_grad


def test_a_second_derivative_can_be_prepared_inside_no_grad():
    x = leaf(3.0)
    y = x * x * x
    with tv.no_grad():
        y.backward(create_graph=True)
    assert x.grad.requires_grad
    assert grad(x.grad, x)[0].item() == 18


# -- the graph is freed -----------------------------------------------------------------------


def test_a_second_backward_says_that_the_graph_was_freed():
    x = leaf(2.0)
    y = x * x
    y.backward()
    with pytest.raises(RuntimeError, match=r"second time through MulBackward.*retain_graph=True"):
        y.backward()


def test_retain_graph_keeps_it():
    x = leaf(2.0)
    y = x * x
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == 8
    with pytest.raises(RuntimeError, match="retain_graph"):
        y.backward()


def test_create_graph_keeps_it_unless_told_otherwise():
    x = leaf(2.0)
    y = x * x
    y.backward(create_graph=True)
    y.backward(create_graph=True, retain_graph=False)
    with pytest.raises(RuntimeError, match="retain_graph"):
        y.backward()


def test_operations_that_saved_nothing_can_be_gone_through_again_as_in_torch():
    x = leaf(2.0)
    y = x + x
    y.backward()
    y.backward()
    assert x.grad.item() == 4


def test_indices_are_saved_values_too():
    x = leaf(1.0, 2.0)
    for take in (lambda: x[tv.tensor([0, 0])], lambda: x.gather(0, tv.tensor([0, 1]))):
        y = take().sum()
        y.backward()
        with pytest.raises(RuntimeError, match="freed"):
            y.backward()


def test_of_a_shared_part_only_what_was_gone_through_is_freed():
    x = leaf(2.0)
    shared = x * x
    one, other = shared * 3, shared * shared
    one.backward()
    with pytest.raises(RuntimeError, match="freed"):
        other.backward()


def test_a_part_of_the_graph_that_is_not_needed_is_not_freed():
    x, y = leaf(2.0), leaf(3.0)
    xx, yy = x * x, y * y
    grad(xx * yy, x)
    assert grad(yy, y)[0].item() == 6


def test_the_gradient_of_an_output_by_itself_frees_nothing():
    x = leaf(2.0)
    y = x * x
    grad(y, y)
    y.backward()
    assert x.grad.item() == 4


# -- grad -------------------------------------------------------------------------------------


def test_grad_gives_a_tuple_in_the_order_of_the_inputs_and_touches_no_grad():
    x, y = leaf(2.0), leaf(3.0)
    found = grad(x * y, [y, x])
    assert [g.item() for g in found] == [2, 3]
    assert x.grad is None
    assert y.grad is None


def test_grad_of_one_input_is_a_tuple_of_one():
    x = leaf(2.0)
    assert grad(x * x, x)[0].item() == 4


def test_grad_with_respect_to_tensors_inside_the_graph():
    x = leaf(2.0)
    y = x * x
    z = y * y
    assert [g.item() for g in grad(z, [y, x])] == [8, 32]


def test_grad_of_an_output_with_respect_to_itself():
    x = leaf(2.0)
    y = x * x
    assert grad(y, y)[0].item() == 1
    assert grad(x, x)[0].item() == 1


def test_grad_of_an_input_named_twice():
    x = leaf(3.0)
    one, two = grad(x * x, [x, x])
    assert one.item() == two.item() == 6
    assert not np.shares_memory(one._array, two._array)


def test_grad_of_an_input_the_outputs_do_not_depend_on_is_an_error():
    x, y = leaf(1.0), leaf(2.0)
    with pytest.raises(RuntimeError, match=r"do not depend on input 1.*allow_unused=True"):
        grad(x * 2, [x, y])


def test_unused_inputs_can_be_allowed_or_given_zeros():
    x, y = leaf(1.0), leaf(2.0, 3.0)
    assert grad(x * 2, [x, y], allow_unused=True)[1] is None
    zeros = grad(x * 2, [x, y], materialize_grads=True)[1]
    assert zeros.tolist() == [0, 0]
    assert zeros.dtype == np.float64


def test_grad_needs_inputs_that_require_gradients():
    x = leaf(1.0)
    with pytest.raises(RuntimeError, match="grad: input 1 does not require a gradient"):
        grad(x * 2, [x, tv.ones(1)])


def test_grad_frees_the_graph_unless_it_is_retained():
    x = leaf(1.0)
    y = x * x
    grad(y, x, retain_graph=True)
    grad(y, x)
    with pytest.raises(RuntimeError, match="retain_graph"):
        grad(y, x)


def test_grad_goes_only_where_the_inputs_are():
    """The rule of the other branch would raise."""
    from tinyvision.autograd import primitive, registry

    @primitive
    def never_derived(x):
        return x * 1

    del registry["never_derived"]

    def rule(g):
        raise AssertionError("this branch does not lead to the input")

    never_derived.defvjp(x=rule)
    x, y = leaf(2.0), leaf(3.0)
    assert grad(x * never_derived(y), x)[0].item() == 3


# -- inputs= ----------------------------------------------------------------------------------


def test_backward_can_be_limited_to_some_inputs():
    x, y = leaf(2.0), leaf(3.0)
    backward(x * y, inputs=[x])
    assert x.grad.item() == 3
    assert y.grad is None


def test_backward_of_one_input_alone():
    x, y = leaf(2.0), leaf(3.0)
    (x * y).backward(inputs=y)
    assert x.grad is None
    assert y.grad.item() == 2


def test_inputs_may_lie_inside_the_graph():
    x = leaf(2.0)
    y = x * x
    (y * 3).backward(inputs=[y])
    assert y.grad.item() == 3
    assert x.grad is None


def test_inputs_must_not_be_empty():
    with pytest.raises(RuntimeError, match="inputs is empty"):
        leaf(1.0).backward(inputs=[])


def test_inputs_must_require_gradients():
    with pytest.raises(RuntimeError, match="backward: input 0 does not require a gradient"):
        leaf(1.0).backward(inputs=[tv.ones(1)])


def test_inputs_the_output_does_not_depend_on_get_nothing():
    x, y = leaf(1.0), leaf(1.0)
    (x * 2).backward(inputs=[x, y])
    assert y.grad is None


# -- gradients never share memory -------------------------------------------------------------


def all_apart(*tensors):
    arrays = [tensor._array for tensor in tensors]
    return not any(
        np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[i + 1 :]
    ) and all(array.flags.writeable for array in arrays)


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize(
    "combine",
    [
        lambda x, y: x + y,
        lambda x, y: tv.cat([x, y]).reshape(2, 3).sum(dim=0),
        lambda x, y: (x + y).reshape(3, 1).reshape(3),
        lambda x, y: x.clone() + y.clone(),
    ],
)
def test_gradients_share_memory_neither_with_each_other_nor_with_the_one_given(
    combine, create_graph
):
    x, y = leaf(1.0, 2.0, 3.0), leaf(4.0, 5.0, 6.0)
    start = tv.ones(3, dtype=tv.float64)
    dx, dy = grad(combine(x, y), [x, y], start, create_graph=create_graph)
    assert all_apart(dx, dy, start)
    combine(x, y).backward(start, create_graph=create_graph)
    assert all_apart(x.grad, y.grad, start, dx, dy)
    with tv.no_grad():
        x.grad.zero_()
    assert y.grad.tolist() == start.tolist() == [1, 1, 1]


@pytest.mark.parametrize("create_graph", [False, True])
def test_the_gradient_of_a_sum_is_no_read_only_broadcast(create_graph):
    x = leaf(1.0, 2.0, 3.0)
    x.sum().backward(create_graph=create_graph)
    with tv.no_grad():
        x.grad.add_(1)
    assert x.grad.tolist() == [2, 2, 2]


@pytest.mark.parametrize("create_graph", [False, True])
def test_gradients_kept_inside_the_graph_are_apart_from_those_of_the_leaves(create_graph):
    x = leaf(1.0, 2.0)
    y = x + 0
    z = y + 0
    y.retain_grad()
    z.retain_grad()
    start = tv.ones(2, dtype=tv.float64)
    z.backward(start, create_graph=create_graph)
    assert all_apart(x.grad, y.grad, z.grad, start)


# -- with and without create_graph ------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        lambda x, w: ((x @ w).tanh() ** 2).mean(),
        lambda x, w: (x @ w).softmax(dim=-1).log().sum(),
        lambda x, w: tv.cat([x.exp(), (x * x).sqrt()], dim=0).prod(dim=1).sum() * w.sum(),
        lambda x, w: (x[:, 1:] - x[:, :-1]).abs().amax() + w.norm(),
    ],
)
@pytest.mark.parametrize("dtype", [tv.float32, tv.float64])
def test_gradients_with_and_without_create_graph_are_equal_to_the_bit(function, dtype):
    rng = np.random.default_rng(0)
    x = tv.tensor(rng.uniform(0.5, 1.5, (3, 4)), dtype=dtype, requires_grad=True)
    w = tv.tensor(rng.uniform(0.5, 1.5, (4, 4)), dtype=dtype, requires_grad=True)
    plain = grad(function(x, w), [x, w])
    recorded = grad(function(x, w), [x, w], create_graph=True)
    for one, two in zip(plain, recorded, strict=True):
        assert two.requires_grad
        assert one._array.tobytes() == two._array.tobytes()


def test_gradients_accumulated_with_create_graph_stay_in_the_graph():
    x = leaf(2.0)
    (x**3).backward(create_graph=True)
    (x**3).backward(create_graph=True)
    assert x.grad.item() == 24
    assert grad(x.grad, x)[0].item() == 24


def test_a_plain_gradient_added_to_a_recorded_one_leaves_it_recorded():
    x = leaf(2.0)
    (x**3).backward(create_graph=True)
    (x * 5).backward()
    assert x.grad.item() == 17
    assert grad(x.grad, x)[0].item() == 12


# -- infinities are answers -------------------------------------------------------------------


def test_an_infinite_slope_is_an_answer_without_a_warning():
    x = leaf(0.0)
    x.sqrt().backward()
    assert x.grad.item() == np.inf


def test_a_failed_backward_leaves_the_gradients_as_they_were():
    x, y = leaf(1.0), leaf(2.0)
    square = y * y
    loss = x * 3 + square * square
    square.detach().zero_()
    with pytest.raises(RuntimeError, match="changed in place"):
        loss.backward()
    assert x.grad is None
    assert y.grad is None
    assert tv.is_grad_enabled()
