"""Gradient cases of tinyvision/ops/elementwise/arithmetic.py, division.py and power.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, broadcast_pairs, elementwise, pairwise, shapes

EMPTY_PAIRS = (Call(np.zeros((0, 3)), np.zeros(3)), Call(np.zeros((2, 1)), np.zeros((1, 0))))


def positive(shape):
    return arrays(shape, 0.3, 2.0)


def not_zero(shape):
    return arrays(shape, away_from=(0.0,), gap=0.4)


def far_from_whole_quotients(pair):
    """Where x / y is a whole number, the quotient rounded down jumps."""
    quotients = pair[0] / pair[1]
    return bool(np.all(np.abs(quotients - np.round(quotients)) > 1e-3))


pairs = broadcast_pairs(arrays, not_zero).filter(far_from_whole_quotients)
quotients = pairs.map(lambda pair: Call(*pair))


@st.composite
def scaled_pairs(draw):
    """Two arrays and a number to multiply the second by."""
    return Call(*draw(broadcast_pairs()), alpha=draw(st.sampled_from((1, 2.5, -3))))


@st.composite
def powers_by_a_number(draw):
    exponent = draw(st.sampled_from((2, 0, 1, 3, -1, 0.5, 2.5)))
    values = positive if isinstance(exponent, float) else not_zero
    return Call(draw(values(shapes())), exponent)


@st.composite
def powers_of_a_number(draw):
    return Call(draw(st.sampled_from((2.0, 0.5, 3))), draw(arrays(shapes())))


def weights(shape):
    return arrays(shape, -1.0, 2.0, away_from=(-0.5, 0.5))


@st.composite
def threes(draw, others):
    """Three arrays that broadcast, the last of values of its own."""
    first, second = draw(broadcast_pairs())
    shape = draw(st.sampled_from((first.shape, second.shape, ())))
    return Call(first, second, draw(others(shape)))


CASES = [
    Case("add", function=tv.add, calls=scaled_pairs(), empty=EMPTY_PAIRS, linear="together"),
    Case("sub", function=tv.sub, calls=scaled_pairs(), empty=EMPTY_PAIRS, linear="together"),
    pairwise("mul", linear="each"),
    pairwise("true_div", arrays, not_zero),
    Case("floor_divide", calls=quotients, empty=EMPTY_PAIRS, flat=True),
    Case("truncated_div", calls=quotients, empty=EMPTY_PAIRS, flat=True),
    Case("remainder", calls=quotients, empty=EMPTY_PAIRS, smooth=False),
    Case("fmod", calls=quotients, empty=EMPTY_PAIRS, smooth=False),
    elementwise("neg", linear="together"),
    pairwise("hypot", not_zero),
    pairwise("pow", positive, arrays),
    Case(
        "pow by a number",
        primitive="pow",
        calls=powers_by_a_number(),
        empty=(Call(np.zeros((2, 0)), 3), Call(np.zeros(0), 0.5)),
    ),
    Case(
        "pow of a number",
        primitive="pow",
        calls=powers_of_a_number(),
        empty=(Call(2.0, np.zeros((0, 3))),),
    ),
    elementwise("square"),
    elementwise("sqrt", positive),
    elementwise("rsqrt", positive),
    elementwise("reciprocal", not_zero),
    Case(
        "subtraction from a number",
        primitive=None,
        function=lambda x: 1 - x,
        calls=arrays(shapes()).map(Call),
        empty=(Call(np.zeros((0, 3))),),
    ),
    *[
        Case(
            name,
            primitive=None,
            function=getattr(tv, name),
            calls=threes(others),
            empty=(Call(np.zeros((0, 3)), np.ones(3), np.ones((1, 3))),),
        )
        for name, others in (("addcmul", arrays), ("addcdiv", not_zero), ("lerp", weights))
    ],
    pairwise("ldexp", primitive=None, function=tv.ldexp),
    pairwise("float_power", positive, primitive=None, function=tv.float_power, keeps_dtype=False),
    pairwise(
        "quotient of a product",  # the same tensor above and below the line
        values=not_zero,
        primitive=None,
        function=lambda x, y: tv.div(x * y, x),
    ),
]
