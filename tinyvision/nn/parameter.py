"""`Parameter`, a tensor that a module trains, and `Buffer`, one that it only keeps."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor, as_tensor, wrap


class Parameter(Tensor):
    """A leaf tensor that a :class:`Module` registers when it is assigned as an attribute.

    Shares the memory of the tensor it is made from.

    >>> import tinyvision as tv
    >>> tv.nn.Parameter(tv.zeros(2))
    Parameter containing:
    tensor([0., 0.], requires_grad=True)
    """

    __slots__ = ()

    def __new__(cls, data: Any = (), requires_grad: bool = True) -> Parameter:
        given = as_tensor(data)
        parameter = wrap(given._array, version=given._version, cls=cls)
        parameter.requires_grad = requires_grad
        return parameter

    def __init__(self, data: Any = (), requires_grad: bool = True) -> None:
        """Everything is done in ``__new__``."""

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()


class Buffer(Tensor):
    """A tensor that a :class:`Module` registers as a buffer when it is assigned as an attribute.

    Args:
        data: what it shares its memory with.
        persistent: whether it is saved with the module.

    >>> import tinyvision as tv
    >>> module = tv.nn.Module()
    >>> module.mean = tv.nn.Buffer(tv.zeros(2))
    >>> list(module.state_dict())
    ['mean']
    """

    __slots__ = ("persistent",)

    def __new__(cls, data: Any = (), *, persistent: bool = True) -> Buffer:
        given = as_tensor(data)
        buffer = wrap(given._array, version=given._version, cls=cls)
        buffer.persistent = persistent
        return buffer

    def __init__(self, data: Any = (), *, persistent: bool = True) -> None:
        """Everything is done in ``__new__``."""
