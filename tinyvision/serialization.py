"""Saving and loading: npz files, never a pickle, never half-written.

A state_dict becomes one array per name, readable by NumPy itself. Nested dictionaries, lists and
plain values (an optimiser's state, an epoch number) are kept as well: their shape goes into one
more entry, as JSON.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from .autograd.tensor import Tensor, wrap
from .files import force_folder

if TYPE_CHECKING:
    import zipfile  # imported where it is used, as tempfile is: they bring a dozen modules along

_TREE = "__tree__"  # the entry that describes a nested structure
_MOST_DEFLATED = 1032  # deflate cannot make a byte into more than this many


def save(obj: Any, f: str | os.PathLike) -> None:
    """Write tensors to an npz file: completely, or not at all.

    The file is written beside its final place, forced to disk and renamed; whatever stood there
    before stays intact if anything fails.

    Args:
        obj: a state_dict, or dictionaries, lists and tuples of tensors, arrays, numbers, strings,
            booleans and None, nested as you like. Dictionary keys are strings or integers.
            Of a tensor the values are saved, not whether it requires a gradient.
        f: the path.

    Raises:
        TypeError: something that is not among these.
        ValueError: the structure contains itself.
        OSError: the folder does not exist or cannot be written to.

    >>> import tempfile, os, tinyvision as tv
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "weights.npz")
    ...     tv.save({"weight": tv.ones(2)}, path)
    ...     tv.load(path)
    {'weight': tensor([1., 1.])}
    """
    import tempfile

    path = Path(f)
    arrays = arrays_of(obj, path)
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
            write_arrays(arrays, file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())  # mkstemp makes files only the owner can read
        os.replace(temporary, path)
        force_folder(path.parent)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def arrays_of(obj: Any, path: Path) -> dict[str, np.ndarray]:
    """What :func:`save` writes of an object, by name; `path` is what an error names.

    Raises:
        TypeError, ValueError: as :func:`save`.
    """
    arrays: dict[str, np.ndarray] = {}
    try:
        tree = _describe(obj, "", arrays)
    except RecursionError:
        raise ValueError(f"cannot save {path}: what is saved contains itself") from None
    if not _is_flat(obj, arrays):
        arrays[_TREE] = np.frombuffer(json.dumps(tree).encode(), np.uint8)
    return arrays


def write_arrays(arrays: dict[str, np.ndarray], file: IO[bytes], comment: bytes = b"") -> None:
    """Write an npz archive; a comment stands at its very end."""
    import zipfile

    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)
        archive.comment = comment


def load(f: str | os.PathLike) -> Any:
    """Read what :func:`save` wrote, or any npz file of plain arrays.

    Nothing is unpickled, and each array's size is checked against the file before memory is taken.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not an npz file, it is damaged, or it holds Python objects.
    """
    import zipfile

    path = Path(f)
    if not path.is_file():
        raise FileNotFoundError(f"no file {path} to load; check the path")
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = _read_arrays(archive, path.stat().st_size)
        if _TREE not in arrays:
            return {name: wrap(array) for name, array in arrays.items()}
        return _rebuild(json.loads(bytes(arrays.pop(_TREE))), arrays)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # zipfile, zlib and NumPy's header parser raise many kinds
        what = str(error) or type(error).__name__
        if path.suffix.lower() == ".npz":
            what += "; it is damaged, cut off, or no npz file of numbers"
        else:
            what = f"it is no .npz file, or a damaged one ({what})"
        raise ValueError(f"cannot load {path}: {what}") from error


def _read_arrays(archive: zipfile.ZipFile, size: int) -> dict[str, np.ndarray]:
    """Every array of an archive of `size` bytes, by name."""
    entries = archive.infolist()
    # Before anything is read: what the table of contents says is only a claim.
    packed = sum(info.compress_size for info in entries)
    if packed > size:
        raise ValueError(f"its entries claim {packed} bytes, the file has {size}")
    arrays: dict[str, np.ndarray] = {}
    for info in entries:
        name = info.filename.removesuffix(".npy")
        if name in arrays:
            raise ValueError(f"there are two entries {info.filename}")
        arrays[name] = _read_array(archive, info)
    return arrays


def _read_array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> np.ndarray:
    import zipfile

    factors = {zipfile.ZIP_STORED: 1, zipfile.ZIP_DEFLATED: _MOST_DEFLATED}
    if info.compress_type not in factors:
        raise ValueError(f"entry {info.filename} is compressed in an unknown way")
    most = info.compress_size * factors[info.compress_type]
    if info.file_size > most:
        raise ValueError(
            f"entry {info.filename} claims {info.file_size} bytes, its {info.compress_size} in the "
            f"file cannot hold more than {most}"
        )
    with archive.open(info) as entry:
        version = np.lib.format.read_magic(entry)
        if version == (1, 0):
            shape, fortran, dtype = np.lib.format.read_array_header_1_0(entry)
        elif version == (2, 0):
            shape, fortran, dtype = np.lib.format.read_array_header_2_0(entry)
        else:
            raise ValueError(f"entry {info.filename} is of unknown version {version}")
        if dtype.kind not in "fiub":
            raise ValueError(
                f"entry {info.filename} holds {dtype}, not numbers (to open Python objects would "
                "be to run code)"
            )
        expected = math.prod(shape) * dtype.itemsize
        there = info.file_size - entry.tell()
        if expected != there:
            raise ValueError(
                f"entry {info.filename} says it has shape {shape} of {dtype}, {expected} bytes, "
                f"but {there} follow"
            )
        data = entry.read(expected)
    if len(data) != expected:
        raise ValueError(f"entry {info.filename} is cut off")
    array = np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")
    return array.astype(dtype.newbyteorder("="), order="C")  # a copy that may be written to


def _is_flat(obj: Any, arrays: dict[str, np.ndarray]) -> bool:
    """Whether the arrays and their names say everything: a dictionary of tensors is saved."""
    return (
        isinstance(obj, dict)
        and list(arrays) == list(obj)
        and all(isinstance(value, Tensor) for value in obj.values())
    )


def _describe(obj: Any, name: str, arrays: dict[str, np.ndarray]) -> Any:
    """Put the arrays aside by name and return the rest as JSON can hold it."""
    if isinstance(obj, (Tensor, np.ndarray, np.generic)):
        array = obj._array if isinstance(obj, Tensor) else np.asarray(obj)
        if array.dtype.kind not in "fiub":
            raise TypeError(f"cannot save {name or 'this'}: an array of {array.dtype}")
        name = name.replace("\0", "") or "array"  # zip cuts a name off at a null
        while name == _TREE or name in arrays:  # {"a/b": x, "a": {"b": y}}, {1: x, "1": y}
            name += "_"
        arrays[name] = array
        if isinstance(obj, Tensor):
            return {"tensor": name}
        return {"array" if isinstance(obj, np.ndarray) else "scalar": name}
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
    ((kind, content),) = tree.items()
    if kind == "tensor":
        return wrap(arrays[content])
    if kind == "array":
        return arrays[content]
    if kind == "scalar":
        return arrays[content][()]
    if kind == "dict":
        return {key: _rebuild(value, arrays) for key, value in content}
    if kind == "list":
        return [_rebuild(item, arrays) for item in content]
    if kind == "tuple":
        return tuple(_rebuild(item, arrays) for item in content)
    if kind == "value":
        return content
    raise ValueError(f"its table of contents names an unknown kind {kind!r}")


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
