"""Signals as images of height 1, and options of one number."""

import re

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.ops.convolution.signal import as_image, as_signal, batched_signals, single


@pytest.mark.parametrize("value", [3, (3,), [3], np.int64(3)])
def test_one_number_may_stand_alone_or_in_a_tuple(value):
    assert single(value, "stride") == 3


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ((1, 2), TypeError, "stride must be an integer or a tuple of one, got (1, 2)"),
        (1.0, TypeError, "stride must be an integer or a tuple of one, got 1.0"),
        (True, TypeError, "stride must be an integer"),
        (0, ValueError, "stride must be at least 1, got 0"),
    ],
)
def test_other_values_are_refused(value, error, message):
    with pytest.raises(error, match=re.escape(message)):
        single(value, "stride")


@pytest.mark.parametrize("shape", [(2, 3, 5), (3, 5)], ids=str)
def test_a_signal_as_an_image_and_back_is_the_same(shape):
    x = tv.randn(*shape)
    image = as_image(batched_signals("f", x))
    assert image.shape == (2 if len(shape) == 3 else 1, 3, 1, 5)
    assert bool((as_signal(image, x) == x).all())


def test_other_numbers_of_axes_are_refused():
    with pytest.raises(ValueError, match=re.escape("expected (N, C, L) or (C, L), got shape (3,)")):
        batched_signals("f", tv.zeros(3))
