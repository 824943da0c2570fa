"""The process in which a learner's code runs.

It writes what it found into a file, as the learner's code may print anything. Whatever that code
does, loop for ever, take all memory, end the process, the one who started this one lives on.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path

WITHOUT_HYPOTHESIS, BROKEN = 83, 84
"""Exit codes: a package is not there; an error of our own."""
MEMORY = 6 << 30
"""Bytes a learner's code may take before it is told that there are no more."""


def begin(words: list[str]) -> None:
    """:func:`work`, with words as arguments; codes of its own tell what went wrong with us."""
    name, path, found, limit = words
    try:
        work(name, path, found, float(limit))
    except ModuleNotFoundError as error:
        if error.name == "hypothesis":
            sys.exit(WITHOUT_HYPOTHESIS)
        _report()
    except Exception:
        _report()


def _report() -> None:
    traceback.print_exc()
    sys.stderr.flush()
    os._exit(BROKEN)


def work(name: str, path: str, found: str, limit: float) -> None:
    """Grade a file and end the process.

    Args:
        name: of the exercise, such as ``ex08_attention``.
        path: the learner's file.
        found: where to write the result.
        limit: seconds that a call of the learner's code may take.
    """
    from .catalogue import exercise_named
    from .guard import Guard
    from .result import FAILED, PASSED, Failure, Result

    _limit_memory()
    result = Result()
    first = threading.Lock()  # of the two threads, who has it writes the result

    def write() -> None:
        Path(found).write_text(json.dumps(result.to_dict()), encoding="utf-8")

    def ended(what: str, line: int) -> None:
        if not first.acquire(blocking=False):  # it came to an end just now
            return
        step = next((step for step in result.steps if step.state != PASSED), None)
        if step is not None:
            step.state = FAILED
        slow = slow_causes.get(step.name if step else "", "")
        cause = slow or "A loop that never ends? Look at its condition, and at what changes in it."
        got = f"no end: it was stopped after {limit:g} s"
        result.failure = Failure(what, got, "an answer in a moment", cause, line)
        write()
        os._exit(0)

    grading = importlib.import_module(f"tinyvision.exercises.grading.{name}").GRADING
    slow_causes = {check.name: check.slow for check in grading.checks}
    from .grade import grade

    trace = open(f"{found}.trace", "w", encoding="utf-8")  # noqa: SIM115 - as long as we live
    start = exercise_named(name).start()
    sys.dont_write_bytecode = True  # from here on it would be the learner's folder that it is in
    sys.path.append(str(Path(path).parent))  # last: a random.py of the learner's hides nothing
    grade(Path(path), grading, start, Guard(limit, Path(path), trace, ended), result)
    first.acquire()
    write()
    os._exit(0)  # threads that the learner's code started are not waited for


def _limit_memory() -> None:
    if sys.platform != "linux":  # elsewhere such a limit is not kept, or hits the wrong ones
        return
    import resource

    with suppress(OSError, ValueError):
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        wanted = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
        resource.setrlimit(resource.RLIMIT_AS, (wanted, most))
