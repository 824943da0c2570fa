"""The command ``tinyvision gradcheck``: prove some operations or all, and print what came out."""

from __future__ import annotations

import sys
import textwrap
import time
from collections.abc import Sequence

from ..interrupt import when_asked_to_stop
from ..progress import progress
from .prove import Proof, prove
from .report import to_json, to_text
from .subjects import Subject, all_subjects, subjects_named

LINES = 10  # that tell of the progress where there is no bar


def run(names: Sequence[str], cases: int = 20, seed: int = 0, json: bool = False) -> int:
    """Check operations by name (all if there are none); the exit code: 0 all right, 1 not.

    Raises:
        ValueError: an operation nobody knows.
    """
    subjects = subjects_named(names)
    if not json:
        for name in names:
            parts = [subject.name for subject in subjects_named([name])]
            if not any(name.rpartition(".")[2] in part for part in parts):
                print(
                    textwrap.fill(f"{name} is held by what it is made of: {', '.join(parts)}", 100)
                )
    started = time.perf_counter()
    proofs = _proofs(subjects, cases, seed, quiet=json)
    if json:
        print(to_json(proofs, cases, seed))
    else:
        print(to_text(proofs))
        print(f"{time.perf_counter() - started:.1f} s, seed {seed}")
    return 0 if all(proof.ok for proof in proofs) else 1


def show_list() -> int:
    """Print the names of all operations, one a line."""
    for subject in all_subjects():
        print(subject.name if subject.differentiable else f"{subject.name}  (no derivative)")
    return 0


def _proofs(subjects: Sequence[Subject], cases: int, seed: int, quiet: bool) -> list[Proof]:
    """Each in turn. Beside JSON only a bar is shown, on a terminal, as it leaves nothing behind."""
    found: list[Proof] = []
    stream = sys.stderr if quiet else sys.stdout
    # Between two operations only: Hypothesis's insides swallow an interrupt or break under it.
    with (
        progress("gradcheck", len(subjects), "operations", stream) as task,
        when_asked_to_stop() as asked,
    ):
        lines = not quiet and (task.moving or len(subjects) > LINES)
        for number, subject in enumerate(subjects, 1):
            found.append(prove(subject, cases, seed))
            if asked():
                raise KeyboardInterrupt
            task.advance()
            if lines and not found[-1].ok:
                task.say(f"{subject.name}: WRONG")
            elif lines and not task.moving and number * LINES % len(subjects) < LINES:
                task.say(f"{number} of {len(subjects)} operations checked")
    return found
