"""A test that takes an argument `case` is run once for each case of `tinyvision/proofs`."""

import pytest

import tinyvision as tv
from tinyvision.proofs.table import all_cases


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", all_cases(), ids=lambda case: case.name)


@pytest.fixture(params=[1, 2, 3], ids="{} threads".format)
def threads(request):
    """Each of several numbers of threads."""
    before = tv.get_num_threads()
    tv.set_num_threads(request.param)
    yield request.param
    tv.set_num_threads(before)
