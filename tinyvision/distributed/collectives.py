"""Exchange of tensors: calls that all processes of a group make together.

They work on the numbers of tensors, in place; the graph does not know of them. Where numbers are
added up, that is done in the order of the processes, by each for itself: all get the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

import numpy as np

from ..autograd.modes import no_grad
from ..autograd.tensor import Tensor
from ..ops.base.assign import changed, check_changeable
from .group import member


class ReduceOp(Enum):
    """How the tensors of the processes are made one.

    AVG divides before it adds up, as `DistributedDataParallel` does in torch: no sum overflows.

    >>> import tinyvision as tv
    >>> tv.distributed.ReduceOp.AVG.name
    'AVG'
    """

    SUM = "SUM"
    AVG = "AVG"
    PRODUCT = "PRODUCT"
    MIN = "MIN"
    MAX = "MAX"


_COMBINED: dict[ReduceOp, Callable[..., Any]] = {
    ReduceOp.SUM: np.add,
    ReduceOp.AVG: np.add,
    ReduceOp.PRODUCT: np.multiply,
    ReduceOp.MIN: np.minimum,
    ReduceOp.MAX: np.maximum,
}


def all_reduce(
    tensor: Tensor, op: ReduceOp = ReduceOp.SUM, group: Any = None, async_op: bool = False
) -> None:
    """Make the tensors of all processes one, and put that into the tensor of each.

    Args:
        tensor: any shape, the same in every process; changed in place.
        op: sum, mean, product, smallest or largest, element by element.
        group: only None.
        async_op: only False.

    Raises:
        RuntimeError: this process has joined no group; another makes another call, or none.
        TypeError: the mean of integers; not a tensor.
        ValueError: an argument that is there only for torch's sake.

    >>> import tinyvision as tv
    >>> tv.distributed.init_process_group()
    >>> x = tv.tensor([1.0, 2.0])
    >>> tv.distributed.all_reduce(x)
    >>> x  # of one process
    tensor([1., 2.])
    >>> tv.distributed.destroy_process_group()
    """
    _wait("all_reduce", async_op)
    all_reduce_together([tensor], op, group)


def all_reduce_together(tensors: list[Tensor], op: ReduceOp, group: Any = None) -> None:
    """:func:`all_reduce` of several tensors at once, which meets less often."""
    _reduce("all_reduce", tensors, op, group, to=None)


def reduce(
    tensor: Tensor,
    dst: int | None = None,
    op: ReduceOp = ReduceOp.SUM,
    group: Any = None,
    async_op: bool = False,
) -> None:
    """:func:`all_reduce`, but only process `dst` gets the answer; the others keep what they have.

    Raises:
        ValueError: there is no process `dst`.
    """
    _wait("reduce", async_op)
    _reduce("reduce", [tensor], op, group, to=_rank("reduce", "dst", dst, group))


def broadcast(
    tensor: Tensor, src: int | None = None, group: Any = None, async_op: bool = False
) -> None:
    """Give the tensor of process `src` to all others.

    Args:
        tensor: any shape, the same in every process; changed in place, but in `src`.
        src: the number of a process.
        group, async_op: as for :func:`all_reduce`.

    Raises:
        RuntimeError, TypeError: as :func:`all_reduce`.
        ValueError: there is no process `src`.
    """
    _wait("broadcast", async_op)
    broadcast_together([tensor], _rank("broadcast", "src", src, group), group)


def broadcast_together(tensors: list[Tensor], src: int, group: Any = None) -> None:
    """:func:`broadcast` of several tensors at once."""
    us = member("broadcast", group)
    if us.rank == src:
        _check("broadcast", tensors)
    else:
        _check_changeable("broadcast", tensors)
    # What arrives is put into copies: a tensor that has those numbers already is left as it is, so
    # that backward may still use it.
    flats = [flat(tensor) if us.rank == src else np.array(flat(tensor)) for tensor in tensors]
    for mine, everyones in us.exchange(f"broadcast(src={src})", flats, gives=us.rank == src):
        if us.rank != src:
            mine[...] = everyones[src]
    for tensor, numbers in zip(tensors, flats, strict=True):
        if us.rank != src and numbers.tobytes() != tensor._array.tobytes():
            tensor._array[...] = numbers.reshape(tensor.shape)
            changed(tensor, "broadcast")


def all_gather(
    tensor_list: list[Tensor], tensor: Tensor, group: Any = None, async_op: bool = False
) -> None:
    """Put the tensors of all processes into a list of tensors, in each.

    Args:
        tensor_list: a tensor for each process, all of the shape and type of `tensor`; changed in
            place.
        tensor: any shape, the same in every process.
        group, async_op: as for :func:`all_reduce`.

    Raises:
        RuntimeError, TypeError: as :func:`all_reduce`.
        ValueError: the list is too long or too short, or has tensors of another shape or type.
    """
    _wait("all_gather", async_op)
    us = member("all_gather", group)
    _check("all_gather", [tensor])
    _check_changeable("all_gather", tensor_list)
    like = (tensor.shape, tensor.dtype)
    if len(tensor_list) != us.world_size or any((t.shape, t.dtype) != like for t in tensor_list):
        raise ValueError(
            f"all_gather: expected a list of {us.world_size} tensors of shape {tensor.shape} and "
            f"type {tensor.dtype}, got {[(t.shape, str(t.dtype)) for t in tensor_list]}"
        )
    flats = [flat(place) for place in tensor_list]
    done = 0
    for mine, everyones in us.exchange("all_gather()", [flat(tensor)]):
        for place, theirs in zip(flats, everyones, strict=True):
            place[done : done + mine.size] = theirs
        done += mine.size
    _put_back("all_gather", tensor_list, flats)


def barrier(group: Any = None, async_op: bool = False) -> None:
    """Wait until all processes have come here.

    Raises:
        RuntimeError: as :func:`all_reduce`.
    """
    _wait("barrier", async_op)
    for _ in member("barrier", group).exchange("barrier()", []):
        pass


# -- what they share --------------------------------------------------------------------------


def flat(tensor: Tensor) -> np.ndarray:
    """The numbers in a row: those of the tensor itself if they lie so, or a copy."""
    return tensor._array.reshape(-1)


def _put_back(name: str, tensors: list[Tensor], flats: list[np.ndarray]) -> None:
    for tensor, numbers in zip(tensors, flats, strict=True):
        if not tensor._array.flags.c_contiguous:
            tensor._array[...] = numbers.reshape(tensor.shape)
        changed(tensor, name)


def _reduce(name: str, tensors: list[Tensor], op: Any, group: Any, to: int | None) -> None:
    us = member(name, group)
    if not isinstance(op, ReduceOp):
        raise ValueError(f"{name}: op is {op!r}; choose of {', '.join(map(str, ReduceOp))}")
    _check_changeable(name, tensors)
    if op is ReduceOp.AVG:
        for tensor in tensors:
            if not tensor.is_floating_point():
                raise TypeError(
                    f"{name}: the mean of {tensor.dtype} is not of that type; convert to floating "
                    "point, x.float(), or use ReduceOp.SUM"
                )
    flats = [flat(tensor) for tensor in tensors]
    call = f"{name}({op.name})" if to is None else f"{name}({op.name}, dst={to})"
    # Divided on the way there, as in torch: numbers are gone through once less.
    times = 1.0 / us.world_size if op is ReduceOp.AVG else 1.0
    with np.errstate(all="ignore"):  # as operations on tensors
        for mine, everyones in us.exchange(call, flats, times=times):
            if to in (None, us.rank):
                combine(_COMBINED[op], everyones, mine)
    if to in (None, us.rank):
        _put_back(name, tensors, flats)


def combine(function: Callable[..., Any], arrays: list[np.ndarray], out: np.ndarray) -> None:
    """Arrays of one size made one, the first two first.

    >>> total = np.empty(2)
    >>> combine(np.add, [np.array([1.0, 2.0]), np.array([3.0, 2.0]), np.ones(2)], total)
    >>> total
    array([5., 5.])
    """
    if len(arrays) > 1:
        function(arrays[0], arrays[1], out=out)
    for array in arrays[2:]:
        function(out, array, out=out)


def _check(name: str, tensors: Any) -> None:
    for tensor in tensors:
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{name}: expected a tensor, got {type(tensor).__name__}")


def _check_changeable(name: str, tensors: Any) -> None:
    """See that these are tensors whose memory may be written to."""
    _check(name, tensors)
    with no_grad():
        for tensor in tensors:
            check_changeable(tensor, name)


def _rank(name: str, argument: str, value: Any, group: Any) -> int:
    size = member(name, group).world_size
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < size:
        raise ValueError(
            f"{name}: {argument} must be the number of a process, 0 to {size - 1}, got {value!r}"
        )
    return value


def _wait(name: str, async_op: bool) -> None:
    if async_op:
        raise ValueError(f"{name}: async_op=True; an exchange ends before the call returns")
