"""Norms, angles and distances against SciPy and NumPy."""

import math
import re

import numpy as np
import pytest
from scipy.spatial import distance

import tinyvision as tv
import tinyvision.nn.functional as F

ORDERS = [0.0, 0.5, 1.0, 2.0, 3.0, math.inf]


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def close(found, expected, rtol=1e-12):
    np.testing.assert_allclose(found.numpy(), expected, rtol=rtol, atol=1e-14, strict=True)


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("p", [0.5, 1.0, 2.0, 3.0, math.inf])
def test_normalized_vectors_have_length_one(p, dim):
    x = normal(3, 4, 5)
    lengths = np.linalg.norm(F.normalize(tv.from_numpy(x), p, dim).numpy(), p, axis=dim)
    np.testing.assert_allclose(lengths, 1.0, rtol=1e-12)


def test_a_vector_shorter_than_eps_is_divided_by_eps():
    x = tv.tensor([[0.0, 0.0], [0.0, 1e-3]], requires_grad=True)
    out = F.normalize(x, eps=0.1)
    out.sum().backward()
    np.testing.assert_allclose(out.detach().numpy(), [[0, 0], [0, 1e-2]], rtol=1e-6)
    np.testing.assert_allclose(x.grad.numpy(), 10.0, rtol=1e-6)


def test_integers_are_refused_where_torch_refuses_them():
    ones = tv.ones(2, 2, dtype=tv.int64)
    for function in (
        F.normalize,
        lambda x: tv.cosine_similarity(x, x),
        tv.pdist,
        lambda x: tv.cdist(x, x),
    ):
        with pytest.raises(RuntimeError, match="needs floats, got int64"):
            function(ones)


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_cosines_are_scipys(dim):
    x, y = normal(4, 4), normal(4, 4, seed=1)
    rows = (x, y) if dim else (x.T, y.T)
    expected = [1 - distance.cosine(*pair) for pair in zip(*rows, strict=True)]
    close(tv.cosine_similarity(*map(tv.from_numpy, (x, y)), dim), expected)


def test_cosines_broadcast_and_promote():
    x, y = normal(3, 1, 4), normal(2, 4, seed=1).astype(np.float32)
    found = tv.cosine_similarity(tv.from_numpy(x), tv.from_numpy(y), -1)
    expected = 1 - distance.cdist(x[:, 0], y, "cosine")
    close(found, expected)


def test_the_cosine_with_a_vector_of_length_zero_is_zero_with_a_finite_gradient():
    x = tv.zeros(1, 3, requires_grad=True)
    cosine = tv.cosine_similarity(x, tv.ones(1, 3))
    cosine.backward()
    assert cosine.item() == 0.0
    assert bool(tv.isfinite(x.grad).all())


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("p", ORDERS)
def test_distances_row_by_row_are_those_of_the_formula(p, keepdim):
    x, y = normal(5, 4), normal(5, 4, seed=1)
    expected = np.linalg.norm(x - y + 1e-3, p, axis=-1, keepdims=keepdim)
    close(tv.pairwise_distance(*map(tv.from_numpy, (x, y)), p, 1e-3, keepdim), expected)


def test_distances_of_integers_are_float32():
    x = tv.tensor([[3, 4]])
    assert tv.pairwise_distance(x, 0 * x, eps=0.0).tolist() == [5.0]
    assert tv.pairwise_distance(x, x).dtype == tv.float32


@pytest.mark.parametrize("p", ORDERS)
@pytest.mark.parametrize("batches", [((), ()), ((2,), (2,)), ((2, 1), (3,))], ids=str)
def test_distances_of_all_pairs_are_scipys(p, batches):
    x, y = normal(*batches[0], 4, 3), normal(*batches[1], 5, 3, seed=1)
    whole = np.broadcast_shapes(*batches)
    found = tv.cdist(tv.from_numpy(x), tv.from_numpy(y), p)
    assert found.shape == (*whole, 4, 5)
    x, y = np.broadcast_to(x, (*whole, 4, 3)), np.broadcast_to(y, (*whole, 5, 3))
    for place in np.ndindex(*whole):
        np.testing.assert_allclose(found[place].numpy(), between(x[place], y[place], p), rtol=1e-12)


def between(x, y, p):
    if p == 0:
        return (x[:, None] != y[None]).sum(axis=-1).astype(float)
    if p == math.inf:
        return distance.cdist(x, y, "chebyshev")
    return distance.cdist(x, y, "minkowski", p=p)


def test_close_points_far_from_the_origin_keep_their_digits():
    """By a product of matrices their squares would cancel."""
    x = tv.tensor([[1e4, 0.0]])
    assert tv.cdist(x, x + tv.tensor([[0.0, 1e-3]])).item() == pytest.approx(1e-3, rel=1e-6)


@pytest.mark.parametrize("p", ORDERS)
def test_distances_within_a_set_are_the_upper_triangle_of_all(p):
    x = normal(6, 3)
    close(tv.pdist(tv.from_numpy(x), p), between(x, x, p)[np.triu_indices(6, 1)])


@pytest.mark.parametrize("p", [1.0, 2.0, math.inf])
def test_equal_points_have_a_slope_of_zero(p):
    x = tv.ones(2, 3, requires_grad=True)
    tv.pdist(x, p).sum().backward()
    assert x.grad.tolist() == [[0.0] * 3] * 2


@pytest.mark.parametrize("p", ORDERS)
def test_points_without_coordinates_are_nowhere_apart(p):
    assert tv.cdist(tv.zeros(2, 0), tv.zeros(3, 0), p).tolist() == [[0.0] * 3] * 2
    assert tv.pdist(tv.zeros(3, 0), p).tolist() == [0.0] * 3


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (lambda x: tv.cdist(x[0], x), ValueError, "expected matrices of points (..., P, M)"),
        (lambda x: tv.cdist(x, x[:, :2]), ValueError, "have 3 coordinates, those of (2, 2) have 2"),
        (lambda x: tv.cdist(x, x, -1.0), ValueError, "cdist: p must be 0 or above, got -1.0"),
        (lambda x: tv.cdist(x, x, 2.0, "fast"), ValueError, "compute_mode must be one of"),
        (lambda x: tv.cdist(x, x.double()), RuntimeError, "one operand is float32, the other"),
        (
            lambda x: tv.cdist(x.expand(2, 2, 3), x.expand(3, 2, 3)),
            ValueError,
            "cannot be combined",
        ),
        (lambda x: tv.pdist(x[0]), ValueError, "pdist: expected a matrix of points (N, M)"),
        (lambda x: tv.pdist(x, -1.0), ValueError, "pdist: p must be 0 or above, got -1.0"),
    ],
)
def test_what_are_no_points_is_refused(function, error, message):
    with pytest.raises(error, match=re.escape(message)):
        function(tv.zeros(2, 3))
