"""Channels into space, back, and mixed: where every number goes."""

import re

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F


@pytest.mark.parametrize("r", [1, 2, 3])
@pytest.mark.parametrize("batch", [(), (2,), (2, 3), (0,)], ids=str)
def test_channel_c_r_r_becomes_pixel_r_r_of_channel_c(batch, r):
    x = np.random.default_rng(0).normal(size=(*batch, 2 * r * r, 3, 4))
    out = F.pixel_shuffle(tv.from_numpy(x), r).numpy()
    assert out.shape == (*batch, 2, 3 * r, 4 * r)
    for c, i, j in np.ndindex(2, r, r):
        np.testing.assert_array_equal(
            out[..., c, i::r, j::r], x[..., c * r * r + i * r + j, :, :], strict=True
        )


@pytest.mark.parametrize("r", [1, 2, 3])
def test_unshuffling_undoes_it(r):
    x = tv.randn(2, 2, 2 * r, 3 * r)
    assert F.pixel_unshuffle(x, r).shape == (2, 2 * r * r, 2, 3)
    assert bool((F.pixel_shuffle(F.pixel_unshuffle(x, r), r) == x).all())


@pytest.mark.parametrize(("channels", "groups"), [(6, 2), (6, 3), (4, 1), (4, 4)])
def test_channels_are_dealt_out_one_of_each_group_after_the_other(channels, groups):
    x = np.random.default_rng(0).normal(size=(2, channels, 3, 2))
    out = F.channel_shuffle(tv.from_numpy(x), groups).numpy()
    each = channels // groups
    order = [group * each + place for place in range(each) for group in range(groups)]
    np.testing.assert_array_equal(out, x[:, order], strict=True)


@pytest.mark.parametrize(
    ("function", "shape", "value", "error", "message"),
    [
        (F.pixel_shuffle, (4, 4), 2, ValueError, "must have 3 axes or more, got shape (4, 4)"),
        (F.pixel_shuffle, (6, 1, 1), 2, ValueError, "upscale_factor**2 = 4 must divide the 6"),
        (F.pixel_shuffle, (4, 1, 1), 0, ValueError, "upscale_factor must be at least 1, got 0"),
        (F.pixel_shuffle, (4, 1, 1), 2.0, TypeError, "upscale_factor must be an integer, got 2.0"),
        (F.pixel_unshuffle, (1, 4, 3), 2, ValueError, "downscale_factor 2 must divide height and"),
        (F.channel_shuffle, (1, 4), 2, ValueError, "must have 3 axes or more, got shape (1, 4)"),
        (F.channel_shuffle, (1, 4, 1), 3, ValueError, "groups=3 must divide the 4 channels"),
    ],
)
def test_what_does_not_fit_is_refused(function, shape, value, error, message):
    with pytest.raises(error, match=re.escape(message)):
        function(tv.zeros(shape), value)
