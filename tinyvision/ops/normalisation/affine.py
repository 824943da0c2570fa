"""Each column of a matrix times a weight of its own, plus a bias of its own."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...threads import in_parts
from ..base.blocks import enough_rows, rows_of_blocks
from ..base.broadcast import sum_over


@primitive
def scale_and_shift(x, weight, bias):
    """(P, D) * (D,) + (D,) -> (P, D); the bias may be None.

    A block at a time, so that what is shifted is still in the processor's cache.
    """
    answer = np.empty(x.shape, np.result_type(x, weight))

    def work(start, stop):
        for place in rows_of_blocks(start, stop, x.shape[1]):
            out = np.multiply(x[place], weight, out=answer[place])
            if bias is not None:
                out += bias

    in_parts(len(x), work, enough_rows(x.shape[1]))
    return answer


@primitive
def column_dots(x, y):
    """The inner products of columns: (P, D), (P, D) -> (D,).

    A row of ones times each block of products, the blocks added in float64: one row after the other
    would lose digits, and all products would take memory.
    """
    # At least 64 wide, so that no block is so long that its sum in float32 loses digits.
    blocks = list(rows_of_blocks(0, len(x), max(x.shape[1], 64)))
    sums = np.zeros((len(blocks), x.shape[1]), np.float64)
    wide = np.result_type(x, y, np.float32)

    def work(start, stop):
        for number in range(start, stop):
            products = np.multiply(x[blocks[number]], y[blocks[number]], dtype=wide)
            # Not `matmul`, which would keep other threads waiting, see base/product.py.
            sums[number] = np.dot(np.ones(len(products), wide), products)  # (P,) (P, D) -> (D,)

    in_parts(len(blocks), work, least=2)
    return sums.sum(axis=0).astype(np.result_type(x, y))


scale_and_shift.defvjp(
    x=lambda g, weight: scale_and_shift(g, weight, None),
    weight=lambda g, x: column_dots(g, x),
    bias=lambda g: sum_over(g, axes=(0,), keepdim=False),
)
column_dots.defvjp(
    x=lambda g, y: scale_and_shift(y, g, None),
    y=lambda g, x: scale_and_shift(x, g, None),
)
