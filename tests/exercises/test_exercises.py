"""What must hold of every exercise: it is open in the beginning, solvable, and wrong is named."""

import re

import pytest

from tests.exercises.conftest import CHECKED, grading_of, without_main, wrong_answers
from tinyvision.exercises.catalogue import exercise_named

ALL = pytest.mark.parametrize("exercise", CHECKED, ids=lambda exercise: exercise.name)
WRONG = [
    pytest.param(exercise, says, program, id=f"{exercise.number}: {name}")
    for exercise in CHECKED
    for name, (says, program) in wrong_answers(exercise).items()
]


@ALL
def test_it_contains_something_to_do_and_fails_untouched(exercise, graded):
    assert b"# TODO" in exercise.start()
    result = graded(exercise, exercise.start())
    assert not result.passed
    assert "still as it was given" in result.failure.cause


@ALL
def test_it_passes_with_its_solution(exercise, graded):
    result = graded(exercise, exercise.solution())
    assert result.failure is None
    assert result.passed


@ALL
def test_it_has_at_least_five_wrong_answers(exercise):
    assert len(wrong_answers(exercise)) >= 5


@pytest.mark.parametrize(("exercise", "says", "program"), WRONG)
def test_a_wrong_answer_is_rejected_and_its_mistake_named(exercise, says, program, graded):
    result = graded(exercise, without_main(exercise.solution()) + "\n\n" + program)
    assert not result.passed
    assert re.search(says, result.failure.cause), result.failure
    assert result.failure.call


def test_the_experiment_runs_as_it_is_given(capsys):
    """With one step of training: the network learns nothing, but everything is called."""
    scope = {"__name__": "experiment"}
    exec(exercise_named("14").start(), scope)
    scope["train"].__defaults__ = (1,)
    scope["main"]()
    assert len([line for line in capsys.readouterr().out.splitlines() if "shifted" in line]) == 2


@ALL
def test_worked_numbers_come_before_properties_where_they_are_about_the_same(exercise):
    assert grading_of(exercise).checks[0].kind == "worked"
    assert {check.kind for check in grading_of(exercise).checks} == {"worked", "property"}
