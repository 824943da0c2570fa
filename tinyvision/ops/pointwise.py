"""Primitives of two operands, element by element, of which either may be repeated along an axis.

Their rules are written for operands of one shape, as in a textbook: ``g * other``. Where one was
broadcast its gradient is added up again, back to its shape; the rules need not know.

Most small operations are of this kind. So two float tensors of one type and shape, which need no
preparation, no sums and no search for views, take a short way; see :meth:`Pointwise.of_two`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..autograd.modes import this_thread
from ..autograd.node import Node
from ..autograd.plan import Plan, Read, Rule
from ..autograd.primitive import Primitive
from ..autograd.quiet import SILENT, hush, unhush
from ..autograd.tensor import Tensor
from ..autograd.version import Version
from .broadcast import sum_to

ALIKE = "alike"
_new = Tensor.__new__


class Pointwise(Primitive):
    """A primitive of two operands; made by the decorator :func:`pointwise`."""

    def __init__(
        self, function: Callable[..., Any], prepare: Callable[..., tuple], numbers: bool
    ) -> None:
        super().__init__(function, prepare)
        self._numbers = numbers
        self.run_two = self.run_two_or(self.run_any_two)

    def _run(self, args: tuple, config: dict[str, Any]) -> Tensor:
        return self.run_two(*args)

    def run_any_two(self, x: Any, y: Any) -> Tensor:
        """Do the operation the general way, as other primitives do."""
        return super()._run((x, y), {})

    def run_two_or(self, otherwise: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """The operation as a function, which may be an operator of `Tensor` itself.

        If the operands are alike it does what `run_any_two` does, to the bit. It is written out,
        because a small operation takes hardly longer than ten calls of a Python function. All else
        is left to `otherwise`.
        """
        function = self.function
        numbers = self._numbers

        def run_two(x: Any, y: Any) -> Any:
            a: Any
            b: Any
            if isinstance(x, Tensor):
                a = x._array
                if isinstance(y, Tensor):
                    b = y._array
                    alike = a.dtype is b.dtype and a.shape == b.shape
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

    Args:
        prepare: gets the operands of a call with a tensor among them and returns what to use. It
            must leave operands that are alike as they are: two float tensors of one type and shape,
            or a float tensor and a Python number.
        numbers: whether one of the two may be a number.
    """
    return lambda function: Pointwise(function, prepare, numbers)
