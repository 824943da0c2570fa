"""Where the learner is."""

import json
import sys
from pathlib import Path

import pytest

from tinyvision.lessons.state import Place, State, load_state, remember, state_file, state_folder

pytestmark = pytest.mark.usefixtures("here")


def test_at_first_there_is_nothing():
    assert load_state() == State("", {})


def test_a_place_is_remembered():
    remember("02", 5)
    assert load_state() == State("02", {"02": Place(5, False)})


def test_lessons_keep_their_places_and_the_last_one_is_known():
    remember("02", 5)
    remember("00", 0, done=True)
    assert load_state() == State("00", {"02": Place(5, False), "00": Place(0, True)})


def test_what_was_done_stays_done():
    remember("02", 0, done=True)
    remember("02", 3)
    assert load_state().lessons["02"] == Place(3, True)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"last": "02"}', '{"last": "", "lessons": {"02": 3}}', "\0",
             '{"last": "", "lessons": {"02": {"cell": "x", "done": true}}}']
)  # fmt: skip
def test_a_file_that_cannot_be_read_counts_as_nothing_and_is_replaced(text):
    state_file().parent.mkdir()
    state_file().write_text(text)
    assert load_state() == State("", {})
    remember("01", 2)
    assert load_state().lessons == {"01": Place(2, False)}


def test_the_file_is_replaced_whole_and_alone():
    remember("01", 2)
    assert [path.name for path in state_folder().iterdir()] == ["lessons.json"]
    assert json.loads(state_file().read_text())["version"] == 1


def test_the_variable_names_the_folder(here):
    assert state_folder() == here / "state"


@pytest.mark.skipif(sys.platform == "win32", reason="a folder of Windows' own")
def test_without_it_the_folder_is_the_systems(monkeypatch, here):
    monkeypatch.delenv("TINYVISION_STATE")
    monkeypatch.setenv("HOME", str(here))
    monkeypatch.setenv("XDG_STATE_HOME", "/somewhere/state")
    assert state_folder() == Path("/somewhere/state/tinyvision")
    monkeypatch.setenv("XDG_STATE_HOME", "not/absolute")
    assert state_folder() == here / ".local" / "state" / "tinyvision"
