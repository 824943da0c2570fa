"""Matrix products on one thread and on several are the same products."""

import numpy as np
import pytest

from tinyvision import threads
from tinyvision.ops import product as module
from tinyvision.ops.product import product


@pytest.fixture(params=[1, 2, 3])
def thread_count(request, monkeypatch):
    monkeypatch.setattr(module, "WORTH_SHARING", 0)
    before = threads.get_num_threads()
    threads.set_num_threads(request.param)
    yield request.param
    threads.set_num_threads(before)


def drawn(*shape):
    return np.random.default_rng(len(shape)).integers(-8, 8, shape).astype(np.float32)


SHAPES = [
    ((5, 4), (4, 3)),
    ((7, 4), (4, 1)),
    ((2, 5, 4), (2, 4, 3)),
    ((6, 2, 5, 4), (6, 2, 4, 3)),
    ((6, 1, 5, 4), (2, 4, 3)),
    ((1, 5, 4), (4, 3)),
    ((0, 4), (4, 3)),
    ((5, 0), (0, 3)),
]


@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_the_rows_are_shared_out_and_come_together_again(thread_count, left, right):
    x, y = drawn(*left), drawn(*right)
    np.testing.assert_array_equal(product(x, y), np.einsum("...ij,...jk->...ik", x, y))


def test_the_answer_is_written_where_it_is_wanted(thread_count):
    x, y = drawn(5, 4), drawn(4, 3)
    out = np.full((5, 3), 7, np.float32)
    assert product(x, y, out=out) is out
    np.testing.assert_array_equal(out, np.einsum("ij,jk->ik", x, y))
