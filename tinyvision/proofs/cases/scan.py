"""Gradient cases of tinyvision/ops/reductions/scan.py and recurrence.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, distinct, some, with_axis
from .reduce import along_axis, with_zeros


@st.composite
def recurrences(draw):
    x, axis = draw(with_axis())
    return Call(x, draw(arrays(x.shape)), axis=axis)


@st.composite
def along_dim(draw, values=arrays, **options):
    x, axis = draw(with_axis(values, side=some))
    return Call(x, dim=axis, **{name: draw(strategy) for name, strategy in options.items()})


@st.composite
def with_ends(draw):
    x, axis = draw(with_axis(side=some))
    ends = [draw(st.sampled_from((x, None))) for _ in range(2)]
    return Call(x, draw(st.integers(0, 3)), axis, *ends)


def empty(**config):
    return (Call(np.zeros((0, 3)), **config), Call(np.zeros((2, 0)), **config))


CASES = [
    Case(
        "recur",
        calls=recurrences(),
        empty=(Call(np.zeros((0, 3)), np.zeros((0, 3)), axis=0),),
    ),
    Case("cumsum", calls=along_axis(), empty=empty(axis=0), linear="together"),
    Case("cumprod", calls=along_axis(with_zeros), empty=empty(axis=0)),
    Case("logcumsumexp", calls=along_axis(), empty=empty(axis=0)),
    *[
        Case(
            f"{function.__name__} values",
            primitive=None,
            function=lambda x, dim, function=function: function(x, dim).values,
            calls=along_dim(distinct),
            empty=empty(dim=0),
        )
        for function in (tv.cummax, tv.cummin)
    ],
    Case(
        "diff",
        primitive=None,
        function=tv.diff,
        calls=with_ends(),
        empty=(Call(np.zeros((0, 3))), Call(np.zeros((2, 0)))),
        linear="together",
    ),
]
