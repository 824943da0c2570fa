"""batch_norm against its formula, written out."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F


@st.composite
def batches(draw):
    """Images, vectors or sequences (N, C, ...) of more than one value a channel."""
    more = draw(st.lists(st.integers(1, 4), max_size=2))
    shape = (draw(st.integers(2, 4)), draw(st.integers(1, 3)), *more)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.normal(rng.uniform(-3, 3), rng.uniform(0.5, 2), shape)


def per_channel(x):
    """The mean of each channel, its variances (biased, unbiased), and a shape to spread them by."""
    rows = np.moveaxis(x, 1, 0).reshape(x.shape[1], -1)  # (N, C, ...) -> (C, N * ...)
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return rows.mean(axis=1), rows.var(axis=1), rows.var(axis=1, ddof=1), shape


@given(batches())
def test_training_normalises_by_the_batch(x):
    mean, variance, _, shape = per_channel(x)
    weight, bias = np.arange(1.0, 1.0 + x.shape[1]), -np.arange(float(x.shape[1]))
    out = F.batch_norm(
        tv.from_numpy(x),
        None,
        None,
        tv.from_numpy(weight),
        tv.from_numpy(bias),
        training=True,
        eps=1e-3,
    )
    normal = (x - mean.reshape(shape)) / np.sqrt(variance.reshape(shape) + 1e-3)
    expected = normal * weight.reshape(shape) + bias.reshape(shape)
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-10, atol=1e-12)


@given(batches())
def test_evaluation_normalises_by_the_running_values_and_leaves_them(x):
    channels = x.shape[1]
    mean, variance = np.linspace(-1, 1, channels), np.linspace(0.5, 2, channels)
    weight, bias = np.linspace(1, 2, channels), np.linspace(-2, 0, channels)
    running = tv.tensor(mean), tv.tensor(variance)
    out = F.batch_norm(
        tv.from_numpy(x), *running, tv.from_numpy(weight), tv.from_numpy(bias), eps=1e-3
    )
    shape = (1, -1) + (1,) * (x.ndim - 2)
    m, v, w, b = (values.reshape(shape) for values in (mean, variance, weight, bias))
    expected = (x - m) / np.sqrt(v + 1e-3) * w + b
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(running[0].numpy(), mean)
    np.testing.assert_array_equal(running[1].numpy(), variance)


@given(batches(), st.floats(0.0, 1.0))
def test_training_moves_the_running_values_towards_the_batch_with_unbiased_variance(x, momentum):
    mean, _, unbiased, _ = per_channel(x)
    running = tv.full((x.shape[1],), 5.0, dtype=tv.float64), tv.full((x.shape[1],), 7.0).double()
    F.batch_norm(tv.from_numpy(x), *running, training=True, momentum=momentum)
    for found, old, new in ((running[0], 5.0, mean), (running[1], 7.0, unbiased)):
        expected = (1 - momentum) * old + momentum * new
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-10)


def test_a_large_mean_does_not_drown_the_variance_in_float32():
    rng = np.random.default_rng(0)
    x = rng.normal(1e4, 1.0, (64, 3, 16, 16))
    out = F.batch_norm(tv.tensor(x, dtype=tv.float32), None, None, training=True).numpy()
    mean, variance, _, shape = per_channel(x.astype(np.float32).astype(np.float64))
    expected = (x.astype(np.float32) - mean.reshape(shape)) / np.sqrt(variance.reshape(shape))
    np.testing.assert_allclose(out, expected, atol=1e-2)


def test_the_gradient_at_a_large_mean_is_that_of_the_centred_batch():
    rng = np.random.default_rng(0)
    x, start = rng.normal(0.0, 1.0, (64, 2, 8, 8)), rng.normal(0.0, 1.0, (64, 2, 8, 8))
    found = []
    for shift, dtype in ((0.0, tv.float64), (1e4, tv.float32)):
        moved = tv.tensor(np.float32(x + shift).astype(np.float64) - shift, dtype=tv.float64)
        leaf = (moved + shift).to(dtype).requires_grad_()
        F.batch_norm(leaf, None, None, training=True).backward(tv.tensor(start, dtype=dtype))
        found.append(leaf.grad.numpy())
    np.testing.assert_allclose(found[1], found[0], atol=1e-2)


def test_a_constant_channel_becomes_its_bias_and_gets_finite_gradients():
    x = tv.full((4, 1, 2, 2), 3.0, requires_grad=True)
    out = F.batch_norm(x, None, None, tv.ones(1), tv.full((1,), 0.5), training=True)
    out.sum().backward()
    assert (out == 0.5).all()
    assert tv.isfinite(x.grad).all()


def test_a_batch_of_no_images_leaves_the_running_values_and_gives_zero_gradients():
    running = tv.zeros(2), tv.ones(2)
    weight, bias = (tv.ones(2, requires_grad=True) for _ in range(2))
    out = F.batch_norm(tv.zeros(0, 2, 3, 3), *running, weight, bias, training=True)
    assert out.shape == (0, 2, 3, 3)
    out.sum().backward()
    assert weight.grad.tolist() == bias.grad.tolist() == [0.0, 0.0]
    assert running[0].tolist() == [0.0, 0.0]
    assert running[1].tolist() == [1.0, 1.0]


def test_the_running_values_take_no_part_in_the_graph():
    running = tv.zeros(2), tv.ones(2)
    x = tv.randn(3, 2, requires_grad=True)
    F.batch_norm(x, *running, training=True).sum().backward()
    assert not running[0].requires_grad
    assert not running[1].requires_grad


@pytest.mark.parametrize("training", [True, False])
def test_float32_stays_float32_also_in_the_gradients(training):
    x = tv.randn(4, 2, 3, 3, requires_grad=True)
    weight, bias = tv.ones(2, requires_grad=True), tv.zeros(2, requires_grad=True)
    running = tv.zeros(2), tv.ones(2)
    out = F.batch_norm(x, *running, weight, bias, training=training)
    (out * out).sum().backward()
    dtypes = {t.dtype for t in (out, x.grad, weight.grad, bias.grad, *running)}
    assert dtypes == {tv.float32}


@pytest.mark.parametrize(
    ("x", "arguments", "training", "message"),
    [
        (tv.zeros(3), {}, True, "expected (N, C, ...), got shape (3,)"),
        (tv.zeros(1, 2), {}, True, "one value per channel has no variance"),
        (tv.zeros(1, 2, 1, 1), {}, True, "one value per channel has no variance"),
        (tv.zeros(2, 3), {}, False, "running_mean and running_var are needed"),
        (
            tv.zeros(2, 3),
            {"weight": tv.zeros(2)},
            True,
            "weight must have shape (3,), one number for each channel of the input of shape "
            "(2, 3), got (2,)",
        ),
        (tv.zeros(2, 3), {"bias": tv.zeros(1)}, True, "bias must have shape (3,)"),
        (
            tv.zeros(2, 3),
            {"running_mean": tv.zeros(4), "running_var": tv.zeros(4)},
            False,
            "running_mean must have shape (3,)",
        ),
    ],
)
def test_what_does_not_fit_is_refused(x, arguments, training, message):
    arguments = {"running_mean": None, "running_var": None, **arguments}
    with pytest.raises(ValueError, match=re.escape(message)):
        F.batch_norm(x, **arguments, training=training)
