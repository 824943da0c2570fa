"""Functions off a table against the functions themselves."""

import numpy as np
import pytest
from scipy.special import erf

from tinyvision.ops.base.table import Table

FLOAT32 = np.finfo(np.float32)


def squeezed(x):
    """Two functions that end at -1 and 1."""
    return np.tanh(x), erf(x)


@pytest.fixture(scope="module")
def table():
    return Table(squeezed, ends=(-1.0, 1.0), near=2.0**-8, far=16.0)


def read(table, x):
    x = np.asarray(x, np.float32)
    answers = np.empty_like(x), np.empty_like(x)
    table.read(x, *answers)
    return answers


@pytest.mark.parametrize("size", [1e-42, 1e-20, 2.0**-8, 0.1, 1.0, 4.0, 100.0, 1e38])
def test_both_functions_are_as_exact_as_the_type(table, size):
    x = np.random.default_rng(0).uniform(-size, size, 100_000).astype(np.float32)
    for found, exact in zip(read(table, x), squeezed(x.astype(float)), strict=True):
        np.testing.assert_allclose(found, exact, rtol=0, atol=2 * FLOAT32.eps)


def test_one_function_alone_is_the_same_to_the_bit(table):
    x = np.linspace(-20, 20, 10_001).astype(np.float32)
    alone = np.empty_like(x)
    table.read(x, alone)
    np.testing.assert_array_equal(alone, read(table, x)[0])


def test_beyond_the_table_a_function_is_what_it_is_at_infinity(table):
    found, _ = read(table, [16.0, -16.0, FLOAT32.max, FLOAT32.min, np.inf, -np.inf])
    np.testing.assert_array_equal(found, [1, -1, 1, -1, 1, -1])


def test_nan_stays_nan_and_spoils_nothing_else(table):
    found, _ = read(table, [np.nan, 0.0, -0.0, 1.0])
    np.testing.assert_allclose(found, [np.nan, 0.0, 0.0, np.tanh(1.0)], atol=1e-7)


def test_there_is_no_step_where_lines_meet(table):
    edges = np.float32(2.0) ** np.arange(-12, 5, dtype=np.float32)
    before, after = (read(table, np.nextafter(edges, to))[0] for to in np.float32([0, 100]))
    np.testing.assert_allclose(before, after, rtol=0, atol=3 * FLOAT32.eps)
