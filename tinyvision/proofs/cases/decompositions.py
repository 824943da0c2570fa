"""Gradient cases of solve, cholesky, pseudo_inverse, determinant, decompositions and svd.

Vectors of a decomposition are determined but for their sign, and LAPACK's choice may jump from one
input to the next: what is checked are functions that do not depend on it.
"""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision.autograd import registry

from ..case import Call, Case, arrays

sizes = st.integers(1, 3)
batches = st.sampled_from(((), (), (2,), (1, 2)))


@st.composite
def spread(draw, rows=sizes, columns=None, low=1.0):
    """Matrices whose singular values are at least 0.6 apart and none below `low`."""
    m = draw(rows)
    n = m if columns is None else draw(columns)
    batch = draw(batches)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    u, _ = np.linalg.qr(rng.normal(size=(*batch, m, m)))
    v, _ = np.linalg.qr(rng.normal(size=(*batch, n, n)))
    k = min(m, n)
    values = low + 0.8 * np.arange(k)[::-1] + rng.uniform(0, 0.2, (*batch, k))
    return (u[..., :k] * values[..., None, :]) @ np.swapaxes(v[..., :k], -1, -2)


@st.composite
def regular_systems(draw):
    a = draw(spread())
    columns = draw(sizes)
    batch = draw(st.sampled_from((a.shape[:-2], ())))
    return Call(a, draw(arrays((*batch, a.shape[-1], columns))))


def rank_one(x):
    """An outer product, whose rank stays one however its factors change."""
    return x[..., :, None] * x[..., None, :]


def symmetric(x):
    return x + x.mT


def positive(x):
    return x @ x.mT + tv.eye(x.shape[-1], dtype=x.dtype)


def signless_eigen(x):
    """Eigenvalues and the magnitudes of eigenvectors."""
    values, vectors = tv.linalg.eigh(symmetric(x))
    return tv.cat([values[..., None, :], vectors * vectors], -2)


def signless_svd(x):
    """S, and functions of U and V that a common sign leaves as they are."""
    u, s, vh = tv.linalg.svd(x, full_matrices=False)
    return tv.cat([(u * u).flatten(-2), s, (vh * vh).flatten(-2), (u @ vh).flatten(-2)], -1)


def signless_qr(x):
    q, r = tv.linalg.qr(x)
    return tv.cat([(q * q).flatten(-2), (r * r).flatten(-2)], -1)


@st.composite
def apart(draw):
    """Matrices whose sum with their transpose has eigenvalues that are 0.5 apart."""
    n = draw(sizes)
    batch = draw(batches)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    q, _ = np.linalg.qr(rng.normal(size=(*batch, n, n)))
    values = 0.8 * np.arange(n) + rng.uniform(0, 0.2, (*batch, n)) - 1.0
    skew = rng.normal(size=(*batch, n, n))
    lopsided = skew - np.swapaxes(skew, -1, -2)
    return (q * values[..., None, :]) @ np.swapaxes(q, -1, -2) / 2 + lopsided


def fixed_cut(name):
    return lambda x: registry[name](rank_one(x), cut=np.full(x.shape[:-1], 1e-3))


SQUARE = np.zeros((0, 2, 2))
calls = spread().map(Call)

CASES = [
    Case("inverse_of", calls=calls, empty=(Call(SQUARE),), half=False),
    Case(
        "inv",
        primitive=None,
        function=tv.linalg.inv,
        calls=calls,
        empty=(Call(SQUARE),),
        half=False,
    ),
    Case(
        "solution_of",
        calls=regular_systems(),
        empty=(Call(SQUARE, np.ones((2, 1))), Call(np.eye(2), np.zeros((2, 0)))),
        half=False,
    ),
    Case(
        "solve from the right",
        primitive=None,
        function=lambda a, b: tv.linalg.solve(a, b.mT, left=False),
        calls=regular_systems(),
        empty=(Call(SQUARE, np.ones((2, 1))),),
        half=False,
    ),
    Case(
        "solve_triangular",
        primitive=None,
        function=lambda x: tv.linalg.solve_triangular(positive(x), x, upper=True),
        calls=calls,
        empty=(Call(SQUARE),),
        half=False,
    ),
    Case(
        "cholesky_factor",
        function=lambda x: tv.linalg.cholesky(positive(x)),
        calls=calls,
        empty=(Call(SQUARE),),
        half=False,
    ),
    Case(
        "cholesky_solve",
        primitive=None,
        function=lambda a, b: tv.cholesky_solve(b, positive(a)),
        calls=regular_systems(),
        empty=(Call(SQUARE, np.ones((2, 1))),),
        half=False,
    ),
    Case(
        "matrix_exp",
        primitive=None,
        function=tv.linalg.matrix_exp,
        calls=calls,
        empty=(Call(SQUARE),),
    ),
    Case("determinant_of", calls=calls, empty=(Call(SQUARE),), half=False),
    Case("cofactors_of", calls=calls, empty=(Call(SQUARE),), half=False),
    Case("log_abs_determinant", calls=calls, empty=(Call(SQUARE),), half=False),
    Case("sign_of_determinant", calls=calls, empty=(Call(SQUARE),), flat=True, half=False),
    Case(
        "logdet",
        primitive=None,
        function=lambda x: tv.logdet(positive(x)),
        calls=calls,
        empty=(Call(SQUARE),),
        half=False,
    ),
    Case(
        "pseudo_inverse",
        function=lambda x: tv.linalg.pinv(x),
        calls=spread(columns=sizes).map(Call),
        empty=(Call(np.zeros((0, 2, 3))), Call(np.zeros((2, 0)))),
        half=False,
    ),
    Case(
        "pinv of matrices of rank one",
        primitive=None,
        function=fixed_cut("pseudo_inverse"),
        calls=arrays(st.sampled_from(((2,), (3,), (2, 3))), 0.5, 2.0).map(Call),
        empty=(Call(np.zeros((0, 2))),),
        half=False,
    ),
    Case(
        "qr_stacked",
        function=signless_qr,
        calls=spread(columns=sizes).map(Call),
        empty=(Call(np.zeros((0, 3, 2))),),
        half=False,
        smooth=False,
    ),
    Case(
        "eigh_stacked",
        function=signless_eigen,
        calls=apart().map(Call),
        empty=(Call(SQUARE),),
        half=False,
        smooth=False,
    ),
    Case(
        "svd_stacked",
        function=signless_svd,
        calls=spread(columns=sizes).map(Call),
        empty=(Call(np.zeros((0, 3, 2))),),
        half=False,
        smooth=False,
    ),
]
