"""Writing a figure to a file: all of it, or nothing."""

import os
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from ..files import replacing
from .style import style

# What each format would otherwise write about the moment: the same figure, the same bytes.
_FORMATS: dict[str, dict[str, Any]] = {
    ".png": {},
    ".svg": {"Date": None},
    ".pdf": {"CreationDate": None},
}


def save_figure(
    figure: Figure, path: str | os.PathLike[str], dpi: float = 150, clear: bool = True
) -> Path:
    """Write `figure` to `path` and clear it.

    Missing folders are created. The picture is written to a temporary file beside `path` first and
    then takes its place in one step: whatever goes wrong before, a file that was there stays as it
    was.

    Args:
        figure: the figure.
        path: the file; its suffix, .png, .svg or .pdf, says the format.
        dpi: dots per inch; a PNG is width × dpi pixels wide. The other two are drawings and scale.
        clear: take the contents off the figure afterwards, which frees their memory at once. With
            False it can be shown or saved again.

    Returns:
        The path written.

    Raises:
        ValueError: another suffix, `dpi` is not positive, or the figure is empty, as it is after
            it was saved and cleared.
        OSError: the folder cannot be created or written to.

    >>> import tempfile
    >>> from tinyvision.viz.curves import training_curves
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_figure(training_curves({"train_loss": [2.0, 1.0]}), f"{folder}/a/loss.png")
    ...     path.name, path.stat().st_size > 0
    ('loss.png', True)
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in _FORMATS:
        raise ValueError(
            f"path is {str(path)!r} with suffix {path.suffix!r}, expected one of "
            f"{', '.join(_FORMATS)}: the suffix says in which format to write"
        )
    if not dpi > 0:
        raise ValueError(f"dpi is {dpi}, expected a positive number of dots per inch")
    if not figure.axes and not figure.texts:
        raise ValueError(
            "figure is empty; if it was saved before, that cleared it: "
            "pass clear=False to save_figure to keep it"
        )

    with replacing(path) as file, style():
        about = {"Description": described(figure)} if suffix == ".png" else {}
        figure.savefig(file, format=suffix[1:], dpi=dpi, metadata=_FORMATS[suffix] | about)
    if clear:
        figure.clear()
    return path


def described(figure: Figure) -> str:
    """What a figure says in words: its heading, and the titles and labels of its panels.

    A PNG carries it along as its "Description", for those who cannot see the picture.

    >>> from tinyvision.viz.curves import training_curves
    >>> described(training_curves({"train_loss": [2.0, 1.0]}))
    'Training, epoch by epoch. epoch (passes over the training images); loss (nats per image)'
    """
    texts = [text.get_text() for text in figure.texts]
    heading = next((text for text in texts if any(map(str.isalpha, text))), "")
    titles = [
        title
        for axes in figure.axes
        for place in ("left", "center", "right")
        if (title := axes.get_title(place))
    ]
    labels = [label for axes in figure.axes for label in (axes.get_xlabel(), axes.get_ylabel())]
    words = dict.fromkeys(" ".join(word.split()) for word in titles + labels if word)
    return ". ".join(part for part in (heading, "; ".join(words)) if part)
