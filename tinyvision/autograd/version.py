"""`Version`: how often a piece of memory was changed in place."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .tensor import Tensor


class Version:
    """Counts the changes of a piece of memory; shared by all tensors that show it.

    A node remembers the count of what it saved, and refuses to go back through a value that changed
    since. Which tensors show the memory matters too: were a change recorded in one of them, the
    others would show values whose derivative they do not know.
    """

    # As defaults of the class, so that one that is never changed, as most are not, costs no more
    # than an empty object.
    count = 0
    changed_by = ""
    has_views = False
    _unrecorded_views: weakref.WeakSet[Tensor] | None = None

    def bump(self, changed_by: str) -> None:
        """Count a change and remember what made it."""
        self.count += 1
        self.changed_by = changed_by

    def add_view(self, view: Tensor) -> None:
        """Note a tensor that an operation made to show this memory."""
        self.has_views = True
        if view._node is None:
            if self._unrecorded_views is None:
                self._unrecorded_views = weakref.WeakSet()
            self._unrecorded_views.add(view)

    def has_unrecorded_views(self) -> bool:
        """Whether a view still lives that stands outside the graph."""
        return bool(self._unrecorded_views)


FRESH = Version()
"""Stands for "a version of its own" where a new tensor is told its version."""
