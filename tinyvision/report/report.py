"""What a run came to, on one page: the command that repeats it, its settings, numbers, pictures.

The page is made of what lies in the folder, so it can be written again whenever something is added.
Pictures are inside the file; nothing is fetched from anywhere.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..files import replacing
from .html import folded, heading, page, picture, preformatted, records_table, settings_table

# Those come first, in this order; then the others by their names.
_FIRST = ("curves", "reconstruction", "reconstructions", "confusion", "mistakes")
_NUMBERS = ("metrics.json", "history.json")


def write_report(folder: str | os.PathLike[str], command: str | None = None) -> Path:
    """Write ``report.html`` into a run's folder, or write it anew.

    Args:
        folder: what a training wrote: `metrics.json`, other JSON files and PNG pictures are shown.
        command: the words that repeat the run. If not given, what ``command`` in `metrics.json`
            says, or what its settings make of ``tinyvision train``.

    Returns:
        The path of the page.

    Raises:
        OSError: the folder is not there, or cannot be written to.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "metrics.json").write_text('{"network": "cnn", "data": "digits"}')
    ...     path = write_report(folder)
    ...     path.name, "tinyvision train cnn --data digits" in path.read_text()
    ('report.html', True)
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {str(folder)!r} to write a report about")
    contents = {path.name: _read(path) for path in sorted(folder.glob("*.json"))}
    metrics = contents.get("metrics.json", {})
    if "epochs" in metrics:
        contents.pop("history.json", None)  # the same rows
    command = command or metrics.get("command") or repeating(metrics)
    parts = []
    if command:
        parts += [heading("To repeat it"), preformatted(str(command))]
    for name in sorted(contents, key=lambda name: (name not in _NUMBERS, name)):
        parts += _section(name, contents[name])
    pictures = sorted(folder.glob("*.png"), key=lambda path: (_rank(path.stem), path.name))
    if pictures:
        parts += [heading("Pictures"), *map(picture, pictures)]
    with replacing(folder / "report.html") as file:
        file.write(page(_title(metrics, folder), parts))
    return folder / "report.html"


def repeating(metrics: Mapping[str, Any]) -> str:
    """The words that train again what these settings say; empty if they do not say enough.

    >>> repeating({"network": "vit", "data": "mnist", "seed": 3, "recipe": {"epochs": 2}})
    'tinyvision train vit --data mnist --data-dir DIR --epochs 2 --seed 3'
    """
    network, data = metrics.get("network"), metrics.get("data")
    if not network or not data:
        return ""
    words = ["tinyvision", "train", str(network), "--data", str(data)]
    if data != "digits":
        words += ["--data-dir", "DIR"]
    recipe = metrics.get("recipe")
    recipe = recipe if isinstance(recipe, Mapping) else {}
    names = ("epochs", "batch_size", "lr", "clip", "accumulate", "early_stop", "mixup", "cutmix")
    nothing = {("accumulate", 1), ("mixup", 0), ("cutmix", 0)}
    for name in names:
        if recipe.get(name) is not None and (name, recipe[name]) not in nothing:
            words += [f"--{name.replace('_', '-')}", str(recipe[name])]
    if "seed" in metrics:
        words += ["--seed", str(metrics["seed"])]
    return shlex.join(words)


def _title(metrics: Mapping[str, Any], folder: Path) -> str:
    what = [str(metrics[name]) for name in ("network", "data") if metrics.get(name)]
    return f"tinyvision: {' on '.join(what) or folder.absolute().name}"


def _section(name: str, content: Mapping[str, Any]) -> list[str]:
    """A file's settings as a table, and each list of records in it as one of its own."""
    tables = {
        key: value
        for key, value in content.items()
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value)
    }
    single = {
        key: value
        for key, value in content.items()
        if key not in tables and not _is_matrix(value) and key != "command"
    }
    title = "settings and results" if name == "metrics.json" else Path(name).stem
    parts = [heading(title.replace("_", " ").capitalize())]
    if single:
        parts.append(settings_table(single))
    for key, records in tables.items():
        parts.append(folded(f"{key.replace('_', ' ')}: {len(records)}", records_table(records)))
    return parts


def _is_matrix(value: Any) -> bool:
    """Whether it is better seen in a picture, such as a confusion matrix."""
    return isinstance(value, list) and any(isinstance(row, list) for row in value)


def _rank(stem: str) -> int:
    return _FIRST.index(stem) if stem in _FIRST else len(_FIRST)


def _read(path: Path) -> dict[str, Any]:
    """What a JSON file holds; a damaged one is named on the page rather than stopping it."""
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        return {"damaged": str(error)}
    return content if isinstance(content, dict) else {"rows": content}
