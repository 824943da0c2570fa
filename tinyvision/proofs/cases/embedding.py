"""Gradient cases of tinyvision/ops/indexing/embedding.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, shapes, some


@st.composite
def tables(draw):
    """Shape of a table, and rows taken of it, some twice and some not at all."""
    count, width = draw(some), draw(some)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return (count, width), rng.integers(0, count, draw(shapes()))


@st.composite
def takes(draw):
    shape, rows = draw(tables())
    return Call(draw(arrays(shape)), rows=rows)


@st.composite
def adds(draw):
    (count, width), rows = draw(tables())
    return Call(draw(arrays((*rows.shape, width))), rows=rows, count=count)


@st.composite
def lookups(draw):
    (count, width), rows = draw(tables())
    padding = draw(st.integers(-count, count - 1))
    # No row of padding is looked up: it has a value but, by definition, no slope.
    rows = rows[rows != padding % count]
    return Call(draw(arrays((count, width))), rows=rows, padding=padding)


NO_ROWS, NO_TABLE = np.zeros((0, 2), np.int64), np.zeros((3, 0))

CASES = [
    Case(
        "take_rows",
        calls=takes(),
        empty=(Call(NO_TABLE, rows=np.array([1])), Call(np.zeros((0, 3)), rows=NO_ROWS)),
        linear="together",
    ),
    Case(
        "add_rows",
        calls=adds(),
        empty=(
            Call(np.zeros((0, 2, 3)), rows=NO_ROWS, count=4),
            Call(np.zeros((1, 0)), rows=np.array([1]), count=4),
        ),
        linear="together",
    ),
    Case(
        "embedding",
        primitive=None,
        function=lambda weight, rows, padding: F.embedding(tv.tensor(rows), weight, padding),
        calls=lookups(),
        empty=(Call(np.zeros((3, 0)), rows=NO_ROWS, padding=None),),
    ),
]
