"""Padding: constant, reflect, replicate, circular. Negative widths crop."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ..base.index import pick


@primitive
def pad_constant(x, *, widths, value):
    """A border of `value`, `widths[axis] = (before, after)` wide, all widths at least 0."""
    out = np.full(
        [before + size + after for (before, after), size in zip(widths, x.shape, strict=True)],
        value,
        x.dtype,
    )
    out[_inner(widths, x.shape)] = x
    return out


def _inner(widths, shape):
    """Where the original lies inside the padded array."""
    return tuple(
        slice(before, before + size) for (before, _), size in zip(widths, shape, strict=True)
    )


pad_constant.defvjp(x=lambda g, x_shape, *, widths: pick(g, index=_inner(widths, x_shape)))


def _reflected(places, size):
    """Mirror at the edges, the edge itself not repeated: -1 -> 1, size -> size - 2."""
    return size - 1 - np.abs(size - 1 - np.abs(places))


_SOURCES = {
    "reflect": _reflected,
    "replicate": lambda places, size: np.clip(places, 0, size - 1),
    "circular": lambda places, size: places % size,
}


def _cropped(input, pairs):
    """Carry out the negative widths; returns what is left and the other widths."""
    if all(width >= 0 for pair in pairs for width in pair):
        return input, pairs
    kept = tuple(
        slice(max(-before, 0), size - max(-after, 0))
        for (before, after), size in zip(pairs, input.shape, strict=True)
    )
    return pick(input, index=kept), [(max(before, 0), max(after, 0)) for before, after in pairs]


def pad(input, pad, mode="constant", value=None):
    """Add a border; ``pad`` lists (before, after) pairs starting with the *last* axis.

    Args:
        input: a tensor of any shape.
        pad: an even number of integers; negative ones crop.
        mode: 'constant', 'reflect' (mirror, edge not repeated), 'replicate' (edge repeated) or
            'circular' (wrap around).
        value: what a constant border holds; 0 if not given.

    Raises:
        TypeError: a width is not an integer.
        ValueError: an odd number of widths, too many, an unknown mode, or a border wider than the
            mode can fill from the image.

    >>> import tinyvision as tv
    >>> tv.nn.functional.pad(tv.tensor([[1.0, 2.0]]), (1, 0, 0, 1))
    tensor([[0., 1., 2.],
            [0., 0., 0.]])
    """
    for width in pad:
        if isinstance(width, bool) or not isinstance(width, (int, np.integer)):
            raise TypeError(f"pad: widths must be integers, got {width!r}")
    widths = tuple(int(width) for width in pad)
    if len(widths) % 2 or len(widths) > 2 * input.ndim:
        raise ValueError(
            f"pad: got {len(widths)} widths for a tensor of {input.ndim} axes; give "
            "(before, after) for each axis to pad, the last axis first"
        )
    pairs = [(0, 0)] * (input.ndim - len(widths) // 2)
    pairs += [(widths[i], widths[i + 1]) for i in range(len(widths) - 2, -1, -2)]
    for axis, (before, after) in enumerate(pairs):
        if input.shape[axis] + before + after < 0:
            raise ValueError(
                f"pad: dim {axis} has size {input.shape[axis]}, cropping {(before, after)} would "
                "leave less than nothing"
            )
    if mode == "constant":
        input, pairs = _cropped(input, pairs)
        return pad_constant(input, widths=tuple(pairs), value=0.0 if value is None else value)
    if mode not in _SOURCES:
        raise ValueError(
            f"pad: unknown mode {mode!r}; choose 'constant', 'reflect', 'replicate' or 'circular'"
        )
    if value:
        raise ValueError(f"pad: mode {mode!r} takes no value, got {value!r}")
    if mode == "circular":  # what is cropped does not come round again
        input, pairs = _cropped(input, pairs)
    for axis, (before, after) in enumerate(pairs):
        if before == after == 0:
            continue
        size = input.shape[axis]
        widest = {"reflect": size - 1, "circular": size}.get(mode, max(before, after))
        if max(before, after) > widest or size == 0:
            raise ValueError(
                f"pad: mode {mode!r} can add at most {widest} at dim {axis} of size {size}, "
                f"got {(before, after)}"
            )
        places = _SOURCES[mode](np.arange(-before, size + after), size)
        input = pick(input, index=(slice(None),) * axis + (places,))
    return input
