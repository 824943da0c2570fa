"""New tensors."""

import math

import numpy as np
import pytest

import tinyvision as tv


@pytest.mark.parametrize(("function", "value"), [(tv.zeros, 0.0), (tv.ones, 1.0)])
@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3)])
def test_filled_tensors(function, value, shape):
    for found in (function(*shape), function(shape), function(list(shape))):
        assert (found.shape, found.dtype) == (shape, tv.float32)
        assert (found.numpy() == value).all()
    assert function(*shape, dtype=tv.int64).dtype == tv.int64


def test_full_takes_the_type_of_its_value():
    assert tv.full((2,), 7).dtype == tv.int64
    assert tv.full((2,), 7.5).tolist() == [7.5, 7.5]
    assert tv.full((2,), 7.5).dtype == tv.float32
    assert tv.full((2,), True).dtype == tv.bool
    assert tv.full((2,), tv.tensor(7.5, dtype=tv.float64)).dtype == tv.float64


def test_new_tensors_may_require_gradients():
    for made in (
        tv.zeros(2, requires_grad=True),
        tv.full((2,), 1.0, requires_grad=True),
        tv.arange(3.0, requires_grad=True),
        tv.eye(2, requires_grad=True),
        tv.ones_like(tv.zeros(2), requires_grad=True),
    ):
        assert made.requires_grad
        assert made.is_leaf


@pytest.mark.parametrize("function", [tv.zeros, tv.ones, tv.empty, tv.rand, tv.randn])
def test_sizes_that_are_none_are_refused(function):
    with pytest.raises(ValueError, match=r"must be at least 0, got \(2, -1\)"):
        function(2, -1)
    with pytest.raises(TypeError, match=r"sizes and axes must be integers, got \(2\.5,\)"):
        function(2.5)


@pytest.mark.parametrize("bounds", [(5,), (2, 7), (7, 2, -2), (0, 10, 3), (3, 3)])
def test_arange_counts_as_range_does(bounds):
    found = tv.arange(*bounds)
    assert (found.tolist(), found.dtype) == (list(range(*bounds)), tv.int64)


def test_arange_of_floats_is_float32_and_leaves_out_the_end():
    found = tv.arange(0.0, 1.0, 0.25)
    assert (found.tolist(), found.dtype) == ([0.0, 0.25, 0.5, 0.75], tv.float32)
    assert tv.arange(3.0).tolist() == [0.0, 1.0, 2.0]
    assert tv.arange(3, dtype=tv.float64).dtype == tv.float64


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ((5, 0), "arange: step 1 does not lead from 5 to 0"),
        ((0, 5, -1), "arange: step -1 does not lead from 0 to 5"),
        ((0, 5, 0), "arange: step 0 does not lead from 0 to 5"),
        ((math.inf,), "must be finite, got 0, inf, 1"),
        ((0, math.nan), "must be finite"),
    ],
)
def test_arange_refuses_a_step_that_leads_nowhere(bounds, message):
    with pytest.raises(ValueError, match=message):
        tv.arange(*bounds)


@pytest.mark.parametrize("steps", [0, 1, 2, 5])
def test_linspace_has_equal_distances_and_both_ends(steps):
    found = tv.linspace(-1.0, 3.0, steps, dtype=tv.float64).tolist()
    expected = [-1.0 + 4.0 * i / (steps - 1) for i in range(steps)] if steps > 1 else [-1.0] * steps
    assert found == pytest.approx(expected)


def test_linspace_refuses_a_number_of_steps_that_is_none():
    with pytest.raises(ValueError, match="at least 0"):
        tv.linspace(0, 1, -1)
    with pytest.raises(TypeError, match="integers"):
        tv.linspace(0, 1, 2.5)


@pytest.mark.parametrize(("rows", "columns"), [(3, None), (2, 3), (3, 2), (0, 2)])
def test_eye_has_ones_on_the_diagonal(rows, columns):
    wide = rows if columns is None else columns
    expected = [[float(i == j) for j in range(wide)] for i in range(rows)]
    assert tv.eye(rows, columns).tolist() == expected


def test_like_takes_shape_and_type():
    x = tv.zeros(2, 3, dtype=tv.float64)
    for made in (tv.zeros_like(x), tv.ones_like(x), tv.empty_like(x), tv.full_like(x, 3)):
        assert (made.shape, made.dtype) == ((2, 3), tv.float64)
    assert tv.ones_like(x, dtype=tv.int32).dtype == tv.int32
    assert tv.full_like(x, 3).tolist() == [[3.0] * 3] * 2
    assert x.new_zeros(4).dtype == x.new_ones(4).dtype == x.new_tensor([1, 2]).dtype == tv.float64


def test_like_of_an_expanded_tensor_can_be_written_to():
    made = tv.zeros_like(tv.zeros(1).expand(3))
    made[0] = 1
    assert made.tolist() == [1.0, 0.0, 0.0]


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
