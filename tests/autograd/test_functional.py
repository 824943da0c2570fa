"""Jacobian and Hessian matrices against their formulas."""

import math

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import grad
from tinyvision.autograd.functional import hessian, jacobian, jvp, vjp


def vector(*values):
    return tv.tensor(values, dtype=tv.float64)


def swap(x, y):
    """Two outputs of two inputs."""
    return y * y[0], x.sum() * y


def test_the_jacobian_of_a_linear_map_is_its_matrix():
    matrix = np.arange(6.0).reshape(2, 3)
    found = jacobian(lambda x: tv.tensor(matrix) @ x, vector(1.0, 2.0, 3.0))
    np.testing.assert_array_equal(found.numpy(), matrix)


def test_the_jacobian_has_the_shape_of_output_and_input():
    x = tv.tensor(np.random.default_rng(0).normal(size=(2, 3)))
    found = jacobian(lambda x: x.t().exp(), x).numpy()
    expected = np.zeros((3, 2, 2, 3))
    for i in range(2):
        for j in range(3):
            expected[j, i, i, j] = math.exp(x[i, j].item())
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_several_inputs_and_outputs_have_a_matrix_for_each_pair():
    (a, b), (c, d) = jacobian(swap, (vector(1.0, 2.0), vector(3.0, 5.0)))
    assert a.tolist() == [[0, 0], [0, 0]]
    assert b.tolist() == [[6, 0], [5, 3]]
    assert c.tolist() == [[3, 3], [5, 5]]
    assert d.tolist() == [[3, 0], [0, 3]]


def test_products_with_vectors_are_products_with_the_jacobian():
    x, y = vector(1.0, 2.0), vector(3.0, 5.0)
    (a, b), (c, d) = jacobian(swap, (x, y))
    u, v = vector(0.5, -1.0), vector(2.0, 7.0)
    outputs, left = vjp(swap, (x, y), (u, v))
    assert [out.tolist() for out in outputs] == [[9, 15], [9, 15]]
    assert [part.tolist() for part in left] == [(u @ a + v @ c).tolist(), (u @ b + v @ d).tolist()]
    _, right = jvp(swap, (x, y), (u, v))
    assert [p.tolist() for p in right] == [(a @ u + b @ v).tolist(), (c @ u + d @ v).tolist()]


def test_a_vector_may_be_left_out_for_one_element():
    assert vjp(lambda x: x.sum(), vector(1.0, 2.0))[1].tolist() == [1, 1]
    assert jvp(lambda x: x * vector(2.0, 3.0), vector(1.0))[1].tolist() == [2, 3]


def test_the_hessian_of_a_quadratic_form_is_its_matrix_and_the_transpose():
    matrix = tv.tensor(np.arange(9.0).reshape(3, 3))
    found = hessian(lambda x: x @ matrix @ x, vector(1.0, 2.0, 3.0))
    assert found.tolist() == (matrix + matrix.t()).tolist()


def test_the_hessian_in_several_inputs():
    (xx, xy), (yx, yy) = hessian(lambda x, y: (x * y * y).sum(), (vector(2.0), vector(3.0)))
    assert [t.item() for t in (xx, xy, yx, yy)] == [0, 6, 6, 4]


def test_nothing_is_left_in_a_graph_unless_asked_for():
    x = vector(1.0, 2.0).requires_grad_()
    assert not jacobian(lambda x: x**3, x).requires_grad
    assert x.grad is None
    found = jacobian(lambda x: x**3, x, create_graph=True)
    (slope,) = grad(found.sum(), x)
    assert slope.tolist() == [6, 12]
    found = hessian(lambda x: (x**4).sum(), x, create_graph=True)
    assert grad(found.sum(), x)[0].tolist() == [24, 48]


def test_it_works_where_nothing_is_recorded():
    with tv.no_grad():
        assert jacobian(lambda x: x**2, vector(3.0)).tolist() == [[6]]


def test_an_output_that_does_not_depend_on_an_input_has_zeros_or_is_refused():
    constant = vector(1.0, 2.0)
    assert jacobian(lambda x: constant, vector(3.0)).tolist() == [[0], [0]]
    for function in (jacobian, lambda *a, **k: vjp(*a, constant, **k)):
        with pytest.raises(RuntimeError, match="does not depend on an input; pass strict=False to"):
            function(lambda x: constant, vector(3.0), strict=True)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: jacobian(lambda x: 3, vector(1.0)),
            TypeError,
            "outputs must be tensors, but",
        ),
        (
            lambda: jacobian(lambda x: x, 3),
            TypeError,
            "inputs must be tensors, but number 0 is",
        ),
        (
            lambda: jacobian(lambda x: x, vector(1.0), strategy="forward-mode"),
            ValueError,
            "strategy must be 'reverse-mode', got 'forward-mode'",
        ),
        (
            lambda: vjp(lambda x: x, vector(1.0, 2.0)),
            RuntimeError,
            "vjp: v can be left out only",
        ),
        (
            lambda: jvp(lambda x: x, vector(1.0, 2.0), vector(1.0)),
            RuntimeError,
            r"jvp: v has the shapes \[\(1,\)\], the inputs have \[\(2,\)\]; they must be equal",
        ),
        (
            lambda: hessian(lambda x: x, vector(1.0, 2.0)),
            RuntimeError,
            r"hessian: the function must return one number, got shape \(2,\)",
        ),
    ],
)
def test_what_has_no_derivative_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
