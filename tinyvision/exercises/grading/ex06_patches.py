"""Exercise 06: against plain loops, its inverse, and a strided convolution by SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.signal import correlate2d

from ..checks import Example, Grading, law, mistakes, numbers
from ..trial import Trial
from ..watched import Promise


def _shape(images: Any, size: int) -> tuple[int, ...]:
    n, c, h, w = images.shape
    return n, (h // size) * (w // size), size * size * c


@st.composite
def drawn(draw: Any, most: int = 2) -> dict[str, Any]:
    """Images whose pixels are all different, and a size of patches that divides theirs."""
    n, c, down, across = (draw(st.integers(1, most)) for _ in range(4))
    size = draw(st.integers(1, 3))
    shape = (n, c, down * size, across * size)
    return {"images": np.arange(np.prod(shape), dtype=float).reshape(shape), "size": size}


def _cut(images: Any, size: int) -> Any:
    """The definition, number by number."""
    found = np.zeros(_shape(images, size))
    n, c, h, w = images.shape
    for image, channel, i, j in np.ndindex(n, c, h, w):
        (down, row), (right, column) = divmod(i, size), divmod(j, size)
        patch = down * (w // size) + right
        place = (row * size + column) * c + channel
        found[image, patch, place] = images[image, channel, i, j]
    return found


def put_back(patches: Any, size: int, shape: tuple[int, ...]) -> Any:
    """Patches as images of a shape: each pixel is looked up where it should be."""
    _, c, h, w = shape
    i, j = np.arange(h), np.arange(w)
    patch = (i // size)[:, None] * (w // size) + j // size  # (H, W)
    place = ((i % size)[:, None] * size + j % size) * c
    return np.stack([patches[:, patch, place + channel] for channel in range(c)], axis=1)


@st.composite
def with_kernel(draw: Any) -> dict[str, Any]:
    """Images, and one kernel of a patch's size for all channels."""
    given = draw(drawn())
    c, size = given["images"].shape[1], given["size"]
    return {**given, "kernel": draw(numbers(c, size, size, low=-2, high=2))}


def _strided(images: Any, size: int, kernel: Any) -> Any:
    """A convolution with stride `size`, one number for each patch."""
    planes = [
        [correlate2d(plane, k, "valid") for plane, k in zip(image, kernel, strict=True)]
        for image in images
    ]
    return np.array(planes).sum(axis=1)[:, ::size, ::size].reshape(len(images), -1)


# -- mistakes ---------------------------------------------------------------------------------


def _cut_by(axes: tuple[int, ...], split: str = "patch first") -> Any:
    """Six axes, N, C, down, row, across, column, put into an order."""

    def patchify(images: Any, size: int) -> Any:
        n, c, h, w = images.shape
        down, across = h // size, w // size
        if split == "patch first":
            cut = images.reshape(n, c, down, size, across, size)
        else:  # the number of the patch takes the place of the row in it
            cut = images.reshape(n, c, size, down, size, across).transpose(0, 1, 3, 2, 5, 4)
        return cut.transpose(axes).reshape(_shape(images, size))

    return patchify


def _loops(step: Any, channels_last: bool = True) -> Any:
    def patchify(images: Any, size: int) -> Any:
        h, w = images.shape[2:]
        found = []
        for image in images:
            patches = [
                image[:, i : i + size, j : j + size]
                for i in range(0, h - size + 1, step(size))
                for j in range(0, w - size + 1, step(size))
            ]
            found.append([(p.transpose(1, 2, 0) if channels_last else p).ravel() for p in patches])
        return np.array(found)

    return patchify


def _swapped(images: Any, size: int) -> Any:
    return _cut(images, size).swapaxes(1, 2)


def _square(images: Any, size: int) -> Any:
    n, c, h, w = images.shape
    return _cut(images, size).reshape(n, h // size * w // size, size, size, c)


MISTAKES = mistakes(
    "patchify",
    ("reshape alone cuts the rows of pixels into pieces, not the image into squares: the pixels of "
     "a patch lie in several rows.",
     lambda images, size: images.reshape(_shape(images, size))),
    ("The channels come first in a patch; they should stand beside each other for each pixel, so "
     "that axis goes last.", _cut_by((0, 2, 4, 1, 3, 5))),
    ("The channels stand before the patches, and get mixed up with them: that axis goes last.",
     _cut_by((0, 1, 2, 4, 3, 5))),
    ("The channels stand between the rows of a patch; that axis goes last.",
     _cut_by((0, 2, 4, 3, 1, 5))),
    ("The patches come column by column; reading order goes row by row: down before across.",
     _cut_by((0, 4, 2, 3, 5, 1))),
    ("The pixels of a patch come column by column; rows come first.", _cut_by((0, 2, 4, 5, 3, 1))),
    ("Rows and columns are swapped, of the patches and in the patches: the image is transposed.",
     _cut_by((0, 4, 2, 5, 3, 1))),
    ("Axes of patches and of pixels are mixed: first both that count patches, then both that count "
     "pixels.", _cut_by((0, 2, 3, 4, 5, 1))),
    ("Patches and pixels are swapped: each of your rows has one pixel of every patch.",
     _cut_by((0, 3, 5, 2, 4, 1))),
    ("The reshape takes the row within a patch for the number of the patch: H is (H / size, size), "
     "in this order.", _cut_by((0, 2, 4, 3, 5, 1), "pixel first")),
    ("The answer has the patches last: (N, T, numbers) is wanted.", _swapped),
    ("Each patch is still a square; it should be one row of numbers.", _square),
    ("The patches overlap: they lie side by side, so the step is the size.", _loops(lambda s: 1)),
    ("There is one patch for each channel; a patch holds all channels.",
     lambda images, size: _cut(images.reshape(-1, 1, *images.shape[2:]), size).reshape(
         len(images), -1, size * size)),
    ("The images are joined: the first axis counts images.",
     lambda images, size: _cut(images, size).reshape(-1, _shape(images, size)[2])),
)  # fmt: skip

_CALL = "patchify(images, size)"
_DISTINCT = np.arange(192.0)

GRADING = Grading(
    names={"patchify": Promise(_CALL, _shape)},
    checks=(
        Example(
            "16 pixels, four patches",
            Trial(
                _CALL,
                np.array([[[0.0, 1, 4, 5], [2, 3, 6, 7], [8, 9, 12, 13], [10, 11, 14, 15]]]),
                {"images": np.arange(16.0).reshape(1, 1, 4, 4), "size": 2},
            ),
        ),
        Example(
            "two channels, two patches of one row each",
            Trial(
                _CALL,
                np.array([[[0.0, 10.0], [1.0, 11.0]]]),
                {"images": np.array([[[[0.0, 1.0]], [[10.0, 11.0]]]]), "size": 1},
            ),
        ),
        law("any images, against loops", drawn(3), _CALL, _cut, draws=40),
        law(
            "put back where they were, the pixels make the image",
            drawn(),
            "put_back(patchify(images, size), size, images.shape)",
            lambda images, size: images,
        ),
        law(
            "patches times a kernel: a convolution with stride",
            with_kernel(),
            "patchify(images, size) @ kernel.transpose(1, 2, 0).ravel()",
            _strided,
        ),
    ),
    mistakes=MISTAKES,
    probes=(
        Trial(_CALL, None, {"images": _DISTINCT.reshape(2, 2, 4, 12), "size": 2}),
        Trial(_CALL, None, {"images": _DISTINCT.reshape(1, 3, 8, 8), "size": 4}),
        Trial(_CALL, None, {"images": _DISTINCT[:108].reshape(1, 1, 9, 12), "size": 3}),
    ),
    extras={"put_back": put_back},
)  # fmt: skip
