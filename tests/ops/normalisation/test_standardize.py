"""Blocks of rows against the plain steps, and NumPy in float64."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import registry
from tinyvision.ops.base import blocks
from tinyvision.ops.normalisation.standardize import (
    inverse_deviation,
    plain_standardize,
    standardize,
    standardize_slope,
)


def drawn(*shape, seed=0, mean=0.0, dtype="float64"):
    return (np.random.default_rng(seed).standard_normal(shape) + mean).astype(dtype)


@pytest.fixture(params=[20, 65536], ids=["short blocks", "long blocks"], autouse=True)
def _blocks(request, monkeypatch):
    monkeypatch.setattr(blocks, "_ELEMENTS", request.param)


def by_numpy(x, eps):
    x = x.astype(np.float64)
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps)


@pytest.mark.parametrize("width", [1, 7, 1024, 1025])
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("float64", 1e-12)])
def test_rows_have_mean_0_and_variance_1(width, dtype, tolerance):
    x = drawn(3, 11, width, dtype=dtype)
    found = standardize(x, axes=(2,), eps=1e-3)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, by_numpy(x, 1e-3), rtol=tolerance, atol=tolerance)


def test_blocks_of_rows_are_the_plain_steps():
    x = drawn(3, 11, 7)
    answer, deviation = plain_standardize(x, (2,), 1e-3)
    np.testing.assert_allclose(standardize(x, axes=(2,), eps=1e-3), answer, rtol=1e-13)
    found = inverse_deviation(x, axes=(2,), eps=1e-3)
    np.testing.assert_allclose(found, deviation, rtol=1e-13)


def test_a_mean_of_ten_thousand_leaves_the_variance_exact():
    x = drawn(50, 128, mean=1e4, dtype="float32")
    found = standardize(x, axes=(1,), eps=0.0)
    np.testing.assert_allclose(found, by_numpy(x, 0.0), atol=1e-2)


@pytest.mark.parametrize("axes", [(1,), (0,), (0, 1)])
def test_the_slope_takes_out_what_is_parallel_to_a_shift_or_a_stretch(axes):
    x = standardize(drawn(6, 9), axes=axes, eps=0.0)
    deviation = np.full([1 if i in axes else n for i, n in enumerate(x.shape)], 2.0)
    slope = standardize_slope(drawn(6, 9, seed=1), x, deviation, axes=axes)
    np.testing.assert_allclose(slope.sum(axis=axes), 0, atol=1e-12)
    np.testing.assert_allclose((slope * x).sum(axis=axes), 0, atol=1e-12)
    again = standardize_slope(slope, x, deviation / 2, axes=axes)
    np.testing.assert_allclose(again, slope, atol=1e-12)


def test_what_is_kept_is_what_would_be_computed():
    for axes in ((1,), (0,)):
        x, kept = drawn(6, 9, dtype="float32"), []
        registry["standardize"](x, axes=axes, eps=1e-5, kept=kept)
        np.testing.assert_array_equal(kept[0], inverse_deviation(x, axes=axes, eps=1e-5))


def test_a_nan_spoils_its_own_row_only():
    x = drawn(6, 9)
    clean = standardize(x, axes=(1,), eps=1e-5)
    x[2, 3] = np.nan
    found = standardize(x, axes=(1,), eps=1e-5)
    assert np.isnan(found[2]).all()
    np.testing.assert_array_equal(np.delete(found, 2, 0), np.delete(clean, 2, 0))


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_change_the_answer_by_rounding_at_most(threads):
    x = drawn(2000, 16, dtype="float32")
    before = tv.get_num_threads()
    tv.set_num_threads(threads)
    try:
        found = standardize(x, axes=(1,), eps=1e-5)
        np.testing.assert_array_equal(standardize(x, axes=(1,), eps=1e-5), found)
    finally:
        tv.set_num_threads(before)
    np.testing.assert_allclose(found, by_numpy(x, 1e-5), rtol=1e-5, atol=1e-5)
