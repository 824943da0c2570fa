"""A verification as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from .records import Check, Row, Worked
from .writing import show

NARROWEST = 72
SHOWN = 3  # of the failures of one line of the table
ASCII = str.maketrans({"·": "*", "×": "x", "✓": "yes", "✗": "NO", "─": "-"})


def render(
    examples: Sequence[Worked], operators: Sequence[Check], verdict: str, width: int, ascii: bool
) -> str:
    """Write out the parts of a report; see `Report.to_text`."""
    if width < NARROWEST:
        raise ValueError(
            f"width is {width}, expected at least {NARROWEST} columns: the tables need them"
        )
    page = _Page(width, ascii)
    for worked in examples:
        _example(page, worked)
    _operators(page, operators)
    page.heading("Verdict")
    page.paragraph(verdict)
    return "\n".join(page.lines) + "\n"


def failure(check: Check) -> str:
    """A failed check in a sentence that names the operator, the route and both numbers."""
    what = f"{check.operator} ({check.dtype}) on {check.problem}, {check.place}"
    if check.theirs != check.theirs:  # NaN: the shapes differ, there is no number to show
        return f"{what}, against {check.route}."
    return (
        f"{what}: {check.operator} gives {check.ours:.9g}, {check.route} gives {check.theirs:.9g}."
    )


def _example(page: _Page, worked: Worked) -> None:
    title = f"{worked.section} {worked.title}"
    page.heading(f"{title}, step by step")
    page.paragraph(worked.formula)
    page.space()
    for step in worked.steps:
        page.paragraph(step, indent=2, hang=4)
    page.heading(f"{title}: what the article prints, what its formula gives")
    _rows(page, worked.printed, "formula gives", [row.note for row in worked.printed])
    if worked.alternatives:
        page.heading(f"{title}: does another calculation give what is printed?")
        # The heading and the mark have said it already where there is nothing to explain.
        notes = [row.note if row.agrees else "" for row in worked.alternatives]
        _rows(page, worked.alternatives, "this gives", notes)


def _rows(page: _Page, rows: Sequence[Row], computed: str, notes: Sequence[str]) -> None:
    cells = [
        (row.quantity, show(row.article), show(row.computed), _mark(row.agrees)) for row in rows
    ]
    head = ("quantity", "article", computed, "agrees")
    page.table(head, cells, [[note] if note else [] for note in notes])


def _operators(page: _Page, checks: Sequence[Check]) -> None:
    """One line for each operator, type, route and allowance; failures are written out below it."""
    page.heading("The operators, held against two independent routes")
    groups: dict[tuple, list[Check]] = {}
    for check in checks:
        key = (check.operator, check.dtype, check.route, check.allowed)
        groups.setdefault(key, []).append(check)
    cells, notes = [], []
    for (operator, dtype, route, allowed), group in groups.items():
        failed = [failure(check) for check in group if not check.agrees]
        differs = f"{max(check.difference for check in group):.0e}".replace("0e+00", "0")
        cells.append(
            (operator, dtype, route, str(len(group)), differs, f"{allowed:g}", _mark(not failed))
        )
        notes.append(failed[:SHOWN])
        if len(failed) > SHOWN:
            notes[-1].append(f"... and {len(failed) - SHOWN} more.")
    head = ("operator", "type", "route", "checks", "differs", "allowed", "ok")
    page.table(head, cells, notes, wrap=2)


def _mark(agrees: bool) -> str:
    return "✓" if agrees else "✗"


class _Page:
    """Lines of text no wider than the page."""

    def __init__(self, width: int, ascii: bool) -> None:
        self.width, self.ascii = width, ascii
        self.lines: list[str] = []

    def spell(self, text: str) -> str:
        return text.translate(ASCII) if self.ascii else text

    def space(self) -> None:
        if self.lines:
            self.lines.append("")

    def heading(self, text: str) -> None:
        self.space()
        self.paragraph(text)
        self.lines.append(self.spell("─") * self.width)

    def paragraph(self, text: str, indent: int = 0, hang: int = 0) -> None:
        first, others = " " * indent, " " * (indent + hang)
        self.lines += textwrap.wrap(
            self.spell(text), self.width, initial_indent=first, subsequent_indent=others
        )

    def table(
        self,
        head: Sequence[str],
        cells: Sequence[Sequence[str]],
        notes: Sequence[Sequence[str]],
        wrap: int = 0,
    ) -> None:
        """Columns as wide as their widest cell; column `wrap` yields where that is too wide."""
        lines = [[self.spell(cell) for cell in line] for line in (head, *cells)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        widths[wrap] -= max(0, sum(widths) + 2 * (len(widths) - 1) - self.width)
        for line, below in zip(lines, ((), *notes), strict=True):
            for i, part in enumerate(textwrap.wrap(line[wrap], widths[wrap])):
                shown = [""] * len(line) if i else list(line)
                shown[wrap] = part
                padded = (cell.ljust(size) for cell, size in zip(shown, widths, strict=True))
                self.lines.append("  ".join(padded).rstrip())
            for note in below:
                self.paragraph(note, indent=4)
