"""What joins the processes of a group: memory that all of them see, and semaphores to wait at.

Every exchange works alike. Each process writes what it gives into a place of its own, tells the
others that it has come, waits until they have, and reads their places. The places are there twice
and used in turn: a process writes to a place again only after the exchange in between, and by then
everybody has read it. So one meeting is enough for an exchange.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..threads import cores

ROOM = 4 * 2**20
"""Bytes that a process can give at a time; larger arrays go in several rounds."""

HEADER = np.dtype([("round", np.int64), ("sum", np.int64), ("call", "S240")])
"""What a process is about to do: the number of the exchange, and its call in words."""

ALIGNED = 64

PATIENCE = 0.001
"""Seconds for which a process looks again and again whether another has come, before it sleeps.

To be woken takes time: looking saves 1 to 6 % of a training step of the article's CNN with two
processes. Where processes share a core, the one looked out for could not run.
"""


@dataclass
class Links:
    """Made by the process that starts the others, and handed to each of them."""

    world_size: int
    memory: Any  # bytes that all processes share
    arrivals: list[list[Any]]  # of process i at process j, for i and j

    @classmethod
    def between(cls, world_size: int, context: Any) -> Links:
        """Links for so many processes, of a context of Python's `multiprocessing`."""
        size = world_size * (2 * (ROOM + HEADER.itemsize) + 1) + ALIGNED
        arrivals = [[context.Semaphore(0) for _ in range(world_size)] for _ in range(world_size)]
        return cls(world_size, context.RawArray("B", size), arrivals)


class Member:
    """A process of a group, as it sees the others.

    Attributes:
        timeout: seconds after which waiting for another process is an error.
    """

    def __init__(self, rank: int = 0, links: Links | None = None) -> None:
        self.rank = rank
        self.world_size = 1 if links is None else links.world_size
        self.timeout = 1800.0
        self._rounds = 0
        self._broken = ""  # why no exchange can follow
        if links is None:
            return
        self._arrivals = links.arrivals
        self._patience = PATIENCE if links.world_size <= cores() else 0.0
        memory = np.frombuffer(links.memory, np.uint8)
        memory = memory[-memory.ctypes.data % ALIGNED :]
        sizes = [2 * self.world_size * ROOM, 2 * self.world_size * HEADER.itemsize, self.world_size]
        rooms, headers, gone = np.split(memory, np.cumsum(sizes))[:3]
        self._rooms = rooms.reshape(2, self.world_size, ROOM)
        self._headers = headers.view(HEADER).reshape(2, self.world_size)
        self._gone = gone

    def exchange(
        self, call: str, arrays: list[np.ndarray], gives: bool = True, times: float = 1.0
    ) -> Iterator[tuple[np.ndarray, list[np.ndarray]]]:
        """Show the others some arrays, and see theirs.

        Args:
            call: in words; all must make the same, with arrays of the same sizes and types.
            arrays: flat ones.
            gives: whether what this process has is of interest to the others.
            times: what is shown is so many times the array.

        Yields:
            A piece of an array, and the same piece of every process, this one among them. These
            can be read until the next piece is asked for.

        Raises:
            RuntimeError: the others do something else, have ended, or do not come.
        """
        if self.world_size == 1:
            yield from ((array, [array]) for array in arrays)
            return
        if self._broken:
            raise RuntimeError(f"{call}: the group cannot be used any more: {self._broken}")
        # Whatever ends an exchange before its end leaves the processes at different places.
        self._broken = f"{call} was not brought to its end"
        whole = described(call, arrays)
        for pieces in batches(arrays):
            turn = self._rounds % 2
            self._rounds += 1
            rooms = [self._rooms[turn, rank] for rank in range(self.world_size)]
            if gives:
                for mine, start in pieces:
                    place = seen(rooms[self.rank], start, mine)
                    if times == 1.0:
                        np.copyto(place, mine)
                    else:
                        np.multiply(mine, times, out=place)
            self._meet(whole, turn)
            for mine, start in pieces:
                yield mine, [seen(room, start, mine) for room in rooms]
        self._broken = ""

    def leave(self) -> None:
        """Tell those who wait, now or later, that this process will not come any more."""
        if self.world_size > 1 and not self._gone[self.rank]:
            self._gone[self.rank] = 1
            self._arrive()

    def _meet(self, call: str, turn: int) -> None:
        """Come together with all others, and see that they make the same call."""
        headers = self._headers[turn]
        own, text = headers[self.rank : self.rank + 1], call.encode()
        own[...] = (self._rounds, zlib.crc32(text), text[: HEADER["call"].itemsize])
        self._arrive()
        for rank, header in enumerate(headers):
            if rank == self.rank:
                continue
            if not self._has_come(rank):
                raise self._failure(
                    f"process {self.rank} has waited {self.timeout:g} s for process {rank} in "
                    f"{shown(own[0])}; look what that one is doing, or give init_process_group a "
                    "longer timeout"
                )
            if header["round"] != self._rounds:
                does = "has ended" if self._gone[rank] else "is at another call"
                raise self._failure(
                    f"process {rank} {does}, and process {self.rank} still calls "
                    f"{shown(own[0])}; all processes of a group must make the same calls, equally "
                    "often"
                )
        for rank, header in enumerate(headers):
            if header["sum"] != own[0]["sum"]:
                self._broken = ""  # all have met, and know of it
                raise RuntimeError(
                    f"process {self.rank} calls {shown(own[0])}, process {rank} calls "
                    f"{shown(header)}; all processes of a group must make the same calls, in the "
                    "same order, with tensors of the same sizes and types"
                )

    def _failure(self, message: str) -> RuntimeError:
        self._broken = message
        return RuntimeError(message)

    def _has_come(self, rank: int) -> bool:
        """Wait for another process; whether it came in time."""
        arrival = self._arrivals[rank][self.rank]
        until = time.perf_counter() + self._patience
        while time.perf_counter() < until:
            if arrival.acquire(False):
                return True
        return arrival.acquire(True, self.timeout)

    def _arrive(self) -> None:
        for rank in range(self.world_size):
            if rank != self.rank:
                self._arrivals[self.rank][rank].release()


def batches(arrays: list[np.ndarray]) -> Iterator[list[tuple[np.ndarray, int]]]:
    """Pieces of flat arrays, and at which byte each lies, in lists that fit into the room.

    Nothing to show is one empty list: the processes meet all the same.

    >>> both = [np.zeros(3), np.zeros(ROOM // 8)]
    >>> [[(len(piece), start) for piece, start in pieces] for pieces in batches(both)]
    [[(3, 0), (524280, 64)], [(8, 0)]]
    """
    pieces: list[tuple[np.ndarray, int]] = []
    place = 0
    for array in arrays:
        taken = 0
        while taken < array.size:
            if place >= ROOM:
                yield pieces
                pieces, place = [], 0
            piece = array[taken : taken + (ROOM - place) // array.itemsize]
            pieces.append((piece, place))
            taken += piece.size
            place += -(-piece.nbytes // ALIGNED) * ALIGNED
    yield pieces


def seen(room: np.ndarray, start: int, like: np.ndarray) -> np.ndarray:
    """The bytes from `start` as an array like another."""
    return room[start : start + like.nbytes].view(like.dtype)


def described(call: str, arrays: list[np.ndarray]) -> str:
    """A call and its arrays; of many the first few, and a sum that tells others apart.

    >>> described("barrier()", []), described("reduce(SUM)", [np.zeros(2)])
    ('barrier()', 'reduce(SUM) of float64 x 2')
    """
    each = [f"{array.dtype} x {array.size}" for array in arrays]
    if len(each) <= 4:
        return f"{call} of {', '.join(each)}" if each else call
    sum_of_all = zlib.crc32(", ".join(each).encode())
    return f"{call} of {len(each)} arrays: {', '.join(each[:4])} ... (sum {sum_of_all:08x})"


def shown(header: np.void) -> str:
    """The call of a header, cut short where it is long."""
    return header["call"].decode(errors="replace")
