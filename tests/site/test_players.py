"""What the players show is what plain loops give."""

import math
import re

import numpy as np
import pytest

from tinyvision.site import players
from tinyvision.site.players import attention, convolution
from tinyvision.site.players_page import (
    KERNELS,
    attention_among_patches,
    convolution_on_a_digit,
    digit,
    patches_of_a_digit,
)


def value(text):
    """A number as it is written in a product."""
    return float(text.strip("()").replace("−", "-"))


def vector(text):
    return [value(word) for word in re.split(r",\s*", text.strip("()"))]


@pytest.mark.parametrize(("stride", "padding", "bias"), [(1, 0, 0), (2, 1, 0), (1, 1, 0.5)])
def test_every_place_of_the_window_multiplies_what_lies_under_it(stride, padding, bias):
    rng = np.random.default_rng(0)
    image, kernel = rng.integers(-9, 10, (5, 6)), rng.integers(-3, 4, (2, 3))
    given = {"image": image, "kernel": kernel, "stride": stride, "padding": padding, "bias": bias}
    data = convolution(given)
    padded = np.pad(image, padding)
    places = [
        (top, left)
        for top in range(0, padded.shape[0] - 1, stride)
        for left in range(0, padded.shape[1] - 2, stride)
    ]
    assert [tuple(step["window"]) for step in data["steps"]] == places
    for (top, left), step in zip(places, data["steps"], strict=True):
        pairs = [(padded[top + m, left + n], kernel[m, n]) for m in range(2) for n in range(3)]
        extra = [bias] * bool(bias)
        factors = [tuple(map(value, term.split("·"))) for term in step["terms"][: len(pairs)]]
        assert factors == pairs
        assert [value(text) for text in step["products"]] == [a * b for a, b in pairs] + extra
        assert value(step["sum"]) == sum(a * b for a, b in pairs) + bias
        i, j = step["at"]
        assert data["output"][i][j] == step["sum"]


def test_a_product_with_zero_is_zero_without_a_sign():
    data = convolution({"image": [[0.0]], "kernel": [[-1.0]]})
    assert data["steps"][0]["products"] == ["0"]


def test_the_player_begins_at_the_place_that_the_lesson_shows():
    data = convolution({"image": np.ones((3, 4)), "kernel": np.ones((2, 2)), "at": (1, 2)})
    assert data["steps"][data["start"]]["at"] == [1, 2]


@pytest.mark.parametrize(
    "given",
    [
        {"image": np.ones((11, 3)), "kernel": np.ones((2, 2))},
        {"image": np.ones((3, 3)), "kernel": np.ones((2, 2)), "padding": 4},
        {"image": np.ones((2, 3, 3)), "kernel": np.ones((2, 2, 2))},
    ],
    ids=["image", "padding", "channels"],
)
def test_what_would_not_be_read_on_a_page_is_refused(given):
    with pytest.raises(ValueError, match="the player shows"):
        convolution(given)


def test_attention_is_worked_out_by_plain_loops():
    rng = np.random.default_rng(1)
    q, k, v = rng.normal(size=(2, 4)), rng.normal(size=(3, 4)), rng.normal(size=(3, 2))
    data = attention({"queries": q, "keys": k, "values": v, "query": 1})
    assert data["start"] == 1
    for row, query in zip(q, data["queries"], strict=True):
        scores = [sum(a * b for a, b in zip(row, key, strict=True)) for key in k]
        powers = [math.exp(score / 2) for score in scores]
        weights = [power / sum(powers) for power in powers]
        steps = {step["title"]: step for step in query["steps"]}
        near = {"rel": 1e-3, "abs": 1e-4}
        assert [value(r[2]) for r in steps["Scores"]["rows"]] == pytest.approx(scores, **near)
        halves = [score / 2 for score in scores]
        assert [value(r[2]) for r in steps["Scaled"]["rows"]] == pytest.approx(halves, **near)
        shown = [r[2] for r in steps["Weights"]["rows"]]
        assert [value(cell["text"]) for cell in shown] == pytest.approx(weights, abs=5.1e-5)
        assert [cell["bar"] for cell in shown] == pytest.approx(weights, abs=5.1e-5)
        mixed = [sum(w * value_[i] for w, value_ in zip(weights, v, strict=True)) for i in (0, 1)]
        assert vector(steps["Output"]["foot"][2]) == pytest.approx(mixed, **near)


def test_a_page_that_disagrees_with_the_library_is_not_made(monkeypatch):
    monkeypatch.setattr(players, "conv2d", lambda x, w, b, stride: x * 0 + 1)
    with pytest.raises(RuntimeError, match="what the library does not compute"):
        convolution({"image": np.ones((1, 1)), "kernel": [[2.0]]})


def test_the_kernels_of_the_page_are_slid_over_a_real_digit():
    data = convolution_on_a_digit()
    for variant, kernel in zip(data["variants"], KERNELS.values(), strict=True):
        i, j = 1, 2
        total = sum(digit()[i + m, j + n] * kernel[m][n] for m in range(3) for n in range(3))
        assert value(variant["output"][i][j]) == total


def test_the_patches_of_the_page_are_those_of_the_digit_in_reading_order():
    patches = patches_of_a_digit()
    assert patches.shape == (9, 4)
    for number, patch in enumerate(patches):
        top, left = 2 * (number // 3), 2 * (number % 3)
        block = digit()[top : top + 2, left : left + 2]
        assert (patch == [1 if ink > 8 else -1 for ink in block.ravel()]).all()


def test_ink_is_drawn_black():
    data = attention_among_patches()
    first = patches_of_a_digit()[0]
    assert np.ravel(data["patches"][0]).tolist() == [0 if sign == 1 else 1 for sign in first]
