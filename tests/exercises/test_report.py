"""What is printed fits 80 columns and can be typed again."""

import io

import numpy as np
import pytest

from tests.exercises.conftest import CHECKED, without_main, wrong_answers
from tinyvision.exercises.display import shown, shown_apart
from tinyvision.exercises.report import as_lines, say
from tinyvision.exercises.result import FAILED, Failure, Result, Step
from tinyvision.exercises.trial import Trial

FAILURE = Failure("f(1)", "2", "3", "The sign is wrong.", 4, "hello\n")


@pytest.mark.parametrize("exercise", CHECKED, ids=lambda exercise: exercise.name)
def test_no_line_is_longer_than_80_columns(exercise, graded):
    _, program = next(iter(wrong_answers(exercise).values()))
    result = graded(exercise, without_main(exercise.solution()) + program)
    for _, line in as_lines(result, 80):
        assert len(line) <= 80, line


def test_a_call_can_be_typed_again():
    given = {"x": np.array([[1.0, 2.0], [3.0, 4.0]]), "n": 2, "f": 0.5}
    scope = {"array": np.array, "g": lambda x, n, f: x * n * f}
    *before, last = str(Trial("g(x, n, f)", None, given)).splitlines()
    exec("\n".join(before), scope)
    assert (eval(last, scope) == given["x"]).all()


def test_a_trial_does_not_hand_out_its_own_arrays():
    trial = Trial("x.fill(7)", None, {"x": np.ones(2)})
    trial.run({})
    assert (trial.given["x"] == 1).all()


def test_two_numbers_that_differ_look_different():
    assert shown_apart(0.1, 0.1 + 1e-9) == ("0.1", "0.100000001")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (np.float64(2.5), "2.5"),
        (np.array(3.0), "3.0"),
        (float("nan"), "nan"),
        (-1e-9, "-1e-09"),
        (1e9, "1e+09"),
        ((1.0,), "(1.0,)"),
        (True, "True"),
        (np.ones(3, np.float32), "array([1., 1., 1.])"),
    ],
)
def test_numbers_are_shown_as_python_writes_them(value, text):
    assert shown(value) == text


def test_long_values_are_cut():
    assert len(shown(list(range(10**5))).splitlines()) <= 9
    assert len(shown(np.zeros((100, 100)))) < 400


def test_a_stream_without_our_signs_gets_words():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    say(as_lines(Result([Step("numbers", "worked", FAILED)], FAILURE)), stream)
    stream.seek(0)
    assert "NO numbers" in stream.read()


def test_what_the_code_printed_is_shown_and_cut():
    failure = Failure("f(1)", "2", "3", "", 0, "line\n" * 50)
    lines = [line for _, line in as_lines(Result([], failure))]
    assert "  your code printed:" in lines
    assert lines[-1].strip() == "..."
    assert len(lines) < 20
