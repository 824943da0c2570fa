"""local_response_norm against its formula, channel by channel."""

import re

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F


@pytest.mark.parametrize("size", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("more", [(4,), (3, 2)], ids=str)
def test_each_channel_is_divided_by_its_neighbours(size, more):
    x = np.random.default_rng(0).normal(size=(2, 5, *more))
    out = F.local_response_norm(tv.from_numpy(x), size, 0.5, 0.75, 2.0).numpy()
    for c in range(5):
        around = x[:, max(c - size // 2, 0) : c + (size - 1) // 2 + 1]
        mean = (around**2).sum(axis=1) / size
        np.testing.assert_allclose(out[:, c], x[:, c] / (2.0 + 0.5 * mean) ** 0.75, rtol=1e-12)


def test_float16_is_computed_in_float32():
    x = tv.full((1, 3, 2), 300.0, dtype=tv.float16)  # its square is beyond float16
    out = F.local_response_norm(x, 2)
    assert out.dtype == tv.float16
    assert bool(tv.isfinite(out).all())


@pytest.mark.parametrize(
    ("x", "size", "error", "message"),
    [
        (tv.zeros(2, 3), 2, ValueError, "of 3 axes or more, got shape (2, 3)"),
        (tv.zeros(2, 3, 4), 0, ValueError, "size must be at least 1, got 0"),
        (tv.zeros(2, 3, 4), 2.0, TypeError, "size must be an integer, got 2.0"),
        (tv.zeros(2, 3, 4).long(), 2, TypeError, "needs floats, got int64; use x.float()"),
    ],
)
def test_what_does_not_fit_is_refused(x, size, error, message):
    with pytest.raises(error, match=re.escape(message)):
        F.local_response_norm(x, size)
