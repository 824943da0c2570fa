"""Gradient cases of stacks.py, grids.py, triangle.py, products.py, plus_product.py, matrix_norm.py.

All are public functions made of primitives.
"""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv

from ..case import Call, Case, arrays, shapes, some

EMPTY = np.zeros((0, 3))


def of_one(name, function, shape=None, empty=EMPTY, **options):
    """The case of a function of one array."""
    values = arrays(shapes(2, 3) if shape is None else shape)
    options = {"linear": "together", **options}
    return Case(
        name,
        primitive=None,
        function=function,
        calls=values.map(Call),
        empty=(Call(empty),),
        **options,
    )


def of_two(name, function, *pairs, empty, **options):
    """The case of a function linear in each of two arrays, of one of the pairs of shapes."""
    calls = st.sampled_from(pairs).flatmap(
        lambda pair: st.tuples(arrays(pair[0]), arrays(pair[1])).map(lambda xs: Call(*xs))
    )
    return Case(
        name,
        primitive=None,
        function=function,
        calls=calls,
        empty=(Call(*empty),),
        **{"linear": "each", **options},
    )


def repeated(x):
    return tv.repeat_interleave(x, tv.arange(x.shape[0]), dim=0)


@st.composite
def sums_with_products(draw):
    """What is added, and the two factors of a matrix product."""
    m, k, n = draw(some), draw(some), draw(some)
    added = draw(st.sampled_from(((), (n,), (m, 1), (m, n))))
    return Call(draw(arrays(added)), draw(arrays((m, k))), draw(arrays((k, n))))


square = st.sampled_from(((1, 1), (2, 2), (3, 3)))
NOTHING = np.zeros((0, 0))

CASES = [
    of_one("hstack", lambda x: tv.hstack([x, x * 2.0])),
    of_one("column_stack", lambda x: tv.column_stack([x, x * 2.0]), shapes(0, 2)),
    of_one("dstack", lambda x: tv.dstack([x, x * 2.0]), shapes(0, 3)),
    of_one("block_diag", lambda x: tv.block_diag(x, x * 2.0), shapes(0, 2)),
    of_one("tensor_split", lambda x: tv.tensor_split(x, (1, 2))[1]),
    of_one("repeat_interleave", repeated),
    of_one("cartesian_prod", lambda x: tv.cartesian_prod(x, x * 2.0), (3,), np.zeros(0)),
    of_one("combinations", tv.combinations, shapes(1, 1), np.zeros(0)),
    of_one("rot90", lambda x: tv.rot90(x, 3)),
    of_one("tril", lambda x: tv.tril(x, 1)),
    of_one("trace", tv.trace, shapes(2, 2)),
    of_one(
        "matrix_power",
        lambda x: tv.linalg.matrix_power(x, 3),
        square,
        NOTHING,
        linear="",
        half=False,
    ),
    of_two("kron", tv.kron, ((2, 3), (2,)), ((2,), (1, 2)), ((), (3,)), empty=(EMPTY, np.ones(2))),
    of_two("inner", tv.inner, ((2, 3), (3,)), ((3,), (2, 1, 3)), empty=(EMPTY, np.ones(3))),
    of_two(
        "cross", tv.linalg.cross, ((2, 3), (2, 3)), ((1, 3), (2, 3)), empty=(EMPTY, np.ones((1, 3)))
    ),
    of_two("vecdot", tv.linalg.vecdot, ((2, 3), (3,)), ((3,), (3,)), empty=(EMPTY, np.ones(3))),
    of_two(
        "tensordot",
        lambda x, y: tv.tensordot(x, y, ([1, 0], [0, 2])),
        ((2, 3, 2), (3, 1, 2)),
        ((1, 2), (2, 2, 1)),
        empty=(EMPTY, np.ones((3, 2, 0))),
    ),
    of_two(
        "multi_dot",
        lambda x, y: tv.linalg.multi_dot([x, y, x[0]]),
        ((2, 2), (2, 2)),
        linear="",
        empty=(np.zeros((2, 0)), NOTHING),
    ),
    Case(
        "addmm",
        primitive=None,
        function=lambda a, x, y: tv.addmm(a, x, y, beta=0.5, alpha=-2),
        calls=sums_with_products(),
        empty=(Call(np.zeros(2), EMPTY, np.ones((3, 2))),),
    ),
    *[
        of_one(
            f"matrix_norm {order}",
            lambda x, order=order: tv.linalg.matrix_norm(x, order),
            st.sampled_from(((2, 3), (3, 2), (2, 2, 2))),
            np.zeros((0, 2, 2)),
            linear="",
            smooth=False,
            half=order not in ("nuc", 2),
        )
        for order in ("fro", "nuc", 1, 2)
    ],
]
