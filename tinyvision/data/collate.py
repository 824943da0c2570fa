"""Collating: a list of samples becomes one batch of tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..autograd import Tensor
from ..autograd.tensor import from_numpy


def default_collate(batch: Sequence[Any]) -> Any:
    """Put samples together along a new first axis, the way torch does.

    - tensors, arrays and NumPy scalars of one shape and type: a tensor (N, ...) of that type;
    - Python numbers: a tensor (N,), int64, bool, or float64 (as in torch, not float32);
    - strings and bytes: left as they come, a sequence of them;
    - mappings: a mapping of the same keys, each collated; named tuples likewise;
    - tuples, lists and other sequences: a list, each position collated.

    Unlike torch's, it does not mix data types, and tensors that require a gradient are refused
    (the data are not part of the graph).

    Raises:
        RuntimeError: shapes, types, lengths or keys differ from sample to sample.
        TypeError: a sample is of a kind that is not in this list.
        ValueError: there are no samples.

    >>> import numpy as np
    >>> default_collate([(np.array([1.0, 2.0]), 7), (np.array([3.0, 4.0]), 8)])
    [tensor([[1., 2.], [3., 4.]], dtype=float64), tensor([7, 8])]
    """
    if len(batch) == 0:
        raise ValueError("default_collate needs at least one sample, got none")
    first = batch[0]
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, (Tensor, np.ndarray, np.generic)):
        return _stack(batch)
    if isinstance(first, (bool, int, float)):
        return _numbers(batch)
    if isinstance(first, Mapping):
        return _mapping(batch)
    if isinstance(first, Sequence):
        return _sequence(batch)
    raise TypeError(_unknown(first))


def default_convert(data: Any) -> Any:
    """Arrays and NumPy scalars as tensors that share their memory, inside any nesting.

    Everything else is left as it is. What a loader without batches does to each sample.

    >>> import numpy as np
    >>> default_convert({"image": np.ones(2), "name": "cat"})
    {'image': tensor([1., 1.], dtype=float64), 'name': 'cat'}
    """
    if isinstance(data, (str, bytes, Tensor)):
        return data
    if isinstance(data, (np.ndarray, np.generic)):
        return from_numpy(np.asarray(data)) if data.dtype.kind in "fiub" else data
    if isinstance(data, Mapping):
        return _like(data, {key: default_convert(value) for key, value in data.items()})
    if isinstance(data, Sequence):
        values = [default_convert(value) for value in data]
        return type(data)(*values) if _is_named_tuple(data) else values
    return data


def _stack(batch: Sequence[Any]) -> Tensor:
    arrays = []
    for sample in batch:
        if isinstance(sample, Tensor):
            arrays.append(sample.numpy())
        elif isinstance(sample, (np.ndarray, np.generic)):
            arrays.append(np.asarray(sample))
        else:
            raise TypeError(_unknown(sample))
    first = arrays[0]
    if first.dtype.kind not in "fiub":
        raise TypeError(
            f"default_collate makes tensors of numbers, got an array of {first.dtype}; "
            "leave it out of the sample, or give DataLoader a collate_fn"
        )
    for place, array in enumerate(arrays):
        if array.shape != first.shape or array.dtype != first.dtype:
            raise RuntimeError(
                f"default_collate cannot stack {first.dtype} of shape {first.shape} (sample 0 of "
                f"the batch) and {array.dtype} of shape {array.shape} (sample {place}); "
                "bring them to one shape and type, or give DataLoader a collate_fn"
            )
    return from_numpy(np.stack(arrays))  # N x (...) -> (N, ...)


def _numbers(batch: Sequence[Any]) -> Tensor:
    for sample in batch:
        if not isinstance(sample, (bool, int, float)):
            raise TypeError(_unknown(sample))
    # The type is chosen here because NumPy would turn large integers into floats.
    dtype: type = np.int64
    if any(isinstance(number, float) for number in batch):
        dtype = np.float64
    elif all(isinstance(number, bool) for number in batch):
        dtype = np.bool_
    try:
        return from_numpy(np.array(batch, dtype=dtype))  # N x () -> (N,)
    except OverflowError as error:
        raise RuntimeError(
            f"default_collate: the numbers {min(batch)} to {max(batch)} do not fit "
            f"{np.dtype(dtype)}; give smaller ones"
        ) from error


def _mapping(batch: Sequence[Mapping[Any, Any]]) -> Any:
    first = batch[0]
    for place, sample in enumerate(batch):
        if not isinstance(sample, Mapping) or sample.keys() != first.keys():
            found = list(sample) if isinstance(sample, Mapping) else type(sample).__name__
            raise RuntimeError(
                f"default_collate: sample 0 of the batch has the keys {list(first)}, sample "
                f"{place} {found}; give each sample the same keys, or DataLoader a collate_fn"
            )
    return _like(first, {key: default_collate([sample[key] for sample in batch]) for key in first})


def _sequence(batch: Sequence[Sequence[Any]]) -> Any:
    first = batch[0]
    for place, sample in enumerate(batch):
        if not isinstance(sample, Sequence) or len(sample) != len(first):
            found = len(sample) if isinstance(sample, Sequence) else type(sample).__name__
            raise RuntimeError(
                f"default_collate: each sample should be of equal length; sample 0 of the batch "
                f"has {len(first)} parts, sample {place} {found}; pad them, or give DataLoader a "
                "collate_fn"
            )
    parts = [default_collate(part) for part in zip(*batch, strict=True)]
    return type(first)(*parts) if _is_named_tuple(first) else parts


def _is_named_tuple(value: Sequence[Any]) -> bool:
    return isinstance(value, tuple) and hasattr(value, "_fields")


def _like(example: Mapping[Any, Any], values: dict[Any, Any]) -> Any:
    """The values in a mapping of the example's type, if that can be made from a dict."""
    try:
        return type(example)(values)  # type: ignore[call-arg]
    except TypeError:
        return values


def _unknown(sample: object) -> str:
    return (
        "default_collate puts together tensors, arrays, numbers, strings, mappings and sequences, "
        f"each with its like; got {type(sample).__name__}; give DataLoader a collate_fn for it"
    )
