"""A lesson's file taken apart: title, facts of its head, cells of text and of code.

A lesson is a Python script in the percent format: a docstring with the title, then cells, each
under a line ``# %%``, or ``# %% [markdown]`` if it is text, which is then all comments. The text is
what reStructuredText and Markdown have in common: underlined headings, ``-`` lists, ``**bold**``,
double backticks, and formulas between dollars.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

FACTS = ("Question", "You will build", "Needs", "Runs in", "Expect")
"""What the head of a lesson says, each after its name in bold."""

_MARKER = re.compile(r"# ?%%(?P<rest>.*)")
_UNDERLINE = re.compile(r"(=+|-+|~+)\s*")


@dataclass(frozen=True)
class Cell:
    """A cell: text as Markdown, or code as it stands in the file from `line` on."""

    kind: Literal["text", "code"]
    source: str
    line: int


@dataclass(frozen=True)
class Step:
    """What the stepper shows at once: code and the text before it; either may be empty."""

    text: str
    code: str
    line: int


@dataclass(frozen=True)
class Script:
    """A lesson's file, read.

    Attributes:
        path: the file.
        title: the first line of its docstring.
        intro: the rest of the docstring.
        facts: what the docstring says after each of the names in `FACTS`.
        cells: in order.
    """

    path: Path
    title: str
    intro: str
    cells: list[Cell]
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """The title; without one, the file's name."""
        return self.title or self.path.name

    @property
    def steps(self) -> list[Step]:
        """The cells, each code with the texts before it; the first begins with the intro."""
        steps: list[Step] = []
        texts = [listed(self.intro)] if self.intro else []
        line = 1
        for cell in self.cells:
            if cell.kind == "text":
                line = cell.line if not texts else line
                texts.append(cell.source)
            else:
                steps.append(Step("\n\n".join(texts), cell.source, cell.line))
                texts = []
        if texts:
            steps.append(Step("\n\n".join(texts), "", line))
        return steps

    @property
    def code_lines(self) -> int:
        """Lines of code, without blank lines and comments."""
        lines = [line.strip() for cell in self.cells if cell.kind == "code" for line in
                 cell.source.splitlines()]  # fmt: skip
        return sum(bool(line) and not line.startswith("#") for line in lines)


def read_script(path: Path) -> Script:
    """Take a lesson's file apart.

    Raises:
        OSError: it cannot be read.
        ValueError: a text cell holds something besides comments, or the file is not UTF-8.
    """
    try:
        return parse(path.read_text(encoding="utf-8"), path)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not a text in UTF-8: {error}") from error


def parse(text: str, path: Path = Path("lesson.py")) -> Script:
    """Take a lesson's text apart.

    Raises:
        ValueError: a text cell holds something besides comments.

    >>> script = parse('\"\"\"Two\\n===\\n\\n**Question.** How much?\"\"\"\\n# %%\\nx = 1 + 1')
    >>> script.title, script.facts["Question"], script.cells
    ('Two', 'How much?', [Cell(kind='code', source='x = 1 + 1', line=6)])
    """
    lines = text.splitlines()
    docstring, begin = _docstring(text)
    title, intro = _title(docstring)
    cells: list[Cell] = []
    markers = _markers(text)
    starts = [(begin, "code"), *((line + 1, kind) for line, kind in markers)]
    ends = [*(line - 1 for line, _ in markers), len(lines)]  # numbers of lines, from 1 on
    for (first, kind), last in zip(starts, ends, strict=True):
        while first <= last and not lines[first - 1].strip():
            first += 1
        while first <= last and not lines[last - 1].strip():
            last -= 1
        if first > last:
            continue
        source = "\n".join(lines[first - 1 : last])
        if kind == "text":
            cells.append(Cell("text", _uncommented(source, first, path), first))
        else:
            cells.append(Cell("code", source, first))
    return Script(path, title, intro, cells, _facts(intro))


def _docstring(text: str) -> tuple[str, int]:
    """The docstring, and the number of the line after it."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.STRING:
                return _dedented(str(ast.literal_eval(token.string))), token.end[0] + 1
            if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE):
                break
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass  # whoever runs the cell is told
    return "", 1


def _dedented(docstring: str) -> str:
    """A docstring as `inspect.cleandoc` has it, which is not loaded for this alone."""
    first, *others = docstring.strip("\n").expandtabs().split("\n")
    indents = [len(line) - len(line.lstrip()) for line in others if line.strip()]
    cut = min(indents, default=0)
    return "\n".join([first.strip(), *(line[cut:].rstrip() for line in others)]).strip()


def _title(docstring: str) -> tuple[str, str]:
    lines = docstring.split("\n")
    rest = lines[1:]
    if rest and _UNDERLINE.fullmatch(rest[0]):
        rest = rest[1:]
    return lines[0].strip(), "\n".join(rest).strip()


def listed(intro: str) -> str:
    """The facts of the head, which stand in a row there, as a list."""
    names = "|".join(map(re.escape, FACTS))
    items, paragraphs = re.compile(rf"\s*(?=\*\*(?:{names})[.:]?\*\*)"), []
    for paragraph in re.split(r"\n\s*\n", intro):
        first, *others = items.split(paragraph)
        listed = [f"- {' '.join(item.split())}" for item in others if item]
        paragraphs += [first] * bool(first) + ["\n".join(listed)] * bool(listed)
    return "\n\n".join(paragraphs).replace("\n\n- ", "\n- ")


def _facts(intro: str) -> dict[str, str]:
    """What stands between one of the bold names and the next, or the end of the paragraph."""
    names = "|".join(map(re.escape, FACTS))
    found = re.findall(
        rf"\*\*({names})[.:]?\*\*(.*?)(?=\*\*(?:{names})[.:]?\*\*|\n\s*\n|\Z)", intro, re.DOTALL
    )
    return {name: " ".join(text.split()).lstrip(".: ") for name, text in found}


def _markers(text: str) -> list[tuple[int, str]]:
    """The line and the kind of every cell's marker."""
    try:
        comments = [
            (token.start[0], token.string)
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT and token.start[1] == 0
        ]
    except (tokenize.TokenError, SyntaxError):  # by the look: the cells around a mistake stay
        comments = list(enumerate(text.splitlines(), 1))
    return [
        (line, "text" if re.match(r"\s*\[(markdown|md)\]", match["rest"]) else "code")
        for line, comment in comments
        if (match := _MARKER.match(comment))
    ]


def _uncommented(source: str, line: int, path: Path) -> str:
    lines = []
    for number, text in enumerate(source.split("\n"), line):
        if text.strip() and not text.startswith("#"):
            raise ValueError(
                f"{path}:{number} is no comment, but stands in a text cell: begin a code cell "
                "before it, with a line # %%"
            )
        lines.append(text.removeprefix("#").removeprefix(" ").rstrip())
    return "\n".join(lines)


def with_hashes(text: str) -> str:
    """Markdown whose underlined headings are written with ``#``, one level below the title.

    >>> with_hashes("A part\\n------\\n\\nSome - text")
    '## A part\\n\\nSome - text'
    """
    lines: list[str] = []
    literal = False
    for line in text.split("\n"):
        literal ^= line.lstrip().startswith("```")
        match = _UNDERLINE.fullmatch(line)
        if match and not literal and lines and lines[-1].strip() and len(match[1]) >= 3:
            level = {"=": "#", "-": "##", "~": "###"}[match[1][0]]
            lines[-1] = f"{level} {lines[-1].strip()}"
        else:
            lines.append(line)
    return "\n".join(lines)
