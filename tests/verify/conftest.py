"""One verification for the tests that only read it, and a convolution written from its formula."""

import numpy as np
import pytest

import tinyvision as tv


@pytest.fixture(scope="session")
def report():
    return tv.verify.run()


@pytest.fixture(scope="session")
def rows(report):
    """The rows by section and quantity."""
    return {(row.section, row.quantity): row for row in report.rows}


def _correlate(x, w, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    x, w = np.asarray(x), np.asarray(w)
    (n, _, high, wide), (out, c, kh, kw) = x.shape, w.shape
    (ph, pw), (dh, dw), (sh, sw) = padding, dilation, stride
    padded = np.zeros((n, x.shape[1], high + 2 * ph, wide + 2 * pw), x.dtype)
    padded[:, :, ph : ph + high, pw : pw + wide] = x
    oh = len(range(0, high + 2 * ph - dh * (kh - 1), sh))
    ow = len(range(0, wide + 2 * pw - dw * (kw - 1), sw))
    y = np.zeros((n, out, oh, ow), x.dtype)
    for image, o, i, j in np.ndindex(*y.shape):
        first = (o // (out // groups)) * c
        for channel, m, k in np.ndindex(c, kh, kw):
            pixel = padded[image, first + channel, i * sh + m * dh, j * sw + k * dw]
            y[image, o, i, j] += w[o, channel, m, k] * pixel
        y[image, o, i, j] += 0 if bias is None else bias[o]
    return y


@pytest.fixture(scope="session")
def naive_correlate():
    """Convolution of integer arrays, loop by loop."""
    return _correlate
