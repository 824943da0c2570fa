"""Exercise 01: drawn programs of sums and products, against derivatives by a complex step."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

from hypothesis import strategies as st

from ..checks import Example, Grading, Law, Mistake
from ..trial import Trial

Steps = list[tuple[str, int, int]]
"""An operation and the places of its two inputs in the list of all values so far."""
_LETTERS = "xyabcdefgh"


def _program(values: tuple[float, float], steps: Steps, expected: Any = None) -> Trial:
    """x and y, then a, b, c and so on, each a sum or a product of two values before it."""
    lines = [f"{name} = Value({value!r})" for name, value in zip("xy", values, strict=True)]
    for number, (sign, one, other) in enumerate(steps, start=2):
        lines.append(f"{_LETTERS[number]} = {_LETTERS[one]} {sign} {_LETTERS[other]}")
    lines += [f"{_LETTERS[len(steps) + 1]}.backward()", "(x.grad, y.grad)"]
    if expected is None:
        expected = tuple(_derivative(values, steps, place) for place in range(2))
    return Trial("\n".join(lines), expected)


def _derivative(values: tuple[float, float], steps: Steps, place: int) -> float:
    """f(x + ih) = f(x) + ih f'(x), and h can be so small that the rest of it is nothing."""
    h = 1e-100
    found = [complex(v, h * (place == number)) for number, v in enumerate(values)]
    for sign, one, other in steps:
        a, b = found[one], found[other]
        found.append(a + b if sign == "+" else a * b)
    return found[-1].imag / h


@st.composite
def programs(draw: Any, most: int = 5) -> Trial:
    """Programs of one to so many steps; each takes up the step before it, and one more value."""
    values = draw(st.tuples(*[st.integers(-2, 3).map(float)] * 2))
    steps: Steps = []
    for number in range(draw(st.integers(1, most))):
        last = number + 1
        pair = last if number else draw(st.integers(0, 1)), draw(st.integers(0, last))
        steps.append((draw(st.sampled_from("+*")), *draw(st.permutations(pair))))
    return _program(values, steps)


@st.composite
def doubled(draw: Any) -> Trial:
    """A program p, and p + p: the derivatives must be twice those of p."""
    inner = draw(programs(2))
    *lines, backward, last = inner.code.splitlines()
    name = backward.partition(".")[0]
    code = "\n".join([*lines, f"twice = {name} + {name}", "twice.backward()", last])
    return Trial(code, tuple(2.0 * g for g in inner.expected))


# -- mistakes ---------------------------------------------------------------------------------


def _class(rule: Callable[..., tuple], backward: Callable[[Any], None]) -> Any:
    class Value:
        def __init__(self, data: float, inputs: tuple = (), rule: Any = None) -> None:
            self.data, self.inputs, self.rule, self.grad = data, inputs, rule, 0.0

        def __add__(self, other: Any) -> Any:
            return Value(self.data + other.data, (self, other), lambda g: (g, g))

        def __mul__(self, other: Any) -> Any:
            a, b = self.data, other.data
            return Value(a * b, (self, other), lambda g: rule(g, a, b))

    Value.backward = backward  # type: ignore[attr-defined]
    return Value


def _ordered(result: Any) -> list[Any]:
    """All values below one, each after its inputs."""
    order: list[Any] = []

    def visit(node: Any) -> None:
        if not any(node is seen for seen in order):
            for value in node.inputs:
                visit(value)
            order.append(node)

    visit(result)
    return order


def _hand_on(nodes: list[Any], add: bool = True) -> None:
    for node in nodes:
        if node.rule is not None:
            for value, gradient in zip(node.inputs, node.rule(node.grad), strict=True):
                value.grad = gradient + value.grad * add


def _right(self: Any) -> None:
    self.grad = 1.0
    _hand_on(_ordered(self)[::-1])


def _overwrites(self: Any) -> None:
    self.grad = 1.0
    _hand_on(_ordered(self)[::-1], add=False)


def _forwards(self: Any) -> None:
    self.grad = 1.0
    _hand_on(_ordered(self))


def _no_start(self: Any) -> None:
    _hand_on(_ordered(self)[::-1])


def _depth_first(self: Any) -> None:
    """Each time a value is met, its whole gradient so far goes on to its inputs."""

    def visit(node: Any) -> None:
        if node.rule is not None:
            for value, gradient in zip(node.inputs, node.rule(node.grad), strict=True):
                value.grad += gradient
                visit(value)

    self.grad = 1.0
    visit(self)


def _depth_first_once(self: Any) -> None:
    """The same, but a value that was met before is not met again."""
    seen: set[int] = set()

    def visit(node: Any) -> None:
        if id(node) in seen:
            return
        seen.add(id(node))
        if node.rule is not None:
            for value, gradient in zip(node.inputs, node.rule(node.grad), strict=True):
                value.grad += gradient
            for value in node.inputs:
                visit(value)

    self.grad = 1.0
    visit(self)


def _breadth_first(self: Any) -> None:
    """Level by level, each value once, whether or not all that uses it has come before."""
    self.grad = 1.0
    queue, seen = [self], {id(self)}
    while queue:
        node = queue.pop(0)
        _hand_on([node])
        for value in node.inputs:
            if id(value) not in seen:
                seen.add(id(value))
                queue.append(value)


_RULES: tuple[tuple[str, Callable[..., tuple]], ...] = (
    ("", lambda g, a, b: (g * b, g * a)),
    ("The rule of the product forgets g: the derivatives of what comes after are lost.",
     lambda g, a, b: (b, a)),
    ("The rule of the product is swapped: each input must get the OTHER one's value.",
     lambda g, a, b: (g * a, g * b)),
    ("The rule of the product is that of a sum: how does a * b change with a?",
     lambda g, a, b: (g, g)),
    ("The rule of the product gives both inputs the product of both.",
     lambda g, a, b: (g * a * b, g * a * b)),
    ("The rule of the product adds the two values instead of telling them apart.",
     lambda g, a, b: (g * (a + b), g * (a + b))),
)  # fmt: skip
_ORDERS: tuple[tuple[str, Callable[[Any], None]], ...] = (
    ("", _right),
    ("A value that is used twice loses a gradient: add up with +=, do not overwrite.", _overwrites),
    ("Only the inputs of the end result get something; theirs get nothing. Is the list gone "
     "through from its beginning? The end result must come first, then its inputs, then theirs.",
     _forwards),
    ("Nothing sets the derivative of the end result by itself, which is 1.0.", _no_start),
    ("A value hands its gradient on each time it is met, also what it had handed on before: "
     "wait until everything made of it has been.", _depth_first),
    ("A value hands its gradient on before all that is made of it has given its share: it must "
     "come after them, in topological order.", _depth_first_once),
    ("Values are visited level by level: one that is used on two levels hands its gradient on too "
     "early. It must come after everything made of it.", _breadth_first),
)  # fmt: skip


def _all_mistakes() -> tuple[Mistake, ...]:
    """Each alone, then any two together."""
    pairs = sorted(product(_RULES, _ORDERS), key=lambda pair: bool(pair[0][0]) + bool(pair[1][0]))
    return tuple(
        Mistake(
            " ".join(filter(None, (rule[0], order[0]))),
            {"Value": _class(rule[1], order[1])},
            certain=not (rule[0] and order[0]),
        )
        for rule, order in pairs[1:]
    )


_DOUBLINGS = "x = Value(1.0)\na = x\nfor _ in range(60): a = a + a\na.backward()\nx.grad"

GRADING = Grading(
    names={"Value": None},
    checks=(
        Example(
            "a product",
            _program((2.0, 5.0), [("*", 0, 1)], (5.0, 2.0)),
            "When x grows by 1, x * y grows by y. And the derivative of a by itself is 1.",
        ),
        Example(
            "a product and a sum", _program((2.0, 3.0), [("*", 0, 1), ("+", 2, 0)], (4.0, 2.0))
        ),
        Example(
            "a square: one value, used twice",
            _program((3.0, 0.0), [("*", 0, 0)], (6.0, 0.0)),
            "x is both inputs of the product, and gets something as each.",
        ),
        Example(
            "a product of products", _program((2.0, 3.0), [("*", 0, 1), ("*", 2, 2)], (36.0, 24.0))
        ),
        Example(
            "a value used on two levels",
            _program(
                (2.0, 3.0), [("*", 0, 1), ("+", 2, 0), ("+", 3, 1), ("*", 2, 4)], (57.0, 40.0)
            ),
            "a may hand its gradient on only after c, which is made of it, has handed on its own.",
        ),
        Law("any sums and products, against a complex step", programs(), draws=100),
        Law("linear: p + p has twice the derivatives of p", doubled()),
        Example(
            "60 doublings, each value used twice",
            Trial(_DOUBLINGS, 2.0**60),
            probe=False,
            slow="Your code follows every path through the graph: here there are 2 to the 60th. "
            "Visit each value once, after everything made of it: that is what the order is for.",
        ),
    ),
    mistakes=_all_mistakes(),
    probes=(
        _program((2.0, 3.0), [("*", 0, 1), ("*", 2, 0), ("+", 3, 2), ("*", 4, 4)]),
        _program((2.0, 3.0), [("+", 0, 1), ("*", 2, 2), ("*", 3, 2), ("+", 4, 3)]),
        _program((3.0, -2.0), [("*", 1, 1), ("+", 2, 0), ("*", 2, 3), ("*", 4, 0), ("+", 5, 4)]),
        _program((2.0, 3.0), [("*", 0, 1), ("+", 2, 0), ("*", 3, 3), ("*", 4, 2), ("*", 5, 3)]),
    ),
)
