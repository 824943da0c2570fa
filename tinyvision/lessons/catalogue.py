"""Which lessons there are, and where: in a checkout, or inside an installed package."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .cells import Script, read_script

# What a guess of the minutes goes by: reading with care, following code, thinking about a question.
WORDS, CODE_LINES, QUESTIONS = 150, 12, 2  # a minute
_NAME = re.compile(r"\d\d_\w+\.py")


@dataclass(frozen=True)
class Lesson:
    """A lesson by its number, such as '02', or, of a file elsewhere, by its path."""

    number: str
    path: Path

    @cached_property
    def script(self) -> Script:
        """The file, read."""
        return read_script(self.path)

    @property
    def title(self) -> str:
        """What it is about."""
        return self.script.title or self.path.stem

    @property
    def question(self) -> str:
        """The question it answers, as plain text."""
        return self.script.facts.get("Question", "").replace("``", "")

    @property
    def minutes(self) -> int:
        """A guess of how long it takes, from the length of its text and its code."""
        text = [self.script.intro]
        text += [cell.source for cell in self.script.cells if cell.kind == "text"]
        words = sum(len(part.split()) for part in text)
        code = [cell.source for cell in self.script.cells if cell.kind == "code"]
        questions = sum(len(re.findall(r"\bpredict\(", part)) for part in code)
        time = words / WORDS + self.script.code_lines / CODE_LINES + questions / QUESTIONS
        return max(1, round(time))


def lessons_folder() -> Path | None:
    """The folder of the lessons, or None if there is none.

    The variable TINYVISION_LESSONS names another one, such as a teacher's own.

    Raises:
        FileNotFoundError: there are no lessons in the folder it names.
    """
    if own := os.environ.get("TINYVISION_LESSONS"):
        if not _files(Path(own)):
            raise FileNotFoundError(
                f"no lessons in {own}, which TINYVISION_LESSONS names: expected files like "
                "00_tour.py there"
            )
        return Path(own)
    package = Path(__file__).resolve().parents[1]
    checkout = package.parent / "lessons"
    if _files(package / "_lessons"):  # a wheel carries them
        return package / "_lessons"
    if (package.parent / "pyproject.toml").is_file() and _files(checkout):
        return checkout
    return None


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.py") if _NAME.fullmatch(path.name))


def lessons() -> list[Lesson]:
    """All lessons, in order."""
    folder = lessons_folder()
    return [Lesson(path.name[:2], path) for path in _files(folder)] if folder else []


def find_lesson(word: str) -> Lesson:
    """A lesson by its number, a piece of its name, or the path of its file.

    Raises:
        ValueError: there is no such lesson, or there are several.

    >>> find_lesson("no-such-lesson")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ValueError: no lesson 'no-such-lesson'...
    """
    path = Path(word)
    if path.suffix == ".py":
        if not path.is_file():
            raise ValueError(f"there is no file {word}: give a lesson's number or its path")
        path = path.resolve()
        same = (lesson for lesson in lessons() if lesson.path.resolve() == path)
        return next(same, Lesson(str(path), path))
    if path.is_file():
        raise ValueError(f"{word} is no lesson: a lesson of one's own is a .py file")
    known = lessons()
    names = {lesson.path.stem[3:]: lesson for lesson in known}
    numbers = {lesson.number: lesson for lesson in known}
    if word.isdecimal() and word.zfill(2) in numbers:
        return numbers[word.zfill(2)]
    part = word.casefold().replace("-", "_")
    found = [lesson for lesson in known if part and part in lesson.path.stem]
    if part in names or len(found) == 1:
        return names.get(part) or found[0]
    if found:
        several = ", ".join(lesson.path.stem for lesson in found)
        raise ValueError(f"{word!r} is in the names of several lessons, {several}: give a number")
    close = difflib.get_close_matches(part, names, n=1)
    guess = f"; did you mean {names[close[0]].path.stem!r}?" if close else ""
    there = f"; there are {known[0].number} to {known[-1].number}" if known else ""
    raise ValueError(f"no lesson {word!r}{guess}{there} (see tinyvision lessons)")
