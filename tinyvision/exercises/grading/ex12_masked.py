"""Exercise 12: by what must not change the loss, and against a plain loop."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from ..checks import Example, Grading, law, mistakes, numbers
from ..trial import Trial
from ..watched import Promise


@st.composite
def drawn(draw: Any, all_removed: bool = False) -> dict[str, Any]:
    """Predictions, targets, and a mask that removes at least one patch."""
    n, t, p = (draw(st.integers(1, 3)) for _ in range(3))
    mask = draw(numbers(n, t, low=0, high=1).filter(lambda m: bool(m.any())))
    return {
        "predicted": draw(numbers(n, t, p, low=-2, high=2)),
        "target": draw(numbers(n, t, p, low=-2, high=2)),
        "mask": np.ones((n, t)) if all_removed else mask,
    }


@st.composite
def with_noise(draw: Any) -> dict[str, Any]:
    """The same, and something to be added to targets."""
    given = draw(drawn())
    return {**given, "noise": draw(numbers(*given["target"].shape, low=0, high=5))}


def _loop(predicted: Any, target: Any, mask: Any, **ignored: Any) -> float:
    squares = [
        (predicted[n, t, p] - target[n, t, p]) ** 2
        for n, t, p in np.ndindex(*predicted.shape)
        if mask[n, t] == 1.0
    ]
    return sum(squares) / len(squares)


# -- mistakes ---------------------------------------------------------------------------------


def _error(predicted: Any, target: Any) -> Any:
    return ((predicted - target) ** 2).mean(axis=2)


def _per_image(p: Any, t: Any, m: Any) -> Any:
    sums, counts = (_error(p, t) * m).sum(axis=1), m.sum(axis=1)
    return (sums / np.maximum(counts, 1)).mean()


MISTAKES = mistakes(
    "masked_loss",
    ("The mask is not used: every patch counts, also those that were shown.",
     lambda p, t, m: _error(p, t).mean()),
    ("The mask is upside down: it is 1 where a patch was removed, and those count.",
     lambda p, t, m: (_error(p, t) * (1 - m)).sum() / (1 - m).sum()),
    ("The mask is upside down, and the mean is over all patches.",
     lambda p, t, m: (_error(p, t) * (1 - m)).mean()),
    ("The sum is divided by the number of all patches: the zeros of the shown ones count as if "
     "they were predicted well. Divide by how many were removed.",
     lambda p, t, m: (_error(p, t) * m).mean()),
    ("The errors are added up, but not divided by the number of removed patches.",
     lambda p, t, m: (_error(p, t) * m).sum()),
    ("The sum is divided by the number of images, not of removed patches.",
     lambda p, t, m: (_error(p, t) * m).sum() / len(m)),
    ("The sum is divided by the number of patches of one image, not of removed patches.",
     lambda p, t, m: (_error(p, t) * m).sum() / m.shape[1]),
    ("The mean is taken for each image first: then a patch counts less in an image with many "
     "removed ones.", _per_image),
    ("The errors of a patch's numbers are added up; their mean is wanted.",
     lambda p, t, m: (_error(p, t) * m).sum() / m.sum() * p.shape[2]),
    ("The error is not squared: this is the mean of its size.",
     lambda p, t, m: (np.abs(p - t).mean(axis=2) * m).sum() / m.sum()),
    ("The error is not squared: what is too large and what is too small cancel.",
     lambda p, t, m: ((p - t).mean(axis=2) * m).sum() / m.sum()),
    ("The root is taken of the loss; the mean of the squares is wanted.",
     lambda p, t, m: np.sqrt((_error(p, t) * m).sum() / m.sum())),
    ("The target is not masked with the prediction: a shown patch's target still counts.",
     lambda p, t, m: _error(p * m[:, :, None], t).sum() / m.sum()),
    ("The mask holds numbers: to pick with it, it must hold truth values, as mask == 1 does.",
     lambda p, t, m: _error(p, t)[m].mean()),
    ("The loss is returned patch by patch; one number is wanted.",
     lambda p, t, m: _error(p, t) * m),
    ("The loss is returned image by image; one number is wanted.",
     lambda p, t, m: (_error(p, t) * m).sum(axis=1) / m.sum(axis=1)),
)  # fmt: skip

_CALL = "masked_loss(predicted, target, mask)"

GRADING = Grading(
    names={"masked_loss": Promise(_CALL, lambda predicted, target, mask: ())},
    checks=(
        Example(
            "one patch shown, one removed",
            Trial(
                _CALL,
                2.0,
                {
                    "predicted": np.array([[[1.0, 1.0], [2.0, 4.0]]]),
                    "target": np.array([[[9.0, 9.0], [2.0, 2.0]]]),
                    "mask": np.array([[0.0, 1.0]]),
                },
            ),
        ),
        Example(
            "two images, three patches removed",
            Trial(
                _CALL,
                3.0,
                {
                    "predicted": np.array([[[2.0], [1.0]], [[2.0], [5.0]]]),
                    "target": np.zeros((2, 2, 1)),
                    "mask": np.array([[1.0, 1.0], [1.0, 0.0]]),
                },
            ),
        ),
        law(
            "targets of patches that were shown do not change the loss",
            with_noise(),
            "masked_loss(predicted, target + noise * (1 - mask)[:, :, None], mask)",
            _loop,
            "A patch that was shown must not count, whatever its target is.",
        ),
        law(
            "all removed: the plain mean squared error",
            drawn(all_removed=True),
            _CALL,
            lambda predicted, target, mask: ((predicted - target) ** 2).mean(),
        ),
        law("any patches and masks, against a loop", drawn(), _CALL, _loop, draws=40),
    ),
    mistakes=MISTAKES,
    probes=(
        Trial(_CALL, None, {"predicted": np.arange(18.0).reshape(2, 3, 3) ** 1.5,
                            "target": np.arange(18.0)[::-1].reshape(2, 3, 3),
                            "mask": np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])}),
        Trial(_CALL, None, {"predicted": np.arange(24.0).reshape(3, 4, 2) ** 0.5,
                            "target": np.arange(24.0)[::-1].reshape(3, 4, 2),
                            "mask": np.array([[1.0, 0, 1, 0], [0, 1, 1, 1], [1, 0, 0, 0]])}),
    ),
)  # fmt: skip
