"""in_blocks: cutting an array into blocks changes nothing but the time it takes."""

import numpy as np
import pytest

from tinyvision.ops.base import blocks
from tinyvision.ops.base.blocks import in_blocks


@in_blocks
def cubed(x):
    return x * x * x


@pytest.fixture(autouse=True)
def thread_count(threads, monkeypatch):
    monkeypatch.setattr(blocks, "_ELEMENTS", 7)
    return threads


@pytest.mark.parametrize("dtype", ["float32", "float64", ">f4", ">f8"])
@pytest.mark.parametrize("shape", [(), (0, 3), (5,), (3, 4, 5)], ids=str)
def test_every_element_is_worked_out_whatever_the_shape(shape, dtype):
    x = np.random.default_rng(0).normal(size=shape).astype(dtype)
    out = cubed(x)
    assert (out.shape, out.dtype) == (shape, np.dtype(dtype).newbyteorder("="))
    np.testing.assert_array_equal(out, x * x * x)


@pytest.mark.parametrize(
    "view",
    [lambda x: x.T, lambda x: x[::-1, ::2], lambda x: x.transpose(1, 0, 2), lambda x: x[:, :1]],
    ids=["transposed", "strided", "permuted", "one column"],
)
def test_views_are_worked_out_in_place_order(view):
    x = view(np.random.default_rng(0).normal(size=(4, 5, 6)))
    np.testing.assert_array_equal(cubed(x), x * x * x)


def test_an_array_stretched_without_copies_is_worked_out():
    x = np.broadcast_to(np.arange(3.0)[:, None], (3, 4))
    np.testing.assert_array_equal(cubed(x), x * x * x)


def test_the_function_sees_no_more_than_a_block_at_a_time(thread_count):
    seen = []

    @in_blocks
    def recording(x):
        seen.append(x.shape)
        return x

    recording(np.ones((4, 18)))
    # Several threads have blocks twice as long: 72 is two parts of 36, or three of 24.
    parts = {1: [7] * 10 + [2], 2: [14] * 4 + [8] * 2, 3: [14] * 3 + [10] * 3}
    assert sorted(seen, reverse=True) == [(length,) for length in parts[thread_count]]


def test_float16_is_worked_out_in_float32():
    x = np.array([30.0, 41.0], np.float16)  # 41 cubed overflows float16, 41 squared rounds

    @in_blocks
    def there_and_back(x):
        return (x * x * x) / (x * x)

    out = there_and_back(x)
    assert out.dtype == np.float16
    np.testing.assert_array_equal(out, x)
