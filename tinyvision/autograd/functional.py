"""Derivatives of functions: Jacobian and Hessian matrices and their products with vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .backward import grad
from .modes import enable_grad
from .tensor import Tensor, wrap


@enable_grad
def vjp(
    func: Callable, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The outputs of a function, and a vector times its Jacobian: what backward computes.

    Args:
        func: takes tensors, returns a tensor or a tuple.
        inputs: a tensor or a tuple.
        v: of the outputs' shapes; may be left out for one output of one element.
        create_graph: so that the result can be derived.
        strict: refuse outputs that do not depend on an input, instead of giving zeros.

    Raises:
        TypeError: something else than tensors goes in or comes out.
        RuntimeError: ``v`` is missing or does not fit; or ``strict``.

    >>> import tinyvision as tv
    >>> tv.autograd.functional.vjp(lambda x: x**2, tv.tensor([1.0, 2.0]), tv.tensor([1.0, 10.0]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    xs, ys, like = _run("vjp", func, inputs, create_graph)
    vs = _vectors("vjp", v, ys, "outputs")
    products = _derivative("vjp", ys, xs, vs, create_graph, strict)
    return _like(like[1], _given(ys, create_graph)), _like(like[0], _given(products, create_graph))


@enable_grad
def jvp(
    func: Callable, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The outputs of a function, and its Jacobian times a vector: the slope in one direction.

    By two passes back: what backward computes is linear in the vector it is given, and the
    derivative of that is the other product.

    Args:
        func, inputs, create_graph, strict: as for :func:`vjp`.
        v: of the inputs' shapes; may be left out for one input of one element.

    Raises:
        TypeError, RuntimeError: as for :func:`vjp`.

    >>> import tinyvision as tv
    >>> tv.autograd.functional.jvp(lambda x: x**2, tv.tensor([1.0, 2.0]), tv.tensor([1.0, 10.0]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    xs, ys, like = _run("jvp", func, inputs, create_graph)
    vs = _vectors("jvp", v, xs, "inputs")
    weights = [wrap(np.zeros(y.shape, y.dtype)).requires_grad_() for y in ys]
    linear = _derivative("jvp", ys, xs, weights, True, strict)
    products = _derivative("jvp", linear, weights, vs, create_graph, False)
    return _like(like[1], _given(ys, create_graph)), _like(like[1], _given(products, create_graph))


@enable_grad
def jacobian(
    func: Callable,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """All derivatives of all outputs: of output shape and input shape, one after the other.

    Args:
        func, inputs, create_graph, strict: as for :func:`vjp`.
        vectorize: no effect: one pass back for each element of the outputs.
        strategy: only ``reverse-mode``.

    Returns:
        A tensor; of several inputs a tuple; of several outputs a tuple of these.

    Raises:
        TypeError, RuntimeError: as for :func:`vjp`.
        ValueError: another strategy.

    >>> import tinyvision as tv
    >>> tv.autograd.functional.jacobian(lambda x: x**2, tv.tensor([1.0, 2.0]))
    tensor([[2., 0.], [0., 4.]])
    """
    if strategy != "reverse-mode":
        raise ValueError(f"strategy must be 'reverse-mode', got {strategy!r}")
    xs, ys, like = _run("jacobian", func, inputs, create_graph)
    rows = []
    for y in ys:
        parts = [wrap(np.zeros((y.numel(), *x.shape), x.dtype)) for x in xs]
        flat = y.reshape(-1)
        for place in range(y.numel()):
            slopes = _derivative("jacobian", [flat[place]], xs, [None], create_graph, strict)
            for part, slope in zip(parts, slopes, strict=True):
                part[place] = slope
        shaped = [part.reshape(*y.shape, *x.shape) for part, x in zip(parts, xs, strict=True)]
        rows.append(_like(like[0], _given(shaped, create_graph)))
    return _like(like[1], rows)


@enable_grad
def hessian(
    func: Callable,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """All second derivatives of a function with one number as answer: of input shape, twice.

    Args:
        func, inputs, create_graph, strict: as for :func:`vjp`.
        vectorize, outer_jacobian_strategy: as for :func:`jacobian`.

    Returns:
        A tensor; of several inputs a tuple of tuples.

    Raises:
        TypeError, RuntimeError, ValueError: as for :func:`jacobian`; the answer has several
            elements.

    >>> import tinyvision as tv
    >>> tv.autograd.functional.hessian(lambda x: x.prod(), tv.tensor([2.0, 3.0]))
    tensor([[0., 1.], [1., 0.]])
    """

    def slopes(*xs: Tensor) -> Any:
        y = func(*xs)
        if not isinstance(y, Tensor) or y.numel() != 1:
            found = f"shape {y.shape}" if isinstance(y, Tensor) else type(y).__name__
            raise RuntimeError(f"hessian: the function must return one number, got {found}")
        first = _derivative("hessian", [y.reshape(())], list(xs), [None], True, strict)
        return tuple(first) if isinstance(inputs, (tuple, list)) else first[0]

    return jacobian(slopes, inputs, create_graph, strict, vectorize, outer_jacobian_strategy)


# -- what they share ------------------------------------------------------------------------------


def _run(
    name: str, func: Callable, inputs: Any, create_graph: bool
) -> tuple[list[Tensor], list[Tensor], tuple[bool, bool]]:
    """Inputs and outputs of the function, recorded, and whether each came in a tuple."""
    xs = _tensors(name, inputs, "inputs")
    if create_graph:  # in the graph of the user's inputs, if they have one
        xs = [x.clone() if x.requires_grad else x.detach().requires_grad_() for x in xs]
    else:
        xs = [x.detach().requires_grad_() for x in xs]
    returned = func(*xs)
    ys = _tensors(name, returned, "outputs")
    return xs, ys, (isinstance(inputs, (tuple, list)), isinstance(returned, (tuple, list)))


def _tensors(name: str, value: Any, what: str) -> list[Tensor]:
    found = list(value) if isinstance(value, (tuple, list)) else [value]
    for place, item in enumerate(found):
        if not isinstance(item, Tensor):
            raise TypeError(
                f"{name}: the {what} must be tensors, but number {place} is {type(item).__name__}"
            )
    return found


def _vectors(name: str, v: Any, tensors: list[Tensor], what: str) -> list[Tensor | None]:
    if v is None:
        if len(tensors) != 1 or tensors[0].numel() != 1:
            raise RuntimeError(
                f"{name}: v can be left out only if there is one element; give tensors of the "
                f"shapes of the {what}, {[t.shape for t in tensors]}"
            )
        return [wrap(np.ones(tensors[0].shape, tensors[0].dtype))]
    vs = _tensors(name, v, "vectors v")
    if [t.shape for t in vs] != [t.shape for t in tensors]:
        raise RuntimeError(
            f"{name}: v has the shapes {[t.shape for t in vs]}, the {what} have "
            f"{[t.shape for t in tensors]}; they must be equal"
        )
    return list(vs)


def _derivative(
    name: str,
    ys: list[Tensor],
    xs: list[Tensor],
    vs: list[Any],
    create_graph: bool,
    strict: bool,
) -> list[Tensor]:
    """Weighted by `vs`, the derivative of all outputs with respect to each input."""
    reached = [(y, v) for y, v in zip(ys, vs, strict=True) if y.requires_grad]
    found: tuple[Tensor | None, ...] = (None,) * len(xs)
    if reached:
        found = grad(
            [y for y, _ in reached],
            xs,
            [v for _, v in reached],
            retain_graph=True,
            create_graph=create_graph,
            allow_unused=True,
        )
    if strict and (len(reached) < len(ys) or None in [g if g is None else 0 for g in found]):
        raise RuntimeError(
            f"{name}: an output does not depend on an input; pass strict=False to get zeros there"
        )
    pairs = zip(found, xs, strict=True)
    return [wrap(np.zeros(x.shape, x.dtype)) if g is None else g for g, x in pairs]


def _given(tensors: list[Tensor], create_graph: bool) -> list[Tensor]:
    return tensors if create_graph else [tensor.detach() for tensor in tensors]


def _like(several: bool, found: list[Any]) -> Any:
    return tuple(found) if several else found[0]
