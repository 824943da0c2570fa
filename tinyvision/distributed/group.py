"""The group of processes that train together: joining it, leaving it, and who one is in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .links import Member

_here = Member()  # what this process was started as: of a group of its own, if by nobody
_group: Member | None = None


def set_member(member: Member) -> None:
    """Say who this process is; for what starts it."""
    global _here, _group
    _here, _group = member, None  # a forked process begins with its starter's


def init_process_group(
    backend: str | None = None,
    init_method: str | None = None,
    timeout: timedelta | None = None,
    world_size: int = -1,
    rank: int = -1,
) -> None:
    """Join the other processes; returns when all of them have come.

    The processes of a group are those that one call of :func:`tinyvision.multiprocessing.spawn`
    started; they exchange tensors through memory that they share. A process that was not started
    so is a group of its own.

    Args:
        backend: None, or "gloo", as exchange between processors is called in torch.
        init_method: None, or "env://", torch's default: it is known how they find one another.
        timeout: how long to wait for another process, at any time; half an hour.
        world_size, rank: may be said again; they are known.

    Raises:
        ValueError: another backend or way to meet; a rank or world size that is not this process's.
        RuntimeError: the group has been joined already; a process does not come.

    >>> import tinyvision as tv
    >>> tv.distributed.init_process_group()
    >>> tv.distributed.get_rank(), tv.distributed.get_world_size()
    (0, 1)
    >>> tv.distributed.destroy_process_group()
    """
    global _group
    if backend not in (None, "gloo"):
        raise ValueError(
            f"init_process_group: the backend is {backend!r}; processes exchange tensors through "
            "memory they share, leave backend out (or say 'gloo', as in torch)"
        )
    if init_method not in (None, "env://"):
        raise ValueError(
            f"init_process_group: init_method is {init_method!r}; the processes of "
            "tinyvision.multiprocessing.spawn know one another, leave it out"
        )
    if _group is not None:
        raise RuntimeError(
            "init_process_group: this process has joined its group already; call "
            "destroy_process_group() before joining again"
        )
    for name, given, known in (
        ("world_size", world_size, _here.world_size), ("rank", rank, _here.rank)
    ):  # fmt: skip
        if given not in (-1, known):
            raise ValueError(
                f"init_process_group: {name}={given}, but this process is number {_here.rank} of "
                f"{_here.world_size}; start as many as you want: tinyvision.multiprocessing."
                "spawn(fn, args, nprocs), which calls fn(rank, *args) in each"
            )
    timeout = timedelta(minutes=30) if timeout is None else timeout
    if not isinstance(timeout, timedelta) or timeout <= timedelta(0):
        raise ValueError(
            f"init_process_group: timeout must be a datetime.timedelta above 0, got {timeout!r}"
        )
    _here.timeout = timeout.total_seconds()
    for _ in _here.exchange("init_process_group()", []):
        pass
    _group = _here


def destroy_process_group(group: Any = None) -> None:
    """Leave the group.

    Raises:
        RuntimeError: there is none.
    """
    global _group
    member("destroy_process_group", group)
    _group = None


def member(name: str, group: Any = None) -> Member:
    """This process in its group.

    Raises:
        RuntimeError: it has joined none.
        ValueError: a group of some of the processes was asked for.
    """
    if group is not None:
        raise ValueError(f"{name}: group={group!r}; there is one group, of all processes")
    if _group is None:
        raise RuntimeError(
            f"{name}: this process has joined no group; call "
            "tinyvision.distributed.init_process_group() first"
        )
    return _group


def is_available() -> bool:
    """Whether processes can be joined to a group; they always can."""
    return True


def is_initialized() -> bool:
    """Whether this process has joined its group."""
    return _group is not None


def get_rank(group: Any = None) -> int:
    """The number of this process in its group, from 0.

    Raises:
        RuntimeError: it has joined none.
    """
    return member("get_rank", group).rank


def get_world_size(group: Any = None) -> int:
    """How many processes the group has.

    Raises:
        RuntimeError: this process has joined none.
    """
    return member("get_world_size", group).world_size
