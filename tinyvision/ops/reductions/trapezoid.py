"""Integrals by the trapezoid rule: of a function known at points."""

from __future__ import annotations

from ..base.index import pick
from ..base.promote import as_type, check_broadcast, check_dim
from .reduce import sum
from .scan import cumsum, diff


def trapezoid(y, x=None, *, dx=None, dim=-1):
    """The integral of values along an axis: the area under the line that joins them.

    Args:
        y: the values.
        x: the points at which they were taken, of the shape of ``y`` or (N,).
        dx: the distance of the points where there is no ``x``; 1.
        dim: the axis.

    Raises:
        RuntimeError: ``x`` and ``dx`` are both given, or ``x`` does not fit.

    >>> import tinyvision as tv
    >>> tv.trapezoid(tv.tensor([1.0, 2.0, 4.0]))
    tensor(4.5)
    """
    return sum(_areas("trapezoid", y, x, dx, dim), dim)


def cumulative_trapezoid(y, x=None, *, dx=None, dim=-1):
    """The integral from the first point to each of the others; as :func:`trapezoid`.

    Raises:
        RuntimeError: as :func:`trapezoid`.

    >>> import tinyvision as tv
    >>> tv.cumulative_trapezoid(tv.tensor([1.0, 2.0, 4.0]))
    tensor([1.5, 4.5])
    """
    return cumsum(_areas("cumulative_trapezoid", y, x, dx, dim), dim)


def _areas(name, y, x, dx, dim):
    """The areas of the trapezoids between neighbouring points."""
    if x is not None and dx is not None:
        raise RuntimeError(f"{name}: x and dx both say how far apart the points are; give one")
    axis = check_dim(dim, y.ndim)
    if y.dtype == bool:
        raise RuntimeError(f"{name} is not defined for booleans; use y.int()")
    both = _neighbour(y, axis, slice(1, None)) + _neighbour(y, axis, slice(None, -1))
    if x is None:
        return both * (0.5 * (1 if dx is None else dx))
    if x.ndim == 1:
        if x.shape[0] != y.shape[axis]:
            raise RuntimeError(
                f"{name}: {x.shape[0]} points x for {y.shape[axis]} values y along dim {dim}; "
                "give one each"
            )
        x = x.reshape(-1, *[1] * (y.ndim - axis - 1))
        axis -= y.ndim
    width = diff(x, dim=axis)
    check_broadcast(both.shape, width.shape)
    return both * as_type(width, both.dtype) * 0.5


def _neighbour(y, axis, which):
    return pick(y, index=(slice(None),) * axis + (which,))
