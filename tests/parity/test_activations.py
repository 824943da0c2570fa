"""Activations and softmax against torch."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

ACTIVATIONS = {
    "relu": lambda f, x: f.relu(x),
    "relu6": lambda f, x: f.relu6(x * 3),
    "leaky_relu": lambda f, x: f.leaky_relu(x),
    "leaky_relu 0.2": lambda f, x: f.leaky_relu(x, 0.2),
    "elu": lambda f, x: f.elu(x),
    "elu 0.5": lambda f, x: f.elu(x, alpha=0.5),
    "celu": lambda f, x: f.celu(x),
    "celu 2": lambda f, x: f.celu(x, alpha=2.0),
    "selu": lambda f, x: f.selu(x),
    "mish": lambda f, x: f.mish(x),
    "softsign": lambda f, x: f.softsign(x),
    "tanhshrink": lambda f, x: f.tanhshrink(x),
    "threshold": lambda f, x: f.threshold(x, 0.7, -9.0),
    "hardswish": lambda f, x: f.hardswish(x),
    "hardshrink": lambda f, x: f.hardshrink(x),
    "softshrink": lambda f, x: f.softshrink(x),
    "rrelu": lambda f, x: f.rrelu(x),
    "gelu": lambda f, x: f.gelu(x),
    "gelu tanh": lambda f, x: f.gelu(x, approximate="tanh"),
    "silu": lambda f, x: f.silu(x),
    "softplus": lambda f, x: f.softplus(x),
    "softplus with options": lambda f, x: f.softplus(x, beta=2.0, threshold=1.5),
    "hardtanh": lambda f, x: f.hardtanh(x),
    "hardtanh -0.5 0.7": lambda f, x: f.hardtanh(x, -0.5, 0.7),
    "sigmoid": lambda f, x: f.sigmoid(x),
    "logsigmoid": lambda f, x: f.logsigmoid(x),
    "tanh": lambda f, x: f.tanh(x),
}

EDGES = [0.0, -0.0, 1.0, -1.0, 0.7, -0.5, 2.0, 6.0, 20.0, 20.1, -30.0, 100.0, -100.0, 1e4, -1e4]


@pytest.mark.parametrize("case", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_activations_and_their_derivatives_agree(agree, normal, case):
    agree(lambda t, x: case(t.nn.functional, x), normal(5, 7) * 2)


@pytest.mark.parametrize("case", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_activations_agree_in_float32(agree, normal, case):
    agree(lambda t, x: case(t.nn.functional, x), normal(5, 7) * 2, dtype="float32", order=1)


@pytest.mark.parametrize("case", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_activations_agree_at_kinks_and_far_out(agree, case):
    agree(lambda t, x: case(t.nn.functional, x), np.array(EDGES), order=1)


@pytest.mark.parametrize("case", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_activations_agree_at_infinities_and_nan(agree, case):
    agree(lambda t, x: case(t.nn.functional, x), np.array([np.inf, -np.inf, np.nan]), order=0)


@pytest.mark.parametrize(
    "name",
    ["relu", "relu6", "leaky_relu", "elu", "silu", "hardtanh", "celu", "selu", "mish", "hardswish"],
)
def test_activations_in_place_agree(agree, normal, name):
    def case(t, x):
        copy = x * 1.0
        out = getattr(t.nn.functional, name)(copy, inplace=True)
        return out, copy

    agree(case, normal(3, 4), order=1)


def test_hardsigmoid_agrees_as_far_as_torchs_sixth_does(agree, normal):
    """In its gradient torch multiplies by 1 / 6 in float32, also where the rest is float64."""
    near = {"rtol": 1e-7, "atol": 1e-12}
    agree(lambda t, x: t.nn.functional.hardsigmoid(x), normal(5, 7) * 2, order=1, tolerance=near)
    edges = np.array([*EDGES, 3.0, -3.0])
    agree(lambda t, x: t.nn.functional.hardsigmoid(x), edges, order=1, tolerance=near)


# -- softmax ----------------------------------------------------------------------------------

MASKED = np.array([[0.0, -np.inf, 1.0], [-np.inf, -np.inf, 2.0], [1e4, -1e4, 1e4], [3.0, 3.0, 3.0]])
SOFT = {
    "softmax": lambda t, x, dim: t.nn.functional.softmax(x, dim),
    "log_softmax": lambda t, x, dim: t.nn.functional.log_softmax(x, dim),
    "Tensor.softmax": lambda t, x, dim: x.softmax(dim),
    "Tensor.log_softmax": lambda t, x, dim: x.log_softmax(dim=dim),
    "logsumexp": lambda t, x, dim: t.logsumexp(x, dim),
    "logsumexp keepdim": lambda t, x, dim: x.logsumexp(dim, keepdim=True),
}


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("case", SOFT.values(), ids=SOFT)
def test_softmax_and_its_kin_agree(agree, normal, case, dim):
    agree(lambda t, x: case(t, x, dim), normal(3, 4, 2) * 3)


@pytest.mark.parametrize("case", SOFT.values(), ids=SOFT)
def test_softmax_and_its_kin_agree_in_float32(agree, normal, case):
    agree(lambda t, x: case(t, x, 1), normal(3, 40) * 3, dtype="float32", order=1)


@pytest.mark.parametrize("case", SOFT.values(), ids=SOFT)
def test_softmax_and_its_kin_agree_where_some_are_masked(agree, case):
    agree(lambda t, x: case(t, x, 1), MASKED, order=1)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_a_row_that_is_masked_entirely_is_nan_as_in_torch(agree, name):
    agree(lambda t, x: SOFT[name](t, x, 1), np.full((2, 3), -np.inf), order=0)


def test_logsumexp_of_infinities_agrees(agree):
    x = np.array([[-np.inf, -np.inf], [np.inf, 0.0], [np.inf, -np.inf], [np.nan, 0.0]])
    agree(lambda t, x: t.logsumexp(x, 1), x, order=0)
    # for -inf alone torch's gradient is NaN, ours 0, as for anything masked
    agree(lambda t, x: t.logsumexp(x, 1), x[1:], order=1)


def test_logsumexp_over_several_axes_agrees(agree, normal):
    agree(lambda t, x: (t.logsumexp(x, (0, 2)), x.logsumexp((1, -1), True)), normal(3, 4, 2))


def test_softmax_converts_to_the_type_asked_for(agree, normal):
    def case(t, x):
        f = t.nn.functional
        return f.softmax(x, 1, dtype=t.float64), f.log_softmax(x, 0, dtype=t.float32)

    agree(case, normal(3, 4), dtype="float32", order=1)
