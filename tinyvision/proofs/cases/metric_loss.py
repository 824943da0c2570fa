"""Gradient cases of tinyvision/ops/losses/metric_loss.py: away from where a lead just suffices."""

import numpy as np
from hypothesis import strategies as st

import tinyvision.nn.functional as F

from ..case import Call, arrays, some
from .loss import loss


@st.composite
def embedded(draw):
    """Two vectors a row, neither near 0 nor, where they are to be apart, near the margin."""
    count, size = draw(some), draw(some)
    x = draw(arrays((count, size), 1.0, 2.0))
    signs = np.where(draw(arrays(count)) > 0, 1, -1)
    return Call(x, draw(arrays((count, size), 1.0, 2.0)), signs)


@st.composite
def triplets(draw):
    """The positive example within 1 of the anchor, the negative far, or not far enough."""
    count, size = draw(some), draw(some)
    anchor = draw(arrays((count, size)))
    positive = anchor + draw(arrays((count, size), 0.1, 0.5))
    far = draw(st.sampled_from([0.6, 4.0]))
    return Call(anchor, positive, anchor - draw(arrays((count, size), far, far + 0.2)))


THREE = Call(*[np.zeros((0, 3))] * 3)

CASES = [
    loss(
        "cosine_embedding_loss",
        lambda x, y, target: F.cosine_embedding_loss(x, y, target, 0.1),
        embedded(),
        Call(np.zeros((0, 3)), np.zeros((0, 3)), np.ones(0, np.int64)),
    ),
    loss("triplet_margin_loss", F.triplet_margin_loss, triplets(), THREE),
    loss(
        "triplet_margin_with_distance_loss",
        lambda *three: F.triplet_margin_with_distance_loss(
            *three, distance_function=lambda x, y: (x - y).abs().sum(-1), swap=True
        ),
        triplets(),
        THREE,
    ),
]
