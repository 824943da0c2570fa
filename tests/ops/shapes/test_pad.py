"""pad against np.pad, and cropping against slicing."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F

NUMPY_MODES = {
    "constant": {"mode": "constant"},
    "reflect": {"mode": "reflect"},
    "replicate": {"mode": "edge"},
    "circular": {"mode": "wrap"},
}


def pad(x, widths, *args, **kwargs):
    return F.pad(tv.from_numpy(x), widths, *args, **kwargs).numpy()


def numbered(shape):
    return np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)


@st.composite
def paddings(draw, least=0):
    """An array, and (before, after) for some of its last axes, the last axis first."""
    shape = draw(st.lists(st.integers(3, 5), min_size=1, max_size=4))
    axes = draw(st.integers(0, len(shape)))
    widths = [(draw(st.integers(least, 2)), draw(st.integers(least, 2))) for _ in range(axes)]
    return numbered(shape), widths


def flat(widths):
    return [width for pair in widths for width in pair]


@pytest.mark.parametrize("mode", NUMPY_MODES)
@given(call=paddings())
def test_pad_equals_numpys(mode, call):
    x, widths = call
    pairs = [(0, 0)] * (x.ndim - len(widths)) + widths[::-1]
    expected = np.pad(x, pairs, **NUMPY_MODES[mode])
    np.testing.assert_array_equal(pad(x, flat(widths), mode), expected, strict=True)


@given(call=paddings(), value=st.floats(-5.0, 5.0))
def test_a_constant_border_holds_the_value(call, value):
    x, widths = call
    pairs = [(0, 0)] * (x.ndim - len(widths)) + widths[::-1]
    expected = np.pad(x, pairs, constant_values=value)
    np.testing.assert_array_equal(pad(x, flat(widths), "constant", value), expected, strict=True)


@pytest.mark.parametrize("mode", NUMPY_MODES)
@given(call=paddings(least=-1))
def test_negative_widths_crop_before_the_others_pad(mode, call):
    x, widths = call
    cropped = x
    for axis, (before, after) in enumerate(widths):
        last = x.ndim - 1 - axis
        kept = np.arange(max(-before, 0), x.shape[last] - max(-after, 0))
        cropped = cropped.take(kept, axis=last)
    positive = [(max(before, 0), max(after, 0)) for before, after in widths]
    if mode != "constant":  # the others look at the whole image, so a crop may not feed a border
        positive = [(0, 0)] * len(widths)
        widths = [(min(before, 0), min(after, 0)) for before, after in widths]
    pairs = [(0, 0)] * (x.ndim - len(widths)) + positive[::-1]
    expected = np.pad(cropped, pairs)
    np.testing.assert_array_equal(pad(x, flat(widths), mode), expected, strict=True)


def test_reflection_leaves_out_the_edge_and_replication_repeats_it():
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(pad(x, (2, 2), "reflect"), [3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0])
    np.testing.assert_array_equal(pad(x, (2, 2), "replicate"), [1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0])
    np.testing.assert_array_equal(pad(x, (2, 2), "circular"), [2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0])


@pytest.mark.parametrize("mode", NUMPY_MODES)
def test_a_batch_of_no_images_stays_one(mode):
    assert pad(np.zeros((0, 1, 3, 3)), (1, 1, 2, 2), mode).shape == (0, 1, 7, 5)


def test_a_pixel_that_is_repeated_gets_the_gradient_of_each_copy():
    x = tv.tensor([1.0, 2.0, 3.0], requires_grad=True)
    F.pad(x, (2, 1), "replicate").sum().backward()
    assert x.grad.tolist() == [3.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("widths", "options", "error", "message"),
    [
        ((1, 2, 3), {}, ValueError, "got 3 widths for a tensor of 2 axes"),
        ((1,) * 6, {}, ValueError, "got 6 widths for a tensor of 2 axes"),
        ((-2, -2), {}, ValueError, "dim 1 has size 3, cropping (-2, -2)"),
        ((1.5, 0), {}, TypeError, "widths must be integers, got 1.5"),
        ((1, 1), {"mode": "mirror"}, ValueError, "unknown mode 'mirror'; choose 'constant'"),
        (
            (3, 0),
            {"mode": "reflect"},
            ValueError,
            "mode 'reflect' can add at most 2 at dim 1 of size 3, got (3, 0)",
        ),
        (
            (0, 4),
            {"mode": "circular"},
            ValueError,
            "mode 'circular' can add at most 3 at dim 1 of size 3, got (0, 4)",
        ),
        ((1, 1), {"mode": "reflect", "value": 2.0}, ValueError, "takes no value, got 2.0"),
    ],
)
def test_what_cannot_be_padded_is_refused(widths, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        F.pad(tv.zeros(2, 3), widths, **options)


def test_nothing_cannot_be_replicated():
    with pytest.raises(ValueError, match=re.escape("at dim 1 of size 0, got (1, 1)")):
        F.pad(tv.zeros(2, 0), (1, 1), "replicate")
