"""Operations of the user's own, written once and run in both libraries."""

import numpy as np
import pytest

import tinyvision as tv

torch = pytest.importorskip("torch")


def straight_through(t):
    class Round(t.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.round()

        @staticmethod
        def backward(ctx, g):
            return g

    return lambda x, y: Round.apply(x * 3) * y


def swish(t):
    class Swish(t.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            s = t.sigmoid(x)
            ctx.save_for_backward(x, s)
            return x * s

        @staticmethod
        def backward(ctx, g):
            x, _ = ctx.saved_tensors
            s = t.sigmoid(x)
            return g * (s + x * s * (1 - s))

    return lambda x, y: Swish.apply(x).sum() * Swish.apply(y * x)


def linear(t):
    class Linear(t.autograd.Function):
        @staticmethod
        def forward(ctx, x, weight, bias=None):
            ctx.save_for_backward(x, weight, bias)
            out = x @ weight.t()
            return out if bias is None else out + bias.unsqueeze(0).expand_as(out)

        @staticmethod
        def backward(ctx, g):
            x, weight, bias = ctx.saved_tensors
            return (
                g @ weight if ctx.needs_input_grad[0] else None,
                g.t() @ x if ctx.needs_input_grad[1] else None,
                g.sum(0) if bias is not None and ctx.needs_input_grad[2] else None,
            )

    return lambda x, y: Linear.apply(x, y, x[0, :2]).tanh() + Linear.apply(x, y)


def two_answers(t):
    class Both(t.autograd.Function):
        @staticmethod
        def forward(ctx, x, y):
            product = x * y
            ctx.save_for_backward(x, y, product)
            return x + y, product

        @staticmethod
        def backward(ctx, a, b):
            x, y, product = ctx.saved_tensors
            return a + b * product / x, a + b * product / y

    def program(x, y):
        total, product = Both.apply(x, y)
        return (total * product).sin() + product

    return program


def with_setup_context(t):
    class Power(t.autograd.Function):
        @staticmethod
        def forward(x, exponent, scale=2.0):
            return scale * x**exponent

        @staticmethod
        def setup_context(ctx, inputs, output):
            x, ctx.exponent, ctx.scale = inputs
            ctx.save_for_backward(x)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * ctx.scale * ctx.exponent * x ** (ctx.exponent - 1), None, None

    return lambda x, y: Power.apply(x, 3) * Power.apply(y, 2, 0.5)


def broadcast(t):
    class Add(t.autograd.Function):
        @staticmethod
        def forward(ctx, x, y):
            return x + y

        @staticmethod
        def backward(ctx, g):
            return g, g

    return lambda x, y: (Add.apply(x, y[0]) * x).exp()


PROGRAMS = [straight_through, swish, linear, two_answers, with_setup_context, broadcast]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_answers_and_derivatives_of_both_orders_are_torchs(program):
    rng = np.random.default_rng(0)
    arrays = rng.uniform(0.5, 1.5, size=(2, 2, 3))
    results = []
    for t in (tv, torch):
        x, y = (t.tensor(array, requires_grad=True) for array in arrays)
        out = program(t)(x, y)
        first = t.autograd.grad((out * out).sum(), [x, y], create_graph=True)
        second = t.autograd.grad((first[0] * x).sum() + (first[1] ** 2).sum(), [x, y])
        results.append([r.detach().numpy() for r in (out, *first, *second)])
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)
