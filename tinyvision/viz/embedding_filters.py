"""What a patch embedding looks for: the principal components of its filters as pictures."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ..ops.convolution.conv import pair
from .arrays import as_array
from .filters import rgb_filters
from .style import (
    MUTED,
    OKABE_ITO,
    new_figure,
    panel,
    style,
    symmetric_limit,
    text_width,
    write,
)
from .tiles import draw_tiles, sheet_size

TILE = 0.72  # the width of a filter, in inches
ACROSS = 7  # filters in a row, as in the paper
CHART = (3.0, 2.3)  # width and height of the chart
MARGIN = 0.25
TOP = 1.45  # of the filters


def principal_components(filters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the directions in which filters differ most, and how much they differ in each.

    The mean filter is subtracted first; so does the layer normalisation that follows in a
    Transformer. A direction has no sign of its own: the entry of greatest size is made positive.

    Args:
        filters: (D, F): D filters of F numbers.

    Returns:
        components (K, F), of length 1 and at right angles to each other, and their variances (K,),
        greatest first. K is the number of directions in which the filters differ at all.

    Raises:
        ValueError: all filters are the same.

    >>> components, variances = principal_components(np.array([[0.0, 3], [0, -3], [1, 0], [-1, 0]]))
    >>> components, variances
    (array([[0., 1.], [1., 0.]]), array([4.5, 0.5]))
    """
    centred = filters - filters.mean(axis=0)
    _, sizes, components = np.linalg.svd(centred, full_matrices=False)  # (K, F)
    # What rounding leaves of a direction that is not there; as in np.linalg.matrix_rank.
    least = np.finfo(np.float64).eps * max(filters.shape) * symmetric_limit(filters)
    kept = sizes > least
    if not kept.any():
        raise ValueError(
            f"weight holds {len(filters)} equal filters, which have no principal components; "
            "start them from random numbers"
        )
    components, sizes = components[kept], sizes[kept]
    peaks = np.take_along_axis(components, np.abs(components).argmax(axis=1)[:, None], axis=1)
    return components * np.sign(peaks) + 0.0, sizes**2 / len(filters)  # -0.0 becomes 0.0


@style()
def embedding_filters(weight: Any, patch_size: Any, channels: int, count: int = 28) -> Figure:
    """Draw the first principal components of a patch embedding's filters, numbered from 0.

    They are the patterns in a patch that the embedding tells apart best. Dosovitskiy et al., "An
    Image is Worth 16x16 Words", 2021, arXiv:2010.11929, figure 7 (left). Beside them stands how
    much of the variance each holds: noise shares it out evenly, learned filters do not.

    Args:
        weight: (D, height * width * channels), the numbers of a patch in the order (row, column,
            channel), as `patchify` lays them out; or (D, channels, height, width), a convolution.
        patch_size: an integer, or a pair (height, width).
        channels: of the image, 1 (drawn in grey) or 3 (drawn in colour).
        count: at most this many are drawn.

    Raises:
        TypeError, ValueError: `weight` is not such an array, or all its filters are the same;
            `channels` is neither 1 nor 3; `count` is below 1.

    >>> weight = np.random.default_rng(0).normal(size=(64, 48))
    >>> figure = embedding_filters(weight, patch_size=4, channels=3)
    >>> [axes.get_title(loc="left") for axes in figure.axes]
    ['components 0 to 27', 'share of the variance']
    """
    if count < 1:
        raise ValueError(f"count is {count}, expected at least 1 component to draw")
    filters, patch = _flat_filters(weight, patch_size, channels)
    components, variances = principal_components(filters)
    shown = components[:count]
    shares = 100 * variances / variances.sum()

    columns = min(len(shown), ACROSS)
    wide, high = sheet_size(patch, len(shown), columns, numbered=True)
    wide, high = TILE * wide, TILE * high
    title = f"components 0 to {len(shown) - 1}" if len(shown) > 1 else "component 0"
    heading = f"Patch embedding: principal components of {len(filters)} filters"
    caption = (
        f"filters {channels} × {patch[0]} × {patch[1]}; drawn: {len(shown)} of {len(components)} "
        f"components, with {shares[: len(shown)].sum():.1f} % of the variance\n"
        "grey = 0, brighter = positive, darker = negative; its negative is the same component\n"
        "each on its own scale"
    )
    sheet = max(wide, text_width(title, 12))
    chart = MARGIN + sheet + 1.1  # the left edge of the chart
    figure = new_figure(
        max(
            chart + CHART[0] + MARGIN,
            2 * MARGIN + max(text_width(heading, 13), text_width(caption, 10)),
        ),
        TOP + max(high, CHART[1] + 0.5) + MARGIN,
    )
    write(figure, MARGIN, 0.15, heading, size=13)
    write(figure, MARGIN, 0.47, caption, size=10, color=MUTED)

    axes = panel(figure, MARGIN, TOP, wide, high)
    axes.set_title(title, size=12, loc="left")
    tiles = [_picture(component, patch, channels) for component in shown]
    draw_tiles(axes, tiles, columns, range(len(tiles)), cmap="gray", vmin=0, vmax=1)

    axes = panel(figure, chart, TOP, *CHART)
    axes.set_title("share of the variance", size=12, loc="left")
    axes.bar(np.arange(len(shown)), shares[: len(shown)], color=OKABE_ITO["blue"])
    axes.set_xlabel("component")
    axes.set_ylabel("percent")
    axes.set_xlim(-0.6, max(len(shown), 4) - 0.4)
    axes.set_xticks(np.arange(0, len(shown), max(1, -(-len(shown) // 7))))
    axes.grid(axis="y")
    return figure


def _flat_filters(
    weight: Any, patch_size: Any, channels: int
) -> tuple[np.ndarray, tuple[int, int]]:
    """Return the filters, (D, F) in the order (row, column, channel), and the patch's size."""
    patch = pair(patch_size, "patch_size")
    if channels not in (1, 3):
        raise ValueError(f"channels is {channels}, expected 1 (grey) or 3 (red, green, blue)")
    array = as_array(weight, "weight", ndim=(2, 4)).astype(np.float64)
    flat = patch[0] * patch[1] * channels
    if array.shape[1:] not in ((flat,), (channels, *patch)) or array.size == 0:
        raise ValueError(
            f"weight has shape {array.shape}, expected (D, {flat}) or (D, {channels}, {patch[0]}, "
            f"{patch[1]}) for patches of {patch[0]} × {patch[1]} pixels in {channels} channels"
        )
    if array.ndim == 4:
        array = array.transpose(0, 2, 3, 1).reshape(-1, flat)  # (D, C, h, w) -> (D, h * w * C)
    return array, patch


def _picture(component: np.ndarray, patch: tuple[int, int], channels: int) -> np.ndarray:
    """Return a component, (F,), as (h, w, 3) or (h, w), grey where it is 0."""
    filters = component.reshape(1, *patch, channels)  # (F,) -> (1, h, w, C)
    if channels == 1:
        return 0.5 + filters[0, :, :, 0] / (2 * symmetric_limit(filters))
    return rgb_filters(np.moveaxis(filters, -1, 1))[0]  # (1, C, h, w) -> (h, w, 3)
