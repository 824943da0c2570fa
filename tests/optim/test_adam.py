"""Adam and AdamW against their recurrences, written out."""

import itertools
import re

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.optim import Adam, AdamW

STEPS = 20


def gradients(shape=(3, 2)):
    """Large at first, then small, so that amsgrad's largest average is not the last."""
    rng = np.random.default_rng(0)
    scale = np.where(np.arange(STEPS) < 5, 3.0, 0.3).reshape(-1, *[1] * len(shape))
    return rng.normal(size=(STEPS, *shape)) * scale


def textbook(
    p,
    decoupled,
    lr=1e-3,
    betas=(0.9, 0.999),
    eps=1e-8,
    weight_decay=0.0,
    amsgrad=False,
    maximize=False,
):
    """Kingma and Ba, algorithm 1; Loshchilov and Hutter, algorithm 2; Reddi et al., algorithm 2."""
    b1, b2 = betas
    m, v, largest = np.zeros_like(p), np.zeros_like(p), np.zeros_like(p)
    for t, g in enumerate(gradients(p.shape), start=1):
        if maximize:
            g = -g
        if decoupled:
            p = p - lr * weight_decay * p
        else:
            g = g + weight_decay * p
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        largest = np.maximum(largest, v)
        m_hat = m / (1 - b1**t)
        v_hat = (largest if amsgrad else v) / (1 - b2**t)
        p = p - lr * m_hat / (np.sqrt(v_hat) + eps)
        yield p


OPTIONS = [
    {"weight_decay": w, "amsgrad": a, "maximize": x, "betas": betas, "eps": eps}
    for (w, a, x), (betas, eps) in itertools.product(
        itertools.product((0.0, 0.2), (False, True), (False, True)),
        (((0.9, 0.999), 1e-8), ((0.5, 0.8), 0.1)),
    )
]


@pytest.mark.parametrize("shape", [(3, 2), ()])
@pytest.mark.parametrize("make", [Adam, AdamW])
@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: " ".join(map(str, o.values())))
def test_twenty_steps_are_those_of_the_textbook(make, options, shape):
    start = np.asarray(np.random.default_rng(1).normal(size=shape))
    param = tv.tensor(start, requires_grad=True)
    optimizer = make([param], lr=0.05, **options)
    expected = textbook(start, make is AdamW, lr=0.05, **options)
    for gradient, value in zip(gradients(shape), expected, strict=True):
        param.grad = tv.tensor(np.asarray(gradient))
        optimizer.step()
        np.testing.assert_allclose(param.detach().numpy(), value, rtol=1e-11, atol=1e-13)


def test_the_defaults_are_torchs():
    param = tv.zeros(1, requires_grad=True)
    shared = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "amsgrad": False, "maximize": False}
    assert Adam([param]).defaults == {**shared, "weight_decay": 0}
    assert AdamW([param]).defaults == {**shared, "weight_decay": 0.01}


@pytest.mark.parametrize("make", [Adam, AdamW])
def test_float32_parameters_and_state_stay_float32(make):
    param = tv.ones(2, requires_grad=True)
    optimizer = make([param], lr=np.float64(0.1), weight_decay=0.1, amsgrad=True)
    for _ in range(2):
        (param * param).sum().backward()
        optimizer.step()
    (state,) = optimizer.state.values()
    arrays = [value for value in state.values() if isinstance(value, np.ndarray)]
    assert len(arrays) == 3
    assert {array.dtype for array in arrays} == {param.dtype} == {np.dtype("float32")}


@pytest.mark.parametrize("make", [Adam, AdamW])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": -0.1}, "lr must be at least 0.0, got -0.1"),
        ({"eps": -1.0}, "eps must be at least 0.0, got -1.0"),
        ({"weight_decay": -1.0}, "weight_decay must be at least 0.0, got -1.0"),
        ({"betas": (1.0, 0.9)}, "betas[0] must be at least 0 and below 1, got 1.0"),
        ({"betas": (0.9, -0.1)}, "betas[1] must be at least 0 and below 1, got -0.1"),
    ],
)
def test_options_out_of_range_are_refused(make, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make([tv.zeros(1, requires_grad=True)], **options)
