"""Exercise 04: against closed forms on slopes and parabolas."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from ..checks import Example, Grading, law, mistakes, numbers
from ..trial import Trial
from ..watched import Promise


class Slope:
    """The gradient factor * x + constant, which shows as the Python that it is."""

    def __init__(self, factor: float, constant: float = 0.0) -> None:
        self.factor, self.constant = factor, constant

    def __call__(self, x: Any) -> Any:
        return self.factor * x + self.constant

    def __repr__(self) -> str:
        if self.factor and self.constant:
            return f"lambda x: {self.factor!r} * x + {self.constant!r}"
        if self.factor:
            return f"lambda x: {self.factor!r} * x"
        return f"lambda x: {self.constant!r} + 0 * x"


@st.composite
def drawn(draw: Any, slope: str = "parabola", momentum: float | None = None) -> dict[str, Any]:
    """A gradient, a start, a rate, a momentum, a number of steps."""
    factor = draw(st.sampled_from((1.0, 2.0, 4.0)))
    constant = draw(st.sampled_from((1.0, -2.0)))
    return {
        "gradient": Slope(factor) if slope == "parabola" else Slope(0.0, constant),
        "x": draw(numbers(draw(st.integers(1, 2)), low=-4, high=4)),
        "lr": draw(st.sampled_from((0.5, 0.25, 0.125))),
        "momentum": draw(st.sampled_from((0.5, 0.0, 0.75))) if momentum is None else momentum,
        "steps": draw(st.integers(0, 6)),
    }


def _on_parabola(gradient: Any, x: Any, lr: float, momentum: float, steps: int) -> Any:
    """(x, velocity) after n steps is the n-th power of one matrix, times (x, 0)."""
    a = gradient.factor
    one = np.array([[1 - lr * a, -lr * momentum], [a, momentum]])
    powers = [np.linalg.matrix_power(one, n)[0, 0] for n in range(steps + 1)]
    return np.array([power * x for power in powers])


def _on_slope(gradient: Any, x: Any, lr: float, momentum: float, steps: int) -> Any:
    """Each velocity is a geometric sum: g (1 - momentum^k) / (1 - momentum)."""
    k = np.arange(1, steps + 1)
    velocities = gradient.constant * (1 - momentum**k) / (1 - momentum)
    far = np.concatenate([[0.0], np.cumsum(velocities)])
    return x - lr * far[:, None]


def _plain(gradient: Any, x: Any, lr: float, momentum: float, steps: int) -> Any:
    return np.array([(1 - lr * gradient.factor) ** n * x for n in range(steps + 1)])


# -- mistakes ---------------------------------------------------------------------------------


def _descent(
    velocity: Any = lambda v, g, momentum: momentum * v + g,
    step: Any = lambda x, v, g, lr, momentum: x - lr * v,
    keep: bool = True,
    fresh: bool = True,
    path: Any = lambda path, start: path,
    first: Any = None,
) -> Any:
    def descend(gradient: Any, x: Any, lr: float, momentum: float, steps: int) -> Any:
        start, places, v = x, [x], np.zeros_like(x)
        for number in range(steps):
            g = gradient(x if fresh else start)
            v = (v if keep else np.zeros_like(x)) * 1.0
            v = velocity(v, g, momentum) if number or first is None else first(g, momentum)
            x = step(x, v, g, lr, momentum)
            places.append(x)
        return np.array(path(places, start))

    return descend


_REST = (
    ("The momentum is left out: this is plain gradient descent.", {"keep": False}),
    ("The gradient is weakened by 1 - momentum: that is Adam's running mean. Here it is added as "
     "it is.", {"velocity": lambda v, g, m: m * v + (1 - m) * g}),
    ("The velocity is g * momentum + the old one: it is the old velocity that momentum weakens.",
     {"velocity": lambda v, g, m: v + m * g}),
    ("The old velocity stays whole: momentum is the part of it that stays.",
     {"velocity": lambda v, g, m: v + g}),
    ("x goes uphill: the gradient is added to the velocity, and the step subtracted from x.",
     {"step": lambda x, v, g, lr, m: x + lr * v}),
    ("The velocity never takes up the gradient: it stays 0.", {"velocity": lambda v, g, m: m * v}),
    ("lr is used twice, in the velocity and in the step.",
     {"step": lambda x, v, g, lr, m: x - lr * lr * v}),
    ("lr is left out: the step is the whole velocity.", {"step": lambda x, v, g, lr, m: x - v}),
    ("The step looks ahead, as Nesterov's does: here it follows the velocity alone.",
     {"step": lambda x, v, g, lr, m: x - lr * (g + m * v)}),
    ("The step follows the gradient and the velocity: the gradient counts twice.",
     {"step": lambda x, v, g, lr, m: x - lr * (v + g)}),
    ("The gradient is taken at the start only: take it anew in each step, where x is now.",
     {"fresh": False}),
    ("The velocity begins at 1 instead of 0.",
     {"first": lambda g, m: m + g}),
    ("The start is missing from the path.", {"path": lambda path, start: path[1:]}),
    ("The last place is missing from the path: append x after the step.",
     {"path": lambda path, start: path[:-1]}),
    ("Only the last place is returned; all of them are wanted, the start first.",
     {"path": lambda path, start: path[-1]}),
    ("The path has the last place again and again: x -= ... changes the array that is in the list "
     "already. Write x = x - ...", {"path": lambda path, start: [path[-1]] * len(path)}),
)  # fmt: skip
MISTAKES = mistakes("descend", *((cause, _descent(**changes)) for cause, changes in _REST))

_CALL = "descend(gradient, x, lr, momentum, steps)"
_PARABOLA = {"gradient": Slope(2.0), "x": np.array([1.0]), "lr": 0.1}

GRADING = Grading(
    names={
        "descend": Promise(
            _CALL, lambda gradient, x, lr, momentum, steps: (steps + 1, *np.shape(x))
        )
    },
    checks=(
        Example(
            "two steps down x * x, by hand",
            Trial(
                _CALL,
                np.array([[1.0], [0.8], [0.54]]),
                {**_PARABOLA, "momentum": 0.5, "steps": 2},
            ),
        ),
        Example(
            "no step: the start alone",
            Trial(_CALL, np.array([[1.0]]), {**_PARABOLA, "momentum": 0.5, "steps": 0}),
        ),
        law("without momentum, plain gradient descent", drawn(momentum=0.0), _CALL, _plain),
        law(
            "on an even slope it gains speed: a geometric sum",
            drawn("slope", 0.5),
            _CALL,
            _on_slope,
        ),
        law("on a parabola: powers of a matrix", drawn(), _CALL, _on_parabola, draws=40),
    ),
    mistakes=MISTAKES,
    probes=(
        Trial(_CALL, None, {"gradient": Slope(1.5, 1.0), "x": np.array([2.0, -1.0]), "lr": 0.2,
                            "momentum": 0.7, "steps": 5}),
    ),
)  # fmt: skip
