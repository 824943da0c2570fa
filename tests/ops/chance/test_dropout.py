"""Dropout of all kinds: what is kept, how much it grows, and what backward does."""

import re

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F


@pytest.fixture(autouse=True)
def _seeded():
    state = tv.get_rng_state()
    tv.manual_seed(0)
    yield
    tv.set_rng_state(state)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_what_is_kept_grows_so_that_the_expectation_stays(p):
    out = F.dropout(tv.ones(200_000), p).numpy()
    kept = out != 0
    np.testing.assert_allclose(out[kept], 1.0 / (1.0 - p), rtol=1e-6)
    deviation = np.sqrt(p * (1.0 - p) / out.size)  # of the share of a binomial draw
    assert abs(kept.mean() - (1.0 - p)) < 5 * deviation
    assert out.mean() == pytest.approx(1.0, abs=5 * deviation / (1.0 - p))


def test_backward_uses_the_mask_of_the_forward_pass():
    x = tv.full((100,), 3.0, requires_grad=True)
    out = F.dropout(x, 0.5)
    out.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), out.detach().numpy() / 3.0)
    assert 0 < int((x.grad == 0).sum()) < 100


def test_each_call_draws_a_new_mask():
    x = tv.ones(100)
    assert not bool((F.dropout(x) == F.dropout(x)).all())


def test_the_same_seed_draws_the_same_mask():
    x = tv.ones(100)
    tv.manual_seed(7)
    first = F.dropout(x)
    tv.manual_seed(7)
    assert bool((F.dropout(x) == first).all())


KINDS = [F.dropout, F.dropout1d, F.dropout2d, F.alpha_dropout, F.feature_alpha_dropout]
each_kind = pytest.mark.parametrize("dropout", KINDS)


@each_kind
@pytest.mark.parametrize(("p", "training"), [(0.5, False), (0.0, True)])
def test_nothing_is_done_and_nothing_drawn_where_nothing_may_be_dropped(dropout, p, training):
    x, before = tv.ones(2, 3, 4), tv.get_rng_state()
    assert bool((dropout(x, p, training) == x).all())
    assert bool((tv.get_rng_state() == before).all())


@each_kind
def test_all_is_dropped_at_one_without_dividing_by_zero(dropout):
    x = tv.full((2, 3, 4), 5.0, requires_grad=True)
    out = dropout(x, 1.0, True)
    out.sum().backward()
    assert bool((out == 0).all())
    assert bool((x.grad == 0).all())


@pytest.mark.parametrize(
    ("dropout", "shape"),
    [
        (F.dropout1d, (20, 30, 20)),
        (F.dropout1d, (300, 20)),
        (F.dropout2d, (20, 30, 4, 5)),
        (F.dropout2d, (300, 4, 5)),
        (F.dropout3d, (20, 30, 2, 2, 5)),
        (F.dropout3d, (300, 2, 2, 5)),
    ],
)
def test_whole_channels_are_dropped(dropout, shape):
    out = dropout(tv.ones(*shape), 0.5)
    channels = out.numpy().reshape(-1, 20)  # (N, C, ...) -> (N*C, ...)
    assert set(channels.min(axis=1)) == {0.0, 2.0}
    np.testing.assert_array_equal(channels.min(axis=1), channels.max(axis=1))


def test_in_place_stores_the_answer_in_the_input_and_keeps_the_gradient():
    x = tv.ones(50, requires_grad=True)
    y = x * 3.0
    memory = y.detach().numpy()
    out = F.dropout(y, 0.5, inplace=True)
    assert out is y
    np.testing.assert_array_equal(memory, out.detach().numpy())
    out.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), memory)


def test_in_place_on_a_leaf_that_is_trained_is_refused():
    with pytest.raises(RuntimeError, match="dropout_: a leaf tensor that requires a gradient"):
        F.dropout(tv.ones(3, requires_grad=True), 0.5, inplace=True)


@pytest.mark.parametrize("dtype", [tv.float16, tv.float32, tv.float64])
def test_the_type_stays(dtype):
    x = tv.ones(10, dtype=dtype, requires_grad=True)
    out = F.dropout(x, 0.3)
    out.sum().backward()
    assert (out.dtype, x.grad.dtype) == (dtype, dtype)


def test_a_batch_of_nothing_stays_one():
    assert F.dropout(tv.zeros(0, 3)).shape == (0, 3)
    assert F.dropout2d(tv.zeros(0, 3, 2, 2)).shape == (0, 3, 2, 2)


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
@each_kind
def test_a_probability_outside_0_to_1_is_refused(dropout, p):
    with pytest.raises(ValueError, match=re.escape(f"p must be between 0 and 1, got {p}")):
        dropout(tv.ones(1, 1, 1), p)


@pytest.mark.parametrize(
    ("dropout", "axes", "shape"),
    [
        (F.dropout1d, "(N, C, L) or (C, L)", (2, 3, 4, 5)),
        (F.dropout2d, "(N, C, H, W) or (C, H, W)", (2, 3)),
        (F.dropout3d, "(N, C, D, H, W) or (C, D, H, W)", (2, 3, 4)),
    ],
)
def test_what_has_other_axes_is_refused(dropout, axes, shape):
    with pytest.raises(ValueError, match=re.escape(f"expected {axes}, got {shape}")):
        dropout(tv.ones(shape))


@each_kind
def test_integers_are_refused_where_some_would_be_dropped(dropout):
    x = tv.ones(2, 2, 2, dtype=tv.int64)
    assert dropout(x, training=False) is x
    with pytest.raises(TypeError, match="dropout needs floats, got int64"):
        dropout(x, training=True)


# -- for networks that normalise themselves ---------------------------------------------------


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_alpha_dropout_keeps_mean_and_variance(p):
    x = tv.randn(200_000, dtype=tv.float64)
    out = F.alpha_dropout(x, p, True).numpy()
    # To five deviations; the fourth moments of what comes out are below 30.
    assert out.mean() == pytest.approx(0.0, abs=5 / np.sqrt(out.size))
    assert out.var() == pytest.approx(1.0, abs=5 * np.sqrt(30 / out.size))


def test_alpha_dropout_puts_the_least_value_of_a_selu_in_place_of_what_is_dropped():
    x = tv.randn(1000, dtype=tv.float64)
    out = F.alpha_dropout(x, 0.3, True).numpy()
    values, counts = np.unique(out, return_counts=True)
    dropped = out == values[counts.argmax()]
    slope, move = np.polyfit(x.numpy()[~dropped], out[~dropped], 1)
    least = F.selu(tv.tensor(-np.inf, dtype=tv.float64)).item()
    assert out[dropped][0] == pytest.approx(slope * least + move, rel=1e-9)
    assert dropped.mean() == pytest.approx(0.3, abs=5 * np.sqrt(0.21 / out.size))


def test_feature_alpha_dropout_drops_whole_channels():
    out = F.feature_alpha_dropout(tv.ones(20, 30, 4), 0.5, True).numpy().reshape(600, 4)
    assert len(np.unique(out)) == 2
    np.testing.assert_array_equal(out.min(axis=1), out.max(axis=1))


def test_feature_alpha_dropout_refuses_what_has_no_channels():
    with pytest.raises(ValueError, match=re.escape("expected (N, C, ...), got (3,)")):
        F.feature_alpha_dropout(tv.ones(3), training=True)


def test_alpha_dropout_in_place_stores_the_answer_in_the_input():
    x = tv.ones(50, requires_grad=True)
    y = x * 3.0
    assert F.alpha_dropout(y, 0.5, True, inplace=True) is y
    y.sum().backward()
    kept = y.detach().numpy() > 0
    assert len(set(x.grad.numpy()[kept])) == 1
    np.testing.assert_array_equal(x.grad.numpy()[~kept], 0.0)
