"""The lessons themselves: each runs in full, and has the parts that a learner was promised."""

import ast
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tinyvision.lessons.cells import read_script

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "lessons").glob("[0-9][0-9]_*.py"))
PARTS = ("**Question.**", "**You will build**", "**Needs**", "**Runs in**", "**Expect**")
MOST = 175  # lines of code: about 150
FORBIDDEN = ("pyplot", "pickle", "urllib", "requests", "/tmp", "/root", "/work", "time.time")


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return request.param


def code_of(lesson):
    """The lines of the cells with code, without comments and empty ones."""
    cells = re.split(r"^# %%", lesson.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    lines = [
        line
        for cell in cells
        if not cell.startswith(" [markdown]")
        for line in cell.split("\n")[1:]
    ]
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def numbers(text):
    return re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", text))


def test_there_are_lessons():
    assert LESSONS


@pytest.mark.long
def test_a_lesson_runs_in_full_without_a_warning_and_its_pictures_are_there(lesson, tmp_path):
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
        "PYTHONIOENCODING": "utf-8",
        "TINYVISION_LESSON_OUT": "pictures",  # in its folder: a long path would make long lines
        # No data but those that come with the package, no network to get others.
        "TINYVISION_DATA": str(tmp_path / "no-data"),
        "https_proxy": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [sys.executable, lesson], cwd=tmp_path, env=environment, capture_output=True, text=True,
        encoding="utf-8", timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert max(map(len, done.stdout.splitlines())) <= 140
    saved = re.findall(r"^saved (\S+?):? ?(?=$| )", done.stdout, flags=re.MULTILINE)
    names = [Path(path.rstrip(":")).name for path in saved]
    assert sorted(names) == sorted(path.name for path in (tmp_path / "pictures").iterdir())
    assert len(names) == len(set(names)) >= 3
    assert os.listdir(tmp_path) == ["pictures"]  # and it leaves nothing else behind
    expected = set(numbers(read_script(lesson).facts["Expect"]))
    asked = re.findall(r"^Predict: (.*)\nAnswer:  (.*)$", done.stdout, flags=re.MULTILINE)
    told = [
        answer
        for question, answer in asked
        if len(re.sub(r"\D", "", answer)) >= 3  # a small number may stand there by chance
        and set(numbers(answer)) <= expected - set(numbers(question))
    ]
    assert told == [], "the head gives away what is asked later"


def test_the_title_page_says_what_was_agreed(lesson):
    text = ast.get_docstring(ast.parse(lesson.read_text(encoding="utf-8")))
    title, underline = text.split("\n")[:2]
    assert underline == "=" * len(title)
    missing = [part for part in PARTS if part not in text]
    assert missing == []


def test_a_lesson_asks_and_asserts(lesson):
    calls = [
        node.func.id
        for node in ast.walk(ast.parse(lesson.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert calls.count("predict") >= 1
    asserts = [line for line in code_of(lesson) if line.lstrip().startswith("assert ")]
    assert len(asserts) >= 10


def calls(lesson, name):
    """The calls of a function."""
    nodes = ast.walk(ast.parse(lesson.read_text(encoding="utf-8")))
    return [n for n in nodes if isinstance(n, ast.Call) and getattr(n.func, "id", "") == name]


def is_typed(node):
    return all(
        isinstance(part, (ast.Constant, ast.Tuple, ast.List, ast.Load)) for part in ast.walk(node)
    )


def test_an_answer_is_computed_and_not_typed_in(lesson):
    asked = calls(lesson, "predict")
    assert [ast.unparse(call) for call in asked if is_typed(call.args[1])] == []


def test_every_picture_has_a_name_of_its_own_and_a_caption(lesson):
    shown = calls(lesson, "show")
    names = [call.args[1].value for call in shown if isinstance(call.args[1], ast.Constant)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in names)
    assert [ast.unparse(call) for call in shown if len(call.args) < 3] == []


def test_a_lesson_is_short_enough_to_be_read(lesson):
    assert len(code_of(lesson)) <= MOST


def test_headings_are_underlined_to_their_full_length(lesson):
    lines = lesson.read_text(encoding="utf-8").split("\n")
    for above, line in itertools.pairwise(lines):
        if re.fullmatch(r"# -{4,}", line):
            assert len(line) == len(above), above


def test_nothing_of_another_place_is_in_a_lesson(lesson):
    text = lesson.read_text(encoding="utf-8")
    assert [word for word in FORBIDDEN if word in text] == []
