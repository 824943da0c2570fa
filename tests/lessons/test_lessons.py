"""Every lesson, as the stepper, the notebook and the page need it; see also `test_scripts.py`."""

import ast
import re

import pytest

from tests.lessons.terminal import ROOT
from tinyvision.lessons.catalogue import Lesson
from tinyvision.lessons.cells import FACTS
from tinyvision.lessons.player import split

LESSONS = [
    Lesson(path.name[:2], path) for path in sorted((ROOT / "lessons").glob("[0-9][0-9]_*.py"))
]
SECONDS = 30  # of two cores, the limit of a lesson
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.path.stem)
_NETWORK = {"requests", "urllib", "http", "socket", "pooch", "ftplib"}


@each_lesson
def test_every_fact_of_its_head_is_read(lesson):
    assert lesson.script.title
    assert set(lesson.script.facts) == set(FACTS)
    assert all(lesson.script.facts.values())


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
def test_its_cells_are_python_each_for_itself(lesson):
    for cell in lesson.script.cells:
        if cell.kind == "code":
            assert split(cell.source, cell.line, str(lesson.path))


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
def test_formulas_are_closed(lesson):
    for cell in lesson.script.cells:
        if cell.kind == "text":
            without_code = re.sub(r"``.*?``", "", cell.source, flags=re.DOTALL)
            assert without_code.count("$") % 2 == 0, f"{lesson.path}:{cell.line}"
            assert cell.source.count("``") % 2 == 0, f"{lesson.path}:{cell.line}"


def test_numbers_are_not_given_twice():
    numbers = [lesson.number for lesson in LESSONS]
    assert len(set(numbers)) == len(numbers)
