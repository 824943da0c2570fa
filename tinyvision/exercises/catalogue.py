"""The exercises: one for each lesson."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from ..usage import UsageError
from .hints import HINTS

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes:
        number: of its lesson, such as ``08``.
        slug: what its files are called by.
        title: what is to be done.
        needs: what the file may import.
        checked: whether there is anything to check; the last one is the learner's own.
    """

    number: str
    slug: str
    title: str
    needs: str = "numpy"
    checked: bool = True

    @property
    def name(self) -> str:
        """Such as ``ex08_attention``."""
        return f"ex{self.number}_{self.slug}"

    @property
    def file(self) -> str:
        """The name of the learner's file."""
        return f"{self.name}.py"

    @property
    def hints(self) -> tuple[str, ...]:
        """From a nudge to nearly the answer."""
        return HINTS.get(self.number, ())

    def start(self) -> bytes:
        """What the learner's file holds in the beginning."""
        return (_HERE / "start" / self.file).read_bytes()

    def solution(self) -> str:
        """Ours."""
        return (_HERE / "solutions" / self.file).read_text(encoding="utf-8")


EXERCISES = (
    Exercise("01", "derivatives", "write the rule of a product, then backward", needs=""),
    Exercise("02", "convolution", "find what is off by one"),
    Exercise("03", "pooling", "send max pooling's gradient back where it belongs"),
    Exercise("04", "descent", "give gradient descent momentum"),
    Exercise("05", "cnn", "assemble the article's CNN", needs="tinyvision"),
    Exercise("06", "patches", "cut images into patches"),
    Exercise("07", "position", "mend a broadcast that adds the wrong position"),
    Exercise("08", "attention", "mend two mistakes in attention"),
    Exercise("09", "heads", "mend the reshapes that split and join heads"),
    Exercise("10", "encoder", "write layer normalisation's gradient"),
    Exercise("11", "vit", "add the class token to a Vision Transformer", needs="tinyvision"),
    Exercise("12", "masked", "mend the loss of a masked autoencoder"),
    Exercise("13", "finetuning", "freeze the encoder", needs="tinyvision"),
    Exercise("14", "cnn_or_vit", "an experiment of your own", needs="tinyvision", checked=False),
)


def exercise_named(word: str) -> Exercise:
    """An exercise by its number, its name or its file.

    Raises:
        UsageError: there is none.

    >>> {exercise_named(w).number for w in ("8", "08", "attention", "there/ex08_attention.py")}
    {'08'}
    """
    stem = Path(word).stem.lower()
    for exercise in EXERCISES:
        if stem in (exercise.name, exercise.slug, f"ex{exercise.number}", exercise.number):
            return exercise
        if stem.isdigit() and int(stem) == int(exercise.number):
            return exercise
    names = [name for exercise in EXERCISES for name in (exercise.name, exercise.slug)]
    close = difflib.get_close_matches(stem, names, n=1)
    guess = f"; did you mean {close[0]!r}?" if close else ""
    raise UsageError(
        f"no exercise {word!r}{guess}; there are {EXERCISES[0].number} to {EXERCISES[-1].number}"
    )
