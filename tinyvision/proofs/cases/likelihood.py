"""Gradient cases of tinyvision/ops/losses/likelihood.py."""

import numpy as np
from hypothesis import strategies as st

import tinyvision as tv
import tinyvision.nn.functional as F

from ..case import Call, Case, arrays, shapes, some
from .loss import EMPTY_PAIR, loss, scores_and_probabilities


@st.composite
def scores_and_answers(draw):
    """Scores of yes-or-no questions, and how sure the answer is yes."""
    x = draw(arrays(shapes(side=some), -4.0, 4.0))
    return Call(x, draw(arrays(x.shape, 0.0, 1.0)))


@st.composite
def probabilities_and_answers(draw):
    x = draw(arrays(shapes(side=some), 0.05, 0.95))
    return Call(x, draw(arrays(x.shape, 0.0, 1.0)))


@st.composite
def expected_and_counted(draw, low=-2.0, high=2.0):
    """Away from a count of 1, from which on Stirling's approximation is added."""
    x = draw(arrays(shapes(side=some), low, high))
    return Call(x, draw(arrays(x.shape, 0.2, 5.0, away_from=(1.0,))))


@st.composite
def measured(draw):
    """A number expected, the number, and a variance for each or for each row."""
    x = draw(arrays(shapes(1, side=some)))
    shape = x.shape if draw(st.booleans()) else (*x.shape[:-1], 1)
    return Call(x, draw(arrays(x.shape)), draw(arrays(shape, 0.5, 2.0)))


def weighted_binary(x, y):
    return F.binary_cross_entropy_with_logits(
        x, y, reduction="sum", pos_weight=tv.tensor(3.0, dtype=x.dtype)
    )


def fully(function, **options):
    return lambda *args: function(*args, full=True, **options)


CASES = [
    Case("binary_entropy", calls=probabilities_and_answers(), empty=(EMPTY_PAIR,)),
    loss("binary_cross_entropy", F.binary_cross_entropy, probabilities_and_answers()),
    loss(
        "binary_cross_entropy_with_logits",
        F.binary_cross_entropy_with_logits,
        scores_and_answers(),
    ),
    loss("binary_cross_entropy_with_logits_weighted", weighted_binary, scores_and_answers()),
    loss("kl_div", F.kl_div, scores_and_probabilities()),
    loss(
        "kl_div_of_logarithms",
        lambda x, y: F.kl_div(x, y, reduction="batchmean", log_target=True),
        scores_and_probabilities(),
    ),
    loss("poisson_nll_loss", fully(F.poisson_nll_loss), expected_and_counted()),
    loss(
        "poisson_nll_loss_of_counts",
        fully(F.poisson_nll_loss, log_input=False),
        expected_and_counted(0.2, 5.0),
    ),
    loss(
        "gaussian_nll_loss",
        fully(F.gaussian_nll_loss),
        measured(),
        Call(*[np.ones((0, 3))] * 3),
    ),
]
