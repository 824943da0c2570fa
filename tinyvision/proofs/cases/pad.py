"""Gradient cases of tinyvision/ops/shapes/pad.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, shapes


@st.composite
def constant_borders(draw, values):
    x = draw(arrays(shapes(1, 3)))
    widths = tuple((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in x.shape)
    return Call(x, widths=widths, value=draw(values))


@st.composite
def borders(draw, mode):
    """Widths of the last axes, as torch lists them; the image is large enough for every mode."""
    x = draw(arrays(shapes(1, 3, side=st.integers(3, 4))))
    axes = draw(st.integers(1, x.ndim))
    widths = [draw(st.integers(-1, 2)) for _ in range(2 * axes)]
    return Call(x, pad=widths, mode=mode)


CASES = [
    Case(
        "pad_constant",
        calls=constant_borders(st.floats(-2.0, 2.0)),
        empty=(Call(np.zeros((2, 0)), widths=((1, 0), (0, 2)), value=1.0),),
    ),
    Case(
        "pad_with_zeros",
        primitive="pad_constant",
        calls=constant_borders(st.just(0.0)),
        empty=(Call(np.zeros((0, 2)), widths=((0, 0), (1, 2)), value=0.0),),
        linear="together",
    ),
    *(
        Case(
            f"pad_in_mode_{mode}",
            primitive=None,
            function=F.pad,
            calls=borders(mode),
            empty=(Call(np.zeros((0, 3)), pad=(1, 2), mode=mode),),
            linear="together",
        )
        for mode in ("constant", "reflect", "replicate", "circular")
    ),
]
