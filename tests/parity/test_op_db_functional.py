"""torch's own samples of the functions in `nn.functional`; of all others, see `test_op_db.py`."""

import pytest

from tests.parity.op_db import surface, tally_of
from tests.parity.op_db_exceptions import EXCEPTIONS, reason_for

pytest.importorskip("torch")

NAMES = [name for name in surface() if name.startswith("nn.")]
KNOWN = [known for known in EXCEPTIONS if known.names.startswith(r"nn\.")]


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_agrees_or_is_explained(name):
    unexplained = [line for line in tally_of(name).disagree if reason_for(name, line) is None]
    assert not unexplained, "\n".join(unexplained[:20])


def test_at_least_99_percent_of_the_applicable_samples_agree():
    tallies = [tally_of(name) for name in NAMES]
    agree, applicable = (sum(getattr(t, of) for t in tallies) for of in ("agree", "applicable"))
    assert applicable > 15_000
    assert agree / applicable >= 0.99


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.names)
def test_no_exception_stands_in_vain(known):
    assert any(known.explains(name, line) for name in NAMES for line in tally_of(name).disagree)
