"""Broadcasting, its reverse, and sums that stay accurate."""

import itertools

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.ops.base.broadcast import sum_over, sum_to

SHAPES = [shape for ndim in range(4) for shape in itertools.product((0, 1, 2), repeat=ndim)] + [
    (2, 1, 1, 3),
    (1, 2, 0, 1),
    (2, 3, 1, 2),
    (1, 1, 1, 1),
    (3, 2, 1, 3),
]


def combinable_pairs():
    for x, y in itertools.product(SHAPES, repeat=2):
        try:
            yield x, y, np.broadcast_shapes(x, y)
        except ValueError:
            continue


def naive_reverse(g, shape):
    """Add each element of `g` to the element of `shape` it was repeated from, one by one."""
    out = np.zeros(shape)
    extra = g.ndim - len(shape)
    for place in np.ndindex(g.shape):
        out[tuple(0 if n == 1 else i for i, n in zip(place[extra:], shape, strict=True))] += g[
            place
        ]
    return out


def test_gradients_have_the_inputs_shape_for_every_pair_of_shapes_up_to_four_axes():
    tried = 0
    for x_shape, y_shape, shape in combinable_pairs():
        x, y = (tv.ones(*s, dtype=tv.float64, requires_grad=True) for s in (x_shape, y_shape))
        g = np.arange(1.0, 1 + np.prod(shape)).reshape(shape)
        answer = x * y
        assert answer.shape == shape
        answer.backward(tv.from_numpy(g))
        for leaf in (x, y):
            np.testing.assert_array_equal(leaf.grad.numpy(), naive_reverse(g, leaf.shape))
        tried += 1
    assert tried > 300


def test_every_pair_that_numpy_refuses_is_refused_with_the_axis_named():
    pairs = set(itertools.product(SHAPES, repeat=2)) - {(x, y) for x, y, _ in combinable_pairs()}
    assert pairs
    for x, y in pairs:
        with pytest.raises(ValueError, match="cannot be combined: axis -"):
            tv.zeros(*x) + tv.zeros(*y)


def test_sum_to_undoes_a_broadcast():
    g = np.random.default_rng(0).normal(size=(2, 3, 4))
    for shape in [(), (4,), (1, 4), (3, 1), (2, 1, 4), (1, 1, 1), (2, 3, 4)]:
        np.testing.assert_allclose(sum_to(g, shape), naive_reverse(g, shape))


# -- repeating without copying ----------------------------------------------------------------


def test_broadcast_to_repeats():
    x = np.array([[1.0], [2.0]])
    found = tv.broadcast_to(tv.tensor(x), (3, 2, 4))
    np.testing.assert_array_equal(found.numpy(), np.broadcast_to(x, (3, 2, 4)))


def test_broadcast_to_keeps_a_size_given_as_minus_one():
    assert tv.broadcast_to(tv.zeros(2, 1), (-1, 5)).shape == (2, 5)
    assert tv.zeros(2, 1).expand(4, -1, 5).shape == (4, 2, 5)


def test_what_is_repeated_takes_no_memory_and_cannot_be_written_to():
    x = tv.zeros(1).expand(1000, 1000)
    assert x.stride() == (0, 0)
    with pytest.raises(RuntimeError, match="read-only"):
        x.add_(1)


@pytest.mark.parametrize(
    ("shape", "sizes", "message"),
    [
        ((2, 3), (3,), "1 sizes for a tensor of 2 axes"),
        ((3,), (-1, 3), "-1 keeps a size, but a new axis has none"),
        ((2,), (3,), "cannot be combined|cannot be repeated"),
        ((2, 3), (1, 3), "an axis of size 2 cannot be repeated to 1"),
    ],
)
def test_sizes_that_cannot_be_reached_are_refused(shape, sizes, message):
    with pytest.raises(ValueError, match=message):
        tv.zeros(*shape).expand(*sizes)
    with pytest.raises(ValueError, match=message):
        tv.broadcast_to(tv.zeros(*shape), sizes)


# -- sums -------------------------------------------------------------------------------------

ROWS = 2_000_000


def layouts():
    """Two million rows of three columns in float32, as they may lie in memory."""
    rng = np.random.default_rng(0)
    values = rng.uniform(0.05, 0.15, (ROWS, 3)).astype(np.float32)
    wide = np.zeros((ROWS, 6), np.float32)
    wide[:, ::2] = values
    return {
        "rows": values,
        "columns": np.asfortranarray(values),
        "reversed": values[::-1].copy()[::-1],
        "every other column": wide[:, ::2],
    }


@pytest.fixture(scope="module", params=["rows", "columns", "reversed", "every other column"])
def long_array(request):
    return layouts()[request.param]


def test_a_float32_sum_of_two_million_rows_is_accurate_in_any_layout(long_array):
    exact = long_array.astype(np.float64).sum(axis=0)
    for answer in (
        tv.from_numpy(long_array).sum(0).numpy(),
        tv.from_numpy(long_array.T).sum(1).numpy(),
        tv.from_numpy(long_array).mean(0).numpy() * ROWS,
    ):
        np.testing.assert_allclose(answer, exact, rtol=1e-6)
    np.testing.assert_allclose(tv.from_numpy(long_array).sum().item(), exact.sum(), rtol=1e-6)


def test_a_float32_bias_gradient_of_two_million_rows_is_accurate(long_array):
    bias = tv.zeros(3, requires_grad=True)
    (tv.zeros(ROWS, 3) + bias).backward(tv.from_numpy(long_array))
    np.testing.assert_allclose(
        bias.grad.numpy(), long_array.astype(np.float64).sum(axis=0), rtol=1e-6
    )


def test_the_mean_of_ten_million_numbers_is_accurate():
    x = np.full(10_000_000, 0.1, np.float32)
    assert tv.from_numpy(x).mean().item() == pytest.approx(float(np.float32(0.1)), rel=1e-6)


def test_sums_over_middle_axes_are_accurate():
    x = np.random.default_rng(0).uniform(0, 1, (3, 5000, 4, 50)).astype(np.float32)
    exact = x.astype(np.float64).sum(axis=(1, 3))
    for array in (x, np.asfortranarray(x), np.moveaxis(np.moveaxis(x, 1, 0).copy(), 0, 1)):
        np.testing.assert_allclose(sum_over(array, axes=(1, 3), keepdim=False), exact, rtol=1e-6)
        kept = sum_over(array, axes=(1, 3), keepdim=True)
        assert kept.shape == (3, 1, 4, 1)
        np.testing.assert_allclose(kept.reshape(3, 4), exact, rtol=1e-6)


def test_long_sums_over_every_choice_of_axes_agree_with_float64():
    x = np.random.default_rng(0).uniform(0, 1, (12, 1, 13, 14)).astype(np.float32)
    for count in range(5):
        for axes in itertools.combinations(range(4), count):
            for order in itertools.permutations(range(4)):
                array = np.transpose(x.transpose(order).copy(), np.argsort(order))
                found = sum_over(array, axes=axes, keepdim=False)
                exact = x.astype(np.float64).sum(axis=axes)
                assert found.shape == exact.shape
                np.testing.assert_allclose(found, exact, rtol=1e-6)


def test_float16_is_added_up_in_float32():
    x = tv.ones(30_000, 2, dtype=tv.float16)  # float16 counts no further than 2048 by ones
    assert x.sum(0).tolist() == [30_000.0, 30_000.0]


@pytest.mark.parametrize("shape", [(0, 5000), (5000, 0), (0,), (0, 0)])
def test_sums_of_nothing_are_zero_also_beside_a_long_axis(shape):
    for axis in range(len(shape)):
        expected = np.zeros(shape).sum(axis=axis)
        np.testing.assert_array_equal(tv.zeros(*shape).sum(axis).numpy(), expected)
