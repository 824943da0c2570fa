"""The learner's folder: nothing of the learner's is ever lost."""

import json

import pytest

from tinyvision.exercises.catalogue import EXERCISES, exercise_named
from tinyvision.exercises.folder import STATE, Folder
from tinyvision.usage import UsageError

EIGHT = exercise_named("08")


@pytest.fixture
def folder(tmp_path):
    folder = Folder(tmp_path / "mine")
    folder.start()
    return folder


def test_start_makes_a_file_for_each_lesson_and_a_readme(folder):
    names = {path.name for path in folder.path.iterdir()}
    assert names == {exercise.file for exercise in EXERCISES} | {"README.md", STATE}
    assert [exercise.number for exercise in EXERCISES] == [f"{n:02}" for n in range(1, 15)]


def test_start_again_adds_what_is_missing_and_changes_nothing(folder):
    folder.file(EIGHT).write_text("mine")
    folder.file(EXERCISES[0]).unlink()
    folder.remember(EIGHT, hints=2)
    assert [path.name for path in folder.start()] == [EXERCISES[0].file]
    assert folder.file(EIGHT).read_text() == "mine"
    assert folder.state(EIGHT)["hints"] == 2


def test_reset_keeps_each_copy_under_a_name_of_its_own(folder):
    for text in ("first", "second"):
        folder.file(EIGHT).write_text(text)
        folder.reset(EIGHT)
    assert folder.file(EIGHT).read_bytes() == EIGHT.start()
    copies = [folder.path / f"{EIGHT.file}.bak{n}" for n in (1, 2)]
    assert [copy.read_text() for copy in copies] == ["first", "second"]


def test_reset_of_an_untouched_or_missing_file_makes_no_copy(folder):
    assert folder.reset(EIGHT) is None
    folder.file(EIGHT).unlink()
    assert folder.reset(EIGHT) is None
    assert folder.file(EIGHT).read_bytes() == EIGHT.start()


def test_a_reset_exercise_is_open_again_and_its_solution_stays_to_be_seen(folder):
    folder.remember(EIGHT, passed=True, solved=True)
    folder.reset(EIGHT)
    assert folder.state(EIGHT) == {"passed": False, "solved": True, "hints": 0}


def test_the_first_open_exercise_is_the_first_not_passed(folder):
    assert folder.first_open() == EXERCISES[0]
    for exercise in EXERCISES[:2]:
        folder.remember(exercise, passed=True)
    assert folder.first_open() == EXERCISES[2]
    for exercise in EXERCISES:
        folder.remember(exercise, passed=True)
    assert folder.first_open() is None


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"exercises": 3}', '{"exercises": {"ex08_attention": "x"}}', "\0"]
)
def test_a_damaged_memory_is_an_empty_one(folder, damage):
    (folder.path / STATE).write_text(damage)
    assert folder.state(EIGHT) == {"passed": False, "solved": False, "hints": 0}
    folder.remember(EIGHT, passed=True)
    assert folder.state(EIGHT)["passed"]


def test_what_is_remembered_is_plain_json(folder):
    folder.remember(EIGHT, passed=True, hints=1)
    found = json.loads((folder.path / STATE).read_text())
    assert found == {"version": 1, "exercises": {"ex08_attention": {"hints": 1, "passed": True}}}


def test_the_folder_is_found_from_inside_from_below_and_by_a_files_path(folder, monkeypatch):
    below = folder.path / "notes"
    below.mkdir()
    for place in (folder.path, below):
        monkeypatch.chdir(place)
        assert Folder.found().path == folder.path
    monkeypatch.chdir(folder.path.parent)
    assert Folder.found(None, f"mine/{EIGHT.file}").path == folder.path
    assert Folder.found("mine").path == folder.path


def test_elsewhere_it_says_how_to_begin(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="tinyvision start DIR"):
        Folder.found()
    with pytest.raises(UsageError, match=r"no exercises in .*nowhere.*tinyvision start DIR"):
        Folder.found("nowhere")


@pytest.mark.parametrize("word", ["8", "08", "ex08", "attention", "ex08_attention.py", "EX08"])
def test_an_exercise_has_many_names(word):
    assert exercise_named(word) == EIGHT


@pytest.mark.parametrize("word", ["0", "15", "", "x", "ex99", "..."])
def test_another_number_is_no_exercise(word):
    with pytest.raises(UsageError, match=r"no exercise .*there are 01 to 14"):
        exercise_named(word)


def test_a_slip_of_the_pen_is_answered_with_a_guess():
    with pytest.raises(UsageError, match="did you mean 'attention'"):
        exercise_named("atention")
