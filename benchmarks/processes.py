"""Training steps on several cores by several processes, each with a share of the batch.

Ours and torch's `DistributedDataParallel`, and torch's threads in one process. The processes wait
for a word, then take some steps in a row, as in training; telling them and hearing of the last loss
is part of the time.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

import tinyvision as tv

from . import cnn, vit
from .race import Contest

STEPS = {"CNN": 20, "ViT": 3}
"""What the contenders do in a call: a third of a second or more."""


@contextmanager
def step(name: str, count: int) -> Iterator[Contest]:
    """The race of 'CNN' or 'ViT' with so many processes, which end with the block."""
    shares = [multiprocessing.Pipe() for _ in range(2 * count)]
    here = [mine for mine, _ in shares]
    there = [theirs for _, theirs in shares]
    with tempfile.TemporaryDirectory() as folder:
        meeting = (Path(folder) / "meeting").as_uri()
        started = [
            tv.multiprocessing.spawn(ours, (there[:count], name, count), count, join=False),
            torch.multiprocessing.spawn(
                theirs, (there[count:], name, count, meeting), count, join=False
            ),
        ]
        try:
            for connection in here:
                heard(connection, started)
            yield Contest(
                f"{name} step, {count} processes",
                {
                    "tinyvision": told(here[:count], started),
                    "torch, threads": in_a_row(contenders(name)["torch"], STEPS[name]),
                    "torch, processes": told(here[count:], started),
                },
                steps=STEPS[name],
            )
        finally:
            for connection in here:
                connection.send(False)
            for processes in started:
                while not processes.join():
                    pass


def contenders(name: str) -> dict[str, Callable[[], object]]:
    """The steps with threads, from the race with whole batches."""
    return (cnn.step(peers=False) if name == "CNN" else vit.step()).contenders


def in_a_row(function: Callable[[], object], steps: int) -> Callable[[], object]:
    """A call that makes several, and returns what the last one returned."""

    def calls() -> object:
        for _ in range(steps - 1):
            function()
        return function()

    return calls


def told(connections: list[Any], started: list[Any]) -> Callable[[], object]:
    """A call that lets processes take their steps; returns the mean of their last losses."""

    def call() -> object:
        for connection in connections:
            connection.send(True)
        return np.mean([heard(connection, started) for connection in connections])

    return call


def heard(connection: Any, started: list[Any]) -> Any:
    """What a process says; the error it ended with, if it did."""
    while not connection.poll(1.0):
        for processes in started:
            processes.join(timeout=0)
    return connection.recv()


def listen(connection: Any, function: Callable[[], object], steps: int) -> None:
    """Take steps whenever told, and report the last loss."""
    connection.send("ready")
    calls = in_a_row(function, steps)
    while connection.recv():
        connection.send(float(calls().item()))  # type: ignore[attr-defined]


def ours(rank: int, connections: list[Any], name: str, count: int) -> None:
    """A process of ours."""
    tv.distributed.init_process_group()
    model, images, labels = network(name, rank, count)
    wrapped = tv.nn.parallel.DistributedDataParallel(model[0])
    stepper = (cnn if name == "CNN" else vit).stepper
    step = stepper(tv, wrapped, tv.tensor(images), tv.tensor(labels))
    listen(connections[rank], step, STEPS[name])


def theirs(rank: int, connections: list[Any], name: str, count: int, meeting: str) -> None:
    """A process of torch's."""
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo", meeting, world_size=count, rank=rank)
    model, images, labels = network(name, rank, count)
    wrapped = torch.nn.parallel.DistributedDataParallel(model[1])
    stepper = (cnn if name == "CNN" else vit).stepper
    step = stepper(torch, wrapped, torch.tensor(images), torch.tensor(labels))
    listen(connections[rank], step, STEPS[name])
    torch.distributed.destroy_process_group()


def network(name: str, rank: int, count: int) -> tuple[tuple[Any, Any], np.ndarray, np.ndarray]:
    """The network here and in PyTorch, and a process's share of the batch."""
    if name == "CNN":
        images, labels, weights = cnn.data()
        pair = cnn.ours(weights), cnn.theirs(weights)
    else:
        images, labels = vit.data()
        pair = vit.pair(vit.SMALL, 10)
        pair[0].train()
    return pair, images[rank::count].copy(), labels[rank::count].copy()
