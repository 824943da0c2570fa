"""Exercise 02: against SciPy, and by what a convolution must do whatever the image."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.signal import correlate2d

from ..checks import Example, Grading, law, mistakes, numbers
from ..trial import Trial
from ..watched import Promise


def _shape(image: Any, kernel: Any, stride: int = 1) -> tuple[int, ...]:
    return correlate2d(image, kernel, "valid")[::stride, ::stride].shape


@st.composite
def drawn(draw: Any, stride: int | None = None) -> dict[str, Any]:
    """An image, a kernel that fits into it, a stride."""
    kernel = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    image = tuple(size + draw(st.integers(0, 4)) for size in kernel)
    return {
        "image": draw(numbers(*image, low=0, high=3)),
        "kernel": draw(numbers(*kernel, low=-2, high=2)),
        "stride": draw(st.integers(1, 3)) if stride is None else stride,
    }


def _right(image: Any, kernel: Any, stride: int = 1) -> Any:
    return correlate2d(image, kernel, "valid")[::stride, ::stride]


@st.composite
def identities(draw: Any) -> dict[str, Any]:
    """An image, and a kernel that is 1 in one place and 0 elsewhere."""
    given = draw(drawn(stride=1))
    kernel = np.zeros_like(given["kernel"])
    kernel[tuple(draw(st.integers(0, size - 1)) for size in kernel.shape)] = 1.0
    return {"image": given["image"], "kernel": kernel}


def _picked(image: Any, kernel: Any) -> Any:
    (top,), (left,) = np.nonzero(kernel)
    down, across = (size - k + 1 for size, k in zip(image.shape, kernel.shape, strict=True))
    return image[top : top + down, left : left + across]


@st.composite
def dotted(draw: Any) -> dict[str, Any]:
    """An image, a kernel, a stride, and weights for the output."""
    given = draw(drawn())
    return {**given, "g": draw(numbers(*_shape(**given), low=-2, high=2))}


def _adjoint(image: Any, kernel: Any, stride: int, g: Any) -> float:
    """The same sum of products, counted from the image's side: <Kx, g> = <x, Kᵀg>."""
    spread = np.zeros_like(image)
    for i, j in np.ndindex(g.shape):
        spread[i * stride :, j * stride :][: kernel.shape[0], : kernel.shape[1]] += g[i, j] * kernel
    return float((image * spread).sum())


# -- mistakes ---------------------------------------------------------------------------------


def _slide(
    down: Any = lambda size, k, s: (size - k) // s + 1,
    across: Any = None,
    at: Any = lambda i, s: i * s,
    value: Any = lambda window, kernel: (window * kernel).sum(),
    steps: Any = lambda s: (s, s),
) -> Any:
    across = across or down

    def convolve(image: Any, kernel: Any, stride: int = 1) -> Any:
        (height, width), (rows, columns) = image.shape, kernel.shape
        first, second = steps(stride)
        output = np.zeros((down(height, rows, first), across(width, columns, second)))
        for i, j in np.ndindex(*output.shape):
            top, left = at(i, first), at(j, second)
            output[i, j] = value(image[top : top + rows, left : left + columns], kernel)
        return output

    return convolve


def _short(size: int, k: int, s: int) -> int:
    return (size - k) // s


def _full(size: int, k: int, s: int) -> int:
    return (size - k) // s + 1


MISTAKES = mistakes(
    "convolve",
    ("The output is a row and a column short: between n pixels there are n - 1 steps, so that one "
     "more window fits than steps are made.", _slide(_short)),
    ("The output is a column short: the width needs + 1 as well.", _slide(_full, _short)),
    ("The output is a row short: the height needs + 1 as well.", _slide(_short, _full)),
    ("The + 1 stands inside the division: (size - kernel + 1) // stride loses windows when the "
     "stride is larger than 1.", _slide(lambda size, k, s: (size - k + 1) // s)),
    ("Too many windows: the last ones hang over the edge. (size - kernel) // stride steps fit.",
     _slide(lambda size, k, s: size // s)),
    ("The division rounds up: the last window hangs over the edge.",
     _slide(lambda size, k, s: -(-(size - k) // s) + 1)),
    ("The window stays where stride 1 would put it: it begins at i * stride.",
     _slide(at=lambda i, s: i)),
    ("The window begins at i + stride instead of i * stride.", _slide(at=lambda i, s: i + s)),
    ("The window begins one stride too late: the first begins at 0.",
     _slide(at=lambda i, s: (i + 1) * s)),
    ("The kernel is flipped: that is what mathematics calls convolution, but here kernel[0, 0] "
     "meets the window's first pixel.", _slide(value=lambda w, k: (w * k[::-1, ::-1]).sum())),
    ("The kernel is transposed: its rows meet the window's columns.",
     _slide(value=lambda w, k: (w * k.T).sum())),
    ("The products are averaged; they should be added up.",
     _slide(value=lambda w, k: (w * k).mean())),
    ("The stride is left out: every window is there, as for stride 1.",
     _slide(steps=lambda s: (1, 1))),
    ("The stride is used for the rows only; columns need it too.", _slide(steps=lambda s: (s, 1))),
    ("The stride is used for the columns only; rows need it too.", _slide(steps=lambda s: (1, s))),
    ("This is a matrix product of window and kernel, summed up; multiply number by number (*).",
     _slide(value=lambda w, k: (w @ k).sum())),
    ("This is a matrix product of window and kernel, summed up; multiply number by number (*).",
     _slide(value=lambda w, k: np.dot(w, k).sum())),
)  # fmt: skip

_ARTICLE = {
    "image": np.arange(1.0, 10.0).reshape(3, 3),
    "kernel": np.array([[1.0, 2.0], [3.0, 4.0]]),
}
_COUNT = np.arange(16.0).reshape(4, 4)
_CALL = "convolve(image, kernel, stride)"

GRADING = Grading(
    names={"convolve": Promise("convolve(image, kernel, stride)", _shape)},
    checks=(
        Example(
            "the article's example (section 4.1)",
            Trial("convolve(image, kernel)", np.array([[37.0, 47.0], [67.0, 77.0]]), _ARTICLE),
        ),
        Example(
            "a kernel of one pixel, stride 2",
            Trial(
                _CALL,
                np.array([[0.0, 2.0], [8.0, 10.0]]),
                {"image": _COUNT, "kernel": np.ones((1, 1)), "stride": 2},
            ),
        ),
        Example(
            "2 by 2 pixels added up, stride 2",
            Trial(
                _CALL,
                np.array([[10.0, 18.0], [42.0, 50.0]]),
                {"image": _COUNT, "kernel": np.ones((2, 2)), "stride": 2},
            ),
        ),
        law(
            "a kernel with a single 1 copies the image",
            identities(),
            "convolve(image, kernel)",
            _picked,
            "Each output is the pixel under the kernel's 1.",
        ),
        law(
            "a shifted image gives a shifted output",
            drawn(stride=1).map(lambda g: {**g, "image": np.vstack([g["image"], g["image"][:1]])}),
            "convolve(image[1:], kernel, stride)",
            lambda image, kernel, stride: _right(image, kernel, stride)[1:],
            "What happens to a window must not depend on where it stands.",
        ),
        law("any image, kernel and stride, against SciPy", drawn(), _CALL, _right, draws=100),
        law(
            "<K x, g> is <x, Kᵀ g>",
            dotted(),
            "(convolve(image, kernel, stride) * g).sum()",
            _adjoint,
        ),
    ),
    mistakes=MISTAKES,
    probes=(
        Trial(_CALL, None, {"image": np.arange(35.0).reshape(5, 7) ** 1.5,
                            "kernel": np.array([[1.0, -2.0], [3.0, 0.5]]), "stride": 2}),
        Trial(_CALL, None, {"image": np.arange(42.0).reshape(6, 7) ** 1.5,
                            "kernel": np.array([[1.0, -2.0, 4.0]]), "stride": 3}),
        Trial(_CALL, None, {"image": np.arange(20.0).reshape(4, 5) ** 1.5,
                            "kernel": np.array([[1.0, 7.0], [3.0, 0.5]]), "stride": 1}),
    ),
)  # fmt: skip
