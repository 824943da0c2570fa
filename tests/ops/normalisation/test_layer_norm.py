"""layer_norm and group_norm against their formulas, written out."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F


def standardized(x, axes, eps):
    mean = x.mean(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(x.var(axis=axes, keepdims=True) + eps)


@st.composite
def arrays(draw, min_dims):
    shape = draw(st.lists(st.integers(2, 4), min_size=min_dims, max_size=4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.normal(rng.uniform(-3, 3), rng.uniform(0.5, 2), shape)


@given(arrays(1), st.data())
def test_layer_norm_goes_over_the_last_axes_and_scales_each_element(x, data):
    axes = data.draw(st.integers(1, x.ndim))
    shape = x.shape[-axes:]
    weight, bias = np.random.default_rng(0).normal(size=(2, *shape))
    out = F.layer_norm(*map(tv.from_numpy, (x,)), shape, tv.tensor(weight), tv.tensor(bias), 1e-3)
    expected = standardized(x, tuple(range(x.ndim - axes, x.ndim)), 1e-3) * weight + bias
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-10, atol=1e-12)


def test_a_number_stands_for_the_last_axis_alone():
    x = tv.tensor([[1.0, 3.0], [10.0, 30.0]])
    np.testing.assert_array_equal(F.layer_norm(x, 2).numpy(), F.layer_norm(x, (2,)).numpy())


@given(arrays(2), st.data())
def test_group_norm_goes_over_each_group_of_channels_of_each_image(x, data):
    channels = x.shape[1]
    groups = data.draw(st.sampled_from([g for g in (1, 2, 4) if channels % g == 0]))
    if x.size == groups * x.shape[0]:
        x = np.concatenate([x, x + 1.0], axis=0)
    weight, bias = np.random.default_rng(0).normal(size=(2, channels))
    each = channels // groups
    expected = np.empty_like(x)
    for n in range(len(x)):
        for c in range(channels):
            group = x[n, c // each * each : (c // each + 1) * each]
            deviation = np.sqrt(group.var() + 1e-3)
            expected[n, c] = (x[n, c] - group.mean()) / deviation * weight[c] + bias[c]
    out = F.group_norm(tv.from_numpy(x), groups, tv.tensor(weight), tv.tensor(bias), 1e-3)
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("length", [96, 3000], ids=["short rows", "long rows"])
def test_a_large_mean_does_not_drown_the_variance_in_float32(length):
    x = np.random.default_rng(0).normal(1e4, 1.0, (8, length)).astype(np.float32)
    out = F.layer_norm(tv.from_numpy(x), length).numpy()
    expected = standardized(x.astype(np.float64), 1, 1e-5)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, expected, atol=1e-2)


@pytest.mark.parametrize("call", [lambda x: F.layer_norm(x, 4), lambda x: F.group_norm(x, 1)])
def test_squares_do_not_overflow_in_float16(call):
    x = np.array([[1000.0, -1000.0, 3000.0, -3000.0]], np.float16)
    out = call(tv.from_numpy(x)).numpy()
    assert out.dtype == np.float16
    np.testing.assert_allclose(out, standardized(x.astype(np.float64), 1, 0.0), rtol=1e-3)


def test_a_constant_row_becomes_zero():
    x = tv.full((2, 64), 7.3)
    np.testing.assert_allclose(F.layer_norm(x, 64).numpy(), 0.0, atol=1e-3)


def test_group_norm_keeps_channels_last_memory():
    x = tv.from_numpy(np.zeros((2, 5, 6, 4), np.float32).transpose(0, 3, 1, 2))
    assert F.group_norm(x, 2).stride() == x.stride()


@pytest.mark.parametrize("call", [lambda x: F.layer_norm(x, 2), lambda x: F.group_norm(x, 1)])
def test_infinities_make_nan_without_a_warning(call):
    x = tv.tensor([[np.inf, 1.0], [1.0, 2.0]], requires_grad=True)
    out = call(x)
    out.sum().backward()
    np.testing.assert_array_equal(np.isnan(out.detach().numpy()), [[True, True], [False, False]])


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (ValueError, "must end in normalized_shape (4,)", lambda x: F.layer_norm(x, 4)),
        (
            ValueError,
            "must end in normalized_shape (5, 2, 3)",
            lambda x: F.layer_norm(x, (5, 2, 3)),
        ),
        (ValueError, "normalized_shape (), one axis at least", lambda x: F.layer_norm(x, ())),
        (
            ValueError,
            "weight must have shape (3,), that of normalized_shape, got (2,)",
            lambda x: F.layer_norm(x, 3, tv.ones(2)),
        ),
        (
            ValueError,
            "bias must have shape (3,)",
            lambda x: F.layer_norm(x, 3, bias=tv.ones(1)),
        ),
        (
            RuntimeError,
            "input and weight: one operand is float32, the other float64",
            lambda x: F.layer_norm(x, 3, tv.ones(3).double()),
        ),
        (TypeError, "layer_norm needs floating", lambda x: F.layer_norm(x.long(), 3)),
        (TypeError, "group_norm needs floating", lambda x: F.group_norm(x.long(), 3)),
        (ValueError, "expected (N, C, ...)", lambda x: F.group_norm(x[0], 3)),
        (ValueError, "must divide the 3 channels", lambda x: F.group_norm(x, 2)),
        (ValueError, "must divide the 3 channels", lambda x: F.group_norm(x, 0)),
        (
            ValueError,
            "bias must have shape (3,), one number a channel, got (1,)",
            lambda x: F.group_norm(x, 3, bias=tv.ones(1)),
        ),
        (ValueError, "one value per group has no variance", lambda x: F.group_norm(x[:1], 3)),
    ],
)
def test_what_does_not_fit_is_refused(error, message, call):
    with pytest.raises(error, match=re.escape(message)):
        call(tv.zeros(2, 3))


# -- rms_norm ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(6,), (3, 6)], ids=str)
@pytest.mark.parametrize("eps", [None, 0.1])
def test_rms_norm_divides_by_the_root_mean_square(shape, eps):
    rng = np.random.default_rng(0)
    x, weight = rng.normal(2.0, 1.0, (4, 3, 6)), rng.normal(size=shape)
    out = F.rms_norm(tv.from_numpy(x), shape, tv.from_numpy(weight), eps)
    axes = tuple(range(3 - len(shape), 3))
    mean = (x**2).mean(axis=axes, keepdims=True)
    expected = x / np.sqrt(mean + (np.finfo(np.float64).eps if eps is None else eps)) * weight
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-12)


def test_rms_norm_of_zeros_is_zero_with_a_finite_slope():
    x = tv.zeros(2, 3, requires_grad=True)
    F.rms_norm(x, 3).sum().backward()
    assert bool(tv.isfinite(x.grad).all())


def test_rms_norm_of_large_float16_does_not_overflow():
    out = F.rms_norm(tv.full((4,), 1000.0, dtype=tv.float16), 4)
    assert out.dtype == tv.float16
    assert out.tolist() == [1.0] * 4


@pytest.mark.parametrize(
    ("x", "shape", "weight", "error", "message"),
    [
        (tv.zeros(2, 3), 2, None, ValueError, "rms_norm: the input must end in normalized_shape"),
        (tv.zeros(2, 3), (), None, ValueError, "one axis at least"),
        (tv.zeros(2, 3), 3, tv.ones(2), ValueError, "rms_norm: weight must have shape (3,)"),
        (tv.zeros(2, 3).long(), 3, None, TypeError, "rms_norm needs floating-point numbers"),
        (tv.zeros(2, 3), 3, tv.ones(3).double(), RuntimeError, "rms_norm: input and weight"),
    ],
)
def test_what_rms_norm_cannot_do_is_refused(x, shape, weight, error, message):
    with pytest.raises(error, match=re.escape(message)):
        F.rms_norm(x, shape, weight)
