"""The matrix product shared out among threads is the product."""

import numpy as np
import pytest

from tinyvision.ops.base import product as module
from tinyvision.ops.base.product import product


@pytest.fixture(autouse=True)
def _shared_out(threads, monkeypatch):
    monkeypatch.setattr(module, "WORTH_SHARING", 0)


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


SHAPES = [
    ((5, 4), (4, 3)),
    ((1, 4), (4, 3)),
    ((0, 4), (4, 3)),
    ((5, 0), (0, 3)),
    ((2, 5, 4), (4, 3)),
    ((5, 4), (6, 4, 3)),
    ((2, 1, 5, 4), (3, 4, 3)),
    ((1, 7, 5, 4), (2, 1, 4, 3)),
    ((0, 5, 4), (0, 4, 3)),
    ((3, 4), (4, 9)),
    ((2, 3, 4), (4, 9)),
]


@pytest.mark.parametrize(("left", "right"), SHAPES, ids=str)
def test_it_equals_the_sums_written_out(left, right):
    x, y = drawn(*left), drawn(*right, seed=1)
    expected = (x[..., :, :, None] * y[..., None, :, :]).sum(axis=-2)
    found = product(x, y)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(product(x, y), found)


@pytest.mark.parametrize(("left", "right"), SHAPES, ids=str)
def test_it_writes_where_it_is_told_to(left, right):
    x, y = drawn(*left), drawn(*right, seed=1)
    expected = product(x, y)
    room = np.full((*expected.shape[:-1], 2 * expected.shape[-1]), 7.0)
    out = room[..., ::2]
    assert product(x, y, out=out) is out
    np.testing.assert_array_equal(out, expected)
    assert (room[..., 1::2] == 7).all()


@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_the_type_stays(dtype):
    assert product(np.ones((3, 2), dtype), np.ones((2, 3), dtype)).dtype == dtype


def test_a_vector_on_the_left_is_a_row_without_its_axis():
    x, y = drawn(4), drawn(4, 3, seed=1)
    np.testing.assert_allclose(product(x, y), (x[:, None] * y).sum(axis=0), rtol=1e-12)
