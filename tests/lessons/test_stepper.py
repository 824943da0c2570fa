"""The stepper, as a learner uses it: on a pseudo-terminal, key by key."""

import os
import re

import pytest

from tests.lessons.conftest import FIRST

SHOWN, RESULT, END = "Enter run", "Enter next", "is done"
KEYS = "q leave"  # the end of the line of keys
ENTER, CTRL_C, CTRL_D, LEFT = "\n", "\x03", "\x04", "\x1b[D"


def to_the_question(start, **options):
    """The first lesson, as far as its question."""
    terminal = start("step", "0", **options)
    terminal.expect("1 of 4", SHOWN, KEYS)
    terminal.press(ENTER)
    terminal.expect("2 of 4", KEYS)
    terminal.press(ENTER)
    terminal.expect("How much is it?", "a number (Enter tells it, ? helps, q leaves) > ")
    return terminal


def test_a_cell_is_shown_with_its_text_its_code_and_its_place(start):
    terminal = start("step", "0")
    first = terminal.expect(KEYS)
    assert "00 The first one" in first
    assert "How much is six times seven?" in first
    assert "course/00_first.py:10" in first
    assert re.search(r"10 .*from tinyvision.lessons import predict", first)
    terminal.press(ENTER)
    second = terminal.expect("2 of 4", KEYS)
    assert "A product" in second
    assert "---" not in second
    assert "Multiply with care, in code six * seven:" in second
    assert re.search(r"• first the one,", second)
    assert "six, seven = 6, 7" in second
    assert "galaxy" not in second  # the hint comes later
    assert "after the question" not in second


def test_a_right_prediction_is_called_right_and_the_rest_of_the_cell_is_shown(start):
    terminal = to_the_question(start)
    assert "42" not in terminal.text.split("2 of 4")[1]  # the answer waits for the learner
    terminal.press("6 * 7\n")
    terminal.expect("Right: 42", 'print("after the question")', "after the question\n", RESULT)


def test_a_wrong_prediction_brings_the_hint_and_then_the_answer(start):
    terminal = to_the_question(start)
    terminal.press("41\n")
    terminal.expect("Not 41: it is greater.", "Hint: Think of a galaxy.", "> ")
    terminal.press("43\n")
    terminal.expect("Not 43: it is smaller.", "Answer:  42", RESULT)


def test_a_wrong_class_is_only_wrong(start, lesson):
    lesson("from tinyvision.lessons import predict\npredict('Which digit?', '6', hint='Look.')")
    terminal = start("step", "2")
    terminal.expect("1 of 1", KEYS)
    terminal.press(ENTER)
    terminal.expect("Which digit?", "a number (Enter tells it")
    terminal.press("3\n")
    terminal.expect("Not 3.", "Hint: Look.", "> ")
    terminal.press("6\n")
    terminal.expect("Right: 6", RESULT)


def test_what_is_no_number_is_no_wrong_answer(start):
    terminal = to_the_question(start)
    terminal.press("many\n")
    terminal.expect("'many' is not a number; type a number", "> ")
    terminal.press("?\n")
    terminal.expect("Hint: Think of a galaxy.", "> ")
    terminal.press("42\n")
    terminal.expect("Right: 42", RESULT, KEYS)
    terminal.press(ENTER)
    terminal.expect("3 of 4", KEYS)
    terminal.press(ENTER)
    terminal.expect("13", RESULT, KEYS)
    terminal.press(ENTER)
    terminal.expect("That was all.", KEYS)
    terminal.press(ENTER)
    terminal.expect("Lesson 00 is done", "Predicted right at once: 1 of 1")


def test_q_at_a_question_leaves_the_lesson(start):
    terminal = to_the_question(start)
    terminal.press("q\n")
    terminal.expect("Left at cell")


def test_a_key_without_a_meaning_is_answered(start):
    terminal = start("step", "1")
    terminal.expect(KEYS)
    terminal.press("x")
    terminal.expect("x does nothing here; ? shows the keys", KEYS)


def test_enter_alone_is_told_the_answer(start):
    terminal = to_the_question(start)
    terminal.press(ENTER)
    terminal.expect("Answer:  42", RESULT)


def test_p_asks_what_a_cell_without_a_question_prints(start):
    terminal = start("step", "1")
    terminal.expect(KEYS)
    terminal.press("p")
    terminal.expect("What will it print? > ")
    terminal.press("One\n")
    terminal.expect("one", "As you expected: One", RESULT)


def test_p_is_not_offered_where_nothing_is_printed(start, lesson):
    lesson("x = 1", "print(x)")
    terminal = start("step", "2")
    assert "p predict" not in terminal.expect("Enter run", KEYS)
    terminal.press("p")
    terminal.expect("This cell prints nothing that could be predicted. Enter runs it.", KEYS)
    terminal.press(ENTER)
    terminal.expect("2 of 2", "p predict", KEYS)


def test_p_in_a_cell_with_a_question_asks_it(start):
    terminal = start("step", "0", "--from", "2")
    terminal.expect(KEYS)
    terminal.press("p")
    terminal.expect("How much is it?")


def test_the_prompt_has_the_names_and_what_is_changed_there_stays(start):
    terminal = start("step", "1")
    terminal.expect(KEYS)
    terminal.press(ENTER)
    terminal.expect("one", RESULT, KEYS)
    terminal.press("i")
    terminal.expect("Names of the lesson: count; modules: time. Ctrl-D leads back", ">>> ")
    terminal.press("count + 100\n")
    terminal.expect("101", ">>> ")
    terminal.press("1 / 0\n")
    terminal.expect("ZeroDivisionError", ">>> ")
    terminal.press("count = 7\n")
    terminal.expect(">>> ")
    terminal.press(CTRL_D)
    terminal.expect(RESULT, KEYS)
    terminal.press(ENTER)
    terminal.expect("2 of 4", KEYS)
    terminal.press(ENTER)
    terminal.expect("two 7")


@pytest.mark.parametrize("word", ["exit()", "exit", "quit"])
def test_exit_at_the_prompt_leads_back_to_the_lesson(start, word):
    terminal = start("step", "1")
    terminal.expect(KEYS)
    terminal.press("i")
    terminal.expect(">>> ")
    terminal.press(f"{word}\n")
    terminal.expect(SHOWN, KEYS)


def test_all_names_can_be_listed_at_the_prompt_without_leaving_it(start):
    terminal = start("step", "1")
    terminal.expect(KEYS)
    terminal.press("i")
    terminal.expect(">>> ")
    terminal.press("str(globals())[:0] + 'still here'\n")
    terminal.expect("'still here'\n", ">>> ")


@pytest.mark.parametrize("back", ["b", LEFT])
def test_back_and_again_leaves_the_names_as_if_each_cell_had_run_once(start, back):
    terminal = start("step", "1")
    terminal.expect(KEYS)
    for cell in ("one", "two 1"):
        terminal.press(ENTER)
        terminal.expect(f"\n{cell}\n", RESULT, KEYS)
        terminal.press(ENTER)
        terminal.expect(KEYS)
    terminal.press(back)
    terminal.expect("2 of 4", SHOWN, KEYS)
    terminal.press(ENTER)
    again = terminal.expect("two 1", RESULT, KEYS)  # not 2: its count is that of the first cell
    assert "\none\n" not in again  # what ran before it ran silently
    terminal.press(ENTER)
    terminal.expect("3 of 4", KEYS)
    terminal.press(ENTER)
    terminal.expect("three 2")


def test_the_first_cell_has_nothing_before_it(start):
    terminal = start("step", "1")
    assert "b back" not in terminal.expect(KEYS)
    terminal.press("b")
    assert "of 4" not in terminal.expect(KEYS)


def test_r_runs_the_cell_again_from_the_names_before_it(start):
    terminal = start("step", "1", "--from", "2")
    terminal.expect(KEYS)
    for _ in range(2):
        terminal.press("r")
        terminal.expect("two 1", RESULT, KEYS)


def test_leaving_remembers_the_place_and_the_bare_command_goes_on_there(start):
    terminal = start("step", "1")
    terminal.expect(KEYS)
    terminal.press(ENTER)
    terminal.expect("one", RESULT, KEYS)
    terminal.press("q")
    terminal.expect("Left at cell 2 of 4")
    assert terminal.leave() == 0

    again = start()
    assert "2 of 4" in again.expect("01 The second one", KEYS)
    again.press(ENTER)
    again.expect("two 1")  # the first cell has run, silently


def test_step_with_a_number_goes_on_as_well_unless_told_where_to_begin(start):
    terminal = start("step", "1")
    terminal.expect(KEYS)
    terminal.press(ENTER)
    terminal.expect(RESULT, KEYS)
    terminal.press("q")
    terminal.leave()
    assert "Going on where you left, at cell 2 of 4" in start("step", "1").expect("2 of 4")
    start("step", "1", "--from", "1").expect("1 of 4")


def test_the_bare_command_greets_whoever_is_new_and_begins_with_the_first_lesson(start):
    terminal = start()
    greeting = terminal.expect("1 of 4", KEYS)
    assert "2 lessons" in greeting
    assert "q leaves" in greeting
    assert "00 The first one" in greeting


def test_after_the_end_of_a_lesson_the_next_one_follows(start):
    terminal = start("step", "0", "--from", "4")
    terminal.expect("That was all.", KEYS)
    terminal.press(ENTER)
    terminal.expect("Lesson 00 is done", "Next: 01 The second one.", "What goes wrong?", KEYS)
    terminal.press(ENTER)
    terminal.expect("01 The second one", "1 of 4", KEYS)
    terminal.press("q")
    assert terminal.leave() == 0
    start().expect("01 The second one", "1 of 4")


def test_the_bare_command_goes_on_with_the_next_lesson_after_the_end_of_one(start):
    terminal = start("step", "0", "--from", "4")
    terminal.expect(KEYS)
    terminal.press(ENTER)
    terminal.expect(END, KEYS)
    terminal.press("q")
    assert terminal.leave() == 0
    start().expect("01 The second one")


def test_ctrl_d_leaves_as_q_does(start):
    terminal = start("step", "1")
    terminal.expect(KEYS)
    terminal.press(CTRL_D)
    terminal.expect("Left at cell 1 of 4")
    assert terminal.leave() == 0


def test_ctrl_d_at_a_question_leaves_too(start):
    terminal = to_the_question(start)
    terminal.press(CTRL_D)
    terminal.expect("Left at cell 2 of 4")
    assert terminal.leave() == 0


def test_ctrl_c_stops_the_cell_and_not_the_lesson(start):
    terminal = start("step", "1", "--from", "4")
    terminal.expect(KEYS)
    terminal.press(ENTER)
    terminal.expect("waiting\n")
    terminal.press(CTRL_C)
    terminal.expect("Stopped.", "01_second.py:2", "Enter run again", KEYS)
    terminal.press("i")
    terminal.expect(">>> ")
    terminal.press("count\n")
    terminal.expect("2", ">>> ")


def test_ctrl_c_while_nothing_runs_leaves_only_the_second_time(start):
    terminal = start("step", "1")
    terminal.expect(KEYS)
    terminal.press(CTRL_C)
    terminal.expect("Nothing runs. Ctrl-C once more leaves", KEYS)
    terminal.press("?")
    terminal.expect("Ctrl-C  stop a cell that runs", KEYS)
    terminal.press(CTRL_C)
    terminal.expect("Nothing runs", KEYS)
    terminal.press(CTRL_C)
    assert terminal.leave() == 130
    assert "Traceback" not in terminal.text


def test_an_error_names_the_line_and_an_edit_mends_it(start, lesson):
    path = lesson("x = 1", "def half(n):\n    return n / 0\n\nprint(half(x))", "print('end', x)")
    terminal = start("step", "2")
    terminal.expect("1 of 3", KEYS)
    terminal.press(ENTER)
    terminal.expect("2 of 3", KEYS)
    terminal.press(ENTER)
    error = terminal.expect("ZeroDivisionError: division by zero", "Enter run again", KEYS)
    assert error.index("02_third.py:13") < error.index("02_third.py:11")  # the call, the line
    assert "Traceback" not in error
    path.write_text(path.read_text().replace("n / 0", "n / 2"))
    os.utime(path, (1, 1))  # however coarse the clock of files is
    terminal.press(ENTER)
    terminal.expect("return n / 2", "0.5", RESULT, KEYS)
    terminal.press(ENTER)
    terminal.expect("3 of 3", KEYS)
    terminal.press(ENTER)
    terminal.expect("end 1")


def test_a_cell_that_failed_can_be_mended_at_the_prompt_or_skipped(start, lesson):
    lesson("print(missing)", "print('next', missing)")
    terminal = start("step", "2")
    terminal.expect(KEYS)
    terminal.press(ENTER)
    terminal.expect("NameError", KEYS)
    terminal.press("i")
    terminal.expect(">>> ")
    terminal.press("missing = 'here'\n")
    terminal.expect(">>> ")
    terminal.press(CTRL_D)
    terminal.expect("n skip", KEYS)
    terminal.press("n")
    terminal.expect("2 of 2", KEYS)
    terminal.press(ENTER)
    terminal.expect("next here")


def test_a_mistake_of_grammar_is_told_where_it_stands(start, lesson):
    lesson("x = 1", "y = = 2")
    terminal = start("step", "2", "--from", "2")
    terminal.expect(KEYS)
    terminal.press(ENTER)
    terminal.expect("SyntaxError", "02_third.py:10", "y = = 2", KEYS)


def test_an_error_in_a_cell_before_is_told_as_such(start, lesson):
    lesson("1 / 0", "print('two')")
    terminal = start("step", "2", "--from", "2")
    terminal.expect(KEYS)
    terminal.press(ENTER)
    terminal.expect("One of the cells before did not run through", "ZeroDivisionError", KEYS)


def test_help_tells_the_keys_and_the_hint(start):
    terminal = start("step", "0", "--from", "2")
    terminal.expect(KEYS)
    terminal.press("?")
    terminal.expect("run the cell that is shown", "00_first.py", "Hint: Think of a galaxy.", SHOWN)


def test_o_prints_the_path_of_the_last_picture_where_there_is_no_display(start, lesson):
    lesson(
        """
        from tinyvision.lessons import show
        from tinyvision.viz import filters
        show(filters([[[[1.0, 2.0], [3.0, 4.0]]]]), "kernel", "a kernel")
        """
    )
    terminal = start("step", "2")
    assert "picture" not in terminal.expect(KEYS)
    terminal.press("o")
    terminal.expect("There is no picture yet.", KEYS)
    terminal.press(ENTER)
    terminal.expect("saved runs/lessons/02/kernel.png: a kernel", "o picture", KEYS)
    terminal.press("o")
    terminal.expect("The picture: /", "runs/lessons/02/kernel.png")


def test_o_opens_the_picture_where_there_is_a_display(start, lesson, tmp_path):
    lesson("from tinyvision.lessons import show\nshow(__file__ + '.png', 'copy')")
    (tmp_path / "course" / "02_third.py.png").write_bytes(b"a picture")
    tools = tmp_path / "tools"
    tools.mkdir()
    opener = tools / "xdg-open"
    asked = tmp_path / "asked"
    opener.write_text(f'#!/bin/sh\necho "$1" > {asked}.tmp\nmv {asked}.tmp {asked}\n')
    opener.chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    terminal = start("step", "2", env={"DISPLAY": ":0", "PATH": path})
    terminal.expect(KEYS)
    terminal.press(ENTER)
    terminal.expect("saved", KEYS)
    terminal.press("o")
    terminal.expect("opened /", "copy.png", KEYS)
    for _ in range(600):
        if asked.exists():
            break
        terminal.press("\x00")  # a key that means nothing
        terminal.expect(KEYS)
    assert asked.read_text().strip() == str(tmp_path / "runs" / "lessons" / "02" / "copy.png")


def test_a_cell_with_nothing_to_see_goes_on_at_once(start, lesson):
    lesson("x = 1", "y = 2", "print(x + y)")
    terminal = start("step", "2")
    terminal.expect("1 of 3", KEYS)
    terminal.press(ENTER)
    terminal.expect("2 of 3", SHOWN, KEYS)


def test_choices_are_shown_with_letters(start, lesson):
    lesson(
        """
        from tinyvision.lessons import predict
        predict("Which?", "second", choices=["first", "second"])
        """
    )
    terminal = start("step", "2")
    terminal.expect(KEYS)
    terminal.press(ENTER)
    terminal.expect("a) first", "b) second", "a letter, a to b (Enter tells it", "> ")
    terminal.press("b\n")
    terminal.expect("Right: second")


def test_on_a_low_terminal_the_text_waits_before_the_code(start):
    terminal = start("step", "0", "--from", "2", size=(14, 80))
    text = terminal.expect("then the other.", "Enter code", KEYS)
    assert "six, seven" not in text
    terminal.press(ENTER)
    terminal.expect("six, seven = 6, 7", SHOWN, KEYS)


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(start, columns):
    terminal = start("step", "0", size=(40, columns))
    terminal.expect("1 of 4", "Enter run", "q")
    terminal.press(ENTER)
    terminal.expect("2 of 4", SHOWN)
    assert max(len(line) for line in terminal.text.splitlines()) <= columns


def test_with_rich_code_is_coloured(start):
    pytest.importorskip("rich")
    terminal = start("step", "0")
    terminal.expect(KEYS)
    assert re.search(r"\x1b\[[0-9;]*35[0-9;]*mfrom", terminal.raw)


def test_no_color_is_honoured(start):
    terminal = start("step", "0", env={"NO_COLOR": "1"})
    terminal.expect(KEYS)
    codes = re.findall(r"\x1b\[([0-9;]*)m", terminal.raw)
    numbers = {int(number) for code in codes for number in code.split(";") if number}
    assert not numbers & {*range(30, 50), *range(90, 108)}


def test_without_rich_all_the_same_is_there(start, tmp_path):
    (tmp_path / "rich.py").write_text("raise ModuleNotFoundError('No module named rich')")
    path = os.pathsep.join([str(tmp_path), str(os.path.abspath("."))])
    terminal = start("step", "0", env={"PYTHONPATH": path})
    first = terminal.expect(KEYS)
    assert "00 The first one" in first
    assert "10 │ from tinyvision.lessons import predict" in first
    assert "\x1b[" not in terminal.raw
    terminal.press(ENTER)
    second = terminal.expect("2 of 4", KEYS)
    assert "A product\n─────────" in second
    assert "Multiply with care, in code six * seven:" in second
    assert "• then the other." in second


def test_a_terminal_without_our_signs_gets_plain_ones(start):
    terminal = start("step", "0", env={"PYTHONIOENCODING": "ascii"})
    terminal.expect("== 00 The first one", "10 | from", KEYS)
    assert terminal.raw.isascii()


def test_a_dumb_terminal_gets_no_escapes(start):
    terminal = start("step", "0", env={"TERM": "dumb"})
    terminal.expect(KEYS)
    terminal.press(ENTER)
    terminal.expect("2 of 4", KEYS)
    assert "\x1b" not in terminal.raw


def test_a_place_that_cannot_be_remembered_is_said_once(start, tmp_path):
    (tmp_path / "taken").write_text("")
    terminal = start("step", "1", env={"TINYVISION_STATE": tmp_path / "taken" / "state"})
    terminal.expect("The place cannot be remembered", KEYS)
    terminal.press(ENTER)
    assert "remembered" not in terminal.expect("one", RESULT, KEYS)


def test_the_number_of_the_cell_follows_the_file(start, course):
    terminal = start("step", "0", "--from", "3")
    terminal.expect("3 of 4", KEYS)
    (course / "00_first.py").write_text(FIRST.lstrip().split("# %%\nsix + seven")[0])
    terminal.press("r")
    terminal.expect("2 of 2", "A product")


@pytest.mark.parametrize("key", [" ", "\x1b[C"])
def test_space_and_the_right_arrow_go_on_as_enter_does(start, key):
    terminal = start("step", "1")
    terminal.expect(KEYS)
    terminal.press(key)
    terminal.expect("one", RESULT, KEYS)


def test_a_key_that_means_nothing_does_nothing(start):
    terminal = start("step", "1")
    terminal.expect(KEYS)
    for key in ("z", "é", "\x1b[A"):
        terminal.press(key)
        assert "of 4" not in terminal.expect(KEYS)


def test_what_is_typed_while_a_cell_runs_is_not_taken_for_keys(start, lesson):
    lesson("import time\nprint('begun')\ntime.sleep(1)", "print('second')")
    terminal = start("step", "2")
    terminal.expect(KEYS)
    terminal.press(ENTER)
    terminal.expect("begun")
    terminal.press(ENTER + ENTER)
    terminal.expect(RESULT, KEYS)
    terminal.press("?")
    assert "second" not in terminal.expect("Ctrl-C", KEYS)


def test_formulas_are_shown_in_unicode(start, course):
    (course / "02_sum.py").write_text('"""T"""\n# %% [markdown]\n# So $y_i = \\sum_j x_j$ is it.\n')
    start("step", "2").expect("So yᵢ = Σⱼ xⱼ is it.")


def test_a_file_without_a_heading_is_shown_by_its_name(start, tmp_path):
    (tmp_path / "own.py").write_text("# %%\nprint(1)\n")
    start("step", "own.py").expect("━━ own.py ━━", KEYS)


def test_a_file_without_cells_is_done_at_once(start, course):
    (course / "02_empty.py").write_text('"""Nothing"""\n')
    terminal = start("step", "2")
    terminal.expect("Lesson 02 is done: Nothing.", KEYS)
    terminal.press("q")
    assert terminal.leave() == 0


def test_a_lesson_of_ones_own_is_stepped_through_by_its_path(start, tmp_path):
    (tmp_path / "own.py").write_text('"""Mine"""\n# %%\nprint(1)\n# %%\nprint(2)\n')
    terminal = start("step", "own.py")
    terminal.expect("Mine", "1 of 2", KEYS)
    terminal.press(ENTER)
    terminal.expect(RESULT, KEYS)
    terminal.press("q")
    terminal.expect("Left at cell 2 of 2. The command tinyvision step own.py goes on there.")
    assert terminal.leave() == 0
    start("step", "own.py").expect("at cell 2 of 2", "2 of 2", SHOWN)
