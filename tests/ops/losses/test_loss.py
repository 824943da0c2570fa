"""Losses against formulas written out in NumPy."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

import tinyvision as tv
import tinyvision.nn.functional as F

REDUCTIONS = {"mean": np.mean, "sum": np.sum, "none": lambda values: values}
each_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)


def uniform(*shape, seed=0, low=-3.0, high=3.0):
    return np.random.default_rng(seed).uniform(low, high, shape)


def close(found, expected, rtol=1e-12):
    np.testing.assert_allclose(found.numpy(), expected, rtol=rtol, atol=1e-15, strict=True)


# -- cross-entropy and the likelihood of labels -----------------------------------------------


@st.composite
def classified(draw):
    """Scores (C) or (N, C, ...), labels some of which are to be ignored, class weights."""
    classes = draw(st.integers(1, 5))
    around = draw(st.sampled_from([(), (1,), (4,), (2, 3), (2, 2, 3)]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    labels = np.asarray(rng.integers(0, classes, around))
    ignore_index = -100
    if labels.size > 1 and classes > 1:
        ignore_index = draw(st.sampled_from([-100, 0]))
        labels.flat[rng.integers(labels.size)] = ignore_index
        labels.flat[0] = classes - 1  # so that not all are ignored
    scores = rng.uniform(-5, 5, (*around[:1], classes, *around[1:]))
    weight = rng.uniform(0.1, 2.0, classes) if draw(st.booleans()) else None
    return scores, labels, weight, ignore_index


def entropies(scores, labels, weight, ignore_index, smoothing):
    """The loss of each label, and how much it counts, label by label: by torch's formula."""
    axis = min(1, scores.ndim - 1)
    logs = np.moveaxis(special.log_softmax(scores, axis=axis), axis, -1)
    classes = scores.shape[axis]
    weight = np.ones(classes) if weight is None else weight
    losses, counts = np.zeros(labels.shape), np.zeros(labels.shape)
    for place in np.ndindex(*labels.shape):
        label = labels[place]
        if label == ignore_index:
            continue
        target = np.full(classes, smoothing / classes)
        target[label] += 1.0 - smoothing
        losses[place] = -(weight * target * logs[place]).sum()
        counts[place] = weight[label]
    return losses, counts


def reduced(losses, counts, reduction):
    return losses.sum() / counts.sum() if reduction == "mean" else REDUCTIONS[reduction](losses)


def maybe(array):
    return None if array is None else tv.from_numpy(array)


@each_reduction
@given(call=classified(), smoothing=st.sampled_from([0.0, 0.1, 1.0]))
def test_cross_entropy_of_labels_is_that_of_the_formula(reduction, call, smoothing):
    scores, labels, weight, ignore_index = call
    found = F.cross_entropy(
        tv.from_numpy(scores),
        tv.from_numpy(labels),
        maybe(weight),
        ignore_index=ignore_index,
        reduction=reduction,
        label_smoothing=smoothing,
    )
    losses, counts = entropies(*call, smoothing)
    close(found, reduced(losses, counts, reduction), rtol=1e-10)


@each_reduction
@given(call=classified())
def test_nll_loss_picks_the_log_probability_of_the_label(reduction, call):
    scores, labels, weight, ignore_index = call
    logs = special.log_softmax(scores, axis=min(1, scores.ndim - 1))
    found = F.nll_loss(
        tv.from_numpy(logs),
        tv.from_numpy(labels),
        maybe(weight),
        ignore_index=ignore_index,
        reduction=reduction,
    )
    losses, counts = entropies(*call, 0.0)
    close(found, reduced(losses, counts, reduction), rtol=1e-10)


@each_reduction
@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 4, 3, 2)])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weighted", [False, True])
def test_cross_entropy_of_probabilities_is_that_of_the_formula(
    reduction, shape, smoothing, weighted
):
    axis = min(1, len(shape) - 1)
    scores, target = uniform(*shape), special.softmax(uniform(*shape, seed=1), axis=axis)
    weight = np.array([0.5, 1.0, 2.0, 0.1]) if weighted else np.ones(4)
    found = F.cross_entropy(
        tv.from_numpy(scores),
        tv.from_numpy(target),
        tv.from_numpy(weight) if weighted else None,
        reduction=reduction,
        label_smoothing=smoothing,
    )
    smooth = target * (1 - smoothing) + smoothing / 4
    terms = smooth * special.log_softmax(scores, axis=axis)
    along = weight.reshape((-1,) + (1,) * (len(shape) - axis - 1))
    close(found, REDUCTIONS[reduction](-(terms * along).sum(axis=axis)))


def test_labels_and_their_one_hot_rows_give_the_same_loss():
    scores, labels = tv.from_numpy(uniform(5, 3)), tv.tensor([0, 2, 1, 1, 0])
    rows = F.one_hot(labels, 3).double()
    assert F.cross_entropy(scores, labels).item() == pytest.approx(
        F.cross_entropy(scores, rows).item(), rel=1e-14
    )


def test_the_gradient_of_cross_entropy_is_probabilities_less_target():
    scores, labels = uniform(4, 3), np.array([2, 0, 1, -100])
    leaf = tv.from_numpy(scores).requires_grad_()
    F.cross_entropy(leaf, tv.from_numpy(labels)).backward()
    expected = special.softmax(scores, axis=1)
    expected[[0, 1, 2], labels[:3]] -= 1.0
    expected[3] = 0.0
    np.testing.assert_allclose(leaf.grad.numpy(), expected / 3, rtol=1e-12)


@pytest.mark.parametrize("dtype", [tv.float32, tv.float64])
def test_scores_of_ten_thousand_give_exact_losses_and_gradients(dtype):
    scores = tv.tensor([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0]], dtype=dtype, requires_grad=True)
    losses = F.cross_entropy(scores, tv.tensor([0, 0]), reduction="none")
    assert losses.tolist() == [0.0, 2e4]
    losses.sum().backward()
    assert scores.grad.tolist() == [[0.0, 0.0, 0.0], [-1.0, 1.0, 0.0]]


def test_a_score_of_minus_infinity_is_a_class_ruled_out():
    scores = tv.tensor([[0.0, -math.inf, 0.0]], requires_grad=True)
    loss = F.cross_entropy(scores, tv.tensor([0]))
    loss.backward()
    assert loss.item() == pytest.approx(math.log(2))
    assert scores.grad.tolist() == [[-0.5, 0.0, 0.5]]


def test_nan_among_the_scores_gives_nan():
    assert math.isnan(F.cross_entropy(tv.tensor([[0.0, math.nan]]), tv.tensor([0])))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_mean_where_every_label_is_ignored_is_nan_with_zero_gradients(smoothing):
    scores = tv.zeros(2, 3, requires_grad=True)
    loss = F.cross_entropy(scores, tv.tensor([-100, -100]), label_smoothing=smoothing)
    loss.backward()
    assert math.isnan(loss)
    assert scores.grad.tolist() == [[0.0] * 3] * 2


@each_reduction
@pytest.mark.parametrize("target", [tv.zeros(0, dtype=tv.int64), tv.zeros(0, 3)])
def test_a_batch_of_nothing(reduction, target):
    scores = tv.zeros(0, 3, requires_grad=True)
    loss = F.cross_entropy(scores, target, reduction=reduction)
    loss.sum().backward()
    assert scores.grad.shape == (0, 3)
    expected = {"mean": math.nan, "sum": 0.0, "none": np.zeros(0)}[reduction]
    np.testing.assert_array_equal(loss.detach().numpy(), expected)


def test_labels_changed_after_the_loss_do_not_change_its_gradient():
    scores, labels = tv.zeros(1, 2, requires_grad=True), tv.tensor([0])
    loss = F.cross_entropy(scores, labels)
    labels[0] = 1
    loss.backward()
    assert scores.grad.tolist() == [[-0.5, 0.5]]


@pytest.mark.parametrize(
    ("scores", "target", "options", "error", "message"),
    [
        (
            tv.zeros(4, 3),
            tv.zeros(5, dtype=tv.int64),
            {},
            ValueError,
            "the input has shape (4, 3), so class labels must have shape (4,), got (5,)"
            ": 4 inputs, but 5 labels; do both come from the same batch?",
        ),
        (
            tv.zeros(3, 4),
            tv.zeros(3, 1, dtype=tv.int64),
            {},
            ValueError,
            "must have shape (3,), got (3, 1); take the axis of size 1 away: labels.squeeze(1)",
        ),
        (
            tv.zeros(2, 3, 4),
            tv.zeros(2, 3, dtype=tv.int64),
            {},
            ValueError,
            "class labels must have shape (2, 4), got (2, 3)",
        ),
        (tv.zeros(2, 3), tv.zeros(2), {}, TypeError, "must be integers, got float32; use y.long()"),
        (
            tv.zeros(3, 2),
            tv.tensor([0, 1, 2]),
            {},
            IndexError,
            "the label 2 at [2] is out of range: the input has 2 classes, 0..1",
        ),
        (tv.zeros(2, 2), tv.tensor([0, -1]), {}, IndexError, "the label -1 at [1] is out of range"),
        (
            tv.zeros(2, 2),
            tv.tensor([0, -1]),
            {},
            IndexError,
            "does not count only if ignore_index says so, and that is -100: pass ignore_index=-1",
        ),
        (
            tv.zeros(2, 3),
            tv.tensor([0, 1]),
            {"weight": tv.ones(2)},
            ValueError,
            "weight must have one number for each of the 3 classes, got shape (2,)",
        ),
        (
            tv.zeros(2, 3),
            tv.tensor([0, 1]),
            {"reduction": "avg"},
            ValueError,
            "reduction must be 'mean', 'sum' or 'none', got 'avg'",
        ),
        (
            tv.zeros(2, 3),
            tv.tensor([0, 1]),
            {"size_average": False},
            ValueError,
            "size_average=False and reduce=None were replaced by reduction",
        ),
        (tv.tensor(1.0), tv.tensor(0), {}, ValueError, "the input needs a class axis"),
    ],
)
@pytest.mark.parametrize("loss", [F.cross_entropy, F.nll_loss], ids=["cross_entropy", "nll_loss"])
def test_what_does_not_fit_is_refused(loss, scores, target, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        loss(scores, target, **options)


@pytest.mark.parametrize("smoothing", [-0.1, 1.5])
def test_a_smoothing_outside_0_to_1_is_refused(smoothing):
    message = re.escape(f"label_smoothing must be between 0 and 1, got {smoothing}")
    with pytest.raises(ValueError, match=message):
        F.cross_entropy(tv.zeros(1, 2), tv.tensor([0]), label_smoothing=smoothing)


# -- distances --------------------------------------------------------------------------------

DISTANCES = {"mse_loss": (F.mse_loss, np.square), "l1_loss": (F.l1_loss, np.abs)}
each_distance = pytest.mark.parametrize(("loss", "of"), DISTANCES.values(), ids=list(DISTANCES))


@each_reduction
@each_distance
@pytest.mark.parametrize("shape", [(), (5,), (2, 3, 4)])
def test_distances_are_those_of_the_formula(loss, of, shape, reduction):
    x, y = np.asarray(uniform(*shape)), np.asarray(uniform(*shape, seed=1))
    found = loss(tv.from_numpy(x), tv.from_numpy(y), reduction=reduction)
    close(found, REDUCTIONS[reduction](of(x - y)))


@each_reduction
@each_distance
def test_distances_are_weighted_element_by_element(loss, of, reduction):
    x, y, w = uniform(2, 3), uniform(2, 3, seed=1), uniform(2, 3, seed=2, low=0.1)
    found = loss(*map(tv.from_numpy, (x, y)), reduction=reduction, weight=tv.from_numpy(w))
    weighted = of(x - y) * w
    expected = weighted.sum() / w.sum() if reduction == "mean" else REDUCTIONS[reduction](weighted)
    close(found, expected)


@each_distance
def test_distances_of_other_shapes_are_refused_rather_than_broadcast(loss, of):
    with pytest.raises(ValueError, match=re.escape("has shape (4, 1), the target (4,)")):
        loss(tv.zeros(4, 1), tv.zeros(4))
    with pytest.raises(ValueError, match=re.escape("weight must have the input's shape (4,), got")):
        loss(tv.zeros(4), tv.zeros(4), weight=tv.zeros(1))


def piecewise(difference, bend):
    """Huber's function, piece by piece."""
    far = bend * (np.abs(difference) - bend / 2)
    return np.where(np.abs(difference) < bend, difference**2 / 2, far)


@each_reduction
@pytest.mark.parametrize("bend", [0.5, 1.0, 4.0])
def test_huber_and_smooth_l1_are_parabolas_that_go_on_straight(reduction, bend):
    x, y = uniform(5, 4), uniform(5, 4, seed=1)
    pair = tv.from_numpy(x), tv.from_numpy(y)
    expected = piecewise(x - y, bend)
    close(
        F.huber_loss(*pair, reduction=reduction, delta=bend),
        REDUCTIONS[reduction](expected),
    )
    close(
        F.smooth_l1_loss(*pair, reduction=reduction, beta=bend),
        REDUCTIONS[reduction](expected / bend),
    )


def test_smooth_l1_without_a_parabola_is_the_absolute_difference():
    x, y = map(tv.from_numpy, (uniform(5), uniform(5, seed=1)))
    assert F.smooth_l1_loss(x, y, beta=0.0).item() == F.l1_loss(x, y).item()


@each_reduction
def test_a_weighted_huber_loss_has_its_mean_over_all_elements(reduction):
    x, y, w = uniform(2, 3), uniform(2, 3, seed=1), uniform(2, 3, seed=2, low=0.1)
    found = F.huber_loss(*map(tv.from_numpy, (x, y)), reduction, weight=tv.from_numpy(w))
    close(found, REDUCTIONS[reduction](piecewise(x - y, 1.0) * w))


@pytest.mark.parametrize("loss", [F.huber_loss, F.smooth_l1_loss], ids=["huber", "smooth_l1"])
def test_an_infinite_difference_has_a_finite_slope(loss):
    x = tv.tensor([math.inf, -math.inf], requires_grad=True)
    loss(x, tv.zeros(2), reduction="sum").backward()
    assert x.grad.tolist() == [1.0, -1.0]


@pytest.mark.parametrize("loss", [F.huber_loss, F.smooth_l1_loss], ids=["huber", "smooth_l1"])
def test_bent_distances_of_other_shapes_are_refused(loss):
    with pytest.raises(ValueError, match=re.escape("has shape (4, 1), the target (4,)")):
        loss(tv.zeros(4, 1), tv.zeros(4))


def test_bends_that_are_none_are_refused():
    with pytest.raises(ValueError, match="smooth_l1_loss: beta must be 0 or above, got -1"):
        F.smooth_l1_loss(tv.zeros(1), tv.zeros(1), beta=-1.0)
    with pytest.raises(ValueError, match="huber_loss: delta must be positive, got 0"):
        F.huber_loss(tv.zeros(1), tv.zeros(1), delta=0.0)
    with pytest.raises(ValueError, match=re.escape("weight must have the input's shape (4,), got")):
        F.huber_loss(tv.zeros(4), tv.zeros(4), weight=tv.zeros(1))


def test_the_slope_of_an_absolute_difference_of_zero_is_zero():
    x = tv.zeros(2, requires_grad=True)
    F.l1_loss(x, tv.zeros(2)).backward()
    assert x.grad.tolist() == [0.0, 0.0]


# -- types and sizes --------------------------------------------------------------------------

PAIRED = {
    "mse_loss": F.mse_loss,
    "l1_loss": F.l1_loss,
    "smooth_l1_loss": F.smooth_l1_loss,
    "binary_cross_entropy": F.binary_cross_entropy,
    "binary_cross_entropy_with_logits": F.binary_cross_entropy_with_logits,
    "kl_div": F.kl_div,
    "poisson_nll_loss": F.poisson_nll_loss,
    "soft_margin_loss": F.soft_margin_loss,
    "hinge_embedding_loss": F.hinge_embedding_loss,
    "multilabel_soft_margin_loss": F.multilabel_soft_margin_loss,
    "cross_entropy": F.cross_entropy,
}
each_paired = pytest.mark.parametrize("loss", PAIRED.values(), ids=list(PAIRED))


@each_paired
def test_the_mean_of_no_elements_is_nan_and_their_sum_zero(loss):
    nothing = tv.zeros(0, 3)
    assert math.isnan(loss(nothing, nothing))
    assert loss(nothing, nothing, reduction="sum").item() == 0.0


@each_paired
def test_an_unknown_reduction_is_refused(loss):
    with pytest.raises(ValueError, match="reduction must be 'mean', 'sum' or 'none', got 'total'"):
        loss(tv.zeros(2, 2), tv.zeros(2, 2), reduction="total")


@each_paired
def test_the_older_arguments_are_refused(loss):
    with pytest.raises(ValueError, match="size_average=None and reduce=True were replaced by red"):
        loss(tv.zeros(2, 2), tv.zeros(2, 2), reduce=True)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_float64_weight_does_not_widen_a_float32_loss(smoothing):
    scores = tv.zeros(2, 3, requires_grad=True)
    weight = tv.ones(3, dtype=tv.float64)
    loss = F.cross_entropy(scores, tv.tensor([0, 1]), weight, label_smoothing=smoothing)
    loss.backward()
    assert loss.dtype == scores.grad.dtype == tv.float32
