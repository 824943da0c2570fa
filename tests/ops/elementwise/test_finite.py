"""Finding infinities and NaN, and replacing them."""

import math

import numpy as np
import pytest

import tinyvision as tv

EDGES = [math.nan, math.inf, -math.inf, 1.0]


def test_nan_and_infinities_are_told_apart():
    x = tv.tensor(EDGES)
    assert tv.isnan(x).tolist() == [True, False, False, False]
    assert tv.isinf(x).tolist() == [False, True, True, False]
    assert tv.isfinite(x).tolist() == [False, False, False, True]
    assert tv.isposinf(x).tolist() == [False, True, False, False]
    assert tv.isneginf(x).tolist() == [False, False, True, False]
    assert tv.isreal(x).tolist() == [True] * 4


@pytest.mark.parametrize("name", ["isnan", "isinf", "isposinf", "isneginf"])
@pytest.mark.parametrize("dtype", ["int64", "uint8", "bool"])
def test_no_integer_is_infinite(name, dtype):
    assert getattr(tv, name)(tv.ones(2, dtype=dtype)).tolist() == [False, False]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_nan_becomes_zero_and_infinities_the_ends_of_the_type(dtype):
    found = tv.nan_to_num(tv.tensor(EDGES, dtype=dtype))
    ends = np.finfo(dtype)
    assert found.tolist() == [0.0, float(ends.max), float(ends.min), 1.0]
    assert found.dtype == dtype


def test_the_replacements_may_be_given():
    assert tv.nan_to_num(tv.tensor(EDGES), 5.0, 6.0, 7.0).tolist() == [5.0, 6.0, 7.0, 1.0]


def test_what_is_replaced_gets_no_gradient():
    x = tv.tensor(EDGES, requires_grad=True)
    tv.nan_to_num(x).backward(tv.tensor([math.inf, 2.0, 2.0, 2.0]))
    assert x.grad.tolist() == [0.0, 0.0, 0.0, 2.0]


def test_integers_are_copied():
    x = tv.tensor([1, 2])
    tv.nan_to_num(x).fill_(9)
    assert x.tolist() == [1, 2]
