"""Adagrad, Adadelta, RMSprop, Adamax, NAdam and RAdam against their papers' recurrences, number by
number in plain Python."""

import math
import re

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import optim

STEPS = 12
START = 0.7
GRADIENTS = np.random.default_rng(0).normal(size=STEPS).tolist()


def with_decay(p, g, weight_decay=0.0, maximize=False):
    return (-g if maximize else g) + weight_decay * p


def adagrad(
    p, lr=1e-2, lr_decay=0.0, initial_accumulator_value=0.0, eps=1e-10, weight_decay=0.0, **options
):
    s = initial_accumulator_value
    for t, g in enumerate(GRADIENTS):
        g = with_decay(p, g, weight_decay, **options)
        s += g**2
        p -= lr / (1 + t * lr_decay) * g / (math.sqrt(s) + eps)
        yield p


def adadelta(p, lr=1.0, rho=0.9, eps=1e-6, **options):
    v = u = 0.0
    for g in GRADIENTS:
        g = with_decay(p, g, **options)
        v = rho * v + (1 - rho) * g**2
        d = math.sqrt(u + eps) / math.sqrt(v + eps) * g
        u = rho * u + (1 - rho) * d**2
        p -= lr * d
        yield p


def rmsprop(p, lr=1e-2, alpha=0.99, eps=1e-8, momentum=0.0, centered=False, **options):
    v = mean = b = 0.0
    for g in GRADIENTS:
        g = with_decay(p, g, **options)
        v = alpha * v + (1 - alpha) * g**2
        mean = alpha * mean + (1 - alpha) * g
        b = momentum * b + g / (math.sqrt(v - mean**2 if centered else v) + eps)
        p -= lr * b
        yield p


def adamax(p, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, **options):
    m = u = 0.0
    for t, g in enumerate(GRADIENTS, 1):
        g = with_decay(p, g, **options)
        m = betas[0] * m + (1 - betas[0]) * g
        u = max(betas[1] * u, abs(g) + eps)
        p -= lr / (1 - betas[0] ** t) * m / u
        yield p


def decayed(p, g, lr, weight_decay=0.0, decoupled_weight_decay=False, **options):
    if decoupled_weight_decay:
        return p - lr * weight_decay * p, with_decay(p, g, **options)
    return p, with_decay(p, g, weight_decay, **options)


def nadam(p, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, momentum_decay=4e-3, **options):
    m = v = 0.0
    b1, b2 = betas
    mu = [b1 * (1 - 0.5 * 0.96 ** (t * momentum_decay)) for t in range(STEPS + 2)]
    for t, g in enumerate(GRADIENTS, 1):
        p, g = decayed(p, g, lr, **options)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        m_hat = mu[t + 1] * m / (1 - math.prod(mu[1 : t + 2])) + (1 - mu[t]) * g / (
            1 - math.prod(mu[1 : t + 1])
        )
        p -= lr * m_hat / (math.sqrt(v / (1 - b2**t)) + eps)
        yield p


def radam(p, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, **options):
    m = v = 0.0
    b1, b2 = betas
    most = 2 / (1 - b2) - 1
    for t, g in enumerate(GRADIENTS, 1):
        p, g = decayed(p, g, lr, **options)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        m_hat = m / (1 - b1**t)
        rho = most - 2 * t * b2**t / (1 - b2**t)
        if rho > 5:
            r = math.sqrt(((rho - 4) * (rho - 2) * most) / ((most - 4) * (most - 2) * rho))
            p -= lr * m_hat * r * math.sqrt(1 - b2**t) / (math.sqrt(v) + eps)
        else:
            p -= lr * m_hat
        yield p


BOTH = {"weight_decay": 0.3, "maximize": True}
CASES = [
    (optim.Adagrad, adagrad, {}),
    (optim.Adagrad, adagrad, {"lr_decay": 0.5, "initial_accumulator_value": 0.2, "eps": 0.1}),
    (optim.Adagrad, adagrad, BOTH),
    (optim.Adadelta, adadelta, {}),
    (optim.Adadelta, adadelta, {"lr": 0.5, "rho": 0.6, "eps": 0.01, **BOTH}),
    (optim.RMSprop, rmsprop, {}),
    (optim.RMSprop, rmsprop, {"alpha": 0.6, "eps": 0.1, "momentum": 0.5, **BOTH}),
    (optim.RMSprop, rmsprop, {"centered": True}),
    (optim.Adamax, adamax, {}),
    (optim.Adamax, adamax, {"betas": (0.5, 0.6), "eps": 0.1, **BOTH}),
    (optim.NAdam, nadam, {}),
    (optim.NAdam, nadam, {"betas": (0.5, 0.6), "eps": 0.1, "momentum_decay": 0.5, **BOTH}),
    (optim.NAdam, nadam, {"decoupled_weight_decay": True, **BOTH}),
    (optim.RAdam, radam, {}),
    (optim.RAdam, radam, {"betas": (0.5, 0.9), "eps": 0.1, **BOTH}),
    (optim.RAdam, radam, {"decoupled_weight_decay": True, **BOTH}),
]


@pytest.mark.parametrize("shape", [(2,), ()])
@pytest.mark.parametrize(("make", "textbook", "options"), CASES)
def test_twelve_steps_are_those_of_the_paper(make, textbook, options, shape):
    param = tv.full(shape, START, dtype=tv.float64, requires_grad=True)
    optimizer = make([param], **options)
    for gradient, value in zip(GRADIENTS, textbook(START, **options), strict=True):
        param.grad = tv.full(shape, gradient, dtype=tv.float64)
        optimizer.step()
        np.testing.assert_allclose(param.detach().numpy(), value, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("make", sorted({case[0] for case in CASES}, key=lambda c: c.__name__))
def test_float32_parameters_and_state_stay_float32(make):
    param = tv.ones(2, requires_grad=True)
    optimizer = make([param], lr=np.float64(0.1), weight_decay=0.1)
    for _ in range(2):
        (param * param).sum().backward()
        optimizer.step()
    (state,) = optimizer.state.values()
    arrays = [value for value in state.values() if isinstance(value, np.ndarray)]
    assert arrays
    assert {array.dtype for array in arrays} == {param.dtype} == {np.dtype("float32")}


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (optim.Adagrad, {"lr_decay": -1.0}, "lr_decay must be at least 0.0, got -1.0"),
        (
            optim.Adagrad,
            {"initial_accumulator_value": -1.0},
            "initial_accumulator_value must be at least 0.0, got -1.0",
        ),
        (optim.Adadelta, {"rho": 1.5}, "rho must be between 0 and 1, got 1.5"),
        (optim.Adadelta, {"eps": -1.0}, "eps must be at least 0.0, got -1.0"),
        (optim.RMSprop, {"alpha": -0.5}, "alpha must be at least 0.0, got -0.5"),
        (optim.RMSprop, {"momentum": -0.5}, "momentum must be at least 0.0, got -0.5"),
        (optim.Adamax, {"betas": (1.0, 0.9)}, "betas[0] must be at least 0 and below 1, got 1.0"),
        (optim.NAdam, {"momentum_decay": -1.0}, "momentum_decay must be at least 0.0, got -1.0"),
        (optim.NAdam, {"betas": (0.9, -0.1)}, "betas[1] must be at least 0 and below 1, got -0.1"),
        (optim.RAdam, {"lr": -1.0}, "lr must be at least 0.0, got -1.0"),
        (optim.RAdam, {"betas": (0.9, 1.0)}, "betas[1] must be at least 0 and below 1, got 1.0"),
    ],
)
def test_options_out_of_range_are_refused(make, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make([tv.zeros(1, requires_grad=True)], **options)


def test_numbers_that_torch_keeps_in_tensors_are_taken_over_as_numbers():
    optimizer = optim.NAdam([tv.zeros(1, requires_grad=True)])
    optimizer.param_groups[0]["params"][0].grad = tv.ones(1)
    optimizer.step()
    saved = optimizer.state_dict()
    saved["state"][0] |= {"step": np.array(3.0), "mu_product": tv.tensor(0.25)}
    optimizer.load_state_dict(saved)
    (state,) = optimizer.state.values()
    assert (state["step"], state["mu_product"]) == (3, 0.25)
    assert type(state["mu_product"]) is float
