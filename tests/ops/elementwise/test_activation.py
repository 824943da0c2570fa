"""Activations against SciPy and closed forms, where numbers are large, infinite or none.

Those of elu.py and piecewise.py as well; what only they can do is in their own test files.
"""

import functools
import math
import re

import numpy as np
import pytest
from scipy import special, stats

import tinyvision as tv
import tinyvision.nn.functional as F

INF, NAN = math.inf, math.nan
ALPHA, SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946

# name: the function, its closed form, and its slope in closed form
ACTIVATIONS = {
    "relu": (F.relu, lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
    "relu6": (F.relu6, lambda x: np.clip(x, 0, 6), lambda x: ((x > 0) & (x < 6)) * 1.0),
    "hardtanh": (
        lambda x: F.hardtanh(x, -0.5, 2.0),
        lambda x: np.clip(x, -0.5, 2.0),
        lambda x: ((x > -0.5) & (x < 2.0)) * 1.0,
    ),
    "leaky_relu": (
        lambda x: F.leaky_relu(x, 0.2),
        lambda x: np.where(x > 0, x, 0.2 * x),
        lambda x: np.where(x > 0, 1.0, 0.2),
    ),
    "elu": (
        lambda x: F.elu(x, 1.5),
        lambda x: np.where(x > 0, x, 1.5 * np.expm1(np.minimum(x, 0))),
        lambda x: np.where(x > 0, 1.0, 1.5 * np.exp(np.minimum(x, 0))),
    ),
    "celu": (
        lambda x: F.celu(x, 2.0),
        lambda x: np.where(x > 0, x, 2.0 * np.expm1(np.minimum(x, 0) / 2.0)),
        lambda x: np.where(x > 0, 1.0, np.exp(np.minimum(x, 0) / 2.0)),
    ),
    "selu": (
        F.selu,
        lambda x: SCALE * np.where(x > 0, x, ALPHA * np.expm1(np.minimum(x, 0))),
        lambda x: SCALE * np.where(x > 0, 1.0, ALPHA * np.exp(np.minimum(x, 0))),
    ),
    "mish": (
        F.mish,
        lambda x: x * np.tanh(np.logaddexp(0, x)),
        lambda x: (
            np.tanh(np.logaddexp(0, x))
            + x * special.expit(x) / np.cosh(np.minimum(np.logaddexp(0, x), 300)) ** 2
        ),
    ),
    "tanhshrink": (F.tanhshrink, lambda x: x - np.tanh(x), lambda x: np.tanh(x) ** 2),
    "hardsigmoid": (
        F.hardsigmoid,
        lambda x: np.clip(x + 3, 0, 6) / 6,
        lambda x: (np.abs(x) < 3) / 6,
    ),
    "hardswish": (
        F.hardswish,
        lambda x: x * np.clip(x + 3, 0, 6) / 6,
        lambda x: np.clip((2 * x + 3) / 6 * (np.abs(x) < 3) + (x >= 3), -1, 2),
    ),
    "hardshrink": (
        F.hardshrink,
        lambda x: np.where(np.abs(x) > 0.5, x, 0),
        lambda x: (np.abs(x) > 0.5) * 1.0,
    ),
    "softshrink": (
        F.softshrink,
        lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
        lambda x: (np.abs(x) > 0.5) * 1.0,
    ),
    "threshold": (
        lambda x: F.threshold(x, 0.1, -9.0),
        lambda x: np.where(x > 0.1, x, -9.0),
        lambda x: (x > 0.1) * 1.0,
    ),
    "prelu": (
        lambda x: F.prelu(x, tv.tensor([0.25], dtype=x.dtype)),
        lambda x: np.where(x > 0, x, 0.25 * x),
        lambda x: np.where(x > 0, 1.0, 0.25),
    ),
    "rrelu": (
        lambda x: F.rrelu(x, 0.25, 0.75),
        lambda x: np.where(x > 0, x, 0.5 * x),
        lambda x: np.where(x > 0, 1.0, 0.5),
    ),
    "sigmoid": (F.sigmoid, special.expit, lambda x: special.expit(x) * special.expit(-x)),
    "logsigmoid": (F.logsigmoid, special.log_expit, lambda x: special.expit(-x)),
    "silu": (
        F.silu,
        lambda x: x * special.expit(x),
        lambda x: special.expit(x) * (1 + x * special.expit(-x)),
    ),
    "gelu": (
        F.gelu,
        lambda x: x * stats.norm.cdf(x),
        lambda x: stats.norm.cdf(x) + x * stats.norm.pdf(x),
    ),
    "gelu by tanh": (
        lambda x: F.gelu(x, approximate="tanh"),
        lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
        None,
    ),
    "softplus": (
        lambda x: F.softplus(x, beta=2.0),
        lambda x: np.where(2 * x > 20, x, np.logaddexp(0, 2 * x) / 2),
        lambda x: np.where(2 * x > 20, 1.0, special.expit(2 * x)),
    ),
    "tanh": (F.tanh, np.tanh, lambda x: 4 * special.expit(2 * x) * special.expit(-2 * x)),
}
each = pytest.mark.parametrize("name", ACTIVATIONS)


@each
@pytest.mark.parametrize(("dtype", "rtol"), [("float64", 1e-12), ("float32", 2e-6)])
def test_values_are_those_of_the_closed_form(name, dtype, rtol):
    function, closed_form, _ = ACTIVATIONS[name]
    x = np.linspace(-12.0, 12.0, 1001).astype(dtype)
    out = function(tv.from_numpy(x))
    assert out.dtype == dtype
    np.testing.assert_allclose(out.numpy(), closed_form(x.astype(float)), rtol=rtol, atol=rtol)


@each
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_and_slopes_at_ten_thousand_are_exact(name, dtype):
    function, closed_form, slope = ACTIVATIONS[name]
    x = np.array([-1e4, 1e4], dtype)
    leaf = tv.from_numpy(x).requires_grad_()
    out = function(leaf)
    out.sum().backward()
    np.testing.assert_array_equal(out.detach().numpy(), closed_form(x.astype(float)).astype(dtype))
    if slope is not None:
        np.testing.assert_array_equal(leaf.grad.numpy(), slope(x.astype(float)).astype(dtype))


@each
def test_second_derivatives_at_ten_thousand_are_zero_not_nan(name):
    """Far out every activation is a straight line."""
    leaf = tv.tensor([-1e4, 1e4], requires_grad=True)
    (slope,) = tv.autograd.grad(ACTIVATIONS[name][0](leaf).sum(), leaf, create_graph=True)
    (bend,) = tv.autograd.grad((slope * slope.detach()).sum() + (leaf * 0.0).sum(), leaf)
    assert bend.tolist() == [0.0, 0.0]


@each
def test_nan_stays_nan(name):
    function, _, _ = ACTIVATIONS[name]
    assert math.isnan(function(tv.tensor([NAN]))[0])


@pytest.mark.parametrize(
    ("name", "below", "above"),
    [
        ("relu", 0.0, INF),
        ("relu6", 0.0, 6.0),
        ("hardtanh", -0.5, 2.0),
        ("leaky_relu", -INF, INF),
        ("elu", -1.5, INF),
        ("celu", -2.0, INF),
        ("selu", -np.float32(SCALE * ALPHA), INF),
        ("mish", NAN, INF),
        ("tanhshrink", -INF, INF),
        ("hardsigmoid", 0.0, 1.0),
        ("hardswish", NAN, INF),
        ("hardshrink", -INF, INF),
        ("softshrink", -INF, INF),
        ("threshold", -9.0, INF),
        ("prelu", -INF, INF),
        ("rrelu", -INF, INF),
        ("sigmoid", 0.0, 1.0),
        ("logsigmoid", -INF, 0.0),
        ("silu", NAN, INF),  # -inf * 0, as in torch
        ("gelu", NAN, INF),
        ("softplus", 0.0, INF),
        ("tanh", -1.0, 1.0),
    ],
)
def test_infinity_gives_the_limit_and_no_warning(name, below, above):
    function, _, _ = ACTIVATIONS[name]
    np.testing.assert_array_equal(function(tv.tensor([-INF, INF])).numpy(), [below, above])


@each
def test_float16_stays_float16(name):
    function, closed_form, _ = ACTIVATIONS[name]
    x = np.linspace(-4, 4, 33).astype(np.float16)
    leaf = tv.from_numpy(x).requires_grad_()
    out = function(leaf)
    out.sum().backward()
    assert (out.dtype, leaf.grad.dtype) == (np.float16, np.float16)
    np.testing.assert_allclose(
        out.detach().numpy(), closed_form(x.astype(float)), rtol=5e-3, atol=5e-3
    )


# -- where the function bends -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "at", "slope"),
    [
        ("relu", 0.0, 0.0),
        ("relu6", 0.0, 0.0),
        ("relu6", 6.0, 0.0),
        ("hardtanh", -0.5, 0.0),
        ("hardtanh", 2.0, 0.0),
        ("leaky_relu", 0.0, 0.2),
        ("elu", 0.0, 1.5),
        ("celu", 0.0, 1.0),
        ("selu", 0.0, SCALE * ALPHA),
        ("hardsigmoid", -3.0, 0.0),
        ("hardsigmoid", 3.0, 0.0),
        ("hardswish", -3.0, 0.0),
        ("hardswish", 3.0, 1.0),
        ("hardshrink", 0.5, 0.0),
        ("hardshrink", -0.5, 0.0),
        ("softshrink", 0.5, 0.0),
        ("softshrink", -0.5, 0.0),
        ("prelu", 0.0, 0.25),
        ("rrelu", 0.0, 0.5),
    ],
)
def test_the_slope_at_a_bend_is_torchs(name, at, slope):
    x = tv.tensor([at], requires_grad=True)
    ACTIVATIONS[name][0](x).sum().backward()
    assert x.grad.item() == pytest.approx(slope)


@pytest.mark.parametrize("name", ["relu", "relu6", "hardtanh"])
def test_where_it_is_flat_an_infinite_gradient_becomes_zero_not_nan(name):
    """As in sqrt(relu(x)), whose outer slope is infinite where relu is 0."""
    x = tv.tensor([-9.0], requires_grad=True)
    ACTIVATIONS[name][0](x).backward(tv.tensor([INF]))
    assert x.grad.item() == 0.0


def test_softplus_is_the_identity_above_its_threshold():
    x = tv.tensor([3.0, 1.0], dtype=tv.float64, requires_grad=True)
    out = F.softplus(x, beta=1.0, threshold=2.0)
    out.sum().backward()
    np.testing.assert_allclose(out.detach().numpy(), [3.0, np.logaddexp(0, 1)], rtol=1e-15)
    np.testing.assert_allclose(x.grad.numpy(), [1.0, special.expit(1)], rtol=1e-15)


@pytest.mark.parametrize(
    "name",
    [
        *("sigmoid", "logsigmoid", "silu", "gelu", "softplus", "elu", "celu", "selu", "mish"),
        *("tanhshrink", "hardsigmoid", "hardswish", "hardshrink", "softshrink"),
    ],
)
def test_integers_become_float32(name):
    function, closed_form, _ = ACTIVATIONS[name]
    out = function(tv.tensor([-2, 0, 3]))
    assert out.dtype == tv.float32
    # GELU comes off a table, whose error is that of rounding numbers near 1.
    atol = np.finfo(np.float32).eps if name == "gelu" else 0
    expected = closed_form(np.array([-2.0, 0.0, 3.0]))
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-6, atol=atol)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (F.relu, [0, 0, 9]),
        (F.relu6, [0, 0, 6]),
        (lambda x: F.hardtanh(x, -1.7, 5.5), [-1, 0, 5]),
        (lambda x: F.threshold(x, 0.5, 1.5), [1, 1, 9]),
    ],
    ids=["relu", "relu6", "hardtanh", "threshold"],
)
def test_what_only_limits_leaves_integers_integers(function, expected):
    out = function(tv.tensor([-2, 0, 9]))
    assert out.dtype == tv.int64
    assert out.tolist() == expected


# -- in place ---------------------------------------------------------------------------------

IN_PLACE = {
    "relu": F.relu,
    "relu6": F.relu6,
    "hardtanh": F.hardtanh,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "celu": F.celu,
    "selu": F.selu,
    "silu": F.silu,
    "mish": F.mish,
    "hardsigmoid": F.hardsigmoid,
    "hardswish": F.hardswish,
    "threshold": functools.partial(F.threshold, threshold=0.1, value=-9.0),
}
each_in_place = pytest.mark.parametrize("name", IN_PLACE)


def gradients(function, order, **options):
    """Values and derivatives of sum(f(x * w)^2), whose inner product f may overwrite."""
    rng = np.random.default_rng(0)
    x, w = (tv.from_numpy(rng.uniform(-2, 2, (3, 4))).requires_grad_() for _ in range(2))
    out = function(x * w, **options)
    found = tv.autograd.grad((out * out).sum(), [x, w], create_graph=order > 1)
    if order > 1:
        found = tv.autograd.grad(sum((g * g).sum() for g in found), [x, w])
    return [out.detach().numpy(), *(g.detach().numpy() for g in found)]


@each_in_place
@pytest.mark.parametrize("order", [1, 2])
def test_in_place_gives_the_same_values_and_gradients(name, order):
    function = IN_PLACE[name]
    plain, stored = gradients(function, order), gradients(function, order, inplace=True)
    for one, other in zip(plain, stored, strict=True):
        np.testing.assert_array_equal(one, other)


@each_in_place
def test_in_place_returns_the_input_itself_changed(name):
    x = tv.linspace(-2, 2, 5)
    memory = x.numpy()
    expected = IN_PLACE[name](x)
    assert IN_PLACE[name](x, inplace=True) is x
    assert np.shares_memory(x.numpy(), memory)
    np.testing.assert_array_equal(memory, expected.numpy())


@each_in_place
def test_in_place_on_a_leaf_that_is_trained_is_refused_and_changes_nothing(name):
    x = tv.tensor([-1.0, 0.5], requires_grad=True)
    with pytest.raises(RuntimeError, match=re.escape(f"{name.replace('relu6', 'hardtanh')}_: a")):
        IN_PLACE[name](x, inplace=True)
    assert x.tolist() == [-1.0, 0.5]


def test_overwriting_what_a_derivative_needs_is_refused_in_backward():
    x = tv.tensor([-1.0, 2.0], requires_grad=True)
    y = tv.sigmoid(x)
    F.relu(y, inplace=True)
    with pytest.raises(RuntimeError, match=r"SigmoidBackward needs its answer.*relu_"):
        y.sum().backward()


# -- errors -----------------------------------------------------------------------------------


def test_an_unknown_approximation_is_refused():
    with pytest.raises(ValueError, match="approximate must be 'none' or 'tanh', got 'fast'"):
        F.gelu(tv.zeros(1), approximate="fast")


def test_softsign_is_that_of_the_formula():
    x = np.linspace(-12.0, 12.0, 101)
    leaf = tv.from_numpy(x).requires_grad_()
    out = F.softsign(leaf)
    out.sum().backward()
    np.testing.assert_allclose(out.detach().numpy(), x / (1 + np.abs(x)), rtol=1e-15)
    np.testing.assert_allclose(leaf.grad.numpy(), (1 + np.abs(x)) ** -2.0, rtol=1e-12)


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_glu_gates_one_half_by_the_other(dim):
    x = np.random.default_rng(0).normal(size=(4, 6))
    value, gate = np.split(x, 2, axis=dim)
    found = F.glu(tv.from_numpy(x), dim)
    np.testing.assert_allclose(found.numpy(), value * special.expit(gate), rtol=1e-14)


def test_glu_of_what_has_no_halves_is_refused():
    with pytest.raises(ValueError, match=re.escape("shape (2, 3) has the odd size 3 along dim -1")):
        F.glu(tv.zeros(2, 3))
    with pytest.raises(ValueError, match="a tensor without axes has no halves"):
        F.glu(tv.tensor(1.0))


def test_limits_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match=re.escape("min_val 1.0 is larger than max_val -1.0")):
        F.hardtanh(tv.zeros(1), 1.0, -1.0)


@pytest.mark.parametrize("shape", [(), (5,), (0, 80), (3, 2), (3, 80), (2, 3, 5, 7)], ids=str)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int32])
def test_relu_of_short_and_long_rows_is_the_larger_of_each_and_nothing(shape, dtype):
    """Long rows are compared with as many zeros, short ones with a number."""
    x = np.random.default_rng(0).integers(-3, 4, shape).astype(dtype)
    found = tv.relu(tv.from_numpy(np.asarray(x))).numpy()
    np.testing.assert_array_equal(found, np.where(x > 0, x, 0).astype(dtype), strict=True)


@pytest.mark.parametrize("width", [3, 80])
def test_relu_hands_on_nan_both_ways(width):
    x = tv.full((2, width), math.nan, requires_grad=True)
    out = tv.relu(x)
    out.sum().backward()
    assert out.isnan().all()
    assert (x.grad == 1.0).all()
