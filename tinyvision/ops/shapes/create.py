"""New tensors: filled or counted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.tensor import DEFAULT_DTYPE, Tensor, as_tensor, tensor, unwrap, wrap
from ...device import device as Device
from ...memory_format import takes_memory_format
from ..base.promote import check_fits
from ..base.shape import by_keyword, new_sizes


def made(array: np.ndarray, device: Any, requires_grad: bool) -> Tensor:
    """A new tensor around an array of its own; ``device`` may name the one there is.

    Raises:
        ValueError: another device.
        RuntimeError: a gradient of integers is wanted.
    """
    if device is not None:
        Device(device)
    return wrap(array).requires_grad_(requires_grad)


def _type(dtype: Any) -> np.dtype:
    return DEFAULT_DTYPE if dtype is None else np.dtype(dtype)


@by_keyword("size")
def zeros(*size, dtype=None, device=None, requires_grad=False) -> Tensor:
    """Zeros of the given sizes, float32 if no type is given.

    Raises:
        TypeError: a size is not an integer.
        ValueError: a size is below 0.

    >>> zeros(2, 2)
    tensor([[0., 0.],
            [0., 0.]])
    """
    return made(np.zeros(new_sizes(size), _type(dtype)), device, requires_grad)


@by_keyword("size")
def ones(*size, dtype=None, device=None, requires_grad=False) -> Tensor:
    """Ones of the given sizes, float32 if no type is given.

    Raises:
        TypeError: a size is not an integer.
        ValueError: a size is below 0.

    >>> ones(3)
    tensor([1., 1., 1.])
    """
    return made(np.ones(new_sizes(size), _type(dtype)), device, requires_grad)


@takes_memory_format
@by_keyword("size")
def empty(*size, dtype=None, device=None, requires_grad=False) -> Tensor:
    """A tensor whose contents are whatever the memory held.

    >>> empty(2, 3).shape
    (2, 3)
    """
    return made(np.empty(new_sizes(size), _type(dtype)), device, requires_grad)


def full(size, fill_value, *, dtype=None, device=None, requires_grad=False) -> Tensor:
    """One value everywhere; its type follows the value if none is given.

    Raises:
        TypeError, ValueError: as :func:`zeros`.
        RuntimeError: the value lies outside the type.

    >>> full((2,), 7)
    tensor([7, 7])
    """
    return made(filled(new_sizes((size,)), fill_value, dtype), device, requires_grad)


def filled(shape: tuple[int, ...], value: Any, dtype: Any) -> np.ndarray:
    """One number everywhere, of its own type if none is given."""
    if dtype is None:
        dtype = tensor(value).dtype
    number = check_fits(unwrap(value), np.dtype(dtype))
    return np.full(shape, number, dtype)


def scalar_tensor(s, *, dtype=None, device=None, requires_grad=False) -> Tensor:
    """One number as a tensor without axes, float32 if no type is given.

    >>> scalar_tensor(3)
    tensor(3.)
    """
    return full((), s, dtype=_type(dtype), device=device, requires_grad=requires_grad)


def asarray(obj, *, dtype=None, device=None, copy=None, requires_grad=None) -> Tensor:
    """A tensor of numbers, nested lists, an array or a tensor, sharing memory where it can.

    Args:
        obj: what :func:`tinyvision.tensor` takes.
        dtype: another data type, which copies.
        device: 'cpu'.
        copy: True copies in any case; False refuses to.
        requires_grad: whether a gradient is wanted; as that of ``obj`` if not given, and if False
            the answer stands outside the graph of ``obj``.

    Raises:
        TypeError: the data is not numeric.
        ValueError: a copy is needed but refused, or another device.

    >>> asarray([1, 2])
    tensor([1, 2])
    """
    if device is not None:
        Device(device)
    source = unwrap(obj)
    shared = isinstance(source, np.ndarray) and dtype in (None, source.dtype)
    if copy is False and not shared:
        raise ValueError(
            f"asarray: {type(obj).__name__} cannot be shown as {dtype or 'a tensor'} without a "
            "copy; leave copy=False out"
        )
    if not isinstance(obj, Tensor):
        found = tensor(obj, dtype=dtype) if copy else as_tensor(obj, dtype)
        return found.requires_grad_(bool(requires_grad))
    found = obj if requires_grad or requires_grad is None else obj.detach()
    if dtype is not None:
        found = found.to(dtype)
    if copy and shared:
        found = found.clone()
    if requires_grad and not found.requires_grad:
        found = found.detach().requires_grad_()
    return found


# -- counted ----------------------------------------------------------------------------------


def arange(start, end=None, step=1, *, dtype=None, device=None, requires_grad=False) -> Tensor:
    """``start``, ``start + step``, ... up to but not including ``end``; one bound means the end.

    Raises:
        ValueError: the step is 0 or leads away from the end, or a number is not finite.

    >>> arange(1, 4), arange(3.0)
    (tensor([1, 2, 3]), tensor([0., 1., 2.]))
    """
    if end is None:
        start, end = 0, start
    start, end, step = _numbers(start, end, step)
    if not all(math.isfinite(value) for value in (start, end, step)):
        raise ValueError(f"arange: start, end and step must be finite, got {start}, {end}, {step}")
    if step == 0 or (end - start) * step < 0:
        raise ValueError(f"arange: step {step} does not lead from {start} to {end}")
    if dtype is None:
        floats = any(isinstance(value, (float, np.floating)) for value in (start, end, step))
        dtype = DEFAULT_DTYPE if floats else np.int64
    return made(_counted(start, end, step, np.dtype(dtype)), device, requires_grad)


def _counted(start: Any, end: Any, step: Any, dtype: np.dtype) -> np.ndarray:
    """The numbers of a range; integers count from an integer in whole steps, as in torch."""
    if dtype.kind == "f":
        return np.arange(start, end, step).astype(dtype)
    if dtype == np.int64:
        start, end, step = (_cut_off(value, dtype) for value in (start, end, step))
    if step == 0:
        raise ValueError(f"arange: the step is 0 as {dtype}; give a floating dtype")
    places = np.arange(len(np.arange(start, end, step)))
    return (int(start) + int(step) * places).astype(dtype)


def _numbers(*values: Any) -> tuple[Any, ...]:
    """Python numbers of tensors of one element."""
    return tuple(value.item() if isinstance(value, Tensor) else value for value in values)


def _cut_off(number: Any, dtype: Any) -> Any:
    """The integer towards 0 where integers are wanted: bounds are numbers of the wanted type."""
    return number if dtype is None or np.dtype(dtype).kind == "f" else int(number)


def linspace(start, end, steps, *, dtype=None, device=None, requires_grad=False) -> Tensor:
    """``steps`` numbers at equal distances, both ends included; integers are cut off.

    Raises:
        TypeError, ValueError: ``steps`` is not an integer, or below 0.

    >>> linspace(0, 1, 3)
    tensor([0. , 0.5, 1. ])
    """
    spaced = _spaced(start, end, steps, dtype).astype(_type(dtype))
    return made(spaced, device, requires_grad)


def logspace(
    start, end, steps, base=10.0, *, dtype=None, device=None, requires_grad=False
) -> Tensor:
    """``steps`` powers of the base, from ``base**start`` to ``base**end``, at equal ratios.

    Raises:
        TypeError, ValueError: ``steps`` is not an integer, or below 0.

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    powers = _powers(base, _spaced(start, end, steps, dtype), _type(dtype))
    return made(powers, device, requires_grad)


def _powers(base: float, exponents: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return np.power(float(base), exponents).astype(dtype)


def _spaced(start, end, steps, dtype) -> np.ndarray:
    (steps,) = new_sizes((steps,))
    start, end = (_cut_off(value, dtype) for value in _numbers(start, end))
    return np.linspace(start, end, steps)


def eye(n, m=None, *, dtype=None, device=None, requires_grad=False) -> Tensor:
    """Ones on the diagonal, zeros elsewhere.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    rows, columns = new_sizes((n, n if m is None else m))
    return made(np.eye(rows, columns, dtype=_type(dtype)), device, requires_grad)
