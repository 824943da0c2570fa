"""`DistributedSampler`: for each process of a group the indices of its share of a dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sized

import numpy as np

from ..distributed.group import get_rank, get_world_size
from .samplers import Sampler


class DistributedSampler(Sampler[int]):
    """Deals the indices of a dataset out to processes, in an order that they all know.

    The order of an epoch follows from `seed` and the epoch alone; call :meth:`set_epoch` before
    each, or all have the order of epoch 0.

    Args:
        dataset: what is sampled; only its length matters.
        num_replicas, rank: how many processes there are, and which one this is; by default those
            of the group.
        shuffle: a new order each epoch; else that of the dataset.
        seed: the same in all processes.
        drop_last: where the length cannot be divided, leave out the last; else the first come
            twice, so that all have equally many.

    Raises:
        RuntimeError: this process has joined no group, and `num_replicas` or `rank` is left out.
        ValueError: there is no such rank.

    >>> shares = [DistributedSampler(range(5), 2, rank, shuffle=False) for rank in (0, 1)]
    >>> [list(share) for share in shares]
    [[0, 2, 4], [1, 3, 0]]
    """

    def __init__(
        self,
        dataset: Sized,
        num_replicas: int | None = None,
        rank: int | None = None,
        shuffle: bool = True,
        seed: int = 0,
        drop_last: bool = False,
    ) -> None:
        self.dataset = dataset
        self.num_replicas = get_world_size() if num_replicas is None else num_replicas
        self.rank = get_rank() if rank is None else rank
        for name, value, least in (
            ("num_replicas", self.num_replicas, 1), ("rank", self.rank, 0), ("seed", seed, 0)
        ):  # fmt: skip
            if not isinstance(value, int) or value < least:
                raise ValueError(f"{name} must be a whole number from {least}, got {value!r}")
        if self.rank >= self.num_replicas:
            raise ValueError(
                f"rank must be the number of a process, 0 to {self.num_replicas - 1}, got "
                f"{self.rank}"
            )
        self.shuffle = shuffle
        self.seed = seed
        self.drop_last = drop_last
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch comes: each has another order."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[int]:
        length = len(self.dataset)
        order = np.arange(length)
        if self.shuffle:
            order = np.random.default_rng((self.seed, self.epoch)).permutation(length)
        # Where all are to come, the order begins again, as often as it takes.
        order = np.resize(order, len(self) * self.num_replicas)
        return iter(order[self.rank :: self.num_replicas].tolist())

    def __len__(self) -> int:
        length = len(self.dataset)
        return length // self.num_replicas if self.drop_last else -(-length // self.num_replicas)
