"""Progress: a bar on a terminal with `rich`, plain lines everywhere else."""

import io
import sys

import pytest

from tinyvision.progress import progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def report(stream):
    with progress("counting", 2, "numbers", stream) as task:
        task.advance("one")
        task.say("a [red] line")
        task.advance()
    return task.moving, stream.getvalue()


def test_without_a_terminal_only_lines_are_printed():
    assert report(io.StringIO()) == (False, "a [red] line\n")


def test_a_terminal_without_rich_gets_the_same_lines(monkeypatch):
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert report(Terminal()) == (False, "a [red] line\n")


def test_on_a_terminal_lines_stand_above_the_bar_as_they_are():
    pytest.importorskip("rich")
    moving, text = report(Terminal())
    assert moving
    assert "a [red] line\n" in text


def test_a_task_that_goes_on_counts_what_was_done_before():
    pytest.importorskip("rich")
    stream = Terminal()
    with progress("counting", 9, "numbers", stream, done=7) as task:
        task.advance()
    assert "8/9" in stream.getvalue()
