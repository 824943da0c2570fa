"""A map of patches over the image it belongs to."""

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap
from matplotlib.patches import Rectangle

from .style import OKABE_ITO, SEQUENTIAL, blank

THINNEST, THICKEST = 0.25, 0.8  # the opacity of the least and of the greatest value
INTERPOLATIONS = ("nearest", "bilinear")
# Rec. ITU-R BT.601: how bright red, green and blue look.
LUMA = np.array([0.299, 0.587, 0.114])


def _colours(behind: float | None = None) -> Colormap:
    """Return the overlay's colour map: transparent or, laid on the grey `behind`, opaque."""
    colours = colormaps[SEQUENTIAL](np.linspace(0, 1, 256))  # (256, 4): red, green, blue, opacity
    opacity = np.linspace(THINNEST, THICKEST, 256)[:, None]  # (256,) -> (256, 1)
    if behind is None:
        colours[:, 3:] = opacity
    else:
        colours[:, :3] = opacity * colours[:, :3] + (1 - opacity) * behind
    return ListedColormap(colours)


OVERLAY = _colours()
OVERLAY_BAR = _colours(behind=0.5)  # how it looks where the image is middle grey


def grey(picture: np.ndarray) -> np.ndarray:
    """Return a picture, (H, W) or (H, W, 3) with values from 0 to 1, as grey (H, W).

    >>> grey(np.array([[[1.0, 0.0, 0.0]]]))
    array([[0.299]])
    """
    return picture if picture.ndim == 2 else picture @ LUMA  # (H, W, 3) @ (3,) -> (H, W)


def check_interpolation(interpolation: str) -> None:
    """Raise ValueError unless `interpolation` is a way to enlarge a map of patches."""
    if interpolation not in INTERPOLATIONS:
        raise ValueError(
            f"interpolation is {interpolation!r}, expected 'nearest', which shows the patches, or "
            "'bilinear', which smooths them"
        )


def draw_map(axes: Axes, shape: tuple[int, ...], values: np.ndarray, **options: Any) -> None:
    """Draw `values`, one for each patch (down, across), as large as an image of `shape` (H, W).

    `options` go to `imshow`.
    """
    axes.imshow(values, extent=(0, shape[1], shape[0], 0), **options)
    blank(axes)


def draw_overlay(
    axes: Axes, picture: np.ndarray, values: np.ndarray, limit: float, interpolation: str
) -> None:
    """Draw `values`, one for each patch, over the grey `picture`; the colours reach `limit`.

    The image has less contrast than it had, so that light and dark are left to the map.
    """
    shape = picture.shape[:2]
    faint = 0.2 + 0.6 * grey(picture)
    draw_map(axes, shape, faint, cmap="gray", vmin=0, vmax=1)
    draw_map(axes, shape, values, cmap=OVERLAY, vmin=0, vmax=limit, interpolation=interpolation)


def frame_patch(axes: Axes, shape: tuple[int, ...], grid: tuple[int, int], patch: int) -> None:
    """Frame a patch, numbered in reading order, of an image of `shape` (H, W)."""
    row, column = divmod(patch, grid[1])
    high, wide = shape[0] / grid[0], shape[1] / grid[1]
    # Orange on black shows on every image and on every colour of the map.
    for colour, width in (("black", 3.2), (OKABE_ITO["orange"], 1.6)):
        frame: dict[str, Any] = {"fill": False, "edgecolor": colour, "linewidth": width}
        corner = (column * wide, row * high)
        axes.add_patch(Rectangle(corner, wide, high, clip_on=False, zorder=3, **frame))
