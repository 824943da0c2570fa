"""Tensors side by side and cut apart, against NumPy."""

import numpy as np
import pytest

import tinyvision as tv

rng = np.random.default_rng(0)


def t(array):
    return tv.tensor(np.asarray(array))


@pytest.mark.parametrize("name", ["atleast_1d", "atleast_2d", "atleast_3d"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 3, 4), (1, 2, 3, 4), (0,)])
def test_axes_are_added_as_in_numpy(name, shape):
    x = rng.normal(size=shape)
    expected = getattr(np, name)(x)
    np.testing.assert_array_equal(getattr(tv, name)(t(x)).numpy(), expected, strict=True)
    for several in (getattr(tv, name)(t(x), t(x)), getattr(tv, name)([t(x), t(x)])):
        assert [each.shape for each in several] == [expected.shape] * 2


@pytest.mark.parametrize("name", ["hstack", "vstack", "dstack", "column_stack", "row_stack"])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4), (2, 0)])
def test_stacks_are_those_of_numpy(name, shape):
    parts = [rng.normal(size=shape) for _ in range(3)]
    oracle = np.vstack if name == "row_stack" else getattr(np, name)
    found = getattr(tv, name)([t(part) for part in parts])
    np.testing.assert_array_equal(found.numpy(), oracle(parts), strict=True)


def test_numbers_are_stacked_as_vectors():
    numbers = [tv.tensor(1), tv.tensor(2)]
    assert tv.hstack(numbers).tolist() == [1, 2]
    assert tv.vstack(numbers).tolist() == [[1], [2]]
    assert tv.column_stack(numbers).tolist() == [[1, 2]]


@pytest.mark.parametrize("name", ["hstack", "vstack", "dstack", "column_stack", "block_diag"])
def test_what_is_no_tensor_is_not_stacked(name):
    arguments = (1.0, 2.0) if name == "block_diag" else (3.0,)
    with pytest.raises(TypeError, match=f"{name} needs a list or tuple of tensors"):
        getattr(tv, name)(*arguments)


def test_blocks_lie_along_the_diagonal():
    found = tv.block_diag(t([[1, 2], [3, 4]]), t([5, 6]), t(7.5), t(np.zeros((0, 1))))
    expected = [
        [1, 2, 0, 0, 0, 0],
        [3, 4, 0, 0, 0, 0],
        [0, 0, 5, 6, 0, 0],
        [0, 0, 0, 0, 7.5, 0],
    ]
    assert found.tolist() == expected
    with pytest.raises(ValueError, match=r"block_diag needs matrices, tensor 1 has shape \(1, 1"):
        tv.block_diag(tv.ones(1), tv.ones(1, 1, 1))


@pytest.mark.parametrize("places", [1, 2, 3, 7, (1,), (1, 3), (3, 1), (-1,), (0, 9), ()])
@pytest.mark.parametrize("dim", [0, 1, -1])
def test_tensor_split_cuts_as_numpys_array_split(places, dim):
    x = rng.normal(size=(5, 4))
    expected = np.array_split(x, places, axis=dim)
    given = (places, list(places), tv.tensor(places)) if isinstance(places, tuple) else (places,)
    for each in given:
        if isinstance(each, tv.Tensor) and each.dtype != tv.int64:
            continue
        found = tv.tensor_split(t(x), each, dim)
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_array_equal(one.numpy(), other, strict=True)


@pytest.mark.parametrize(("name", "shape"), [("hsplit", (2, 4)), ("hsplit", (4,))])
def test_hsplit_cuts_the_second_axis_or_the_only_one(name, shape):
    x = rng.normal(size=shape)
    for one, other in zip(tv.hsplit(t(x), 2), np.hsplit(x, 2), strict=True):
        np.testing.assert_array_equal(one.numpy(), other)


def test_vsplit_and_dsplit_cut_the_first_and_the_third_axis():
    x = rng.normal(size=(2, 3, 4))
    for name in ("vsplit", "dsplit"):
        expected = getattr(np, name)(x, 2)
        for one, other in zip(getattr(t(x), name)(2), expected, strict=True):
            np.testing.assert_array_equal(one.numpy(), other)


def test_split_with_sizes_takes_a_list_only():
    assert [p.tolist() for p in tv.arange(3).split_with_sizes([1, 2])] == [[0], [1, 2]]
    with pytest.raises(TypeError, match="needs a list of sizes, got int; use split"):
        tv.split_with_sizes(tv.arange(3), 1)


@pytest.mark.parametrize(
    ("cut", "error", "message"),
    [
        (lambda: tv.tensor_split(tv.tensor(1), 1), ValueError, r"without axes \(0-d\) cannot"),
        (lambda: tv.tensor_split(tv.ones(2), 0), ValueError, "must be at least 1, got 0"),
        (lambda: tv.tensor_split(tv.ones(2), 1.5), TypeError, "a list of places, got float"),
        (lambda: tv.tensor_split(tv.ones(2), tv.ones(1)), ValueError, "must hold integers"),
        (lambda: tv.hsplit(tv.ones(2, 3), 2), ValueError, "axis 1 of size 3 cannot be cut into 2"),
        (lambda: tv.hsplit(tv.tensor(1), 1), ValueError, "hsplit needs at least 1 axes"),
        (lambda: tv.vsplit(tv.ones(2), 1), ValueError, "vsplit needs at least 2 axes"),
        (lambda: tv.dsplit(tv.ones(2, 2), 1), ValueError, "dsplit needs at least 3 axes"),
    ],
)
def test_cuts_that_cannot_be_made_are_refused(cut, error, message):
    with pytest.raises(error, match=message):
        cut()
