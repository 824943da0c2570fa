"""Datasets that are only gone through, and several of them one after the other."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from .dataset import Dataset

T_co = TypeVar("T_co", covariant=True)


class IterableDataset(Dataset[T_co]):
    """A dataset that is only gone through, from the start: subclass it and write ``__iter__``.

    A loader puts its samples into batches as they come; there is nothing to shuffle or to sample.

    >>> class Lines(IterableDataset):
    ...     def __iter__(self):
    ...         return iter(["first", "second"])
    >>> list(Lines() + Lines())
    ['first', 'second', 'first', 'second']
    """

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__} must define __iter__(self)")

    def __add__(self, other: Any) -> Any:
        return ChainDataset([self, other])


class ChainDataset(IterableDataset[T_co]):
    """Several datasets that are only gone through, one after the other.

    Raises:
        TypeError: one is no :class:`IterableDataset`.
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        for place, dataset in enumerate(self.datasets):
            if not isinstance(dataset, IterableDataset):
                raise TypeError(
                    f"ChainDataset: dataset {place} is {type(dataset).__name__}, expected an "
                    "IterableDataset; put datasets with a length into a ConcatDataset"
                )

    def __iter__(self) -> Iterator[T_co]:
        return itertools.chain.from_iterable(self.datasets)

    def __len__(self) -> int:
        return sum(map(len, self.datasets))
