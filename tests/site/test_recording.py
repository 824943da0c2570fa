"""What happens in a lesson is written down in the order in which a reader sees it."""

import pytest

from tinyvision.site.recording import record
from tinyvision.site.running import LessonFailed, run_lesson

HEAD = '"""\nSmall\n=====\n"""\n\n# %%\n'
PREDICT = "from tinyvision.lessons import predict, show, views\n"


@pytest.fixture
def events(write_lesson, tmp_path, monkeypatch):
    """A function that runs code as a lesson, in this process."""
    monkeypatch.setenv("TINYVISION_LESSON_OUT", str(tmp_path / "out"))
    return lambda code: record(write_lesson(HEAD + code).path)


@pytest.fixture
def fails(write_lesson, tmp_path, monkeypatch):
    """A function that runs a lesson in a process of its own and returns what is said of it."""
    monkeypatch.chdir(tmp_path)

    def run(text):
        for name in ("pictures", "scratch"):
            (tmp_path / name).mkdir()
        with pytest.raises(LessonFailed) as error:
            run_lesson(write_lesson(text), tmp_path / "pictures", tmp_path / "scratch")
        return str(error.value)

    return run


def kinds(events):
    return [event["kind"] for event in events]


def test_code_comes_before_what_it_prints(events):
    found = events("print('one')\nprint('two')\n\n# %%\nx = 1")
    assert kinds(found) == ["code", "printed", "code"]
    assert found[1]["text"] == "one\ntwo\n"


def test_code_has_the_number_of_its_line(events):
    first, second = events("x = 1\n\n# %%\n\ny = 2")
    assert (first["line"], second["line"]) == (7, 11)


def test_the_value_at_the_end_of_a_cell_is_printed(events):
    assert events("[1, 2]")[-1]["text"] == "[1, 2]\n"


def test_text_is_markdown(events):
    (found,) = events("# %% [markdown]\n# Some *text*\n# here.")
    assert found["markdown"] == "Some *text*\nhere."


def test_a_question_stands_where_its_call_stood(events):
    found = events(PREDICT + "x = 2\nprint('before')\npredict('How much?', x + 1, hint='h')\ny = 3")
    assert kinds(found) == ["code", "printed", "question", "code"]
    assert "predict(" not in found[0]["source"].replace(PREDICT, "")
    assert found[3]["source"] == "y = 3"
    asked = found[2]
    assert (asked["text"], asked["answer"], asked["hint"]) == ("How much?", "3", "h")
    assert asked["expression"] == "x + 1"


def test_asserts_after_a_question_do_not_give_the_answer_away(events):
    checks = "assert x == 2\nnp.testing.assert_allclose(\n    x, 2\n)"
    found = events(PREDICT + "import numpy as np\nx = 2\npredict('x?', x)\n" + checks + "\n\ny = x")
    assert found[1]["checks"] == checks
    assert found[2]["source"] == "y = x"


def test_asserts_before_a_question_stay(events):
    found = events(PREDICT + "x = 2\nassert x > 0\npredict('x?', x)")
    assert "assert x > 0" in found[0]["source"]


def test_two_questions_in_a_cell_each_have_their_own_asserts(events):
    found = events(
        PREDICT + "x = 2\npredict('x?', x)\nassert x == 2\ny = 3\npredict('y?', y)\nassert y == 3"
    )
    assert kinds(found) == ["code", "question", "code", "question"]
    assert [found[1]["checks"], found[3]["checks"]] == ["assert x == 2", "assert y == 3"]


def test_a_question_within_other_code_stays_there(events):
    found = events(PREDICT + "for x in (1, 2):\n    predict(f'{x}?', x)")
    assert kinds(found) == ["code", "question", "question"]
    assert "predict(f" in found[0]["source"]
    assert [event["answer"] for event in found[1:]] == ["1", "2"]


def test_an_answer_that_is_named_is_found(events):
    found = events(PREDICT + "predict(question='x?', answer=1 + 1)")
    assert found[-1]["expression"] == "1 + 1"


def test_a_picture_carries_its_words(events):
    found = events(
        PREDICT + "import tinyvision as tv\n"
        "show(tv.viz.bars({'a': 1, 'b': 2}, 'Which is more?'), 'bars', 'two bars')"
    )
    picture = found[-1]
    assert (picture["kind"], picture["file"], picture["caption"]) == (
        "picture", "bars.png", "two bars",
    )  # fmt: skip
    assert "Which is more?" in picture["alt"]


def test_a_player_comes_at_the_end_of_its_section(events):
    found = events(
        PREDICT + "print(views.convolution([[1, 2], [3, 4]], [[1]]))\n"
        "# %% [markdown]\n# Some text.\n\n# %%\npredict('What?', 4)\n"
        "# %% [markdown]\n# A part\n# ------\n# Other text."
    )
    assert kinds(found) == ["code", "printed", "prose", "question", "player", "prose"]


def test_of_the_same_operation_shown_twice_there_is_one_player_at_the_later_place(events):
    call = "print(views.convolution([[1, 2], [3, 4]], [[1]], at=({}, 0)))\n"
    found = events(PREDICT + call.format(0) + "# %%\nx = 1\n" + call.format(1))
    assert kinds(found) == ["code", "printed", "code", "printed", "player"]
    assert found[-1]["data"]["start"] == 2


def test_other_arrays_have_a_player_of_their_own(events):
    call = "print(views.convolution([[1, 2], [3, 4]], [[{}]]))\n"
    found = events(PREDICT + call.format(1) + call.format(2))
    assert kinds(found).count("player") == 2


def test_an_image_too_large_for_a_page_has_no_player(events):
    found = events(
        PREDICT + "import numpy as np\nprint(views.convolution(np.ones((9, 40)), [[1]]))"
    )
    assert kinds(found) == ["code", "printed"]


def test_a_failing_line_is_named_with_its_file(fails):
    assert fails(HEAD + "x = 1\nassert x == 2, 'it is one'") == (
        "03_small.py:8: AssertionError: it is one"
    )


def test_the_innermost_line_of_the_lesson_is_named(fails):
    assert fails(HEAD + "def f():\n    return 1 / 0\n\nf()").startswith(
        "03_small.py:8: ZeroDivisionError"
    )


def test_a_lesson_that_is_not_python_is_named_with_its_line(fails):
    assert fails(HEAD + "x = 1\nx = = 2").startswith("03_small.py:8: SyntaxError")


def test_a_lesson_that_leaves_is_a_failure(fails):
    assert fails(HEAD + "raise SystemExit(0)").startswith("03_small.py:7: SystemExit")


def test_a_lesson_whose_process_dies_is_a_failure(fails):
    assert fails(HEAD + "import os\nos._exit(3)") == (
        "03_small.py:1: Python ended with exit code 3"
    )


def test_each_lesson_starts_afresh(write_lesson, tmp_path):
    code = "import tinyvision as tv\nprint(hasattr(tv, 'left_behind'))\ntv.left_behind = 1"
    lesson = write_lesson(HEAD + code)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / f"{name}_scratch").mkdir()
        found = run_lesson(lesson, tmp_path / name, tmp_path / f"{name}_scratch")
        assert found[-1]["text"] == "False\n"


def test_what_a_lesson_writes_elsewhere_is_written_into_the_scratch_folder(write_lesson, tmp_path):
    lesson = write_lesson(HEAD + "open('left.txt', 'w').close()")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "scratch").mkdir()
    run_lesson(lesson, tmp_path / "pictures", tmp_path / "scratch")
    assert (tmp_path / "scratch" / "left.txt").exists()
