"""Matrices and sums as text."""

import io
import sys

import numpy as np
import pytest

from tinyvision.viz.text.blocks import aligned, beside, bracketed, matrix, readable, sum_of


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        ([1.0, -20.0], ["1", "−20"]),
        ([0.5, 2.25], ["0.50", "2.25"]),
        ([12.5, 3.25], ["12.5", "3.2"]),  # three digits of the greatest
        ([0.0123, 0.001], ["0.0123", "0.0010"]),
        ([0.0], ["0"]),
        ([-0.0001, 1.5], ["0.00", "1.50"]),  # no minus before a zero
        ([1234.5, 0.5], ["1234.5", "0.5"]),
        ([1e-9], ["1e−09"]),
        ([2e9], ["2e+09"]),
    ],
)
def test_numbers_have_the_same_decimals(numbers, texts):
    assert aligned(np.array(numbers)).tolist() == texts


def test_a_negative_factor_is_in_brackets():
    assert [bracketed(text) for text in ("2", "−2")] == ["2", "(−2)"]


def test_cells_are_as_wide_as_the_widest():
    assert matrix([["1", "22"], ["333", "4"]]) == ["    1    22", "  333     4"]


def test_a_frame_goes_around_its_cells():
    lines = matrix(np.full((3, 3), "x"), frame=(1, 1, 2, 2))
    assert lines == [
        "  x   x   x",
        "    ┌───────┐",
        "  x │ x   x │",
        "  x │ x   x │",
        "    └───────┘",
    ]


def test_a_frame_around_everything_has_straight_sides():
    lines = matrix(np.full((2, 2), "x"), frame=(0, 0, 2, 2))
    assert {len(line) for line in lines} == {len("┌───────┐")}
    assert [line[0] for line in lines] == ["┌", "│", "│", "└"]


def test_the_marked_cell_is_in_brackets():
    assert matrix([["1", "2"], ["3", "4"]], marked=(1, 0)) == ["  1   2", " [3]  4"]


def test_blocks_stand_side_by_side():
    assert beside(["ab", "c"], ["1", "2", "3"], gap=1) == ["ab 1", "c  2", "   3"]
    assert beside(["x"], ["1", "2", "3"], gap=1, middle=True) == ["  1", "x 2", "  3"]


def test_a_sum_is_broken_before_a_plus():
    assert sum_of(["1"] * 5, width=9) == ["1 + 1 + 1", "+ 1 + 1"]
    assert sum_of(["1"] * 5, width=9, indent=2)[1] == "  + 1 + 1"


def test_where_the_signs_are_missing_ascii_stands_in(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert readable("│ −1·2 │ → √4") == "| -1*2 | > sqrt 4"
    assert readable("plain") == "plain"


def test_a_stream_in_memory_takes_every_sign(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert readable("→") == "→"
