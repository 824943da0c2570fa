"""The learner's folder: the files of the exercises, and how far they are."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ..files import replacing
from ..usage import UsageError
from .catalogue import EXERCISES, Exercise
from .readme import readme

STATE = ".tinyvision.json"
"""The file that remembers what is passed, and how many hints were shown."""


class Folder:
    """A folder of exercises.

    What is remembered of an exercise: ``passed``, whether its last check passed; ``solved``,
    whether any did; ``hints``, how many were shown.

    Args:
        path: the folder.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).absolute()

    @classmethod
    def found(cls, explicit: str | None = None, word: str | None = None) -> Folder:
        """The folder a command is about.

        Args:
            explicit: what `--dir` names.
            word: what names the exercise; the path of a file also names the folder.

        Returns:
            The folder, which is one of the two or, without them, the one we are in or one above.

        Raises:
            UsageError: there are no exercises.
        """
        if explicit is not None:
            return cls._that(Path(explicit))
        if word is not None and Path(word).suffix == ".py" and Path(word).parent != Path():
            return cls._that(Path(word).parent)
        here = Path.cwd()
        for path in (here, *here.parents):
            if _holds_exercises(path):
                return cls(path)
        raise UsageError(
            f"no exercises in {str(here)!r} or above; go to the folder of yours or name it with "
            "--dir, or make one with: tinyvision start DIR"
        )

    @classmethod
    def _that(cls, path: Path) -> Folder:
        if not _holds_exercises(path):
            raise UsageError(
                f"no exercises in {str(path.absolute())!r}; tinyvision start DIR puts them there"
            )
        return cls(path)

    def file(self, exercise: Exercise) -> Path:
        """Where the learner writes."""
        return self.path / exercise.file

    # -- files --------------------------------------------------------------------------------

    def start(self) -> list[Path]:
        """Put every exercise that is not there yet into the folder; the files that were made.

        Raises:
            OSError: it cannot be written to.
        """
        made = []
        contents = {exercise.file: exercise.start() for exercise in EXERCISES}
        for name, content in {**contents, "README.md": readme().encode()}.items():
            path = self.path / name
            if not path.exists():
                with replacing(path) as file:
                    file.write(content)
                made.append(path)
        if not (self.path / STATE).exists():
            self._save({})
        return made

    def reset(self, exercise: Exercise) -> Path | None:
        """Put an exercise back to its beginning; the learner's file is kept under another name.

        Returns:
            The copy; None if there was nothing to be kept.

        Raises:
            OSError: the folder cannot be written to.
        """
        path, copy = self.file(exercise), None
        start = exercise.start()
        if path.exists() and path.read_bytes() != start:
            copy = _keep(path)
        with replacing(path) as file:
            file.write(start)
        self.remember(exercise, passed=False)
        return copy

    # -- what is remembered -------------------------------------------------------------------

    def state(self, exercise: Exercise) -> dict[str, Any]:
        """What is remembered of an exercise."""
        return {"passed": False, "solved": False, "hints": 0, **self._load().get(exercise.name, {})}

    def remember(self, exercise: Exercise, **changes: Any) -> None:
        """Remember something of an exercise.

        Raises:
            OSError: the folder cannot be written to.
        """
        before = self._load()
        now = {**before, exercise.name: {**before.get(exercise.name, {}), **changes}}
        if now != before:
            self._save(now)

    def first_open(self) -> Exercise | None:
        """The first exercise that has not passed; None if all have."""
        remembered = self._load()
        return next(
            (e for e in EXERCISES if e.checked and not remembered.get(e.name, {}).get("passed")),
            None,
        )

    def count_passed(self) -> tuple[int, int]:
        """How many exercises have passed, of how many that are checked."""
        remembered = self._load()
        states = [bool(remembered.get(e.name, {}).get("passed")) for e in EXERCISES if e.checked]
        return sum(states), len(states)

    def _load(self) -> dict[str, Any]:
        try:
            found = json.loads((self.path / STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not there, or damaged: then nothing is remembered
            return {}
        exercises = found.get("exercises") if isinstance(found, dict) else None
        if not isinstance(exercises, dict):
            return {}
        return {name: state for name, state in exercises.items() if _is_state(state)}

    def _save(self, exercises: dict[str, Any]) -> None:
        with replacing(self.path / STATE) as file:
            text = json.dumps({"version": 1, "exercises": exercises}, indent=1, sort_keys=True)
            file.write(text.encode() + b"\n")


def _is_state(state: Any) -> bool:
    return isinstance(state, dict) and isinstance(state.get("hints", 0), int)


def _holds_exercises(path: Path) -> bool:
    return (path / STATE).is_file() or any((path / e.file).is_file() for e in EXERCISES)


def _keep(path: Path) -> Path:
    """Copy a file beside itself, under a name that nothing has yet."""
    content, number = path.read_bytes(), 1
    while True:
        copy = path.with_name(f"{path.name}.bak{number}")
        try:
            with open(copy, "xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            return copy
        except FileExistsError:
            number += 1
