"""Sampling images at any places: the two halves of a spatial transformer.

A grid holds for every pixel of the answer where in the image to look, (x, y) from -1 to 1. A place
between pixels is a weighted sum of the pixels around it, so there is a slope in the image and, by
the weights, in the grid.
Source: Jaderberg et al., "Spatial Transformer Networks" (2015).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...autograd.tensor import unwrap
from ..base.broadcast import reshape_to
from ..base.choose import where, zero_where
from ..base.index import pick
from ..base.linalg import check_same_type, matrix_product
from ..base.order import permute_axes
from ..base.promote import as_type
from ..indexing.embedding import take_rows

# -- where to look: places in pixels ----------------------------------------------------------


def _in_pixels(grid, size, align_corners):
    """-1 and 1 are the middles of the corner pixels, or else their outer edges."""
    if align_corners:
        return (grid + 1.0) * (0.5 * (size - 1))
    return ((grid + 1.0) * float(size) - 1.0) * 0.5


def _clipped(places, size):
    """At the edge if beyond; there no slope."""
    array = unwrap(places)
    inside = (array > 0) & (array < size - 1)
    edge = np.clip(np.nan_to_num(array, nan=0.0), 0, size - 1).astype(array.dtype)
    return where(inside, places, edge)


def _reflected(places, size, align_corners):
    """Mirrored at the middles of the corner pixels, or at their outer edges."""
    low, span = (0.0, size - 1.0) if align_corners else (-0.5, float(size))
    if span == 0:
        return places * 0.0
    array = unwrap(places)
    finite = np.where(np.isfinite(array), array, np.asarray(low, array.dtype))
    back = finite < low
    far = np.where(back, low - finite, finite - low)
    turns = np.floor(far / span)
    # There and back again: an odd turn runs the other way.
    odd = turns % 2 == 1
    slope = np.where(back ^ odd, -1.0, 1.0).astype(array.dtype)
    there = np.fmod(far, span)
    value = (np.where(odd, span - there, there) + low).astype(array.dtype)
    placed = value + (places - array) * slope  # the difference is 0, and carries the slope
    return where(np.isfinite(array), placed, value)


_FOLD = {
    "zeros": lambda places, size, align_corners: places,
    "border": lambda places, size, align_corners: _clipped(places, size),
    "reflection": lambda places, size, align_corners: _clipped(
        _reflected(places, size, align_corners), size
    ),
}


# -- what to see there ------------------------------------------------------------------------


def _pixels(table, size, rows, columns):
    """The pixels (N, GH, GW, C) at whole places, of a table (N*H*W, C); zero outside the image."""
    h, w = size
    inside = (rows >= 0) & (rows < h) & (columns >= 0) & (columns < w)  # NaN is outside
    y, x = (np.where(inside, places, 0).astype(np.int64) for places in (rows, columns))
    image = np.arange(len(rows))[:, None, None]
    seen = take_rows(table, rows=(image * h + y) * w + x)
    return seen if inside.all() else zero_where(seen, mask=_over(~inside, seen.shape))


def _over(mask, shape):
    """A mask of pixels for all their channels."""
    return np.broadcast_to(mask[..., None], shape).copy()


def _cubic_weights(t, a=-0.75):
    """Keys's kernel at the pixels -1, 0, 1, 2 from a place t in between, as polynomials of t."""
    near = [((a + 2.0) * s - (a + 3.0)) * s * s + 1.0 for s in (t, 1.0 - t)]
    far = [((a * s - 5.0 * a) * s + 8.0 * a) * s - 4.0 * a for s in (t + 1.0, 2.0 - t)]
    return [far[0], near[0], near[1], far[1]]


def _taps(places, mode) -> Iterator[tuple[np.ndarray, Any]]:
    """Along one axis, the whole places around each place, and their weights."""
    if mode == "nearest":
        yield np.rint(unwrap(places)), None
        return
    start = np.floor(unwrap(places))
    t = places - start
    weights = [1.0 - t, t] if mode == "bilinear" else _cubic_weights(t)
    first = 0 if mode == "bilinear" else -1
    for offset, weight in enumerate(weights, first):
        yield start + offset, weight


def _sampled(x, grid, mode, padding_mode, align_corners):
    fold = _FOLD[padding_mode]
    along = []
    for axis, size in ((0, x.shape[3]), (1, x.shape[2])):
        places = _in_pixels(pick(grid, index=(..., axis)), size, align_corners)
        if mode == "bicubic":  # it is the pixels used that come from the border, not the place
            taps = [
                (unwrap(fold(tap, size, align_corners)), weight)
                for tap, weight in _taps(places, mode)
            ]
        else:
            taps = list(_taps(fold(places, size, align_corners), mode))
        along.append(taps)
    n, c, h, w = x.shape
    # (N, C, H, W) -> (N, H, W, C) -> (N*H*W, C): a pixel is a row of a table, as in an embedding
    table = reshape_to(permute_axes(x, axes=(0, 2, 3, 1)), shape=(n * h * w, c))
    total = None
    for rows, vertical in along[1]:
        for columns, horizontal in along[0]:
            seen = _pixels(table, (h, w), rows, columns)
            if vertical is not None:
                weight = vertical * horizontal
                seen = seen * reshape_to(weight, shape=(*weight.shape, 1))
            total = seen if total is None else total + seen
    return permute_axes(total, axes=(0, 3, 1, 2))  # (N, GH, GW, C) -> (N, C, GH, GW)


def grid_sample(input, grid, mode="bilinear", padding_mode="zeros", align_corners=None):
    """Images seen through a grid that says, for every pixel of the answer, where to look.

    Args:
        input: (N, C, H, W).
        grid: (N, GH, GW, 2): x, then y, from -1 (left, top) to 1 (right, bottom).
        mode: between pixels, 'bilinear', 'nearest' or 'bicubic' (kernel a = -0.75).
        padding_mode: beyond the image see 'zeros', the 'border' or its 'reflection'.
        align_corners: whether -1 and 1 are the middles of the corner pixels rather than the outer
            edges; False if not given.

    Returns:
        (N, C, GH, GW).

    Raises:
        TypeError: the input is not of floats.
        ValueError: an unknown mode, or shapes that do not fit each other.
        RuntimeError: the types of input and grid differ.

    Source: Jaderberg et al., "Spatial Transformer Networks" (2015).

    >>> import tinyvision as tv
    >>> x = tv.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> grid = tv.tensor([[[[-1.0, -1.0], [0.0, 0.0], [0.0, 1.0]]]])
    >>> tv.nn.functional.grid_sample(x, grid, align_corners=True)
    tensor([[[[1. , 2.5, 3.5]]]])
    """
    for name, value, known in (
        ("mode", mode, ("bilinear", "nearest", "bicubic")),
        ("padding_mode", padding_mode, tuple(_FOLD)),
    ):
        if value not in known:
            raise ValueError(f"grid_sample: {name} must be one of {known}, got {value!r}")
    if input.ndim != 4 or 0 in input.shape[2:]:
        raise ValueError(
            "grid_sample: the input must be (N, C, H, W) with at least one pixel, got shape "
            f"{input.shape}"
        )
    if grid.ndim != 4 or grid.shape[0] != input.shape[0] or grid.shape[3] != 2:
        raise ValueError(
            f"grid_sample: the grid must be (N, GH, GW, 2) with N = {input.shape[0]} as the input, "
            f"got shape {grid.shape}"
        )
    if input.dtype.kind != "f":
        raise TypeError(f"grid_sample needs floating-point numbers, got {input.dtype}")
    check_same_type("grid_sample: input and grid", input, grid)
    # float16 in float32: it could not tell the pixels of a large image apart
    x, places = (as_type(each, np.promote_types(each.dtype, np.float32)) for each in (input, grid))
    return as_type(_sampled(x, places, mode, padding_mode, bool(align_corners)), input.dtype)


# -- grids of straight lines ------------------------------------------------------------------


def affine_grid(theta, size, align_corners=None):
    """The grid of :func:`grid_sample` that turns, scales, shears and moves images.

    Args:
        theta: (N, 2, 3): of each image the matrix that takes (x, y, 1), a place in the answer, to
            the place in the image to look at.
        size: (N, C, H, W) of the answer.
        align_corners: as given to :func:`grid_sample`.

    Returns:
        (N, H, W, 2).

    Raises:
        TypeError: theta is not of floats.
        ValueError: theta or size have another shape, or a size is not positive.

    Source: Jaderberg et al., "Spatial Transformer Networks" (2015).

    >>> import tinyvision as tv
    >>> unchanged = tv.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
    >>> tv.nn.functional.affine_grid(unchanged, (1, 1, 1, 2), align_corners=False)
    tensor([[[[-0.5,  0. ],
              [ 0.5,  0. ]]]])
    """
    if theta.dtype.kind != "f":
        raise TypeError(f"affine_grid: theta must hold floats, got {theta.dtype}; use x.float()")
    size = tuple(size)
    if (
        len(size) != 4
        or not all(isinstance(s, (int, np.integer)) for s in size)
        or min(size[1:]) < 1
    ):
        raise ValueError(
            f"affine_grid: size must be (N, C, H, W), positive integers, got {size}; there are no "
            "volumes"
        )
    if theta.shape != (size[0], 2, 3):
        raise ValueError(
            f"affine_grid: theta must be (N, 2, 3) with N = {size[0]} as in size, got shape "
            f"{theta.shape}"
        )
    rows, columns = (_middles(length, align_corners, theta.dtype) for length in size[2:])
    base = np.ones((*size[2:], 3), theta.dtype)
    base[..., 0], base[..., 1] = columns, rows[:, None]
    # (1, H*W, 3) @ (N, 3, 2) -> (N, H*W, 2)
    grid = matrix_product(base.reshape(1, -1, 3), permute_axes(theta, axes=(0, 2, 1)))
    return reshape_to(grid, shape=(size[0], *size[2:], 2))


def _middles(length, align_corners, dtype):
    """The middles of so many pixels between -1 and 1; a single one is in the middle."""
    if length == 1:
        return np.zeros(1, dtype)
    places = np.linspace(-1.0, 1.0, length)
    return (places if align_corners else places * (length - 1) / length).astype(dtype)
