"""SGD against its recurrence, written out."""

import itertools
import re

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.optim import SGD

STEPS = 20


def gradients(shape=(3, 2)):
    rng = np.random.default_rng(0)
    return rng.normal(size=(STEPS, *shape))


def textbook(p, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False, maximize=False):
    """v = m v + (1 - d) g, the first v the first g; p = p - lr v, or p - lr (g + m v)."""
    velocity = None
    for g in gradients(p.shape):
        g = (-g if maximize else g) + weight_decay * p
        if momentum:
            velocity = g if velocity is None else momentum * velocity + (1 - dampening) * g
            g = g + momentum * velocity if nesterov else velocity
        p = p - lr * g
        yield p


OPTIONS = [
    {"momentum": m, "dampening": d, "weight_decay": w, "nesterov": n, "maximize": x}
    for m, d, w, n, x in itertools.product(
        (0.0, 0.9), (0.0, 0.3), (0.0, 0.1), (False, True), (False, True)
    )
    if not (n and (m == 0.0 or d != 0.0))
]


@pytest.mark.parametrize("shape", [(3, 2), ()])
@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: " ".join(map(str, o.values())))
def test_twenty_steps_are_those_of_the_textbook(options, shape):
    start = np.asarray(np.random.default_rng(1).normal(size=shape))
    param = tv.tensor(start, requires_grad=True)
    optimizer = SGD([param], lr=0.05, **options)
    for gradient, expected in zip(gradients(shape), textbook(start, 0.05, **options), strict=True):
        param.grad = tv.tensor(np.asarray(gradient))
        optimizer.step()
        np.testing.assert_allclose(param.detach().numpy(), expected, rtol=1e-12, atol=1e-14)


def test_float32_parameters_and_state_stay_float32():
    param = tv.ones(2, requires_grad=True)
    optimizer = SGD([param], lr=np.float64(0.1), momentum=0.9, weight_decay=0.1)
    for _ in range(2):
        (param * param).sum().backward()
        optimizer.step()
    (state,) = optimizer.state.values()
    assert param.dtype == state["momentum_buffer"].dtype == np.float32


def test_the_velocity_does_not_share_memory_with_the_gradient():
    param = tv.ones(2, requires_grad=True)
    optimizer = SGD([param], lr=0.1, momentum=0.9)
    (param * param).sum().backward()
    optimizer.step()
    (state,) = optimizer.state.values()
    assert not np.shares_memory(state["momentum_buffer"], param.grad.numpy())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": -0.1}, "lr must be at least 0.0, got -0.1"),
        ({"lr": float("nan")}, "lr must be at least 0.0, got nan"),
        ({"momentum": -1.0}, "momentum must be at least 0.0, got -1.0"),
        ({"weight_decay": -1.0}, "weight_decay must be at least 0.0, got -1.0"),
        ({"nesterov": True}, "nesterov needs a momentum above 0 and a dampening of 0"),
        (
            {"nesterov": True, "momentum": 0.9, "dampening": 0.1},
            "nesterov needs a momentum above 0 and a dampening of 0",
        ),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        SGD([tv.zeros(1, requires_grad=True)], **options)
