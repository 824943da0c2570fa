"""`predict` and `show`: the two things a lesson does besides calling the library."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from ..viz.save import save_figure


def predict(question: str, answer: Any, *, choices: Any = None, hint: str = "") -> Any:
    """Ask a question whose answer was just computed; run straight through, it prints both.

    >>> predict("How much is 6 times 7?", 42)
    Predict: How much is 6 times 7?
    Answer:  42
    42
    """
    print(f"Predict: {question}")
    print(f"Answer:  {answer}")
    return answer


def show(figure: Any, name: str, caption: str = "") -> Path:
    """Save a figure where the lesson's pictures go, and print the path."""
    number = Path(sys.argv[0]).name[:2]
    folder = Path(os.environ.get("TINYVISION_LESSON_OUT", f"runs/lessons/{number}"))
    path = folder / f"{name}.png"
    if isinstance(figure, Figure):
        save_figure(figure, path)
    print(f"saved {path}" + (f": {caption}" if caption else ""))
    return path
