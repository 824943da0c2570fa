"""torch's own samples: values, derivatives of two orders and refusals of every common function."""

import functools

import pytest

from tests.parity.op_db import check, surface
from tests.parity.op_db_exceptions import EXCEPTIONS, reason_for

pytest.importorskip("torch")

SURFACE = surface()


@functools.cache
def tally_of(name):
    return check(SURFACE[name])


@pytest.mark.parametrize("name", SURFACE)
def test_every_sample_agrees_or_is_explained(name):
    unexplained = [line for line in tally_of(name).disagree if reason_for(name, line) is None]
    assert not unexplained, "\n".join(unexplained[:20])


def test_at_least_99_percent_of_the_applicable_samples_agree():
    tallies = [tally_of(name) for name in SURFACE]
    agree, applicable = (sum(getattr(t, of) for t in tallies) for of in ("agree", "applicable"))
    assert applicable > 20_000
    assert agree / applicable >= 0.99


@pytest.mark.parametrize("known", EXCEPTIONS, ids=lambda known: known.names)
def test_no_exception_stands_in_vain(known):
    assert any(known.explains(name, line) for name in SURFACE for line in tally_of(name).disagree)
