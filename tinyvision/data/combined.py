"""Datasets made of datasets, and datasets that are only gone through."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from .dataset import Dataset

T_co = TypeVar("T_co", covariant=True)


class ConcatDataset(Dataset[T_co]):
    """Several datasets, one after the other.

    Args:
        datasets: at least one, each with a length.

    Raises:
        ValueError: none.
        TypeError: one has no length.
        IndexError: an index outside.

    >>> both = ConcatDataset(["abc", "de"])
    >>> len(both), both[3], both[-5]
    (5, 'd', 'a')
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise ValueError("ConcatDataset needs at least one dataset, got none")
        for place, dataset in enumerate(self.datasets):
            if not hasattr(dataset, "__len__"):
                raise TypeError(
                    f"ConcatDataset: dataset {place}, {type(dataset).__name__}, has no length; "
                    "put datasets that are only gone through into a ChainDataset"
                )
        self.cumulative_sizes = list(itertools.accumulate(map(len, self.datasets)))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, index: int) -> T_co:
        if not -len(self) <= index < len(self):
            raise IndexError(f"index {index} is outside the {len(self)} items of ConcatDataset")
        index %= len(self)
        place = bisect.bisect_right(self.cumulative_sizes, index)
        return self.datasets[place][index - (self.cumulative_sizes[place - 1] if place else 0)]


class StackDataset(Dataset[Any]):
    """Datasets of equal length side by side: item i is all their items i, a tuple or a dictionary.

    Args:
        *args: the datasets; or
        **kwargs: the datasets by name.

    Raises:
        ValueError: none, some with and some without a name, or different lengths.

    >>> StackDataset("ab", [1, 2])[0], StackDataset(letter="ab", number=[1, 2])[1]
    (('a', 1), {'letter': 'b', 'number': 2})
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if bool(args) == bool(kwargs):
            raise ValueError(
                "StackDataset needs datasets, either all without or all with a name; got "
                f"{len(args)} without and {len(kwargs)} with one"
            )
        self.datasets: Any = args or kwargs
        lengths = [len(dataset) for dataset in (args or kwargs.values())]
        if len(set(lengths)) > 1:
            raise ValueError(
                f"StackDataset: the datasets have different lengths {lengths}; they must be equal"
            )
        self._length = lengths[0]

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> Any:
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple(dataset[index] for dataset in self.datasets)


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
