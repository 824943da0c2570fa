"""What `tinyvision doctor` says: what is installed, what it runs on, and what is in the way."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import locale
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from . import __version__
from .data.download import describe_datasets
from .data.embedded import load_digits
from .data.folder import data_folder
from .machine import blas_core, blas_thread_count, memory_at_hand
from .memory import keep_freed_memory
from .terminal import can_show
from .threads import cores, get_num_threads

OLDEST_PYTHON = (3, 11)
NEEDED = {"numpy": 2, "scipy": 0, "matplotlib": 0}
"""What the package cannot do without, and the first version that will do."""
EXTRAS = {
    "rich": "lessons",
    "safetensors": "interop",
    "hypothesis": "proofs",
    "pooch": "data",
    "pillow": "data",
    "latex2mathml": "docs",
    "markdown-it-py": "docs",
    "mdit-py-plugins": "docs",
    "pygments": "docs",
}
"""What some commands need besides, and the extra that brings it."""

_MODULES = {
    "pillow": "PIL",
    "markdown-it-py": "markdown_it",
    "mdit-py-plugins": "mdit_py_plugins",
}
_LITTLE_MEMORY = 1 << 30
_AVX512 = {"skylakex", "cooperlake", "sapphirerapids"}
_AVX2 = _AVX512 | {"haswell", "zen"}


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        topic: what it belongs to: versions, extras, BLAS, threads, memory, data, terminal.
        name: what was looked at.
        value: what was found.
        state: ``ok``; ``hint``, if it could be better; ``broken``, if something needed is.
        hint: what to do about it, or "".
    """

    topic: str
    name: str
    value: str
    state: str = "ok"
    hint: str = ""


@dataclass(frozen=True)
class Report:
    """All that was found."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing that is needed is broken."""
        return all(finding.state != "broken" for finding in self.findings)

    def to_json(self) -> str:
        """An object with ``ok`` and the list of ``findings``."""
        rows = [asdict(finding) for finding in self.findings]
        return json.dumps({"ok": self.ok, "findings": rows}, indent=2)

    def to_text(self, ascii: bool = False) -> str:
        """Lines by topic; marked is what could be better, and what is broken."""
        marks = {"ok": " ", "hint": "!", "broken": "x" if ascii else "✗"}
        lines, topic = [], ""
        for finding in self.findings:
            if finding.topic != topic:
                topic = finding.topic
                lines.append(topic)
            lines.append(f"{marks[finding.state]} {finding.name:22} {finding.value}".rstrip())
            if finding.hint:
                lines.append(f"  {'':22} {'->' if ascii else '→'} {finding.hint}")
        broken = [finding.name for finding in self.findings if finding.state == "broken"]
        lines.append(
            f"broken: {', '.join(broken)}" if broken else "nothing that is needed is broken"
        )
        return "\n".join(lines)


def examine(data_dir: str | os.PathLike[str] | None = None) -> Report:
    """Look at everything; nothing is changed, and nothing is asked of the network.

    Args:
        data_dir: the folder of the data sets; :func:`tinyvision.data.data_folder` says which if
            not given.

    >>> report = examine("no-such-folder")
    >>> report.ok, report.findings[0].name
    (True, 'tinyvision')
    """
    return Report(
        (
            *_versions(),
            *_extras(),
            *_blas(),
            *_threads(),
            *_memory(),
            *_data(data_dir),
            *_terminal(),
        )
    )


def _versions() -> Iterator[Finding]:
    yield Finding("versions", "tinyvision", __version__)
    old = sys.version_info < OLDEST_PYTHON
    yield Finding(
        "versions",
        "python",
        f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        "broken" if old else "ok",
        f"use Python {'.'.join(map(str, OLDEST_PYTHON))} or newer" if old else "",
    )
    for name, least in NEEDED.items():
        version, fault = _installed(name)
        if not fault and int(version.split(".")[0]) < least:
            fault = f"{version} is older than {least}"
        remedy = f"pip install --upgrade {name}" if fault else ""
        yield Finding("versions", name, fault or version, "broken" if fault else "ok", remedy)


def _extras() -> Iterator[Finding]:
    for name, extra in EXTRAS.items():
        version, fault = _installed(name)
        remedy = f"pip install 'tinyvision[{extra}]'" if fault else ""
        broken_import = bool(fault) and fault != _ABSENT
        yield Finding("extras", name, fault or version, "hint" if broken_import else "ok", remedy)


_ABSENT = "not installed"


def _installed(name: str) -> tuple[str, str]:
    """The version of a package, and what is wrong with it."""
    try:
        version = importlib.metadata.version(name)
        importlib.import_module(_MODULES.get(name, name))
    except importlib.metadata.PackageNotFoundError:
        return "", _ABSENT
    except Exception as error:  # a damaged installation can fail in any way
        return "", f"cannot be imported ({type(error).__name__}: {error})"
    return version, ""


def _blas() -> Iterator[Finding]:
    config = np.show_config(mode="dicts")
    blas: Any = config.get("Build Dependencies", {}).get("blas", {})
    name = f"{blas.get('name', 'unknown')} {blas.get('version', '')}".strip()
    core = blas_core()
    yield Finding("BLAS", "library", f"{name}{f', for {core}' if core else ''}")
    count = blas_thread_count()
    if count is not None:
        yield Finding(
            "BLAS", "threads", f"{count}; operations use 1 and share out the work themselves"
        )
    yield _product()
    for variable in sorted(os.environ):
        if variable.startswith(("OPENBLAS_", "GOTO_", "MKL_", "BLIS_")):
            hint = _blas_hint(variable, core)
            yield Finding("BLAS", variable, os.environ[variable], "hint" if hint else "ok", hint)


def _product() -> Finding:
    """Products of small whole numbers are exact in every float, and integers use no BLAS."""
    left = np.arange(37 * 53).reshape(37, 53) % 7 - 3  # (37, 53)
    right = np.arange(53 * 29).reshape(53, 29) % 5 - 2  # (53, 29)
    exact = left @ right  # (37, 53) @ (53, 29) -> (37, 29)
    types = (np.float32, np.float64)
    if all(np.array_equal(left.astype(t) @ right.astype(t), exact) for t in types):
        return Finding("BLAS", "matrix product", "right")
    return Finding(
        "BLAS", "matrix product", "WRONG", "broken", "pip install --force-reinstall numpy"
    )


def _blas_hint(variable: str, core: str) -> str:
    if variable == "OPENBLAS_CORETYPE":
        features = getattr(np._core._multiarray_umath, "__cpu_features__", {})  # type: ignore[attr-defined]
        newer = ""
        if features.get("AVX512_SKX") and core.lower() not in _AVX512:
            newer = "has AVX-512"
        elif features.get("AVX2") and core.lower() not in _AVX2:
            newer = "has AVX2"
        if newer:
            return (
                f"this processor {newer}, the BLAS is held to what {core or 'another'} can do: "
                f"unset {variable}"
            )
        return f"overrides what the BLAS finds out about the processor: unset {variable}"
    if variable == "OPENBLAS_L2_SIZE":
        return f"overrides the size of the cache that products are cut to: unset {variable}"
    if variable == "OPENBLAS_VERBOSE" and os.environ[variable] not in ("", "0"):
        return f"makes the BLAS print to every output: unset {variable}"
    return ""


def _threads() -> Iterator[Finding]:
    usable = cores()
    count = get_num_threads()
    why = [
        f"{name}={os.environ[name]}"
        for name in ("TINYVISION_NUM_THREADS", "OMP_NUM_THREADS")
        if os.environ.get(name)
    ]
    origin = f" ({', '.join(why)})" if why else ""
    more = bool(usable) and count > (usable or 1)
    yield Finding(
        "threads",
        "tinyvision",
        f"{count} of {usable} cores{origin}",
        "hint" if more else "ok",
        "more threads than cores are slower: set TINYVISION_NUM_THREADS lower" if more else "",
    )


def _memory() -> Iterator[Finding]:
    at_hand, total = memory_at_hand()
    if at_hand is not None:
        little = at_hand < _LITTLE_MEMORY
        of = f" of {total / 1e9:.1f}" if total else ""
        yield Finding(
            "memory",
            "at hand",
            f"{at_hand / 1e9:.1f}{of} GB",
            "hint" if little else "ok",
            "close other programs, or use smaller batches" if little else "",
        )
    if os.environ.get("TINYVISION_KEEP_MEMORY") == "0":
        words = "gives freed memory back at once (TINYVISION_KEEP_MEMORY=0)"
    elif keep_freed_memory():
        words = "keeps freed memory for the next operation"
    else:
        words = "as the system has it (only glibc's can be set)"
    yield Finding("memory", "allocator", words)


def _data(data_dir: str | os.PathLike[str] | None) -> Iterator[Finding]:
    try:
        count = sum(len(load_digits(split)[1]) for split in ("train", "test"))
        yield Finding("data", "digits", f"in the package, {count:,} images")
    except (OSError, ValueError) as error:
        yield Finding(
            "data", "digits", str(error), "broken", "pip install --force-reinstall tinyvision"
        )
    try:
        folder = data_folder(data_dir)
    except FileNotFoundError as error:
        yield Finding("data", "folder", str(error), "hint")
        return
    there = next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
    free = shutil.disk_usage(there).free
    absent = "" if folder.is_dir() else ", not made yet"
    yield Finding("data", "folder", f"{folder}{absent} ({free / 1e9:.1f} GB free on its disk)")
    for row in describe_datasets(folder):
        get = f"tinyvision data get {row['name']}"
        if row["faults"]:
            yield Finding("data", row["name"], "; ".join(row["faults"]), "broken", get)
        else:
            yield Finding("data", row["name"], row["state"], hint="" if row["verified"] else get)


def _terminal() -> Iterator[Finding]:
    encoding = getattr(sys.stdout, "encoding", None) or "unknown"
    signs = can_show("✓✗→─")
    yield Finding(
        "terminal",
        "encoding",
        f"{encoding}{'' if signs else ', without our signs: they are replaced'}",
        hint="" if signs else "set PYTHONUTF8=1, if the terminal can show UTF-8",
    )
    yield Finding("terminal", "locale", locale.setlocale(locale.LC_CTYPE))
    yield Finding("terminal", "colour", _colour())


def _colour() -> str:
    if os.environ.get("NO_COLOR"):
        return "no (NO_COLOR is set)"
    if not sys.stdout.isatty():
        return "no (the output is not a terminal)"
    if os.environ.get("TERM") == "dumb":
        return "no (TERM=dumb)"
    return "yes"
