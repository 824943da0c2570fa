"""Which files a run wrote at its end: noted once all of them are there, so that they can stay.

A run that is killed while it writes them has its last checkpoint, but not all of its results, or
still those of another run that it replaces. Only the note tells.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..files import replacing
from ..interop.configs import read_json


@dataclass(frozen=True)
class Results:
    """What a finished run left: its files, and what it says about itself."""

    files: list[Path]
    summary: dict[str, Any]


def note_results(note: Path, files: Sequence[Path], pictures: bool) -> None:
    """Write the note.

    Args:
        note: the file it goes into.
        files: of the run's folder.
        pictures: whether they were drawn.

    Raises:
        OSError: it cannot be written.
    """
    noted = {"files": [path.name for path in files], "pictures": pictures}
    with replacing(note) as file:
        file.write(json.dumps(noted, indent=2).encode() + b"\n")


def noted_results(note: Path, folder: Path, pictures: bool) -> Results | None:
    """What a note says of a run's folder; None if a file is missing, or pictures that are wanted.

    Args:
        note: as of :func:`note_results`.
        folder: of the run.
        pictures: whether they are wanted.
    """
    try:
        noted, summary = read_json(note), read_json(folder / "metrics.json")
        files = [folder / name for name in noted["files"]]
        enough = noted["pictures"] or not pictures
    except (OSError, ValueError, KeyError, TypeError):  # not there, or damaged
        return None
    if not enough or not all(path.is_file() for path in files):
        return None
    return Results(files, {name: value for name, value in summary.items() if name != "epochs"})
