"""Gradient cases of tinyvision/ops/reductions/statistics.py and trapezoid.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, some
from .reduce import along_dims, spread_out


@st.composite
def observations(draw, weighted):
    """(variables, observations), three or more of them, spread out."""
    count = draw(st.integers(3, 5))
    x = draw(arrays((draw(some), count)))
    if not weighted:
        return Call(x)
    return Call(x, draw(arrays((count,), low=0.5)), np.arange(1, count + 1))


@st.composite
def integrands(draw):
    y = draw(arrays((draw(some), draw(some))))
    return Call(y, draw(arrays(y.shape)))


EMPTY = (Call(np.zeros((0, 3)), 1), Call(np.zeros((2, 0)), 1))

CASES = [
    *[
        Case(
            f"{name}_mean {part}",
            primitive=None,
            function=lambda *args, f=function, i=i, **config: f(*args, **config)[i],
            calls=along_dims(least=2, corrections=(0, 1)).filter(spread_out),
            empty=EMPTY,
            smooth=False,
        )
        for name, function in (("var", tv.var_mean), ("std", tv.std_mean))
        for i, part in enumerate(("spread", "mean"))
    ],
    *[
        Case(
            function.__name__,
            primitive=None,
            function=function,
            calls=along_dims(),
            empty=EMPTY,
            linear="together",
        )
        for function in (tv.nansum, tv.nanmean)
    ],
    Case(
        "cov",
        primitive=None,
        function=tv.cov,
        calls=observations(weighted=False),
        empty=(Call(np.zeros((0, 3))), Call(np.zeros((2, 0)))),
    ),
    Case(
        "cov with weights",
        primitive=None,
        function=lambda x, a, f: tv.cov(x, aweights=a, fweights=f),
        calls=observations(weighted=True),
        empty=(Call(np.zeros((0, 3)), np.ones(3), np.ones(3, int)),),
        smooth=False,
    ),
    Case(
        "corrcoef",
        primitive=None,
        function=tv.corrcoef,
        calls=observations(weighted=False).filter(lambda call: np.std(call.args[0], 1).min() > 0.4),
        empty=(Call(np.zeros((0, 3))),),
        smooth=False,
    ),
    Case(
        "renorm",
        primitive=None,
        function=lambda x: tv.renorm(x, 2, 0, 1.0),
        calls=arrays((2, 3), low=0.7).map(Call),
        empty=(Call(np.zeros((0, 3))),),
    ),
    Case(
        "trapezoid",
        primitive=None,
        function=tv.trapezoid,
        calls=integrands(),
        empty=(Call(np.zeros((0, 3)), np.zeros((0, 3))),),
        linear="each",
    ),
    Case(
        "cumulative_trapezoid",
        primitive=None,
        function=tv.cumulative_trapezoid,
        calls=integrands(),
        empty=(Call(np.zeros((2, 0)), np.zeros((2, 0))),),
        linear="each",
    ),
]
