"""`Tensor`: an array that may remember how it was made.

A tensor holds a NumPy array, and three things that make it more than one: whether gradients are
wanted (`requires_grad`), the node of the graph that made it (`grad_fn`; none for a *leaf*), and a
version that counts in-place changes, shared by all tensors that share the memory.

The operations on tensors are not here: they live in `tinyvision.ops`, one family per file, and
`tinyvision/ops/operators.py` is the one table that binds them to this class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..absent import absence
from ..memory_format import check_memory_format
from . import numpy_calls
from .hooks import AfterAccumulation, KeepGrad, RemovableHandle
from .modes import is_grad_enabled, is_inference_mode_enabled
from .printing import array_text
from .version import FRESH, Version

if TYPE_CHECKING:
    from .hooks import Hook
    from .node import Node

DEFAULT_DTYPE = np.dtype("float32")


class Tensor:
    """A multi-dimensional array with an optional derivative; torch's names throughout.

    ``Tensor(data)`` copies numbers, nested lists or an array to float32, as torch's constructor
    does; :func:`tinyvision.tensor` keeps the data type and is the usual way in.

    Raises:
        TypeError: the data is not numeric.

    >>> import tinyvision as tv
    >>> x = tv.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([[2., 4.],
            [6., 8.]])
    """

    __slots__ = (
        "__weakref__",
        "_array",
        "_grad",
        "_hooks",
        "_node",
        "_requires_grad",
        "_version",
    )

    __array_ufunc__ = numpy_calls.answer_ufunc
    __array_function__ = numpy_calls.answer_function
    __array__ = numpy_calls.refuse_conversion

    if TYPE_CHECKING:  # the operations, bound by the table in ops/operators.py
        T: Tensor
        mT: Tensor

        def __getattr__(self, name: str) -> Any: ...
        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __rpow__(self, other: Any) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...
        def __getitem__(self, index: Any) -> Tensor: ...
        def __setitem__(self, index: Any, value: Any) -> None: ...

    _array: np.ndarray
    _requires_grad: bool
    _node: Node | None
    _version: Version | None
    _hooks: list[Hook] | None
    _grad: Tensor | None

    def __init__(self, data: Any = (), *, requires_grad: bool = False) -> None:
        self._array = to_array(data, DEFAULT_DTYPE, copy=True)
        self._requires_grad = False
        self._node = None
        self._version = None if is_inference_mode_enabled() else Version()
        self._hooks = None
        self._grad = None
        if requires_grad:
            self.requires_grad = True

    if not TYPE_CHECKING:  # asked only for what is not there

        def __getattr__(self, name):
            if name == "cuda":
                raise AttributeError("tinyvision computes on the CPU only: leave .cuda() out")
            start = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise absence("Tensor", name, start, self)

    # -- what it is ---------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the axes, a plain tuple."""
        return self._array.shape

    @property
    def dtype(self) -> np.dtype:
        """The NumPy data type."""
        return self._array.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._array.ndim

    @property
    def nbytes(self) -> int:
        """The bytes its elements take."""
        return self._array.nbytes

    @property
    def itemsize(self) -> int:
        """The bytes of one element."""
        return self._array.itemsize

    def size(self, dim: int | None = None) -> tuple[int, ...] | int:
        """The shape, or the size of one axis.

        Raises:
            IndexError: there is no such axis.
        """
        return self._array.shape if dim is None else self._array.shape[self._axis(dim)]

    def _axis(self, dim: int) -> int:
        if not -self.ndim <= dim < self.ndim:
            axes = f"{-self.ndim}..{self.ndim - 1}" if self.ndim else "it has no axes"
            raise IndexError(
                f"dim {dim} is out of range for a tensor of shape {self.shape}: {axes}"
            )
        return dim

    def dim(self) -> int:
        """The number of axes."""
        return self._array.ndim

    def ndimension(self) -> int:
        """The number of axes."""
        return self._array.ndim

    def numel(self) -> int:
        """The number of elements."""
        return self._array.size

    def nelement(self) -> int:
        """The number of elements."""
        return self._array.size

    def data_ptr(self) -> int:
        """The address of the first element: equal for tensors that show the same memory."""
        return self._array.ctypes.data

    def element_size(self) -> int:
        """The bytes of one element."""
        return self._array.itemsize

    def stride(self, dim: int | None = None) -> tuple[int, ...] | int:
        """The step from one element to the next along each axis, counted in elements.

        Raises:
            IndexError: there is no such axis.
        """
        steps = tuple(step // self._array.itemsize for step in self._array.strides)
        return steps if dim is None else steps[self._axis(dim)]

    def is_contiguous(self, memory_format: Any = None) -> bool:
        """Whether the elements lie row by row in memory; ``memory_format`` has no effect."""
        check_memory_format(memory_format)
        return self._array.flags.c_contiguous

    def is_floating_point(self) -> bool:
        """Whether the elements are floating-point numbers, hence may have a gradient."""
        return self._array.dtype.kind == "f"

    def is_inference(self) -> bool:
        """Whether it was made under :class:`tinyvision.inference_mode`."""
        return self._version is None

    # -- its place in the graph ---------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient with respect to this tensor, or through it, is wanted."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if self._node is not None:
            if not wanted:
                raise RuntimeError(
                    "requires_grad cannot be taken from a tensor that an operation made; "
                    "use x.detach() for a tensor outside the graph"
                )
            return
        if wanted and not self.is_floating_point():
            raise RuntimeError(
                f"only floating-point tensors can require gradients, this one is {self.dtype}; "
                "convert it first: x.float()"
            )
        if wanted and self._version is None and not is_inference_mode_enabled():
            raise RuntimeError(
                "a tensor made under inference_mode cannot require gradients; use x.clone() "
                "outside the block"
            )
        self._requires_grad = bool(wanted)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Set :attr:`requires_grad` and return the tensor itself."""
        self.requires_grad = requires_grad
        return self

    @property
    def grad_fn(self) -> Node | None:
        """The node that made this tensor; None for a leaf."""
        return self._node

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made this tensor."""
        return self._node is None

    @property
    def grad(self) -> Tensor | None:
        """The gradient that :meth:`backward` added up, of the tensor's shape and type; or None.

        Raises:
            TypeError: something else than a tensor or None is assigned.
            RuntimeError: a tensor of another shape or type is.
        """
        return self._grad

    @grad.setter
    def grad(self, new: Tensor | None) -> None:
        if new is not None:
            if not isinstance(new, Tensor):
                raise TypeError(
                    f"grad must be a tensor or None, got {type(new).__name__}; make one of it: "
                    "tv.tensor(value, dtype=x.dtype)"
                )
            if new.shape != self.shape or new.dtype != self.dtype:
                raise RuntimeError(
                    f"a gradient of shape {new.shape} and type {new.dtype} cannot belong to a "
                    f"tensor of shape {self.shape} and type {self.dtype}; they must be equal. "
                    "If backward made it, a rule does not undo its broadcast or conversion"
                )
        self._grad = new

    @property
    def data(self) -> Tensor:
        """The same memory, outside the graph.

        Assigning gives the tensor other memory, that of the new value; what was saved of the old
        one for a derivative is refused from then on.

        Raises:
            RuntimeError: integers are assigned to a tensor that requires a gradient.
        """
        return self.detach()

    @data.setter
    def data(self, new: Tensor) -> None:
        given = new if isinstance(new, Tensor) else wrap(to_array(new))
        if self._requires_grad and not given.is_floating_point():
            raise RuntimeError(
                f"a tensor that requires a gradient holds floats, got data of type {given.dtype}; "
                "convert it first: data.float()"
            )
        if self._version is not None:
            self._version.bump("assignment to .data")
        self._array = given._array
        self._version = given._version

    def detach(self) -> Tensor:
        """A tensor outside the graph that shares this one's memory and version."""
        return wrap(self._array, version=self._version)

    def detach_(self) -> Tensor:
        """Take this tensor out of its graph, making it a leaf."""
        self._node = None
        self._requires_grad = False
        return self

    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Add d(this)/d(leaf) to the ``grad`` of every leaf this tensor was made from.

        See :func:`tinyvision.autograd.backward`, which this calls.
        """
        from .backward import backward  # backward works on tensors, so it imports this module

        backward(self, gradient, retain_graph, create_graph, inputs)

    def retain_grad(self) -> None:
        """Keep the gradient of a tensor that is not a leaf in its ``grad``."""
        if not self._requires_grad:
            raise RuntimeError(
                "retain_grad() needs a tensor with requires_grad=True; no gradient will come to "
                "one that is made of constants, under no_grad or by detach()"
            )
        if self._node is not None and not self.retains_grad:  # a leaf keeps its gradient anyway
            self.register_hook(KeepGrad(self))

    @property
    def retains_grad(self) -> bool:
        """Whether it is no leaf and :meth:`retain_grad` was called."""
        return self._keeper() is not None

    def _keeper(self) -> KeepGrad | None:
        hooks = self._node._hooks if self._node is not None else None
        for hook in hooks or ():
            if isinstance(hook, KeepGrad) and hook.is_of(self):
                return hook
        return None

    def register_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(grad)`` in backward; what it returns, if anything, replaces the gradient."""
        if not self._requires_grad:
            raise RuntimeError(
                "a hook needs a tensor with requires_grad=True; no gradient will come to one that "
                "is made of constants, under no_grad or by detach()"
            )
        owner = self if self._node is None else self._node
        if owner._hooks is None:
            owner._hooks = []
        owner._hooks.append(hook)
        return RemovableHandle(owner._hooks, hook)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], None]) -> RemovableHandle:
        """Call ``hook(tensor)`` on a leaf after backward has added to its ``grad``.

        Raises:
            RuntimeError: not a leaf, or no gradient is wanted.
        """
        if self._node is not None:
            raise RuntimeError(
                "register_post_accumulate_grad_hook needs a leaf: only leaves' gradients are added "
                "up; for a tensor inside the graph use register_hook"
            )
        return self.register_hook(AfterAccumulation(hook))

    def _move_to(self, node: Node) -> None:
        """Take the place in the graph that `node` made, after a change in place."""
        keeper = self._keeper()
        if keeper is not None:
            self._node._hooks.remove(keeper)  # type: ignore[union-attr]
        self._node = node
        self._requires_grad = True
        node.made(self)
        if keeper is not None:
            self.register_hook(keeper)

    # -- out of the framework -----------------------------------------------------------------

    def numpy(self, *, force: bool = False) -> np.ndarray:
        """The array itself, sharing memory.

        Raises:
            RuntimeError: the tensor requires a gradient and ``force`` is false.
        """
        if self._requires_grad and not force:
            raise RuntimeError(
                "numpy() on a tensor that requires a gradient would lose the gradient; "
                "say that you mean it: x.detach().numpy()"
            )
        return self._array

    def item(self) -> float | int | bool:
        """The one element as a Python number.

        Raises:
            RuntimeError: the tensor has not exactly one element.
        """
        if self._array.size != 1:
            raise RuntimeError(
                f"item() needs a tensor with one element, this one has shape {self.shape}; "
                "use tolist(), or index one element first"
            )
        return self._array.item()

    def tolist(self) -> Any:
        """The elements as (nested) Python numbers."""
        return self._array.tolist()

    def __len__(self) -> int:
        if self.ndim == 0:
            raise TypeError("a tensor without axes (0-d) has no length; use item()")
        return self._array.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if self.ndim == 0:
            raise TypeError("a tensor without axes (0-d) cannot be iterated over; use item()")
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        if self._array.size != 1:
            raise RuntimeError(
                f"the truth of a tensor of shape {self.shape} is ambiguous; use any() or all()"
            )
        return bool(self._array.item())

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __index__(self) -> int:
        if self.dtype.kind not in "iub":
            raise TypeError(f"only an integer tensor can be an index, this one is {self.dtype}")
        return int(self.item())

    def __contains__(self, value: Any) -> bool:
        return bool((self._array == unwrap(value)).any())

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if self.ndim == 0 and spec else repr(self)

    __hash__ = object.__hash__  # by identity: == compares elements

    def __deepcopy__(self, memo: dict) -> Tensor:
        if self._node is not None:
            raise RuntimeError(
                "only leaf tensors can be deep-copied: a copy of this one would lose its graph; "
                "use x.detach().clone()"
            )
        copied = wrap(self._array.copy(), cls=type(self))
        copied._requires_grad = self._requires_grad
        if self.grad is not None:
            copied.grad = self.grad.__deepcopy__(memo)
        return copied

    def __reduce__(self):
        raise TypeError(
            "tensors are not pickled: a pickle can run code when it is opened; "
            "use tinyvision.save(state_dict, path)"
        )

    def __repr__(self) -> str:
        name = "tensor("
        digits = array_text(self._array, name)
        extras = []
        if self.dtype not in (DEFAULT_DTYPE, np.dtype("int64"), np.dtype("bool")):
            extras.append(f"dtype={self.dtype}")
        if self._array.size == 0 and self.ndim != 1:
            extras.append(f"size={self.shape}")
        if self._node is not None:
            extras.append(f"grad_fn=<{self._node.name}>")
        elif self._requires_grad:
            extras.append("requires_grad=True")
        return ", ".join([name + digits, *extras]) + ")"


_new = Tensor.__new__


def wrap(
    array: np.ndarray,
    node: Node | None = None,
    version: Version | None = FRESH,
    cls: type = Tensor,
) -> Any:
    """Make a tensor around an array without copying or checking it (internal)."""
    tensor: Tensor = _new(cls)
    tensor._array = array
    tensor._requires_grad = node is not None
    tensor._node = node
    tensor._hooks = None
    tensor._grad = None
    if version is FRESH:
        version = None if is_inference_mode_enabled() else Version()
    tensor._version = version
    return tensor


def unwrap(value: Any) -> Any:
    """The array of a tensor; anything else unchanged (internal)."""
    return value._array if isinstance(value, Tensor) else value


def to_array(data: Any, dtype: Any = None, *, copy: bool = False) -> np.ndarray:
    """Numbers, nested lists, arrays or tensors as an array in torch's default types (internal).

    Python floats become float32, Python integers int64; arrays and tensors keep their type.
    """
    if isinstance(data, Tensor):
        array = data._array
    elif isinstance(data, (list, tuple)) and _holds_tensors(data):
        array = np.array(_plain(data))
    else:
        array = np.asarray(data)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"a tensor holds floats, integers or booleans; got data of type {array.dtype} "
            f"from {type(data).__name__}"
        )
    if dtype is None:
        dtype = DEFAULT_DTYPE if array.dtype == np.float64 and not _has_type(data) else array.dtype
    dtype = np.dtype(dtype)
    if not dtype.isnative:
        dtype = dtype.newbyteorder("=")
    if dtype.kind in "iu" and dtype != array.dtype and not _has_type(data):
        _check_range(array, dtype)
    return np.array(array, dtype=dtype) if copy else np.asarray(array, dtype=dtype)


def _has_type(data: Any) -> bool:
    """Whether it is, or holds, arrays rather than Python numbers."""
    return isinstance(data, (Tensor, np.ndarray, np.generic)) or _holds_arrays(data)


def _check_range(array: np.ndarray, dtype: np.dtype) -> None:
    """Raise RuntimeError if a number would wrap around; -1 may stand for the last unsigned one."""
    reach = np.iinfo(dtype)
    low = -reach.max if dtype.kind == "u" else reach.min
    for number in (array.min(), array.max()) if array.size else ():
        if not low <= number <= reach.max:
            raise RuntimeError(
                f"{number.item()} lies outside the range of {dtype}, {reach.min}..{reach.max}; "
                "choose a wider dtype"
            )


def _holds_tensors(data: Any) -> bool:
    return isinstance(data, (list, tuple)) and any(
        isinstance(item, Tensor) or _holds_tensors(item) for item in data
    )


def _plain(data: Any) -> Any:
    if isinstance(data, Tensor):
        return data._array
    return [_plain(item) for item in data] if isinstance(data, (list, tuple)) else data


def _holds_arrays(data: Any) -> bool:
    """Whether the first element of nested lists is a NumPy array, scalar or tensor."""
    while isinstance(data, (list, tuple)) and data:
        data = data[0]
    return isinstance(data, (np.ndarray, np.generic, Tensor))


def tensor(data: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Copy numbers, nested lists, an array or a tensor into a new leaf tensor.

    Args:
        data: anything NumPy can make an array of. Python floats give float32, integers int64;
            arrays keep their type.
        dtype: the wanted data type.
        requires_grad: whether gradients with respect to the new tensor are wanted.

    Raises:
        TypeError: the data is not numeric.
        RuntimeError: ``requires_grad`` with an integer type.

    >>> tensor([1, 2, 3]).dtype, tensor([1.0, 2.0]).dtype
    (dtype('int64'), dtype('float32'))
    """
    made = wrap(to_array(data, dtype, copy=True))
    if requires_grad:
        made.requires_grad = True
    return made


def from_numpy(array: np.ndarray) -> Tensor:
    """A tensor that shares the array's memory; a change of either is seen in both.

    Raises:
        TypeError: not an array, or not a numeric one.

    >>> import numpy as np
    >>> a = np.zeros(2)
    >>> t = from_numpy(a)
    >>> a[0] = 5
    >>> t
    tensor([5., 0.], dtype=float64)
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(f"from_numpy needs a NumPy array, got {type(array).__name__}; use tensor()")
    return wrap(to_array(array))


def as_tensor(data: Any, dtype: Any = None) -> Tensor:
    """Like :func:`tensor`, but without a copy where none is needed."""
    if isinstance(data, Tensor) and (dtype is None or data.dtype == np.dtype(dtype)):
        return data
    return wrap(to_array(data, dtype))


__all__ = ["Tensor", "tensor", "from_numpy", "as_tensor", "is_grad_enabled"]
