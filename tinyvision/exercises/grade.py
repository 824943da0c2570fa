"""Grading: the learner's file against the checks of an exercise, up to the first that fails."""

from __future__ import annotations

import textwrap
import time
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, settings

from .causes import NOTHING_KNOWN, likely_cause
from .checks import Example, Grading, Law
from .display import WIDTH, shown, shown_apart
from .guard import Guard
from .learner import Learner
from .outcome import Outcome, agree
from .result import FAILED, PASSED, Failure, Result, Step
from .trial import Trial

SHRINKING = 3.0
"""Seconds of the processor's that are spent on a smaller failure, once there is one."""


def grade(
    path: Path,
    grading: Grading,
    start: bytes = b"",
    guard: Guard | None = None,
    result: Result | None = None,
) -> Result:
    """Check a file.

    Args:
        path: the learner's file.
        grading: of its exercise.
        start: what the file held in the beginning; then nothing is given away of its mistakes.
        guard: watches that the learner's code comes to an end.
        result: where what is found is noted at once.
    """
    result = Result() if result is None else result
    result.steps[:] = [Step(check.name, check.kind) for check in grading.checks]
    learner = Learner(path, guard)
    loaded = learner.load()
    broken = loaded if loaded.kind != "value" else learner.missing(grading.names)
    if broken:
        cause = likely_cause(broken, None, learner, grading)
        wanted = "a file that can be imported" if broken is loaded else ", ".join(grading.names)
        result.failure = Failure("", broken.text, wanted, cause, broken.line, broken.printed)
        return result
    for check, step in zip(grading.checks, result.steps, strict=True):
        found = _first_failure(check, learner, grading)
        step.state = FAILED if found else PASSED
        if found:
            result.failure = _failure(*found, check, learner, grading, _to_do(path, start))
            break
    result.calls = learner.guard.calls
    return result


def _first_failure(
    check: Example | Law, learner: Learner, grading: Grading
) -> tuple[Trial, Outcome] | None:
    names = grading.scope({name: learner.names[name] for name in grading.names})
    if isinstance(check, Law):
        return _smallest(check, learner, names)
    outcome = learner.observe(check.trial, names)
    return None if _right(check.trial, outcome) else (check.trial, outcome)


class _Wrong(Exception):
    """Tells Hypothesis that a trial fails: one type, from one line, is one fault to it."""


def _smallest(check: Law, learner: Learner, names: dict[str, Any]) -> tuple[Trial, Outcome] | None:
    """The smallest trial that fails, as the last that Hypothesis tries that does; None if none."""
    smallest: list[tuple[Trial, Outcome]] = []
    until = float("inf")

    @settings(
        max_examples=check.draws,
        database=None,
        deadline=None,
        derandomize=True,  # the same file, the same answer
        report_multiple_bugs=False,
        print_blob=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(check.trials)
    def every_trial(trial: Trial) -> None:
        nonlocal until
        if time.process_time() > until:
            return
        outcome = learner.observe(trial, names)
        if not _right(trial, outcome):
            until = min(until, time.process_time() + SHRINKING)
            smallest[:] = [(trial, outcome)]
            raise _Wrong

    try:
        every_trial()
    except Exception:  # _Wrong; or Hypothesis complains that the code does not repeat itself
        if not smallest:
            raise
    return smallest[0] if smallest else None


def _right(trial: Trial, outcome: Outcome) -> bool:
    return outcome.kind == "value" and agree(outcome.value, trial.expected, trial.rtol)


def _failure(
    trial: Trial,
    outcome: Outcome,
    check: Example | Law,
    learner: Learner,
    grading: Grading,
    to_do: str,
) -> Failure:
    got, expected = _shown_pair(trial, outcome)
    cause = to_do or likely_cause(outcome, trial, learner, grading) or check.cause
    if not cause and outcome.kind == "value":
        cause = NOTHING_KNOWN
    call = "\n".join([str(trial), *_explained(trial, grading)])
    return Failure(call, got, expected, cause, outcome.line, outcome.printed)


def _explained(trial: Trial, grading: Grading) -> list[str]:
    """What the extra names are that a trial uses, as comments."""
    lines = []
    for name, extra in grading.extras.items():
        if trial.uses(name):
            text = f"{name}: {(extra.__doc__ or '').partition(chr(10))[0]}"
            lines += textwrap.wrap(
                text, WIDTH, initial_indent="# ", subsequent_indent=f"# {' ' * len(name)}  "
            )
    return lines


def _to_do(path: Path, start: bytes) -> str:
    """What is said of a file in which nothing has been done yet."""
    content = path.read_bytes()
    if content != start:
        return ""
    lines = [n for n, line in enumerate(content.splitlines(), 1) if b"# TODO" in line]
    where = f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(map(str, lines))}"
    return f"The file is still as it was given. The TODO is in {where}."


def _shown_pair(trial: Trial, outcome: Outcome) -> tuple[str, str]:
    if outcome.kind == "value":
        return shown_apart(outcome.value, trial.expected, width=66, rtol=trial.rtol)
    expected = shown(trial.expected, width=66)
    if outcome.kind == "nothing":
        return "None", expected
    if outcome.kind == "unfinished":
        return "nothing yet", expected
    if outcome.kind == "changed":
        return f"the argument {outcome.text}, changed", expected
    if outcome.kind == "shape":
        return f"{outcome.text}:\n{shown(outcome.value, width=66)}", expected
    return outcome.text, expected
