"""Gradient cases of tinyvision/ops/reductions/quantile.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, distinct, shapes, some, with_axis


@st.composite
def along_dim(draw):
    x, axis = draw(with_axis(distinct, side=some))
    return Call(x, dim=axis, keepdim=draw(st.booleans()))


@st.composite
def shares(draw):
    """Quantiles away from the elements themselves, where the slope in q jumps."""
    x, axis = draw(with_axis(distinct, side=some))
    steps = max(x.shape[axis] - 1, 1)
    places = draw(arrays((draw(some),), low=0.0, high=1.0, away_from=np.arange(5) / 4, gap=0.02))
    apart = (np.floor(places * steps) + 0.1 + 0.8 * (places * steps % 1)) / steps
    return Call(x, apart, axis, draw(st.booleans()))


EMPTY = (Call(np.zeros((0, 3)), dim=1),)

CASES = [
    Case(
        "median_of_all",
        calls=distinct(shapes(side=some)).map(lambda x: Call(x, skip_nan=False)),
        empty=(Call(np.zeros((0, 3)), skip_nan=False),),
    ),
    *[
        Case(
            f"{name} values",
            primitive=None,
            function=lambda x, function=function, **config: function(x, **config).values,
            calls=along_dim(),
            empty=EMPTY,
        )
        for name, function in (
            ("median", tv.median),
            ("nanmedian", tv.nanmedian),
            ("mode", tv.mode),
            ("kthvalue", lambda x, **config: tv.kthvalue(x, 1, **config)),
        )
    ],
    *[
        Case(
            f"{function.__name__} {interpolation}",
            primitive=None,
            function=lambda *args, f=function, i=interpolation: f(*args, interpolation=i),
            calls=shares(),
            # Of no elements there is no quantile; of no quantiles there is nothing.
            empty=(Call(np.ones((2, 3)), np.zeros(0), 1),),
            half=False,
            smooth=False,
        )
        for function in (tv.quantile, tv.nanquantile)
        for interpolation in ("linear", "midpoint", "lower")
    ],
]
