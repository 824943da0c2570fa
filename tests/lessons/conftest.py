"""Small lessons, and the command on a pseudo-terminal that steps through them."""

import os
from textwrap import dedent

import pytest

from tests.lessons.terminal import Terminal

FIRST = '''
"""
The first one
=============

**Question.** How much is six times seven?  **You will build** a product.
**Needs** nothing.  **Runs in** about 1 s.  **Expect** 42 (asserted below).
"""

# %%
from tinyvision.lessons import predict

# %% [markdown]
# A product
# ---------
# Multiply with **care**, in code ``six * seven``:
#
# - first the one,
# - then the other.

# %%
six, seven = 6, 7
predict("How much is it?", six * seven, hint="Think of a galaxy.")
print("after the question")

# %%
six + seven

# %% [markdown]
# That was all.
'''

SECOND = '''
"""
The second one
==============

**Question.** What goes wrong?  **Needs** lesson 00.
"""

# %%
import time

count = 1
print("one")

# %%
print("two", count)
count += 1

# %%
print("three", count)

# %%
print("waiting") or time.sleep(60)
'''


@pytest.fixture
def course(tmp_path):
    """A folder with two lessons."""
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "00_first.py").write_text(FIRST.lstrip())
    (folder / "01_second.py").write_text(SECOND.lstrip())
    return folder


@pytest.fixture
def lesson(course):
    """A function that writes a lesson's cells, by their code, into the course; its path."""

    def write(*cells, name="02_third.py"):
        path = course / name
        head = '"""\nA lesson\n========\n"""\n'
        path.write_text(head + "".join(f"\n# %%\n{dedent(cell).strip()}\n" for cell in cells))
        return path

    return write


@pytest.fixture
def here(course, tmp_path, monkeypatch):
    """The command in this process sees the course and an empty folder for its state."""
    monkeypatch.setenv("TINYVISION_LESSONS", str(course))
    monkeypatch.setenv("TINYVISION_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("TINYVISION_LESSON_OUT", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def start(course, tmp_path):
    """A function that starts ``tinyvision`` with words on a pseudo-terminal."""
    opened = []

    def begin(*words, env=None, **options):
        environment = {
            "TINYVISION_LESSONS": course,
            "TINYVISION_STATE": tmp_path / "state",
            "TINYVISION_LESSON_OUT": None,
            "PATH": os.environ["PATH"],
            **(env or {}),
        }
        terminal = Terminal(["-m", "tinyvision", *words], cwd=tmp_path, env=environment, **options)
        opened.append(terminal)
        return terminal

    yield begin
    for terminal in opened:
        terminal.close()
