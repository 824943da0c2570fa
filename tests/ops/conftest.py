"""The gradient cases: one table, filled by the files of the folder `cases`.

Every primitive of `tinyvision.autograd.registry` must have a case: `test_gradients.py` names those
that have none, and puts every case through the same properties. To add cases, add them to a file of
the folder `cases`, one file a family::

    from gradient_case import Call, Case, arrays, elementwise, shapes

    CASES = [
        # a function of one array: a line
        elementwise("sqrt", lambda shape: arrays(shape, 0.1, 3.0)),
        # anything else: a strategy that draws whole calls
        Case(
            "reshape_to",
            calls=arrays(shapes()).map(lambda x: Call(x, shape=(x.size,))),
            empty=(Call(np.zeros((2, 0)), shape=(0, 5)),),
            linear="together",
        ),
        # a public function made of primitives
        Case("mean", primitive=None, function=tv.mean, calls=..., empty=...),
    ]

What the fields mean stands in `gradient_case.py`, beside the strategies that draw arrays and
shapes. A test that takes an argument `case` is run once for each; by name: `pytest -k sqrt`.
"""

import importlib
import pkgutil
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

import tinyvision.ops

HERE = Path(__file__).parent

collect_ignore_glob = ["cases/*", "gradient_case.py"]  # no doctests to look for in them


def _load(name, path):
    """A module by its path: these folders are not on the import path."""
    spec = spec_from_file_location(name, path)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


# Primitives register when their file is imported, so all files are.
for _file in pkgutil.iter_modules(tinyvision.ops.__path__):
    importlib.import_module(f"tinyvision.ops.{_file.name}")

_load("gradient_case", HERE / "gradient_case.py")
CASES = [
    case
    for path in sorted((HERE / "cases").glob("*.py"))
    for case in _load(f"gradient_cases_{path.stem}", path).CASES
]


@pytest.fixture(scope="session")
def all_cases():
    """Every case of the table."""
    return CASES


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES, ids=lambda case: case.name)
