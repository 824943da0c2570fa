"""Joining tensors into one, and cutting one into several."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv

X = np.arange(24.0).reshape(2, 3, 4)


@pytest.mark.parametrize("dim", [0, 1, 2, -1])
def test_cat_lays_tensors_end_to_end(dim):
    parts = [X, X[:, :, :].copy() + 100, np.take(X, [0], axis=dim)]
    found = tv.cat([tv.tensor(part) for part in parts], dim).numpy()
    np.testing.assert_array_equal(found, np.concatenate(parts, axis=dim))


def test_cat_takes_types_as_arithmetic_does():
    pairs = {
        (tv.float32, tv.float64): tv.float64,
        (tv.int64, tv.float16): tv.float16,
        (tv.uint8, tv.int8): tv.int16,  # neither of the two
        (tv.bool, tv.uint8): tv.uint8,
    }
    for (first, second), expected in pairs.items():
        assert tv.cat([tv.ones(2, dtype=first), tv.ones(1, dtype=second)]).dtype == expected
        assert tv.cat([tv.ones(2, dtype=second), tv.ones(1, dtype=first)]).dtype == expected


def test_cat_lets_an_empty_vector_stand_among_tensors_of_any_shape():
    assert tv.cat([tv.zeros(0), tv.ones(2, 3)]).shape == (2, 3)
    assert tv.cat([tv.zeros(0), tv.zeros(0)]).shape == (0,)


def test_the_gradient_of_a_tensor_joined_to_itself_is_the_sum():
    x = tv.zeros(2, requires_grad=True)
    tv.cat([x, x, tv.ones(1)]).backward(tv.tensor([1.0, 2.0, 10.0, 20.0, 5.0]))
    assert x.grad.tolist() == [11.0, 22.0]


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_stack_makes_a_new_axis(dim):
    parts = [np.full((2, 3), i) for i in range(4)]
    found = tv.stack([tv.tensor(part) for part in parts], dim).numpy()
    np.testing.assert_array_equal(found, np.stack(parts, axis=dim))


def test_stack_makes_vectors_of_numbers():
    assert tv.stack([tv.tensor(1.0), tv.tensor(2.0)]).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("function", "tensors", "error", "message"),
    [
        (tv.cat, [], ValueError, "cat needs at least one tensor, got none"),
        (tv.stack, (), ValueError, "stack needs at least one tensor, got none"),
        (tv.cat, tv.zeros(2), TypeError, "cat needs a list or tuple of tensors, got Tensor"),
        (tv.cat, [np.zeros(2)], TypeError, "cat needs a list or tuple of tensors"),
        (
            tv.cat,
            [tv.zeros(()), tv.zeros(())],
            ValueError,
            "without axes cannot be joined; use stack",
        ),
        (tv.cat, [tv.zeros(2, 3), tv.zeros(2, 4)], ValueError, r"tensor 1 has shape \(2, 4\)"),
        (tv.cat, [tv.zeros(2, 3), tv.zeros(2)], ValueError, r"tensor 1 has shape \(2,\)"),
        (tv.stack, [tv.zeros(2), tv.zeros(3)], ValueError, r"tensor 1 has shape \(3,\)"),
    ],
)
def test_what_cannot_be_joined_is_named(function, tensors, error, message):
    with pytest.raises(error, match=message):
        function(tensors)


# -- cutting ----------------------------------------------------------------------------------


@given(st.integers(0, 7), st.integers(1, 8))
def test_split_by_a_size_leaves_the_rest_for_the_last(size, step):
    pieces = tv.split(tv.arange(size), step)
    rows = list(range(size))
    assert [p.tolist() for p in pieces] == [
        rows[i : i + step] for i in range(0, max(size, 1), step)
    ]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4))
def test_split_by_sections_and_cat_are_each_others_reverse(sections):
    x = tv.arange(sum(sections) * 2).reshape(2, -1) if sum(sections) else tv.zeros(2, 0)
    pieces = tv.split(x, sections, dim=1)
    assert [piece.shape for piece in pieces] == [(2, section) for section in sections]
    assert tv.cat(pieces, dim=1).tolist() == x.tolist()


@given(st.integers(0, 9), st.integers(1, 10))
def test_chunk_cuts_into_at_most_so_many_equal_pieces(size, chunks):
    pieces = tv.chunk(tv.arange(size), chunks)
    sizes = [len(piece) for piece in pieces]
    assert sum(sizes) == size
    assert len(pieces) <= chunks if size else len(pieces) == chunks
    assert len(set(sizes[:-1])) <= 1
    assert sizes[-1] <= sizes[0]


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_unbind_gives_the_slices(dim):
    found = [piece.numpy() for piece in tv.unbind(tv.tensor(X), dim)]
    for piece, expected in zip(found, np.moveaxis(X, dim, 0), strict=True):
        np.testing.assert_array_equal(piece, expected)


def test_pieces_share_memory_with_the_whole():
    x = tv.zeros(4)
    with tv.no_grad():
        x.chunk(2)[1].add_(1)
    assert x.tolist() == [0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        (lambda: tv.split(tv.zeros(4), 0), "the size of a piece must be positive, got 0"),
        (lambda: tv.split(tv.zeros(4), -1), "the size of a piece must be positive, got -1"),
        (lambda: tv.split(tv.zeros(4), [1, 2]), r"\[1, 2\] add up to 3, dim 0 has size 4"),
        (lambda: tv.split(tv.zeros(4), [5, -1]), "add up to 4"),
        (lambda: tv.chunk(tv.zeros(4), 0), "chunks must be at least 1, got 0"),
        (lambda: tv.split(tv.tensor(1.0), 1), "without axes"),
        (lambda: tv.chunk(tv.tensor(1.0), 1), "without axes"),
        (lambda: tv.unbind(tv.tensor(1.0)), "without axes"),
    ],
)
def test_what_cannot_be_cut_is_named(cut, message):
    with pytest.raises(ValueError, match=message):
        cut()


def test_an_axis_that_is_not_there_is_named():
    for function in (
        tv.unbind,
        lambda x, dim: tv.split(x, 1, dim),
        lambda x, dim: tv.cat([x], dim),
    ):
        with pytest.raises(IndexError, match="dim 3 is out of range"):
            function(tv.tensor(X), 3)
