"""Graphs of extreme shape: deep, wide, and with more paths than atoms to count them with."""

import sys
import threading
import weakref

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import Node, grad

DEEP = 100_000


def leaf(value=1.0):
    return tv.tensor(value, dtype=tv.float64, requires_grad=True)


@pytest.fixture
def visits(monkeypatch):
    """The nodes gone back through, in order."""
    seen = []
    pull_back = Node.pull_back

    def counted(self, *args):
        seen.append(self)
        return pull_back(self, *args)

    monkeypatch.setattr(Node, "pull_back", counted)
    return seen


def go_deep():
    """Forward, backward and release of a chain; the gradient."""
    x = leaf()
    y = x
    for _ in range(DEEP // 2):
        y = -(y + 1.0)
    y.backward()
    del y
    return x.grad.item()


def test_a_chain_of_100_000_operations_in_a_thread_with_a_small_stack():
    # Since 3.13 Python itself goes deeper before it lets what is freed wait: with 512 KiB it falls
    # over a linked list of its own as well.
    before = threading.stack_size((512 if sys.version_info < (3, 13) else 1024) * 1024)
    try:
        results = []
        thread = threading.Thread(target=lambda: results.append(go_deep()))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert results == [1.0]


def test_a_deep_chain_can_be_let_go_without_going_back():
    x = leaf()
    y = x
    for _ in range(DEEP):
        y = y * 1.0
    last = weakref.ref(y._array)
    del y
    assert last() is None


def test_a_chain_of_derivatives_recorded_in_their_turn():
    x = leaf(1.0)
    y = x
    for _ in range(3_000):
        y = y * x
    (slope,) = grad(y, x, create_graph=True)
    (curvature,) = grad(slope, x)
    assert slope.item() == 3_001
    assert curvature.item() == 3_001 * 3_000


def test_two_to_the_60_paths_take_60_steps(visits):
    x = leaf()
    y = x
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad.item() == 2.0**60
    assert len(visits) == 60


def test_diamonds_of_unequal_arms(visits):
    """A node must wait for the longer of the ways that lead to it."""
    x = leaf()
    y = x
    for _ in range(60):
        y = y + (y * 2.0) * 1.0 * 0.5
    y.backward()
    assert x.grad.item() == 2.0**60
    assert len(visits) == len(set(map(id, visits))) == 240


def test_a_tensor_used_50_000_times():
    x = leaf(2.0)
    y = x * 1.0
    tv.autograd.backward([y * 3.0 for _ in range(50_000)])
    assert x.grad.item() == 150_000


@pytest.mark.parametrize("size", [100, 1_000, 10_000])
def test_each_node_is_visited_once(visits, size):
    x = leaf()
    values = [x * 1.0, x * 2.0]
    for place in range(size - 2):
        values.append(values[-1] * 0.5 + values[place // 2] * 0.25)
    values[-1].backward()
    assert len(visits) == len(set(map(id, visits)))
    assert len(visits) <= 3 * size


def test_a_node_is_visited_after_all_that_were_made_from_it(visits):
    rng = np.random.default_rng(0)
    values = [leaf()]
    for _ in range(300):
        one, two = rng.integers(0, len(values), 2)
        values.append(values[one] * 0.5 + values[two])
    total = tv.stack(values).sum()
    total.backward()
    place = {id(node): i for i, node in enumerate(visits)}
    for node in visits:
        for parent in node.next_functions:
            if isinstance(parent, Node):
                assert place[id(parent)] > place[id(node)]


def test_nodes_that_no_gradient_reaches_are_passed_by(visits):
    x = leaf()
    one, two = (x * 2.0).sum(), (x * 3.0).sum()
    grad(one, x)
    assert {node.name for node in visits} == {"MulBackward", "SumOverBackward"}
    assert len(visits) == 2
    assert two.grad_fn not in visits


def test_pruning_visits_only_what_leads_to_the_inputs(visits):
    x, y = leaf(), leaf()
    long = y
    for _ in range(100):
        long = long * 1.0
    grad(x * 2.0 + long, x)
    assert len(visits) == 2


def test_a_wide_joint_rule():
    parts = [leaf(float(i)) for i in range(2_000)]
    tv.stack(parts).sum().backward()
    assert {part.grad.item() for part in parts} == {1.0}
