"""`import tinyvision` loads what arithmetic needs; the rest is loaded when it is used."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tinyvision as tv


def printed(program):
    """What a program prints in a process of its own."""
    root = Path(tv.__file__).parents[1]
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.strip()


def test_what_takes_long_to_load_is_not_loaded():
    slow = ["matplotlib", "numpy.random", "scipy", "tinyvision.nn", "zipfile"]
    program = f"import sys, tinyvision; print([name for name in {slow} if name in sys.modules])"
    assert printed(program) == "[]"


@pytest.mark.parametrize(
    ("use", "module"),
    [
        ("tv.ones(1).sigmoid()", "scipy.special"),
        ("tv.rand(1)", "numpy.random"),
        ("tv.nn.Linear(1, 1)", "tinyvision.nn"),
        ("import io; tv.serialization.write_arrays({}, io.BytesIO())", "zipfile"),
    ],
)
def test_it_is_loaded_when_it_is_used(use, module):
    program = f"import sys, tinyvision as tv; {use}; print({module!r} in sys.modules)"
    assert printed(program) == "True"


def test_what_is_loaded_late_is_listed():
    assert {"data", "nn", "optim"} <= set(dir(tv))


def test_a_name_there_is_not_is_refused():
    with pytest.raises(AttributeError, match="module 'tinyvision' has no attribute 'lode'"):
        tv.lode


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("tv.zeroes", "zeros"), ("tv.nn.Conv2D", "Conv2d"), ("tv.nn.Linear(1, 1).wieght", "weight")],
)
def test_a_name_nearly_right_is_answered_with_the_one_that_is_meant(wrong, meant):
    program = f"import tinyvision as tv; {wrong}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(Path(tv.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.endswith(f"Did you mean: {meant!r}?\n"), done.stderr


@pytest.mark.parametrize("module", ["tinyvision", "tinyvision.site"])
def test_the_error_about_a_name_knows_the_name_and_the_module(module):
    found = importlib.import_module(module)
    with pytest.raises(AttributeError) as caught:
        found.lode
    assert (caught.value.name, caught.value.obj) == ("lode", found)
