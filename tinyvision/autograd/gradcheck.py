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

    Raises:
        GradcheckError, ValueError: as :func:`gradcheck`; or no output requires a gradient.

    >>> import tinyvision as tv
    >>> x = tv.tensor([0.5, 2.0], dtype=tv.float64, requires_grad=True)
    >>> tv.autograd.gradgradcheck(tv.exp, [x])
    True
    """
    args = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    checked = _checked_inputs(args)
    with enable_grad():
        outputs = _outputs(func(*args))
    if not any(out.requires_grad for out in outputs):
        raise ValueError(
            "gradgradcheck: no output requires a gradient, so there is no derivative to derive; "
            "is the function's result detached, or made of integers?"
        )
    if grad_outputs is None:
        rng = np.random.default_rng(seed)
        starts = [
            wrap(np.asarray(rng.standard_normal(out.shape))).requires_grad_() for out in outputs
        ]
    else:
        starts = [grad_outputs] if isinstance(grad_outputs, Tensor) else list(grad_outputs)
        if len(starts) != len(outputs):
            raise ValueError(
                f"gradgradcheck: {len(outputs)} outputs, but {len(starts)} grad_outputs were given"
            )

    def first_derivative(*values: Any) -> tuple[Tensor | None, ...]:
        primal, given = values[: len(args)], values[len(args) :]
        outs = _outputs(func(*primal))
        pairs = [(out, g) for out, g in zip(outs, given, strict=True) if out.requires_grad]
        wanted = [primal[place] for place in checked]
        return grad(
            [out for out, _ in pairs],
            wanted,
            [g for _, g in pairs],
            create_graph=True,
            materialize_grads=True,  # what is lost on the way must not escape the check
        )

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

    outputs = evaluate(values)
    for number, (one, two) in enumerate(zip(outputs, evaluate(values), strict=True)):
        _check_equal(one, two, nondet_tol, f"output {number}", "call")
    for number in range(len(outputs)):
        if fast_mode:
            _check_directions(evaluate, values, number, eps, atol, rtol, nondet_tol, seed)
        else:
            _check_entries(evaluate, values, number, eps, atol, rtol, nondet_tol)


def _gradients(evaluate, values, number, start, nondet_tol) -> list[np.ndarray]:
    """The claimed gradients of <output, start> with respect to each input."""
    found = _gradients_once(evaluate, values, number, start)
    again = _gradients_once(evaluate, values, number, start)
    for place, (one, two, value) in enumerate(zip(found, again, values, strict=True)):
        what = f"the gradient of output {number} with respect to input {place}"
        if one.shape != value.shape:
            raise GradcheckError(
                f"{what} has shape {one.shape}, the input {value.shape}; does the rule undo "
                "broadcasting?"
            )
        _check_equal(one, two, nondet_tol, what, "backward pass")
    return found


def _gradients_once(evaluate, values, number, start) -> list[np.ndarray]:
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
        gradients = _gradients(evaluate, values, number, start.reshape(shape), nondet_tol)
        for place, gradient in enumerate(gradients):
            claimed[place][row] = gradient.reshape(-1)
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


def _check_directions(evaluate, values, number, eps, atol, rtol, nondet_tol, seed) -> None:
    rng = np.random.default_rng(seed)
    shape = evaluate(values)[number].shape
    for attempt in range(3):
        start = np.asarray(rng.standard_normal(shape))
        claimed = _gradients(evaluate, values, number, start, nondet_tol)
        for place, value in enumerate(values):
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


def _check_equal(one, two, nondet_tol, what, each) -> None:
    if not np.allclose(one, two, rtol=0.0, atol=nondet_tol, equal_nan=True):
        raise GradcheckError(
            f"{what} differs by {np.abs(one - two).max():.3g} from one {each} to the next, "
            f"{nondet_tol:.3g} is allowed. Does the function draw random numbers?"
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
