"""softmax, log_softmax and logsumexp against SciPy and high-precision arithmetic."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy import special

import tinyvision as tv
from tinyvision.ops.layers.softmax import plain_softmax

X = np.random.default_rng(0).normal(size=(3, 4, 5)) * 4
INF = math.inf


@pytest.mark.parametrize("dim", [0, 1, 2, -1])
def test_values_are_those_of_scipy(dim):
    x = tv.tensor(X)
    np.testing.assert_allclose(tv.softmax(x, dim).numpy(), special.softmax(X, dim), rtol=1e-13)
    np.testing.assert_allclose(
        tv.log_softmax(x, dim).numpy(), special.log_softmax(X, dim), rtol=1e-13
    )


@pytest.mark.parametrize("dim", [0, -1, (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("keepdim", [True, False])
def test_logsumexp_is_that_of_scipy(dim, keepdim):
    found = tv.logsumexp(tv.tensor(X), dim, keepdim).numpy()
    np.testing.assert_allclose(found, special.logsumexp(X, axis=dim, keepdims=keepdim), rtol=1e-13)


def test_weights_add_up_to_one():
    total = tv.softmax(tv.tensor(X.astype(np.float32)), 1).sum(1).numpy()
    np.testing.assert_allclose(total, 1.0, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_logits_of_ten_thousand_are_exact(dtype):
    x = tv.tensor([1e4, -1e4, 1e4], dtype=dtype)
    assert tv.softmax(x, 0).tolist() == [0.5, 0.0, 0.5]
    assert tv.logsumexp(x, 0).item() == pytest.approx(1e4 + math.log(2), rel=1e-7)
    np.testing.assert_allclose(
        tv.log_softmax(x, 0).numpy(), [-math.log(2), -2e4 - math.log(2), -math.log(2)], rtol=1e-7
    )


def test_the_logarithm_is_exact_where_the_weight_would_round_to_zero():
    logits = [0.0, 100.0, 800.0]
    with localcontext(prec=50):
        total = sum(Decimal(x).exp() for x in logits)
        exact = [float((Decimal(x).exp() / total).ln()) for x in logits]
    np.testing.assert_allclose(
        tv.log_softmax(tv.tensor(np.array(logits)), 0).numpy(), exact, rtol=1e-15
    )


def test_a_mask_of_minus_infinity_gives_exactly_zero_with_finite_gradients():
    x = tv.tensor([1.0, -INF, 2.0, -INF], requires_grad=True)
    weights = tv.softmax(x, 0)
    assert weights[1].item() == weights[3].item() == 0.0
    weights.backward(tv.tensor([1.0, 2.0, 3.0, 4.0]))
    assert np.isfinite(x.grad.numpy()).all()
    assert x.grad[1].item() == x.grad[3].item() == 0.0


def test_masked_places_of_log_softmax_are_minus_infinity_with_finite_gradients():
    x = tv.tensor([1.0, -INF, 2.0], requires_grad=True)
    found = tv.log_softmax(x, 0)
    assert found[1].item() == -INF
    found[[0, 2]].sum().backward()
    assert np.isfinite(x.grad.numpy()).all()
    assert x.grad[1].item() == 0.0


def test_logsumexp_of_nothing_but_minus_infinity():
    x = tv.tensor([-INF, -INF], requires_grad=True)
    y = tv.logsumexp(x, 0)
    assert y.item() == -INF
    y.backward()
    assert np.isfinite(x.grad.numpy()).all()


def test_logsumexp_of_infinity_is_infinity():
    assert tv.logsumexp(tv.tensor([INF, 0.0]), 0).item() == INF


def test_second_derivatives_under_a_mask_are_finite():
    for function in (tv.softmax, tv.log_softmax, tv.logsumexp):
        x = tv.tensor([1.0, -INF, 2.0], requires_grad=True)
        y = function(x, 0)
        (first,) = tv.autograd.grad(y if y.ndim == 0 else y[0], x, create_graph=True)
        (second,) = tv.autograd.grad(first[0], x)
        assert np.isfinite(second.numpy()).all()


@pytest.mark.parametrize("function", [tv.softmax, tv.log_softmax, tv.logsumexp])
def test_nan_spoils_its_own_row_only(function):
    found = function(tv.tensor([[1.0, math.nan], [1.0, 2.0]]), 1).numpy()
    assert np.isnan(found[0]).all()
    assert np.isfinite(found[1]).all()


@pytest.mark.parametrize("function", [tv.softmax, tv.log_softmax, tv.logsumexp])
def test_integers_become_float32_and_floats_keep_their_type(function):
    assert function(tv.tensor([1, 2]), 0).dtype == tv.float32
    for dtype in (tv.float16, tv.float32, tv.float64):
        assert function(tv.ones(2, dtype=dtype), 0).dtype == dtype


def test_dtype_converts_first():
    assert tv.softmax(tv.ones(2, dtype=tv.float16), 0, dtype=tv.float64).dtype == tv.float64


def test_float16_weights_of_many_are_added_up_in_float32():
    found = tv.softmax(tv.zeros(5000, dtype=tv.float16), 0)
    assert found[0].item() == pytest.approx(1 / 5000, rel=1e-3)


def test_a_number_without_axes_has_all_the_weight():
    x = tv.tensor(3.0)
    assert (tv.softmax(x, 0).item(), tv.log_softmax(x, -1).item()) == (1.0, 0.0)
    assert tv.logsumexp(x, 0).item() == 3.0


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0,)])
@pytest.mark.parametrize("function", [tv.softmax, tv.log_softmax])
def test_nothing_stays_nothing(function, shape):
    assert function(tv.zeros(*shape), -1).shape == shape


@pytest.mark.parametrize("function", [tv.softmax, tv.log_softmax])
def test_a_missing_axis_is_asked_for(function):
    with pytest.raises(ValueError, match="softmax needs dim, the axis whose weights add up to 1"):
        function(tv.ones(2))


@pytest.mark.parametrize("function", [tv.softmax, tv.log_softmax, tv.logsumexp])
def test_an_axis_that_is_not_there_is_named(function):
    with pytest.raises(IndexError, match="dim 2 is out of range for a tensor of 1 axes"):
        function(tv.ones(2), 2)


# -- the least, and random choices ------------------------------------------------------------


def test_softmin_is_the_softmax_of_the_opposite():
    x = np.random.default_rng(0).normal(size=(3, 4))
    found = tv.nn.functional.softmin(tv.from_numpy(x), 1)
    np.testing.assert_allclose(found.numpy(), special.softmax(-x, axis=1), rtol=1e-14)
    assert tv.nn.functional.softmin(tv.tensor([1, 2]), 0, dtype=tv.float64).dtype == tv.float64


def test_softmin_without_an_axis_is_refused():
    with pytest.raises(ValueError, match="softmin needs dim"):
        tv.nn.functional.softmin(tv.zeros(2))


@pytest.fixture
def seeded():
    state = tv.get_rng_state()
    tv.manual_seed(0)
    yield
    tv.set_rng_state(state)


@pytest.mark.usefixtures("seeded")
def test_hard_choices_are_as_frequent_as_their_probabilities():
    p, count = np.array([0.6, 0.3, 0.1]), 20_000
    scores = tv.from_numpy(np.log(p)).expand(count, 3)
    chosen = tv.nn.functional.gumbel_softmax(scores, hard=True).numpy()
    assert set(np.unique(chosen)) == {0.0, 1.0}
    np.testing.assert_array_equal(chosen.sum(axis=1), 1.0)
    deviation = np.sqrt(p * (1 - p) / count)
    assert (np.abs(chosen.mean(axis=0) - p) < 5 * deviation).all()


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_soft_choices_are_weights(dim, dtype):
    weights = tv.nn.functional.gumbel_softmax(tv.zeros(4, 5, dtype=dtype), tau=0.5, dim=dim)
    assert weights.dtype == dtype
    assert bool((weights > 0).all())
    np.testing.assert_allclose(weights.sum(dim).numpy(), 1.0, rtol=1e-6)


@pytest.mark.usefixtures("seeded")
def test_the_lower_the_temperature_the_harder_the_choice():
    scores = tv.zeros(1000, 4)
    soft, hard = (tv.nn.functional.gumbel_softmax(scores, tau).amax(-1).mean() for tau in (9, 0.01))
    assert soft < 0.4
    assert hard > 0.98


@pytest.mark.usefixtures("seeded")
def test_a_hard_choice_has_the_gradient_of_the_soft_one():
    weights, found = tv.tensor([1.0, 2.0, 3.0]), []
    for hard in (False, True):
        tv.manual_seed(1)
        scores = tv.zeros(3, requires_grad=True)
        (tv.nn.functional.gumbel_softmax(scores, hard=hard) * weights).sum().backward()
        found.append(scores.grad.tolist())
    assert found[0] == found[1] != [0.0] * 3


def test_what_gumbel_softmax_does_not_take_is_refused():
    with pytest.raises(ValueError, match="eps=1e-05 would have no effect; leave it out"):
        tv.nn.functional.gumbel_softmax(tv.zeros(2), eps=1e-5)
    with pytest.raises(TypeError, match="gumbel_softmax needs floats, got int64"):
        tv.nn.functional.gumbel_softmax(tv.tensor([1, 2]))


# -- blocks of rows -------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("scale", [1.0, 1000.0], ids=["small", "large"])
def test_blocks_of_rows_are_the_plain_softmax(scale, threads):
    x = np.random.default_rng(0).normal(size=(4, 300, 65)) * scale
    before = tv.get_num_threads()
    tv.set_num_threads(threads)
    try:
        found = tv.softmax(tv.tensor(x), dim=-1).numpy()
    finally:
        tv.set_num_threads(before)
    np.testing.assert_allclose(found, plain_softmax(x, 2), rtol=1e-12, atol=1e-300)


def test_a_nan_or_infinity_in_a_row_does_not_reach_the_others():
    x = np.zeros((4, 2))
    x[0, 0], x[1, 0], x[2, 0] = np.nan, np.inf, -np.inf
    found = tv.softmax(tv.tensor(x), dim=1).numpy()
    np.testing.assert_array_equal(found, [[np.nan] * 2, [np.nan] * 2, [0, 1], [0.5, 0.5]])
