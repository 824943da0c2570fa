"""The table of a summary and its counts, in letters that every terminal has."""

from __future__ import annotations

from collections.abc import Sequence

from .recorder import Row

_HEAD = ("layer", "output", "parameters", "multiply-adds", "keeps")


def table(calls: Sequence[Row]) -> list[str]:
    """A heading, and between two rules a row a call, indented."""
    rows = [
        (
            "  " * row.depth + " ".join(filter(None, (row.name, row.layer))),
            " ".join(str(shape).replace(",)", ")") for shape in row.output),
            "as above" if row.parameters is None else f"{row.parameters:,}",
            f"{row.multiply_adds:,}",
            in_bytes(row.kept),
        )
        for row in calls
    ]
    widths = [max(len(row[i]) for row in [_HEAD, *rows]) for i in range(len(_HEAD))]
    widths[0] = max(widths[0], 20)

    def line(row: tuple[str, ...]) -> str:
        first, *others = row
        cells = [text.rjust(width) for text, width in zip(others, widths[1:], strict=True)]
        return "  ".join([first.ljust(widths[0]), *cells])

    rule = "-" * len(line(_HEAD))
    return [line(_HEAD), rule, *map(line, rows), rule]


def in_words(count: int) -> str:
    """A large count in full and in short.

    >>> in_words(17563790592), in_words(1200)
    ('17,563,790,592 = 17.56 G', '1,200')
    """
    for unit, size in (("G", 10**9), ("M", 10**6)):
        if count >= size:
            return f"{count:,} = {count / size:.2f} {unit}"
    return f"{count:,}"


def in_bytes(count: int) -> str:
    """A size in memory.

    >>> in_bytes(0), in_bytes(1536), in_bytes(3 * 2**20)
    ('0 B', '1.5 KiB', '3.0 MiB')
    """
    if count < 1024:
        return f"{count} B"
    size = count / 1024
    for unit in ("KiB", "MiB"):
        if size < 1024:
            return f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.2f} GiB"
