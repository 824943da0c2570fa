"""Gradient checks: the derivative a function claims against the one its values show.

The full check compares every entry of the Jacobian with central differences in float64, the fast
one a few random directions. How they are compared stands in `differences.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .backward import grad
from .claims import GradcheckError, checked_inputs, floating_outputs
from .differences import Comparison
from .modes import enable_grad
from .tensor import Tensor, wrap


def gradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    *,
    eps: float = 1e-6,
    atol: float = 1e-7,
    rtol: float = 1e-5,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    fast_mode: bool = False,
    seed: int = 0,
) -> bool:
    """Compare a function's gradients with central differences.

    Args:
        func: takes the inputs, returns a tensor or several.
        inputs: what it is called with; the float64 tensors that require gradients are checked.
        eps: the step of the differences.
        atol, rtol: the error allowed, absolutely and relative to the finite difference. (Tighter
            than torch's defaults: a rule that is wrong by 0.1 % is caught.)
        raise_exception: raise rather than return False.
        nondet_tol: how much two backward passes may differ.
        fast_mode: check three random directions instead of every entry.
        seed: of those directions.

    Returns:
        Whether all gradients agree.

    Raises:
        GradcheckError: one does not; the message names the output, the input, the entry, both
            numbers and the likely mistake.
        ValueError: no input to check, or one that is not float64 or overlaps itself in memory.

    >>> import tinyvision as tv
    >>> x = tv.tensor([0.5, 2.0], dtype=tv.float64, requires_grad=True)
    >>> tv.autograd.gradcheck(tv.exp, [x])
    True
    """
    comparison = Comparison(
        func, _as_tuple(inputs), eps=eps, atol=atol, rtol=rtol, nondet_tol=nondet_tol
    )
    return _agrees(comparison, raise_exception, fast_mode, seed)


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    grad_outputs: Tensor | Sequence[Tensor] | None = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-7,
    rtol: float = 1e-5,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    fast_mode: bool = False,
    seed: int = 0,
) -> bool:
    """Check second derivatives: the gradient check of the gradient.

    Args:
        func, inputs: as in :func:`gradcheck`.
        grad_outputs: the gradients of the outputs to start from; random ones if not given. They
            are checked as inputs as well.
        eps, atol, rtol, raise_exception, nondet_tol, fast_mode, seed: as in :func:`gradcheck`.

    Raises:
        GradcheckError, ValueError: as :func:`gradcheck`; or no output requires a gradient.

    >>> import tinyvision as tv
    >>> x = tv.tensor([0.5, 2.0], dtype=tv.float64, requires_grad=True)
    >>> tv.autograd.gradgradcheck(tv.exp, [x])
    True
    """
    comparison = second_order(
        func, inputs, grad_outputs, eps=eps, atol=atol, rtol=rtol, nondet_tol=nondet_tol, seed=seed
    )
    return _agrees(comparison, raise_exception, fast_mode, seed)


def second_order(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    grad_outputs: Tensor | Sequence[Tensor] | None = None,
    *,
    seed: int = 0,
    **tolerances: float,
) -> Comparison:
    """The comparison, not yet made, of a function's first derivative with its differences.

    Args:
        func, inputs, grad_outputs, seed: as in :func:`gradgradcheck`.
        tolerances: as :class:`Comparison` takes them.
    """
    args = _as_tuple(inputs)
    checked = checked_inputs(args)
    starts = _starts(func, args, grad_outputs, seed)
    return Comparison(
        first_derivative(func, len(args), checked),
        (*args, *starts),
        output_name=lambda number: f"the gradient of input {checked[number]}",
        input_name=lambda place: (
            f"input {place}" if place < len(args) else f"grad_output {place - len(args)}"
        ),
        values=first_derivative(func, len(args), checked, recorded=False),
        **tolerances,
    )


def first_derivative(
    func: Callable[..., Any], count: int, places: Sequence[int], recorded: bool = True
) -> Callable[..., tuple[Tensor | None, ...]]:
    """The derivative of a function as a function, recorded so that it can be derived again.

    Args:
        func: takes `count` inputs, returns a tensor or several.
        count: how many.
        places: of the inputs with respect to which to derive.
        recorded: False for the same numbers, sooner, that cannot be derived again.

    Returns:
        A function of the inputs and of a gradient for each floating output.

    >>> import tinyvision as tv
    >>> slope = first_derivative(lambda x: x**3, 1, [0])
    >>> slope(tv.tensor(2.0, requires_grad=True), tv.tensor(1.0))[0].item()
    12.0
    """

    def derivative(*values: Any) -> tuple[Tensor | None, ...]:
        primal, given = values[:count], values[count:]
        outputs = floating_outputs(func(*primal))
        pairs = [(out, g) for out, g in zip(outputs, given, strict=True) if out.requires_grad]
        return grad(
            [out for out, _ in pairs],
            [primal[place] for place in places],
            [g for _, g in pairs],
            create_graph=recorded,
            materialize_grads=True,  # what is lost on the way must not escape the check
        )

    return derivative


def _starts(
    func: Callable[..., Any],
    args: tuple,
    grad_outputs: Tensor | Sequence[Tensor] | None,
    seed: int,
) -> list[Tensor]:
    """The gradients of the outputs to start from: as given, or random."""
    with enable_grad():
        outputs = floating_outputs(func(*args))
    if not any(out.requires_grad for out in outputs):
        raise ValueError(
            "gradgradcheck: no output requires a gradient, so there is no derivative to derive; "
            "is the function's result detached, or made of integers?"
        )
    if grad_outputs is None:
        rng = np.random.default_rng(seed)
        return [
            wrap(np.asarray(rng.standard_normal(out.shape))).requires_grad_() for out in outputs
        ]
    starts = [grad_outputs] if isinstance(grad_outputs, Tensor) else list(grad_outputs)
    if len(starts) != len(outputs):
        raise ValueError(
            f"gradgradcheck: {len(outputs)} outputs, but {len(starts)} grad_outputs were given"
        )
    return starts


def _as_tuple(inputs: Tensor | Sequence[Any]) -> tuple:
    return (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)


def _agrees(comparison: Comparison, raise_exception: bool, fast_mode: bool, seed: int) -> bool:
    try:
        if fast_mode:
            comparison.random_directions(seed)
        else:
            comparison.every_entry()
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True
