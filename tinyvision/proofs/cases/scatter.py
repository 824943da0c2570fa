"""Gradient cases of tinyvision/ops/indexing/scatter.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, distinct
from .gather import NOWHERE, along, scattered
from .reduce import with_zeros


@st.composite
def cells(draw, values=arrays):
    """Values, of which some meet in one cell, and none is missing."""
    count = draw(st.integers(1, 3))
    numbers = draw(st.permutations([*range(count), *draw(st.lists(st.integers(0, count - 1)))]))
    return Call(draw(values((len(numbers),))), cells=np.array(numbers), count=count)


@st.composite
def distinct_scattered(draw):
    """No two values are equal, so that no extreme is shared."""
    x, axis, index = draw(along(narrower=True))
    values = draw(distinct((x.size + index.size,)))
    return Call(
        values[: x.size].reshape(x.shape), axis, index, values[x.size :].reshape(index.shape)
    )


EMPTY = np.zeros((0, 3))
NO_CELLS = Call(np.zeros(0), cells=np.zeros(0, int), count=0)
EMPTIES = (Call(EMPTY, 0, NOWHERE, EMPTY), Call(np.ones((2, 3)), 0, NOWHERE, EMPTY))

CASES = [
    Case("prod_into", calls=cells(with_zeros), empty=(NO_CELLS,)),
    Case(
        "extreme_into",
        calls=st.builds(
            lambda call, largest: Call(*call.args, **call.config, largest=largest),
            cells(distinct),
            st.booleans(),
        ),
        empty=(Call(*NO_CELLS.args, **NO_CELLS.config, largest=True),),
    ),
    Case(
        "scatter",
        primitive=None,
        function=tv.scatter,
        calls=scattered(),
        empty=EMPTIES,
        linear="together",
    ),
    Case(
        "scatter_add",
        primitive=None,
        function=tv.scatter_add,
        calls=scattered(),
        empty=EMPTIES,
        linear="together",
    ),
    *[
        Case(
            f"scatter_reduce {reduce}{'' if include_self else ' without self'}",
            primitive=None,
            function=lambda x, dim, index, src, r=reduce, i=include_self: tv.scatter_reduce(
                x, dim, index, src, r, include_self=i
            ),
            calls=distinct_scattered(),
            empty=EMPTIES,
        )
        for reduce in ("sum", "prod", "mean", "amax", "amin")
        for include_self in (True, False)
    ],
]
