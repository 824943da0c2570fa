"""Operations that show themselves in the terminal: texts for a lesson to print.

    print(views.convolution(x, w, at=(0, 1)))
    print(views.attention(q, k, v))
    print(views.image(x))  # a small grey image in shades
    print(views.bars(probabilities))

    with views.watch():  # so that values and gradients in the middle are known
        loss = (w * x - y) ** 2
        loss.backward()
    print(views.graph(loss, w=w, x=x))

Every number in them is computed from the arrays given, at that moment.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from ..autograd import set_detect_anomaly
from ..autograd.graph import graph_of
from ..viz import text
from ..viz.text import bars, image
from .stage import current

__all__ = ["convolution", "attention", "graph", "watch", "image", "bars"]


def _told(view: Callable[..., str]) -> Callable[..., str]:
    """A view whose arrays the stage is told, so that a page can play the operation."""

    @functools.wraps(view)
    def shown(*arguments: Any, **options: Any) -> str:
        result = view(*arguments, **options)
        given = inspect.signature(view).bind(*arguments, **options)
        given.apply_defaults()
        current().operation(view.__name__, given.arguments)
        return result

    return shown


convolution, attention = _told(text.convolution), _told(text.attention)


def watch() -> AbstractContextManager[None]:
    """Inside, operations remember their small values and gradients, for :func:`graph`."""
    return set_detect_anomaly(True, check_nan=False)


def graph(result: Any, **names: Any) -> str:
    """Show how a tensor was computed: a tree, with values and gradients.

    Args:
        result: the tensor at the end, such as the loss.
        names: tensors by the names they are to have.

    Raises:
        TypeError: not a tensor.

    >>> import tinyvision as tv
    >>> w, x = tv.tensor(3.0, requires_grad=True), tv.tensor(2.0, requires_grad=True)
    >>> with watch():
    ...     loss = (w * x - 5) ** 2
    ...     loss.backward()
    >>> print(graph(loss, w=w, x=x))
                         value  gradient
    pow (exponent 2)         1         1
    ↑ sub (other 5)          1         2
    ↑ mul                    6         2
    ├─ w                     3         4
    └─ x                     2         6
    """
    return text.graph(graph_of(result, names))
