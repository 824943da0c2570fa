"""What was proven, as a table for a terminal and as JSON."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Sequence
from typing import Any

from .prove import Proof

HEAD = ("operation", "calls", "order 1", "order 2", "verdict")


def to_text(proofs: Sequence[Proof], width: int = 100) -> str:
    """A line for each proof, what is wrong with its smallest example, and a summary.

    >>> print(to_text([Proof("relu", 20, 3e-10, 1e-9), Proof("eq", 20, differentiable=False)]))
    operation  calls  order 1  order 2  verdict
    relu          20    3e-10    1e-09  right
    eq            20                    no derivative
    <BLANKLINE>
    2 operations, 40 calls: 1 right (largest relative error 3e-10 at order 1, 1e-09 at order 2),
    1 without a derivative.
    """
    rows = [HEAD] + [
        (p.name, str(p.calls), _short(p.first), _short(p.second), p.verdict) for p in proofs
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for name, *numbers, verdict in rows:
        cells = [n.rjust(size) for n, size in zip(numbers, widths[1:], strict=False)]
        lines.append("  ".join([name.ljust(widths[0]), *cells, verdict]))
    for proof in proofs:
        if not proof.ok:
            lines += ["", *failure(proof, width)]
    return "\n".join([*lines, "", *textwrap.wrap(_summary(proofs), width)])


def failure(proof: Proof, width: int = 100) -> list[str]:
    """The lines that say what is wrong, and the smallest example that shows it."""
    lines = textwrap.wrap(f"{proof.name}: {proof.problem}", width, break_long_words=False)
    return [*lines, "smallest failing example:", textwrap.indent(proof.example, "    ")]


def to_json(proofs: Sequence[Proof], cases: int, seed: int) -> str:
    """Everything as one JSON object, in ASCII; an error that is no number is null."""
    operations = [
        {
            "operation": proof.name,
            "calls": proof.calls,
            "order_1": _finite(proof.first),
            "order_2": _finite(proof.second),
            "verdict": proof.verdict.lower(),
            "problem": proof.problem or None,
            "example": proof.example or None,
        }
        for proof in proofs
    ]
    ok = all(proof.ok for proof in proofs)
    found: dict[str, Any] = {"ok": ok, "cases": cases, "seed": seed, "operations": operations}
    return json.dumps(found, indent=2, allow_nan=False)


def _summary(proofs: Sequence[Proof]) -> str:
    right = [p for p in proofs if p.ok and p.differentiable]
    wrong = [p.name for p in proofs if not p.ok]
    without = sum(p.ok and not p.differentiable for p in proofs)
    parts = [f"{len(right)} right"]
    if right:
        first, second = (
            max(getattr(p, order) or 0.0 for p in right) for order in ("first", "second")
        )
        parts[0] += (
            f" (largest relative error {_short(first)} at order 1, {_short(second)} at order 2)"
        )
    if without:
        parts.append(f"{without} without a derivative")
    if wrong:
        parts.append(f"{len(wrong)} WRONG: {', '.join(wrong)}")
    count = sum(proof.calls for proof in proofs)
    what = "1 operation" if len(proofs) == 1 else f"{len(proofs)} operations"
    return f"{what}, {count:,} calls: {', '.join(parts)}."


def _short(error: float | None) -> str:
    return "" if error is None else f"{error:.0e}".replace("0e+00", "0")


def _finite(error: float | None) -> float | None:
    return None if error is None or not math.isfinite(error) else error
