"""Resizing images and signals: nearest, bilinear, bicubic, area; with antialiasing.

Every mode treats height and width apart. 'nearest' repeats or drops rows; the others make each row
of the answer a weighted sum of a few rows of the image, so a resize is two small matrices, one from
the left and one from the right: ``out = rows @ image @ columns.T``.

Pixel i of an axis covers i to i + 1, its middle is i + 1/2. With ``align_corners`` the middles of
the first and last pixels stay in place instead of the edges.
"""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ..base.linalg import matrix_product
from ..base.promote import as_type
from ..convolution.signal import as_image, as_signal
from .adaptive_pool import adaptive_avg_pool2d

# -- nearest: repeat or drop ------------------------------------------------------------------


@primitive
def take_repeated(x, *, places, axis):
    """Slices of `x` along one axis, by places that never decrease."""
    return x[(slice(None),) * axis + (places,)]


@primitive
def add_repeated(y, *, places, axis, size):
    """The adjoint: zeros with each slice of `y` added at its place; `size` is that of x."""
    x = np.zeros_like(y, shape=(*y.shape[:axis], size, *y.shape[axis + 1 :]))
    along = (slice(None),) * axis
    # First the first slice of every place, then the second ones: no place twice in one round.
    turns = np.arange(len(places)) - np.searchsorted(places, places)
    for turn in range(turns.max(initial=-1) + 1):
        chosen = np.flatnonzero(turns == turn)
        x[(*along, _as_slice(places[chosen]))] += y[(*along, _as_slice(chosen))]
    return x


def _as_slice(places):
    """Evenly spaced places as a slice, which takes no copy; other places as they are."""
    steps = np.diff(places)
    if len(steps) == 0 or (steps != steps[0]).any():
        return places
    return slice(places[0], places[-1] + 1, steps[0])


take_repeated.defvjp(
    x=lambda g, x_shape, *, places, axis: add_repeated(
        g, places=places, axis=axis, size=x_shape[axis]
    )
)
add_repeated.defvjp(y=lambda g, *, places, axis: take_repeated(g, places=places, axis=axis))


def _nearest_places(size, wanted, factor, exact):
    """Which row each row of the answer copies.

    In torch's arithmetic, which is float32: where the exact place is a whole number, rounding
    decides between two rows.
    """
    rows = np.arange(wanted)
    if not exact and wanted in (size, 2 * size):
        return rows // (wanted // size)  # torch then forgets the factor
    step = np.float32(1.0 / factor) if factor else np.float32(size) / np.float32(wanted)
    if exact:  # the row that holds the middle
        places = ((rows + 0.5) * np.float64(step)).astype(np.float32)
    else:  # the row that holds the upper edge
        places = rows.astype(np.float32) * step
    return np.minimum(np.floor(places).astype(np.int64), size - 1)


# -- bilinear and bicubic: weighted sums ------------------------------------------------------


def _triangle(x):
    return np.maximum(1.0 - np.abs(x), 0.0)


def _cubic(x, a):
    """Keys's kernel: 1 at 0, 0 at the other whole numbers and from 2 on, smooth between."""
    x = np.abs(x)
    near = ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0
    far = ((a * x - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a
    return np.where(x < 1.0, near, np.where(x < 2.0, far, 0.0))


_TAPS = {"bilinear": (0, 1), "bicubic": (-1, 0, 1, 2)}  # the rows used, from the one above on


def _matrix(size, wanted, factor, mode, align_corners, antialias):
    """The weights (wanted, size) of each row in each row of the answer."""
    if align_corners:
        step = (size - 1) / (wanted - 1) if wanted > 1 else 0.0
    else:
        step = 1.0 / factor if factor else size / wanted
    if size == wanted and (mode == "bilinear" or antialias):
        return np.eye(size)  # torch then forgets the factor
    if antialias:
        return _antialiased(size, wanted, step, mode)
    rows = np.arange(wanted)
    middles = rows * step if align_corners else (rows + 0.5) * step - 0.5
    if mode == "bilinear":
        middles = np.maximum(middles, 0.0)
    above = np.minimum(np.floor(middles).astype(np.int64), size - 1)
    offsets = np.clip(middles - above, 0.0, 1.0)
    matrix = np.zeros((wanted, size))
    for tap in _TAPS[mode]:
        weights = _triangle(tap - offsets) if mode == "bilinear" else _cubic(tap - offsets, -0.75)
        matrix[rows, np.clip(above + tap, 0, size - 1)] += weights  # beyond the edge: the edge
    return matrix


def _antialiased(size, wanted, step, mode):
    """The kernel widened to the step where the image shrinks, cut off at the edge of the image."""
    middles = (np.arange(wanted)[:, None] + 0.5) * step
    distances = (np.arange(size) + 0.5 - middles) / max(step, 1.0)  # (wanted, size)
    weights = _triangle(distances) if mode == "bilinear" else _cubic(distances, -0.5)
    return weights / weights.sum(axis=1, keepdims=True)


def _resized(x, sizes, factors, mode, align_corners, antialias):
    wide = as_type(x, np.promote_types(x.dtype, np.float32))
    rows, columns = (
        _matrix(size, wanted, factor, mode, align_corners, antialias).astype(wide.dtype)
        for size, wanted, factor in zip(x.shape[2:], sizes, factors, strict=True)
    )
    # (OH, H) @ (N, C, H, W) @ (W, OW) -> (N, C, OH, OW)
    out = matrix_product(matrix_product(rows, wide), columns.T)
    return as_type(out, x.dtype)


# -- the public function ----------------------------------------------------------------------

_MODES = {
    3: ("nearest", "nearest-exact", "linear", "area"),
    4: ("nearest", "nearest-exact", "bilinear", "bicubic", "area"),
}
"""The modes by the number of axes of the input."""

_WEIGHTED = ("linear", *_TAPS)


def interpolate(
    input,
    size=None,
    scale_factor=None,
    mode="nearest",
    align_corners=None,
    recompute_scale_factor=None,
    antialias=False,
):
    """Resize images or signals.

    Args:
        input: (N, C, H, W), or signals (N, C, L).
        size: the height and width to get, or one number for both; of signals, the length.
        scale_factor: by how much to enlarge instead, one number or a pair. The size is rounded
            down; pixels are placed by the factor itself, not by the ratio of the sizes.
        mode: 'nearest' (as older programs count pixels), 'nearest-exact' (as images should be),
            'bilinear' (of signals 'linear'), 'bicubic' (kernel a = -0.75; images only), or 'area'
            (the mean over each new pixel).
        align_corners: for weighted sums, 'linear', 'bilinear' and 'bicubic': keep the middles of
            the corner pixels in place rather than the edges of the image.
        recompute_scale_factor: place pixels by the ratio of the sizes even if a factor is given.
        antialias: for 'bilinear' and 'bicubic': when shrinking, average over all that falls into
            a new pixel (kernel a = -0.5), as Pillow does.

    Returns:
        (N, C, OH, OW) or (N, C, OL). In the modes of weighted sums a NaN or an infinity spreads
        over its row and column.

    Raises:
        ValueError: not three or four axes, a mode they do not have, an option the mode does not
            have, or not exactly one of size and scale_factor.
        TypeError: weighted sums of integers.

    Sources: Keys, "Cubic convolution interpolation for digital image processing" (1981); torch's
    documentation.

    >>> import tinyvision as tv
    >>> x = tv.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> tv.nn.functional.interpolate(x, scale_factor=2)
    tensor([[[[1., 1., 2., 2.],
              [1., 1., 2., 2.],
              [3., 3., 4., 4.],
              [3., 3., 4., 4.]]]])
    >>> tv.nn.functional.interpolate(x, size=3, mode="bilinear")
    tensor([[[[1. , 1.5, 2. ],
              [2. , 2.5, 3. ],
              [3. , 3.5, 4. ]]]])
    """
    _check(input, mode, align_corners, antialias)
    sizes, factors = _sizes(input.shape[2:], size, scale_factor, recompute_scale_factor)
    if input.ndim == 3:
        mode = "bilinear" if mode == "linear" else mode
        options = (1, *sizes), (None, *factors), mode, align_corners, antialias
        return as_signal(_interpolated(as_image(input), *options), input)
    return _interpolated(input, sizes, factors, mode, align_corners, antialias)


def _interpolated(x, sizes, factors, mode, align_corners, antialias):
    if mode in _TAPS:
        return _resized(x, sizes, factors, mode, bool(align_corners), antialias)
    if mode == "area":
        return adaptive_avg_pool2d(x, sizes)
    for axis, wanted, factor in zip((2, 3), sizes, factors, strict=True):
        places = _nearest_places(x.shape[axis], wanted, factor, mode == "nearest-exact")
        x = take_repeated(x, places=places, axis=axis)
    return x


def _check(input, mode, align_corners, antialias) -> None:
    if input.ndim not in _MODES or 0 in input.shape[2:]:
        raise ValueError(
            "interpolate: expected (N, C, H, W) or (N, C, L) with at least one pixel, got shape "
            f"{input.shape}"
        )
    if mode not in _MODES[input.ndim]:
        raise ValueError(
            f"interpolate: unknown mode {mode!r} for an input of {input.ndim} axes; choose one of "
            f"{_MODES[input.ndim]}"
        )
    if align_corners is not None and mode not in _WEIGHTED:
        raise ValueError(
            "interpolate: align_corners is for 'linear', 'bilinear' and 'bicubic', leave it out "
            f"for {mode!r}"
        )
    if antialias and mode not in _TAPS:
        raise ValueError(
            f"interpolate: antialias is for 'bilinear' and 'bicubic', leave it out for {mode!r}"
        )
    if input.dtype.kind != "f" and not mode.startswith("nearest"):
        raise TypeError(
            f"interpolate: mode {mode!r} needs floats, got {input.dtype}; use x.float()"
        )


def _sizes(shape, size, scale_factor, recompute):
    """The size to get, and the factors that place pixels (None: the ratio of the sizes)."""
    if (size is None) == (scale_factor is None):
        raise ValueError("interpolate: give either size or scale_factor, and not both")
    given = scale_factor if size is None else size
    each = tuple(given) if isinstance(given, (tuple, list)) else (given,) * len(shape)
    name, kinds = ("scale_factor", (int, float)) if size is None else ("size", (int, np.integer))
    if len(each) != len(shape) or not all(isinstance(v, kinds) and v > 0 for v in each):
        several = " or a pair of them (height, width)" if len(shape) == 2 else ""
        raise ValueError(
            f"interpolate: {name} must be a positive {'number' if size is None else 'integer'}"
            f"{several}, got {given!r}"
        )
    if size is not None:
        if recompute:
            raise ValueError("interpolate: recompute_scale_factor goes with scale_factor, not size")
        return each, (None,) * len(shape)
    sizes = tuple(int(length * factor) for length, factor in zip(shape, each, strict=True))
    if min(sizes) < 1:
        raise ValueError(
            f"interpolate: scale_factor {given!r} leaves nothing of an image of {tuple(shape)}"
        )
    return sizes, (None,) * len(shape) if recompute else each


def upsample_nearest(input, size=None, scale_factor=None):
    """:func:`interpolate` in the mode 'nearest'.

    >>> import tinyvision as tv
    >>> tv.nn.functional.upsample_nearest(tv.tensor([[[1.0, 2.0]]]), scale_factor=2)
    tensor([[[1., 1., 2., 2.]]])
    """
    return interpolate(input, size, scale_factor, "nearest")


def upsample_bilinear(input, size=None, scale_factor=None):
    """:func:`interpolate` in the mode 'bilinear' with ``align_corners=True``.

    >>> import tinyvision as tv
    >>> tv.nn.functional.upsample_bilinear(tv.tensor([[[[1.0, 3.0]]]]), (1, 3))
    tensor([[[[1., 2., 3.]]]])
    """
    return interpolate(input, size, scale_factor, "bilinear", align_corners=True)
