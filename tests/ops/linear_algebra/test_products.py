"""Products of vectors and matrices, against NumPy."""

import functools

import numpy as np
import pytest

import tinyvision as tv

rng = np.random.default_rng(0)


def draw(*shape):
    return rng.normal(size=shape)


def t(array):
    return tv.tensor(np.asarray(array))


@pytest.mark.parametrize(
    ("x", "y"), [((3,), (3,)), ((2, 3), (3,)), ((2, 3), (4, 5, 3)), ((), (2, 3)), ((2, 0), (0,))]
)
def test_inner_products_run_along_the_last_axes(x, y):
    x, y = draw(*x), draw(*y)
    np.testing.assert_allclose(tv.inner(t(x), t(y)).numpy(), np.inner(x, y), rtol=1e-12, atol=1e-14)


def test_inner_products_of_vectors_along_an_axis():
    x, y = draw(2, 3, 4), draw(3, 4)
    np.testing.assert_allclose(tv.linalg.vecdot(t(x), t(y), dim=1).numpy(), (x * y).sum(1))
    assert tv.vdot(t(x[0, 0]), t(y[0])).item() == pytest.approx(float(x[0, 0] @ y[0]))
    assert tv.linalg.vecdot(tv.tensor([1, 2]), tv.tensor([3, 4])).item() == 11


@pytest.mark.parametrize(("x", "y"), [((3,), (3,)), ((2, 3), (2, 3)), ((2, 1, 3), (1, 4, 3))])
def test_the_cross_product_is_numpys(x, y):
    x, y = draw(*x), draw(*y)
    np.testing.assert_allclose(tv.linalg.cross(t(x), t(y)).numpy(), np.cross(x, y), rtol=1e-12)


def test_the_cross_product_runs_along_an_axis_of_three():
    x, y = draw(2, 3, 3), draw(2, 3, 3)
    expected = np.cross(x, y, axis=1)
    np.testing.assert_allclose(tv.cross(t(x), t(y)).numpy(), expected)
    np.testing.assert_allclose(t(x).cross(t(y), dim=1).numpy(), expected)


@pytest.mark.parametrize(
    ("x", "y"), [((2, 3), (4, 5)), ((2,), (3, 4)), ((2, 3, 1), (2,)), ((), (2,))]
)
def test_kroneckers_product_is_numpys(x, y):
    x, y = draw(*x), draw(*y)
    np.testing.assert_allclose(tv.kron(t(x), t(y)).numpy(), np.kron(x, y), rtol=1e-12)


@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (4, 2), (0, 3)])
def test_the_trace_is_numpys(shape):
    x = draw(*shape)
    np.testing.assert_allclose(tv.trace(t(x)).numpy(), np.trace(x), rtol=1e-12)


@pytest.mark.parametrize("dims", [0, 1, 2, ([2, 1], [0, 1]), ([-1], [0]), (2, 0)])
def test_tensordot_is_numpys(dims):
    x, y = draw(2, 3, 4), draw(4, 3, 5)
    if dims == 2:
        y = draw(3, 4, 5)
    np.testing.assert_allclose(
        tv.tensordot(t(x), t(y), dims).numpy(), np.tensordot(x, y, dims), rtol=1e-11
    )


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, -1, -2])
def test_powers_are_repeated_products(n):
    x = draw(2, 3, 3)
    base = np.linalg.inv(x) if n < 0 else x
    expected = functools.reduce(np.matmul, [base] * abs(n), np.broadcast_to(np.eye(3), x.shape))
    for found in (tv.linalg.matrix_power(t(x), n), t(x).matrix_power(n)):
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("multiply", "error", "message"),
    [
        (lambda: tv.inner(tv.ones(2), tv.ones(3)), ValueError, "last axes of .* equal size"),
        (lambda: tv.inner(tv.ones(2), tv.ones(2).double()), RuntimeError, "inner: one operand"),
        (lambda: tv.cross(tv.ones(2), tv.ones(2)), ValueError, "no axis of shape .* three"),
        (lambda: tv.linalg.cross(tv.ones(2), tv.ones(2)), ValueError, "three elements along dim"),
        (lambda: tv.linalg.cross(tv.ones(3), tv.ones(1, 3)), ValueError, "equally many axes"),
        (lambda: tv.trace(tv.ones(2)), ValueError, r"trace needs a matrix, got shape \(2,\)"),
        (lambda: tv.tensordot(tv.ones(2), tv.ones(3), 1), ValueError, "axis 0 of a has size 2"),
        (lambda: tv.tensordot(tv.ones(2), tv.ones(2), 2), ValueError, r"dims must be 0\.\.1"),
        (
            lambda: tv.tensordot(tv.ones(2, 2), tv.ones(2), ([0, 1], [0])),
            ValueError,
            "2 axes of a, 1 of b",
        ),
        (lambda: tv.matrix_power(tv.ones(2, 2), 1.5), TypeError, "integer"),
        (lambda: tv.matrix_power(tv.ones(2, 2), -1), RuntimeError, "a matrix is singular"),
    ],
)
def test_what_cannot_be_multiplied_is_refused(multiply, error, message):
    with pytest.raises(error, match=message):
        multiply()
