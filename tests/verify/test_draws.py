import math
from random import Random

import numpy as np
import pytest

from tinyvision.verify.draws import draw, draw_convolution, draw_problems
from tinyvision.verify.problems import Attention, Convolution


@pytest.fixture(scope="module")
def problems():
    return draw_problems(seed=0)


def test_the_same_seed_draws_the_same(problems):
    assert draw_problems(seed=0) == problems


def test_another_seed_draws_others(problems):
    assert all(one != other for one, other in zip(draw_problems(seed=1), problems, strict=True))


def test_the_numbers_are_whole_and_of_both_signs():
    numbers = np.array(draw(Random(0), (5, 40), 9))
    assert numbers.shape == (5, 40)
    assert (numbers.min(), numbers.max()) == (-9, 9)


@pytest.mark.parametrize(
    ("what", "holds"),
    [
        ("a stride", lambda p: max(p.stride) > 1),
        ("strides that differ", lambda p: p.stride[0] != p.stride[1]),
        ("padding", lambda p: max(p.padding) > 0),
        ("dilation", lambda p: max(p.dilation) > 1),
        ("groups", lambda p: p.groups > 1),
        ("channels in one group", lambda p: len(p.w[0]) > 1),
        ("several outputs", lambda p: len(p.w) > 1),
        ("several images", lambda p: len(p.x) > 1),
        ("a bias", lambda p: p.bias is not None),
        ("no bias", lambda p: p.bias is None),
        ("an image that is not square", lambda p: len(p.x[0][0]) != len(p.x[0][0][0])),
        ("a kernel that is not square", lambda p: len(p.w[0][0]) != len(p.w[0][0][0])),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_the_convolutions_drawn_by_default_have(problems, what, holds):
    assert any(holds(problem) for problem in problems if isinstance(problem, Convolution)), what


@pytest.mark.parametrize(
    ("what", "holds"),
    [
        ("several heads", lambda p: len(p.q) > 1),
        ("several queries", lambda p: len(p.q[0]) > 1),
        ("other numbers of keys and queries", lambda p: len(p.k[0]) != len(p.q[0])),
        ("a size that is no square", lambda p: math.isqrt(len(p.q[0][0])) ** 2 != len(p.q[0][0])),
        ("scores beyond exp", lambda p: np.min(np.array(p.q) @ np.swapaxes(p.k, 1, 2)) > 2000),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_the_attention_problems_drawn_by_default_have(problems, what, holds):
    assert any(holds(problem) for problem in problems if isinstance(problem, Attention)), what


def test_no_geometry_drawn_is_impossible():
    random = Random(5)
    for _ in range(300):
        problem = draw_convolution(random)
        for side, kernel, dilation in zip(
            np.shape(problem.x)[2:], np.shape(problem.w)[2:], problem.dilation, strict=True
        ):
            assert side >= dilation * (kernel - 1) + 1
