"""Gradient checks: the derivative a function claims against the one its values show.

Central differences in float64: `(f(x + h) - f(x - h)) / 2h`. The full check compares every entry of
the Jacobian; the fast one a few random directions, at a cost that does not grow with the size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .backward import grad
from .modes import enable_grad
from .tensor import Tensor, wrap


class GradcheckError(RuntimeError):
    """A gradient does not agree with the finite differences."""


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
        GradcheckError: one does not; the message names the output, the input, the entry and both
            numbers.
        ValueError: no input to check, or one that is not float64 or overlaps itself in memory.

    >>> import tinyvision as tv
    >>> x = tv.tensor([0.5, 2.0], dtype=tv.float64, requires_grad=True)
    >>> tv.autograd.gradcheck(tv.exp, [x])
    True
    """
    args = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    checked = _checked_inputs(args)
    try:
        _check_function(func, args, checked, eps, atol, rtol, nondet_tol, fast_mode, seed)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


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

    >>> import tinyvision as tv
    >>> x = tv.tensor([0.5, 2.0], dtype=tv.float64, requires_grad=True)
    >>> tv.autograd.gradgradcheck(tv.exp, [x])
    True
    """
    args = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    checked = _checked_inputs(args)
    if grad_outputs is None:
        rng = np.random.default_rng(seed)
        with enable_grad():
            outputs = _outputs(func(*args))
        starts = [
            wrap(np.asarray(rng.standard_normal(out.shape))).requires_grad_() for out in outputs
        ]
    else:
        starts = [grad_outputs] if isinstance(grad_outputs, Tensor) else list(grad_outputs)

    def first_derivative(*values: Any) -> tuple[Tensor, ...]:
        primal, given = values[: len(args)], values[len(args) :]
        outs = [out for out in _outputs(func(*primal)) if out.requires_grad]
        wanted = [primal[place] for place in checked]
        found = grad(outs, wanted, list(given), create_graph=True, allow_unused=True)
        return tuple(g for g in found if g is not None and g.requires_grad)

    return gradcheck(
        first_derivative,
        (*args, *starts),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        fast_mode=fast_mode,
        seed=seed,
    )


def _checked_inputs(args: tuple) -> list[int]:
    places = [i for i, arg in enumerate(args) if isinstance(arg, Tensor) and arg.requires_grad]
    if not places:
        raise ValueError(
            "gradcheck: no input requires a gradient; make one with requires_grad=True"
        )
    for place in places:
        array = args[place]._array
        if array.dtype != np.float64:
            raise ValueError(
                f"gradcheck: input {place} is {array.dtype}, whose rounding would drown the "
                "differences; use float64: x.double()"
            )
        if array.size and any(
            step == 0 and size > 1 for step, size in zip(array.strides, array.shape, strict=True)
        ):
            raise ValueError(
                f"gradcheck: input {place} shows one number in several places (expand); "
                "use x.contiguous()"
            )
    return places


def _outputs(result: Any) -> list[Tensor]:
    outputs = [result] if isinstance(result, Tensor) else list(result)
    return [out for out in outputs if isinstance(out, Tensor) and out.is_floating_point()]


def _check_function(func, args, checked, eps, atol, rtol, nondet_tol, fast_mode, seed) -> None:
    values = [args[place]._array.copy() for place in checked]

    def evaluate(arrays, recording=False):
        """The outputs at other values of the checked inputs, which are fresh leaves."""
        given = list(args)
        leaves = []
        for place, array in zip(checked, arrays, strict=True):
            leaf = wrap(array.copy())
            leaf.requires_grad = True
            given[place] = leaf
            leaves.append(leaf)
        with enable_grad():
            outputs = _outputs(func(*given))
        return (outputs, leaves) if recording else [out._array.copy() for out in outputs]

    count = len(evaluate(values))
    for number in range(count):
        if fast_mode:
            _check_directions(evaluate, values, number, eps, atol, rtol, seed)
        else:
            _check_entries(evaluate, values, number, eps, atol, rtol, nondet_tol)


def _gradients(evaluate, values, number, start) -> list[np.ndarray]:
    """The claimed gradients of <output, start> with respect to each input."""
    outputs, leaves = evaluate(values, recording=True)
    if not outputs[number].requires_grad:
        return [np.zeros_like(value) for value in values]
    found = grad(outputs[number], leaves, wrap(start), allow_unused=True)
    return [
        np.zeros_like(value) if g is None else g._array
        for g, value in zip(found, values, strict=True)
    ]


def _check_entries(evaluate, values, number, eps, atol, rtol, nondet_tol) -> None:
    shape = evaluate(values)[number].shape
    size = int(np.prod(shape))
    claimed = [np.zeros((size, value.size)) for value in values]
    for row in range(size):
        start = np.zeros(size)
        start[row] = 1.0
        first = _gradients(evaluate, values, number, start.reshape(shape))
        again = _gradients(evaluate, values, number, start.reshape(shape))
        for place, (one, two) in enumerate(zip(first, again, strict=True)):
            if not np.allclose(one, two, rtol=0.0, atol=nondet_tol, equal_nan=True):
                raise GradcheckError(
                    f"backward is not deterministic: output {number} with respect to input {place} "
                    f"differs by {np.abs(one - two).max():.3g} from one pass to the next. Does the "
                    "function draw random numbers?"
                )
            _check_shape(one, values[place], number, place)
            claimed[place][row] = one.reshape(-1)
    for place, value in enumerate(values):
        for column in range(value.size):
            moved = [v.copy() for v in values]
            flat = moved[place].reshape(-1)
            flat[column] = value.reshape(-1)[column] + eps
            up = evaluate(moved)[number].reshape(-1)
            flat[column] = value.reshape(-1)[column] - eps
            down = evaluate(moved)[number].reshape(-1)
            measured = (up - down) / (2.0 * eps)
            for row in range(size):
                _compare(
                    claimed[place][row, column],
                    measured[row],
                    atol,
                    rtol,
                    lambda place=place, row=row, column=column, value=value: (
                        f"output {number} at {_at(row, shape)} with respect to input {place} at "
                        f"{_at(column, value.shape)}"
                    ),
                )


def _check_directions(evaluate, values, number, eps, atol, rtol, seed) -> None:
    rng = np.random.default_rng(seed)
    shape = evaluate(values)[number].shape
    for attempt in range(3):
        start = np.asarray(rng.standard_normal(shape))
        claimed = _gradients(evaluate, values, number, start)
        for place, value in enumerate(values):
            _check_shape(claimed[place], value, number, place)
            direction = np.asarray(rng.standard_normal(value.shape))
            length = max(float(np.linalg.norm(direction)), 1e-300)
            direction = direction / length

            def along(step, place=place, direction=direction, start=start):
                moved = list(values)
                moved[place] = values[place] + step * direction
                return float((evaluate(moved)[number] * start).sum())

            measured = (along(eps) - along(-eps)) / (2.0 * eps)
            _compare(
                float((claimed[place] * direction).sum()),
                measured,
                atol * max(1.0, float(np.abs(start).sum()) ** 0.5),
                rtol,
                lambda place=place, attempt=attempt: (
                    f"output {number} with respect to input {place}, along random direction "
                    f"{attempt}"
                ),
            )


def _check_shape(gradient, value, number, place) -> None:
    if gradient.shape != value.shape:
        raise GradcheckError(
            f"the gradient of output {number} with respect to input {place} has shape "
            f"{gradient.shape}, the input {value.shape}; does the rule undo broadcasting?"
        )


def _at(flat: int, shape: tuple[int, ...]) -> list[int]:
    return [int(i) for i in np.unravel_index(flat, shape)] if shape else []


def _compare(claimed, measured, atol, rtol, where) -> None:
    if np.isnan(claimed) and np.isnan(measured):
        return
    error = abs(claimed - measured)
    if error <= atol + rtol * abs(measured):
        return
    raise GradcheckError(
        f"wrong derivative of {where()}: the rule says {claimed:.10g}, central differences say "
        f"{measured:.10g} (they differ by {error:.3g}, {atol + rtol * abs(measured):.3g} is "
        f"allowed). {_likely_cause(claimed, measured)}"
    )


def _likely_cause(claimed: float, measured: float) -> str:
    """A guess that saves a learner time."""
    if claimed == 0.0:
        return "Likely cause: the gradient is lost on the way, by detach() or a missing rule."
    if measured == 0.0:
        return "Likely cause: a gradient where the value does not change; a mask is missing."
    ratio = claimed / measured
    if abs(ratio + 1.0) < 1e-3:
        return "Likely cause: the sign is wrong."
    if abs(ratio - round(ratio)) < 1e-3 and abs(ratio) > 1.5:
        return f"Likely cause: counted {round(ratio)} times, as when a sum should be a mean."
    if abs(1.0 / ratio - round(1.0 / ratio)) < 1e-3 and abs(1.0 / ratio) > 1.5:
        return f"Likely cause: a factor of {round(1.0 / ratio)} is missing."
    return "Likely cause: the rule, or a bend or jump of the function within eps of this point."
