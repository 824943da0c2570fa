"""Where a lesson is played: what becomes of its questions and its pictures.

A lesson calls `predict` and `show` and does not know whether it runs straight through, in the
stepper, in a notebook or for a page. These hand a question or a picture to the stage of the moment;
`using` puts another one in its place.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .answers import asked_for, shown


@dataclass(frozen=True)
class Question:
    """A question and its answer, which the lesson's code has just computed."""

    text: str
    answer: Any
    choices: Sequence[Any] | None = None
    hint: str = ""

    def asked(self) -> str:
        """The question with its choices."""
        return self.text + (f" ({asked_for(None, self.choices)})" if self.choices else "")


class Stage:
    """Straight through: a question is printed with its answer, a picture with its path."""

    def question(self, question: Question) -> None:
        """A lesson asks."""
        print(f"Predict: {question.asked()}")
        print(f"Answer:  {shown(question.answer)}")

    def picture(self, path: Path, caption: str) -> None:
        """A lesson has saved a picture."""
        print(f"saved {path}" + (f": {caption}" if caption else ""))

    def operation(self, name: str, given: Mapping[str, Any]) -> None:
        """A lesson has shown an operation on these arrays (`views.py`): a page can play it."""


class Notebook(Stage):
    """In a notebook: the answer folded under the question, the picture in the page."""

    def question(self, question: Question) -> None:
        """Hint and answer open with a click."""
        from IPython.display import HTML, display

        folded = {"a hint": question.hint, "the answer": shown(question.answer)}
        details = "".join(
            f"<details><summary>{name}</summary>{html.escape(text)}</details>"
            for name, text in folded.items()
            if text
        )
        display(HTML(f"<p><b>Predict:</b> {html.escape(question.asked())}</p>{details}"))

    def picture(self, path: Path, caption: str) -> None:
        """The picture itself."""
        from IPython.display import Image, display

        display(Image(data=path.read_bytes()))
        super().picture(path, caption)


_stages: list[Stage] = []


def current() -> Stage:
    """The stage of the moment."""
    if _stages:
        return _stages[-1]
    return Notebook() if _in_notebook() else Stage()


@contextmanager
def using(stage: Stage) -> Iterator[Stage]:
    """Play what happens inside the block on another stage.

    >>> class Silent(Stage):
    ...     def question(self, question):
    ...         pass
    >>> from tinyvision.lessons import predict
    >>> with using(Silent()):
    ...     predict("How much is 6 times 7?", 42)
    42
    """
    _stages.append(stage)
    try:
        yield stage
    finally:
        _stages.remove(stage)


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and "IPKernelApp" in shell.config
