"""Adaptive pooling: the size of the answer is given, not that of the window."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import unwrap, wrap
from ..base.broadcast import reshape_to, sum_over
from ..convolution.conv import batched, unbatched


def _adaptive_size(name, input, output_size) -> tuple[int, int]:
    wanted = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * 2
    if len(wanted) != 2 or not all(
        v is None or (isinstance(v, (int, np.integer)) and v >= 0) for v in wanted
    ):
        raise ValueError(
            f"{name}: output_size must be an integer of at least 0 or a pair of them, got "
            f"{output_size!r}"
        )
    return tuple(size if v is None else v for v, size in zip(wanted, input.shape[-2:], strict=True))


def _spans(size: int, pieces: int) -> list[tuple[int, int]]:
    """Window i covers floor(i*size/pieces) to ceil((i+1)*size/pieces)."""
    return [(i * size // pieces, -(-(i + 1) * size // pieces)) for i in range(pieces)]


def adaptive_avg_pool2d(input, output_size):
    """The mean over windows chosen so that the answer has the given size.

    Args:
        input: (N, C, H, W) or (C, H, W).
        output_size: an integer or a pair; None keeps a size.

    Raises:
        TypeError: the input is not of floats.
        ValueError: another number of axes, or a size below 0.

    >>> import tinyvision as tv
    >>> tv.nn.functional.adaptive_avg_pool2d(tv.arange(16.0).reshape(1, 1, 4, 4), 1)
    tensor([[[[7.5]]]])
    """
    x = batched("adaptive_avg_pool2d", input)
    if x.dtype.kind != "f":
        raise TypeError(f"adaptive_avg_pool2d: a mean needs floats, got {x.dtype}; use x.float()")
    wanted = _adaptive_size("adaptive_avg_pool2d", x, output_size)
    for axis, pieces in zip((2, 3), wanted, strict=True):
        spans = _spans(x.shape[axis], pieces)
        counts = np.array([end - start for start, end in spans], x.dtype)
        total = sum_spans(x, spans=spans, axis=axis)
        x = total / (counts[:, None] if axis == 2 else counts)  # (N, C, OH, W), (N, C, OH, OW)
    return unbatched(x, input)


@primitive
def sum_spans(x, *, spans, axis):
    """The sum over each span of one axis, which becomes as long as there are spans."""
    if not spans:
        return np.zeros((*x.shape[:axis], 0, *x.shape[axis + 1 :]), x.dtype)
    pieces = (x[(*(slice(None),) * axis, slice(*span))] for span in spans)
    return np.stack([sum_over(piece, axes=(axis,), keepdim=False) for piece in pieces], axis=axis)


@primitive
def spread_spans(y, *, spans, axis, size):
    """The adjoint of :func:`sum_spans`: add each element to its whole span; `size` is that of x."""
    x = np.zeros((*y.shape[:axis], size, *y.shape[axis + 1 :]), y.dtype)
    along = (slice(None),) * axis
    for place, span in enumerate(spans):
        x[(*along, slice(*span))] += y[(*along, slice(place, place + 1))]
    return x


sum_spans.defvjp(
    x=lambda g, x_shape, *, spans, axis: spread_spans(g, spans=spans, axis=axis, size=x_shape[axis])
)
spread_spans.defvjp(y=lambda g, *, spans, axis: sum_spans(g, spans=spans, axis=axis))


def _largest_place(window):
    """Where in the last axis the largest is: the first of equal ones, the last NaN."""
    best = window.argmax(axis=-1)
    nan = np.isnan(window)
    if not nan.any():
        return best
    last = window.shape[-1] - 1 - nan[..., ::-1].argmax(axis=-1)
    return np.where(nan.any(axis=-1), last, best)


def adaptive_max_pool2d(input, output_size, return_indices=False):
    """The largest pixel of windows chosen so that the answer has the given size.

    Args:
        input: (N, C, H, W) or (C, H, W).
        output_size: an integer or a pair; None keeps a size.
        return_indices: return as well where in its flat image each maximum stands.

    Raises:
        ValueError: another number of axes, or a size below 0.

    >>> import tinyvision as tv
    >>> tv.nn.functional.adaptive_max_pool2d(tv.arange(16.0).reshape(1, 1, 4, 4), 1)
    tensor([[[[15.]]]])
    """
    x = batched("adaptive_max_pool2d", input)
    oh, ow = _adaptive_size("adaptive_max_pool2d", x, output_size)
    n, c, h, w = x.shape
    array = unwrap(x)
    places = np.empty((n, c, oh, ow), np.int64)
    for i, (top, bottom) in enumerate(_spans(h, oh)):
        for j, (left, right) in enumerate(_spans(w, ow)):
            height, width = bottom - top, right - left
            window = array[:, :, top:bottom, left:right].reshape(n, c, height * width)
            best = _largest_place(window)
            rows, columns = np.divmod(best, width)
            places[:, :, i, j] = (top + rows) * w + left + columns
    flat = reshape_to(x, shape=(n, c, h * w))
    out = flat.gather(2, wrap(places.reshape(n, c, oh * ow))).reshape(n, c, oh, ow)
    if not return_indices:
        return unbatched(out, input)
    return unbatched(out, input), unbatched(wrap(places), input)
