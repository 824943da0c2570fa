"""`import tinyvision` loads what arithmetic needs; the rest is loaded when it is used."""

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
