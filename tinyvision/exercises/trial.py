"""One call of a learner's code: what it is given, what is run, and what should come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .display import assignment


@dataclass(frozen=True)
class Trial:
    """A few lines of Python, run with the learner's names; the last one is an expression.

    Attributes:
        code: the lines. What a learner is shown is this text, so that it can be typed again.
        expected: what the last line should be.
        given: values by name, shown as lines before the code.
        rtol: how far an answer may be off, relative to what is expected; more for float32.

    >>> trial = Trial("double(x) + y", 7.0, {"x": 3.0, "y": 1.0})
    >>> print(trial)
    x, y = 3.0, 1.0
    double(x) + y
    >>> trial.run({"double": lambda x: 2 * x})
    7.0
    """

    code: str
    expected: Any
    given: Mapping[str, Any] = field(default_factory=dict)
    rtol: float = 1e-6

    def run(self, names: Mapping[str, Any]) -> Any:
        """What the last line gives; arrays are handed over as copies."""
        scope = {"np": np, **names, **{name: _copied(v) for name, v in self.given.items()}}
        *before, last = self.code.splitlines()
        if before:
            exec(compile("\n".join(before), "<check>", "exec"), scope)
        return eval(compile(last, "<check>", "eval"), scope)

    def uses(self, name: str) -> bool:
        """Whether the code calls something by its name."""
        return name in compile(self.code, "<check>", "exec").co_names

    def __str__(self) -> str:
        arrays = [assignment(n, v) for n, v in self.given.items() if not _is_plain(v)]
        plain = {n: v for n, v in self.given.items() if _is_plain(v)}
        if plain:
            arrays.append(f"{', '.join(plain)} = {', '.join(map(repr, plain.values()))}")
        return "\n".join([*arrays, self.code])


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | float | str)
