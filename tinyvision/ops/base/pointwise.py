"""Primitives of two operands, element by element, of which either may be repeated along an axis.

Their rules are written for operands of one shape, as in a textbook: ``g * other``. Where one was
broadcast, its gradient is added up again, back to its shape; the rules need not know.

Most small operations are of this kind. So what is usual, two float tensors of one type and shape or
a float tensor and a number, takes a shortcut: it needs no preparation and no sums.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ...autograd.modes import this_thread
from ...autograd.node import Node
from ...autograd.plan import Plan, Read, Rule
from ...autograd.primitive import Primitive
from ...autograd.quiet import SILENT, hush, unhush
from ...autograd.tensor import Tensor
from ...autograd.version import Version
from .broadcast import sum_to

_new = Tensor.__new__


class Pointwise(Primitive):
    """A primitive of two operands; made by the decorator :func:`pointwise`."""

    def __init__(
        self, function: Callable[..., Any], prepare: Callable[..., tuple], numbers: bool
    ) -> None:
        super().__init__(function, prepare)
        self.numbers = numbers
        self.run_two = self.shortcut(self.run_in_general)

    def _run(self, args: tuple, config: dict[str, Any]) -> Tensor:
        return self.run_two(*args)

    def run_in_general(self, x: Any, y: Any) -> Tensor:
        """Do the operation as other primitives do; one of the two is a tensor."""
        return super()._run((x, y), {})

    def shortcut(self, otherwise: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """The operation as a function that does what is usual by itself, and leaves the rest.

        It does what `run_in_general` does, to the bit. It is written out because a small operation
        takes hardly longer than ten calls of Python functions; and it is a function, not a method,
        so that it can be an operator of `Tensor` without another around it.

        Args:
            otherwise: does the operation where the operands are of another kind.
        """
        function, numbers = self.function, self.numbers

        def run_two(x: Any, y: Any) -> Any:
            a: Any
            b: Any
            if isinstance(x, Tensor):
                a = x._array
                if isinstance(y, Tensor):
                    b = y._array
                    alike = a.dtype == b.dtype and a.shape == b.shape
                    needs = (x._requires_grad, y._requires_grad)
                else:
                    b = y
                    alike = numbers and (type(y) is float or type(y) is int)
                    needs = (x._requires_grad, False)
                alike = alike and a.dtype.kind == "f"
            elif numbers and (type(x) is float or type(x) is int):
                a, b = x, y._array
                alike = b.dtype.kind == "f"
                needs = (False, y._requires_grad)
            else:
                alike = False
            if not alike:
                return otherwise(x, y)
            token = hush(SILENT)
            try:
                answer = function(a, b)
            finally:
                unhush(token)
            if type(answer) is not np.ndarray:
                answer = np.asarray(answer)
            state = this_thread.state
            mode = state.stack[-1]
            made = _new(Tensor)  # as wrap does
            made._array = answer
            made._requires_grad = False
            made._node = None
            made._hooks = None
            made._grad = None
            made._version = None if mode.inference else Version()
            if True in needs and mode.recording:
                plan = (self._plans.get(needs) or self._make_plan(needs)).alike
                if plan.calls:
                    made._node = Node(self, plan, (x, y), self.defaults, made)
                    made._requires_grad = True
            for watch in state.watchers:
                watch(self, made, (x, y), {})
            return made

        return run_two

    def _make_plan(self, needs: tuple[bool, ...]) -> Plan:
        plan = super()._make_plan(needs)
        plan.alike = Plan(self.name, needs, super()._rules_for(needs))
        return plan

    def _rules_for(self, needs: tuple[bool, ...]) -> list[tuple[int, Rule]]:
        return [(place, _summed(rule, place)) for place, rule in super()._rules_for(needs)]


def _summed(rule: Rule, place: int) -> Rule:
    """A rule whose gradient is added up, back to the shape of its argument."""
    function = rule.function

    def summed(g: Any, shape: tuple[int, ...], *values: Any) -> Any:
        return sum_to(function(g, *values), shape)

    return replace(rule, function=summed, reads=(Read(place, "shape"), *rule.reads))


def pointwise(
    *, prepare: Callable[..., tuple], numbers: bool = True
) -> Callable[[Callable], Pointwise]:
    """Turn a function of two arrays into a primitive.

    The function must return a new array, of floats if it is given floats.

    Args:
        prepare: gets the operands of a call with a tensor among them and returns what to use. Two
            float tensors of one type and shape, or a float tensor and a Python number, it must
            leave as they are.
        numbers: whether one of the two may be a Python number.
    """
    return lambda function: Pointwise(function, prepare, numbers)
