"""What is likely wrong: the kind of failure, a known mistake, or a pattern in the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .checks import Grading, Mistake
from .learner import Learner
from .outcome import Outcome, agree, observe
from .trial import Trial
from .watched import plain


def likely_cause(outcome: Outcome, trial: Trial | None, learner: Learner, grading: Grading) -> str:
    """One sentence or two that save a learner time; empty if nothing is known.

    Args:
        outcome: what failed.
        trial: what was tried; None if the file could not be loaded.
        learner: whose code is asked again, to compare it with known mistakes.
        grading: of the exercise.
    """
    if trial is None:
        return _of_a_file(outcome)
    again = _again(outcome, trial, learner, grading)
    cause = again or _of_a_kind(outcome) or _known(outcome, trial, learner, grading)
    cause = cause or _of_an_error(outcome) or _pattern(outcome, trial)
    return f"{cause} {_warning(outcome)}".strip()


NOTHING_KNOWN = (
    "It is none of the mistakes we know. Work this call through by hand, and print what lies "
    "between: what your code prints is shown here."
)


def _of_a_file(outcome: Outcome) -> str:
    if outcome.error == "SyntaxError":
        return "Python cannot read this line, or the one above it: a bracket, colon or quote?"
    if outcome.error in ("IndentationError", "TabError"):
        return "The line does not stand as far to the right as its block: count the spaces."
    if outcome.error in ("ModuleNotFoundError", "ImportError"):
        return "The file imports something that is not there; NumPy is enough."
    if outcome.kind == "missing":
        return "The check calls it by this name: leave names as they were given."
    if outcome.error == "FileNotFoundError":
        return "There is no such file."
    return _of_an_error(outcome) or "The file raises this as it is imported."


def _of_a_kind(outcome: Outcome) -> str:
    if outcome.kind == "unfinished":
        return "The TODO is still to be done."
    if outcome.kind == "nothing":
        if outcome.printed.strip():
            return "The code prints its answer and returns None: did you mean to return it?"
        return "A function without `return` gives None: did you forget it?"
    if outcome.kind == "signature":
        return "The check calls it as the file was given: leave the parameters as they were."
    if outcome.kind == "changed":
        return (
            f"Your code changes {outcome.text} in place (as with +=, or by writing into it), and "
            "whoever called it loses the numbers. Make a new array."
        )
    if outcome.kind == "type":
        return "Return one NumPy array (or a list) of numbers."
    return ""


_OF_NONE = "Something is None there: did a function of yours forget its return?"


def _of_an_error(outcome: Outcome) -> str:
    if outcome.kind != "raised":
        return ""
    return {
        "AttributeError": _OF_NONE if "NoneType" in outcome.text else "",
        "TypeError": _OF_NONE if "NoneType" in outcome.text else "",
        "SystemExit": "Your code ends the program: take exit() away.",
        "EOFError": "Your code waits for input(), and nobody is there to type.",
        "RecursionError": "A function calls itself for ever: when does it stop?",
        "NameError": "The name is not defined there: a slip of the pen, or a missing import?",
        "UnboundLocalError": "The name is used before it is given a value.",
        "MemoryError": "Your code asks for more memory than there is: how large is that array?",
    }.get(outcome.error, "")


def _again(outcome: Outcome, trial: Trial, learner: Learner, grading: Grading) -> str:
    """Whether the same call gives something else the next time."""
    names = grading.scope({name: learner.names[name] for name in grading.names})
    second = learner.observe(trial, names)
    if second.same(outcome, trial.rtol):
        return ""
    return (
        "The same call gives another answer the second time: does your code keep something from "
        "one call to the next, or draw random numbers?"
    )


# -- known mistakes ---------------------------------------------------------------------------


def _known(outcome: Outcome, trial: Trial, learner: Learner, grading: Grading) -> str:
    """The first known mistake with which the same comes out, here and on every probe."""
    names = grading.scope({name: learner.names[name] for name in grading.names})
    probes = grading.all_probes()
    mine: dict[int, Outcome] = {}

    def of_learner(number: int) -> Outcome:
        if number not in mine:
            mine[number] = learner.observe(probes[number], names)
        return mine[number]

    def fits(mistake: Mistake) -> bool:
        if not any(trial.uses(name) for name in mistake.names):
            return False
        theirs = {**names, **grading.scope(mistake.names)}
        return observe(trial, theirs).same(outcome, trial.rtol) and all(
            observe(probe, theirs).same(of_learner(number), probe.rtol)
            for number, probe in enumerate(probes)
            if any(probe.uses(name) for name in mistake.names)
        )

    return next((mistake.cause for mistake in grading.mistakes if fits(mistake)), "")


# -- patterns ---------------------------------------------------------------------------------


def _pattern(outcome: Outcome, trial: Trial) -> str:
    got, wanted = plain(outcome.value), plain(trial.expected)
    if outcome.kind not in ("value", "shape"):
        return ""
    if not (isinstance(got, np.ndarray) and isinstance(wanted, np.ndarray)):
        return ""
    if outcome.kind == "shape":
        return _shape_pattern(got, outcome.text)
    if got.shape != wanted.shape:
        if got.ndim == wanted.ndim == 2 and got.shape == wanted.shape[::-1]:
            return "Rows and columns are swapped: the shape is that of the transpose."
        return f"The shape is {got.shape}, and should be {wanted.shape}."
    if not np.isfinite(got).all() and np.isfinite(wanted).all():
        return "There are numbers that are none (nan or inf): a division by 0, or exp of too much?"
    return _number_pattern(got, wanted)


def _warning(outcome: Outcome) -> str:
    """What NumPy said when a number that is none came into being."""
    value = plain(outcome.value)
    if not outcome.warned or not isinstance(value, np.ndarray) or np.isfinite(value).all():
        return ""
    return f"NumPy warned: {outcome.warned}."


def _shape_pattern(got: np.ndarray, text: str) -> str:
    wanted: Any = text.rpartition("where ")[2].partition(" is wanted")[0]
    if got.ndim == 2 and str(got.shape[::-1]) == wanted and got.shape[0] != got.shape[1]:
        return "Rows and columns are swapped: the shape is that of the transpose."
    return f"The shape should be {wanted}."


def _number_pattern(got: np.ndarray, wanted: np.ndarray) -> str:
    if not wanted.size or not np.isfinite(wanted).all():
        return ""
    if got.ndim == 2 and got.shape[0] == got.shape[1] and agree(got.T, wanted):
        return "Rows and columns are swapped: this is the transpose of the answer."
    if agree(got, -wanted):
        return "The sign is wrong, everywhere."
    if not got.any():
        return "Everything is 0."
    if got.size > 1 and wanted.all():
        ratios = got / wanted
        if agree(ratios, np.full(got.shape, ratios.flat[0])):
            return f"Everything is {ratios.flat[0]:.4g} times what it should be."
    if got.size > 1 and agree(np.sort(got, None), np.sort(wanted, None)):
        return "The right numbers in the wrong places."
    return ""
