"""Exercise 07: against the definition, number by number."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from ..checks import Example, Grading, law, mistakes, numbers, permutations
from ..trial import Trial
from ..watched import Promise


@st.composite
def drawn(draw: Any) -> dict[str, Any]:
    """Patches and positions, both of any size."""
    n, t, d = (draw(st.integers(1, 3)) for _ in range(3))
    return {"patches": draw(numbers(n, t, d)), "position": draw(numbers(t, d))}


@st.composite
def shuffled(draw: Any) -> dict[str, Any]:
    """The same, and an order of the places."""
    given = draw(drawn())
    return {**given, "order": draw(permutations(len(given["position"])))}


def _sums(patches: Any, position: Any) -> Any:
    found = np.zeros(patches.shape)
    for n, t, d in np.ndindex(*patches.shape):
        found[n, t, d] = patches[n, t, d] + position[t, d]
    return found


def _tiled(patches: Any, position: Any) -> Any:
    return patches + np.resize(position.T, patches.shape[1:])


def _first_only(patches: Any, position: Any) -> Any:
    found = patches.copy()
    found[0] += position
    return found


MISTAKES = mistakes(
    "add_position",
    ("The shapes (N, T, D) and (T, 1, D) are lined up: the position of place t is added to the "
     "whole image t. (T, D) lines up by itself.", lambda p, e: p + e[:, None, :]),
    ("The shapes (N, T, D) and (T, D, 1) are lined up: drop the extra axis, (T, D) lines up by "
     "itself.", lambda p, e: p + e[:, :, None]),
    ("The position is transposed: its axes are places and numbers, like the patches' last two.",
     lambda p, e: p + e.T),
    ("The position is brought into shape by transposing and reshaping: that mixes its numbers.",
     _tiled),
    ("All places get the first position.", lambda p, e: p + e[0]),
    ("All places get the same, the mean of the positions.", lambda p, e: p + e.mean(axis=0)),
    ("All places get the same, the sum of the positions.", lambda p, e: p + e.sum(axis=0)),
    ("The position is multiplied; it should be added.", lambda p, e: p * e),
    ("The position is subtracted; it should be added.", lambda p, e: p - e),
    ("The position is added to the first image only; every image gets it.", _first_only),
    ("The number of the place is added; position holds a row of numbers for each place.",
     lambda p, e: p + np.arange(p.shape[1])[:, None]),
    ("The position stands beside the patches' numbers; it should be added to them.",
     lambda p, e: np.concatenate([p, np.broadcast_to(e, p.shape)], axis=2)),
    ("The positions stand as places of their own behind the patches; add them to the patches.",
     lambda p, e: np.concatenate([p, np.broadcast_to(e, p.shape)], axis=1)),
    ("The position is added twice.", lambda p, e: p + 2 * e),
    ("The positions are in the wrong order, the last first.", lambda p, e: p + e[::-1]),
)  # fmt: skip

_CALL = "add_position(patches, position)"
_TWO = np.array([[[10.0], [20.0]], [[30.0], [40.0]]])

GRADING = Grading(
    names={"add_position": Promise(_CALL, lambda patches, position: patches.shape)},
    checks=(
        Example(
            "two images, two places",
            Trial(
                _CALL,
                np.array([[[11.0], [22.0]], [[31.0], [42.0]]]),
                {"patches": _TWO, "position": np.array([[1.0], [2.0]])},
            ),
        ),
        Example(
            "one image, three places of two numbers",
            Trial(
                _CALL,
                np.array([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]]),
                {
                    "patches": np.zeros((1, 3, 2)),
                    "position": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
                },
            ),
        ),
        law(
            "without patches each image shows the positions",
            drawn(),
            "add_position(0 * patches, position)",
            lambda patches, position: np.stack([position] * len(patches)),
        ),
        law(
            "without positions the patches stay",
            drawn(),
            "add_position(patches, 0 * position)",
            lambda patches, position: patches,
        ),
        law(
            "patches that change places get other positions",
            shuffled(),
            "add_position(patches[:, order], position)",
            lambda patches, position, order: _sums(patches[:, order], position),
        ),
        law("any patches and positions, against the definition", drawn(), _CALL, _sums, draws=40),
    ),
    mistakes=MISTAKES,
    probes=tuple(
        Trial(_CALL, None, {
            "patches": np.arange(float(n * t * d)).reshape(n, t, d) ** 1.5,
            "position": np.sqrt(np.arange(2.0, t * d + 2)).reshape(t, d)})
        for n, t, d in ((2, 3, 4), (3, 3, 3), (1, 4, 2), (4, 4, 4))
    ),
)  # fmt: skip
