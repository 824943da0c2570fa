"""Exercise 10: central differences, and what normalising takes out of a gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from ..checks import Example, Grading, law, mistakes, numbers
from ..trial import Trial
from ..watched import Promise


@st.composite
def drawn(draw: Any, **more: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Rows of which none has only equal numbers, and a gradient."""
    shape = draw(st.integers(1, 3)), draw(st.integers(2, 4))
    x = draw(numbers(*shape).filter(lambda x: bool((np.ptp(x, axis=1) > 0).all())))
    given = {"x": x, "g": draw(numbers(*shape))}
    return {**given, **{name: draw(strategy) for name, strategy in more.items()}}


def _normalised(x: Any, eps: float) -> Any:
    return (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + eps)


def _differences(x: Any, g: Any, eps: float = 1e-5) -> Any:
    """Central differences of the sum of g * y, by a step of which two sizes are combined."""
    found = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        nudge = np.zeros_like(x)
        nudge[place] = 1e-3

        def change(times: float, nudge: Any = nudge) -> Any:
            up, down = (_normalised(x + sign * times * nudge, eps) for sign in (1, -1))
            return ((up - down) * g).sum() / (2e-3 * times)

        # Of four sizes: what is left of the error goes with the eighth power of the step.
        a, b, c, d = (change(times) for times in (1.0, 2.0, 3.0, 4.0))
        found[place] = (56 * a - 28 * b + 8 * c - d) / 35
    return found


def _exact(x: Any, g: Any, eps: float = 1e-5) -> Any:
    """g times the matrix of all dy/dx, written out number by number for each row."""
    y, n = _normalised(x, eps), x.shape[1]
    s = np.sqrt(x.var(axis=1) + eps)
    rows = [
        [sum(g[t, i] * ((i == j) - 1 / n - y[t, i] * y[t, j] / n) for i in range(n)) / s[t]
         for j in range(n)]
        for t in range(len(x))
    ]  # fmt: skip
    return np.array(rows)


# -- mistakes ---------------------------------------------------------------------------------


def _rule(
    mean: Any = lambda g, y, m: m(g),
    variance: Any = lambda g, y, x, m: y * m(g * y),
    divide: Any = lambda d, s: d / s,
    axis: int | None = 1,
    spread: Any = lambda x, eps: np.sqrt(x.var(axis=1, keepdims=True) + eps),
) -> Any:
    def layer_norm_backward(x: Any, g: Any, eps: float = 1e-5) -> Any:
        def m(a: Any) -> Any:
            return a.mean(axis=axis, keepdims=True)

        s = spread(x, eps)
        y = (x - x.mean(axis=1, keepdims=True)) / s
        return divide(g - mean(g, y, m) - variance(g, y, x, m), s)

    return layer_norm_backward


def _none(*ignored: Any) -> float:
    return 0.0


_KEEP = (
    "The {} has the shape (T,), and lines up with the columns instead of the rows: keepdims=True "
    "keeps it a column, (T, 1)."
)
MISTAKES = mistakes(
    "layer_norm_backward",
    ("Both terms that take something back are missing: the mean and the variance change with x.",
     _rule(mean=_none, variance=_none)),
    ("The term of the mean is missing: when one x grows, so does the mean of its row.",
     _rule(mean=_none)),
    ("The term of the variance is missing, or comes out as 0, as mean(g) * mean(y) does: when one "
     "x grows, so does the spread of its row. The mean is of the product g * y.",
     _rule(variance=_none)),
    ("The term of the variance lacks its factor y: it takes back more where y is large.",
     _rule(variance=lambda g, y, x, m: m(g * y))),
    ("The term of the variance has x where the normalised y belongs.",
     _rule(variance=lambda g, y, x, m: x * m(g * x))),
    ("The term of the variance has x - mean where the normalised y belongs.",
     _rule(variance=lambda g, y, x, m: (x - m(x)) * m(g * (x - m(x))))),
    ("The terms are sums over the row; they should be means.",
     _rule(mean=lambda g, y, m: m(g) * g.shape[1],
           variance=lambda g, y, x, m: y * m(g * y) * g.shape[1])),
    ("The term of the variance is a sum over the row; it should be a mean.",
     _rule(variance=lambda g, y, x, m: y * m(g * y) * g.shape[1])),
    ("The division by s is missing.", _rule(divide=lambda d, s: d)),
    ("The division is by the variance; it should be by its root, s.",
     _rule(divide=lambda d, s: d / s**2)),
    ("It is multiplied by s; it should be divided.", _rule(divide=lambda d, s: d * s)),
    ("The term of the mean has the wrong sign: it is taken away.",
     _rule(mean=lambda g, y, m: -m(g))),
    ("The term of the variance has the wrong sign: it is taken away.",
     _rule(variance=lambda g, y, x, m: -y * m(g * y))),
    ("The means run along the wrong axis: each row is normalised by itself, along axis 1.",
     _rule(axis=0)),
    (_KEEP.format("mean of g"), _rule(mean=lambda g, y, m: g.mean(axis=1))),
    (_KEEP.format("mean of g * y"), _rule(variance=lambda g, y, x, m: y * (g * y).mean(axis=1))),
    ("The means run over the whole array: each row is normalised by itself, along axis 1.",
     _rule(axis=None)),
    ("The variance is divided by D - 1; layer normalisation divides by D.",
     _rule(spread=lambda x, eps: np.sqrt(x.var(axis=1, keepdims=True, ddof=1) + eps))),
    ("eps is left out: s is the root of variance + eps.",
     _rule(spread=lambda x, eps: np.sqrt(x.var(axis=1, keepdims=True)))),
    ("eps is added to the root; it belongs under it.",
     _rule(spread=lambda x, eps: x.std(axis=1, keepdims=True) + eps)),
    ("This is y, not the gradient.", lambda x, g, eps=1e-5: _normalised(x, eps)),
    ("This is g normalised; the gradient is another thing.",
     lambda x, g, eps=1e-5: _normalised(g, eps)),
)  # fmt: skip

_CALL = "layer_norm_backward(x, g, eps)"
_EPS = st.sampled_from((0.5, 1e-5))

GRADING = Grading(
    names={
        "layer_norm": Promise("layer_norm(x, eps)", lambda x, eps=1e-5: x.shape),
        "layer_norm_backward": Promise(_CALL, lambda x, g, eps=1e-5: x.shape),
    },
    checks=(
        Example(
            "two numbers: y does not change, whatever x does",
            Trial(
                _CALL,
                np.array([[0.0, 0.0]]),
                {"x": np.array([[0.0, 2.0]]), "g": np.array([[1.0, 3.0]]), "eps": 0.0},
            ),
        ),
        Example(
            "three numbers, by hand: s is 2, y is (-1, 0, 1)",
            Trial(
                _CALL,
                np.array([[0.5, -1.0, 0.5]]) / 3,
                {"x": np.array([[0.0, 2.0, 4.0]]), "g": np.array([[1.0, 0.0, 1.0]]), "eps": 4 / 3},
            ),
        ),
        law(
            "dx adds up to 0 along each row",
            drawn(eps=_EPS),
            "layer_norm_backward(x, g, eps).sum(axis=1)",
            lambda x, g, eps: np.zeros(len(x)),
            "If all x of a row grow alike, y stays: so their gradients add up to 0.",
        ),
        law(
            "adding a number to all x does not change dx",
            drawn(eps=_EPS),
            "layer_norm_backward(x + 5, g, eps)",
            _exact,
            "y stays, and so does its derivative: x itself has no place in the rule.",
        ),
        law(
            "twice the x, half the dx (eps = 0)",
            drawn(),
            "layer_norm_backward(2 * x, g, 0.0)",
            lambda x, g: _exact(x, g, 0.0) / 2,
            "y stays, and x moves twice as far: divide by s once.",
        ),
        law("any rows, against central differences", drawn(eps=st.just(0.5)), _CALL, _differences),
        law("any rows and eps", drawn(eps=_EPS), _CALL, _exact, draws=40),
    ),
    mistakes=MISTAKES,
    probes=(
        Trial(_CALL, None, {"x": np.array([[1.0, 4.0, -2.0, 0.5], [3.0, -1.0, 0.0, 1.0]]),
                            "g": np.array([[0.3, -1.0, 2.0, 1.0], [1.0, 0.0, 4.0, -2.0]]),
                            "eps": 0.5}),
        Trial(_CALL, None, {"x": np.array([[1.0, 4.0, -2.0], [3.0, -1.0, 0.5], [0.0, 1.0, 5.0]]),
                            "g": np.array([[0.3, -1.0, 2.0], [1.0, 0.0, 4.0], [-3.0, 1.0, 1.0]]),
                            "eps": 0.1}),
    ),
)  # fmt: skip
