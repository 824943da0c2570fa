"""`predict` and `show`: the two things a lesson does besides calling the library."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..files import replacing
from .answers import plain, shown
from .stage import Question, current


def predict(
    question: str, answer: Any, *, choices: Sequence[Any] | None = None, hint: str = ""
) -> Any:
    """Ask a question whose answer was just computed.

    Run straight through, a lesson prints both. In the stepper the learner answers first; a wrong
    answer brings the hint.

    Args:
        question: what is asked.
        answer: what the lesson's code has computed: a number, yes or no as a bool, a text, or a
            small array, tensor, tuple or list of numbers. A number that is a name, such as that of
            a class, is given as a text: nobody is then told that it is greater or smaller.
        choices: the answers to choose from, if there are any; the right one is among them.
        hint: a line of help.

    Returns:
        The answer, as it was given.

    Raises:
        TypeError, ValueError: an answer that nobody could type, or that is not among the choices.

    >>> predict("How much is 6 times 7?", 6 * 7)
    Predict: How much is 6 times 7?
    Answer:  42
    42
    """
    plain(answer)
    if choices is not None and shown(answer) not in [shown(choice) for choice in choices]:
        raise ValueError(
            f"the answer {shown(answer)!r} is not among the choices {list(choices)}: add it, or "
            "correct what is computed"
        )
    current().question(Question(question, answer, choices, hint))
    return answer


def show(figure: Any, name: str, caption: str = "", *, seconds: float = 0.7) -> Path:
    """Save a picture where those of the lesson go, and say where; in a notebook, show it.

    That is the folder ``runs/lessons/NN``, or the one that the variable TINYVISION_LESSON_OUT
    names.

    Args:
        figure: a figure, saved as PNG and cleared; a list of figures or images, saved as an
            animated GIF; or the path of a picture, which is copied.
        name: of the file, without its suffix.
        caption: what is to be seen on it, in a line.
        seconds: how long each picture of an animation stays.

    Returns:
        The path of the file.

    Raises:
        TypeError: it is no picture.
        ValueError: the name is a path, or the figure is empty.
        OSError: a file is not there, or the folder cannot be written to.
    """
    if not name or Path(name).name != name:
        raise ValueError(f"name is {name!r}, expected a file's name without a folder and suffix")
    # Matplotlib and Pillow take a while to load; the list of lessons does without.
    from matplotlib.figure import Figure

    from ..viz.save import save_figure
    from .animation import save_frames

    folder = Path(os.environ.get("TINYVISION_LESSON_OUT") or f"runs/lessons/{_number()}")
    if isinstance(figure, Figure):
        path = save_figure(figure, folder / f"{name}.png")
    elif isinstance(figure, (str, os.PathLike)):
        path = _copied(Path(figure), folder / f"{name}{Path(figure).suffix}")
    elif isinstance(figure, Sequence):
        path = save_frames(figure, folder / f"{name}.gif", seconds)
    else:
        raise TypeError(
            f"show takes a Matplotlib figure, a list of them, or the path of a picture, got "
            f"{type(figure).__name__}"
        )
    current().picture(path, caption)
    return path


def _copied(source: Path, path: Path) -> Path:
    content = source.read_bytes()
    if not (path.exists() and path.samefile(source)):
        with replacing(path) as file:
            file.write(content)
    return path


def _number() -> str:
    """The number of the lesson that is running: the first two characters of its file's name."""
    stem = Path(getattr(sys.modules["__main__"], "__file__", None) or "scratch").stem
    return stem[:2] if stem[:2].isdigit() else stem
