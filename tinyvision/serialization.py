"""Saving and loading: npz files, never a pickle, never half-written.

A state_dict becomes one array per name, readable by NumPy itself. Nested dictionaries, lists and
plain values (an optimiser's state, an epoch number) are kept as well: their shape goes into one
more entry, as JSON.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from .autograd.tensor import Tensor, wrap

_TREE = "__tree__"  # the entry that describes a nested structure


def save(obj: Any, f: str | os.PathLike) -> None:
    """Write tensors to an npz file: completely, or not at all.

    The file is written beside its final place, forced to disk and renamed; whatever stood there
    before stays intact if anything fails.

    Args:
        obj: a state_dict, or dictionaries, lists and tuples of tensors, arrays, numbers, strings,
            booleans and None, nested as you like. Dictionary keys are strings or integers.
        f: the path.

    Raises:
        TypeError: something that is not among these.
        OSError: the folder does not exist or cannot be written to.

    >>> import tempfile, os, tinyvision as tv
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "weights.npz")
    ...     tv.save({"weight": tv.ones(2)}, path)
    ...     tv.load(path)
    {'weight': tensor([1., 1.])}
    """
    path = Path(f)
    arrays: dict[str, np.ndarray] = {}
    tree = _describe(obj, "", arrays)
    flat = isinstance(obj, dict) and list(arrays) == list(obj)
    if not flat:
        arrays[_TREE] = np.frombuffer(json.dumps(tree).encode(), np.uint8)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"cannot save {path}: the folder {path.parent} does not exist")
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise type(error)(
            f"cannot save {path}: the folder {path.parent} cannot be written to "
            f"({error.strerror}); choose another folder"
        ) from error
    try:
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                for name, array in arrays.items():
                    with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                        np.lib.format.write_array(entry, array, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())  # mkstemp makes files only the owner can read
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def load(f: str | os.PathLike) -> Any:
    """Read what :func:`save` wrote, or any npz file of plain arrays.

    Nothing is unpickled, and each array's size is checked against the file before memory is taken.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not an npz file, it is damaged, or it holds Python objects.
    """
    path = Path(f)
    if not path.is_file():
        raise FileNotFoundError(f"no file {path} to load; check the path")
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = {
                info.filename.removesuffix(".npy"): _read_array(archive, info, path)
                for info in archive.infolist()
            }
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise ValueError(
            f"{path} is not a whole npz file ({error}); it may be cut off or of another format"
        ) from error
    if _TREE not in arrays:
        return {name: wrap(array) for name, array in arrays.items()}
    try:
        return _rebuild(json.loads(bytes(arrays.pop(_TREE))), arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} does not fit its own table of contents: {error}") from error


def _read_array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> np.ndarray:
    with archive.open(info) as entry:
        try:
            version = np.lib.format.read_magic(entry)
            read = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }[version]
            shape, fortran, dtype = read(entry)
        except (ValueError, KeyError) as error:
            raise ValueError(f"{path}: entry {info.filename} is not an array ({error})") from error
        if dtype.hasobject or dtype.kind not in "fiub":
            raise ValueError(
                f"{path}: entry {info.filename} holds {dtype}, not numbers; such a file could run "
                "code when opened, so it is refused"
            )
        expected = math.prod(int(size) for size in shape) * dtype.itemsize
        there = info.file_size - entry.tell()
        # A stored entry cannot be longer than the file; a compressed one is read no further than
        # it says it goes.
        if expected != there:
            raise ValueError(
                f"{path}: entry {info.filename} says it has shape {shape} of {dtype}, {expected} "
                f"bytes, but {there} follow; the file is damaged"
            )
        data = entry.read(expected)
    if len(data) != expected:
        raise ValueError(f"{path}: entry {info.filename} is cut off")
    array = np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")
    return array.astype(dtype.newbyteorder("="), order="C")  # a copy that may be written to


def _describe(obj: Any, name: str, arrays: dict[str, np.ndarray]) -> Any:
    """Put the arrays aside by name and return the rest as JSON can hold it."""
    if isinstance(obj, (Tensor, np.ndarray, np.generic)):
        array = obj._array if isinstance(obj, Tensor) else np.asarray(obj)
        if array.dtype.kind not in "fiub":
            raise TypeError(f"cannot save {name or 'this'}: an array of {array.dtype}")
        name = name or "array"
        if name == _TREE or name in arrays:
            raise TypeError(f"cannot save two arrays under the name {name!r}")
        arrays[name] = array
        return {"array": name, "tensor": isinstance(obj, Tensor)}
    if obj is None or isinstance(obj, (bool, int, float, str)):
        return {"value": obj}
    prefix = f"{name}/" if name else ""
    if isinstance(obj, dict):
        for key in obj:
            if isinstance(key, bool) or not isinstance(key, (str, int)):
                raise TypeError(f"cannot save the key {key!r}: keys must be strings or integers")
        return {
            "dict": [
                [key, _describe(value, f"{prefix}{key}", arrays)] for key, value in obj.items()
            ]
        }
    if isinstance(obj, (list, tuple)):
        kind = "list" if isinstance(obj, list) else "tuple"
        return {kind: [_describe(item, f"{prefix}{i}", arrays) for i, item in enumerate(obj)]}
    raise TypeError(
        f"cannot save {name or 'this'}: {type(obj).__name__} is not a tensor, array, number, "
        "string, dictionary, list or tuple. Of a model save model.state_dict()"
    )


def _rebuild(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    (kind,) = tree.keys() - {"tensor"}
    content = tree[kind]
    if kind == "array":
        return wrap(arrays[content]) if tree["tensor"] else arrays[content]
    if kind == "dict":
        return {key: _rebuild(value, arrays) for key, value in content}
    if kind == "list":
        return [_rebuild(item, arrays) for item in content]
    if kind == "tuple":
        return tuple(_rebuild(item, arrays) for item in content)
    if kind == "value":
        return content
    raise ValueError(f"unknown kind {kind!r}")


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
