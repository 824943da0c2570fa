"""instance_norm against its formula, written out."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F


@st.composite
def images(draw):
    pixels = draw(st.lists(st.integers(1, 4), min_size=1, max_size=2))
    if np.prod(pixels) == 1:
        pixels = [2, 1]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.normal(2.0, 1.5, (draw(st.integers(1, 3)), draw(st.integers(1, 3)), *pixels))


@given(images())
def test_each_channel_of_each_image_is_normalised_by_itself(x):
    channels, axes = x.shape[1], tuple(range(2, x.ndim))
    weight, bias = np.linspace(1, 2, channels), np.linspace(-1, 1, channels)
    out = F.instance_norm(
        *(tv.from_numpy(x), None, None), tv.from_numpy(weight), tv.from_numpy(bias), eps=1e-3
    )
    shape = (-1,) + (1,) * len(axes)
    mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    normal = (x - mean) / np.sqrt(variance + 1e-3)
    expected = normal * weight.reshape(shape) + bias.reshape(shape)
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-10, atol=1e-12)


@given(images(), st.floats(0.0, 1.0))
def test_running_values_move_towards_the_mean_over_the_images(x, momentum):
    channels, axes = x.shape[1], tuple(range(2, x.ndim))
    mean, variance = (tv.full((channels,), v, dtype=tv.float64) for v in (5.0, 7.0))
    F.instance_norm(tv.from_numpy(x), mean, variance, momentum=momentum)
    for found, old, new in (
        (mean, 5.0, x.mean(axis=axes).mean(axis=0)),
        (variance, 7.0, x.var(axis=axes, ddof=1).mean(axis=0)),
    ):
        np.testing.assert_allclose(found.numpy(), (1 - momentum) * old + momentum * new, rtol=1e-10)


def test_without_the_images_own_values_the_running_ones_are_used_and_left():
    x = np.random.default_rng(0).normal(size=(2, 2, 3))
    mean, variance = tv.tensor([1.0, -1.0]).double(), tv.tensor([4.0, 0.25]).double()
    out = F.instance_norm(tv.from_numpy(x), mean, variance, use_input_stats=False, eps=0.0)
    expected = (x - [[1.0], [-1.0]]) / [[2.0], [0.5]]
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-12)
    assert mean.tolist() == [1.0, -1.0]


def test_the_running_values_take_no_part_in_the_graph():
    running = tv.zeros(2), tv.ones(2)
    F.instance_norm(tv.randn(3, 2, 4, requires_grad=True), *running).sum().backward()
    assert not any(values.requires_grad for values in running)


def test_a_batch_of_no_images_leaves_the_running_values():
    running = tv.zeros(2), tv.ones(2)
    assert F.instance_norm(tv.zeros(0, 2, 3, 3), *running).shape == (0, 2, 3, 3)
    assert running[1].tolist() == [1.0, 1.0]


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_the_type_stays(dtype):
    x = (tv.randn(2, 3, 8, 8) * 300).to(np.dtype(dtype))
    out = F.instance_norm(x)
    assert out.dtype == dtype
    assert bool(tv.isfinite(out).all())


@pytest.mark.parametrize(
    ("shape", "options", "message"),
    [
        ((2, 3), {}, "with more than one pixel, for one has no variance; got shape (2, 3)"),
        ((2, 3, 1, 1), {}, "got shape (2, 3, 1, 1)"),
        ((2, 3, 4), {"use_input_stats": False}, "running_mean and running_var are needed"),
        ((2, 3, 4), {"weight": tv.ones(2)}, "instance_norm: weight must have shape (3,)"),
    ],
)
def test_what_does_not_fit_is_refused(shape, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        F.instance_norm(tv.zeros(shape), **options)
