"""The backward pass: gradients flow from the outputs to the leaves, newest node first.

Nodes are numbered as they are made, so the order of falling numbers is a topological order; nothing
here is recursive, and a graph may be as deep as memory allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from operator import attrgetter
from typing import Any

import numpy as np

from .anomaly import examined_gradients
from .hooks import AfterAccumulation, callbacks_at_the_end, has_listeners, run_hooks
from .modes import enable_grad, set_grad_enabled, this_thread
from .node import Node
from .plan import edge_of
from .tensor import Tensor, wrap

SMALL = 1000
"""Elements up to which a sum is made anew: there NumPy takes twice as long to add in place."""


def backward(
    tensors: Tensor | Sequence[Tensor],
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Add the derivative of the outputs to the ``grad`` of every leaf they were made from.

    Args:
        tensors: the outputs.
        grad_tensors: the gradient of each output, of its shape; may be left out for outputs of
            one element.
        retain_graph: keep what the graph saved, so that it can be gone through again. Defaults to
            ``create_graph``.
        create_graph: record the derivative itself, so that it can be derived again.
        inputs: add to these tensors' ``grad`` only.

    Raises:
        RuntimeError: an output has no graph, has several elements and no gradient was given; an
            input does not require a gradient; the graph was already freed; a saved value was
            changed in place.

    >>> import tinyvision as tv
    >>> x = tv.tensor(3.0, requires_grad=True)
    >>> tv.autograd.backward(x * x)
    >>> x.grad
    tensor(6.)
    """
    outputs = _as_list(tensors)
    gradients = _initial_gradients(outputs, grad_tensors, create_graph)
    with callbacks_at_the_end():
        if inputs is None:
            collected, ours = _run(outputs, gradients, retain_graph, create_graph, None)
        else:
            wanted = _wanted("backward", inputs)
            if not wanted:
                raise RuntimeError("backward: inputs is empty; leave it out to reach every leaf")
            places = [_place(t) for t in wanted]
            found, ours = _run(outputs, gradients, retain_graph, create_graph, places)
            collected = {t: found[_place(t)] for t in wanted if _place(t) in found}
        for leaf, gradient in collected.items():
            _accumulate(leaf, gradient, leaf in ours)
            for hook in list(leaf._hooks or ()):
                if isinstance(hook, AfterAccumulation):
                    hook.function(leaf)


def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    *,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """The gradients of the outputs with respect to the inputs, as a tuple; no ``grad`` is touched.

    Args:
        outputs, grad_outputs, retain_graph, create_graph: as in :func:`backward`.
        inputs: leaves or tensors inside the graph.
        allow_unused: give None for an input the outputs do not depend on, instead of an error.
        materialize_grads: give zeros there.

    Raises:
        RuntimeError: as :func:`backward`; or an input is not part of the graph.

    >>> import tinyvision as tv
    >>> x = tv.tensor(2.0, requires_grad=True)
    >>> (slope,) = tv.autograd.grad(x**3, x, create_graph=True)
    >>> tv.autograd.grad(slope, x)
    (tensor(12.),)
    """
    wanted = _wanted("grad", inputs)
    outs = _as_list(outputs)
    gradients = _initial_gradients(outs, grad_outputs, create_graph)
    with callbacks_at_the_end():
        found, _ = _run(outs, gradients, retain_graph, create_graph, [_place(t) for t in wanted])
    results: list[Tensor | None] = []
    for position, tensor in enumerate(wanted):
        gradient = found.get(_place(tensor))
        if gradient is not None:
            results.append(_copy(gradient))
        elif materialize_grads:
            results.append(wrap(np.zeros_like(tensor._array)))
        elif allow_unused:
            results.append(None)
        else:
            raise RuntimeError(
                f"grad: the outputs do not depend on input {position}, of shape {tensor.shape}: it "
                "was not used, or detached on the way, or only a copy of it was used (after "
                "x = x * 2 the name x stands for another tensor); pass allow_unused=True to get "
                "None for it"
            )
    return tuple(results)


def _run(
    outputs: list[Tensor],
    gradients: list[Any],
    retain_graph: bool | None,
    create_graph: bool,
    wanted: list[Node | Tensor] | None,
) -> tuple[dict[Any, Any], set[Node | Tensor]]:
    """Go back through the graph.

    Returns:
        The gradients of the wanted edges (None: of all leaves), and those leaves among them whose
        gradients nobody else holds.
    """
    if retain_graph is None:
        retain_graph = create_graph
    targets = None if wanted is None else set(wanted)
    useful = None if wanted is None else _leading_to(reachable(outputs), wanted)
    collected: dict[Any, Any] = {}
    pending: dict[Node | Tensor, Any] = {}  # the gradient so far, by edge
    waiting: list[tuple[int, Node]] = []  # the nodes among them, a heap with the newest on top
    ours: set[Node | Tensor] = set()  # edges whose array was made here, so it may be added to
    examined = this_thread.state.anomaly
    arriving: Iterable[tuple[Node | Tensor | None, Any]]
    arriving = zip((edge_of(tensor, "backward") for tensor in outputs), gradients, strict=True)
    # Infinite slopes (sqrt at 0, say) are answers, not accidents: no warnings inside the rules.
    with set_grad_enabled(create_graph), np.errstate(all="ignore"):
        while True:
            for edge, gradient in arriving:
                if edge is None or gradient is None:
                    continue
                if useful is not None and edge not in useful and edge not in targets:  # type: ignore[operator]
                    continue
                total = pending.get(edge)
                if total is None:
                    if isinstance(edge, Node):
                        heappush(waiting, (-edge.sequence, edge))
                    elif _is_part(gradient):
                        gradient = np.array(gradient)
                        ours.add(edge)
                    pending[edge] = gradient
                elif edge in ours:
                    total += gradient
                else:
                    pending[edge] = total = total + gradient
                    if type(total) is np.ndarray and total.size > SMALL:  # no tensor, no scalar
                        ours.add(edge)
            if not waiting:
                break
            _, node = heappop(waiting)
            gradient = pending.pop(node)
            arriving = ()
            if node._hooks:
                gradient = _through_hooks(node, gradient)
            if targets is not None and node in targets:
                collected[node] = gradient
            if useful is None or node in useful:
                if examined:
                    arriving = examined_gradients(node, gradient, create_graph)
                else:
                    arriving = node.pull_back(gradient, create_graph)
                if not retain_graph:
                    node.free()
        for leaf, gradient in pending.items():
            if targets is None or leaf in targets:
                collected[leaf] = _through_hooks(leaf, gradient)
    return collected, {leaf for leaf in pending if leaf in ours and not has_listeners(leaf._hooks)}


def _is_part(gradient: Any) -> bool:
    """Whether it is a piece of a larger array, as from rules that put gradients end to end.

    The gradient of a leaf waits until the end of the pass, and the whole array would wait with it.
    """
    if type(gradient) is not np.ndarray:
        return False
    whole = gradient.base
    return type(whole) is np.ndarray and whole.nbytes > gradient.nbytes


def reachable(outputs: list[Tensor]) -> list[Node]:
    """Every node behind the outputs, newest first."""
    stack = [tensor._node for tensor in outputs if tensor._node is not None]
    seen = {id(node): node for node in stack}
    while stack:
        for parent in stack.pop().parents:
            if isinstance(parent, Node) and id(parent) not in seen:
                seen[id(parent)] = parent
                stack.append(parent)
    return sorted(seen.values(), key=attrgetter("sequence"), reverse=True)


def _leading_to(nodes: list[Node], wanted: list[Node | Tensor]) -> set[Node | Tensor]:
    """Which nodes have a wanted edge somewhere behind them."""
    targets = set(wanted)
    useful: set[Node | Tensor] = set()
    for node in reversed(nodes):  # parents first
        if any(parent in targets or parent in useful for parent in node.parents):
            useful.add(node)
    return useful


def _place(tensor: Tensor) -> Node | Tensor:
    return tensor if tensor._node is None else tensor._node


def _wanted(name: str, inputs: Tensor | Sequence[Tensor]) -> list[Tensor]:
    wanted = _as_list(inputs)
    for position, tensor in enumerate(wanted):
        if not tensor.requires_grad:
            raise RuntimeError(
                f"{name}: input {position} does not require a gradient; make it with "
                "requires_grad=True before the outputs are computed"
            )
    return wanted


def _through_hooks(owner: Node | Tensor, gradient: Any) -> Any:
    if not has_listeners(owner._hooks):
        return gradient
    if isinstance(gradient, Tensor):
        return run_hooks(owner._hooks, gradient)
    return run_hooks(owner._hooks, _copy(gradient))._array


def _copy(gradient: Any) -> Tensor:
    """A gradient to give away: rules hand on arrays that others hold, or read-only broadcasts."""
    if isinstance(gradient, Tensor):
        with enable_grad():
            return gradient.clone()
    return wrap(np.array(gradient, copy=True))


def _accumulate(leaf: Tensor, gradient: Any, is_ours: bool) -> None:
    total = leaf.grad
    if total is None:
        leaf.grad = wrap(gradient) if is_ours else _copy(gradient)
    elif isinstance(gradient, Tensor) or total.requires_grad or not total._array.flags.writeable:
        with enable_grad():
            leaf.grad = total + gradient
    else:
        total._array += gradient
        if total._version is not None:
            total._version.bump("backward")


def _initial_gradients(
    outputs: list[Tensor], given: Any, create_graph: bool
) -> list[np.ndarray | Tensor]:
    if given is None:
        given = [None] * len(outputs)
    given = _as_list(given)
    if len(given) != len(outputs):
        raise RuntimeError(
            f"{len(outputs)} outputs but {len(given)} gradients were given; give one for each, "
            "None for an output of one element"
        )
    gradients = []
    for output, gradient in zip(outputs, given, strict=True):
        if not output._requires_grad:
            raise RuntimeError(
                f"a tensor of shape {output.shape} has no graph to go back through: "
                f"{_why_without_graph(output)}"
            )
        if gradient is None:
            if output.numel() != 1:
                raise RuntimeError(
                    "a gradient can be left out only for an output of one element; this one has "
                    f"shape {output.shape}. Reduce it first, y.sum().backward(), or pass the "
                    "gradient, y.backward(gradient)"
                )
            gradient = wrap(np.ones_like(output._array))
        if not isinstance(gradient, Tensor):
            gradient = wrap(np.asarray(gradient, dtype=output.dtype))
        if gradient.shape != output.shape:
            raise RuntimeError(
                f"the gradient has shape {gradient.shape}, its output has shape {output.shape}; "
                "they must be equal"
            )
        if gradient.dtype != output.dtype:
            raise RuntimeError(
                f"the gradient is {gradient.dtype}, its output is {output.dtype}; convert the "
                f"gradient: g.to(tv.{output.dtype})"
            )
        gradients.append(gradient if create_graph else gradient._array)
    return gradients


def _why_without_graph(output: Tensor) -> str:
    if not output.is_floating_point():
        return (
            f"it holds {output.dtype}, and what counts, compares or chooses (argmax, ==, .long()) "
            "has no derivative; use a loss made of floating-point numbers, such as cross_entropy "
            "of the scores themselves"
        )
    return (
        "nothing it was made from has requires_grad=True, or it was made under no_grad or from "
        "detached tensors. Give what is to be learnt requires_grad=True (the parameters of a layer "
        "have it) and compute again, outside no_grad and without detach(), numpy() or item() on "
        "the way"
    )


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
