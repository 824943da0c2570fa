"""`start`, `check`, `hint`, `reset` and `solution`, as a learner types them."""

import json
import os
import pty
import re
import select
import sys
import termios
import time
from pathlib import Path

import pytest

from tinyvision.exercises import checking
from tinyvision.exercises.catalogue import Exercise, exercise_named
from tinyvision.exercises.result import PASSED, Result, Step

EIGHT = exercise_named("08")


@pytest.fixture
def folder(tmp_path, monkeypatch, run):
    """A folder that was just started, and we are in it."""
    run("start", tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    return tmp_path / "mine"


@pytest.fixture
def passing(monkeypatch):
    """Every check passes, without being made."""
    passed = Result([Step("numbers", "worked", PASSED)], None, 3)
    monkeypatch.setattr(checking, "check_file", lambda exercise, path, limit: passed)


def test_start_says_where_to_begin(tmp_path, run):
    code, out, error = run("start", tmp_path / "mine")
    assert (code, error) == (0, "")
    assert f"15 files in {tmp_path / 'mine'}" in out
    assert f"begin with {tmp_path / 'mine' / 'ex01_derivatives.py'}" in out


def test_start_again_says_that_nothing_was_changed(folder, run):
    _, out, _ = run("start", folder)
    assert "0 files" in out
    assert "15 were there already, and stay as they are" in out


def test_start_where_a_file_is_in_the_way_is_refused(tmp_path, refuses):
    (tmp_path / "file").write_text("")
    assert "choose a folder" in refuses("start", tmp_path / "file")


def test_the_learners_file_is_graded_and_not_ours(folder, run, monkeypatch):
    """Ours broken and the learner's right, it passes; the learner's broken, it does not."""
    right = EIGHT.solution()
    monkeypatch.setattr(Exercise, "solution", lambda self: "broken")
    (folder / EIGHT.file).write_text(right)
    code, out, error = run("check", "08")
    assert (code, error) == (0, "")
    assert f"checking {folder / EIGHT.file}" in out
    (folder / EIGHT.file).write_text(right.replace("np.sqrt(q.shape[1])", "3"))
    code, out, _ = run("check", "08", "--json")
    assert code == 1
    found = json.loads(out)
    assert found["file"] == str(folder / EIGHT.file)
    assert set(found) == {"exercise", "file", "passed", "steps", "failure", "calls", "next"}
    assert set(found["failure"]) == {"call", "got", "expected", "cause", "line", "printed"}


def test_check_without_a_number_takes_the_first_open_one_and_moves_on(folder, run, passing):
    code, out, _ = run("check")
    assert code == 0
    assert "ex01_derivatives.py" in out
    (done,) = [line for line in out.splitlines() if line.startswith("done")]
    assert done == "done: 1 of the 13 exercises that are checked; 14 is an experiment of your own"
    assert f"next: {folder / 'ex02_convolution.py'}" in out
    assert "ex02_convolution.py" in run("check")[1]


def test_after_the_last_one_check_says_so(folder, run, passing):
    for number in range(1, 14):
        _, out, _ = run("check", number)
    assert "That was the last" in out
    code, out, _ = run("check")
    assert code == 0
    assert "All 13 exercises that are checked have passed" in out
    found = json.loads(run("check", "--json")[1])
    assert found["next"] is None
    assert (found["exercises"], found["unchecked"]) == (13, ["ex14_cnn_or_vit.py"])


def test_quiet_prints_one_line(folder, run, passing):
    assert run("check", "08", "--quiet") == (0, f"{folder / EIGHT.file}: passed\n", "")


def test_the_experiment_is_not_checked(folder, refuses):
    assert "an experiment of your own" in refuses("check", "14")
    assert "python ex14_cnn_or_vit.py" in refuses("hint", "14")


def test_a_file_that_was_deleted_can_be_had_again(folder, run, refuses):
    (folder / EIGHT.file).unlink()
    assert "tinyvision reset 08" in refuses("check", "08")
    assert run("reset", "08")[0] == 0
    assert (folder / EIGHT.file).read_bytes() == EIGHT.start()


def test_each_hint_shows_one_more(folder, run):
    for number in (1, 2, 3):
        _, out, _ = run("hint", "8")
        assert [f"hint {n} of 3" in out for n in (1, 2, 3)] == [n <= number for n in (1, 2, 3)]
        assert "There are no more" not in out
    assert "There are no more" in run("hint", "8")[1]
    assert json.loads(run("hint", "8", "--json")[1])["hints"] == list(EIGHT.hints)


def test_hint_without_a_number_is_for_the_first_open_one(folder, run):
    assert run("hint")[1].startswith("01: ")


def test_the_solution_is_shown_only_after_passing(folder, run, refuses, passing):
    assert "is shown once yours has passed" in refuses("solution", "08")
    run("check", "08")
    assert run("solution", "08") == (0, EIGHT.solution(), "")


def test_reset_says_where_the_copy_is(folder, run):
    (folder / EIGHT.file).write_text("mine")
    _, out, _ = run("reset", "08")
    assert f"yours is kept: {folder / EIGHT.file}.bak1" in out


def test_a_folder_elsewhere_is_named_by_dir_or_by_the_file(folder, run, passing, monkeypatch):
    monkeypatch.chdir(folder.parent)
    assert run("check", "08", "--dir", "mine", "--quiet")[0] == 0
    assert run("check", folder / EIGHT.file, "--quiet")[0] == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("check 99", "no exercise '99'; there are 01 to 14"),
        ("check atention", "did you mean 'attention'"),
        ("check 08 --watch --json", "--watch is for reading along"),
        ("check 08 --timeout 0", "must be above 0"),
        ("check 08 --timeout soon", "must be a number, got 'soon'"),
        ("reset", "the following arguments are required: NN"),
        ("start", "the following arguments are required: DIR"),
    ],
)
def test_a_wrong_word_is_answered_with_the_remedy(folder, refuses, words, says):
    assert says in refuses(*words.split())


def test_a_folder_that_cannot_be_written_to_is_no_reason_not_to_check(
    folder, run, passing, monkeypatch
):
    def refuse(*ignored, **also_ignored):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tinyvision.exercises.folder.Folder.remember", refuse)
    code, out, error = run("check", "08")
    assert code == 0
    assert "passed" in out
    assert "not remembered" in error


# -- on a terminal ------------------------------------------------------------------------------


class Terminal:
    """The command on a pseudo-terminal of 80 columns."""

    def __init__(self, *words, cwd):
        self.text = ""
        self.child, self.handle = pty.fork()
        if self.child == 0:
            os.chdir(cwd)
            os.environ.update(
                PYTHONPATH=str(Path(__file__).parents[2]), TERM="xterm", COLUMNS="80", LINES="40"
            )
            os.environ.pop("NO_COLOR", None)
            os.execv(sys.executable, [sys.executable, "-m", "tinyvision", *words])

    def until(self, words, timeout=120):
        """Read until some words come that were not there before."""
        start, deadline = len(self.text), time.monotonic() + timeout
        while words not in self.text[start:]:
            assert time.monotonic() < deadline, self.text
            if select.select([self.handle], [], [], 1.0)[0]:
                self.text += os.read(self.handle, 65536).decode(errors="replace")
        return self.text[start:]

    def press(self, key):
        os.write(self.handle, key.encode())

    def end(self):
        """The exit code; what was still to be read is read."""
        while True:
            try:
                chunk = os.read(self.handle, 65536)
            except OSError:  # the other end is closed
                break
            if not chunk:
                break
            self.text += chunk.decode(errors="replace")
        _, status = os.waitpid(self.child, 0)
        os.close(self.handle)
        return os.waitstatus_to_exitcode(status)


def plain(text):
    """Without colours, and without paths, which are as long as they are."""
    return re.sub(r"\x1b\[[0-9;]*m|/\S+", "", text)


def test_control_c_ends_watching_and_the_terminal_is_as_before(folder):
    terminal = Terminal("check", "08", "--watch", cwd=folder)
    before = termios.tcgetattr(terminal.handle)[3]
    terminal.until("q quit")
    assert termios.tcgetattr(terminal.handle)[3] != before  # keys without Enter
    terminal.press("\x03")
    terminal.until("no longer watching")
    assert termios.tcgetattr(terminal.handle)[3] == before
    assert terminal.end() == 130


def test_watching_checks_again_at_each_save_and_stays_until_told(folder):
    path = folder / EIGHT.file
    terminal = Terminal("check", "08", "--watch", cwd=folder)
    shown = terminal.until("q quit")
    assert "still as it was given" in shown
    assert "n next" not in shown
    terminal.press("h")
    assert "hint 1 of 3" in terminal.until("hint 1 of 3")
    path.write_text(EIGHT.solution())
    shown = terminal.until("q quit")
    assert "passed" in shown
    assert "ex08_attention.py" in shown
    assert "n next (01)" in shown
    terminal.press("n")
    assert "ex01_derivatives.py" in terminal.until("q quit")
    terminal.press("q")
    assert terminal.end() == 1  # the last check did not pass
    assert max(len(line) for line in plain(terminal.text).splitlines()) <= 80
    assert "Traceback" not in terminal.text


def test_control_c_ends_a_check_in_the_midst_of_an_endless_loop(folder):
    (folder / EIGHT.file).write_text("while True:\n    pass\n")
    terminal = Terminal("check", "08", "--timeout", "1000", cwd=folder)
    terminal.until("checking")
    time.sleep(0.5)
    terminal.press("\x03")
    assert terminal.end() == 130
    assert "Traceback" not in terminal.text
