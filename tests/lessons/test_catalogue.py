"""Which lessons there are, and where they are found."""

import tomllib
from pathlib import Path

import pytest

import tinyvision
from tests.lessons.terminal import ROOT
from tinyvision.lessons import catalogue
from tinyvision.lessons.catalogue import find_lesson, lessons, lessons_folder


def test_lessons_are_the_files_with_a_number_in_order(here, course):
    (course / "notes.py").write_text("")
    (course / "1_short.py").write_text("")
    assert [(lesson.number, lesson.title) for lesson in lessons()] == [
        ("00", "The first one"),
        ("01", "The second one"),
    ]


def test_a_lesson_knows_its_question_and_has_a_guess_of_minutes(here):
    first = lessons()[0]
    assert first.question == "How much is six times seven?"
    assert first.minutes == 1


def test_a_longer_lesson_takes_longer(here, lesson):
    path = lesson(*["x = 1\n" * 24] * 5)  # 120 lines, 12 a minute
    assert find_lesson(str(path)).minutes == 10


@pytest.mark.parametrize("word", ["1", "01", "second", "SECOND", "01_second", "sec"])
def test_a_lesson_is_found_by_its_number_or_a_piece_of_its_name(here, word):
    assert find_lesson(word).number == "01"


def test_a_file_elsewhere_is_a_lesson_by_its_path(here):
    path = here / "own.py"
    path.write_text('"""Mine"""\n# %%\nx = 1')
    assert find_lesson("own.py").number == str(path)
    assert find_lesson("own.py").title == "Mine"


def test_a_file_elsewhere_does_not_take_the_place_of_a_lesson(here):
    path = here / "01_own.py"
    path.write_text('"""Mine"""')
    assert find_lesson("01_own.py").number == str(path)


def test_a_lesson_of_the_course_is_itself_by_its_path_too(here, course):
    assert find_lesson(str(course / "01_second.py")).number == "01"


@pytest.mark.parametrize(
    ("word", "pattern"),
    [
        ("9", "no lesson '9'.*see tinyvision lessons"),
        ("secnd", "did you mean '01_second'"),
        ("s", "several lessons, 00_first, 01_second"),
        ("none.py", "there is no file none.py"),
        ("", "no lesson ''"),
    ],
)
def test_what_is_not_found_is_answered_with_a_guess(here, word, pattern):
    with pytest.raises(ValueError, match=pattern):
        find_lesson(word)


def test_a_file_that_is_no_python_is_told_what_a_lesson_is(here):
    (here / "README.md").write_text("")
    with pytest.raises(ValueError, match=r"README\.md is no lesson: .* own is a \.py file$"):
        find_lesson("README.md")


def test_a_folder_without_lessons_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("TINYVISION_LESSONS", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"no lessons in .*TINYVISION_LESSONS"):
        lessons_folder()


def test_a_wheel_carries_them_inside_the_package(monkeypatch, tmp_path):
    # As installed: site-packages/tinyvision/lessons/catalogue.py and tinyvision/_lessons.
    monkeypatch.delenv("TINYVISION_LESSONS", raising=False)
    package = tmp_path / "tinyvision"
    (package / "lessons").mkdir(parents=True)
    (tmp_path / "lessons").mkdir()  # of another package: not ours
    (tmp_path / "lessons" / "00_foreign.py").write_text("")
    monkeypatch.setattr(catalogue, "__file__", str(package / "lessons" / "catalogue.py"))
    assert lessons_folder() is None
    (package / "_lessons").mkdir()
    (package / "_lessons" / "00_tour.py").write_text("")
    assert lessons_folder() == package / "_lessons"


def test_a_checkout_has_them_beside_the_package(monkeypatch, tmp_path):
    monkeypatch.delenv("TINYVISION_LESSONS", raising=False)
    (tmp_path / "tinyvision" / "lessons").mkdir(parents=True)
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "00_tour.py").write_text("")
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setattr(
        catalogue, "__file__", str(tmp_path / "tinyvision" / "lessons" / "catalogue.py")
    )
    assert lessons_folder() == tmp_path / "lessons"


def test_the_wheel_is_told_to_carry_them():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"] == {"lessons": "tinyvision/_lessons"}
    assert Path(tinyvision.__file__).parent.name == wheel["packages"][0]
