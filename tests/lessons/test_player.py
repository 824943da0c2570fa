"""A lesson run cell by cell, in this process."""

import ast
import sys

import pytest

from tinyvision.lessons.player import Player, split


def play(player, *cells):
    """Run cells as the stepper does; the value of the last one."""
    value = None
    for at in cells:
        player.prepare(at)
        for part in player.parts(at):
            value = player.execute(part)
        player.finish(at)
    return value


@pytest.fixture
def player(lesson):
    """A player of a lesson with these cells."""

    def make(*cells):
        return Player(lesson(*cells))

    return make


def test_names_go_from_cell_to_cell(player):
    assert play(player("x = 1", "y = x + 1", "x + y"), 0, 1, 2) == 3


def test_a_cell_that_is_run_again_starts_from_the_names_before_it(player):
    each = player("x = [1]", "x.append(2)", "x")
    assert play(each, 0, 1, 1, 1, 2) == [1, 2]


def test_a_later_cell_runs_those_before_it(player):
    assert play(player("x = 1", "x += 1", "x"), 2) == 2


def test_what_runs_again_is_silent(player, capsys):
    each = player("print('loud')", "x = 1")
    each.prepare(1)
    assert capsys.readouterr().out == ""


def test_a_question_among_the_cells_that_run_again_is_not_asked(player, capsys):
    each = player("from tinyvision.lessons import predict\nx = predict('What?', 7)", "x")
    assert play(each, 1) == 7
    assert capsys.readouterr().out == ""


def test_the_progress_of_running_again_is_told(player):
    told = []
    player("a = 1", "b = 2", "c = 3").prepare(2, told.append)
    assert told == [0, 1]


def test_a_cell_that_broke_off_is_forgotten_before_the_next_run(player):
    each = player("x = [0]", "x.append(1)\nif len(x) < 3: 1 / 0", "x")
    with pytest.raises(ZeroDivisionError):
        play(each, 0, 1)
    assert each.names["x"] == [0, 1]  # to look at
    assert not each.ready(1)
    each.prepare(1)
    assert each.names["x"] == [0]


def test_what_was_mended_by_hand_is_kept(player):
    each = player("x = 0", "1 / x")
    with pytest.raises(ZeroDivisionError):
        play(each, 0, 1)
    each.names["x"] = 2
    each.repaired()
    assert play(each, 1) == 0.5


def test_an_edited_cell_counts_as_not_run(player):
    each = player("x = 1", "y = 2", "x")
    play(each, 0, 1)
    each.path.write_text(each.path.read_text().replace("x = 1", "x = 10"))
    assert each.reload()
    assert not each.reload()
    assert not each.ready(2)
    assert play(each, 2) == 10


def test_an_edit_of_a_later_cell_runs_nothing_again(player):
    each = player("x = []", "x.append(1)", "y = 2")
    play(each, 0)
    names = each.names
    each.path.write_text(each.path.read_text().replace("y = 2", "y = 3"))
    each.reload()
    play(each, 1)
    assert each.names is names


def test_an_error_is_at_the_line_of_the_file(player):
    each = player("x = 1", "y = 2\n1 / 0")
    with pytest.raises(ZeroDivisionError) as caught:
        play(each, 1)
    frame = caught.traceback[-1]
    assert str(frame.path) == str(each.path)
    assert each.path.read_text().split("\n")[frame.lineno] == "1 / 0"


def test_the_lesson_is_the_main_module_while_it_plays(player):
    each = player("import sys\nclass A: pass\nhere = sys.modules['__main__']", "A.__module__")
    main = sys.modules["__main__"]
    with each.playing():
        assert play(each, 0, 1) == "__main__"
        assert each.names["here"].A is each.names["A"]
        assert each.names["here"].__file__ == str(each.path)
        play(each, 0)  # anew
        assert sys.modules["__main__"].__dict__ is each.names
    assert sys.modules["__main__"] is main


def test_what_the_package_imports_from_the_future_does_not_reach_a_lesson(player):
    each = player("def f(x: int): ...", "f.__annotations__")
    assert play(each, 0, 1) == {"x": int}


@pytest.mark.parametrize("call", ["predict('?', 1)", "print()"])
def test_the_value_of_a_question_or_of_print_is_not_shown(player, call):
    assert play(player("from tinyvision.lessons import predict", call), 0, 1) is None


def test_names_that_are_listed_are_the_lessons_own(player):
    each = player("import sys\n_hidden = 1\nx = 2\ndef f(): ...")
    play(each, 0)
    assert each.shown_names() == ["x", "f"]
    assert each.shown_modules() == ["sys"]


def test_code_is_split_after_each_question():
    code = "a = 1\npredict('a?', a)\n\n# more\nb = predict('b?', 2, hint='two')\nc = 3"
    parts = split(code, 10, "x.py")
    assert [(part.source, part.line, part.asks, part.hint) for part in parts] == [
        ("a = 1", 10, True, ""),  # the question itself is asked, not read
        ("# more\nb = predict('b?', 2, hint='two')", 13, True, "two"),
        ("c = 3", 15, False, ""),
    ]
    assert [len(part.body) for part in parts] == [2, 1, 1]


def test_a_question_inside_a_loop_or_a_block_belongs_to_it():
    (part,) = split("for i in range(2):\n    predict('i?', i, hint='count')", 1, "x.py")
    assert (part.asks, part.hint) == (True, "count")
    assert part.source.count("\n") == 1


def test_a_question_inside_a_function_is_asked_where_that_is_called():
    parts = split("def ask():\n    predict('?', 1)\nx = 1", 1, "x.py")
    assert [part.asks for part in parts] == [False]


def test_statements_on_one_line_stay_together():
    (part,) = split("predict('?', 1); x = 2", 1, "x.py")
    assert len(part.body) == 2
    assert "x = 2" in part.source


def test_code_that_is_all_comments_is_one_part():
    (part,) = split("# nothing", 5, "x.py")
    assert (part.source, part.body) == ("# nothing", ())


def test_all_of_the_code_is_in_the_parts():
    code = "a = 1\nx = predict('a?', a)\nif a:\n    b = 2\npredict('b?', b)\nc = 3"
    bodies = [statement for part in split(code, 1, "x.py") for statement in part.body]
    assert ast.dump(ast.Module(bodies, [])) == ast.dump(ast.parse(code))
