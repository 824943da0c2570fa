"""Files of weights: safetensors checked by its library, npz. Nothing is ever unpickled."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..autograd.tensor import Tensor, wrap
from ..files import replacing
from ..serialization import load

# What the format calls its types, and how NumPy reads them. It is always little-endian.
_TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "BOOL": "u1",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1",
}  # fmt: skip


def load_safetensors(path: str | os.PathLike[str]) -> dict[str, Tensor]:
    """Read a safetensors file.

    bfloat16, which NumPy has not, becomes float32, which holds each of its numbers exactly.

    Returns:
        Tensors by name.

    Raises:
        ImportError: the safetensors library is not installed.
        OSError: the file cannot be read.
        ValueError: the file is not safetensors or is damaged: a header that is too long, not JSON,
            names something twice, or whose tensors overlap, lie outside the file or have another
            size than their shape and type; or a type that NumPy has not (8-bit floats).
    """
    library = _library()
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no file {path} to load; check the path")
    try:
        # The library checks the header; opening reads nothing more.
        with library.safe_open(path, framework="numpy"):
            pass
    except library.SafetensorError as error:
        raise ValueError(
            f"{path} is not a whole safetensors file ({error}); it may be cut off or of another "
            "format"
        ) from error
    with open(path, "rb") as file:
        header = file.read(int.from_bytes(file.read(8), "little"))
        start = file.tell()
        try:
            entries = json.loads(header, object_pairs_hook=_each_once)
            entries.pop("__metadata__", None)
            return {name: _read(file, start, name, entry) for name, entry in entries.items()}
        except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
            raise ValueError(f"{path} is a damaged safetensors file: {error}") from error


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The library takes the last of several entries of one name; which was meant is unknown."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"its header names {', '.join(map(repr, twice))} more than once")
    return found


def _read(file: Any, start: int, name: str, entry: dict[str, Any]) -> Tensor:
    kind, (begin, end) = entry["dtype"], entry["data_offsets"]
    if kind not in _TYPES:
        raise ValueError(
            f"{name!r} has type {kind}, which NumPy has not; convert it to F32, F16 or BF16"
        )
    file.seek(start + begin)
    dtype = np.dtype(_TYPES[kind])
    array = np.fromfile(file, dtype, (end - begin) // dtype.itemsize).reshape(entry["shape"])
    if kind == "BF16":
        # The upper half of a float32's bits.
        array = (array.astype(np.uint32) << 16).view(np.float32)
    elif kind == "BOOL":
        array = array != 0
    return wrap(array.astype(array.dtype.newbyteorder("="), copy=False))


def save_safetensors(
    tensors: Mapping[str, Any],
    path: str | os.PathLike[str],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write tensors to a safetensors file: completely, or not at all.

    Args:
        tensors: tensors or arrays by name, such as a state_dict.
        path: where to; missing folders are made.
        metadata: strings by name, kept in the header.

    Raises:
        ImportError: the safetensors library is not installed.
        OSError: the file cannot be written.
        TypeError: a name is not a string, something is not numbers, metadata are not strings.
        ValueError: a tensor is called ``__metadata__``, which the format keeps for itself.
    """
    library = _library()
    if not isinstance(tensors, Mapping):
        raise TypeError(f"tensors must be a dictionary by name, got {type(tensors).__name__}")
    arrays = {}
    for name, value in tensors.items():
        if not isinstance(name, str):
            raise TypeError(f"a tensor's name must be a string, got {name!r}")
        if name == "__metadata__":
            raise ValueError("safetensors keeps the name '__metadata__' for itself; choose another")
        array = value.detach().numpy() if isinstance(value, Tensor) else value
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiub":
            kind = array.dtype if isinstance(array, np.ndarray) else type(value).__name__
            raise TypeError(f"{name} must be a tensor or an array of numbers, got {kind}")
        arrays[name] = np.asarray(array, array.dtype.newbyteorder("="), order="C")
    notes = dict(metadata or {})
    for note in [*notes, *notes.values()]:
        if not isinstance(note, str):
            raise TypeError(f"metadata must be strings by name, got {note!r}")
    content = library.numpy.save(arrays, notes or None)
    with replacing(path) as file:
        file.write(content)


def load_npz(path: str | os.PathLike[str]) -> dict[str, Tensor]:
    """Read an npz file of weights, such as Google's; no library is needed.

    Returns:
        Tensors by name.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not an npz file, is damaged, or holds something else than arrays by name.

    >>> import tempfile, os, tinyvision as tv
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "weights.npz")
    ...     np.savez(path, **{"head/bias": np.ones(2, np.float32)})
    ...     load_npz(path)
    {'head/bias': tensor([1., 1.])}
    """
    found = load(path)
    if not isinstance(found, dict) or not all(isinstance(v, Tensor) for v in found.values()):
        raise ValueError(
            f"{path} holds a nested structure, not tensors by name; load it with tinyvision.load "
            "and take the weights out of it"
        )
    return found


def _library() -> Any:
    try:
        import safetensors
        import safetensors.numpy
    except ImportError as error:
        raise ImportError(
            "safetensors files need the safetensors library; install it with "
            'pip install "tinyvision[interop]"'
        ) from error
    return safetensors
