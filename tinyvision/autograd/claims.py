"""A function at one point: its values near it, and the gradients its rules claim there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .backward import grad
from .modes import enable_grad
from .tensor import Tensor, wrap


class GradcheckError(RuntimeError):
    """A gradient does not agree with the finite differences.

    Attributes:
        at_bend: whether the function bends or jumps there, and has no derivative to agree with.
    """

    at_bend = False


class Recorded:
    """The outputs of one call, and the leaves they were made from."""

    def __init__(self, outputs: list[Tensor], leaves: list[Tensor]) -> None:
        self.outputs = outputs
        self.leaves = leaves


class Point:
    """A function and its inputs; of these, the float64 tensors that require gradients vary.

    Args:
        func, inputs: takes the inputs, returns a tensor or several.
        nondet_tol: how much two calls, or two backward passes, may differ.
        output_name, input_name: what an output and an input are called, given their numbers.
    """

    def __init__(
        self,
        func: Callable[..., Any],
        inputs: Sequence[Any],
        nondet_tol: float,
        output_name: Callable[[int], str],
        input_name: Callable[[int], str],
    ) -> None:
        self.func = func
        self.inputs = tuple(inputs)
        self.checked = checked_inputs(self.inputs)
        self.nondet_tol = nondet_tol
        self.output_name = output_name
        self.names = [input_name(place) for place in self.checked]
        self.values = [self.inputs[place]._array.copy() for place in self.checked]

    def evaluate(
        self, arrays: Sequence[np.ndarray], func: Callable[..., Any] | None = None
    ) -> Recorded:
        """The outputs at other values of the checked inputs, which are fresh leaves.

        Args:
            arrays: these values.
            func: what is called in the place of the function, with the same answer.
        """
        given = list(self.inputs)
        leaves = []
        for place, array in zip(self.checked, arrays, strict=True):
            leaf = wrap(array.copy())
            leaf.requires_grad = True
            given[place] = leaf
            leaves.append(leaf)
        with enable_grad():
            outputs = floating_outputs((func or self.func)(*given))
        self._check_unchanged(leaves, "the function", arrays)
        return Recorded(outputs, leaves)

    def recorded(self) -> Recorded:
        """The outputs with their graph, once it is known that a second call gives the same."""
        graph, again = self.evaluate(self.values), self.evaluate(self.values)
        rng = np.random.default_rng(0)
        for number, (one, two) in enumerate(zip(graph.outputs, again.outputs, strict=True)):
            name = self.output_name(number)
            self._check_equal(one._array, two._array, name, "call")
            start = np.asarray(rng.standard_normal(one.shape))
            pairs = zip(
                self.gradients(graph, number, start),
                self.gradients(again, number, start),
                strict=True,
            )
            for place, (first, second) in enumerate(pairs):
                what = f"the gradient of {name} with respect to {self.names[place]}"
                self._check_equal(first, second, what, "backward pass")
        return graph

    def jacobians(self, graph: Recorded, number: int) -> list[np.ndarray]:
        """The claimed Jacobians of one output in each input: a backward pass for each row."""
        shape = graph.outputs[number].shape
        size = int(np.prod(shape))
        claimed = [np.zeros((size, value.size)) for value in self.values]
        for row in range(size):
            start = np.zeros(size)
            start[row] = 1.0
            gradients = self.gradients(graph, number, start.reshape(shape))
            for jacobian, gradient in zip(claimed, gradients, strict=True):
                jacobian[row] = gradient.reshape(-1)
        return claimed

    def gradients(self, graph: Recorded, number: int, start: np.ndarray) -> list[np.ndarray]:
        """The claimed gradients of <output, start> with respect to each input."""
        output, given = graph.outputs[number], start.copy()
        if not output.requires_grad:
            return [np.zeros_like(value) for value in self.values]
        found = grad(output, graph.leaves, wrap(given), retain_graph=True, allow_unused=True)
        if not _same(given, start):
            raise GradcheckError(
                f"a rule changes in place the gradient it is given for {self.output_name(number)}; "
                "others read it too: write g * 2 instead of g *= 2"
            )
        self._check_unchanged(graph.leaves, "the backward pass")
        gradients = []
        for gradient, name, value in zip(found, self.names, self.values, strict=True):
            gradients.append(np.zeros_like(value) if gradient is None else gradient._array)
            if gradients[-1].shape != value.shape:
                raise GradcheckError(
                    f"the gradient of {self.output_name(number)} with respect to {name} has shape "
                    f"{gradients[-1].shape}, the input {value.shape}; does the rule undo "
                    "broadcasting?"
                )
        return gradients

    def _check_unchanged(
        self, leaves: list[Tensor], who: str, arrays: Sequence[np.ndarray] | None = None
    ) -> None:
        for leaf, array, name in zip(leaves, arrays or self.values, self.names, strict=True):
            if not _same(leaf._array, array):
                raise GradcheckError(
                    f"{who} changes {name} in place; the derivative is that of the value before: "
                    "make a copy first"
                )

    def _check_equal(self, one: np.ndarray, two: np.ndarray, what: str, each: str) -> None:
        if _same(one, two):
            return
        if not np.allclose(one, two, rtol=0.0, atol=self.nondet_tol, equal_nan=True):
            raise GradcheckError(
                f"{what} differs by {np.abs(one - two).max():.3g} from one {each} to the next, "
                f"{self.nondet_tol:.3g} is allowed. Does the function draw random numbers?"
            )


def _same(one: np.ndarray, two: np.ndarray) -> bool:
    """Whether two arrays hold the same numbers, NaN being one.

    Asked for several times for each entry that is checked, and most often their bytes agree.
    """
    if one.shape == two.shape and one.tobytes() == two.tobytes():
        return True
    return np.array_equal(one, two, equal_nan=True)


def floating_outputs(result: Any) -> list[Tensor]:
    """What a function returned that can have a derivative."""
    outputs = [result] if isinstance(result, Tensor) else list(result)
    return [out for out in outputs if isinstance(out, Tensor) and out.is_floating_point()]


def checked_inputs(inputs: Sequence[Any]) -> list[int]:
    """The places of the inputs whose gradients are checked.

    Raises:
        ValueError: there is none, or one is not float64 or overlaps itself in memory.
    """
    places = [i for i, arg in enumerate(inputs) if isinstance(arg, Tensor) and arg.requires_grad]
    if not places:
        raise ValueError(
            "gradcheck: no input requires a gradient; make one with requires_grad=True"
        )
    for place in places:
        array = inputs[place]._array
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
