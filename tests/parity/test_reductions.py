"""Reductions and selections against torch: axes, ties, zeros, infinities, empty tensors."""

import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch")

DIMS = [None, 0, -1, (0, 2), (1,), (-1, 0, 1)]
MANY = ["sum", "mean", "amax", "amin"]


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", DIMS, ids=str)
@pytest.mark.parametrize("name", MANY)
def test_reductions_over_axes_agree(agree, normal, name, dim, keepdim):
    def case(t, x):
        if dim is None:
            return getattr(t, name)(x)
        return getattr(t, name)(x, dim, keepdim)

    agree(case, normal(3, 4, 2))


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("correction", [0, 1, 2])
@pytest.mark.parametrize("dim", [None, 0, (0, 2)], ids=str)
@pytest.mark.parametrize("name", ["var", "std"])
def test_variance_and_deviation_agree(agree, normal, name, dim, correction, keepdim):
    agree(
        lambda t, x: getattr(t, name)(x, dim, correction=correction, keepdim=keepdim),
        normal(3, 4, 2),
    )


@pytest.mark.parametrize("unbiased", [False, True])
def test_the_old_word_unbiased_means_the_same(agree, normal, unbiased):
    agree(lambda t, x: (x.var(0, unbiased=unbiased), x.std(1, unbiased=unbiased)), normal(3, 4))


@pytest.mark.filterwarnings("ignore:.*degrees of freedom is <= 0")
@pytest.mark.parametrize("shape", [(1, 3), (0, 3), (1, 1)], ids=str)
def test_the_variance_of_too_few_agrees(agree, normal, shape):
    agree(lambda t, x: (x.var(0), x.std(0), x.var(0, correction=0)), normal(*shape), order=1)


def test_the_deviation_of_equal_numbers_agrees(agree):
    agree(lambda t, x: x.var(1), np.ones((2, 3)))
    agree(lambda t, x: x.std(1), np.ones((2, 3)), order=0)


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("zeros", [0, 1, 2])
def test_products_agree_with_any_number_of_zeros(agree, normal, dim, zeros):
    x = normal(3, 4)
    x[0, :zeros] = 0
    x[:zeros, 1] = 0
    agree(lambda t, x: (t.prod(x, dim), x.prod(), x.prod(dim, keepdim=True)), x)


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_running_sums_agree(agree, normal, dim):
    agree(lambda t, x: t.cumsum(x, dim), normal(3, 4))


@pytest.mark.parametrize("dim", [None, 0, (0, 1)], ids=str)
def test_any_and_all_agree(agree, dim):
    x = np.array([[True, False, True], [True, True, True]])
    agree(lambda t, x: (t.any(x, dim), t.all(x, dim)), x)


@pytest.mark.parametrize("p", ["fro", 0, 1, 2, 3, 0.5, 2.5, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize("dim", [None, 0, (0, 1)], ids=str)
def test_norms_agree(agree, normal, p, dim):
    def case(t, x):
        # torch takes these as matrix norms if two axes are named
        if isinstance(dim, tuple) and p != "fro":
            return t.norm(x.reshape(12, 2), p, 0)
        return t.norm(x, p, dim)

    # The number of elements that are not zero has a gradient of zeros in torch, none in ours.
    agree(case, normal(3, 4, 2), order=0 if p == 0 else 2)


@pytest.mark.parametrize("p", ["fro", 0.5, 1, 2, 3, np.inf], ids=str)
def test_norms_of_zeros_and_ties_agree(agree, p):
    agree(lambda t, x: t.norm(x, p, 1), np.array([[0.0, 0, 0], [2, -2, 2], [0, 1, -1]]), order=1)


# -- selections -------------------------------------------------------------------------------

TIED = np.array([[3.0, 1.0, 3.0, 2.0], [1.0, 1.0, 1.0, 1.0], [-1.0, 0.0, -0.0, -1.0]])
WITH_NAN = np.array([[3.0, np.nan, 5.0], [np.nan, np.nan, 1.0], [-np.inf, np.inf, 0.0]])
ARRAYS = {"distinct": None, "tied": TIED, "with NaN": WITH_NAN}


@pytest.fixture(params=ARRAYS)
def numbers(request, normal):
    given = ARRAYS[request.param]
    return normal(3, 4) if given is None else given


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("name", ["max", "min"])
def test_the_extremes_along_an_axis_and_their_places_agree(agree, numbers, name, dim):
    agree(lambda t, x: (*getattr(t, name)(x, dim), *getattr(x, name)(dim, keepdim=True)), numbers)


@pytest.mark.parametrize("name", ["max", "min", "amax", "amin"])
def test_equal_extremes_share_the_gradient_as_in_torch(agree, numbers, name):
    order = 0 if name.startswith("a") and np.isnan(numbers).any() else 2  # as below
    agree(lambda t, x: getattr(t, name)(x), numbers, order=order)


@pytest.mark.parametrize("dim", [0, 1, (0, 1)], ids=str)
@pytest.mark.parametrize("name", ["amax", "amin"])
def test_equal_extremes_along_axes_share_the_gradient_as_in_torch(agree, numbers, name, dim):
    # the gradient of a NaN goes to that NaN; torch gives NaN to all elements
    order = 0 if np.isnan(numbers).any() else 2
    agree(lambda t, x: getattr(t, name)(x, dim), numbers, order=order)


@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_the_places_of_extremes_agree(agree, numbers, name):
    agree(
        lambda t, x: (
            getattr(t, name)(x),
            getattr(t, name)(x, 0),
            getattr(x, name)(-1, keepdim=True),
            getattr(x, name)(keepdim=True),
        ),
        numbers,
        order=0,
    )


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("dim", [0, 1])
def test_sorting_agrees(agree, numbers, dim, descending):
    agree(lambda t, x: tuple(t.sort(x, dim=dim, descending=descending, stable=True)), numbers)
    agree(lambda t, x: t.argsort(x, dim=dim, descending=descending, stable=True), numbers, order=0)


@pytest.mark.parametrize("largest", [False, True])
@pytest.mark.parametrize(("k", "dim"), [(1, 0), (2, 1), (3, -1), (0, 0)])
def test_the_largest_k_agree(agree, normal, k, dim, largest):
    agree(lambda t, x: tuple(t.topk(x, k, dim, largest)), normal(4, 5))


@pytest.mark.parametrize("largest", [False, True])
def test_the_largest_k_agree_in_values_where_some_are_nan(agree, largest):
    agree(lambda t, x: t.topk(x, 2, 1, largest).values, WITH_NAN, order=0)


# -- empty and 0-d ----------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0)], ids=str)
@pytest.mark.parametrize("dim", [None, 0, -1])
def test_reductions_of_nothing_agree(agree, shape, dim):
    def case(t, x):
        along = () if dim is None else (dim,)
        return t.sum(x, *along), t.prod(x, *along), t.mean(x, *along), t.any(x, *along)

    agree(case, np.zeros(shape), order=1)


def test_reductions_of_one_number_agree(agree, normal):
    def case(t, x):
        named = [t.sum(x, 0), t.mean(x, -1), t.prod(x, 0), t.cumsum(x, 0), t.amax(x, 0)]
        pairs = [t.max(x, 0), t.min(x, -1), t.sort(x), t.topk(x, 1)]
        return [*named, *itertools.chain(*pairs), t.argmax(x), x.logsumexp(0), x.softmax(0)]

    agree(case, np.array(1.5))


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64"])
def test_a_type_asked_for_is_given(agree, dtype):
    def case(t, x):
        wanted = getattr(t, dtype)
        asked = {"dtype": wanted}
        return t.sum(x, 0, **asked), t.prod(x, 1, **asked), t.cumsum(x, 0, **asked)

    agree(case, np.arange(6).reshape(2, 3))


def test_sums_in_a_narrow_type_agree(agree):
    def case(t, x):
        narrow = {"dtype": t.int32}
        return t.sum(x, **narrow), t.prod(x, **narrow), t.cumsum(x, 0, **narrow)

    agree(case, np.arange(1, 6))


@pytest.mark.parametrize("name", ["sum", "mean", "std", "prod", "norm"])
def test_reductions_agree_in_float32(agree, normal, name):
    agree(
        lambda t, x: getattr(t, name)(x, dim=1), normal(3, 500) * 0.1 + 1, dtype="float32", order=1
    )
