"""Gradient cases of tinyvision/ops/base/linalg.py, einsum.py and norm.py."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import tinyvision as tv

from ..case import Call, Case, arrays, some, with_axes


@st.composite
def matrix_pairs(draw):
    """Batches of matrices that broadcast: (..., M, K) and (..., K, N)."""
    m, k, n = (draw(st.integers(1, 3)) for _ in "mkn")
    batch = draw(mutually_broadcastable_shapes(num_shapes=2, max_dims=2, max_side=2))
    left, right = batch.input_shapes
    return Call(draw(arrays((*left, m, k))), draw(arrays((*right, k, n))))


@st.composite
def vector_products(draw):
    """A vector on one side or both."""
    m, k = draw(some), draw(some)
    shapes = ((k,), (k,)), ((k,), (k, m)), ((m, k), (k,)), ((2, m, k), (k,)), ((k,), (2, k, m))
    x, y = draw(st.sampled_from(shapes))
    return Call(draw(arrays(x)), draw(arrays(y)))


CONTRACTIONS = (
    (("ij", "jk"), "ik"),
    (("ij", "jk", "kl"), "il"),
    (("bij", "bkj"), "bik"),
    (("ij",), "ji"),
    (("ij",), ""),
    (("i", "j"), "ij"),
    (("ij", "k"), "i"),  # j and k stand in one term only
)
EQUATIONS = (
    "ii->",
    "ii->i",
    "iij,jk->ik",
    "...ij,...jk->...ik",
    "ij,ij",
    "iji",
    "i,i,i->i",
    "ab...->b",
)
SIZES = {"i": 2, "j": 3, "k": 1, "l": 2, "b": 2, "a": 3}


@st.composite
def contractions(draw):
    terms, result = draw(st.sampled_from(CONTRACTIONS))
    xs = [draw(arrays(tuple(SIZES[letter] for letter in term))) for term in terms]
    return Call(*xs, terms=terms, result=result)


@st.composite
def einsums(draw):
    equation = draw(st.sampled_from(EQUATIONS))
    terms = equation.partition("->")[0].replace("...", "b").split(",")
    shapes = [tuple(SIZES[letter] for letter in term) for term in terms]
    return Call(equation, *[draw(arrays(shape)) for shape in shapes])


def without_zero(shape):
    return arrays(shape, away_from=(0.0,), gap=0.2)


@st.composite
def norms(draw):
    x, axes = draw(with_axes(without_zero, side=some))
    p = draw(st.sampled_from(("fro", 2, 1, 3, 1.5, 0.5, float("inf"), float("-inf"))))
    return Call(x, p, axes or None, draw(st.booleans()))


def no_ties(call):
    """The largest magnitude jumps from one element to another where two are equal."""
    magnitudes = np.sort(np.abs(call.args[0].ravel()))
    return bool(np.all(np.diff(magnitudes) > 1e-3))


@st.composite
def powers(draw):
    x, axes = draw(with_axes(without_zero, side=some))
    p = draw(st.sampled_from((3.0, 1.5, 0.5)))
    return Call(x, axes=axes, keepdim=draw(st.booleans()), p=p)


CASES = [
    Case(
        "matrix_product",
        calls=matrix_pairs(),
        empty=(
            Call(np.zeros((0, 3)), np.ones((3, 2))),
            Call(np.zeros((2, 0)), np.ones((0, 3))),
            Call(np.zeros((0, 2, 3)), np.ones((3, 4))),
        ),
        linear="each",
    ),
    Case(
        "matmul with vectors",
        primitive=None,
        function=tv.matmul,
        calls=vector_products(),
        empty=(Call(np.zeros(0), np.zeros(0)), Call(np.zeros((0, 3)), np.zeros(3))),
        linear="each",
    ),
    Case(
        "contract",
        calls=contractions(),
        empty=(Call(np.zeros((0, 3)), np.ones((3, 2)), terms=("ij", "jk"), result="ik"),),
        linear="each",
    ),
    Case(
        "einsum",
        primitive=None,
        function=tv.einsum,
        calls=einsums(),
        empty=(Call("bij,bjk->bik", np.zeros((0, 2, 3)), np.zeros((0, 3, 1))),),
        linear="each",
    ),
    Case(
        "power_norm",
        calls=powers(),
        empty=(Call(np.zeros((0, 3)), axes=(1,), keepdim=False, p=3.0),),
        smooth=False,
    ),
    Case(
        "norm",
        primitive=None,
        function=tv.norm,
        calls=norms().filter(no_ties),
        empty=(Call(np.zeros((0, 3)), 3, 1), Call(np.zeros((2, 0)))),
        smooth=False,
    ),
]
