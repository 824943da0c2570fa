"""Systems of linear equations against SciPy and by putting the answer in."""

import numpy as np
import pytest
from scipy import linalg

import tinyvision as tv

rng = np.random.default_rng(0)


def draw(*shape):
    return rng.normal(size=shape)


def t(array):
    return tv.tensor(np.asarray(array))


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 3, 3), (0, 2, 2), (0, 0)])
def test_a_matrix_times_its_inverse_is_the_identity(shape):
    x = draw(*shape)
    found = tv.linalg.inv(t(x)).numpy()
    np.testing.assert_allclose(found @ x, np.broadcast_to(np.eye(shape[-1]), shape), atol=1e-10)
    np.testing.assert_array_equal(t(x).inverse().numpy(), found)


@pytest.mark.parametrize(
    ("a", "b"),
    [((3, 3), (3, 2)), ((2, 3, 3), (3, 2)), ((3, 3), (2, 3, 1)), ((2, 1, 3, 3), (4, 3, 2))],
)
def test_a_solution_solves(a, b):
    a, b = draw(*a), draw(*b)
    np.testing.assert_allclose(a @ tv.linalg.solve(t(a), t(b)).numpy(), b + 0 * (a @ b), atol=1e-9)


@pytest.mark.parametrize(("a", "b"), [((3, 3), (3,)), ((2, 3, 3), (2, 3))])
def test_vectors_are_solved_for_on_either_side(a, b):
    a, b = draw(*a), draw(*b)
    column = tv.linalg.solve(t(a), t(b)).numpy()
    np.testing.assert_allclose((a @ column[..., None])[..., 0], b, atol=1e-10)
    row = tv.linalg.solve(t(a), t(b), left=False).numpy()
    np.testing.assert_allclose((row[..., None, :] @ a)[..., 0, :], b, atol=1e-10)


def test_the_matrix_may_stand_on_the_right():
    a, b = draw(3, 3), draw(2, 3)
    np.testing.assert_allclose(tv.linalg.solve(t(a), t(b), left=False).numpy() @ a, b, atol=1e-10)


@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("unitriangular", [False, True])
def test_only_one_triangle_is_read(upper, unitriangular):
    a, b = draw(4, 4) + 3 * np.eye(4), draw(4, 2)
    found = tv.linalg.solve_triangular(t(a), t(b), upper=upper, unitriangular=unitriangular)
    expected = linalg.solve_triangular(a, b, lower=not upper, unit_diagonal=unitriangular)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-9)


def test_float32_stays_float32():
    a, b = tv.eye(2), tv.ones(2, 1)
    assert tv.linalg.inv(a).dtype == tv.linalg.solve(a, b).dtype == tv.float32


SINGULAR = [[1.0, 2.0], [2.0, 4.0]]


@pytest.mark.parametrize(
    ("solve", "error", "message"),
    [
        (lambda: tv.linalg.inv(tv.tensor(SINGULAR)), RuntimeError, "a matrix is singular"),
        (lambda: tv.linalg.solve(tv.zeros(2, 2), tv.ones(2)), RuntimeError, "use pinv|Use pinv"),
        (lambda: tv.linalg.inv(tv.ones(2, 3)), ValueError, r"square .* got shape \(2, 3\)"),
        (lambda: tv.linalg.inv(tv.ones(2)), ValueError, r"\(\.\.\., M, N\), got shape \(2,\)"),
        (lambda: tv.linalg.inv(tv.ones(2, 2).long()), RuntimeError, "float64, got int64; use"),
        (lambda: tv.linalg.inv(tv.ones(2, 2).half()), RuntimeError, "got float16; use x.float"),
        (lambda: tv.linalg.inv([[1.0]]), TypeError, "inv needs a tensor, got list"),
        (lambda: tv.linalg.solve(tv.eye(2), tv.ones(3, 1)), ValueError, "has 3 elements, but A"),
        (lambda: tv.linalg.solve(tv.eye(2), tv.ones(2).double()), RuntimeError, "the other float"),
        (
            lambda: tv.linalg.solve_triangular(tv.eye(2), tv.ones(2, 3), upper=True, left=False),
            ValueError,
            "axis -1 of B",
        ),
    ],
)
def test_systems_without_an_answer_are_refused(solve, error, message):
    with pytest.raises(error, match=message):
        solve()
