"""Going through a long array in blocks that stay in the processor's cache."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ...threads import get_num_threads, in_parts

_LONGEST_ROW = 1024
_ELEMENTS = 65536  # of float32: 256 KiB, so that a block and two or three like it stay in cache
# Threads hand Python's lock over after each step: fewer and longer steps are better for several.
_LONGER = 2


def block_length() -> int:
    """How many numbers make up a block."""
    return _ELEMENTS * (1 if get_num_threads() == 1 else _LONGER)


def pieces_of(start: int, stop: int, length: int) -> Iterator[slice]:
    """Slices from start to stop, each of a length but for a shorter last one."""
    for first in range(start, stop, length):
        yield slice(first, min(first + length, stop))


def over_blocks(function: Callable[..., None], x: Any, outputs: int = 1) -> list[np.ndarray]:
    """The answers of a function of many steps that works element by element, a block at a time.

    A step over a long array waits for memory; over a block it does not.

    Args:
        function: gets a block of x, one-dimensional, in float64 or float32, and as many blocks
            to write its answers to.
        x: an array of floats; for float16 it is worked out in float32.
        outputs: how many answers there are.

    Returns:
        The answers, each of x's shape and type.
    """
    native = x.dtype.newbyteorder("=")
    dtype = np.dtype("float64" if x.dtype.itemsize == 8 else "float32")
    # In memory order, where x fills its memory without gaps; else a copy does.
    order = sorted(range(x.ndim), key=lambda axis: -x.strides[axis])
    if not x.transpose(order).flags.c_contiguous:
        x, order = np.array(x, order="C"), list(range(x.ndim))
    flat = x.transpose(order).reshape(-1)
    answers = [np.empty(flat.shape, native) for _ in range(outputs)]

    length = block_length()

    def work(start, stop):
        for place in pieces_of(start, stop, length):
            if x.dtype == dtype:
                function(flat[place], *[answer[place] for answer in answers])
            else:
                wide = flat[place].astype(dtype)
                made = [np.empty_like(wide) for _ in answers]
                function(wide, *made)
                for answer, block in zip(answers, made, strict=True):
                    answer[place] = block

    in_parts(flat.size, work, least=length)
    shape = [x.shape[axis] for axis in order]
    return [answer.reshape(shape).transpose(np.argsort(order)) for answer in answers]


def are_short_rows(x, axes) -> bool:
    """Whether to go over the last axis alone, short enough to be added up in its own type."""
    return (
        axes == (x.ndim - 1,)
        and 0 < x.shape[-1] <= _LONGEST_ROW
        and x.dtype in (np.float32, np.float64)
    )


def rows_of_blocks(start: int, stop: int, width: int) -> Iterator[slice]:
    """Slices of rows from start to stop, of so many numbers each, that make up a block."""
    return pieces_of(start, stop, enough_rows(width))


def enough_rows(width: int) -> int:
    """How many rows of so many numbers keep a thread busy for longer than it takes to wake it."""
    return max(1, block_length() // max(width, 1))


def even(size: int, most: int) -> int:
    """How many a piece when `size` is cut into as few and as equal pieces of at most so many."""
    count = max(-(-size // most), 1)
    return max(-(-size // count), 1)


_REPEATED = 256


def repeated(row, like):
    """A row as often as a block of rows of `like` has, if it is short; else once.

    NumPy, repeating it, starts anew for each: that takes half as long again where rows are short.
    """
    if like.shape[1] > _REPEATED:
        return row[None]
    return np.repeat(row[None], min(enough_rows(like.shape[1]), len(like)), axis=0)


def in_blocks(function: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """The same for a function that returns its one answer, as a decorator."""

    def written(x: np.ndarray, out: np.ndarray) -> None:
        out[...] = function(x)

    @functools.wraps(function)
    def on_all(x: np.ndarray) -> np.ndarray:
        return over_blocks(written, x)[0]

    return on_all
