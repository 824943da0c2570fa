"""Gradient cases of tinyvision/ops/base/choose.py, signs.py, rounding.py and finite.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, broadcast_pairs, elementwise, pairwise, shapes

EMPTY_PAIRS = (Call(np.zeros((0, 3)), np.zeros(3)), Call(np.zeros((2, 1)), np.zeros((1, 0))))


def between_integers(shape):
    """Away from the integers and their halves, where rounding jumps."""
    return arrays(shape, -3, 3, away_from=np.arange(-6, 7) / 2)


def not_zero(shape):
    return arrays(shape, away_from=(0.0,))


def apart(pair):
    return bool(np.all(np.abs(pair[0] - pair[1]) > 1e-3))


@st.composite
def choices(draw):
    first, second = draw(broadcast_pairs())
    shape = draw(st.sampled_from((first.shape, second.shape, (2, *first.shape))))
    if draw(st.booleans()):
        shape = np.broadcast_shapes(first.shape, second.shape)
    condition = np.asarray(draw(arrays(shape)) > 0)
    try:
        np.broadcast_shapes(condition.shape, first.shape, second.shape)
    except ValueError:
        condition = np.asarray(True)
    return Call(condition, first, second)


@st.composite
def masked(draw):
    x = draw(arrays(shapes()))
    return Call(x, mask=np.asarray(draw(arrays(x.shape)) > 0))


@st.composite
def clipped(draw):
    low, high = draw(st.sampled_from(((-1.0, 1.0), (None, 1.0), (-1, None), (1.0, -1.0))))
    return Call(draw(arrays(shapes(), away_from=(-1.0, 1.0))), low=low, high=high)


@st.composite
def between_tensors(draw):
    limit, x = draw(broadcast_pairs().filter(apart))
    return Call(x, limit, None) if draw(st.booleans()) else Call(x, None, limit)


def signs(shape):
    """Integers, which have no gradient: in the sign it is zero."""
    return not_zero(shape).map(lambda x: np.asarray(np.sign(x), np.int64))


PLAIN = {"nan": 0.5, "posinf": 2.0, "neginf": -3.0}


def replaced():
    """Numbers only: at NaN and the infinities there are no differences to compare with."""
    return arrays(shapes()).map(lambda x: Call(x, **PLAIN))


CASES = [
    *[
        elementwise(name, between_integers, flat=True)
        for name in ("sign", "floor", "ceil", "round", "trunc")
    ],
    Case(
        "round to decimals",
        primitive="round",
        calls=arrays(shapes(), -0.3, 0.3, away_from=np.arange(-7, 8) / 20, gap=0.005).map(
            lambda x: Call(x, decimals=1)
        ),
        empty=(Call(np.zeros((0, 3)), decimals=1),),
        flat=True,
    ),
    elementwise("frac", between_integers, primitive=None, function=tv.frac),
    pairwise("copysign", not_zero, signs),
    Case("nan_to_num", calls=replaced(), empty=(Call(np.zeros((0, 3)), **PLAIN),)),
    elementwise("abs", not_zero),
    Case(
        "where",
        calls=choices(),
        empty=(Call(np.zeros((0, 1), bool), np.zeros(3), np.zeros((1, 3))),),
        linear="together",
    ),
    Case(
        "zero_where",
        calls=masked(),
        empty=(Call(np.zeros((0, 2)), mask=np.zeros((0, 2), bool)),),
        linear="together",
    ),
    *[
        Case(
            name,
            calls=broadcast_pairs().filter(apart).map(lambda pair: Call(*pair)),
            empty=EMPTY_PAIRS,
        )
        for name in ("maximum", "minimum")
    ],
    *[
        Case(
            name,
            primitive=None,
            function=getattr(tv, name),
            calls=broadcast_pairs().filter(apart).map(lambda pair: Call(*pair)),
            empty=EMPTY_PAIRS,
        )
        for name in ("fmax", "fmin")
    ],
    Case("clip", calls=clipped(), empty=(Call(np.zeros((0, 3)), low=0.0, high=None),)),
    Case(
        "clamp between tensors",
        primitive=None,
        function=tv.clamp,
        calls=between_tensors(),
        empty=(Call(np.zeros((0, 3)), np.zeros(3), None),),
    ),
]
