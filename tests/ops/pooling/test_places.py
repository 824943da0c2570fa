"""However pooling goes about it, by copies, views, pieces or threads, its numbers are the same."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision.ops.pooling import maxima, places, pool

OPTIONS = [
    {"kernel_size": 2},
    {"kernel_size": 2, "ceil_mode": True},
    {"kernel_size": (2, 3), "stride": (3, 3)},
    {"kernel_size": 2, "stride": 4, "padding": 1, "dilation": 2},
    {"kernel_size": 3, "stride": 2, "padding": 1},
]
with_options = pytest.mark.parametrize("options", OPTIONS, ids=str)
VALUES = [0.0, 1.0, 2.0, -math.inf, math.nan]


def image(shape=(4, 3, 9, 8), channels_last=True):
    """Few values, so that there are ties, and NaN among them."""
    x = np.random.default_rng(0).choice(VALUES, shape).astype(np.float32)
    if channels_last:
        x = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    return x


def answer_and_gradient(options, x):
    leaf = tv.from_numpy(x).requires_grad_()
    out = F.max_pool2d(leaf, **options)
    slopes = np.arange(1.0, out.numel() + 1.0, dtype=np.float32).reshape(out.shape)
    out.backward(tv.from_numpy(slopes))
    with tv.no_grad():
        values, where = F.max_pool2d(leaf, **options, return_indices=True)
    return [out.detach().numpy(), leaf.grad.numpy(), values.numpy(), where.numpy()]


def assert_all_equal(found, expected):
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b, strict=True)


@with_options
def test_places_copied_side_by_side_give_the_numbers_of_views(options, monkeypatch):
    fast = answer_and_gradient(options, image())
    for module in (maxima, pool):
        monkeypatch.setattr(module, "are_apart", lambda *geometry: False)
    assert_all_equal(fast, answer_and_gradient(options, image()))


@with_options
def test_a_few_images_at_a_time_give_the_numbers_of_all_at_once(options, monkeypatch):
    expected = answer_and_gradient(options, image())
    monkeypatch.setattr(maxima, "_TILE_BYTES", 1)
    assert_all_equal(answer_and_gradient(options, image()), expected)


@with_options
@pytest.mark.parametrize("count", [2, 3])
def test_threads_give_the_numbers_of_one(options, count, monkeypatch):
    expected = answer_and_gradient(options, image())
    monkeypatch.setattr(places, "_WORTH_SHARING", 1)
    before = tv.get_num_threads()
    tv.set_num_threads(count)
    try:
        assert_all_equal(answer_and_gradient(options, image()), expected)
    finally:
        tv.set_num_threads(before)


@with_options
def test_the_layout_of_the_image_in_memory_does_not_matter(options):
    assert_all_equal(
        answer_and_gradient(options, image(channels_last=False)),
        answer_and_gradient(options, image()),
    )


@with_options
@pytest.mark.parametrize("scattered", [True, False])
def test_maxima_alone_are_those_found_with_their_places(options, scattered, monkeypatch):
    x = tv.from_numpy(image())
    with_places, _ = F.max_pool2d(x, **options, return_indices=True)
    if not scattered:
        monkeypatch.setattr(maxima, "are_apart", lambda *geometry: False)
    assert_all_equal([F.max_pool2d(x, **options).numpy()], [with_places.numpy()])


@given(st.integers(0, 2**32 - 1))
def test_of_four_pixels_the_last_nan_wins_or_else_the_first_of_the_largest(seed):
    x = np.random.default_rng(seed).choice(VALUES, (1, 2, 2, 2))
    _, where = F.max_pool2d(tv.from_numpy(x), 2, return_indices=True)
    for pixels, found in zip(x.reshape(2, 4), where.numpy().ravel(), strict=True):
        nan = np.flatnonzero(np.isnan(pixels))
        assert found == (nan[-1] if len(nan) else np.argmax(pixels))


def test_an_infinite_slope_goes_to_the_maximum_and_nowhere_else():
    x = tv.tensor([[[0.0, 1.0], [0.0, 0.0]]], requires_grad=True)
    F.max_pool2d(x, 2).backward(tv.tensor([[[math.inf]]]))
    assert x.grad.tolist() == [[[0.0, math.inf], [0.0, 0.0]]]


def test_what_is_pooled_may_be_changed_in_place_afterwards():
    """Where a maximum stood was noted, not what it was."""
    x = tv.tensor([[[[-1.0, -2.0, 3.0, 1.0]]]], requires_grad=True)
    F.max_pool2d(x * 1, (1, 2)).relu_().sum().backward()
    assert x.grad.tolist() == [[[[0.0, 0.0, 1.0, 0.0]]]]
