"""Primitives of two operands, element by element, of which either may be repeated along an axis.

Their rules are written for operands of equal shape, as in a textbook: ``g * other``. Where one was
broadcast, its gradient is added up again, back to its shape; the rules need not know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..autograd.modes import this_thread
from ..autograd.node import Node
from ..autograd.plan import Plan, Read, Rule
from ..autograd.primitive import Primitive
from ..autograd.quiet import SILENT, hush, unhush
from ..autograd.tensor import Tensor, wrap
from ..autograd.version import Version
from .broadcast import sum_to

ALIKE = "alike"


class Pointwise(Primitive):
    """A primitive of two operands; made by the decorator :func:`pointwise`."""

    def _run(self, args: tuple, config: dict[str, Any]) -> Tensor:
        # The usual case, two float tensors of one type and shape, needs neither preparation nor
        # sums nor a search for views.
        x, y = args
        if not (isinstance(x, Tensor) and isinstance(y, Tensor)):
            return super()._run(args, config)
        a, b = x._array, y._array
        dtype = a.dtype
        if dtype is not b.dtype or a.shape != b.shape or dtype.kind != "f":
            return super()._run(args, config)
        token = hush(SILENT)
        try:
            answer = self.function(a, b)
        finally:
            unhush(token)
        if type(answer) is not np.ndarray:
            answer = np.asarray(answer)
        state = this_thread.state
        mode = state.stack[-1]
        made = wrap(answer, None, None if mode.inference else Version())
        if (x._requires_grad or y._requires_grad) and mode.recording:
            key = (x._requires_grad, y._requires_grad, ALIKE)
            plan = self._plans.get(key) or self._make_plan_alike(key)
            if plan.calls:
                made._node = Node(self, plan, args, self.defaults, made)
                made._requires_grad = True
        for watch in state.watchers:
            watch(self, made, args, config)
        return made

    def _make_plan_alike(self, key: tuple) -> Plan:
        needs = key[:2]
        plan = self._plans[key] = Plan(self.name, needs, super()._rules_for(needs))
        return plan

    def _rules_for(self, needs: tuple[bool, ...]) -> list[tuple[int, Rule]]:
        return [(place, _summed(rule, place)) for place, rule in super()._rules_for(needs)]


def _summed(rule: Rule, place: int) -> Rule:
    """A rule whose gradient is added up, back to the shape of its argument."""
    function = rule.function

    def summed(g: Any, shape: tuple[int, ...], *values: Any) -> Any:
        return sum_to(function(g, *values), shape)

    return replace(rule, function=summed, reads=(Read(place, "shape"), *rule.reads))


def pointwise(prepare: Callable[..., tuple]) -> Callable[[Callable], Pointwise]:
    """Turn a function of two arrays into a primitive."""
    return lambda function: Pointwise(function, prepare)
