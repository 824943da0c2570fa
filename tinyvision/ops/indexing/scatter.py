"""Scattering along an axis: ``out[index[i][j]][j] = src[i][j]``, or combined with what is there."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import Tensor, unwrap, wrap
from ..base.broadcast import reshape_to
from ..base.choose import where
from ..base.index import pick, put, replace
from ..base.promote import as_type
from ..base.recurrence import recur, recur_back, shifted
from ..shapes.join import cat
from .gather import along, checked_along

REDUCTIONS = ("sum", "prod", "mean", "amax", "amin")


def scatter(input, dim, index, src=None, *, value=None, reduce=None):
    """``out = input``, then ``out[index[i][j]][j] = src[i][j]`` for ``dim=0``, and so on.

    Of several values for one place the last stays, and only that one has a gradient.

    Args:
        input: (...).
        dim: the axis along which the index points.
        index: integers, as many axes as the input, elsewhere no larger than it.
        src: values, at least as large as the index; or one number.
        value: one number, another name for ``src``.
        reduce: 'add' or 'multiply', to combine with what is there; see :func:`scatter_reduce`.

    Raises:
        TypeError: the index does not hold integers, or there is nothing to scatter.
        IndexError: it names a place outside.
        ValueError: its shape, or that of ``src``, does not fit; or no such ``reduce``.
        RuntimeError: ``src`` has another type.

    >>> import tinyvision as tv
    >>> tv.scatter(tv.zeros(1, 3), 1, tv.tensor([[2, 0]]), tv.tensor([[5.0, 7.0]]))
    tensor([[7., 0., 5.]])
    """
    src = value if src is None else src
    if src is None:
        raise TypeError("scatter needs src or value; both are None")
    if reduce not in (None, "add", "multiply"):
        raise ValueError(f"scatter: reduce must be 'add' or 'multiply', got {reduce!r}")
    line, axis, places = checked_along("scatter", input, dim, index)
    if not isinstance(src, Tensor):
        src = wrap(np.full(places.shape, src, input.dtype))
    if reduce is not None:
        reduction = {"add": "sum", "multiply": "prod"}[reduce]
        return scatter_reduce(input, dim, wrap(places), src, reduction)
    used = _used("scatter", input, src, places)
    return reshape_to(replace(line, used, index=along(places, axis)), shape=input.shape)


def scatter_add(input, dim, index, src):
    """``out = input``, then ``out[index[i][j]][j] += src[i][j]`` for ``dim=0``, and so on.

    Raises:
        TypeError, IndexError, ValueError, RuntimeError: as :func:`scatter`.

    >>> import tinyvision as tv
    >>> tv.scatter_add(tv.zeros(1, 3), 1, tv.tensor([[0, 0, 2]]), tv.ones(1, 3))
    tensor([[2., 0., 1.]])
    """
    line, axis, places = checked_along("scatter_add", input, dim, index)
    used = _used("scatter_add", input, src, places)
    added = put(used, index=along(places, axis), shape=line.shape)
    return input + reshape_to(added, shape=input.shape)


def _used(name, input, src, places):
    """The part of `src` that the index has a place for."""
    if src.dtype != input.dtype:
        raise RuntimeError(f"{name}: src is {src.dtype}, the input {input.dtype}; convert one")
    if places.size == 0:
        return wrap(np.zeros(places.shape, src.dtype))
    src = src if src.ndim else reshape_to(src, shape=(1,))
    if src.ndim != places.ndim:
        raise ValueError(f"{name}: src: index has {places.ndim} axes, the tensor {src.ndim}")
    for axis, (size, there) in enumerate(zip(places.shape, src.shape, strict=True)):
        if size > there:
            raise ValueError(
                f"{name}: src: index has size {size} along dim {axis}, the tensor only {there}"
            )
    return pick(src, index=tuple(slice(size) for size in places.shape))


def scatter_reduce(input, dim, index, src, reduce, *, include_self=True):
    """As :func:`scatter`, but what meets at one place is reduced.

    Args:
        input, dim, index, src: as in :func:`scatter`.
        reduce: 'sum', 'prod', 'mean', 'amax' or 'amin'. Equal extremes share the gradient.
        include_self: whether what stood at a place counts, too.

    Raises:
        TypeError, IndexError, RuntimeError: as :func:`scatter`.
        ValueError: the shapes do not fit, or there is no such reduction.

    >>> import tinyvision as tv
    >>> x, index = tv.ones(3), tv.tensor([0, 0, 2])
    >>> tv.scatter_reduce(x, 0, index, tv.tensor([4.0, 5.0, 6.0]), "amax")
    tensor([5., 1., 6.])
    >>> tv.scatter_reduce(x, 0, index, tv.tensor([4.0, 5.0, 6.0]), "sum", include_self=False)
    tensor([9., 1., 6.])
    """
    if reduce not in REDUCTIONS:
        raise ValueError(
            f"scatter_reduce: reduce must be one of {', '.join(REDUCTIONS)}, got {reduce!r}"
        )
    line, axis, places = checked_along("scatter_reduce", input, dim, index)
    used = _used("scatter_reduce", input, src, places)
    cells = np.arange(line.numel()).reshape(line.shape)[along(places, axis)].reshape(-1)
    return reduce_into(input, cells, reshape_to(used, shape=(cells.size,)), reduce, include_self)


def reduce_into(input, cells, src, reduce, include_self):
    """The input with `src` (N,) reduced into its flat places `cells` (N,)."""
    count = input.numel()
    own = np.arange(count)
    if not include_self:
        own = np.setdiff1d(own, cells)
    # Every place holds at least one value: its own, or one that replaces it.
    mine = pick(reshape_to(input, shape=(count,)), index=(own,))
    values, cells = cat([mine, src]), np.concatenate([own, cells])
    if reduce in ("sum", "mean"):
        out = put(values, index=(cells,), shape=(count,))
        if reduce == "mean":
            met = wrap(np.bincount(cells, minlength=count).astype(input.dtype))
            out = out // met if input.dtype.kind in "iu" else out / met
    elif reduce == "prod":
        out = prod_into(values, cells=cells, count=count)
    else:
        out = extreme_into(values, cells=cells, count=count, largest=reduce == "amax")
    return reshape_to(as_type(out, input.dtype), shape=input.shape)


@primitive
def prod_into(values, *, cells, count):
    """The product of the values (N,) that meet in each of `count` cells."""
    out = np.ones(count, values.dtype)
    np.multiply.at(out, cells, values)
    return out


def _prod_into_rule(g, values, *, cells):
    """Products of the others, without dividing: what stands before in the cell times after it."""
    order = np.argsort(cells, kind="stable")
    grouped = cells[order]
    same = np.zeros(len(cells), bool)
    same[1:] = grouped[1:] == grouped[:-1]
    start = (~same).astype(values.dtype)
    end = np.append(start[1:], start[:1])  # the first row starts a cell, and the last one ends one
    ordered = pick(values, index=(order,))
    before = recur(where(same, shifted(ordered, 1, axis=0), 0.0), start, axis=0)
    after = recur_back(where(same, ordered, 0.0), end, axis=0)
    slopes = put(before * after, index=(order,), shape=values.shape)
    return pick(g, index=(cells,)) * slopes


prod_into.defvjp(values=_prod_into_rule)


@primitive
def extreme_into(values, *, cells, count, largest):
    """The largest or smallest of the values (N,) that meet in each of `count` cells."""
    out = np.empty(count, values.dtype)
    out[cells] = values  # any of them to begin with
    (np.maximum if largest else np.minimum).at(out, cells, values)
    return out


def _extreme_into_rule(g, ans, values, *, cells, count):
    best, values = pick(unwrap(ans), index=(cells,)), unwrap(values)
    chosen = ((values == best) | ((values != values) & (best != best))).astype(g.dtype)
    shares = chosen / np.bincount(cells, chosen, count).astype(g.dtype)[cells]
    return pick(g, index=(cells,)) * shares


extreme_into.defvjp(values=_extreme_into_rule)
