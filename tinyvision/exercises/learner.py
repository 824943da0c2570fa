"""The learner's file, loaded as it is: whatever is in it, nothing of ours breaks."""

from __future__ import annotations

import difflib
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .guard import Guard
from .outcome import Outcome, observe, watch_over
from .trial import Trial


class Learner:
    """What a learner's file defines, and how it is tried out.

    Args:
        path: the file.
        guard: watches that it comes to an end.
    """

    def __init__(self, path: Path, guard: Guard | None = None) -> None:
        self.path = path
        self.guard = Guard() if guard is None else guard
        self.names: dict[str, Any] = {}

    def load(self) -> Outcome:
        """Run the file from its source, never from a cached copy, which may be older.

        Returns:
            An outcome of the kind ``value``, or what the file raised.
        """
        module = types.ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        sys.modules[self.path.stem] = module  # dataclasses look themselves up there

        def run() -> bool:
            code = compile(self.path.read_bytes(), str(self.path), "exec", dont_inherit=True)
            exec(code, module.__dict__)
            return True

        folder = str(self.path.parent)
        sys.path.append(folder)  # last, so that a random.py of the learner's hides nothing
        try:
            with self.guard.watching(f"import {self.path.stem}"):
                outcome = watch_over(run, self.path)
        finally:
            sys.path.remove(folder)
            sys.modules.pop(self.path.stem, None)
        self.names = module.__dict__
        return outcome

    def missing(self, names: Mapping[str, Any]) -> Outcome | None:
        """What is said of the first name that the file does not define as something to call."""
        for name in names:
            if name not in self.names:
                mine = [n for n, v in self.names.items() if callable(v) and not n.startswith("_")]
                close = difflib.get_close_matches(name, mine, n=1)
                guess = f"; did you rename it {close[0]}?" if close else ""
                return Outcome("missing", text=f"the file defines no {name}{guess}")
            if not callable(self.names[name]):
                kind = type(self.names[name]).__name__
                return Outcome("missing", text=f"{name} is no function but of type {kind}")
        return None

    def observe(self, trial: Trial, names: Mapping[str, Any]) -> Outcome:
        """Run a trial under the guard."""
        with self.guard.watching(trial):
            return observe(trial, names, self.path)
