"""Grading a text as if it were a learner's file, in this process."""

import importlib
import importlib.util
from pathlib import Path

import pytest

from tinyvision.exercises.catalogue import EXERCISES
from tinyvision.exercises.grade import grade

CHECKED = [exercise for exercise in EXERCISES if exercise.checked]


def grading_of(exercise):
    return importlib.import_module(f"tinyvision.exercises.grading.{exercise.name}").GRADING


def wrong_answers(exercise):
    """{name: (what the check says of it, program)}."""
    path = Path(__file__).parent / "wrong" / exercise.file
    spec = importlib.util.spec_from_file_location(f"wrong_{exercise.name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.WRONG


def without_main(code):
    return code.partition('\nif __name__ == "__main__":')[0]


@pytest.fixture
def graded(tmp_path):
    """A function that writes a learner's file and grades it."""

    def call(exercise, code):
        path = tmp_path / exercise.file
        path.write_bytes(code if isinstance(code, bytes) else code.encode())
        return grade(path, grading_of(exercise), exercise.start())

    return call
