"""A lesson where nobody can press a key: it runs through."""

import json

import pytest

from tests.lessons.terminal import Terminal
from tests.test_cli import assert_one_line_error, run
from tinyvision.cli import main
from tinyvision.lessons.state import load_state, remember


@pytest.fixture
def step(here, course):
    """``tinyvision`` with words in a process without a terminal: exit code, output, errors."""

    def call(*words):
        env = {"TINYVISION_LESSONS": str(course), "TINYVISION_STATE": str(here / "state")}
        return run(*words, cwd=here, env=env)

    return call


@pytest.fixture
def asked(here, capsys):
    """The same in this process, for what runs no lesson."""

    def call(*words):
        capsys.readouterr()
        code = main([*words])
        return code, *capsys.readouterr()

    return call


def test_it_runs_through_with_text_code_and_results(step):
    code, out, error = step("step", "0")
    assert (code, error) == (0, "")
    for piece in (
        "A product",
        "six, seven = 6, 7",
        "Predict: How much is it?",
        "Answer:  42",
        "13",
    ):
        assert piece in out
    assert "\x1b" not in out
    assert out.index("1 of 4") < out.index("2 of 4") < out.index("4 of 4")


@pytest.mark.long
def test_a_lesson_of_the_package_runs_through_cell_by_cell_as_well(tmp_path):
    state = str(tmp_path / "state")
    code, out, error = run("step", "03", "--quiet", cwd=tmp_path, env={"TINYVISION_STATE": state})
    assert (code, out, error) == (0, "", "")


def test_a_failure_ends_it_with_1_and_names_the_line(step, lesson):
    lesson("print('one')", "assert 1 == 2, 'never'", "print('three')")
    code, out, _ = step("step", "2")
    assert code == 1
    assert "AssertionError: never" in out
    assert "course/02_third.py:10" in out
    assert "three" not in out
    assert "Traceback" not in out


def test_a_mistake_of_grammar_ends_it_with_1(step, lesson):
    lesson("x = 1", "y = = 2")
    code, out, _ = step("step", "2")
    assert code == 1
    assert "SyntaxError" in out


def test_a_lesson_that_exits_is_a_failure_too(step, lesson):
    lesson("import sys\nsys.exit(0)", "print('two')")
    assert step("step", "2")[0] == 1


def test_from_runs_the_cells_before_silently(step, lesson):
    lesson("print('one')\nx = 1", "print('two', x)")
    _, out, _ = step("step", "2", "--from", "2")
    assert "two 1" in out
    assert "one" not in out


def test_quiet_prints_nothing_but_an_error(step, lesson):
    lesson("print('one')", "1 / 0")
    assert step("step", "0", "--quiet") == (0, "", "")
    code, out, _ = step("step", "2", "--quiet")
    assert code == 1
    assert out.startswith(("x ZeroDivisionError", "✗ ZeroDivisionError"))


def test_no_pause_runs_through_on_a_terminal_too(start):
    terminal = start("step", "0", "--no-pause")
    assert terminal.leave() == 0
    assert "Answer:  42" in terminal.text
    assert "Enter run" not in terminal.text


def test_a_cell_that_does_not_exist_is_refused(asked):
    assert_one_line_error(asked("step", "0", "--from", "9"), "the cells of this lesson are 1 to 4")
    assert_one_line_error(asked("step", "0", "--from", "0"), "--from: must be at least 1")


def test_without_a_terminal_a_lesson_must_be_named(step):
    assert_one_line_error(step("step"), "which lesson")


def test_an_unknown_lesson_is_answered_with_a_guess(asked):
    assert_one_line_error(asked("step", "secnd"), "did you mean '01_second'")


def test_without_words_and_a_terminal_the_help_is_printed(step):
    code, out, _ = step()
    assert code == 0
    assert "usage: tinyvision" in out
    assert "step" in out


def test_without_lessons_the_bare_command_prints_the_help(tmp_path):
    terminal = Terminal(
        ["-c", "import sys\nfrom tinyvision.commands import step\n"
         "step.there_are_lessons = lambda: False\n"
         "from tinyvision.cli import main\nsys.exit(main([]))"],
        cwd=tmp_path,
    )  # fmt: skip
    try:
        assert terminal.leave() == 0
        assert "usage: tinyvision" in terminal.text
    finally:
        terminal.close()


def test_running_through_leaves_the_place_alone(step, here):
    step("step", "0")
    assert not (here / "state").exists()


def test_the_table_names_every_lesson_its_question_and_which_is_next(asked):
    code, out, error = asked("lessons")
    assert (code, error) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["00", "The", "first", "one", "1", "min", "next"]
    assert lines[1].strip() == "How much is six times seven?"
    assert lines[2].startswith("01  The second one")
    assert "a guess" in lines[-1]


def test_the_table_says_what_is_done_and_how_far_one_is(asked):
    remember("01", 2)
    remember("00", 0, done=True)
    lines = asked("lessons")[1].splitlines()
    assert lines[0].endswith("done")
    assert lines[2].endswith("next: 3/4")


def test_the_table_as_json(asked):
    remember("00", 0, done=True)
    rows = json.loads(asked("lessons", "--json")[1])
    assert [(row["number"], row["done"], row["next"], row["cell"]) for row in rows] == [
        ("00", True, False, 1),
        ("01", False, True, 1),
    ]
    assert rows[0]["question"] == "How much is six times seven?"
    assert rows[0]["cells"] == 4


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_table_fits_the_terminal(start, columns):
    pytest.importorskip("rich")
    terminal = start("lessons", size=(24, columns))
    assert terminal.leave() == 0
    assert "How much is six" in terminal.text
    assert max(len(line) for line in terminal.text.splitlines()) <= columns


def test_when_all_is_done_the_bare_command_says_so(start, here):
    remember("00", 0, done=True)
    remember("01", 0, done=True)
    terminal = start()
    assert terminal.leave() == 0
    assert "All lessons are done" in terminal.text
    assert load_state().last == "01"
