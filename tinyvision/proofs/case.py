"""What a gradient case is made of: the class `Case`, and strategies that draw its inputs.

The conftest beside this file says how cases are written and found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from tinyvision.autograd import registry


class Call:
    """The arguments of one call: `args` positional, `config` by keyword.

    Floating arrays among `args` become tensors whose gradient is wanted, other arrays constant
    tensors; everything else is passed on as it is.
    """

    def __init__(self, *args: Any, **config: Any) -> None:
        self.args = args
        self.config = config

    def __repr__(self) -> str:
        parts = [repr(arg) for arg in self.args] + [f"{k}={v!r}" for k, v in self.config.items()]
        return f"Call({', '.join(parts)})"

    @property
    def floating(self) -> list[int]:
        """The places of the arguments whose gradient is wanted."""
        return [i for i, arg in enumerate(self.args) if _is_floating(arg)]

    def replaced(self, change: Callable[[np.ndarray], np.ndarray]) -> Call:
        """The call with each floating array, also in the configuration, put through `change`."""
        args = [change(arg) if _is_floating(arg) else arg for arg in self.args]
        config = {k: change(v) if _is_floating(v) else v for k, v in self.config.items()}
        return Call(*args, **config)


def _is_floating(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


@dataclass(frozen=True)
class Case:
    """One function to be put through every gradient property of test_gradients.py.

    Attributes:
        name: what the test is called; unique. Without `function`, the primitive's name.
        calls: a strategy of :class:`Call`, in float64, away from bends and jumps.
        empty: calls in which an axis has size 0; at least one.
        primitive: the name in the registry this case answers for; None if for none (a public
            function put together from primitives).
        function: what is called; the primitive itself if left out. Returns one tensor.
        differentiable: whether it has a gradient; if not, only values, layouts and sizes count.
        flat: the gradient is zero by definition (steps).
        smooth: whether 1e-6 relative error is asked rather than 1e-5.
        linear: "together" if linear in all floating arguments at once, "each" if in each of them
            while the others stay (a product), "" if not.
        keeps_dtype: whether the answer has the type of the floating arguments.
        half: whether float16 works; if not, it must be refused by name.
    """

    name: str
    calls: st.SearchStrategy[Call]
    empty: tuple[Call, ...]
    primitive: str | None = ""
    function: Callable[..., Any] | None = None
    differentiable: bool = True
    flat: bool = False
    smooth: bool = True
    linear: str = ""
    keeps_dtype: bool = True
    half: bool = True

    @property
    def answers_for(self) -> str | None:
        return self.name if self.primitive == "" else self.primitive

    def __call__(self, *args: Any, **config: Any) -> Any:
        function = registry[self.answers_for or ""] if self.function is None else self.function
        return function(*args, **config)


# -- strategies -------------------------------------------------------------------------------

sides = st.sampled_from((2, 3, 1, 4, 2, 3, 5, 0))
"""The size of one axis: seldom 0, seldom equal to its neighbour's."""

some = st.integers(1, 4)
"""The size of one axis that must not be empty."""


def shapes(min_dims: int = 0, max_dims: int = 3, side: Any = sides) -> st.SearchStrategy[tuple]:
    """Shapes, 0-d among them, of few elements."""
    return st.lists(side, min_size=min_dims, max_size=max_dims).map(tuple)


@st.composite
def arrays(draw, shape, low=-2.0, high=2.0, away_from=(), gap=0.05):
    """Uniform float64 numbers, none closer than `gap` to a number of `away_from` (bends, jumps)."""
    if isinstance(shape, st.SearchStrategy):
        shape = draw(shape)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    found = np.asarray(rng.uniform(low, high, shape))
    for _ in range(1000):
        near = _near(found, away_from, gap)
        if not near.any():
            return found
        found = np.where(near, rng.uniform(low, high, shape), found)
    raise ValueError(f"no number from {low} to {high} is {gap} away from all of {away_from}")


def _near(array, places, gap):
    return np.any([np.abs(array - place) < gap for place in places] or [False], axis=0)


@st.composite
def distinct(draw, shape):
    """Float64 numbers no two of which are closer than 0.1: for what selects or sorts."""
    if isinstance(shape, st.SearchStrategy):
        shape = draw(shape)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = int(np.prod(shape))
    return ((rng.permutation(size) - size / 2 + rng.uniform(0, 0.8, size)) * 0.5).reshape(shape)


@st.composite
def broadcast_pairs(draw, values=arrays, others=None, max_dims=3):
    """Two arrays whose shapes can be combined."""
    pair = draw(mutually_broadcastable_shapes(num_shapes=2, max_dims=max_dims, max_side=3))
    first, second = pair.input_shapes
    return draw(values(first)), draw((others or values)(second))


@st.composite
def with_axes(draw, values=arrays, min_dims=0, side=sides):
    """An array and some of its axes, as a tuple counted from the front."""
    array = draw(values(shapes(min_dims, side=side)))
    axes = draw(st.lists(st.integers(0, array.ndim - 1), unique=True)) if array.ndim else []
    return array, tuple(axes)


@st.composite
def with_axis(draw, values=arrays, side=sides):
    """An array of at least one axis, and one of them counted from the front."""
    array = draw(values(shapes(1, side=side)))
    return array, draw(st.integers(0, array.ndim - 1))


def elementwise(name: str, values: Any = arrays, **options: Any) -> Case:
    """The case of a function of one array."""
    return Case(
        name,
        calls=values(shapes()).map(Call),
        empty=(Call(np.zeros((0, 3))), Call(np.zeros(0))),
        **options,
    )


def pairwise(name: str, values: Any = arrays, others: Any = None, **options: Any) -> Case:
    """The case of a function of two arrays that broadcast."""
    return Case(
        name,
        calls=broadcast_pairs(values, others).map(lambda pair: Call(*pair)),
        empty=(Call(np.zeros((0, 3)), np.zeros(3)), Call(np.zeros((2, 1)), np.zeros((1, 0)))),
        **options,
    )
