"""Memory goes when the last name goes, without the garbage collector."""

import gc
import tracemalloc
import weakref

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import grad

MEGABYTE = 2**20


@pytest.fixture(autouse=True)
def no_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def leaf(*shape):
    return tv.ones(*shape, dtype=tv.float64, requires_grad=True)


def test_a_graph_goes_with_its_last_tensor():
    x = leaf(3)
    y = x.exp()
    z = (y * y).sum()
    arrays = [weakref.ref(t._array) for t in (y, z)]
    del y
    assert arrays[0]() is not None  # the graph keeps it
    del z
    assert [array() for array in arrays] == [None, None]


@pytest.mark.parametrize("create_graph", [False, True])
def test_backward_leaves_no_cycle(create_graph):
    x = leaf(3)
    y = x.tanh()
    loss = (y * y * x).sum()
    arrays = [weakref.ref(y._array), weakref.ref(loss._array)]
    (slope,) = grad(loss, x, create_graph=create_graph)
    arrays.append(weakref.ref(slope._array))
    del y, loss, slope
    assert [array() for array in arrays] == [None] * 3


def test_a_second_derivative_leaves_no_cycle():
    x = leaf(3)
    y = x.exp()
    array = weakref.ref(y._array)
    (first,) = grad((y * y).sum(), x, create_graph=True)
    (second,) = grad(first.sum(), x)
    del y, first
    assert array() is None
    assert second.requires_grad is False


def test_an_error_on_the_way_leaves_no_cycle():
    x = leaf(3)
    y = x.exp()
    array = weakref.ref(y._array)
    loss = (y * y).sum()
    y.detach().zero_()
    with pytest.raises(RuntimeError, match="changed in place"):
        loss.backward()
    del y, loss
    assert array() is None


def test_changes_in_place_leave_no_cycle():
    x = leaf(3)
    y = x * 2
    y.mul_(3)
    y[0] = x.sum()
    array = weakref.ref(y._array)
    y.sum().backward()
    del y
    assert array() is None


def test_views_do_not_keep_each_other_alive():
    base = tv.zeros(3)
    view = weakref.ref(base[:2])
    assert view() is None
    view = base[:2]
    tensor = weakref.ref(base)
    del base
    assert tensor() is None
    assert view.tolist() == [0, 0]


def test_hooks_and_retained_gradients_leave_no_cycle():
    x = leaf(3)
    y = x.exp()
    y.retain_grad()
    y.register_hook(lambda g: g * 2)
    array = weakref.ref(y._array)
    y.sum().backward()
    del y
    assert array() is None


def test_backward_releases_what_was_saved_while_the_loss_is_kept():
    x = leaf(3)
    y = x.exp()
    saved = weakref.ref(y._array)
    loss = (y * y).sum()
    del y
    assert saved() is not None
    loss.backward()
    assert saved() is None
    assert loss.item() > 0


def test_backward_releases_indices_and_masks_too():
    x = leaf(4)
    index, mask = np.array([0, 2]), np.array([True, False, True, True])
    loss = x[index].sum() + x[mask].sum() + x.gather(0, tv.tensor([1, 1])).sum()
    loss.backward()
    stack, kept = [loss.grad_fn], []
    while stack:
        node = stack.pop()
        kept += [node.saved, node.config] if node.freed else []
        assert not any(isinstance(value, np.ndarray) for value in node.config.values())
        stack += [parent for parent in node.next_functions if hasattr(parent, "config")]
    assert kept
    assert not any(kept)


def test_retain_graph_keeps_what_was_saved():
    x = leaf(3)
    y = x.exp()
    saved = weakref.ref(y._array)
    loss = (y * y).sum()
    del y
    loss.backward(retain_graph=True)
    assert saved() is not None
    loss.backward()
    assert saved() is None


@pytest.mark.parametrize("mode", [tv.no_grad, tv.inference_mode])
def test_nothing_is_recorded_or_kept_without_gradients(mode):
    x = leaf(1000)
    with mode():
        y = x
        for _ in range(10):
            y = (y * x).exp().log()
            assert y.grad_fn is None
        tracemalloc.start()
        try:
            for _ in range(50):
                y = y * x
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 5 * x.nbytes


def test_training_keeps_to_its_memory():
    rng = np.random.default_rng(0)
    inputs = tv.tensor(rng.standard_normal((32, 1, 12, 12)), dtype=tv.float32)
    labels = tv.tensor(rng.integers(0, 10, 32))
    model = tv.nn.Sequential(
        tv.nn.Conv2d(1, 8, 3),
        tv.nn.ReLU(),
        tv.nn.MaxPool2d(2),
        tv.nn.Flatten(),
        tv.nn.Linear(8 * 5 * 5, 10),
    )
    optimizer = tv.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step():
        optimizer.zero_grad()
        loss = tv.nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()

    for _ in range(5):
        step()
    tracemalloc.start()
    try:
        step()
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(300):
            step()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 0.5 * MEGABYTE


def test_training_leaves_no_node_and_no_tensor_behind():
    w = leaf(3)
    optimizer = tv.optim.Adam([w], lr=0.01)

    def living():
        ours = (tv.Tensor, tv.autograd.Node)
        return sum(issubclass(type(thing), ours) for thing in gc.get_objects())

    def step():
        optimizer.zero_grad()
        loss = (w.exp() * w).sum() + tv.cat([w, w]).norm()
        loss.backward()
        optimizer.step()

    step()
    before = living()
    for _ in range(20):
        step()
    assert living() == before


def test_unrecorded_views_of_a_parameter_do_not_pile_up():
    w = tv.nn.Parameter(tv.ones(4, 4))
    tracemalloc.start()
    try:
        with tv.no_grad():
            for _ in range(100):
                w.t()
            before, _ = tracemalloc.get_traced_memory()
            for _ in range(5_000):
                w.t()
            after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 20_000


def held_by_backward(width, retain_graph):
    """The most memory of a backward pass beyond the graph's, in arrays of (2048, width)."""
    x = tv.ones(2048, width)
    layers = [tv.nn.Linear(width, width) for _ in range(10)]
    hidden = x.clone().requires_grad_()
    loss = sum(layer(hidden).mean() for layer in layers)
    tracemalloc.start()
    try:
        loss.backward(retain_graph=retain_graph)
        return tracemalloc.get_traced_memory()[1] / x.numpy().nbytes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("retain_graph", [False, True])
def test_gradients_of_parameters_do_not_keep_those_of_activations_until_the_end(retain_graph):
    assert held_by_backward(64, retain_graph) < 5  # not one for each of the ten layers


def test_a_gradient_that_was_a_piece_shares_no_memory_with_the_others():
    layer = tv.nn.Linear(3, 2)
    x = tv.ones(5, 3, requires_grad=True)
    layer(x).sum().backward()
    grads = [each.grad.numpy() for each in (x, layer.weight, layer.bias)]
    for number, one in enumerate(grads):
        assert one.base is None
        assert not any(np.shares_memory(one, other) for other in grads[:number])


def test_a_hook_may_keep_the_gradient_it_is_given():
    layer, seen = tv.nn.Linear(3, 2), []
    layer.weight.register_hook(seen.append)
    for _ in range(2):
        layer(tv.ones(5, 3, requires_grad=True)).sum().backward()
    np.testing.assert_array_equal(seen[0].numpy(), np.full((2, 3), 5.0))
    np.testing.assert_array_equal(layer.weight.grad.numpy(), np.full((2, 3), 10.0))
