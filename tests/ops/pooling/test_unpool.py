"""Unpooling: each maximum back where it stood."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F


@given(st.integers(1, 3), st.integers(2, 7), st.integers(2, 7), st.integers(0, 99))
def test_what_max_pooling_kept_comes_back_to_its_place(stride, h, w, seed):
    rng = np.random.default_rng(seed)
    x = 1.0 + rng.permutation(2 * 3 * h * w).reshape(2, 3, h, w)
    out, places = F.max_pool2d(tv.from_numpy(x), 2, stride, return_indices=True)
    back = F.max_unpool2d(out, places, 2, stride, output_size=(h, w)).numpy()
    kept = np.isin(x, out.numpy())  # all numbers are distinct
    np.testing.assert_array_equal(back, np.where(kept, x, 0.0), strict=True)


def test_of_signals_too():
    x = tv.tensor([[5.0, 1.0, 2.0, 3.0, 9.0]])
    out, places = F.max_pool1d(x, 2, return_indices=True)
    assert F.max_unpool1d(out, places, 2).tolist() == [[5.0, 0.0, 0.0, 3.0]]
    assert F.max_unpool1d(out, places, 2, output_size=(5,)).shape == (1, 5)
    assert F.max_unpool1d(out, places, 2, output_size=[1, 1, 5]).shape == (1, 5)


def test_the_gradient_of_a_value_is_that_of_its_place():
    x = tv.ones(1, 1, 2, requires_grad=True)
    out = F.max_unpool2d(x, tv.tensor([[[3, 0]]]), (1, 2))
    out.backward(tv.tensor([[[10.0, 20.0, 30.0, 40.0]]]))
    assert x.grad.tolist() == [[[40.0, 10.0]]]


def test_of_several_values_of_one_place_the_last_is_kept_and_has_the_gradient():
    x = tv.tensor([[[1.0, 2.0, 3.0]]], requires_grad=True)
    out = F.max_unpool2d(x, tv.tensor([[[4, 4, 0]]]), (1, 2))
    out.sum().backward()
    assert out.tolist() == [[[3.0, 0.0, 0.0, 0.0, 2.0, 0.0]]]
    assert x.grad.tolist() == [[[0.0, 1.0, 1.0]]]


def test_a_value_that_is_written_over_leaves_nothing_behind_even_if_infinite():
    x = tv.tensor([[[np.inf, 2.0]]])
    assert F.max_unpool2d(x, tv.tensor([[[1, 1]]]), (1, 2)).tolist() == [[[0.0, 2.0, 0.0, 0.0]]]


def test_changing_the_indices_afterwards_changes_no_gradient():
    x, places = tv.ones(1, 1, 2, requires_grad=True), tv.tensor([[[3, 0]]])
    out = F.max_unpool2d(x, places, (1, 2))
    places[0, 0, 0] = 1
    out.backward(tv.tensor([[[10.0, 20.0, 30.0, 40.0]]]))
    assert x.grad.tolist() == [[[40.0, 10.0]]]


@pytest.mark.parametrize(
    ("places", "options", "error", "message"),
    [
        ([[[0, 16]]], {}, IndexError, "name places 0..16, but an image of (2, 4) has 0..7"),
        ([[[-1, 0]]], {}, IndexError, "name places -1..0"),
        ([[[0]]], {}, ValueError, "indices must have the input's shape (1, 1, 1, 2), got (1, 1"),
        ([[[0.0, 1.0]]], {}, TypeError, "indices must hold integers, got float32; use x.long()"),
        ([0, 1], {}, ValueError, "expected (N, C, H, W) or (C, H, W), got shape (2,)"),
        (
            [[[0, 1]]],
            {"output_size": (4, 4)},
            ValueError,
            "output_size (4, 4) has 4 where windows that fit give 2; it must differ by less than "
            "the stride 2",
        ),
        ([[[0, 1]]], {"output_size": (4,)}, ValueError, "output_size must have 2 or 4 numbers"),
        ([[[0, 1]]], {"padding": 1}, ValueError, "gives an image of (0, 2)"),
    ],
)
def test_what_does_not_fit_is_refused(places, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        F.max_unpool2d(tv.ones(1, 1, 2), tv.tensor(places), 2, **options)


def test_a_signal_has_one_kernel_size():
    x, places = tv.ones(1, 1, 2), tv.tensor([[[0, 2]]])
    with pytest.raises((TypeError, ValueError), match="kernel_size"):
        tv.nn.functional.max_unpool1d(x, places, (2, 2))
