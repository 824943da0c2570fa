"""A small grey image as shades of text, and numbers as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..arrays import as_array
from .blocks import aligned, readable

WIDEST = 39  # pixels: each takes two characters
BAR = 30  # characters of the longest bar
_SHADES = " ░▒▓█"
_EIGHTHS = " ▏▎▍▌▋▊▉"


def image(pixels: Any) -> str:
    """Show a small grey image: the greater a pixel, the fuller its place.

    Args:
        pixels: (H, W) or (1, H, W), at most 39 wide. The least value is left empty, the greatest
            filled.

    Raises:
        TypeError, ValueError: not such an image, or wider.

    >>> print(image([[0, 1, 2], [2, 3, 4]]))
      ░░▒▒
    ▒▒▓▓██
    """
    array = as_array(pixels, "pixels", ndim=(2, 3)).astype(np.float64)
    if array.ndim == 3 and len(array) == 1:
        array = array[0]  # (1, H, W) -> (H, W)
    if array.ndim != 2 or array.size == 0 or array.shape[1] > WIDEST:
        raise ValueError(
            f"pixels has shape {array.shape}, expected (H, W) or (1, H, W), at most {WIDEST} wide"
        )
    low, high = array.min(), array.max()
    level = (array - low) / ((high - low) or 1.0) * (len(_SHADES) - 1)
    lines = ("".join(_SHADES[round(value)] * 2 for value in row) for row in level)
    return readable("\n".join(line.rstrip() for line in lines))


def bars(values: Any, names: Sequence[Any] | None = None) -> str:
    """Show numbers from 0 up as bars, such as the probabilities of classes.

    Args:
        values: (N,), none negative.
        names: what stands before them; 0, 1, 2 and so on if not given.

    Raises:
        TypeError, ValueError: not such numbers, or not as many names.

    >>> print(bars([0.1, 0.6, 0.3], ["cat", "dog", "cow"]))
    cat  █████                            0.100
    dog  ██████████████████████████████   0.600
    cow  ███████████████                  0.300
    """
    array = as_array(values, "values", ndim=1).astype(np.float64)
    names = list(range(len(array))) if names is None else list(names)
    if len(names) != len(array):
        raise ValueError(f"there are {len(names)} names for {len(array)} values, expected as many")
    if len(array) == 0 or array.min() < 0:
        raise ValueError(f"values is {array.tolist()}, expected numbers from 0 up, at least one")
    width = max(len(str(name)) for name in names)
    greatest = array.max() or 1.0
    lines = []
    texts = aligned(array)
    longest = max(map(len, texts))
    for name, value, text in zip(names, array, texts, strict=True):
        eighths = round(value / greatest * BAR * 8)
        bar = "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
        lines.append(f"{name!s:>{width}}  {bar:<{BAR}}   {text:>{longest}}")
    return readable("\n".join(lines))
