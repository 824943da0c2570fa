"""The known mistakes are mistakes, and none hides behind another."""

from itertools import combinations

import pytest

from tests.exercises.conftest import CHECKED, grading_of, without_main
from tinyvision.exercises.outcome import observe


@pytest.mark.parametrize("exercise", CHECKED, ids=lambda exercise: exercise.name)
def test_each_differs_from_the_right_answer_and_from_those_before_it(exercise):
    grading = grading_of(exercise)
    solution = {}
    exec(without_main(exercise.solution()), solution)
    right = grading.scope({name: solution[name] for name in grading.names})
    probes = grading.all_probes()
    rows = [("the right answer", [observe(probe, right) for probe in probes])]
    for mistake in grading.mistakes:
        names = {**right, **grading.scope(mistake.names)}
        if mistake.certain:
            rows.append((mistake.cause, [observe(probe, names) for probe in probes]))
    for (one, outcomes), (other, others) in combinations(rows, 2):
        alike = all(
            a.same(b, probe.rtol) for a, b, probe in zip(outcomes, others, probes, strict=True)
        )
        assert not alike or one == other, f"{one} | {other}"


@pytest.mark.parametrize("exercise", CHECKED, ids=lambda exercise: exercise.name)
def test_each_is_told_in_whole_sentences_and_few_of_them(exercise):
    for mistake in grading_of(exercise).mistakes:
        assert mistake.cause.endswith((".", "?", ")"))
        assert len(mistake.cause) < 400
