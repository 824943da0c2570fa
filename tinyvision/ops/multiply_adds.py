"""Multiply-adds: how many pairs of numbers are multiplied and added up, by what is really run.

Counted are the products that a network's work consists of: of matrices, of attention, of windows
with kernels, and Einstein sums. Work that grows with the number of elements only (activations,
normalisation, adding a bias) is left out, as in the figures that papers give. A multiply-add is one
multiplication and one addition: two of what some texts call FLOPs.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from ..autograd.primitive import Primitive
from ..autograd.watch import watching


def multiply_adds(primitive: Primitive, made: Any, args: tuple, config: dict[str, Any]) -> int:
    """How many an operation took, given what it made and what of; 0 for all that only moves on."""
    count = _COUNTS.get(primitive.name)
    if count is None or not isinstance(primitive, Primitive):
        return 0  # of a user's Function the operations inside it are counted
    return int(count(made, args, config))


class count_multiply_adds:
    """Count the multiply-adds of the operations on tensors inside the block, in this thread.

    The way forward is counted. Of the way back only what is recorded in its turn, under
    ``create_graph``, and of that not the derivative of blocked attention.

    Attributes:
        by_operation: the count of each operation, by its name.

    >>> import tinyvision as tv
    >>> with count_multiply_adds() as count:
    ...     y = tv.nn.Linear(3, 4)(tv.ones(2, 3)) @ tv.ones(4, 5)
    >>> count.total
    64
    >>> dict(count.by_operation)
    {'linear': 24, 'matrix_product': 40}
    """

    def __init__(self) -> None:
        self.by_operation: Counter[str] = Counter()
        self._open: list[AbstractContextManager[None]] = []

    @property
    def total(self) -> int:
        """Of all operations together."""
        return self.by_operation.total()

    def __enter__(self) -> count_multiply_adds:
        self._open.append(watching(self._note))
        self._open[-1].__enter__()
        return self

    def __exit__(self, *exc: Any) -> None:
        self._open.pop().__exit__(*exc)

    def _note(self, primitive: Primitive, made: Any, args: tuple, config: dict[str, Any]) -> None:
        count = multiply_adds(primitive, made, args, config)
        if count:
            self.by_operation[primitive.name] += count


# -- by operation -----------------------------------------------------------------------------
# Each gets the answer, the arguments and the configuration of a call.


def _matrix_product(made: Any, args: tuple, config: dict[str, Any]) -> int:
    return _size(made) * args[0].shape[-1]  # each element of (..., M, N) is a sum over K


def _correlate(made: Any, args: tuple, config: dict[str, Any]) -> int:
    kernel = args[1].shape  # (O, C/g, KH, KW): each pixel of the answer is a sum over a window
    return _size(made) * math.prod(kernel[1:])


def _correlate_input_adjoint(made: Any, args: tuple, config: dict[str, Any]) -> int:
    y, w = args
    return _size(y) * math.prod(w.shape[1:])  # each pixel of y is spread over a window


def _correlate_weight_adjoint(made: Any, args: tuple, config: dict[str, Any]) -> int:
    return _size(args[1]) * math.prod(made.shape[1:])


def _correlate_kernel_slopes(made: Any, args: tuple, config: dict[str, Any]) -> int:
    x, y = args
    return _size(y) * x.shape[1] * math.prod(config["kernel"])


def _attention(made: Any, args: tuple, config: dict[str, Any]) -> int:
    """Queries with keys, and weights with values; of a causal one also the pairs it hides."""
    if len(args) == 1:  # (..., T, 3, heads, d): all three in one
        keys, features = args[0].shape[-4], args[0].shape[-1]
    else:
        keys, features = args[1].shape[-2:]
    values = made.shape[-1]
    rows = _size(made) // max(values, 1)
    return rows * keys * (features + values)


def _contract(made: Any, args: tuple, config: dict[str, Any]) -> int:
    """Pair by pair in the order NumPy takes them, every letter of the pair once."""
    terms, result = list(config["terms"]), config["result"]
    sizes = {
        letter: size
        for term, x in zip(terms, args, strict=True)
        for letter, size in zip(term, x.shape, strict=True)
    }
    if len(terms) < 2:
        return 0  # it only sums
    equation = f"{','.join(terms)}->{result}"
    empty = [np.broadcast_to(np.float32(0), x.shape) for x in args]
    path = np.einsum_path(equation, *empty, optimize=True)[0][1:]
    total = 0
    for step in path:
        taken = [terms.pop(place) for place in sorted(step, reverse=True)]
        letters = set().union(*taken)
        total += (len(taken) - 1) * math.prod(sizes[letter] for letter in letters)
        terms.append("".join(sorted(letters & set(result).union(*terms))))
    return total


def _size(x: Any) -> int:
    return math.prod(x.shape)


_COUNTS: dict[str, Callable[[Any, tuple, dict[str, Any]], int]] = {
    "matrix_product": _matrix_product,
    "linear": _matrix_product,
    "correlate": _correlate,
    "correlate_input_adjoint": _correlate_input_adjoint,
    "correlate_weight_adjoint": _correlate_weight_adjoint,
    "correlate_kernel_slopes": _correlate_kernel_slopes,
    "attention": _attention,
    "contract": _contract,
}
