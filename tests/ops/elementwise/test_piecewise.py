"""What is special about single piecewise activations; values are in test_activation.py."""

import math
import re

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F

INF = math.inf


@pytest.fixture(autouse=True)
def _seeded():
    state = tv.get_rng_state()
    tv.manual_seed(0)
    yield
    tv.set_rng_state(state)


# -- prelu ------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(4, 3), (4, 3, 2), (4, 3, 2, 5)])
def test_each_channel_has_its_own_slope(shape):
    x, slopes = np.random.default_rng(0).normal(size=shape), np.array([0.1, -0.5, 2.0])
    found = F.prelu(tv.from_numpy(x), tv.from_numpy(slopes)).numpy()
    for channel, slope in enumerate(slopes):
        part = x[:, channel]
        np.testing.assert_array_equal(found[:, channel], np.where(part > 0, part, slope * part))


@pytest.mark.parametrize("shape", [(), (5,), (2, 3), (2, 3, 4)])
@pytest.mark.parametrize("weight", [tv.tensor(0.5), tv.tensor([0.5])], ids=["()", "(1,)"])
def test_one_slope_serves_every_shape(shape, weight):
    assert bool((F.prelu(tv.full(shape, -2.0), weight) == -1.0).all())
    assert F.prelu(tv.full(shape, -2.0), weight).shape == shape


def test_the_gradient_of_a_slope_sums_what_lies_below_zero():
    x = tv.tensor([[-1.0, 4.0], [INF, -3.0]])
    weight = tv.tensor([0.5, 0.5], requires_grad=True)
    F.prelu(x, weight).sum().backward()
    assert weight.grad.tolist() == [-1.0, -3.0]


@pytest.mark.parametrize("weight", [(2,), (3, 1), (0,)])
def test_another_number_of_slopes_than_channels_is_refused(weight):
    with pytest.raises(ValueError, match=re.escape("shape (), (1,) or (3,), one slope for each")):
        F.prelu(tv.zeros(2, 3), tv.zeros(weight))


def test_slopes_of_another_type_are_refused():
    with pytest.raises(RuntimeError, match="prelu: one operand is float32, the other float64"):
        F.prelu(tv.zeros(2), tv.ones(1, dtype=tv.float64))


# -- rrelu ------------------------------------------------------------------------------------


def test_while_training_slopes_are_drawn_between_the_bounds():
    x = tv.full((20_000,), -1.0, requires_grad=True)
    out = F.rrelu(x, 0.2, 0.6, training=True)
    slopes = -out.detach().numpy()
    assert slopes.min() >= 0.2
    assert slopes.max() <= 0.6
    # the mean of 20,000 uniform numbers, to five deviations
    assert slopes.mean() == pytest.approx(0.4, abs=5 * 0.4 / math.sqrt(12 * 20_000))
    out.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), slopes)


def test_while_training_what_is_positive_stays():
    assert F.rrelu(tv.tensor([0.5, 3.0]), training=True).tolist() == [0.5, 3.0]


@pytest.mark.parametrize("training", [False, True])
def test_rrelu_in_place_changes_its_input(training):
    x = tv.tensor([-1.0, 2.0])
    assert F.rrelu(x, 0.5, 0.5, training, inplace=True) is x
    assert x.tolist() == [-0.5, 2.0]
    assert tv.rrelu_(x, 0.5, 0.5, training) is x
    assert x.tolist() == [-0.25, 2.0]


@pytest.mark.parametrize("bounds", [(0.5, 0.1), (-INF, 0.1), (0.1, math.nan)])
def test_bounds_that_are_none_are_refused(bounds):
    with pytest.raises(ValueError, match="lower must be at most upper, both finite"):
        F.rrelu(tv.zeros(1), *bounds)


# -- shrinking and thresholds -----------------------------------------------------------------


def test_hardshrink_by_a_negative_number_keeps_everything():
    assert tv.tensor([0.0, 0.1, -0.1]).hardshrink(-1.0).tolist() == pytest.approx([0.0, 0.1, -0.1])


@pytest.mark.parametrize("lambd", [-0.1, math.nan])
def test_softshrink_by_a_negative_number_is_refused(lambd):
    with pytest.raises(ValueError, match=f"softshrink: lambd must be 0 or above, got {lambd}"):
        F.softshrink(tv.zeros(1), lambd)


@pytest.mark.parametrize("function", [F.hardshrink, F.softshrink, F.hardsigmoid])
def test_where_it_is_flat_an_infinite_gradient_becomes_zero_not_nan(function):
    x = tv.tensor([0.2 if function is not F.hardsigmoid else 9.0], requires_grad=True)
    function(x).backward(tv.tensor([INF]))
    assert x.grad.item() == 0.0


def test_threshold_with_an_underscore_changes_its_input():
    x = tv.tensor([-1.0, 0.5, 2.0])
    assert F.threshold_(x, 0.5, -9.0) is x
    assert x.tolist() == [-9.0, -9.0, 2.0]


@pytest.mark.parametrize(
    ("change", "function"),
    [(F.leaky_relu_, F.leaky_relu), (F.hardtanh_, F.hardtanh)],
    ids=["leaky_relu_", "hardtanh_"],
)
def test_with_an_underscore_it_changes_its_input(change, function):
    x = tv.tensor([-2.0, 0.5])
    expected = function(x).tolist()
    assert change(x) is x
    assert x.tolist() == expected
