"""A lesson, run, and everything that happened written down in order.

Run as a program of its own: ``python -m tinyvision.site.recording LESSON FOLDER`` leaves
``FOLDER/record.json`` and the pictures beside it. So each lesson starts as fresh as it does by
``python lessons/NN.py``, and nothing of one lesson, not even its random numbers, reaches the next.

The record is a list of events, dictionaries with a ``kind``:

- ``prose``: ``markdown`` and its ``line``.
- ``code``: ``source`` and its ``line``.
- ``printed``: ``text``.
- ``question``: ``text``, ``choices``, ``hint``, ``answer``, the ``expression`` that computes it,
  and ``checks``, the asserts that follow it in its cell: they would give the answer away.
- ``picture``: ``file``, ``caption``, ``alt``.
- ``player``: ``name`` of an operation and the ``data`` to play it.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..lessons.answers import shown
from ..lessons.cells import with_hashes
from ..lessons.failing import places
from ..lessons.player import Part, Player
from ..lessons.stage import Question, Stage, using
from .pictures import words_of

Event = dict[str, Any]
NAME = "record.json"


class Recording(Stage):
    """Writes down what a lesson shows.

    Attributes:
        events: what happened so far.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.stream = io.StringIO()

    def add(self, kind: str, **what: Any) -> None:
        """Something happened, after what was printed before."""
        self.end_text()
        self.events.append({"kind": kind, **what})

    def end_text(self) -> None:
        """What was printed since the last time becomes an event."""
        text = self.stream.getvalue()
        self.stream.seek(0)
        self.stream.truncate()
        if text.strip():
            self.events.append({"kind": "printed", "text": text})

    def question(self, question: Question) -> None:
        """A lesson asks."""
        self.add(
            "question",
            text=question.text,
            choices=[shown(choice) for choice in question.choices or ()],
            hint=question.hint,
            answer=shown(question.answer),
            expression="",
            checks="",
        )

    def picture(self, path: Path, caption: str) -> None:
        """A lesson has saved a picture."""
        self.add("picture", file=path.name, caption=caption, alt=words_of(path))

    def operation(self, name: str, given: Mapping[str, Any]) -> None:
        """An operation that may be played; shown twice, it is the later place that counts."""
        from .players import PLAYERS  # brings Matplotlib, which not every lesson needs

        if name not in PLAYERS:
            return
        try:
            data = PLAYERS[name].data(given)
        except ValueError:  # too large to be read on a page
            return
        self.end_text()
        self.events = [
            event
            for event in self.events
            if event["kind"] != "player" or not PLAYERS[name].same(event["data"], data)
        ]
        self.add("player", name=name, data=data)


def record(path: Path) -> list[Event]:
    """Run a lesson and return the events.

    Raises:
        BaseException: whatever the lesson raises.
    """
    player, stage = Player(path), Recording()
    number = 0
    with player.playing(), using(stage), contextlib.redirect_stdout(stage.stream):
        for cell in player.script.cells:
            if cell.kind == "text":
                stage.add("prose", markdown=cell.source, line=cell.line)
                continue
            asked: Event | None = None
            for part in player.parts(number):
                asked = _play(player, part, stage, asked)
            player.finish(number)
            number += 1
    return _players_last(stage.events)


def _players_last(events: list[Event]) -> list[Event]:
    """Each player at the end of its section, where no question is left whose answer it shows."""
    placed: list[Event] = []
    waiting: list[Event] = []
    for event in events:
        if event["kind"] == "player":
            waiting.append(event)
            continue
        if event["kind"] == "prose" and re.search(r"^##", with_hashes(event["markdown"]), re.M):
            placed += waiting
            waiting = []
        placed.append(event)
    return placed + waiting


def _play(player: Player, part: Part, stage: Recording, asked: Event | None) -> Event | None:
    """Run a part of a cell; the question at its end is returned."""
    checks, code, line, expression = taken_apart(part, after_question=asked is not None)
    if asked is not None:
        asked["checks"] = checks
    if code:
        stage.add("code", source=code, line=line)
    value = player.execute(part)
    if value is not None:
        print(repr(value))
    stage.end_text()
    last = stage.events[-1] if stage.events else {}
    if expression and last.get("kind") == "question":
        last["expression"] = expression
        return last
    return None


def taken_apart(part: Part, after_question: bool) -> tuple[str, str, int, str]:
    """A part's code as a page shows it.

    Returns:
        The asserts that it begins with (where it follows a question), the rest, the number of its
        first line, and the expression of the answer if a question of its own ends it. The question
        is not in the rest: the page asks it.

    >>> from tinyvision.lessons.player import split
    >>> first, second = split("x = 1\\npredict('x?', x + 1)\\nassert x == 1\\ny = 2", 10, "a.py")
    >>> taken_apart(first, after_question=False)
    ('', 'x = 1', 10, 'x + 1')
    >>> taken_apart(second, after_question=True)
    ('assert x == 1', 'y = 2', 13, '')
    """
    lines = part.source.split("\n")
    body = list(part.body)
    expression, begin, end = "", 0, len(lines)
    checked = 0
    while after_question and checked < len(body) and _checks(body[checked]):
        begin = (body[checked].end_lineno or 0) - part.line + 1
        checked += 1
    if part.asks and len(body) > checked and (answer := _answer(body[-1])):
        first = body[-1].lineno - part.line
        if len(body) == 1 or (body[-2].end_lineno or 0) < body[-1].lineno:
            expression, end = answer, first
    checks = "\n".join(lines[:begin]).strip("\n")
    while begin < end and not lines[begin].strip():
        begin += 1
    code = "\n".join(lines[begin:end]).rstrip()
    return checks, code, part.line + begin, expression


def _checks(statement: ast.stmt) -> bool:
    """Whether a statement only asserts."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return str(getattr(statement.value.func, "attr", "")).startswith("assert_")
    return isinstance(statement, ast.Assert)


def _answer(statement: ast.stmt) -> str:
    """The expression of the answer in ``predict(question, answer, ...)``, or nothing."""
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return ""
    call = statement.value
    if getattr(call.func, "id", getattr(call.func, "attr", "")) != "predict":
        return ""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    answer = call.args[1] if len(call.args) > 1 else named.get("answer")
    return ast.unparse(answer) if answer is not None else ""


def _failure(error: BaseException, path: Path) -> dict[str, Any]:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    name = type(error).__name__
    lines = places(error, path)
    return {"line": lines[-1] if lines else 1, "text": f"{name}: {text}" if text else name}


def main(path: Path, folder: Path) -> int:
    """Run a lesson and leave its record; 1 if it failed."""
    path = path.resolve()
    os.environ["TINYVISION_LESSON_OUT"] = str(folder.resolve())
    result: dict[str, Any] = {}
    try:
        result["events"] = record(path)
    except (Exception, SystemExit) as error:
        result["error"] = _failure(error, path)
    (folder / NAME).write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    return 1 if "error" in result else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
