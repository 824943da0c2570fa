"""Gradient cases of tinyvision/ops/losses/loss.py; none of the losses is a primitive."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, shapes, some

WEIGHTS = tv.tensor([0.5, 2.0, 1.0, 0.25])  # one for each of up to four classes
EMPTY_PAIR = Call(np.zeros((0, 3)), np.zeros((0, 3)))


@st.composite
def pairs(draw, low=-2.0, high=2.0):
    """An input and a target that nowhere come close to each other."""
    x = draw(arrays(shapes(side=some)))  # the mean of nothing is NaN, so is its derivative
    gap = draw(arrays(x.shape, low, high, away_from=(0.0,)))
    return Call(x, np.asarray(x + gap))


@st.composite
def differing(draw, bend):
    """An input and a target whose difference is nowhere near a bend."""
    x = draw(arrays(shapes(side=some)))
    return Call(x, np.asarray(x + draw(arrays(x.shape, away_from=(-bend, bend)))))


@st.composite
def scores_and_labels(draw):
    """(N, C, ...) or (C), and labels, some of them ignored."""
    classes = draw(st.integers(1, 4))
    around = draw(st.one_of(st.just(()), shapes(1, 3, side=st.integers(1, 3))))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    labels = rng.integers(0, classes, around)
    if labels.size > 1:
        labels.flat[0] = -100
    return Call(draw(arrays((*around[:1], classes, *around[1:]))), np.asarray(labels))


@st.composite
def scores_and_probabilities(draw, low=0.1):
    call = draw(scores_and_labels())
    scores = call.args[0]
    weights = draw(arrays(scores.shape, low, 1.0))
    axis = min(1, scores.ndim - 1)
    return Call(scores, weights / weights.sum(axis=axis, keepdims=True))


def with_labels(name, function):
    empty = Call(np.zeros((0, 3)), np.zeros(0, np.int64))
    return loss(name, function, scores_and_labels(), empty)


def loss(name, function, calls, empty=EMPTY_PAIR, **options):
    return Case(name, primitive=None, function=function, calls=calls, empty=(empty,), **options)


def weighted(x, y):
    weight = WEIGHTS[: x.shape[min(1, x.ndim - 1)]]
    return F.cross_entropy(x, y, weight, label_smoothing=0.1)


CASES = [
    loss("mse_loss", F.mse_loss, pairs()),
    loss("mse_loss_unreduced", lambda x, y: F.mse_loss(x, y, reduction="none"), pairs()),
    loss("l1_loss", F.l1_loss, pairs()),
    with_labels("nll_loss", F.nll_loss),
    with_labels("cross_entropy", F.cross_entropy),
    with_labels("cross_entropy_sum", lambda x, y: F.cross_entropy(x, y, reduction="sum")),
    with_labels("cross_entropy_weighted_and_smoothed", weighted),
    loss("cross_entropy_of_probabilities", F.cross_entropy, scores_and_probabilities()),
    loss("smooth_l1_loss", lambda x, y: F.smooth_l1_loss(x, y, beta=0.75), differing(0.75)),
    loss("huber_loss", lambda x, y: F.huber_loss(x, y, delta=0.75), differing(0.75)),
]
