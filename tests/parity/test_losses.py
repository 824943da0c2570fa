"""Losses against torch, in every combination of their options."""

import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch")

REDUCTIONS = ["mean", "sum", "none"]


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", ["mse_loss", "l1_loss"])
def test_distances_agree(agree, normal, name, reduction):
    loss = name
    x, y = normal(3, 4), normal(3, 4)
    y[0] = x[0]  # where the absolute value has its kink
    agree(lambda t, x, y: getattr(t.nn.functional, loss)(x, y, reduction=reduction), x, y)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_weighted_squares_agree(agree, normal, reduction):
    def case(t, x, y, w):
        weight = w.detach().abs()
        return t.nn.functional.mse_loss(x, y, reduction=reduction, weight=weight)

    agree(case, normal(3, 4), normal(3, 4), normal(3, 4))


# shape of the scores, shape of the labels
CLASSIFIED = [((5,), ()), ((4, 5), (4,)), ((2, 5, 3), (2, 3)), ((2, 5, 3, 4), (2, 3, 4))]


def labels_of(shape, classes, ignored):
    labels = np.random.default_rng(3).integers(0, classes, shape)
    if ignored is not None and labels.ndim:
        labels.reshape(-1)[1] = ignored
    return labels


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("ignored", [None, -100, 2])
@pytest.mark.parametrize("shapes", CLASSIFIED, ids=str)
def test_cross_entropy_of_labels_agrees(
    agree, normal, shapes, ignored, weighted, smoothing, reduction
):
    options = {"reduction": reduction, "label_smoothing": smoothing}
    if ignored is not None:
        options["ignore_index"] = ignored

    def case(t, scores, labels, w):
        weight = w.detach().abs() if weighted else None
        return t.nn.functional.cross_entropy(scores, labels, weight, **options)

    agree(case, normal(*shapes[0]), labels_of(shapes[1], 5, ignored), normal(5))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shape", [shapes for shapes, _ in CLASSIFIED], ids=str)
def test_cross_entropy_of_probabilities_agrees(
    agree, normal, shape, weighted, smoothing, reduction
):
    def case(t, scores, target, w):
        weight = w.detach().abs() if weighted else None
        return t.nn.functional.cross_entropy(
            scores, target, weight, reduction=reduction, label_smoothing=smoothing
        )

    agree(case, normal(*shape), np.abs(normal(*shape)), normal(5))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("ignored", [None, -100, 2])
@pytest.mark.parametrize("shapes", CLASSIFIED, ids=str)
def test_negative_log_likelihood_agrees(agree, normal, shapes, ignored, weighted, reduction):
    options = {"reduction": reduction}
    if ignored is not None:
        options["ignore_index"] = ignored

    def case(t, scores, labels, w):
        weight = w.detach().abs() if weighted else None
        return t.nn.functional.nll_loss(scores, labels, weight, **options)

    agree(case, normal(*shapes[0]), labels_of(shapes[1], 5, ignored), normal(5))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", ["cross_entropy", "nll_loss"])
def test_losses_of_no_counted_label_agree(agree, normal, name, reduction):
    loss = name

    def ignored(t, scores, labels):
        return getattr(t.nn.functional, loss)(scores, labels, ignore_index=1, reduction=reduction)

    def empty(t, scores, labels):
        return getattr(t.nn.functional, loss)(scores[:0], labels[:0], reduction=reduction)

    labels = np.array([1, 1, 1])
    agree(empty, normal(3, 4), labels, order=1)
    # the mean of no losses is NaN; torch's gradient of it is NaN too
    agree(ignored, normal(3, 4), labels, order=1)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_cross_entropy_agrees_where_scores_are_extreme(agree, reduction):
    scores = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 0], [0.0, 0.0, -np.inf], [5.0, 5.0, 5.0]])
    agree(
        lambda t, x, y: t.nn.functional.cross_entropy(x, y, reduction=reduction),
        scores,
        np.array([0, 0, 1, 2]),
        order=1,
    )


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_cross_entropy_agrees_in_float32(agree, normal, smoothing):
    def case(t, x, y):
        return t.nn.functional.cross_entropy(x, y, label_smoothing=smoothing)

    labels = np.random.default_rng(0).integers(0, 10, 64)
    agree(case, normal(64, 10) * 3, labels, dtype="float32", order=1)


@pytest.mark.parametrize(
    ("reduction", "weighted", "positive"),
    list(itertools.product(REDUCTIONS, [False, True], [False, True])),
)
def test_binary_cross_entropy_agrees(agree, normal, reduction, weighted, positive):
    def case(t, x, y, w, p):
        return t.nn.functional.binary_cross_entropy_with_logits(
            x,
            t.sigmoid(y),
            w.detach().abs() if weighted else None,
            reduction=reduction,
            pos_weight=p.detach().abs() if positive else None,
        )

    agree(case, normal(3, 4) * 3, normal(3, 4), normal(3, 4), normal(4))


def test_binary_cross_entropy_agrees_where_scores_are_extreme(agree):
    scores = np.array([1e4, -1e4, 1e4, -1e4, 0.0, 800.0, -800.0])
    targets = np.array([1.0, 0.0, 0.0, 1.0, 0.5, 0.3, 0.3])
    agree(
        lambda t, x, y: t.nn.functional.binary_cross_entropy_with_logits(x, y.detach()),
        scores,
        targets,
        order=1,
    )


# torch would rather have its users say 'batchmean'
@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides the total loss")
@pytest.mark.parametrize("reduction", [*REDUCTIONS, "batchmean"])
@pytest.mark.parametrize("log_target", [False, True])
def test_divergences_agree(agree, normal, reduction, log_target):
    def case(t, x, y):
        f = t.nn.functional
        target = f.log_softmax(y, -1) if log_target else f.softmax(y, -1)
        return f.kl_div(f.log_softmax(x, -1), target, reduction=reduction, log_target=log_target)

    agree(case, normal(3, 4), normal(3, 4))


def test_divergences_from_distributions_with_zeros_agree(agree, normal):
    target = np.array([[0.5, 0.5, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25]])

    def case(t, x, y):
        return t.nn.functional.kl_div(x, y.detach(), reduction="batchmean")

    agree(case, normal(3, 4), target)
