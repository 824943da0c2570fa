"""Common shapes, grids and products of sets, against NumPy and itertools."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import tinyvision as tv


@given(mutually_broadcastable_shapes(num_shapes=3, max_dims=3, min_side=0))
def test_common_shapes_are_numpys(shapes):
    assert tv.broadcast_shapes(*shapes.input_shapes) == shapes.result_shape
    tensors = [tv.zeros(shape) for shape in shapes.input_shapes]
    for found in (tv.broadcast_tensors(*tensors), tv.broadcast_tensors(tensors)):
        assert {each.shape for each in found} == {shapes.result_shape}


def test_shapes_that_cannot_be_combined_are_refused():
    with pytest.raises(ValueError, match="axis -1 has size 2 in one and 3"):
        tv.broadcast_shapes((2,), (3,))
    with pytest.raises(ValueError, match=r"sizes must be at least 0, got \(-1,\)"):
        tv.broadcast_shapes((-1,))


@pytest.mark.parametrize("indexing", ["ij", "xy"])
@pytest.mark.parametrize("sizes", [(3,), (2, 3), (2, 3, 4), (2, 0)])
def test_grids_are_numpys(sizes, indexing):
    vectors = [np.arange(float(n)) for n in sizes]
    expected = np.meshgrid(*vectors, indexing=indexing)
    found = tv.meshgrid(*map(tv.tensor, vectors), indexing=indexing)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one.numpy(), other, strict=True)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: tv.meshgrid(tv.ones(1), indexing="yx"), ValueError, "'ij' or 'xy', got 'yx'"),
        (lambda: tv.meshgrid(tv.ones(1, 1)), ValueError, r"tensor 0 has shape \(1, 1\)"),
        (lambda: tv.meshgrid(tv.ones(1), tv.arange(2)), TypeError, "tensor 1 is int64"),
        (lambda: tv.cartesian_prod(tv.ones(1, 1)), ValueError, "cartesian_prod needs vectors"),
        (lambda: tv.combinations(tv.ones(1, 1)), ValueError, "combinations needs a vector"),
        (lambda: tv.combinations(tv.ones(1), -1), ValueError, "r must be at least 0, got -1"),
    ],
)
def test_what_makes_no_grid_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_products_of_sets_are_those_of_itertools():
    a, b, c = [1, 2], [3, 4, 5], [6]
    found = tv.cartesian_prod(*map(tv.tensor, (a, b, c)))
    assert found.tolist() == [list(row) for row in itertools.product(a, b, c)]
    assert tv.cartesian_prod(tv.tensor(a)).tolist() == a


@pytest.mark.parametrize("r", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("replacement", [False, True])
def test_combinations_are_those_of_itertools(r, replacement):
    choose = itertools.combinations_with_replacement if replacement else itertools.combinations
    found = tv.combinations(tv.tensor([7, 8, 9, 7]), r, replacement)
    expected = [list(row) for row in choose([7, 8, 9, 7], r)] if r else []
    assert found.tolist() == expected


@pytest.mark.parametrize("dim", [None, 0, 1, -1])
@pytest.mark.parametrize("repeats", [0, 1, 3])
def test_elements_are_repeated_as_in_numpy(dim, repeats):
    x = np.arange(6.0).reshape(2, 3)
    expected = np.repeat(x, repeats, axis=dim)
    for given_ in (repeats, tv.tensor(repeats), tv.tensor([repeats])):
        found = tv.tensor(x).repeat_interleave(given_, dim)
        np.testing.assert_array_equal(found.numpy(), expected, strict=True)


def test_each_slice_may_be_repeated_another_number_of_times():
    x = np.arange(6.0).reshape(2, 3)
    found = tv.repeat_interleave(tv.tensor(x), tv.tensor([2, 0, 1]), dim=1, output_size=3)
    np.testing.assert_array_equal(found.numpy(), np.repeat(x, [2, 0, 1], axis=1))
    assert tv.repeat_interleave(tv.tensor([1, 0, 2])).tolist() == [0, 2, 2]


@pytest.mark.parametrize(
    ("repeats", "options", "error", "message"),
    [
        (1.5, {}, TypeError, "repetitions must be integers, got float64"),
        (-1, {}, ValueError, "must be at least 0, got -1"),
        (tv.tensor([1, 2, 3]), {}, ValueError, r"\(3,\) repetitions for 2 elements"),
        (2, {"output_size": 3}, ValueError, "output_size is 3, the repetitions give 4"),
        (2, {"dim": 1}, IndexError, "dim 1 is out of range"),
    ],
)
def test_repetitions_that_do_not_fit_are_refused(repeats, options, error, message):
    with pytest.raises(error, match=message):
        tv.repeat_interleave(tv.ones(2), repeats, **options)


def test_repetitions_alone_must_be_a_vector():
    with pytest.raises(ValueError, match=r"along one axis, got shape \(1, 1\)"):
        tv.repeat_interleave(tv.tensor([[1]]))
