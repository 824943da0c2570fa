"""The stepper's screen in colour, with `rich`. NO_COLOR is honoured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

from pygments.token import Comment, Keyword, Name, Number, Operator, String
from rich.console import Console
from rich.markdown import Markdown
from rich.style import Style
from rich.syntax import ANSISyntaxTheme, Syntax
from rich.text import Text
from rich.theme import Theme

from .cells import with_hashes
from .screen import FORMULA, Screen

_STYLES = {
    "markdown.code": "cyan", "markdown.h1": "bold", "markdown.h2": "bold", "markdown.h3": "bold",
    "markdown.item.bullet": "bold", "good": "bold green", "bad": "bold red", "quiet": "dim",
    "key": "bold", "title": "bold", "progress": "green",
}  # fmt: skip


class ColourScreen(Screen):
    """The same with `rich`."""

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        self._theme = Theme(_STYLES)

    @property
    def console(self) -> Any:
        """For something to be written where the stream is at the moment."""
        self.not_busy()
        return Console(file=self.stream, theme=self._theme, highlight=False, force_terminal=True)

    def prose(self, markdown: str) -> None:
        # As code: Markdown would take a formula's signs for its own.
        text = FORMULA.sub(lambda match: f"`{self.formula(match[1])}`", with_hashes(markdown))
        if not text.startswith("- "):  # before a list rich leaves a line itself
            self.write()
        if not markdown:
            return
        self.console.print(Markdown(text, code_theme=_code_theme()), width=self.width)
        self.write()

    def code(self, source: str, line: int) -> None:
        syntax = Syntax(
            source,
            "python",
            theme=_code_theme(),
            line_numbers=True,
            start_line=line,
            word_wrap=True,
            background_color="default",
        )
        self.console.print(syntax, width=self.width + 1)

    def _styled(self, line: str, kind: str) -> None:
        self.console.print(line, style=kind or None, markup=False, soft_wrap=True)

    def _heading(self, left: str, rule: str, right: str) -> None:
        done = rule.rstrip(self.signs.line)
        self.console.print(
            Text.assemble(
                (left, "title"), (done, "progress"), (rule[len(done) :], "quiet"), (right, "quiet")
            ),
            soft_wrap=True,
        )

    def _keys(self, keys: Sequence[tuple[str, str]]) -> str:
        text = Text()
        for gap, key, meaning in self._spaced(keys):
            text.append(gap).append(key, "key").append(meaning, "quiet")
        return self.rendered(lambda: self.console.print(text, end="", soft_wrap=True))


def _code_theme() -> Any:
    """Colours of the terminal's own sixteen that can be read on light and on dark."""
    return ANSISyntaxTheme(
        {
            Comment: Style(dim=True, italic=True),
            Keyword: Style(color="magenta"),
            Operator.Word: Style(color="magenta"),
            Name.Function: Style(bold=True),
            Name.Class: Style(bold=True),
            Name.Decorator: Style(color="magenta"),
            String: Style(color="green"),
            Number: Style(color="cyan"),
        }
    )
