"""Checking a file in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from .catalogue import Exercise
from .result import Failure, Result
from .worker import BROKEN, WITHOUT_HYPOTHESIS

LIMIT = 10.0
"""Seconds that one call of a learner's code may take, if nothing else is said."""


def check_file(exercise: Exercise, path: Path, limit: float = LIMIT) -> Result:
    """Grade a learner's file.

    Args:
        exercise: which one it is.
        path: the file.
        limit: seconds that a call of its code may take.

    Raises:
        ImportError: Hypothesis is not installed.
        RuntimeError: the check itself failed.
    """
    with tempfile.TemporaryDirectory(prefix="tinyvision-") as folder:
        found, trace = Path(folder, "result.json"), Path(folder, "result.json.trace")
        code, said = _run([exercise.name, str(path), str(found), repr(limit)], folder)
        if found.exists():
            return Result.from_dict(json.loads(found.read_text(encoding="utf-8")))
        noted = trace.read_text(encoding="utf-8", errors="replace") if trace.exists() else ""
    if code == WITHOUT_HYPOTHESIS:
        raise ImportError(
            "check draws its inputs with Hypothesis, which is not installed: "
            "pip install 'tinyvision[lessons]'"
        )
    if code == BROKEN:  # errors of a learner's code are all caught
        raise RuntimeError(f"the check itself failed: {said.strip().splitlines()[-1]}")
    return Result(failure=_stuck(noted, path) if noted else _abrupt_end(code))


_BEGIN = """
import sys
if {root!r} not in sys.path:
    sys.path.insert(0, {root!r})
from tinyvision.exercises.worker import begin
begin(sys.argv[1:])
"""


def _run(words: list[str], folder: str) -> tuple[int, str]:
    """The worker's exit code, and what was written to standard error."""
    program = _BEGIN.format(root=str(Path(__file__).resolve().parents[2]))
    environment = {
        **os.environ,
        "HYPOTHESIS_STORAGE_DIRECTORY": folder,  # it leaves nothing in the learner's folder
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
    }
    with open(Path(folder, "stderr"), "w+b") as said:  # a pipe, others could keep open
        process = subprocess.Popen(
            # -P: a random.py in the folder of the learner's must not be taken for Python's
            [sys.executable, "-P", "-c", program, *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,  # Control-C reaches us alone, and we end it
        )
        try:
            process.wait()
        finally:
            _kill(process)
        said.seek(0)
        return process.returncode, said.read().decode(errors="replace")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With everything that the learner's code has started."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _stuck(noted: str, path: Path) -> Failure:
    """One step that takes for ever; Python's own notes name the file and the line."""
    found = re.search(rf'File "{re.escape(str(path))}", line (\d+)', noted)
    line = int(found[1]) if found else 0
    got = f"no end, in line {line}" if line else "no end"
    cause = "One single step takes for ever: a huge power, sum or range?"
    return Failure("", got, "an answer in a moment", cause, line)


def _abrupt_end(code: int) -> Failure:
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        cause = "Too much memory is a common reason: how large are the arrays?"
        return Failure("", f"the process was ended by {name}", "an answer", cause)
    cause = "Does the file call os._exit()? Take it away."
    return Failure("", f"the process ended itself, with code {code}", "an answer", cause)
