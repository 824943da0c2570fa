"""Anomaly detection: the operation that first made a NaN or an infinity, and the line it stands in.

What counts as *made*:

- a NaN, where no operand has one: ``log(-1)``, ``0 / 0``, ``inf - inf``, a softmax over nothing but
  ``-inf``;
- an infinity, where all operands, numbers and settings included, are finite: ``log(0)``, ``1 / 0``,
  an overflow.

So an infinity that was put somewhere on purpose, by ``masked_fill(mask, -inf)``, ``where`` or as
data, is none, nor is what follows from it until it becomes NaN. Backward, the same holds for the
gradient a rule is given, what it reads, and the gradients it returns; but a NaN that a rule makes
of a finite gradient is always one, wherever it was before.

While the mode is on, every node also notes where it was called and, of up to `SMALL` elements, its
answer and its gradient, which `draw` shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from . import advice
from .caller import users_line
from .modes import this_thread
from .tensor import Tensor, unwrap

if TYPE_CHECKING:
    from .node import Node
    from .primitive import Primitive

SMALL = 16  # elements: more are not read, only looked at


@dataclass(slots=True)
class Trace:
    """What a node remembers while the mode is on."""

    called_at: str
    value: np.ndarray | None
    settings: dict[str, float]  # the numbers among its arguments
    gradient: np.ndarray | None = None


class set_detect_anomaly:
    """Switch anomaly detection on or off in this thread; as a context, only inside it.

    Args:
        mode: whether to detect.
        check_nan: whether to look for NaN and infinities; if not, operations only note where they
            were called, for the errors of backward and for :func:`draw`.

    >>> import tinyvision as tv
    >>> with tv.autograd.set_detect_anomaly(True):
    ...     tv.is_anomaly_enabled()
    True
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._before = (this_thread.state.anomaly, this_thread.state.check_nan)
        _switch(bool(mode), bool(check_nan))

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exc: object) -> None:
        _switch(*self._before)


def _switch(mode: bool, check_nan: bool) -> None:
    this_thread.state.anomaly, this_thread.state.check_nan = mode, check_nan
    others = tuple(watch for watch in this_thread.state.watchers if watch is not examine_answer)
    this_thread.state.watchers = (*others, examine_answer) if mode else others


class detect_anomaly:
    """Inside, the first operation that makes a NaN or an infinity raises an error that names it.

    Forward and backward: the error gives the operation, the line of your code that called it, how
    many values are bad, where the first stands and of what it was made, and the likely remedy. See
    this module's text for what counts. It costs time; use it to find a mistake.

    torch's mode looks at gradients only.

    Args:
        check_nan: as in :class:`set_detect_anomaly`.

    Raises:
        RuntimeError: inside, when a NaN or an infinity is made.

    >>> import tinyvision as tv
    >>> x = tv.tensor([1.0, 0.0])
    >>> with tv.autograd.detect_anomaly():  # doctest: +ELLIPSIS
    ...     y = x.log()
    Traceback (most recent call last):
    ...
    RuntimeError: log made 1 of 2 values not finite (1 -inf) out of finite ones. The first is -inf
    at [1], where input is 0.0. ...
    """

    def __init__(self, check_nan: bool = True) -> None:
        self._check_nan = check_nan
        self._outside: list[set_detect_anomaly] = []

    def __enter__(self) -> None:
        self._outside.append(set_detect_anomaly(True, self._check_nan))

    def __exit__(self, *exc: object) -> None:
        self._outside.pop().__exit__()


def is_anomaly_enabled() -> bool:
    """Whether this thread is inside :class:`detect_anomaly`."""
    return this_thread.state.anomaly


def is_anomaly_check_nan_enabled() -> bool:
    """Whether this thread looks for NaN and infinities while anomaly detection is on."""
    return this_thread.state.check_nan


# -- forward ----------------------------------------------------------------------------------


def examine_answer(primitive: Primitive, made: Tensor, args: tuple, config: dict[str, Any]) -> None:
    """Note where an operation was called, and raise if it made something that is not finite."""
    answer = made._array
    if made._node is not None:
        small = answer.copy() if answer.size <= SMALL else None
        numbers = {
            name: arg
            for name, arg in zip(primitive.arguments, args, strict=False)
            if isinstance(arg, (int, float))
        }
        made._node.trace = Trace(users_line(), small, numbers)
    if not this_thread.state.check_nan:
        return
    sources = _numbers([unwrap(arg) for arg in args]) + _numbers(config.values())
    bad = _newly_bad(answer, sources)
    if bad is None:
        return
    names = primitive.arguments
    if primitive.variadic:
        names = [f"{names[-1]}[{place}]" for place in range(len(args))]
    given = {
        name: np.asarray(unwrap(arg))
        for name, arg in zip(names, args, strict=False)
        if isinstance(arg, (Tensor, np.ndarray, np.generic, float, int))
    }
    infinite = _any(np.isinf, sources)
    shapes = ", ".join(f"{name} {value.shape}" for name, value in given.items())
    if primitive.name not in advice.ELEMENTWISE:
        given = {}  # nothing that stands at the same place alone made the value
    cause = advice.of_answer(primitive.name, answer.dtype, infinite)
    if any(source.size == 0 for source in sources):
        cause = advice.NOTHING
    raise RuntimeError(
        f"{advice.shown_name(primitive.name)} made {_count(answer, bad)} out of "
        f"{'values without a NaN' if infinite else 'finite ones'}. {_first(answer, bad, given)}. "
        f"Shapes: {shapes} -> {answer.shape}. "
        f"Likely cause: {cause}. "
        f"Called at {users_line()}"
    )


# -- backward ---------------------------------------------------------------------------------


def examined_gradients(
    node: Node, gradient: Any, create_graph: bool
) -> list[tuple[Node | Tensor | None, Any]]:
    """The gradients of a node's parents, examined; raise if a rule made one that is not finite."""
    incoming = unwrap(gradient)
    trace = node.known_trace()
    if trace is not None and np.size(incoming) <= SMALL:
        trace.gradient = np.array(incoming)
    saved = _numbers(node.saved)
    values = _argument_values(node)
    check = this_thread.state.check_nan
    this_thread.state.check_nan = False  # what a rule is made of is not an operation of the user
    try:
        results = node.pull_back(gradient, create_graph)
    finally:
        this_thread.state.check_nan = check
    for parent, result in results if check else ():
        if parent is not None and result is not None:
            _examine_gradient(node, parent, incoming, np.asarray(unwrap(result)), saved, values)
    return results


def _examine_gradient(
    node: Node,
    parent: Node | Tensor,
    incoming: np.ndarray,
    result: np.ndarray,
    saved: list[np.ndarray],
    values: dict[str, np.ndarray],
) -> None:
    if np.isnan(incoming).any():
        return
    bad = _newly_bad(result, [incoming, *saved])
    if bad is None and np.isfinite(incoming).all() and np.isnan(result).any():
        bad = np.isnan(result)  # of what was saved: it was there in the forward pass already
    if bad is None:
        return
    place = next(i for i, edge in enumerate(node.parents) if edge is parent)
    cause = advice.of_gradient(
        node.primitive.name, _any(np.isnan, saved), _any(np.isinf, [incoming, *saved])
    )
    name = advice.shown_name(node.primitive.name)
    raise RuntimeError(
        f"the derivative of {name} made {_count(result, bad)} in the gradient of "
        f"{node.argument_name(place)}, of shape {result.shape}, out of a finite gradient of shape "
        f"{incoming.shape}. {_first(result, bad, values)}. Likely cause: {cause}. "
        f"{node.origin()}"
    )


def _argument_values(node: Node) -> dict[str, np.ndarray]:
    """What the node saved of its arguments and its answer, by name, where places correspond."""
    if node.primitive.name not in advice.ELEMENTWISE:
        return {}
    return {
        "its answer" if place < 0 else node.primitive.arguments[place]: array
        for place, array in node.saved_values()
        if place < len(node.primitive.arguments) and isinstance(array, np.ndarray)
    }


# -- what is bad ------------------------------------------------------------------------------


def _newly_bad(answer: np.ndarray, sources: list[np.ndarray]) -> np.ndarray | None:
    """Where the answer holds what was made here, by the rule in this module's text."""
    if answer.dtype.kind != "f" or np.isfinite(answer).all():
        return None
    if all(np.isfinite(source).all() for source in sources):
        return ~np.isfinite(answer)
    nan = np.isnan(answer)
    return nan if nan.any() and not _any(np.isnan, sources) else None


def _numbers(values: Iterable[Any]) -> list[np.ndarray]:
    """The floats among some values, and among the values in tuples and lists of them."""
    found: list[np.ndarray] = []
    for value in values:
        if isinstance(value, (tuple, list)):
            found += _numbers(value)
        elif isinstance(value, (np.ndarray, np.generic, float)):
            array = np.asarray(value)
            if array.dtype.kind == "f":
                found.append(array)
    return found


def _any(is_bad: np.ufunc, sources: list[np.ndarray]) -> bool:
    return any(is_bad(source).any() for source in sources)


def _count(answer: np.ndarray, bad: np.ndarray) -> str:
    values = answer[bad]
    kinds = {
        "NaN": np.isnan(values).sum(),
        "inf": np.isposinf(values).sum(),
        "-inf": np.isneginf(values).sum(),
    }
    listed = ", ".join(f"{count} {kind}" for kind, count in kinds.items() if count)
    return f"{values.size} of {answer.size} values not finite ({listed})"


def _first(answer: np.ndarray, bad: np.ndarray, given: dict[str, np.ndarray]) -> str:
    """The first bad value, its place, and what was given there by each argument that has one."""
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    where = f" at {list(index)}" if index else ""
    there = [
        f"{name} is {np.broadcast_to(value, answer.shape)[index]}"
        for name, value in given.items()
        if _fits(value.shape, answer.shape)
    ]
    return f"The first is {answer[index]}{where}" + (f", where {', '.join(there)}" if there else "")


def _fits(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether an argument has one value for each of an answer: its shape broadcasts to it."""
    return len(shape) <= len(wanted) and all(
        n in (1, size) for n, size in zip(shape[::-1], wanted[::-1], strict=False)
    )
