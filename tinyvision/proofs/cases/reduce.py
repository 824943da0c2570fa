"""Gradient cases of tinyvision/ops/reductions/reduce.py."""

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, some, with_axes, with_axis


def with_zeros(shape):
    """Zeros among the factors: what a product divided by its factors would get wrong."""
    return arrays(shape).map(lambda x: np.where(np.abs(x) < 0.4, 0.0, x))


@st.composite
def along_axis(draw, values=arrays, keepdim=False):
    x, axis = draw(with_axis(values))
    config = {"keepdim": draw(st.booleans())} if keepdim else {}
    return Call(x, axis=axis, **config)


@st.composite
def along_axes(draw, values=arrays, **options):
    x, axes = draw(with_axes(values, **options))
    return Call(x, axes=axes, keepdim=draw(st.booleans()))


@st.composite
def along_dims(draw, least=1, corrections=()):
    """Calls of a public function, of at least `least` elements along the axes."""
    x, axes = draw(with_axes(min_dims=1, side=some))
    assume(np.prod([x.shape[axis] for axis in axes or range(x.ndim)]) >= least)
    config = {"correction": draw(st.sampled_from(corrections))} if corrections else {}
    dim = axes if axes else None
    return Call(x, dim, keepdim=draw(st.booleans()), **config)


def spread_out(call):
    """The values along the axes differ: where all are equal, the root bends."""
    x, dim = call.args
    return bool(np.all(x.std(axis=dim) > 0.1))


EMPTY = Call(np.zeros((0, 3)), axes=(1,), keepdim=False)

CASES = [
    Case(
        "prod",
        calls=along_axis(with_zeros, keepdim=True),
        empty=(
            Call(np.zeros((0, 3)), axis=0, keepdim=False),
            Call(np.zeros((2, 0)), axis=0, keepdim=True),
        ),
    ),
    Case(
        "product_of_others",
        calls=along_axis(with_zeros),
        empty=(Call(np.zeros((0, 3)), axis=0), Call(np.zeros((2, 0)), axis=0)),
    ),
    Case(
        "length_over",
        calls=along_axes(lambda shape: arrays(shape, away_from=(0.0,), gap=0.2)),
        empty=(EMPTY, Call(np.zeros((2, 0)), axes=(1,), keepdim=True)),
    ),
    *[
        Case(name, calls=along_axes(), empty=(EMPTY,), differentiable=False, keeps_dtype=False)
        for name in ("all_over", "any_over")
    ],
    Case(
        "mean",
        primitive=None,
        function=tv.mean,
        calls=along_dims(),
        empty=(Call(np.zeros((0, 3)), 1), Call(np.zeros((2, 0)), 1)),
        linear="together",
    ),
    Case(
        "var",
        primitive=None,
        function=tv.var,
        calls=along_dims(least=2, corrections=(0, 1)),
        empty=(Call(np.zeros((0, 3)), 1), Call(np.zeros((2, 0)), 1)),
    ),
    Case(
        "std",
        primitive=None,
        function=tv.std,
        calls=along_dims(least=2, corrections=(0, 1)).filter(spread_out),
        empty=(Call(np.zeros((0, 3)), 1), Call(np.zeros((2, 0)), 1)),
        smooth=False,
    ),
]
