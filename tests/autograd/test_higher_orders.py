"""Derivatives of derivatives, against closed forms."""

import numpy as np
import pytest
from numpy.polynomial import Polynomial
from scipy.signal import correlate2d

import tinyvision as tv
from tinyvision.autograd import grad

POINTS = np.array([-1.3, -0.4, 0.7, 1.9])

# function, and its derivatives of order 1 to 4
CURVES = {
    "sin": (tv.sin, [np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin]),
    "cos": (tv.cos, [lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin, np.cos]),
    "exp": (tv.exp, [np.exp] * 4),
    "cube": (lambda x: x**3, [lambda x: 3 * x**2, lambda x: 6 * x, lambda x: 6, lambda x: 0]),
    "product": (
        lambda x: x * x * x * x,
        [lambda x: 4 * x**3, lambda x: 12 * x**2, lambda x: 24 * x, lambda x: 24],
    ),
    "reciprocal": (
        lambda x: 1 / x,
        [lambda x: -(x**-2), lambda x: 2 * x**-3, lambda x: -6 * x**-4, lambda x: 24 * x**-5],
    ),
    "tanh": (
        tv.tanh,
        [
            lambda x: 1 - np.tanh(x) ** 2,
            lambda x: -2 * np.tanh(x) * (1 - np.tanh(x) ** 2),
            lambda x: (1 - np.tanh(x) ** 2) * (6 * np.tanh(x) ** 2 - 2),
            lambda x: np.tanh(x) * (1 - np.tanh(x) ** 2) * (16 - 24 * np.tanh(x) ** 2),
        ],
    ),
}


@pytest.mark.parametrize("name", CURVES)
def test_four_derivatives_agree_with_their_closed_forms(name):
    function, derivatives = CURVES[name]
    x = tv.tensor(POINTS, requires_grad=True)
    y = function(x)
    for derivative in derivatives:
        (y,) = grad(y.sum(), x, create_graph=True)
        expected = np.broadcast_to(derivative(POINTS), POINTS.shape)
        np.testing.assert_allclose(y.detach().numpy(), expected, rtol=1e-12, atol=1e-12)


def test_four_derivatives_of_a_convolution_agree_with_the_polynomial_it_is():
    """Image and kernel move along lines: the convolution is A + B t + C t², its square of degree 4.

    A, B and C are SciPy's correlations.
    """
    rng = np.random.default_rng(0)
    x, dx, w, dw = (rng.standard_normal(s) for s in ((6, 5), (6, 5), (3, 2), (3, 2)))

    def correlated(image, kernel):
        return correlate2d(image, kernel, mode="valid")

    parts = [correlated(x, w), correlated(x, dw) + correlated(dx, w), correlated(dx, dw)]
    square = np.zeros(5)  # coefficients of the sum of squares, by the power of t
    for i, a in enumerate(parts):
        for j, b in enumerate(parts):
            square[i + j] += (a * b).sum()
    polynomial = Polynomial(square)

    t = tv.tensor(0.3, dtype=tv.float64, requires_grad=True)
    image = (tv.tensor(x) + t * tv.tensor(dx)).reshape(1, 1, 6, 5)
    kernel = (tv.tensor(w) + t * tv.tensor(dw)).reshape(1, 1, 3, 2)
    y = (tv.nn.functional.conv2d(image, kernel) ** 2).sum()
    for order in range(5):
        assert y.item() == pytest.approx(polynomial.deriv(order)(0.3) if order else polynomial(0.3))
        (y,) = grad(y, t, create_graph=True)


def test_the_derivative_of_a_constant_derivative_has_no_graph():
    x = tv.tensor(POINTS, requires_grad=True)
    (slope,) = grad((x * 3).sum(), x, create_graph=True)
    assert slope.tolist() == [3] * 4
    assert grad((slope * x).sum(), x)[0].tolist() == [3] * 4


def test_mixed_derivatives_do_not_depend_on_their_order():
    x = tv.tensor(0.7, dtype=tv.float64, requires_grad=True)
    y = tv.tensor(-0.3, dtype=tv.float64, requires_grad=True)
    f = (x * y).sin() * x.exp()
    dx, dy = grad(f, [x, y], create_graph=True)
    (dxy,) = grad(dx, y, retain_graph=True)
    (dyx,) = grad(dy, x)
    a, b = 0.7, -0.3
    closed = np.exp(a) * (np.cos(a * b) * (1 + a) - a * b * np.sin(a * b))
    np.testing.assert_allclose([dxy.item(), dyx.item()], closed, rtol=1e-12)


def test_a_hessian_is_symmetric_and_right():
    """f = log of the sum of exp: its Hessian is diag(p) - p p^T with p the softmax."""
    values = np.array([0.1, -0.4, 0.8])
    x = tv.tensor(values, requires_grad=True)
    (first,) = grad(x.exp().sum().log(), x, create_graph=True)
    rows = [grad(first[i], x, retain_graph=True)[0].tolist() for i in range(3)]
    p = np.exp(values) / np.exp(values).sum()
    np.testing.assert_allclose(rows, np.diag(p) - np.outer(p, p), atol=1e-12)


def test_the_gradient_given_to_start_with_can_itself_be_derived():
    """Two reverse passes make a forward-mode derivative."""
    x = tv.tensor(POINTS, requires_grad=True)
    v = tv.zeros(4, dtype=tv.float64, requires_grad=True)
    (pulled,) = grad(x.sin(), x, v, create_graph=True)
    direction = tv.tensor([1.0, 2.0, 3.0, 4.0], dtype=tv.float64)
    (pushed,) = grad(pulled, v, direction)
    np.testing.assert_allclose(pushed.numpy(), np.cos(POINTS) * [1, 2, 3, 4], rtol=1e-12)


def test_a_gradient_penalty_trains_through_the_gradient():
    """d/dw of |d(w x)/dx|^2 = 2 w."""
    w = tv.tensor(3.0, dtype=tv.float64, requires_grad=True)
    x = tv.tensor(POINTS, requires_grad=True)
    (slope,) = grad((w * x).sum(), x, create_graph=True)
    (slope * slope).sum().backward()
    assert w.grad.item() == 2 * 3 * 4


def test_a_second_backward_through_a_gradient_keeps_to_its_own_graph():
    x = tv.tensor(2.0, dtype=tv.float64, requires_grad=True)
    y = x * x * x
    (first,) = grad(y, x, create_graph=True)
    (second,) = grad(first, x, create_graph=True)
    (third,) = grad(second, x)
    assert [first.item(), second.item(), third.item()] == [12, 12, 6]


def test_a_change_inside_the_graph_between_the_derivatives_is_noticed():
    x = tv.tensor(POINTS, requires_grad=True)
    y = x * 2.0
    (slope,) = grad((y**3).sum(), x, create_graph=True)
    y.detach().zero_()
    with pytest.raises(RuntimeError, match="changed in place"):
        grad(slope.sum(), x)


def test_a_tensor_changed_in_place_keeps_its_second_derivative():
    """What exp saved is its own answer, not the memory that was changed afterwards."""
    x = tv.tensor(POINTS, requires_grad=True)
    y = x * 1.0
    y.exp_()
    y.mul_(3.0)
    (slope,) = grad(y.sum(), x, create_graph=True)
    (curvature,) = grad(slope.sum(), x)
    np.testing.assert_allclose(curvature.numpy(), 3 * np.exp(POINTS), rtol=1e-12)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.detach().add_(1),
        lambda x: x.data.mul_(2),
        lambda x: tv.no_grad()(x.add_)(1),
        lambda x: setattr(x, "data", tv.ones(4, dtype=tv.float64)),
        lambda x: tv.optim.SGD([x], lr=0.1).step(),
    ],
)
def test_a_change_between_the_first_and_the_second_derivative_is_noticed(change):
    x = tv.tensor(POINTS, requires_grad=True)
    (x**3).sum().backward(create_graph=True)
    curvature = x.grad.sum()
    change(x)
    with pytest.raises(RuntimeError, match="changed in place"):
        grad(curvature, x)
