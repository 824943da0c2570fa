"""Arithmetic, exponentials, choices and comparisons against torch, edge values included."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

BINARY = {
    "add": lambda t, x, y: t.add(x, y),
    "add with alpha": lambda t, x, y: t.add(x, y, alpha=2.5),
    "sub": lambda t, x, y: t.sub(x, y),
    "sub with alpha": lambda t, x, y: t.sub(x, y, alpha=-3),
    "mul": lambda t, x, y: t.mul(x, y),
    "div": lambda t, x, y: t.div(x, y),
    "div trunc": lambda t, x, y: t.div(x, y, rounding_mode="trunc"),
    "div floor": lambda t, x, y: t.div(x, y, rounding_mode="floor"),
    "remainder": lambda t, x, y: t.remainder(x, y),
    "maximum": lambda t, x, y: t.maximum(x, y),
    "minimum": lambda t, x, y: t.minimum(x, y),
    "max": lambda t, x, y: t.max(x, y),
    "min": lambda t, x, y: t.min(x, y),
    "pow": lambda t, x, y: t.pow(x * x + 0.1, y),
    "where": lambda t, x, y: t.where(x > 0, x, y),
    "clamp from below": lambda t, x, y: t.clamp(x, min=y),
    "clamp from above": lambda t, x, y: x.clamp(max=y),
    "%": lambda t, x, y: x % y,
    "outer comparison": lambda t, x, y: (x < y, x <= y, x > y, x >= y, x == y, x != y),
}

SHAPES = [((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 1), (2, 1, 4)), ((), (2, 3)), ((2, 0), (1, 1))]


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
@pytest.mark.parametrize("case", BINARY.values(), ids=BINARY)
def test_operations_of_two_tensors_and_their_derivatives_agree(agree, normal, case, shapes):
    agree(case, *[normal(*shape) for shape in shapes])


@pytest.mark.parametrize("case", BINARY.values(), ids=BINARY)
def test_operations_of_two_tensors_agree_in_float32(agree, normal, case):
    agree(case, normal(3, 4), normal(4), dtype="float32", order=1)


UNARY = {
    "neg": lambda t, x: -x,
    "abs": lambda t, x: abs(x),
    "square": lambda t, x: t.square(x),
    "sqrt": lambda t, x: t.sqrt(x),
    "rsqrt": lambda t, x: x.rsqrt(),
    "reciprocal": lambda t, x: t.reciprocal(x),
    "exp": lambda t, x: t.exp(x),
    "expm1": lambda t, x: t.expm1(x),
    "log": lambda t, x: t.log(x),
    "log2": lambda t, x: t.log2(x),
    "log10": lambda t, x: t.log10(x),
    "log1p": lambda t, x: t.log1p(x),
    "erf": lambda t, x: t.erf(x),
    "sin": lambda t, x: t.sin(x),
    "cos": lambda t, x: t.cos(x),
    "tanh": lambda t, x: t.tanh(x),
    "sigmoid": lambda t, x: t.sigmoid(x),
    "sign": lambda t, x: t.sign(x),
    "floor": lambda t, x: t.floor(x),
    "ceil": lambda t, x: t.ceil(x),
    "round": lambda t, x: t.round(x),
    "trunc": lambda t, x: t.trunc(x),
    "clamp": lambda t, x: t.clamp(x, -0.5, 0.5),
    "clamp min": lambda t, x: t.clamp(x, min=0),
    "clip": lambda t, x: t.clip(x, max=0.25),
    "3 - x": lambda t, x: 3 - x,
    "2 / x": lambda t, x: 2 / x,
    "x / 3": lambda t, x: x / 3,
    "x // 0.7": lambda t, x: t.floor_divide(x.detach(), 0.7),
    "x % 0.7": lambda t, x: x % 0.7,
    "x % -0.7": lambda t, x: x % -0.7,
    "1.5 ** x": lambda t, x: 1.5**x,
    "0 ** x": lambda t, x: 0**x,
    "x ** 0": lambda t, x: x**0,
    "x ** 1": lambda t, x: x**1,
    "x ** 2": lambda t, x: x**2,
    "x ** 3": lambda t, x: x**3,
    "x ** -1": lambda t, x: x**-1,
    "x ** -2": lambda t, x: x**-2,
    "x ** 0.5": lambda t, x: x**0.5,
    "x ** 1.5": lambda t, x: x**1.5,
    "isnan": lambda t, x: t.isnan(x),
    "isinf": lambda t, x: t.isinf(x),
    "isfinite": lambda t, x: t.isfinite(x),
    "logical_not": lambda t, x: t.logical_not(x),
    "logic": lambda t, x: (
        t.logical_and(x > 0, x < 1),
        t.logical_or(x > 0, x < -1),
        t.logical_xor(x > 0, x < 1),
        (x > 0) & (x < 1),
        (x > 0) | (x < -1),
        (x > 0) ^ (x < 1),
        ~(x > 0),
    ),
    "where with a number": lambda t, x: t.where(x > 0.1, x, 0.0),
    "where of numbers": lambda t, x: t.where(x > 0.1, 1.0, 0.0),
}

# Everything at which a careless rule goes wrong: both zeros, halves, ties with the limits used
# above, infinities, NaN, and numbers at which exp overflows.
EDGES = np.array(
    [
        *(0.0, -0.0, 0.5, -0.5, 0.25, 1.5, 2.5, -1.5, 1.0, -1.0, 0.7),
        *(1e-300, 1e4, -1e4, np.inf, -np.inf, np.nan),
    ]
)


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_tensor_and_their_derivatives_agree(agree, normal, name):
    # torch has NaN for the second derivative of 0 ** x, which is 0 where x > 0
    agree(UNARY[name], normal(5, 7) * 2, order=1 if name == "0 ** x" else 2)


@pytest.mark.parametrize("case", UNARY.values(), ids=UNARY)
def test_functions_of_one_tensor_agree_in_float32(agree, normal, case):
    agree(case, np.abs(normal(5, 7)) + 0.1, dtype="float32", order=1)


# Where ours differs on purpose. The sign of NaN, and so the slope of abs there, is NaN as in NumPy
# (torch: 0). A root is the power 0.5 by IEEE's rules (torch: its slope is -inf at -0, NaN at -inf).
DIFFERENT = {"sign": [np.nan], "abs": [np.nan], "x ** 0.5": [-0.0, -np.inf]}


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_tensor_agree_at_the_edges(agree, name):
    left_out = [value.tobytes() for value in np.array(DIFFERENT.get(name, []))]
    edges = np.array([edge for edge in EDGES if edge.tobytes() not in left_out])
    agree(UNARY[name], edges, order=1)


@pytest.mark.parametrize("name", BINARY)
def test_operations_of_two_tensors_agree_at_the_edges(agree, name):
    x, y = np.meshgrid(EDGES, EDGES)
    # Of inf - inf and inf * 0 NumPy warns, and so do ours; torch is silent.
    with np.errstate(invalid="ignore"):
        agree(BINARY[name], x, y, order=0)
        if name.startswith("clamp"):
            # where NaN is passed on, ours is as steep as with numbers, torch's slope is 0
            x, y = (np.where(np.isnan(values), 0.3, values) for values in (x, y))
        agree(BINARY[name], x, y, order=1)


def test_powers_of_edges_agree(agree):
    x, y = np.meshgrid(EDGES, [*EDGES, 2.0, 3.0, -2.0])
    agree(lambda t, x, y: t.pow(x, y), x, y, order=1)


@pytest.mark.parametrize("mode", [None, "trunc", "floor"])
@pytest.mark.parametrize("divisor", [3, -3, 2.5, -2.5])
def test_division_of_integers_agrees(agree, mode, divisor):
    agree(lambda t, x: t.div(x, divisor, rounding_mode=mode), np.arange(-9, 10))


@pytest.mark.parametrize("divisor", [3, -3, 2.5])
def test_remainder_and_floor_division_of_integers_agree(agree, divisor):
    agree(lambda t, x: (x % divisor, x // divisor), np.arange(-9, 10))


OF_INTEGERS = [
    *("abs", "neg", "sign", "square", "exp", "log", "sqrt", "sigmoid", "tanh", "erf", "reciprocal"),
    *("floor", "ceil", "trunc", "round", "isnan", "isfinite", "logical_not", "bitwise_not"),
]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "int64", "bool"])
@pytest.mark.parametrize("name", OF_INTEGERS)
def test_functions_of_integers_give_the_same_values_and_types(agree, name, dtype):
    x = np.array([0, 1, 2, 3, 100]).astype(dtype)
    if dtype == "bool" and name in ("neg", "abs", "sign", "floor", "ceil", "trunc", "round"):
        pytest.skip("torch refuses some of these on booleans; see test_refusals.py")
    agree(lambda t, x: getattr(t, name)(x), x)


@pytest.mark.parametrize("limits", [(-1, 1), (0.5, None), (None, 1.5), (2, 0)], ids=str)
def test_clamp_of_integers_agrees(agree, limits):
    agree(lambda t, x: t.clamp(x, *limits), np.arange(-4, 5))
