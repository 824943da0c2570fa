"""A lesson that is run cell by cell, and the names its cells have made so far.

There is one rule: before a cell runs, the names must be what exactly the cells before it leave. If
they are not, because the learner went back, edited the file, or a cell broke off in the midst, all
starts anew and the cells before run again, silently. Copies of the names would be quicker, but not
sound: functions keep the names they were made among, generators and random numbers their state.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .cells import Step, read_script
from .printing import printing_functions
from .stage import Question, Stage, using


@dataclass(frozen=True)
class Part:
    """Code of a cell up to and with a question, or to the end; `line` is its first in the file.

    The source is what is to be read: without a question at its end, whose hint should come later.
    """

    source: str
    line: int
    body: tuple[ast.stmt, ...]
    asks: bool = False
    hint: str = ""


class _Silent(Stage):
    def question(self, question: Question) -> None:
        pass

    def picture(self, path: Path, caption: str) -> None:
        pass


class Player:
    """A lesson that is being played.

    Args:
        path: the lesson's file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._stamp: Any = None
        self.reload()
        self._renew()

    def _renew(self) -> None:
        module = types.ModuleType("__main__")
        module.__file__ = str(self.path)
        self.names: dict[str, Any] = module.__dict__
        self._module = module
        self._ran: list[str] = []  # the code of the cells that were run, in order
        self._broken = False  # a cell stopped half way
        # As when it is run by Python; a class that it makes is looked up there.
        if getattr(self, "_playing", False):
            sys.modules["__main__"] = module

    @contextmanager
    def playing(self) -> Iterator[Player]:
        """Inside the block, this process looks to the lesson as if Python had started its file."""
        before = sys.modules["__main__"], sys.argv, list(sys.path)
        sys.modules["__main__"], sys.argv = self._module, [str(self.path)]
        sys.path.insert(0, str(self.path.parent))
        self._playing = True
        try:
            yield self
        finally:
            self._playing = False
            sys.modules["__main__"], sys.argv, sys.path[:] = before

    def reload(self) -> bool:
        """Read the file again if it has changed; say whether it had.

        Raises:
            OSError, ValueError: it cannot be read.
        """
        status = os.stat(self.path)
        stamp = (status.st_mtime_ns, status.st_size)
        if stamp == self._stamp:
            return False
        self.script = read_script(self.path)
        self.steps: list[Step] = self.script.steps
        self._stamp = stamp
        return True

    def parts(self, index: int) -> list[Part]:
        """A cell's code in the parts between its questions; one part if it is not Python.

        Raises:
            SyntaxError: it is not Python.
        """
        step = self.steps[index]
        return split(step.code, step.line, str(self.path)) if step.code else []

    def printing(self) -> frozenset[str]:
        """The lesson's own functions that print something."""
        return printing_functions(step.code for step in self.steps)

    def ready(self, index: int) -> bool:
        """Whether the names are those that the cells before this one leave."""
        return not self._broken and self._ran == [step.code for step in self.steps[:index]]

    def prepare(self, index: int, report: Callable[[int], None] = lambda done: None) -> None:
        """Make the names what the cells before this one leave, unless they are.

        Args:
            index: of the cell.
            report: is told how many cells were run.

        Raises:
            BaseException: whatever a cell raises; the place is in its traceback.
        """
        if self.ready(index):
            return
        self._renew()
        with using(_Silent()), contextlib.redirect_stdout(io.StringIO()):
            for before in range(index):
                report(before)
                self._broken = True
                for part in self.parts(before):
                    self.execute(part)
                self.finish(before)

    def execute(self, part: Part) -> Any:
        """Run a part; the value of an expression at its end is returned, else None.

        Raises:
            BaseException: whatever the code raises.
        """
        self._broken = True
        *body, last = part.body or (ast.Pass(lineno=part.line, col_offset=0),)
        value = isinstance(last, ast.Expr)
        self._compiled(ast.Module(body if value else [*body, last], []), "exec")
        if not isinstance(last, ast.Expr):
            return None
        result = self._compiled(ast.Expression(last.value), "eval")
        return None if is_call(last.value, "predict", "show", "print") else result

    def _compiled(self, tree: ast.Module | ast.Expression, mode: str) -> Any:
        # What this module imports from __future__ is not the lesson's affair.
        code = compile(tree, str(self.path), mode, dont_inherit=True)
        return eval(code, self.names)

    def finish(self, index: int) -> None:
        """All parts of a cell were run."""
        self._broken = False
        self._ran = [step.code for step in self.steps[: index + 1]]

    def repaired(self) -> None:
        """The learner has worked on the names by hand: leave them as they are now."""
        self._broken = False

    def shown_names(self) -> list[str]:
        """The names that the lesson made, without modules and private ones."""
        modules = self.shown_modules()
        return [name for name in self._public() if name not in modules]

    def shown_modules(self) -> list[str]:
        """The modules that the lesson imported, by their names there."""
        return [n for n in self._public() if isinstance(self.names[n], types.ModuleType)]

    def _public(self) -> list[str]:
        return [name for name in self.names if not name.startswith("_")]


def split(code: str, line: int, filename: str) -> list[Part]:
    """Take code apart after every statement that asks.

    Raises:
        SyntaxError: it is not Python.

    >>> parts = split("x = 1\\npredict('x?', x, hint='one')\\ny = 2", 10, "a.py")
    >>> [(part.source, part.line, part.asks, part.hint) for part in parts]
    [('x = 1', 10, True, 'one'), ('y = 2', 12, False, '')]
    """
    tree = ast.parse("\n" * (line - 1) + code, filename)
    lines = code.split("\n")
    parts = []
    begin, body = line, list[ast.stmt]()
    for place, statement in enumerate(tree.body):
        body.append(statement)
        end = statement.end_lineno or statement.lineno
        last = place == len(tree.body) - 1
        if last or (_asks(statement) and tree.body[place + 1].lineno > end):
            end = line + len(lines) - 1 if last else end
            bare = isinstance(statement, ast.Expr) and is_call(statement.value, "predict")
            shown = statement.lineno - 1 if bare else end
            source = "\n".join(lines[begin - line : shown - line + 1]).rstrip()
            calls = [call for part in body for call in _questions(part)]
            parts.append(Part(source, begin, tuple(body), bool(calls), _hint(calls)))
            begin, body = end + 1, []
            while begin - line < len(lines) and not lines[begin - line].strip():
                begin += 1
    return parts or [Part(code, line, ())]


def _questions(statement: ast.stmt) -> list[ast.Call]:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):  # it asks where it is called
        return []
    return [node for node in ast.walk(statement) if is_call(node, "predict")]  # type: ignore[misc]


def _asks(statement: ast.stmt) -> bool:
    return bool(_questions(statement))


def _hint(calls: list[ast.Call]) -> str:
    for call in calls:
        for keyword in call.keywords:
            if keyword.arg == "hint" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return ""


def is_call(node: ast.AST, *names: str) -> bool:
    """Whether a piece of code is the call of a function of one of these names."""
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
    return name in names
