"""Where the learner is: which lessons are done, and the cell to go on with.

A small JSON file in the user's folder for such things. Losing it costs nothing but the place.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..files import replacing


@dataclass
class Place:
    """How far a lesson is."""

    cell: int = 0  # the one to go on with; the first is 0
    done: bool = False  # whether its end was reached at least once


@dataclass
class State:
    """What is remembered."""

    last: str = ""  # the number of the lesson that was open last
    lessons: dict[str, Place] = field(default_factory=dict)


def state_folder() -> Path:
    """The folder of what is remembered.

    TINYVISION_STATE names it; if not, it is the system's own: ``~/.local/state/tinyvision`` (or in
    XDG_STATE_HOME), on Windows ``tinyvision`` in the folder for application data.
    """
    if own := os.environ.get("TINYVISION_STATE"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "tinyvision" / "state"
    # The XDG specification: a relative path there is to be ignored.
    xdg = Path(os.environ.get("XDG_STATE_HOME", ""))
    return (xdg if xdg.is_absolute() else Path.home() / ".local" / "state") / "tinyvision"


def state_file() -> Path:
    """The file of the lessons' places."""
    return state_folder() / "lessons.json"


def load_state() -> State:
    """What is remembered; what cannot be read counts as nothing."""
    try:
        found = json.loads(state_file().read_text(encoding="utf-8"))
        lessons = {
            str(number): Place(max(0, int(place["cell"])), bool(place["done"]))
            for number, place in found["lessons"].items()
        }
        return State(str(found["last"]), lessons)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return State()


def remember(number: str, cell: int, done: bool = False) -> None:
    """Note the cell to go on with in a lesson. Written whole or not at all.

    Another lesson, open in another window, keeps its place.

    Raises:
        OSError: the folder cannot be written to.
    """
    state = load_state()
    before = state.lessons.get(number, Place())
    state.lessons[number] = Place(cell, done or before.done)
    state.last = number
    content: dict[str, Any] = {"version": 1, **asdict(state)}
    with replacing(state_file()) as file:
        file.write(json.dumps(content, indent=2).encode())
