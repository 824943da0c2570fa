"""Columns scaled and shifted, and their inner products."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.ops.base import blocks
from tinyvision.ops.normalisation.affine import column_dots, scale_and_shift


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("elements", [1, 20, 65536])
@pytest.mark.parametrize("threads", [1, 2])
def test_blocks_change_nothing(elements, threads, monkeypatch):
    monkeypatch.setattr(blocks, "_ELEMENTS", elements)
    x, y, weight, bias = drawn(600, 7), drawn(600, 7, seed=1), drawn(7), drawn(7, seed=1)
    before = tv.get_num_threads()
    tv.set_num_threads(threads)
    try:
        np.testing.assert_array_equal(scale_and_shift(x, weight, bias), x * weight + bias)
        np.testing.assert_array_equal(scale_and_shift(x, weight, None), x * weight)
        np.testing.assert_allclose(column_dots(x, y), (x * y).sum(axis=0), rtol=1e-11, atol=1e-11)
    finally:
        tv.set_num_threads(before)


def test_two_million_rows_of_float32_are_added_up_to_seven_digits():
    x = np.full((2_000_000, 1), 0.1, np.float32)
    np.testing.assert_allclose(column_dots(x, np.ones_like(x)), 200_000.0, rtol=1e-6)


def test_half_precision_is_rounded_once():
    x = np.full((4096, 2), 3.0, np.float16)
    np.testing.assert_array_equal(column_dots(x, np.ones_like(x)), np.float16(12288))
