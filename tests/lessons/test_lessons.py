"""Every lesson: its form, and that it runs straight through within its time."""

import ast
import os
import re
import subprocess
import sys
from itertools import pairwise

import pytest

from tests.lessons.terminal import ROOT
from tinyvision.lessons.catalogue import Lesson
from tinyvision.lessons.cells import FACTS
from tinyvision.lessons.player import split

LESSONS = [
    Lesson(path.name[:2], path) for path in sorted((ROOT / "lessons").glob("[0-9][0-9]_*.py"))
]
SECONDS = 30  # of two cores, the limit of a lesson
PATIENCE = 10  # times that: a busy machine is no failure, a lesson that hangs is
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.path.stem)
_NETWORK = {"requests", "urllib", "http", "socket", "pooch", "ftplib"}


@each_lesson
def test_it_runs_straight_through(lesson, tmp_path):
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error::RuntimeWarning",
        "TINYVISION_LESSON_OUT": "pictures",  # in its folder: a long path would make long lines
        # No data but those that come with the package, no network to get others.
        "TINYVISION_DATA": str(tmp_path / "no-data"),
        "https_proxy": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [sys.executable, str(lesson.path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS * PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stderr == ""
    assert done.stdout.strip()
    assert max(map(len, done.stdout.splitlines())) <= 120
    assert {path.name for path in tmp_path.iterdir()} <= {"pictures"}  # it writes nowhere else


@each_lesson
def test_its_head_has_a_title_and_says_what_it_is_about(lesson):
    script = lesson.script
    assert script.title
    assert set(script.facts) == set(FACTS)
    assert all(script.facts.values())
    underlined = lesson.path.read_text(encoding="utf-8").split("\n")
    title = underlined.index(script.title)
    assert underlined[title + 1] == "=" * len(script.title)


@each_lesson
def test_it_needs_only_lessons_before_it(lesson):
    needed = re.findall(r"\d\d", lesson.script.facts["Needs"])
    assert all(number < lesson.number for number in needed)


@each_lesson
def test_it_says_how_long_it_runs_and_that_is_within_the_limit(lesson):
    match = re.search(r"(\d+) s\b", lesson.script.facts["Runs in"])
    assert match, lesson.script.facts["Runs in"]
    assert int(match[1]) <= SECONDS


@each_lesson
def test_it_is_short(lesson):
    assert lesson.script.code_lines <= 160  # about 150


@each_lesson
def test_its_cells_are_python_each_for_itself(lesson):
    for cell in lesson.script.cells:
        if cell.kind == "code":
            assert split(cell.source, cell.line, str(lesson.path))


@each_lesson
def test_it_asks_shows_and_asserts(lesson):
    tree = ast.parse(lesson.path.read_text(encoding="utf-8"))
    calls = [node.func.id for node in ast.walk(tree)
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]  # fmt: skip
    assert "predict" in calls
    assert "show" in calls
    assert any(isinstance(node, ast.Assert) for node in ast.walk(tree))


@each_lesson
def test_it_uses_neither_pyplot_nor_the_network(lesson):
    tree = ast.parse(lesson.path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    assert not any("pyplot" in name for name in names)
    assert not {name.split(".")[0] for name in names} & _NETWORK
    assert not re.search(r"https?://(?!arxiv\.org|doi\.org)", lesson.path.read_text("utf-8"))


@each_lesson
def test_its_headings_are_underlined_in_full(lesson):
    for cell in lesson.script.cells:
        lines = cell.source.split("\n") if cell.kind == "text" else []
        for heading, line in pairwise(lines):
            if re.fullmatch(r"(-{3,}|~{3,}|={3,})", line):
                assert len(line) == len(heading), f"{lesson.path}: {heading!r}"


@each_lesson
def test_formulas_are_closed(lesson):
    for cell in lesson.script.cells:
        if cell.kind == "text":
            without_code = re.sub(r"``.*?``", "", cell.source, flags=re.DOTALL)
            assert without_code.count("$") % 2 == 0, f"{lesson.path}:{cell.line}"
            assert cell.source.count("``") % 2 == 0, f"{lesson.path}:{cell.line}"


def test_numbers_are_not_given_twice():
    numbers = [lesson.number for lesson in LESSONS]
    assert len(set(numbers)) == len(numbers)
