"""Triangles of matrices."""

import math

import numpy as np
import pytest

import tinyvision as tv


@pytest.mark.parametrize("diagonal", [-2, -1, 0, 1, 3])
@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (4, 2), (2, 3, 3), (0, 3)])
def test_triangles_keep_one_side_of_a_diagonal(shape, diagonal):
    x = np.arange(1.0, 1 + np.prod(shape)).reshape(shape)
    rows, columns = np.indices(shape)[-2:]
    below = columns - rows <= diagonal
    assert tv.tril(tv.tensor(x), diagonal).tolist() == np.where(below, x, 0).tolist()
    above = columns - rows >= diagonal
    assert tv.triu(tv.tensor(x), diagonal).tolist() == np.where(above, x, 0).tolist()


def test_the_usual_causal_mask_has_no_nan():
    """inf * 0 would be NaN."""
    mask = tv.triu(tv.full((3, 3), float("-inf")), diagonal=1)
    assert mask.tolist() == [[0, -math.inf, -math.inf], [0, 0, -math.inf], [0, 0, 0]]


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "float16", "float32"])
def test_triangles_keep_the_type(dtype):
    for function in (tv.tril, tv.triu):
        assert function(tv.ones(2, 2, dtype=dtype)).dtype == dtype


def test_triangles_pass_the_gradient_to_what_is_kept():
    x = tv.ones(2, 2, requires_grad=True)
    tv.tril(x).sum().backward()
    assert x.grad.tolist() == [[1.0, 0.0], [1.0, 1.0]]


@pytest.mark.parametrize("function", [tv.tril, tv.triu])
def test_triangles_need_two_axes(function):
    with pytest.raises(ValueError, match=r"needs at least two axes, got shape \(3,\)"):
        function(tv.ones(3))


@pytest.mark.parametrize("offset", [-2, 0, 1, 5])
@pytest.mark.parametrize(("rows", "columns"), [(3, 3), (2, 4), (0, 2)])
def test_places_of_a_triangle_are_numpys(rows, columns, offset):
    lower = np.stack(np.tril_indices(rows, offset, columns))
    upper = np.stack(np.triu_indices(rows, offset, columns))
    np.testing.assert_array_equal(tv.tril_indices(rows, columns, offset).numpy(), lower)
    np.testing.assert_array_equal(tv.triu_indices(rows, columns, offset).numpy(), upper)
    assert tv.tril_indices(2, 2, dtype=tv.int32).dtype == tv.int32
