"""Gradient cases of tinyvision/ops/chance/dropout.py: what dropout multiplies with."""

import numpy as np
from hypothesis import strategies as st

from ..case import Call, Case, arrays, shapes


@st.composite
def scaled(draw):
    """A mask of zeros and twos, of the array's shape or, as in dropout2d, one for a whole row."""
    x = draw(arrays(shapes()))
    shape = (*x.shape[:-1], 1) if x.ndim and draw(st.booleans()) else x.shape
    return Call(x, mask=np.asarray((draw(arrays(shape)) > 0) * 2.0))


CASES = [
    Case(
        "scale_by_mask",
        calls=scaled(),
        empty=(Call(np.zeros((0, 3)), mask=np.ones((0, 1))),),
        linear="together",
    ),
]
