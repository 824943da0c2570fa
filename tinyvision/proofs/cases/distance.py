"""Gradient cases of tinyvision/ops/reductions/distance.py."""

import math

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, distinct, shapes, some, with_axis


@st.composite
def vectors(draw):
    """Vectors along an axis, none near 0."""
    x, axis = draw(with_axis(side=some))
    return x + 3.0, axis


@st.composite
def normalized(draw):
    x, axis = draw(vectors())
    return Call(x, p=draw(st.sampled_from([2.0, 1.0, 3.0])), dim=axis)


@st.composite
def pairs_of_vectors(draw):
    x, axis = draw(vectors())
    return Call(x, draw(arrays(x.shape)) - 3.0, dim=axis)


@st.composite
def rows(draw):
    """Two of (..., D), far apart in every coordinate, no two of them equally far."""
    x = draw(arrays(shapes(1, side=some)))
    gap = draw(distinct(x.shape))
    gap = np.where(np.abs(gap) < 0.05, 0.05, gap)
    return Call(x, x + gap, p=draw(st.sampled_from([2.0, 1.0, 1.5, math.inf])))


@st.composite
def sets(draw, batches=((), (2,), (2, 1))):
    """Two sets of points, (..., P, M) and (..., R, M), no two of which coincide."""
    count, other, size = draw(some), draw(some), draw(some)
    points = draw(distinct((*draw(st.sampled_from(batches)), count, size)))
    others = draw(distinct((*draw(st.sampled_from(batches)), other, size)))
    p = draw(st.sampled_from([2.0, 1.0, 3.0]))
    return Call(points - 20.0, others + 20.0, p=p)


@st.composite
def clouds(draw):
    """One set of points, every coordinate of each its own."""
    count, size = draw(some), draw(some)
    return Call(draw(distinct((count, size))), p=draw(st.sampled_from([2.0, 3.0, 1.0])))


def made_of_others(name, function, calls, *empty):
    return Case(name, primitive=None, function=function, calls=calls, empty=empty)


NOTHING = np.zeros((0, 3))

CASES = [
    made_of_others("normalize", F.normalize, normalized(), Call(NOTHING)),
    made_of_others(
        "cosine_similarity", tv.cosine_similarity, pairs_of_vectors(), Call(NOTHING, NOTHING)
    ),
    made_of_others("pairwise_distance", tv.pairwise_distance, rows(), Call(NOTHING, NOTHING)),
    made_of_others("cdist", tv.cdist, sets(), Call(NOTHING, np.zeros((2, 3)))),
    made_of_others("pdist", tv.pdist, clouds(), Call(NOTHING)),
]
