"""Watching operations: a function that is told of each one as it was done.

It costs nothing while nobody watches: :class:`Primitive` looks at one list either way, the one that
anomaly detection is on as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .modes import Watcher, this_thread


@contextmanager
def watching(watch: Watcher) -> Iterator[None]:
    """Inside, in this thread, every operation on tensors is reported after it was done.

    Args:
        watch: called with the primitive, the tensor it made, its arguments as they were used, and
            the configuration that was given. It may raise, and must not change any of them. Of a
            user's Function it is told as well, for each answer.

    >>> import tinyvision as tv
    >>> with watching(lambda primitive, made, args, config: print(primitive.name, made.shape)):
    ...     y = tv.ones(2, 3).exp() @ tv.ones(3, 4)
    exp (2, 3)
    matrix_product (2, 4)
    """

    def mine(*operation: object) -> None:  # a name of its own, should somebody watch twice
        watch(*operation)  # type: ignore[arg-type]

    state = this_thread.state
    state.watchers = (*state.watchers, mine)
    try:
        yield
    finally:
        state.watchers = tuple(other for other in state.watchers if other is not mine)
