"""A map of patches over the image it belongs to, and the bar by which its colours are read."""

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .style import OKABE_ITO, SEQUENTIAL, blank, number, panel

THINNEST, THICKEST = 0.25, 0.8  # the opacity of the least and of the greatest value
INTERPOLATIONS = ("nearest", "bilinear")
# Rec. ITU-R BT.601: how bright red, green and blue look.
LUMA = np.array([0.299, 0.587, 0.114])


def _colours() -> Colormap:
    """Return the overlay's colour map, the more opaque the greater a value."""
    colours = colormaps[SEQUENTIAL](np.linspace(0, 1, 256))  # (256, 4): red, green, blue, opacity
    colours[:, 3] = np.linspace(THINNEST, THICKEST, 256)
    return ListedColormap(colours)


OVERLAY = _colours()


def grey(picture: np.ndarray) -> np.ndarray:
    """Return a picture, (H, W) or (H, W, 3) with values from 0 to 1, as grey (H, W).

    >>> grey(np.array([[[1.0, 0.0, 0.0]]]))
    array([[0.299]])
    """
    return picture if picture.ndim == 2 else picture @ LUMA  # (H, W, 3) @ (3,) -> (H, W)


def faint(picture: np.ndarray) -> np.ndarray:
    """Return a picture as grey of less contrast, so that light and dark are left to a map over it.

    >>> faint(np.array([[0.0, 1.0]]))
    array([[0.2, 0.8]])
    """
    return 0.2 + 0.6 * grey(picture)


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
    """Draw `values`, one for each patch, over the grey `picture`; the colours reach `limit`."""
    shape = picture.shape[:2]
    draw_map(axes, shape, faint(picture), cmap="gray", vmin=0, vmax=1)
    draw_map(axes, shape, values, cmap=OVERLAY, vmin=0, vmax=limit, interpolation=interpolation)


def overlay_bar(
    figure: Figure,
    box: tuple[float, float, float, float],
    colours: np.ndarray,
    low: float,
    high: float,
    label: str = "",
) -> Axes:
    """Add the colour bar of an overlay in `box` (left, top, width, height in inches).

    A colour that lets the image through looks otherwise on every pixel. So the bar has two
    directions: along it the values, across it what they look like on black to white pixels.

    Args:
        figure: to draw on.
        box: the bar lies down if it is wider than high.
        colours: (N, 4), red, green, blue and opacity of the values from `low` to `high`.
        low, high: the values at its ends.
        label: what the values are.
    """
    opacity = colours[:, None, 3:]  # (N, 1, 1)
    behind = faint(np.linspace(0, 1, 32)[None])[..., None]  # (1, 32, 1)
    mixed = opacity * colours[:, None, :3] + (1 - opacity) * behind  # (N, 32, 3)
    values = sorted({low, 0.0, high})
    texts = [number(value, digits=2) for value in values]
    grounds: dict[str, Any] = {"labels": ["on black", "on white"], "size": 9}
    axes = panel(figure, *box)
    axes.spines[:].set_visible(False)
    if box[2] > box[3]:
        extent = (low, high, 0.0, 1.0)
        axes.imshow(mixed.swapaxes(0, 1), extent=extent, origin="lower", aspect="auto")
        axes.set_xticks(values, texts)
        axes.set_yticks([0.05, 0.95], **grounds)
        axes.tick_params("y", length=0)
        axes.set_xlabel(label, size=10)
        return axes
    axes.imshow(mixed, extent=(0.0, 1.0, low, high), origin="lower", aspect="auto")
    axes.yaxis.tick_right()
    axes.yaxis.set_label_position("right")
    axes.set_yticks(values, texts)
    axes.set_xticks([0.15, 0.85], rotation=90, **grounds)
    axes.tick_params("x", length=0)
    axes.set_ylabel(label)
    return axes


def frame_patch(axes: Axes, shape: tuple[int, ...], grid: tuple[int, int], patch: int) -> None:
    """Frame a patch, numbered in reading order, of an image of `shape` (H, W)."""
    row, column = divmod(patch, grid[1])
    high, wide = shape[0] / grid[0], shape[1] / grid[1]
    # Orange on black shows on every image and on every colour of the map.
    for colour, width in (("black", 3.2), (OKABE_ITO["orange"], 1.6)):
        frame: dict[str, Any] = {"fill": False, "edgecolor": colour, "linewidth": width}
        corner = (column * wide, row * high)
        axes.add_patch(Rectangle(corner, wide, high, clip_on=False, zorder=3, **frame))
