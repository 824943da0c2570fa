"""Padding layers against np.pad."""

import re

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn

MODES = {"Reflection": "reflect", "Replication": "edge", "Circular": "wrap", "Zero": "constant"}


@pytest.mark.parametrize("name", MODES)
def test_the_widths_are_left_right_top_bottom(name):
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    layer = getattr(nn, f"{name}Pad2d")((1, 2, 3, 0))
    expected = np.pad(x, [(0, 0), (0, 0), (3, 0), (1, 2)], mode=MODES[name])
    np.testing.assert_array_equal(layer(tv.from_numpy(x)).numpy(), expected, strict=True)
    layer = getattr(nn, f"{name}Pad1d")((1, 2))
    expected = np.pad(x[0], [(0, 0), (0, 0), (1, 2)], mode=MODES[name])
    np.testing.assert_array_equal(layer(tv.from_numpy(x[0])).numpy(), expected, strict=True)


@pytest.mark.parametrize("name", [*MODES, "Constant"])
def test_one_width_is_for_all_sides(name):
    value = (2.5,) if name == "Constant" else ()
    assert getattr(nn, f"{name}Pad2d")(1, *value)(tv.zeros(1, 3, 3)).shape == (1, 5, 5)
    assert getattr(nn, f"{name}Pad1d")(1, *value)(tv.zeros(1, 3)).shape == (1, 5)


def test_a_constant_border_holds_the_value():
    assert nn.ConstantPad1d((1, 0), 7.0)(tv.zeros(1, 2)).tolist() == [[7.0, 0.0, 0.0]]


def test_negative_widths_crop():
    assert nn.ZeroPad1d((-1, 1))(tv.tensor([[1.0, 2.0]])).tolist() == [[2.0, 0.0]]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.ZeroPad2d((1, 2)), "padding must be an integer or 4 of them, got (1, 2)"),
        (lambda: nn.CircularPad1d((1, 2, 3)), "padding must be an integer or 2 of them"),
        (
            lambda: nn.ReflectionPad1d(1)(tv.zeros(1, 1, 1, 4)),
            "ReflectionPad1d expects an input of 2 or 3 axes, got shape (1, 1, 1, 4)",
        ),
        (lambda: nn.ReflectionPad2d(3)(tv.zeros(1, 3, 3)), "mode 'reflect' can add at most 2"),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()
