"""A test that takes an argument `case` is run once for each case of `tinyvision/proofs`."""

from tinyvision.proofs.table import all_cases


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", all_cases(), ids=lambda case: case.name)
