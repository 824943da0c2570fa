"""Cases of tinyvision/ops/elementwise/compare.py, bits.py and finite.py.

They have no gradients, but layouts, sizes and arguments to leave untouched.
"""

import numpy as np

from ..case import Call, Case, arrays, broadcast_pairs, shapes


def whole(shape):
    """Few numbers, so that many are equal."""
    return arrays(shape, -2, 2).map(np.round).map(np.asarray)


def integers(shape):
    return arrays(shape, 0, 9).map(lambda array: np.asarray(array, np.int64))


def pairs(name, values):
    return Case(
        name,
        calls=broadcast_pairs(values).map(lambda pair: Call(*pair)),
        empty=(Call(np.zeros((0, 3), int), np.zeros(3, int)),),
        differentiable=False,
        keeps_dtype=False,
    )


def singles(name, values):
    return Case(
        name,
        calls=values(shapes()).map(Call),
        empty=(Call(np.zeros((0, 3), int)),),
        differentiable=False,
        keeps_dtype=False,
    )


CASES = [
    *[pairs(name, whole) for name in ("eq", "ne", "lt", "le", "gt", "ge")],
    *[pairs(f"logical_{name}", whole) for name in ("and", "or", "xor")],
    singles("logical_not", whole),
    *[pairs(f"bitwise_{name}", integers) for name in ("and", "or", "xor")],
    singles("bitwise_not", integers),
    *[pairs(f"bitwise_{side}_shift", integers) for side in ("left", "right")],
    pairs("heaviside", whole),
    *[
        singles(name, whole)
        for name in ("isnan", "isinf", "isfinite", "isposinf", "isneginf", "isreal", "signbit")
    ],
]
