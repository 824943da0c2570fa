"""Gradient cases of tinyvision/ops/pooling/grid_sample.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, Case, arrays

few = st.integers(1, 2)


@st.composite
def samplings(draw, modes):
    """Images and a grid whose places are in between pixels, away from where the slope jumps."""
    n, c, h, w, gh, gw = (draw(st.integers(1, most)) for most in (2, 2, 4, 4, 2, 3))
    align = draw(st.booleans())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    grid = np.empty((n, gh, gw, 2))
    for axis, size in ((0, w), (1, h)):
        # Whole places are bends of the weights, halves those of a border mirrored at its edge.
        halves = rng.integers(-5, 2 * size + 5, (n, gh, gw))
        places = halves / 2 + rng.uniform(0.1, 0.4, (n, gh, gw))
        if align:
            grid[..., axis] = 2 * places / max(size - 1, 1) - 1
        else:
            grid[..., axis] = (2 * places + 1) / size - 1
    return Call(
        draw(arrays((n, c, h, w))),
        grid,
        mode=draw(st.sampled_from(modes)),
        padding_mode=draw(st.sampled_from(["zeros", "border", "reflection"])),
        align_corners=align,
    )


@st.composite
def affine(draw):
    n, h, w = (draw(st.integers(1, most)) for most in (2, 3, 3))
    return Call(draw(arrays((n, 2, 3))), (n, 1, h, w), draw(st.booleans()))


NOTHING = Call(np.zeros((0, 2, 3, 4)), np.zeros((0, 2, 2, 2)))

CASES = [
    Case(
        "grid_sample",
        primitive=None,
        function=F.grid_sample,
        calls=samplings(["bilinear", "bicubic"]),
        empty=(NOTHING,),
    ),
    Case(
        "grid_sample_nearest",
        primitive=None,
        function=lambda x, grid, **options: F.grid_sample(x, grid.detach(), **options),
        calls=samplings(["nearest"]),
        empty=(NOTHING,),
    ),
    Case(
        "affine_grid",
        primitive=None,
        function=F.affine_grid,
        calls=affine(),
        empty=(Call(np.zeros((0, 2, 3)), (0, 1, 2, 2), False),),
    ),
]
