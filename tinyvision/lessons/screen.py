"""What the stepper writes: headings, prose, code, results, and the keys one can press.

`Screen` writes plain lines. On a terminal, where `rich` is installed (extra ``lessons``), the same
is rendered in colour (`colour.py`).
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from ..terminal import can_show
from .cells import with_hashes
from .formula import in_unicode

WIDEST = 100  # columns: longer lines are hard to read
FORMULA = re.compile(r"\$([^$\n]+(?:\n[^$\n]+)?)\$")


class Signs(NamedTuple):
    """Signs beyond ASCII, for a terminal that has them."""

    good: str = "✓"
    bad: str = "✗"
    line: str = "─"
    thick: str = "━"
    bar: str = "│"
    dot: str = "•"
    more: str = "…"


_PLAIN_SIGNS = Signs("+", "x", "-", "=", "|", "-", "...")


class Screen:
    """Plain lines on a stream.

    Args:
        stream: where to write; standard output if not given.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = self.shows = sys.stdout if stream is None else stream
        self.signs = Signs() if can_show("".join(Signs()), self.stream) else _PLAIN_SIGNS
        self.after_blank = self._busy = False
        # One that can go back to the beginning of a line.
        self.moves = self.stream.isatty() and os.environ.get("TERM") != "dumb"

    @property
    def width(self) -> int:
        """Columns of a line."""
        return max(20, min(WIDEST, shutil.get_terminal_size().columns - 1))

    @property
    def height(self) -> int:
        """Lines that are seen at once; as many as one likes where that is unknown."""
        return shutil.get_terminal_size((80, 0)).lines or sys.maxsize

    def rendered(self, show: Callable[[], None]) -> str:
        """What a function shows, instead of showing it."""
        stream, self.stream = self.stream, io.StringIO()
        try:
            show()
            return self.stream.getvalue()
        finally:
            self.stream = stream

    def write_rendered(self, text: str) -> None:
        """What was rendered before."""
        self.stream.write(text)
        self.stream.flush()

    def write(self, text: str = "") -> None:
        """A line as it stands."""
        self.not_busy(said=False)
        print(text, file=self.stream, flush=True)
        self.after_blank = not text

    def busy(self, text: str) -> None:
        """Say what is being done, in a line that goes away when something is said or it is done."""
        if self.moves:
            self.stream.write(f"\r\x1b[K{text} {self.signs.more}")
            self.stream.flush()
            self._busy = True

    def not_busy(self, said: bool = True) -> None:
        """Take that line away; `said` if a lesson is about to write on the stream."""
        if self._busy:
            self._busy = False
            self.forget_line()
        if said:
            self.after_blank = False

    def gap(self) -> None:
        """An empty line, unless the last one was."""
        if not self.after_blank:
            self.write()

    def say(self, text: str, kind: str = "") -> None:
        """A remark of the stepper's: 'good', 'bad', 'quiet', or nothing special."""
        sign = {"good": f"{self.signs.good} ", "bad": f"{self.signs.bad} "}.get(kind, "")
        for line in self._wrapped(text, indent=sign):
            self._styled(line, kind)

    def place(self, text: str) -> None:
        """A path, in one line however long, as terminals and editors open it."""
        self._styled(text, "quiet")

    def heading(self, title: str, done: int, of: int) -> None:
        """The line above a cell: the lesson, and how far it is."""
        place = f" {done} of {of} "
        room = self.width - len(place) - 6
        title = (
            title if len(title) <= room else title[: room - len(self.signs.more)] + self.signs.more
        )
        length = max(2, self.width - len(title) - len(place) - 6)
        part = min(length, round(length * done / of))
        rule = self.signs.thick * part + self.signs.line * (length - part)
        self.gap()
        self._heading(f"{self.signs.thick * 2} {title} ", rule, f"{place}{self.signs.line * 2}")

    def prose(self, markdown: str) -> None:
        """A text cell."""
        self.write()
        if not markdown:
            return
        for block in re.split(r"\n\s*\n", with_hashes(markdown)):
            self._block(block.strip("\n"))
            self.write()

    def code(self, source: str, line: int) -> None:
        """Code with the numbers of its lines."""
        digits = len(str(line + source.count("\n")))
        for number, text in enumerate(source.split("\n"), line):
            self.write(f"  {number:>{digits}} {self.signs.bar} {text}".rstrip())

    def where(self, path: Path, line: int) -> None:
        """The place of the code that follows."""
        self.place(f"{short_path(path)}:{line}")

    def keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """The keys one can press; the cursor stays behind them."""
        blank = self.after_blank
        self.stream.write(self._keys(keys) + " ")
        self.stream.flush()
        self.after_blank = blank  # it will be taken away

    def forget_line(self) -> None:
        """Take the line away that the cursor is on; where it cannot be, begin a new one."""
        self.stream.write("\r\x1b[K" if self.moves else "\n")
        self.stream.flush()

    def ask(self, question: str) -> str:
        """A question in one line, and what the learner types.

        Raises:
            EOFError: Ctrl-D.
            KeyboardInterrupt: Ctrl-C.
        """
        try:
            return input(question)
        except EOFError:
            self.write()
            raise

    def formula(self, tex: str) -> str:
        """A formula as this terminal can show it."""
        text = in_unicode(tex)
        return text if can_show(text, self.shows) else " ".join(tex.split())

    # The parts that look different in colour.

    def _styled(self, line: str, kind: str) -> None:
        self.write(line)

    def _heading(self, left: str, rule: str, right: str) -> None:
        self.write(left + rule + right)

    def _keys(self, keys: Sequence[tuple[str, str]]) -> str:
        return "".join(f"{gap}{key}{meaning}" for gap, key, meaning in self._spaced(keys))

    def _spaced(self, keys: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
        """With gaps before them, in one line; where that is narrow, only the first is explained."""
        for gap in ("   ", "  "):
            if sum(len(gap + key + meaning) + 1 for key, meaning in keys) <= self.width:
                return [(gap * (n > 0), key, f" {text}") for n, (key, text) in enumerate(keys)]
        return [("  " * (n > 0), key, f" {text}" * (n == 0)) for n, (key, text) in enumerate(keys)]

    def _block(self, block: str) -> None:
        if match := re.match(r"(#+) (.*)", block):
            self.write(match[2])
            self.write(self.signs.line * len(match[2]))
            block = block[match.end() :].strip("\n")
            if not block:
                return
            self.write()
        if block.startswith("    "):
            self.write(block)
            return
        block = FORMULA.sub(lambda match: self.formula(match[1]), block)
        block = re.sub(r"\*\*(.+?)\*\*", r"\1", block, flags=re.DOTALL)
        block = re.sub(r"``(.+?)``", r"\1", block, flags=re.DOTALL)
        for item in re.split(r"\n(?=\s*(?:-|\d+\.) )", block):
            match = re.match(r"\s*(-|\d+\.) ", item)
            sign = f"{self.signs.dot if match[1] == '-' else match[1]} " if match else ""
            text = item[match.end() :] if match else item
            for line in self._wrapped(" ".join(text.split()), indent=sign):
                self.write(line)

    def _wrapped(self, text: str, indent: str = "") -> list[str]:
        lines = []
        for number, part in enumerate(text.split("\n")):
            lines += textwrap.wrap(
                part,
                self.width,
                initial_indent=indent if number == 0 else " " * len(indent),
                subsequent_indent=" " * len(indent),
                break_long_words=False,
                break_on_hyphens=False,
            ) or [""]
        return lines


def short_path(path: Path) -> str:
    """A path from here, if it is below; else from the home folder, if it is below that."""
    for base, start in ((Path.cwd(), ""), (Path.home(), "~/")):
        if path.is_relative_to(base):
            return start + str(path.relative_to(base))
    return str(path)
