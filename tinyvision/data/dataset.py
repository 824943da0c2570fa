"""Datasets: anything with a length and an item for each index; whole, in part and put together."""

from __future__ import annotations

import bisect
import itertools
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from .randomness import RandomSource

T_co = TypeVar("T_co", covariant=True)


class Dataset(Generic[T_co]):
    """What a dataset is: subclass it and write ``__getitem__`` and ``__len__``.

    >>> class Squares(Dataset):
    ...     def __len__(self):
    ...         return 4
    ...
    ...     def __getitem__(self, index):
    ...         return index**2
    >>> Squares()[3]
    9
    """

    def __getitem__(self, index: Any) -> T_co:
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(self, index)")

    def __add__(self, other: Any) -> Any:
        return ConcatDataset([self, other])

    # No default __len__, as in torch: a dataset without one can still be read by its own sampler.


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


class TensorDataset(Dataset[tuple[Any, ...]]):
    """Tensors, or NumPy arrays, of equal length; item i is the tuple of their i-th entries.

    Args:
        *tensors: at least one, all with the same size in the first axis. Nothing is copied.

    Raises:
        ValueError: no tensors, one without axes, or different lengths.
        TypeError: something else than tensors and arrays of numbers.

    >>> import numpy as np
    >>> dataset = TensorDataset(np.eye(3), np.arange(3))
    >>> len(dataset), dataset[1]
    (3, (array([0., 1., 0.]), np.int64(1)))
    """

    def __init__(self, *tensors: Any) -> None:
        if not tensors:
            raise ValueError("TensorDataset needs at least one tensor, got none")
        for place, tensor in enumerate(tensors):
            dtype = getattr(tensor, "dtype", None)
            if getattr(tensor, "shape", None) is None or getattr(dtype, "kind", "") not in "fiub":
                raise TypeError(
                    f"TensorDataset: argument {place} is {type(tensor).__name__}"
                    f"{f' of {dtype}' if dtype is not None else ''}, expected a tensor or an "
                    "array of numbers; make one with tinyvision.tensor(...) or np.asarray(...)"
                )
            if len(tensor.shape) == 0:
                raise ValueError(
                    f"TensorDataset: argument {place} has no axis to count samples along (0-d); "
                    "the first axis of each tensor must be the samples"
                )
        lengths = [tensor.shape[0] for tensor in tensors]
        if len(set(lengths)) > 1:
            raise ValueError(
                f"TensorDataset: the tensors have different lengths {lengths}; each must have "
                "one entry for each sample"
            )
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return self.tensors[0].shape[0]


class Subset(Dataset[T_co]):
    """The items of another dataset at the given indices, in that order.

    Args:
        dataset: the whole.
        indices: one for each item of the subset.

    Raises:
        IndexError: an index outside the dataset.
        TypeError: an index that is not an integer.

    >>> [Subset("abcdef", [4, 0, 0])[i] for i in range(3)]
    ['e', 'a', 'a']
    """

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset = dataset
        self.indices = [_as_index(index) for index in indices]
        length = len(dataset) if hasattr(dataset, "__len__") else None
        for index in self.indices:
            if length is not None and not -length <= index < length:
                raise IndexError(
                    f"Subset: index {index} is outside the dataset of {length} items; "
                    f"give indices from 0 to {length - 1}"
                )

    def __getitem__(self, index: int) -> T_co:
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


def _as_index(index: Any) -> int:
    try:
        return operator.index(index)
    except TypeError as error:
        raise TypeError(
            f"Subset: indices must be integers, got {index!r}; for a mask give np.flatnonzero(mask)"
        ) from error


def random_split(
    dataset: Any, lengths: Sequence[int | float], generator: Any = None
) -> list[Subset[Any]]:
    """Split a dataset at random into subsets that do not overlap.

    Args:
        dataset: the whole.
        lengths: the sizes of the parts, or fractions that sum to 1. Fractions are rounded down,
            and the items left over go to the parts in turn, one each.
        generator: an int seed, a ``np.random.Generator`` or a ``tinyvision.Generator``; None is
            the default generator, which ``tinyvision.manual_seed`` starts.

    Raises:
        ValueError: the lengths sum neither to the dataset's length nor to 1, or one is negative.

    >>> train, test = random_split(range(10), [0.8, 0.2], generator=0)
    >>> len(train), len(test)
    (8, 2)
    """
    total = len(dataset)
    if any(length < 0 for length in lengths):
        raise ValueError(f"lengths must not be negative, got {list(lengths)}")
    if sum(lengths) != total:
        if not math.isclose(sum(lengths), 1):
            raise ValueError(
                f"lengths {list(lengths)} sum to {sum(lengths)}; give sizes that sum to the "
                f"dataset's length {total}, or fractions that sum to 1"
            )
        sizes = [math.floor(total * fraction) for fraction in lengths]
        for place in range(total - sum(sizes)):
            sizes[place % len(sizes)] += 1
    else:
        sizes = [int(length) for length in lengths]
    order = RandomSource(generator).numpy.permutation(total).tolist()
    ends = np.cumsum(sizes).tolist()
    return [Subset(dataset, order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]


def bulk_reader(dataset: Any) -> Callable[[Any], tuple[Any, ...]] | None:
    """A function that reads many items with one index for each tensor, if the dataset allows it.

    That is some hundred times faster than item by item, and the same, but only where the item is
    known to be an entry of each tensor: a subclass may have a ``__getitem__`` of its own.
    """
    if type(dataset) is TensorDataset:
        return lambda indices: dataset[np.asarray(indices, dtype=np.int64)]
    if type(dataset) is Subset:
        inner = bulk_reader(dataset.dataset)
        if inner is not None:
            places = np.asarray(dataset.indices, dtype=np.int64)
            return lambda indices: inner(places[np.asarray(indices, dtype=np.int64)])
    return None
