"""A verification as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .records import Check, Row, Worked
from .writing import show

if TYPE_CHECKING:
    from .report import Report

NARROWEST = 60
SHOWN = 3  # failures of an operator on a route that are written out
ASCII = str.maketrans({"·": "*", "×": "x", "✓": "yes", "✗": "NO", "─": "-", "√": "sqrt", "ᵀ": "T"})


def render(report: Report, width: int = 80, ascii: bool = False) -> str:
    """Write out a report; see `Report.to_text`."""
    if width < NARROWEST:
        raise ValueError(
            f"width is {width}, expected at least {NARROWEST} columns: the tables need them"
        )
    page = _Page(width, ascii)
    for worked in report.examples:
        page.example(worked)
    page.operators(report.operators)
    page.heading("Verdict")
    page.paragraph(verdict(report))
    return "\n".join(page.lines) + "\n"


def verdict(report: Report) -> str:
    """One line: can the operators be trusted, and how much of the article is right?

    >>> from tinyvision.verify.report import Report
    >>> verdict(Report([], []))
    'FAILED: 0 of 0 operator checks agree; 0 of 0 numbers of the article are right.'
    """
    checks = sum(check.agrees for check in report.operators)
    printed = [row for worked in report.examples for row in worked.printed]
    printed = [row for row in printed if row.article is not None]
    right = sum(row.agrees for row in printed)
    return (
        f"{'OK' if report.ok else 'FAILED'}: {checks} of {len(report.operators)} operator checks "
        f"agree; {right} of {len(printed)} numbers of the article are right."
    )


class _Page:
    """Lines of text no wider than the page."""

    def __init__(self, width: int, ascii: bool) -> None:
        self.width, self.ascii = width, ascii
        self.lines: list[str] = []

    # -- parts of the report ----------------------------------------------------------------------

    def example(self, worked: Worked) -> None:
        self.heading(f"{worked.section} {worked.title}: step by step")
        self.paragraph(worked.formula)
        self.space()
        for step in worked.steps:
            self.paragraph(step, indent=2)
        self.heading(f"{worked.section} {worked.title}: what the article prints")
        self.rows(worked.printed)
        if worked.alternatives:
            self.heading(
                f"{worked.section} {worked.title}: could the printed numbers come from...?"
            )
            self.rows(worked.alternatives)

    def rows(self, rows: Sequence[Row]) -> None:
        head = ("quantity", "article", "formula gives", "agrees")
        cells = [
            (row.quantity, show(row.article), show(row.computed), self.mark(row.agrees))
            for row in rows
        ]
        self.table(head, cells, [[row.note] if row.note else [] for row in rows])

    def operators(self, checks: Sequence[Check]) -> None:
        """One line for each operator, type and route; failures are written out below it."""
        self.heading("The operators against two independent routes")
        groups: dict[tuple[str, str, str], list[Check]] = {}
        for check in checks:
            groups.setdefault((check.operator, check.dtype, check.route), []).append(check)
        head = ("operator", "type", "route", "checks", "difference", "allowed", "agrees")
        cells, notes = [], []
        for (operator, dtype, route), group in groups.items():
            failed = [check for check in group if not check.agrees]
            largest, allowed = (
                f"{max(numbers):.1g}"
                for numbers in ([c.difference for c in group], [c.allowed for c in group])
            )
            mark = self.mark(not failed)
            cells.append((operator, dtype, route, str(len(group)), largest, allowed, mark))
            notes.append([failure(check) for check in failed[:SHOWN]])
            if len(failed) > SHOWN:
                notes[-1].append(f"and {len(failed) - SHOWN} more")
        self.table(head, cells, notes, wrap=2)

    # -- pieces of a page -------------------------------------------------------------------------

    def mark(self, agrees: bool) -> str:
        return "✓" if agrees else "✗"

    def space(self) -> None:
        if self.lines:
            self.lines.append("")

    def heading(self, text: str) -> None:
        self.space()
        self.paragraph(text)
        self.lines.append(self.spell("─") * self.width)

    def paragraph(self, text: str, indent: int = 0) -> None:
        self.lines += textwrap.wrap(
            self.spell(text),
            self.width,
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + 4 if indent else 0),
        )

    def table(
        self,
        head: Sequence[str],
        cells: Sequence[Sequence[str]],
        notes: Sequence[Sequence[str]],
        wrap: int = 0,
    ) -> None:
        """Columns as wide as their widest cell; column `wrap` has what is left of the width."""
        cells = [[self.spell(cell) for cell in line] for line in [head, *cells]]
        widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
        others = sum(widths) - widths[wrap] + 2 * (len(head) - 1)
        widths[wrap] = min(widths[wrap], self.width - others)
        for line, below in zip(cells, [(), *notes], strict=True):
            parts = textwrap.wrap(line[wrap], widths[wrap]) or [""]
            for i, part in enumerate(parts):
                shown = [
                    part if j == wrap else (cell if i == 0 else "") for j, cell in enumerate(line)
                ]
                padded = (cell.ljust(size) for cell, size in zip(shown, widths, strict=True))
                self.lines.append("  ".join(padded).rstrip())
            for note in below:
                self.paragraph(note, indent=4)

    def spell(self, text: str) -> str:
        return text.translate(ASCII) if self.ascii else text


def failure(check: Check) -> str:
    """A failed check in a sentence that names the operator, the route and both numbers."""
    what = f"{check.operator} on {check.problem} ({check.dtype}), {check.place}"
    if check.place.startswith("at"):
        return f"{what}: it gives {check.ours:.9g}, {check.route} gives {check.theirs:.9g}."
    return f"{what}, against {check.route}."
