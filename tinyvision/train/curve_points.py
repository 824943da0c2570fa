"""The finished points of a label curve, in a file that is written anew after each one.

A process that is killed loses the point at which it was, and no other.
"""

from __future__ import annotations

import csv
import io
import json
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..files import replacing
from ..interop.configs import read_json

_LISTS = ("points", "tuning")
_KEY = ("labels", "method", "seed")
_COLUMNS = ("labels", "images", "method", "seed", "accuracy", "seconds")


class CurvePoints:
    """What was measured so far.

    Args:
        path: of the JSON file; what is there already is gone on with.
        settings: all that decides what a point comes to. They must be those of the points there.
        overwrite: throw away what is there.

    Attributes:
        points: one dictionary each: ``labels`` (a class), ``images``, ``method``, ``seed``,
            ``accuracy``, ``seconds``.
        tuning: one for each run that was made to choose a recipe.

    Raises:
        ValueError: the points there are of other settings, or the file is damaged.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     points = CurvePoints(Path(folder, "curve.json"), {"epochs": 1})
    ...     row = {"labels": 5, "images": 50, "method": "probe", "seed": 0}
    ...     points.add("points", **row, accuracy=0.5, seconds=1.0)
    ...     CurvePoints(Path(folder, "curve.json"), {"epochs": 1}).accuracy(5, "probe", 0)
    0.5
    """

    def __init__(self, path: Path, settings: Mapping[str, Any], overwrite: bool = False) -> None:
        self.path = path
        self.settings = dict(settings)
        self.points: list[dict[str, Any]] = []
        self.tuning: list[dict[str, Any]] = []
        self.others: dict[str, Any] = {}
        if not overwrite and path.is_file():
            self._read()

    def _read(self) -> None:
        found = read_json(self.path)
        if not isinstance(found.get("settings"), dict):
            raise ValueError(
                f"{self.path} holds no label curve; give --out another folder, or --overwrite"
            )
        for name in {**found["settings"], **self.settings}:
            theirs, ours = found["settings"].get(name), self.settings.get(name)
            if theirs != json.loads(json.dumps(ours)):
                raise ValueError(
                    f"the points in {self.path} were measured with {name} {theirs}, not {ours}; "
                    "ask for the same, give --out another folder, or begin anew with --overwrite"
                )
        try:
            self.points, self.tuning = ([dict(row) for row in found[name]] for name in _LISTS)
            whole = all(row.keys() >= set(_COLUMNS) for row in self.points)
        except (KeyError, TypeError, ValueError):
            whole = False
        if not whole:
            raise ValueError(f"{self.path} is damaged; begin anew with --overwrite")

    def accuracy(self, labels: int, method: str, seed: int) -> float | None:
        """What a point came to; None if it was not measured yet."""
        for row in self.points:
            if tuple(row.get(name) for name in _KEY) == (labels, method, seed):
                return row["accuracy"]
        return None

    def add(self, kind: str, **row: Any) -> None:
        """Put down a row of 'points' or 'tuning', on the disk too."""
        getattr(self, kind).append(row)
        self.save()

    def save(self, **others: Any) -> None:
        """Write the file, and keep what else stands in it from now on."""
        self.others |= others
        content = {**self.others, "settings": self.settings}
        content |= {"summary": self.summary(), "points": self.points, "tuning": self.tuning}
        with replacing(self.path) as file:
            file.write(json.dumps(content, indent=2).encode() + b"\n")

    def summary(self) -> list[dict[str, Any]]:
        """For each number of labels and each method: the mean and how far the seeds spread.

        ``std`` is that of the seeds (divided by one less than their number); None with one seed.
        """
        found: dict[tuple[int, str], list[dict[str, Any]]] = {}
        for row in self.points:
            found.setdefault((row["labels"], row["method"]), []).append(row)
        rows = []
        for (labels, method), some in sorted(found.items()):
            values = [row["accuracy"] for row in some]
            rows.append(
                {
                    "labels": labels,
                    "images": some[0]["images"],
                    "method": method,
                    "seeds": len(values),
                    "mean": statistics.fmean(values),
                    "std": statistics.stdev(values) if len(values) > 1 else None,
                    "least": min(values),
                    "most": max(values),
                }
            )
        return rows

    def write_csv(self, path: Path) -> Path:
        """Write the points as a table, one line each."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, fieldnames=_COLUMNS)
        writer.writeheader()
        order = sorted(self.points, key=lambda row: tuple(row[name] for name in _KEY))
        writer.writerows({name: row[name] for name in _COLUMNS} for row in order)
        with replacing(path) as file:
            file.write(text.getvalue().encode())
        return path
