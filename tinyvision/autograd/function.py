"""`Function`: an operation of your own, with a derivative written by hand."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, NoReturn

from .function_node import FunctionNode, Operation
from .modes import is_grad_enabled, no_grad, this_thread
from .tensor import Tensor, wrap


class FunctionCtx:
    """What forward leaves for backward: saved tensors, and any attribute it is given.

    ``needs_input_grad`` tells for each argument whether its gradient is wanted.
    """

    saved_tensors: tuple[Tensor | None, ...] = ()
    needs_input_grad: tuple[bool, ...] = ()

    def __init__(self, args: tuple, names: list[str]) -> None:
        recording = is_grad_enabled()
        self._names = names
        self._is_tensor = [isinstance(arg, Tensor) for arg in args]
        self._shapes = [(a.shape, a.dtype) if isinstance(a, Tensor) else None for a in args]
        self.needs_input_grad = tuple([isinstance(a, Tensor) and a._requires_grad for a in args])
        self._materializes = True
        self._recorded = recording and any(self.needs_input_grad)
        self._to_save: tuple[Tensor | None, ...] = ()
        self._not_differentiable: tuple[Tensor, ...] = ()

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep arguments or answers, in ``ctx.saved_tensors``, for backward.

        A tensor that is changed in place afterwards is refused in backward, and under
        ``create_graph`` the derivative goes on through the saved tensors; neither holds for one
        that is kept as an attribute of ``ctx``.

        Raises:
            TypeError: something else than a tensor or None.
        """
        for place, tensor in enumerate(tensors):
            if tensor is not None and not isinstance(tensor, Tensor):
                raise TypeError(
                    f"save_for_backward keeps tensors, but argument {place} is "
                    f"{type(tensor).__name__}; keep other things as attributes: ctx.name = value"
                )
        self._to_save = tensors

    def mark_non_differentiable(self, *args: Tensor) -> None:
        """These answers have no gradient; answers that are not floats have none anyway."""
        self._not_differentiable = args

    def set_materialize_grads(self, value: bool) -> None:
        """Whether backward gets zeros (the default), or None, for an answer that was not used."""
        self._materializes = bool(value)

    def mark_dirty(self, *args: Tensor) -> NoReturn:
        """Not here: forward must leave its arguments as they are."""
        raise NotImplementedError(
            "mark_dirty: forward may not change its arguments in place; change x.clone() instead"
        )


class Function:
    """The base of an operation of your own: write ``forward`` and ``backward``, call ``apply``.

    Both are static methods. ``forward(ctx, *args)`` gets what ``apply`` is given, records nothing,
    and returns a tensor or a tuple. ``backward(ctx, *gradients)`` gets the gradient of each answer
    and returns that of each argument, None where there is none. Written in operations on tensors,
    it can be derived again. Alternatively ``forward(*args)`` goes without ``ctx``, and
    ``setup_context(ctx, inputs, output)`` keeps what backward needs.

    A gradient in the shape of a broadcast argument is summed up, and one of another type converted,
    as in torch.

    Raises:
        RuntimeError: in the backward pass, the gradients do not fit the arguments in number or
            shape, or a saved tensor was changed in place.
        TypeError: ``forward`` or ``backward`` is not a static method; a list of tensors is
            returned (torch leaves those without a gradient, silently).
        NotImplementedError: there is no ``backward``, or ``forward`` changed an argument in place.

    >>> import tinyvision as tv
    >>> class Cube(tv.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x**3
    ...
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         (x,) = ctx.saved_tensors
    ...         return g * 3 * x**2
    >>> x = tv.tensor(2.0, requires_grad=True)
    >>> y = Cube.apply(x)
    >>> y.backward()
    >>> y, x.grad
    (tensor(8., grad_fn=<CubeBackward>), tensor(12.))
    """

    def __init_subclass__(cls) -> None:
        for name in ("forward", "backward", "setup_context"):
            if not isinstance(inspect.getattr_static(cls, name), staticmethod):
                raise TypeError(
                    f"{cls.__name__}.{name} must be a static method; write @staticmethod above it"
                )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError(
            f"{type(self).__name__} is not instantiated: its methods are static; call "
            f"{type(self).__name__}.apply(...)"
        )

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """What the operation computes."""
        raise NotImplementedError("a Function needs a static method forward(ctx, *args)")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Keep what backward needs, if forward goes without ``ctx``."""
        raise NotImplementedError("forward without ctx needs setup_context(ctx, inputs, output)")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """The gradient of each argument."""
        raise NotImplementedError(
            "the operation has no derivative: write a static method backward(ctx, *gradients)"
        )

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run the operation and record it."""
        setup = cls.setup_context is not Function.setup_context
        signature = inspect.signature(cls.forward)
        if setup or kwargs:
            bound = (
                signature.bind(*args, **kwargs) if setup else signature.bind(None, *args, **kwargs)
            )
            bound.apply_defaults()
            args = bound.args if setup else bound.args[1:]
        names = _names(signature, len(args), skip=0 if setup else 1)
        ctx = FunctionCtx(args, names)
        # What wants a gradient must stay as it is; a running average, say, may change.
        wanted = [
            (name, arg, arg._version, arg._version.count)
            for name, arg, need in zip(names, args, ctx.needs_input_grad, strict=True)
            if need and arg._version is not None
        ]
        with no_grad():
            if setup:
                returned = cls.forward(*args)
                cls.setup_context(ctx, args, returned)
            else:
                returned = cls.forward(ctx, *args)
        for name, arg, version, count in wanted:
            if arg._version is not version or version.count != count:
                raise NotImplementedError(
                    f"{cls.__name__}.forward changed its argument {name!r} in place (by "
                    f"{version.changed_by}); change {name}.clone() instead"
                )
        return _recorded(cls, ctx, args, returned)


def _recorded(cls: type[Function], ctx: FunctionCtx, args: tuple, returned: Any) -> Any:
    """The answers of forward, in the graph."""
    if isinstance(returned, list) and any(isinstance(item, Tensor) for item in returned):
        raise TypeError(
            f"{cls.__name__}.forward returned a list of tensors; return a tuple: "
            "return tuple(answers)"
        )
    several = isinstance(returned, tuple)
    given = list(returned) if several else [returned]
    shown = {id(arg._version): arg._version for arg in args if _is_counted(arg)}
    # New tensors around the same memory: what forward returned may be an argument, or kept by it.
    answers = [wrap(a._array, None, a._version) if isinstance(a, Tensor) else a for a in given]
    operation = Operation(cls.__name__, ctx._names)
    left_out = {id(tensor) for tensor in ctx._not_differentiable}
    to_save, ctx._to_save, ctx._not_differentiable = ctx._to_save, (), ()
    recorded = [
        place
        for place, answer in enumerate(answers)
        if isinstance(answer, Tensor)
        and answer.dtype.kind == "f"
        and id(given[place]) not in left_out
    ]
    if ctx._recorded and recorded:
        tensors = [answer if isinstance(answer, Tensor) else None for answer in answers]
        node = FunctionNode(operation, ctx, cls.backward, args, tensors)
        node.save(to_save, args, given)
        for place in recorded:
            node.attach(answers[place], place)
    for answer in answers:
        if isinstance(answer, Tensor):
            for watch in this_thread.state.watchers:
                watch(operation, answer, args, {})
            if answer._version is not None and id(answer._version) in shown:
                answer._version.add_view(answer)
    return tuple(answers) if several else answers[0]


def _is_counted(arg: Any) -> bool:
    return isinstance(arg, Tensor) and arg._version is not None


def _names(signature: inspect.Signature, count: int, skip: int) -> list[str]:
    """What forward calls each of its arguments; those of ``*args`` are numbered."""
    names: list[str] = []
    for parameter in list(signature.parameters.values()):
        if parameter.kind is parameter.VAR_POSITIONAL:
            first = len(names) - skip
            names += [f"{parameter.name}[{i - first}]" for i in range(first, count)]
            break
        names.append(parameter.name)
    return names[skip : skip + count]


def once_differentiable(fn: Callable[..., Any]) -> Callable[..., Any]:
    """For a ``backward`` that leaves the graph (by NumPy, say): deriving it again is an error.

    Write it below ``@staticmethod``.

    >>> import numpy as np
    >>> import tinyvision as tv
    >>> class Sine(tv.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return tv.as_tensor(np.sin(x.numpy(force=True)))
    ...
    ...     @staticmethod
    ...     @tv.autograd.function.once_differentiable
    ...     def backward(ctx, g):
    ...         (x,) = ctx.saved_tensors
    ...         return g * tv.as_tensor(np.cos(x.numpy(force=True)))
    >>> x = tv.tensor(0.0, requires_grad=True)
    >>> Sine.apply(x).backward()
    >>> x.grad
    tensor(1.)
    """

    @functools.wraps(fn)
    def wrapper(ctx: Any, *args: Any) -> Any:
        with no_grad():
            gradients = fn(ctx, *args)
        sources = [*args, *ctx.saved_tensors]
        if not is_grad_enabled() or not any(getattr(s, "requires_grad", False) for s in sources):
            return gradients
        several = isinstance(gradients, (tuple, list))
        listed = list(gradients) if several else [gradients]
        refused = _DerivedOnce.apply(
            *[g.detach().requires_grad_() if isinstance(g, Tensor) else g for g in listed]
        )
        return refused if several else refused[0]

    return wrapper


class _DerivedOnce(Function):
    """Hands tensors on, and refuses to be gone back through."""

    @staticmethod
    def forward(ctx: Any, *tensors: Any) -> Any:
        return tensors

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        raise RuntimeError(
            "a derivative marked with @once_differentiable cannot be derived again; write its "
            "backward in operations on tensors, without the mark"
        )
