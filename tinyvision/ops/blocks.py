"""Going through a long array in blocks that stay in the processor's cache."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

_ELEMENTS = 32768  # of float32: 128 KiB, so that a block and three or four like it stay in cache


def in_blocks(function: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """Apply a function of many steps, element by element, to one block of a float array at a time.

    A step over a long array waits for memory; over a block it does not. The function gets
    one-dimensional blocks of float64 or float32; for float16 it is worked out in float32.
    """

    @functools.wraps(function)
    def on_all(x):
        dtype = np.dtype("float64" if x.dtype.itemsize == 8 else "float32")
        # In memory order; a block is a copy only where the type or the byte order must change.
        blocks = np.nditer(
            [x, None],
            flags=["external_loop", "buffered", "zerosize_ok"],
            op_flags=[["readonly"], ["writeonly", "allocate"]],
            op_dtypes=[dtype, dtype],
            casting="same_kind",
            buffersize=_ELEMENTS,
        )
        with blocks:
            for block, out in blocks:
                out[...] = function(block)
            return blocks.operands[1].astype(x.dtype.newbyteorder("="), copy=False)

    return on_all
