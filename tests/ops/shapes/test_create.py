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


def test_eye_takes_no_sizes_below_zero():
    with pytest.raises(ValueError, match="at least 0"):
        tv.eye(-1)


@pytest.mark.parametrize("base", [10.0, 2.0, 0.5])
@pytest.mark.parametrize("steps", [0, 1, 4])
def test_logspace_are_powers_at_equal_ratios(base, steps):
    found = tv.logspace(-1.0, 2.0, steps, base, dtype=tv.float64).tolist()
    exponents = (
        [-1.0 + 3.0 * i / (steps - 1) for i in range(steps)] if steps > 1 else [-1.0] * steps
    )
    assert found == pytest.approx([base**exponent for exponent in exponents])


def test_integers_count_from_integers():
    assert tv.arange(0.1, -7.9, -4.0, dtype=tv.int64).tolist() == [0, -4]
    assert tv.linspace(4.9, 0, 3, dtype=tv.int64).tolist() == [4, 2, 0]
    with pytest.raises(ValueError, match="the step is 0 as int64"):
        tv.arange(0, 1, 0.5, dtype=tv.int64)


def test_one_number_is_a_tensor_without_axes():
    assert (tv.scalar_tensor(3).shape, tv.scalar_tensor(3).dtype) == ((), tv.float32)
    assert tv.scalar_tensor(3, dtype=tv.int8).dtype == tv.int8


@pytest.mark.parametrize("function", [tv.zeros, tv.ones, tv.empty, tv.rand, tv.randn])
def test_the_device_is_the_processor(function):
    assert function(2, dtype=None, device="cpu").dtype == tv.float32
    with pytest.raises(ValueError, match="on the CPU only, got device 'cuda'"):
        function(2, device="cuda")


def test_asarray_shares_memory_where_it_can():
    array = np.zeros(2)
    tensor = tv.asarray(array)
    array[0] = 5
    assert tensor.tolist() == [5, 0]
    assert tv.asarray(tensor) is tensor
    assert tv.asarray(array, copy=True).data_ptr() != tensor.data_ptr()
    assert tv.asarray(array, dtype=tv.float32).dtype == tv.float32
    assert tv.asarray([1.0, 2.0], requires_grad=True).requires_grad


def test_asarray_stays_in_the_graph_unless_told_otherwise():
    x = tv.ones(2, requires_grad=True)
    assert tv.asarray(x * 2).grad_fn is not None
    assert not tv.asarray(x, requires_grad=False).requires_grad
    assert tv.asarray(tv.ones(1), requires_grad=True).requires_grad


def test_asarray_refuses_a_copy_that_is_not_wanted():
    with pytest.raises(ValueError, match="list cannot be shown as a tensor without a copy"):
        tv.asarray([1], copy=False)
    with pytest.raises(ValueError, match="cannot be shown as int64"):
        tv.asarray(tv.ones(1), dtype=tv.int64, copy=False)


@pytest.mark.parametrize("value", [300, -256, math.inf, 1e10])
def test_a_value_outside_the_type_is_refused(value):
    with pytest.raises(RuntimeError, match=r"lies outside the range of uint8, 0\.\.255"):
        tv.full((2,), value, dtype=tv.uint8)


def test_a_value_is_cut_off_or_counts_from_the_end():
    assert tv.full((1,), 2.7, dtype=tv.int64).tolist() == [2]
    assert tv.full((1,), -1, dtype=tv.uint8).tolist() == [255]
    assert tv.full((1,), 2, dtype=tv.bool).tolist() == [True]
    with pytest.raises(RuntimeError, match=r"1e\+300 lies outside the range of float32"):
        tv.full((1,), 1e300, dtype=tv.float32)
    assert tv.full((1,), math.inf, dtype=tv.float16).tolist() == [math.inf]


@pytest.mark.parametrize("make", [tv.tensor, tv.as_tensor])
def test_numbers_outside_the_type_are_refused(make):
    with pytest.raises(RuntimeError, match=r"300 lies outside the range of uint8, 0\.\.255"):
        make([1, 300], dtype=tv.uint8)
