"""Exercise 03: by what the gradient of a maximum must do, and against central differences."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from ..checks import Example, Grading, law, mistakes, numbers
from ..trial import Trial
from ..watched import Promise


@st.composite
def drawn(draw: Any, distinct: bool = False) -> dict[str, Any]:
    """An image, a gradient for each of its windows, and their size."""
    size = draw(st.integers(1, 3))
    down, across = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    shape = (down * size, across * size)
    if distinct:
        count = shape[0] * shape[1]
        image = np.array(draw(st.permutations(range(count))), float).reshape(shape)
    else:
        image = draw(numbers(*shape, low=-2, high=2))
    return {"image": image, "g": draw(numbers(down, across, low=1, high=9)), "size": size}


def _pooled(image: Any, size: int) -> Any:
    """The largest pixel of each window, without a loop."""
    down, across = image.shape[0] // size, image.shape[1] // size
    return image.reshape(down, size, across, size).max(axis=(1, 3))


def _differences(image: Any, g: Any, size: int) -> Any:
    """Central differences of the sum of g times the pooled image, pixel by pixel."""
    found = np.zeros_like(image)
    for place in np.ndindex(*image.shape):
        nudge = np.zeros_like(image)
        nudge[place] = 0.25  # distinct whole numbers keep their order
        change = _pooled(image + nudge, size) - _pooled(image - nudge, size)
        found[place] = (change * g).sum() / 0.5
    return found


def _windows(counts: tuple[int, ...], size: int) -> Any:
    for i, j in np.ndindex(*counts):
        yield (i, j), (slice(i * size, (i + 1) * size), slice(j * size, (j + 1) * size))


def _first_largest(image: Any, g: Any, size: int) -> Any:
    """The definition, pixel by pixel in reading order."""
    found = np.zeros_like(image)
    for place, window in _windows(g.shape, size):
        largest = image[window].max()
        for row, column in np.ndindex(size, size):
            if image[window][row, column] == largest:
                found[window][row, column] = g[place]
                break
    return found


# -- mistakes ---------------------------------------------------------------------------------


def _spread(share: Any) -> Any:
    """A gradient whose windows are made by share(window, g of the window)."""

    def max_pool_backward(image: Any, g: Any, size: int = 2) -> Any:
        found = np.zeros(image.shape)
        for place, window in _windows(g.shape, size):
            found[window] = share(image[window], g[place])
        return found

    return max_pool_backward


def _last(window: Any, g: Any) -> Any:
    found = np.zeros_like(window)
    found.flat[window.size - 1 - window.ravel()[::-1].argmax()] = g
    return found


def _at_first(window: Any, value: Any) -> Any:
    found = np.zeros_like(window)
    found.flat[window.argmax()] = value
    return found


def _column_first(window: Any, g: Any) -> Any:
    found = np.zeros_like(window)
    found.T.flat[window.T.argmax()] = g
    return found


def _transposed_place(window: Any, g: Any) -> Any:
    found = np.zeros_like(window)
    found.T.flat[window.argmax()] = g
    return found


def _no_offset(image: Any, g: Any, size: int = 2, add: bool = False) -> Any:
    found = np.zeros(image.shape)
    for place, window in _windows(g.shape, size):
        row, column = divmod(int(image[window].argmax()), size)
        found[row, column] = g[place] + found[row, column] * add
    return found


def _offset_without_size(image: Any, g: Any, size: int = 2) -> Any:
    found = np.zeros(image.shape)
    for (i, j), window in _windows(g.shape, size):
        row, column = divmod(int(image[window].argmax()), size)
        found[i + row, j + column] = g[i, j]
    return found


def _whole_image(image: Any, g: Any, size: int = 2) -> Any:
    found = np.zeros(image.shape)
    found.flat[image.argmax()] = g.sum()
    return found


_OFFSET = (
    "The place of the largest pixel is counted within its window; in the image it lies "
    "i * size rows further down, and j * size columns to the right."
)
MISTAKES = mistakes(
    "max_pool_backward",
    ("The gradient goes to all equal maxima; it belongs to the first of them alone.",
     _spread(lambda window, g: (window == window.max()) * g)),
    ("The gradient is shared out among equal maxima; the first of them gets it all.",
     _spread(lambda window, g: (window == window.max()) * g / (window == window.max()).sum())),
    ("Of equal maxima the last gets the gradient; it belongs to the first.", _spread(_last)),
    ("Of equal maxima the topmost of the first column gets the gradient; reading order goes row "
     "by row.", _spread(_column_first)),
    ("The gradient is spread evenly over the window: that is average pooling's.",
     _spread(lambda window, g: np.full_like(window, g / window.size))),
    ("Every pixel of the window gets the gradient; only the largest made a difference.",
     _spread(lambda window, g: np.full_like(window, g))),
    ("Each largest pixel gets 1: that is where the gradient goes, but g says how much of it.",
     _spread(lambda window, g: _at_first(window, 1.0))),
    ("The largest pixel's value has got into the gradient: it should be g, unmultiplied.",
     _spread(lambda window, g: _at_first(window, g * window.max()))),
    ("The largest pixel gets its own value; it should get the window's number of g.",
     _spread(lambda window, g: _at_first(window, window.max()))),
    ("Row and column of the largest pixel are swapped: row = number // size, column = number % "
     "size.", _spread(_transposed_place)),
    ("The gradient goes to the smallest pixel of each window.",
     _spread(lambda window, g: _at_first(-window, g))),
    (_OFFSET, _no_offset),
    (_OFFSET, lambda image, g, size=2: _no_offset(image, g, size, add=True)),
    ("The window of row i begins at row i * size of the image, not at row i.",
     _offset_without_size),
    ("The largest pixel of the whole image gets everything; each window has its own.",
     _whole_image),
)  # fmt: skip

_CALL = "max_pool_backward(image, g, size)"

GRADING = Grading(
    names={
        "max_pool": Promise(
            "max_pool(image, size)", lambda image, size=2: _pooled(image, size).shape
        ),
        "max_pool_backward": Promise(_CALL, lambda image, g, size=2: image.shape),
    },
    checks=(
        Example(
            "two windows",
            Trial(
                "max_pool_backward(image, g)",
                np.array([[0.0, 10.0, 0.0, 0.0], [0.0, 0.0, 20.0, 0.0]]),
                {
                    "image": np.array([[1.0, 5.0, 2.0, 0.0], [3.0, 2.0, 4.0, 1.0]]),
                    "g": np.array([[10.0, 20.0]]),
                },
            ),
        ),
        Example(
            "equally large: the first gets it all",
            Trial(
                "max_pool_backward(image, g)",
                np.array([[0.0, 7.0], [0.0, 0.0]]),
                {"image": np.array([[1.0, 3.0], [3.0, 3.0]]), "g": np.array([[7.0]])},
            ),
        ),
        law(
            "nothing is lost: what the pixels get adds up to g",
            drawn(),
            "max_pool_backward(image, g, size).sum()",
            lambda image, g, size: g.sum(),
            "Each window must hand out exactly its number of g.",
        ),
        law(
            "pixels times their gradients add up to maxima times g",
            drawn(),
            "(max_pool_backward(image, g, size) * image).sum()",
            lambda image, g, size: (_pooled(image, size) * g).sum(),
            "Each window's number of g must stand at a pixel that is as large as its maximum.",
        ),
        law("distinct pixels, against central differences", drawn(True), _CALL, _differences),
        law("any pixels, against the definition", drawn(), _CALL, _first_largest, draws=40),
    ),
    mistakes=MISTAKES,
    probes=(
        Trial(_CALL, None, {
            "image": np.array([[4.0, 4, 0, 1, 1, 1], [2, 4, 0, 0, 5, 1], [1, 0, 0, 0, 0, 5],
                               [0, 9, 8, 6, 6, 2], [0, 9, 0, 2, 6, 6], [9, 9, 3, 1, 0, 2.5]]),
            "g": np.array([[1.0, 2.0], [4.0, 8.0]]), "size": 3}),
        Trial(_CALL, None, {
            "image": np.array([[0.0, 3, 1, 0], [3, 0, 2, 7], [-5, -6, -1, -1], [-4, -9, -3, -1]]),
            "g": np.array([[2.0, 3.0], [5.0, 7.0]]), "size": 2}),
    ),
)  # fmt: skip
