"""Gradient cases of tinyvision/ops/reductions/select.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, distinct, some, with_axes, with_axis


@st.composite
def along_axes(draw):
    x, axes = draw(with_axes(distinct, side=some))
    return Call(x, axes=axes, keepdim=draw(st.booleans()))


@st.composite
def along_dim(draw, **options):
    x, axis = draw(with_axis(distinct, side=some))
    return Call(x, dim=axis, **{name: draw(strategy) for name, strategy in options.items()})


def public(name, function, calls, empty, **options):
    """A function that answers with values and indices, of which the values are checked."""
    return Case(name, primitive=None, function=function, calls=calls, empty=empty, **options)


EMPTY = np.zeros((0, 3))

CASES = [
    *[
        Case(name, calls=along_axes(), empty=(Call(EMPTY, axes=(1,), keepdim=False),))
        for name in ("amax", "amin")
    ],
    public(
        "max along an axis",
        lambda x, **config: tv.max(x, **config).values,
        along_dim(keepdim=st.booleans()),
        (Call(EMPTY, dim=1),),
    ),
    public(
        "sort",
        lambda x, **config: tv.sort(x, **config).values,
        along_dim(descending=st.booleans()),
        (Call(EMPTY, dim=0), Call(EMPTY, dim=1)),
    ),
    public(
        "topk",
        lambda x, **config: tv.topk(x, 1, **config).values,
        along_dim(largest=st.booleans()),
        (Call(EMPTY, dim=1),),
    ),
]
