"""What every worked example can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from .problems import Problem
from .records import Worked

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Example(Protocol):
    """A worked example of the article: its data, and what the article prints of it."""

    @property
    def name(self) -> str:
        """One word."""

    @property
    def section(self) -> str:
        """The section of the article."""

    def work_out(self) -> Worked:
        """Recompute it in exact arithmetic."""

    def problem(self) -> Problem:
        """The same numbers for the operators."""

    def figure(self) -> Figure:
        """Draw it."""
