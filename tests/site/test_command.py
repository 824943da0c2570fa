"""`tinyvision site`."""

import json
import os

import pytest

from tinyvision.cli import main
from tinyvision.site import build, needs

LESSON = '"""\n{}\n====\n\n**Question.** Why?\n"""\n\n# %%\nprint("done")\n'


@pytest.fixture
def lessons(tmp_path, monkeypatch):
    """Two lessons that do next to nothing, and a reference that is not written."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    for name in ("00_begin", "01_go_on"):
        (folder / f"{name}.py").write_text(LESSON.format(name), encoding="utf-8")
    monkeypatch.setenv("TINYVISION_LESSONS", str(folder))
    monkeypatch.setattr(build, "write_reference", lambda folder: folder.mkdir() or 7)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def run(lessons, capsys):
    """The command: (exit code, standard output, standard error)."""

    def call(*words):
        capsys.readouterr()
        code = main(["site", *map(str, words)])
        return (code, *capsys.readouterr())

    return call


def test_a_line_for_each_part_and_the_page_to_open(run):
    code, out, error = run("pages")
    assert (code, error) == (0, "")
    lines = out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "00 00_begin", "01 01_go_on", "reference", os.path.join("pages", "index.html"),
    ]  # fmt: skip
    assert "2 lessons" in lines[-1]
    assert os.path.isfile("pages/01_go_on.html")


def test_some_lessons_only_in_their_order(run):
    code, _, _ = run("pages", "--lessons", "01")
    assert code == 0
    assert os.path.isfile("pages/01_go_on.html")
    assert not os.path.exists("pages/00_begin.html")


def test_quiet(run):
    assert run("pages", "--quiet", "--lessons", "00") == (0, "", "")


def test_json(run):
    code, out, _ = run("pages", "--json", "--lessons", "00")
    found = json.loads(out)
    assert code == 0
    assert (found["lessons"], found["pictures"], found["names"]) == (1, 0, 7)
    assert os.path.isfile(found["index"])


def test_a_failing_lesson_is_named_with_its_line_and_nothing_is_left(run, lessons):
    (lessons / "01_go_on.py").write_text(LESSON.format("x") + "assert 1 == 2\n", encoding="utf-8")
    code, _, error = run("pages")
    assert code == 1
    assert error == f"{os.path.join('lessons', '01_go_on.py')}:10: AssertionError\n"
    assert sorted(os.listdir()) == ["lessons"]


def test_a_formula_that_cannot_be_rendered_is_named_with_its_line(run, lessons):
    text = LESSON.format("x") + "\n# %% [markdown]\n# Here $\\nosuch$.\n"
    (lessons / "00_begin.py").write_text(text, encoding="utf-8")
    code, _, error = run("pages")
    assert code == 1
    assert error.startswith(f"{os.path.join('lessons', '00_begin.py')}:12: the formula")


def test_an_unknown_lesson_is_wrong_use(run):
    code, out, error = run("pages", "--lessons", "00,99")
    assert (code, out) == (2, "")
    assert "no lesson '99'" in error


def test_no_lesson_is_wrong_use(run):
    code, out, error = run("pages", "--lessons", ",")
    assert (code, out) == (2, "")
    assert "such as 02,08" in error


def test_a_file_that_is_no_lesson_is_wrong_use(run, tmp_path):
    (tmp_path / "other.py").write_text("", encoding="utf-8")
    code, out, error = run("pages", "--lessons", "other.py")
    assert (code, out) == (2, "")
    assert "00_tour.py" in error


def test_somebody_elses_folder_is_wrong_use_and_left_alone(run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    code, out, error = run("mine")
    assert (code, out) == (2, "")
    assert "did not make (thesis.txt)" in error
    assert os.listdir(tmp_path / "mine") == ["thesis.txt"]


def test_a_missing_package_says_what_to_type(run, monkeypatch):
    monkeypatch.setattr(needs, "PACKAGES", ("no_such_package",))
    code, out, error = run("pages")
    assert (code, out) == (2, "")
    assert "pip install 'tinyvision[docs]'" in error


def test_an_interrupted_build_leaves_nothing(run, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "run_lesson", interrupted)
    code, _, error = run("pages")
    assert code == 130
    assert "interrupted" in error
    assert sorted(os.listdir()) == ["lessons"]
