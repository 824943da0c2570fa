"""What an exercise is graded by: worked numbers, laws over drawn inputs, and known mistakes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from .trial import Trial
from .watched import Promise, Watched


@dataclass(frozen=True)
class Example:
    """One trial whose answer can be worked out by hand.

    Attributes:
        name: what it shows, in a few words.
        trial: the trial.
        cause: what is likely wrong when it fails and no known mistake fits.
        slow: what is likely wrong when it does not come to an end.
        probe: whether mistakes are looked for with it; not if it takes long.
    """

    name: str
    trial: Trial
    cause: str = ""
    slow: str = ""
    probe: bool = True

    kind = "worked"


@dataclass(frozen=True)
class Law:
    """Something that holds for all inputs: Hypothesis draws trials, and finds small ones that fail.

    Attributes:
        name, cause, slow: as of an :class:`Example`.
        trials: what is drawn.
        draws: how many.
    """

    name: str
    trials: st.SearchStrategy[Trial]
    cause: str = ""
    slow: str = ""
    draws: int = 25

    kind = "property"


@dataclass(frozen=True)
class Mistake:
    """A mistake that many make, as code: who gets the same answers has made it.

    Attributes:
        cause: what a learner is told.
        names: the names of the exercise, as somebody with this mistake would define them.
        certain: whether the probes tell it from the right answer and from those before it; not so
            where two mistakes come together, or one shows with extreme numbers only.
    """

    cause: str
    names: Mapping[str, Any]
    certain: bool = True


@dataclass(frozen=True)
class Grading:
    """How one exercise is graded.

    Attributes:
        names: what the learner's file must define; functions of arrays with the promise they must
            keep, anything else with None.
        checks: in the order in which they are made.
        mistakes: the first that fits is named.
        probes: trials on which the mistakes differ from each other and from the right answer, in
            addition to the examples.
        extras: further names that the code of the trials may use.
    """

    names: Mapping[str, Promise | None]
    checks: tuple[Example | Law, ...]
    mistakes: tuple[Mistake, ...]
    probes: tuple[Trial, ...] = ()
    extras: Mapping[str, Any] = field(default_factory=dict)

    def scope(self, names: Mapping[str, Any]) -> dict[str, Any]:
        """The names a trial is run with: functions watched, the extras added."""
        watched = {}
        for name, value in names.items():
            promise = self.names.get(name)
            watched[name] = value if promise is None else Watched(value, promise)
        return {**self.extras, **watched}

    def all_probes(self) -> list[Trial]:
        """The examples that are quick to run, and the probes."""
        examples = (c.trial for c in self.checks if isinstance(c, Example) and c.probe)
        return [*examples, *self.probes]


def law(
    name: str,
    given: st.SearchStrategy[dict[str, Any]],
    code: str,
    expected: Callable[..., Any],
    cause: str = "",
    draws: int = 25,
    rtol: float = 1e-6,
) -> Law:
    """A law about one line of code.

    Args:
        name, cause, draws: as of a :class:`Law`; rtol: as of a :class:`~.trial.Trial`.
        given: draws the values by name.
        code: the line.
        expected: from the values by name, what the line should give.
    """
    trials = given.map(lambda values: Trial(code, expected(**values), values, rtol))
    return Law(name, trials, cause, draws=draws)


def mistakes(
    name: str, *pairs: tuple[str, Callable[..., Any]], certain: bool = True
) -> tuple[Mistake, ...]:
    """Mistakes in one function, each as its cause and the function."""
    return tuple(Mistake(cause, {name: function}, certain) for cause, function in pairs)


# -- strategies -------------------------------------------------------------------------------


@cache
def numbers(*shape: int, low: int = -3, high: int = 3) -> st.SearchStrategy[Any]:
    """Arrays of whole numbers, as floats: they are easy to read, and to compute by hand."""
    # One strategy for each shape, and tuples: quicker than Hypothesis's arrays, which can do more.
    drawn = st.tuples(*[st.integers(low, high)] * math.prod(shape))
    return drawn.map(lambda entries: np.array(entries, dtype=float).reshape(shape))


def permutations(count: int) -> st.SearchStrategy[Any]:
    """Orders of so many things, as arrays of integers."""
    return st.permutations(range(count)).map(lambda order: np.array(order, dtype=int))
