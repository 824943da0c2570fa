"""Every difference on the page DIFFERENCES.md is one, and the page is up to date."""

import warnings
from pathlib import Path

import pytest

import tinyvision as tv
from tests.parity.differences import DIFFERENCES, page
from tests.parity.missing_names import missing
from tinyvision.absent import REASONS

torch = pytest.importorskip("torch")

PAGE = Path(__file__).parents[2] / "DIFFERENCES.md"


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.title)
def test_the_two_libraries_differ_as_the_page_says(difference):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert difference.outcome(tv) != difference.outcome(torch)


def test_the_page_is_what_its_command_prints():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert PAGE.read_text(encoding="utf-8") == page(torch), (
            "write it anew: python -m tests.parity.differences > DIFFERENCES.md"
        )


def test_every_missing_name_has_a_reason():
    assert missing(torch).get("", []) == []


@pytest.mark.parametrize("reason", REASONS)
def test_no_reason_stands_in_vain(reason):
    assert missing(torch).get(reason), "nothing is missing for this reason any more"
