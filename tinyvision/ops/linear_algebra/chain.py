"""The product of several matrices, multiplied in the cheapest order."""

from __future__ import annotations

from ..base.broadcast import reshape_to
from ..base.linalg import mm
from ..shapes.join import check_sequence


def multi_dot(tensors):
    """The product of several matrices, multiplied in the order that takes fewest steps.

    The first may be a vector, a row, and the last one, a column.

    Raises:
        TypeError: no list or tuple of tensors.
        ValueError: fewer than two, or the sizes do not fit.
        RuntimeError: the types differ.

    >>> import tinyvision as tv
    >>> tv.linalg.multi_dot([tv.ones(2, 9), tv.ones(9, 9), tv.ones(9)])
    tensor([81., 81.])
    """
    parts = check_sequence("multi_dot", tensors)
    if len(parts) < 2:
        raise ValueError(f"multi_dot needs at least two tensors, got {len(parts)}")
    for position, part in enumerate(parts):
        outermost = position in (0, len(parts) - 1)
        if part.ndim not in ((1, 2) if outermost else (2,)):
            raise ValueError(
                f"multi_dot: tensor {position} has shape {part.shape}; all must be matrices, the "
                "first and the last may be vectors"
            )
    return _multiplied(parts)


def _multiplied(parts):
    row, column = parts[0].ndim == 1, parts[-1].ndim == 1
    parts = list(parts)
    if row:
        parts[0] = reshape_to(parts[0], shape=(1, *parts[0].shape))
    if column:
        parts[-1] = reshape_to(parts[-1], shape=(*parts[-1].shape, 1))
    out = _in_best_order(parts)
    if not (row or column):
        return out
    return reshape_to(out, shape=(() if row else out.shape[:1]) + (() if column else out.shape[1:]))


def _in_best_order(parts):
    """Multiply what `cheapest` says first; a table of all runs of neighbours, short ones first."""
    count = len(parts)
    sizes = [part.shape[0] for part in parts] + [parts[-1].shape[1]]
    cost = {(i, i): 0 for i in range(count)}
    cut = {}
    for length in range(1, count):
        for first in range(count - length):
            last = first + length
            steps = {
                k: cost[first, k]
                + cost[k + 1, last]
                + sizes[first] * sizes[k + 1] * sizes[last + 1]
                for k in range(first, last)
            }
            cut[first, last] = min(steps, key=steps.__getitem__)
            cost[first, last] = steps[cut[first, last]]

    def product(first, last):
        if first == last:
            return parts[first]
        k = cut[first, last]
        return mm(product(first, k), product(k + 1, last))

    return product(0, count - 1)


def chain_matmul(*matrices):
    """As :func:`tinyvision.linalg.multi_dot`, of matrices only; one is its own product.

    >>> import tinyvision as tv
    >>> tv.chain_matmul(tv.ones(2, 9), tv.ones(9, 1))
    tensor([[9.],
            [9.]])
    """
    parts = check_sequence("chain_matmul", matrices)
    for position, part in enumerate(parts):
        if part.ndim != 2:
            raise ValueError(f"chain_matmul: tensor {position} has shape {part.shape}, no matrix")
    return parts[0] if len(parts) == 1 else _multiplied(parts)
