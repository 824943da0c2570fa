"""Losses with a margin, against their definitions written as loops."""

import re

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F

REDUCTIONS = {"mean": np.mean, "sum": np.sum, "none": lambda values: values}
each_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)


def uniform(*shape, seed=0, low=-3.0, high=3.0):
    return np.random.default_rng(seed).uniform(low, high, shape)


def close(found, expected, rtol=1e-12):
    np.testing.assert_allclose(found.numpy(), expected, rtol=rtol, atol=1e-15, strict=True)


SIGNS = np.where(uniform(4, 3, seed=9) > 0, 1.0, -1.0)


@each_reduction
def test_the_soft_margin_is_that_of_the_formula(reduction):
    x = uniform(4, 3)
    found = F.soft_margin_loss(tv.from_numpy(x), tv.from_numpy(SIGNS), reduction=reduction)
    close(found, REDUCTIONS[reduction](np.log(1 + np.exp(-SIGNS * x))))


def test_a_score_far_on_the_wrong_side_does_not_overflow():
    x = tv.tensor([-1e4, 1e4], requires_grad=True)
    loss = F.soft_margin_loss(x, tv.tensor([1.0, 1.0]), reduction="none")
    loss.sum().backward()
    assert loss.tolist() == [1e4, 0.0]
    assert x.grad.tolist() == [-1.0, 0.0]


@each_reduction
def test_the_hinge_is_that_of_the_formula(reduction):
    x = uniform(4, 3)
    expected = np.where(SIGNS == 1, x, np.maximum(0, 1.5 - x))
    found = F.hinge_embedding_loss(tv.from_numpy(x), tv.from_numpy(SIGNS), 1.5, reduction=reduction)
    close(found, REDUCTIONS[reduction](expected))


@each_reduction
@pytest.mark.parametrize("margin", [0.0, 0.5, -0.5])
def test_a_ranking_is_that_of_the_formula(reduction, margin):
    x, y = uniform(4, 3), uniform(4, 3, seed=1)
    expected = np.maximum(0, margin - SIGNS * (x - y))
    found = F.margin_ranking_loss(*map(tv.from_numpy, (x, y, SIGNS)), margin, reduction=reduction)
    close(found, REDUCTIONS[reduction](expected))


def test_a_ranking_of_unlike_numbers_of_axes_is_refused():
    with pytest.raises(ValueError, match=re.escape("equally many axes, got shapes (3,), (3,) and")):
        F.margin_ranking_loss(tv.zeros(3), tv.zeros(3), tv.ones(1, 3))


# -- one class of several ---------------------------------------------------------------------


def lead_lacking(x, label, p, margin, weight):
    """What row x lacks, class by class."""
    total = 0.0
    for j, score in enumerate(x):
        if j != label:
            total += weight[label] * max(0.0, margin - x[label] + score) ** p
    return total / len(x)


@each_reduction
@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_margin_over_every_other_class(reduction, p, weighted):
    x, labels = uniform(6, 4), np.array([0, 3, 1, 1, 2, 0])
    weight = np.array([0.5, 2.0, 1.0, 0.1]) if weighted else np.ones(4)
    expected = np.array([lead_lacking(*row, p, 0.7, weight) for row in zip(x, labels, strict=True)])
    found = F.multi_margin_loss(
        tv.from_numpy(x),
        tv.from_numpy(labels),
        p,
        0.7,
        tv.from_numpy(weight) if weighted else None,
        reduction=reduction,
    )
    close(found, REDUCTIONS[reduction](expected))


@pytest.mark.parametrize("label", [tv.tensor(2), tv.tensor([2])], ids=["()", "(1,)"])
def test_a_single_row_may_come_without_its_axis(label):
    x = uniform(4)
    found = F.multi_margin_loss(tv.from_numpy(x), label)
    assert found.item() == pytest.approx(lead_lacking(x, 2, 1, 1.0, np.ones(4)), rel=1e-14)


def test_a_lead_of_just_the_margin_has_no_slope():
    x = tv.tensor([[1.0, 0.0]], requires_grad=True)
    F.multi_margin_loss(x, tv.tensor([0])).backward()
    assert x.grad.tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    ("x", "y", "options", "error", "message"),
    [
        ((2, 3), [0, 1], {"p": 3}, ValueError, "p must be 1 or 2, got 3"),
        ((2, 3), [0], {}, ValueError, "class labels must have shape (2,), got (1,)"),
        ((2, 3), [0, 3], {}, IndexError, "the label 3 is out of range: the input has 3 classes"),
        ((2, 3), [0, -1], {}, IndexError, "the label -1 is out of range"),
        ((2, 3), [0.0, 1.0], {}, TypeError, "class labels must be integers, got float32"),
        ((2, 3, 1), [0, 1], {}, ValueError, "expected scores (N, C) or (C), got shape (2, 3, 1)"),
        (
            (2, 3),
            [0, 1],
            {"weight": tv.ones(2)},
            ValueError,
            "one number for each of the 3 classes",
        ),
    ],
)
def test_what_does_not_fit_one_class_is_refused(x, y, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        F.multi_margin_loss(tv.zeros(x), tv.tensor(y), **options)


# -- several classes at once ------------------------------------------------------------------


def leads_lacking(x, labels):
    """What row x lacks, right class by wrong class."""
    right = []
    for label in labels:
        if label < 0:
            break
        right.append(label)
    wrong = [j for j in range(len(x)) if j not in right]
    return sum(max(0.0, 1 - (x[i] - x[j])) for i in right for j in wrong) / len(x)


LISTS = np.array([[2, 0, -1, -1], [1, -1, 3, -1], [-1, 0, 1, 2], [3, 2, 1, 0], [1, 1, -1, 0]])


@each_reduction
def test_every_right_class_leads_every_wrong_one(reduction):
    x = uniform(5, 4)
    expected = np.array([leads_lacking(*row) for row in zip(x, LISTS, strict=True)])
    found = F.multilabel_margin_loss(tv.from_numpy(x), tv.from_numpy(LISTS), reduction=reduction)
    close(found, REDUCTIONS[reduction](expected))


def test_a_single_row_of_several_classes_may_come_without_its_axis():
    x = uniform(4)
    found = F.multilabel_margin_loss(tv.from_numpy(x), tv.from_numpy(LISTS[0]), reduction="none")
    assert found.shape == ()
    assert found.item() == pytest.approx(leads_lacking(x, LISTS[0]), rel=1e-14)


@pytest.mark.parametrize(
    ("x", "y", "error", "message"),
    [
        ((2, 3), tv.zeros(3, dtype=tv.int64), ValueError, "has shape (2, 3), the target (3,)"),
        ((1, 2), tv.tensor([[0, -2]]), IndexError, "the label -2 is out of range"),
        ((1, 2), tv.tensor([[2, -1]]), IndexError, "the label 2 is out of range"),
        ((1, 2), tv.tensor([[1.0, 0.0]]), TypeError, "class labels must be integers"),
    ],
)
def test_what_does_not_fit_several_classes_is_refused(x, y, error, message):
    with pytest.raises(error, match=re.escape(message)):
        F.multilabel_margin_loss(tv.zeros(x), y)


@each_reduction
@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 4, 3)])
def test_soft_margins_are_means_of_binary_cross_entropies(reduction, shape):
    x, y, w = uniform(*shape), uniform(*shape, seed=1, low=0, high=1), uniform(3, seed=2, low=0.1)
    p = 1 / (1 + np.exp(-x))
    expected = -(w * (y * np.log(p) + (1 - y) * np.log(1 - p))).mean(axis=-1)
    found = F.multilabel_soft_margin_loss(*map(tv.from_numpy, (x, y, w)), reduction=reduction)
    close(found, REDUCTIONS[reduction](expected), rtol=1e-10)


def test_a_soft_margin_without_classes_is_refused():
    with pytest.raises(ValueError, match="the input needs a class axis"):
        F.multilabel_soft_margin_loss(tv.tensor(1.0), tv.tensor(1.0))
