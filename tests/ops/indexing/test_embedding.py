"""embedding: rows looked up, and their gradients added up."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision.ops.indexing.embedding import add_rows

TABLE = np.arange(15.0).reshape(5, 3)


@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (0, 2)], ids=str)
@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8"])
def test_each_number_becomes_its_row(shape, dtype):
    rows = np.random.default_rng(0).integers(0, 5, shape).astype(dtype)
    out = F.embedding(tv.tensor(rows), tv.tensor(TABLE))
    assert out.shape == (*shape, 3)
    for place in np.ndindex(shape):
        np.testing.assert_array_equal(out[place].numpy(), TABLE[int(rows[place])])


@given(st.integers(0, 2**32 - 1), st.sampled_from(["float16", "float32", "float64"]))
def test_the_gradient_of_a_row_is_the_sum_over_where_it_was_taken(seed, dtype):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 4, (3, 7))
    gradient = rng.integers(-8, 8, (3, 7, 2)).astype(dtype)  # whole numbers add up exactly
    found = add_rows(gradient, rows=rows, count=6)
    expected = np.zeros((6, 2), dtype)
    for place in np.ndindex(rows.shape):
        expected[rows[place]] += gradient[place]
    np.testing.assert_array_equal(found, expected, strict=True)


def test_the_padding_row_is_looked_up_but_gets_no_gradient():
    table = tv.tensor(TABLE, requires_grad=True)
    out = F.embedding(tv.tensor([1, 2, 1, 4]), table, padding_idx=1)
    np.testing.assert_array_equal(out.detach().numpy(), TABLE[[1, 2, 1, 4]])
    out.sum().backward()
    expected = np.zeros((5, 3))
    expected[[2, 4]] = 1.0
    np.testing.assert_array_equal(table.grad.numpy(), expected)


def test_an_infinite_gradient_does_not_reach_the_padding_row():
    table = tv.tensor(TABLE, requires_grad=True)
    out = F.embedding(tv.tensor([1, 2]), table, padding_idx=-4)
    out.backward(tv.full(out.shape, np.inf, dtype=tv.float64))
    np.testing.assert_array_equal(table.grad[1].numpy(), np.zeros(3))


def test_changing_the_input_afterwards_changes_no_gradient():
    table, rows = tv.tensor(TABLE, requires_grad=True), tv.tensor([1, 2])
    out = F.embedding(rows, table)
    rows[0] = 3
    out.sum().backward()
    np.testing.assert_array_equal(table.grad.sum(1).numpy(), [0.0, 3.0, 3.0, 0.0, 0.0])


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, np.inf])
def test_rows_looked_up_are_shortened_in_the_table_and_others_left(p):
    table = tv.tensor(TABLE)
    out = F.embedding(tv.tensor([[4, 0], [4, 1]]), table, max_norm=5.0, norm_type=p)
    expected = TABLE.copy()
    expected[4] *= 5.0 / np.linalg.norm(TABLE[4], p)
    if np.linalg.norm(TABLE[1], p) > 5.0:
        expected[1] *= 5.0 / np.linalg.norm(TABLE[1], p)
    np.testing.assert_allclose(table.numpy(), expected, rtol=1e-6)
    np.testing.assert_array_equal(out.numpy(), table.numpy()[[[4, 0], [4, 1]]])


def test_a_table_that_is_trained_can_be_shortened_too():
    table = tv.tensor(TABLE, requires_grad=True)
    F.embedding(tv.tensor([4]), table, max_norm=1.0).sum().backward()
    assert table.grad[4].tolist() == [1.0, 1.0, 1.0]
    assert np.linalg.norm(table.detach().numpy()[4]) == pytest.approx(1.0, rel=1e-6)


def test_the_gradient_of_a_row_can_be_divided_by_how_often_it_was_taken():
    table = tv.tensor(TABLE, requires_grad=True)
    out = F.embedding(tv.tensor([1, 2, 1, 4, 1]), table, scale_grad_by_freq=True)
    out.backward(tv.tensor([[1.0], [2.0], [3.0], [4.0], [5.0]]).double().expand(5, 3).clone())
    np.testing.assert_allclose(table.grad[:, 0].numpy(), [0.0, 3.0, 2.0, 0.0, 4.0])


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (
            TypeError,
            "must hold integers, got float32; use x.long()",
            lambda t: F.embedding(tv.ones(2), t),
        ),
        (TypeError, "must hold integers, got bool", lambda t: F.embedding(tv.ones(2) > 0, t)),
        (
            IndexError,
            "names rows 0..5, but the table of shape (5, 3) has 0..4",
            lambda t: F.embedding(tv.tensor([0, 5]), t),
        ),
        (
            IndexError,
            "names row 5, but the table of shape (5, 3) has 0..4; mend the input, or make the",
            lambda t: F.embedding(tv.tensor([5, 5]), t),
        ),
        (IndexError, "names rows -1..0", lambda t: F.embedding(tv.tensor([0, -1]), t)),
        (ValueError, "weight must have 2 axes", lambda t: F.embedding(tv.tensor([0]), t[0])),
        (
            IndexError,
            "padding_idx must be a row of the table, -5..4, got 5",
            lambda t: F.embedding(tv.tensor([0]), t, 5),
        ),
        (
            ValueError,
            "sparse is not supported",
            lambda t: F.embedding(tv.tensor([0]), t, sparse=True),
        ),
    ],
)
def test_what_does_not_fit_is_refused(error, message, call):
    with pytest.raises(error, match=re.escape(message)):
        call(tv.tensor(TABLE))
