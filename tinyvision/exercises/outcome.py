"""What came out of a trial: a value, or one of the ways in which none does."""

from __future__ import annotations

import io
import traceback
import warnings
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .trial import Trial
from .watched import Trouble, plain

PRINTED = 2000
"""Characters of what a learner's code prints that are kept."""


@dataclass(frozen=True)
class Outcome:
    """What came out.

    Attributes:
        kind: ``value``; ``raised``, an error; or one of :class:`~.watched.Trouble`.
        value: what was returned.
        text: the error, or the trouble, in words.
        error: the name of the error's class.
        line: where in the learner's file, from 1; 0 if not there.
        printed: what was printed meanwhile.
        warned: the first warning, with its line.
    """

    kind: str
    value: Any = None
    text: str = ""
    error: str = ""
    line: int = 0
    printed: str = ""
    warned: str = ""

    def same(self, other: Outcome, rtol: float = 1e-6) -> bool:
        """Whether two pieces of code did the same: equal values, or the same kind of failure."""
        if self.kind != other.kind or self.error != other.error:
            return False
        if self.kind in ("raised", "type"):  # the same words, wherever they were raised
            return self.text.partition("\n")[0] == other.text.partition("\n")[0]
        return agree(self.value, other.value, rtol)


def observe(trial: Trial, names: Mapping[str, Any], path: Path | None = None) -> Outcome:
    """Run a trial; nothing that it raises, prints or warns of comes out.

    >>> observe(Trial("1 / x", 0.5, {"x": 0}), {}).error
    'ZeroDivisionError'
    """
    return watch_over(lambda: trial.run(names), path)


def watch_over(run: Callable[[], Any], path: Path | None = None) -> Outcome:
    """Call a function of a learner's, and note everything it does.

    >>> outcome = watch_over(lambda: print("four"))
    >>> outcome.kind, outcome.printed
    ('nothing', 'four\\n')
    """
    printed = _Bounded()
    with (
        redirect_stdout(printed),
        redirect_stderr(printed),
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        try:
            found: dict[str, Any] = {"kind": "value", "value": run()}
        except Trouble as trouble:
            found = {"kind": trouble.kind, "value": trouble.value, "text": trouble.text}
        except BaseException as error:  # a learner's code may raise anything, SystemExit too
            found = _raised(error, path)
    if found["kind"] == "value" and found["value"] is None:
        found["kind"] = "nothing"
    if found["kind"] == "value" and found["value"] is ...:
        found["kind"] = "unfinished"
    return Outcome(**found, printed=printed.getvalue(), warned=_first(warned, path))


def agree(got: Any, expected: Any, rtol: float = 1e-6) -> bool:
    """Whether two answers are the same, up to rounding.

    >>> agree(np.array([1.0, 2.0]), [1, 2]), agree(1.0, 1.1), agree("a", "a")
    (True, False, True)
    """
    got, expected = plain(got), plain(expected)
    if isinstance(got, np.ndarray) and isinstance(expected, np.ndarray):
        if got.shape != expected.shape:
            return False
        sizes = np.abs(expected[np.isfinite(expected)])
        atol = 1e-3 * rtol * max(1.0, float(sizes.max(initial=0.0)))
        return bool(np.allclose(got, expected, rtol=rtol, atol=atol, equal_nan=True))
    if isinstance(got, np.ndarray) or isinstance(expected, np.ndarray):
        return False
    try:
        return bool(got == expected)
    except Exception:  # of a class of the learner's own
        return False


def _raised(error: BaseException, path: Path | None) -> dict[str, Any]:
    kind = "unfinished" if isinstance(error, NotImplementedError) else "raised"
    line, source = _place(error, path)
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = ""
    if isinstance(error, SyntaxError):
        text = error.msg
        source = (error.text or "").strip()
    name = type(error).__name__
    said = f"{name}: {text}" if text else name
    if line:
        said += f"\nline {line}: {source}" if source else f"\nline {line}"
    return {"kind": kind, "text": said, "error": name, "line": line}


def _place(error: BaseException, path: Path | None) -> tuple[int, str]:
    """The line of the learner's file nearest to where the error was raised."""
    if isinstance(error, SyntaxError) and _is(error.filename, path):
        return error.lineno or 0, ""
    found = (0, "")
    for frame in traceback.extract_tb(error.__traceback__, limit=-1000):
        if _is(frame.filename, path):
            found = (frame.lineno or 0, frame.line or "")
    return found


def _is(name: str | None, path: Path | None) -> bool:
    return path is not None and name == str(path)


def _first(warned: list[warnings.WarningMessage] | None, path: Path | None) -> str:
    for warning in warned or ():
        if _is(warning.filename, path):
            return f"{warning.message} (line {warning.lineno})"
    return ""


class _Bounded(io.StringIO):
    """Keeps the beginning of what is printed: a learner's loop may print for ever."""

    def write(self, text: str) -> int:
        room = PRINTED - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)
