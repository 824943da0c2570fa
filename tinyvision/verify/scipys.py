"""The second independent route: SciPy. Arrays are float64 and of NumPy."""

from __future__ import annotations

import numpy as np
from scipy.signal import correlate2d
from scipy.special import softmax as scipy_softmax


def correlate(x, w, bias=None, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """The correlation of images (N, C, H, W) with kernels (O, C / groups, KH, KW).

    SciPy's `correlate2d` knows one plane, one kernel and stride 1: here it is summed over the
    channels, and thinned out for the stride.

    >>> correlate([[[[1, 2, 3], [4, 5, 6]]]], [[[[1, 0], [0, 10]]]])
    array([[[[51., 62.]]]])
    """
    images, kernels = np.asarray(x, np.float64), np.asarray(w, np.float64)
    (top, left), (o, c, kh, kw) = padding, kernels.shape
    images = np.pad(images, ((0, 0), (0, 0), (top, top), (left, left)))
    spread = np.zeros((o, c, dilation[0] * (kh - 1) + 1, dilation[1] * (kw - 1) + 1))
    spread[:, :, :: dilation[0], :: dilation[1]] = kernels
    seen = [range(k // (o // groups) * c, (k // (o // groups) + 1) * c) for k in range(o)]
    planes = [
        [
            sum(
                correlate2d(image[s], part, "valid")
                for s, part in zip(seen[k], spread[k], strict=True)
            )
            + (bias[k] if bias else 0)
            for k in range(o)
        ]
        for image in images
    ]
    return np.array(planes)[:, :, :: stride[0], :: stride[1]]


def matmul(a, b):
    """The product of two matrices: each column slides once over the rows, which is a dot product.

    >>> matmul([[1, 2], [3, 4]], [[5], [6]])
    array([[17.],
           [39.]])
    """
    rows, columns = np.asarray(a, np.float64), np.asarray(b, np.float64).T
    return np.hstack([correlate2d(rows, column[None], "valid") for column in columns])


def softmax(scores):
    """The softmax along the last axis.

    >>> softmax([[7, 7]])
    array([[0.5, 0.5]])
    """
    return scipy_softmax(np.asarray(scores, np.float64), axis=-1)
