"""What a masked autoencoder makes of images of which it sees a part."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from .arrays import as_array
from .patches import grid_of
from .style import MUTED, OKABE_ITO, blank, new_figure, panel, style, text_width, write
from .tiles import EDGE

PICTURE = 1.4  # a picture's area is that of a square of as many inches
SPACE = 0.22  # between two pictures
TITLE = 0.3
NOTE = 0.28  # room for the error under a picture
MARGIN = 0.25
LINE = 0.19  # the height of a line of text
SLACK = 0.01  # how far rounding may take a pixel out of 0 to 1

# Neither grey nor a colour of many images, so that what is removed cannot pass for a part of them.
REMOVED = 0.5 + 0.5 * np.array(to_rgb(OKABE_ITO["sky"]))


@style()
def reconstructions(
    original: Any,
    predicted: Any,
    mask: Any,
    patch_size: Any,
    baseline: Any = None,
    *,
    rescaled: bool = False,
    limit: int = 6,
) -> Figure:
    """Draw images in rows: original, masked, predicted, pasted and, to compare, the mean image.

    Under a prediction stands its mean squared error on the removed patches of that image, and in
    the caption that on the removed patches of all images given. ``pasted`` is the prediction where
    a patch was removed and the original elsewhere.

    Args:
        original: (N, C, H, W) with C 1 or 3, or (N, H, W): pixels from 0 to 1, not normalised.
        predicted: the same shape, in the same units. What lies beyond 0 and 1 is drawn as 0 or 1;
            errors are computed with it as it is.
        mask: (N, T), true (or 1) where a patch is removed, in reading order.
        patch_size: an integer, or a pair (height, width), that divides H and W.
        baseline: the mean image as a prediction, the same shape as ``original``, or that of one
            image; None leaves it out.
        rescaled: whether the mean and the variance of each predicted patch are the original's, as
            after training on normalised patches; the caption says so.
        limit: at most this many images are drawn.

    Raises:
        TypeError, ValueError: an argument has another shape, or holds NaN; ``original`` is not in
            [0, 1]; the mask is not of zeros and ones, or removes nothing; `limit` is below 1.

    >>> images, mask = np.zeros((2, 1, 8, 8)), np.tile([True, False, True, True], (2, 1))
    >>> figure = reconstructions(images, images + 0.1, mask, 4)
    >>> [axes.get_title() for axes in figure.axes[:4]]
    ['original', 'masked', 'predicted', 'pasted']
    >>> figure.axes[2].get_xlabel()
    'error 0.0100'
    """
    if limit < 1:
        raise ValueError(f"limit is {limit}, expected at least 1 image to draw")
    images = _images(original)
    guess = _same_shape(predicted, "predicted", images)
    mean = None if baseline is None else _same_shape(baseline, "baseline", images)
    flags = _flags(mask, len(images), grid_of(images.shape[2:], patch_size))
    removed = _enlarge(flags, images.shape[2:])  # (N, H, W)
    shown = min(limit, len(images))

    columns = ["original", "masked", "predicted", "pasted"]
    if mean is not None:
        columns.append("mean image")
    shape = images.shape[2:]
    wide = PICTURE * (shape[1] / shape[0]) ** 0.5
    high = PICTURE * (shape[0] / shape[1]) ** 0.5
    slot = max(wide, text_width("error 1.23e-04", 10), text_width("mean image", 12)) + SPACE

    gone = sorted({int(each.sum()) for each in flags})
    heading = f"Predicting what was removed: {gone[0]}{f' to {gone[-1]}' if gone[1:] else ''} of "
    heading += f"{flags[0].size} patches"
    errors = {"predicted": _errors(guess, images, removed)}
    if mean is not None:
        errors["mean image"] = _errors(mean, images, removed)
    written = _one_format(np.concatenate([each[:shown] for each in errors.values()]))
    caption = _caption(images, guess, mean, removed, rescaled, written)
    if shown < len(images):
        caption += f"\ndrawn: the first {shown} of {len(images)} images"
    top = 0.55 + LINE * (caption.count("\n") + 1) + TITLE
    figure = new_figure(
        MARGIN
        + max(
            len(columns) * slot - SPACE + MARGIN,
            text_width(heading, 13) + MARGIN,
            text_width(caption, 10) + MARGIN,
        ),
        top + shown * (high + NOTE) + 0.1,
    )
    write(figure, MARGIN, 0.15, heading, size=13)
    write(figure, MARGIN, 0.47, caption, size=10, color=MUTED)

    for row in range(shown):
        where = removed[row]
        pictures = [images[row], images[row], guess[row]]
        pictures.append(np.where(where, guess[row], images[row]))
        if mean is not None:
            pictures.append(mean[row])
        for column, (title, picture) in enumerate(zip(columns, pictures, strict=True)):
            left = MARGIN + column * slot + (slot - SPACE - wide) / 2
            axes = panel(figure, left, top + row * (high + NOTE), wide, high)
            _draw(axes, picture, where if title == "masked" else None)
            if row == 0:
                axes.set_title(title, size=12)
            if title in errors:
                axes.set_xlabel(f"error {errors[title][row]:{written}}", size=10)
    return figure


def _images(original: Any) -> np.ndarray:
    """Return images as (N, C, H, W) of float64 from 0 to 1."""
    array = as_array(original, "original", ndim=(3, 4))
    array = array[:, None] if array.ndim == 3 else array  # (N, H, W) -> (N, 1, H, W)
    if array.shape[1] not in (1, 3) or array.size == 0:
        raise ValueError(
            f"original has shape {array.shape}, expected (N, 1, H, W) or (N, 3, H, W), none empty"
        )
    array = array.astype(np.float64)
    low, high = float(array.min()), float(array.max())
    if low < -SLACK or high > 1 + SLACK:
        raise ValueError(
            f"original has values from {low:.3g} to {high:.3g}, expected pixels from 0 to 1: undo "
            "the normalisation (times std, plus mean), divide bytes by 255"
        )
    return array


def _same_shape(value: Any, name: str, images: np.ndarray) -> np.ndarray:
    array = as_array(value, name).astype(np.float64)
    one = array.shape[-2:] == images.shape[-2:] and array.ndim < 4 and name == "baseline"
    if one and array.shape in (images.shape[1:], images.shape[2:]):
        return np.broadcast_to(array, images.shape)
    if array.ndim == 3 and images.shape[1] == 1:
        array = array[:, None]  # (N, H, W) -> (N, 1, H, W)
    if array.shape != images.shape:
        raise ValueError(
            f"{name} has shape {array.shape}, expected that of the images, {images.shape}"
        )
    return array


def _flags(mask: Any, count: int, grid: tuple[int, int]) -> np.ndarray:
    """Return the mask as (N, down, across) of booleans."""
    array = as_array(mask, "mask", ndim=2)
    if array.shape != (count, grid[0] * grid[1]):
        raise ValueError(
            f"mask has shape {array.shape}, expected ({count}, {grid[0] * grid[1]}): "
            f"{grid[0]} by {grid[1]} patches for each of {count} images"
        )
    if not np.isin(array, (0, 1)).all() or not array.any(axis=1).all():
        raise ValueError(
            "mask must be 1 where a patch is removed and 0 elsewhere, with a patch removed in "
            "every image"
        )
    return array.astype(bool).reshape(count, *grid)


def _enlarge(flags: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(N, down, across) -> (N, H, W): each patch's flag at each of its pixels."""
    rows = np.repeat(flags, shape[0] // flags.shape[1], axis=1)
    return np.repeat(rows, shape[1] // flags.shape[2], axis=2)


def _error(guess: np.ndarray, images: np.ndarray, removed: np.ndarray) -> float:
    """Return the mean squared error on removed patches."""
    squares = ((guess - images) ** 2).mean(axis=1)  # (N, C, H, W) -> (N, H, W)
    return float(squares[removed].mean())


def _errors(guess: np.ndarray, images: np.ndarray, removed: np.ndarray) -> np.ndarray:
    """Return that of each image, (N,)."""
    each = zip(guess[:, None], images[:, None], removed[:, None], strict=True)
    return np.array([_error(*one) for one in each])


def _one_format(errors: np.ndarray) -> str:
    """Return a format for all the errors of a picture, so that they can be compared at a glance.

    >>> _one_format(np.array([0.1, 0.0378])), _one_format(np.array([0.1, 2e-6]))
    ('.4f', '.2e')
    """
    return ".4f" if errors.min(where=errors > 0, initial=1) >= 1e-3 else ".2e"


def _caption(
    images: np.ndarray,
    guess: np.ndarray,
    mean: np.ndarray | None,
    removed: np.ndarray,
    rescaled: bool,
    written: str,
) -> str:
    count = f"{len(images)} image{'s' if len(images) > 1 else ''}"
    line = f"mean squared error on removed patches, {count}: "
    line += f"prediction {_error(guess, images, removed):{written}}"
    if mean is not None:
        line += f", mean image {_error(mean, images, removed):{written}}"
    lines = [
        line,
        "blue: removed; pasted: the prediction there, the original elsewhere",
        "what it predicts for patches that it saw counts for nothing, and looks so",
    ]
    if rescaled:
        both = " and of the mean image" if mean is not None else ""
        lines.append(
            f"the mean and the variance of each patch predicted{both} are the original's,\n"
            "which the network was not told: it was trained on normalised patches"
        )
    return "\n".join(lines)


def _draw(axes: Axes, picture: np.ndarray, removed: np.ndarray | None) -> None:
    """Draw (C, H, W), cut off at 0 and 1; `removed` (H, W) is painted over."""
    colours = np.broadcast_to(np.moveaxis(picture, 0, -1).clip(0, 1), (*picture.shape[1:], 3))
    if removed is not None:
        colours = np.where(removed[..., None], REMOVED, colours)
    axes.imshow(colours)
    blank(axes)
    axes.spines[:].set(visible=True, color=EDGE, linewidth=0.6)  # white is a value too
