"""Gradient cases of tinyvision/ops/losses/margin_loss.py: away from where a lead just suffices."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F

from ..case import Call, arrays, shapes, some
from .loss import loss

WEIGHTS = tv.tensor([0.5, 2.0, 1.0, 0.25])  # one for each of up to four classes


@st.composite
def scores_and_signs(draw, away_from=()):
    x = draw(arrays(shapes(side=some), away_from=away_from))
    return Call(x, np.asarray(np.where(draw(arrays(x.shape)) > 0, 1, -1)))


@st.composite
def ranked(draw):
    """Two scores whose difference is not near the margin, and which is to be higher."""
    x = draw(arrays(shapes(side=some)))
    gap = draw(arrays(x.shape, away_from=(-0.5, 0.5)))
    return Call(x, np.asarray(x + gap), np.asarray(np.where(draw(arrays(x.shape)) > 0, 1, -1)))


@st.composite
def far_scores(draw, classes, count):
    """(N, C) whose differences along a row are not near 1: steps of 0.4 and a little."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    steps = rng.permuted(np.tile(np.arange(classes), (count, 1)), axis=1)
    return steps * 0.4 + rng.uniform(-0.05, 0.05, steps.shape)


@st.composite
def scores_and_labels(draw):
    classes, count = draw(some), draw(some)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return Call(draw(far_scores(classes, count)), rng.integers(0, classes, count))


@st.composite
def scores_and_lists(draw):
    """Scores, and in each row some of the classes, followed by -1."""
    classes, count = draw(some), draw(some)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    lists = rng.permuted(np.tile(np.arange(classes), (count, 1)), axis=1)
    lists[np.arange(classes) >= rng.integers(0, classes + 1, (count, 1))] = -1
    return Call(draw(far_scores(classes, count)), lists)


@st.composite
def scores_and_answers(draw):
    x = draw(arrays(shapes(1, side=some), -4.0, 4.0))
    return Call(x, draw(arrays(x.shape, 0.0, 1.0)))


def squared_and_weighted(x, y):
    return F.multi_margin_loss(x, y, 2, weight=WEIGHTS[: x.shape[1]])


def labelled(name, function, calls, labels):
    empty = Call(np.zeros((0, 3)), np.zeros(labels, np.int64))
    return loss(name, function, calls, empty)


CASES = [
    loss("soft_margin_loss", F.soft_margin_loss, scores_and_signs()),
    loss("hinge_embedding_loss", F.hinge_embedding_loss, scores_and_signs((1.0,))),
    loss(
        "margin_ranking_loss",
        lambda x, y, target: F.margin_ranking_loss(x, y, target, 0.5),
        ranked(),
        Call(*[np.zeros((0, 3))] * 3),
    ),
    labelled("multi_margin_loss", F.multi_margin_loss, scores_and_labels(), 0),
    labelled("multi_margin_loss_squared", squared_and_weighted, scores_and_labels(), 0),
    labelled("multilabel_margin_loss", F.multilabel_margin_loss, scores_and_lists(), (0, 3)),
    loss("multilabel_soft_margin_loss", F.multilabel_soft_margin_loss, scores_and_answers()),
]
