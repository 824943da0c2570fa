"""Sums, means, variances, products, running sums, all and any."""

import itertools
import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv

X = np.random.default_rng(0).normal(size=(3, 4, 2))
DIMS = [None, 0, -1, (0,), (0, 2), (-1, 1), (0, 1, 2)]


def t(values, dtype=np.float64, **options):
    return tv.tensor(np.asarray(values, dtype), **options)


def along(function, x, dim, keepdim):
    """A function of a list of numbers, along axes, one list at a time."""
    dims = range(x.ndim) if dim is None else (dim if isinstance(dim, tuple) else (dim,))
    axes = sorted(d % x.ndim for d in dims)
    kept = [axis for axis in range(x.ndim) if axis not in axes]
    out = np.empty([x.shape[axis] for axis in kept])
    for place in np.ndindex(out.shape):
        where = [slice(None)] * x.ndim
        for axis, i in zip(kept, place, strict=True):
            where[axis] = i
        out[place] = function(x[tuple(where)].ravel().tolist())
    return np.expand_dims(out, tuple(axes)) if keepdim else out


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize(
    ("function", "oracle"),
    [
        (tv.sum, math.fsum),
        (tv.mean, statistics.fmean),
        (tv.var, statistics.variance),
        (tv.std, statistics.stdev),
        (lambda *a, **k: tv.var(*a, correction=0, **k), statistics.pvariance),
        (lambda *a, **k: tv.std(*a, unbiased=False, **k), statistics.pstdev),
    ],
    ids=["sum", "mean", "var", "std", "population var", "population std"],
)
def test_reductions_are_those_of_pythons_library(function, oracle, dim, keepdim):
    found = function(t(X), dim, keepdim=keepdim).numpy()
    expected = along(oracle, X, dim, keepdim)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", [0, 1, -1])
def test_products_are_those_of_pythons_library(dim, keepdim):
    found = tv.prod(t(X), dim, keepdim=keepdim).numpy()
    np.testing.assert_allclose(found, along(math.prod, X, dim, keepdim), rtol=1e-13)


def test_the_product_of_all():
    assert tv.prod(t(X)).item() == pytest.approx(math.prod(X.ravel().tolist()), rel=1e-13)
    assert tv.prod(tv.tensor(3.0)).item() == tv.prod(tv.tensor(3.0), 0).item() == 3.0


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_running_sums_are_those_of_pythons_library(dim):
    expected = np.apply_along_axis(lambda row: list(itertools.accumulate(row)), dim, X)
    np.testing.assert_allclose(tv.cumsum(t(X), dim).numpy(), expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("dim", DIMS)
def test_all_and_any_are_those_of_pythons_library(dim):
    x = np.round(X)
    assert (x == 0).any()
    for function, oracle in ((tv.all, all), (tv.any, any)):
        found = function(t(x), dim).numpy()
        np.testing.assert_array_equal(found, along(oracle, x, dim, False).astype(bool))
        assert found.dtype == bool


# -- nothing, one, and special values ---------------------------------------------------------


def test_reductions_of_nothing():
    nothing = tv.zeros(0)
    assert nothing.sum().item() == 0.0
    assert nothing.prod().item() == 1.0
    assert math.isnan(nothing.mean().item())
    assert math.isnan(nothing.var().item())
    assert math.isnan(nothing.std().item())
    assert nothing.all().item() is True
    assert nothing.any().item() is False
    assert tv.zeros(2, 0).mean(1).shape == (2,)
    assert tv.zeros(2, 0).cumsum(1).shape == (2, 0)


def test_the_mean_of_nothing_has_an_empty_gradient():
    x = tv.zeros(0, requires_grad=True)
    x.mean().backward()
    assert x.grad.shape == (0,)


def test_one_number_has_no_variance_with_bessels_correction():
    assert math.isnan(tv.var(tv.tensor([3.0])).item())
    assert tv.var(tv.tensor([3.0]), correction=0).item() == 0.0


def test_more_correction_than_numbers_gives_infinity():
    assert tv.var(tv.tensor([1.0, 2.0, 3.0]), correction=5).item() == math.inf


def test_numbers_without_axes_reduce_to_themselves():
    x = tv.tensor(3.0)
    assert [f(x).item() for f in (tv.sum, tv.mean, tv.prod)] == [3.0] * 3
    assert x.sum(0).item() == x.sum(-1).item() == x.cumsum(0).item() == 3.0


def test_the_slope_of_the_deviation_of_equal_numbers_is_zero():
    x = tv.ones(3, requires_grad=True)
    x.std().backward()
    assert x.grad.tolist() == [0.0, 0.0, 0.0]


def test_the_gradient_of_a_product_is_right_with_one_zero_and_with_two():
    for values, expected in [([2.0, 0.0, 5.0], [0, 10, 0]), ([0.0, 0.0, 5.0], [0, 0, 0])]:
        x = t(values, requires_grad=True)
        x.prod().backward()
        assert x.grad.tolist() == expected


def test_the_gradient_of_a_long_product_takes_time_and_memory_in_proportion():
    n = 50_000  # n * n numbers would not fit
    x = tv.ones(n, requires_grad=True)
    x.prod().backward()
    assert x.grad.tolist() == [1.0] * n


def test_nan_and_infinity_propagate():
    assert math.isnan(tv.tensor([1.0, math.nan]).sum().item())
    assert math.isnan(tv.tensor([math.inf, -math.inf]).sum().item())
    assert tv.tensor([math.inf, 1.0]).mean().item() == math.inf
    assert tv.tensor([3e38, 3e38]).sum().item() == math.inf


# -- accuracy ---------------------------------------------------------------------------------


def test_the_variance_far_from_zero_is_accurate():
    """E[x²] - E[x]² would be all rounding here."""
    x = np.random.default_rng(0).normal(1e4, 1.0, 100_000).astype(np.float32)
    exact = x.astype(np.float64).var(ddof=1)
    assert tv.from_numpy(x).var().item() == pytest.approx(exact, rel=1e-2)
    assert tv.from_numpy(x).std().item() == pytest.approx(math.sqrt(exact), rel=1e-2)
    two = tv.from_numpy(np.stack([x, x], axis=1))
    np.testing.assert_allclose(two.var(0).numpy(), [exact] * 2, rtol=1e-2)


def test_a_running_sum_of_two_million_float32_is_accurate():
    x = np.full(2_000_000, 0.1, np.float32)
    found = tv.from_numpy(x).cumsum(0)
    assert found.dtype == tv.float32
    assert found[-1].item() == pytest.approx(2_000_000 * float(np.float32(0.1)), rel=1e-6)


def test_float16_means_do_not_overflow_on_the_way():
    x = tv.full((70_000,), 3.0, dtype=tv.float16)  # the sum exceeds 65504
    assert x.mean().item() == 3.0
    assert tv.full((10,), 300.0, dtype=tv.float16).var().item() == 0.0
    spread = tv.tensor([-200.0, 200.0] * 500, dtype=tv.float16)
    assert spread.std(correction=0).item() == pytest.approx(200.0, rel=1e-3)
    assert (x.mean().dtype, spread.std().dtype, spread.var().dtype) == (tv.float16,) * 3


# -- types ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "int32", "int64"])
@pytest.mark.parametrize("function", [tv.sum, tv.prod, lambda x: tv.cumsum(x, 0)])
def test_integers_are_added_and_multiplied_as_int64(function, dtype):
    assert function(tv.ones(3, dtype=dtype)).dtype == tv.int64


def test_small_integers_do_not_wrap_around():
    x = tv.tensor([200, 100], dtype=tv.uint8)
    assert (x.sum().item(), x.prod().item(), x.cumsum(0).tolist()) == (300, 20_000, [200, 300])


@pytest.mark.parametrize("function", [tv.sum, tv.mean, tv.prod])
def test_dtype_is_the_type_of_the_answer(function):
    assert function(tv.tensor([1, 2]), dtype=tv.float64).dtype == tv.float64


def test_dtype_converts_before_adding_not_after():
    assert tv.sum(tv.tensor([1.9, 2.9]), dtype=tv.int32).item() == 3


@pytest.mark.parametrize("name", ["mean", "var", "std", "var_mean", "std_mean"])
def test_what_needs_fractions_refuses_integers_by_its_own_name(name):
    with pytest.raises(RuntimeError, match=rf"^{name} needs floats, got int64; use x\.float\(\)"):
        getattr(tv, name)(tv.tensor([1, 2]))


# -- axes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [tv.sum, tv.mean, tv.var, tv.prod, tv.cumsum, tv.all])
def test_an_axis_that_is_not_there_is_named(function):
    with pytest.raises(IndexError, match=r"dim 2 is out of range for a tensor of 2 axes: -2\.\.1"):
        function(tv.zeros(2, 3), 2)


def test_an_axis_named_twice_is_refused():
    with pytest.raises(ValueError, match=r"dim \(0, -2\) names an axis twice"):
        tv.zeros(2, 3).sum((0, -2))


@pytest.mark.parametrize("dim", [1.0, "0", True])
def test_an_axis_must_be_an_integer(dim):
    with pytest.raises(TypeError, match="dim must be an integer"):
        tv.zeros(2, 3).sum(dim)


def test_no_axes_at_all_means_every_axis():
    assert tv.ones(2, 3).sum(()).item() == 6.0


@given(st.lists(st.integers(1, 4), max_size=4).map(tuple), st.data())
def test_the_gradient_of_a_sum_is_one_everywhere(shape, data):
    axes = data.draw(st.lists(st.sampled_from(range(len(shape))), unique=True)) if shape else []
    x = tv.zeros(*shape, requires_grad=True)
    y = x.sum(tuple(axes), keepdim=data.draw(st.booleans()))
    y.backward(tv.ones_like(y))
    np.testing.assert_array_equal(x.grad.numpy(), np.ones(shape))


# -- variance with its mean, and back from a broadcast -----------------------------------------


@pytest.mark.parametrize(("pair", "single"), [(tv.var_mean, tv.var), (tv.std_mean, tv.std)])
@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", [None, 0, (0, 1)])
def test_a_pair_is_the_two_it_names(pair, single, dim, keepdim):
    x = tv.tensor(np.random.default_rng(0).normal(size=(3, 4)))
    spread, mean = pair(x, dim, keepdim=keepdim)
    np.testing.assert_array_equal(spread.numpy(), single(x, dim, keepdim=keepdim).numpy())
    np.testing.assert_array_equal(mean.numpy(), tv.mean(x, dim, keepdim=keepdim).numpy())


def test_the_correction_is_also_said_by_unbiased_in_its_place():
    x = tv.tensor([1.0, 2.0, 6.0])
    assert tv.var(x, False).item() == tv.var(x, 0, False).item() == tv.var(x, correction=0).item()
    assert tv.var(x, 0, True, True).shape == (1,)


def test_the_correction_may_be_a_fraction():
    x = np.array([1.0, 2.0, 6.0])
    found = tv.var(tv.tensor(x), correction=0.5).item()
    assert found == pytest.approx(((x - x.mean()) ** 2).sum() / 2.5)


def test_one_element_has_no_variance():
    assert np.isnan(tv.var(tv.tensor([1.0])).item())


@pytest.mark.parametrize("function", [tv.all, tv.any])
def test_the_truth_of_bytes_is_a_byte(function):
    assert function(tv.tensor([1, 2], dtype=tv.uint8)).dtype == tv.uint8


@pytest.mark.parametrize("shape", [(2, 3), (1, 3), (2, 1), (3,), (1,), ()])
def test_sum_to_size_undoes_a_broadcast(shape):
    narrow = tv.ones(*shape, requires_grad=True) if shape else tv.tensor(1.0, requires_grad=True)
    g = tv.tensor(np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32))
    narrow.expand(2, 3).backward(g)
    np.testing.assert_array_equal(g.sum_to_size(*shape).numpy(), narrow.grad.numpy())


@pytest.mark.parametrize("shape", [(4,), (1, 2, 3), (3, 3)])
def test_sum_to_size_names_a_shape_that_nothing_was_broadcast_from(shape):
    with pytest.raises(ValueError, match=r"shape \(2, 3\) does not add up to"):
        tv.ones(2, 3).sum_to_size(*shape)
