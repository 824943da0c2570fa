"""Loss layers: every option reaches the function of the same name."""

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision import nn

SCORES = tv.linspace(-2.0, 2.0, 12).reshape(4, 3)
LABELS = tv.tensor([0, 2, 1, 2])
ANSWERS = tv.linspace(0.1, 0.9, 12).reshape(4, 3)
SIGNS = tv.where(ANSWERS > 0.4, 1.0, -1.0)
LISTS = tv.tensor([[2, 0, -1], [1, -1, -1], [0, 2, -1], [1, 2, -1]])
WEIGHT = tv.tensor([0.5, 2.0, 1.0])

PAIRS = [
    (nn.MSELoss(reduction="sum"), lambda x: F.mse_loss(x, ANSWERS, reduction="sum"), ANSWERS),
    (nn.L1Loss(reduction="none"), lambda x: F.l1_loss(x, ANSWERS, reduction="none"), ANSWERS),
    (
        nn.SmoothL1Loss(reduction="sum", beta=0.5),
        lambda x: F.smooth_l1_loss(x, ANSWERS, reduction="sum", beta=0.5),
        ANSWERS,
    ),
    (nn.HuberLoss("sum", 0.5), lambda x: F.huber_loss(x, ANSWERS, "sum", 0.5), ANSWERS),
    (
        nn.PoissonNLLLoss(False, True, eps=3.0, reduction="sum"),
        lambda x: F.poisson_nll_loss(x, ANSWERS, False, True, eps=3.0, reduction="sum"),
        ANSWERS,
    ),
    (
        nn.SoftMarginLoss(reduction="sum"),
        lambda x: F.soft_margin_loss(x, SIGNS, reduction="sum"),
        SIGNS,
    ),
    (
        nn.HingeEmbeddingLoss(2.0, reduction="sum"),
        lambda x: F.hinge_embedding_loss(x, SIGNS, 2.0, reduction="sum"),
        SIGNS,
    ),
    (
        nn.MultiMarginLoss(2, 0.5, WEIGHT, reduction="sum"),
        lambda x: F.multi_margin_loss(x, LABELS, 2, 0.5, WEIGHT, reduction="sum"),
        LABELS,
    ),
    (
        nn.MultiLabelMarginLoss(reduction="none"),
        lambda x: F.multilabel_margin_loss(x, LISTS, reduction="none"),
        LISTS,
    ),
    (
        nn.MultiLabelSoftMarginLoss(WEIGHT, reduction="none"),
        lambda x: F.multilabel_soft_margin_loss(x, ANSWERS, WEIGHT, reduction="none"),
        ANSWERS,
    ),
    (
        nn.NLLLoss(WEIGHT, ignore_index=1, reduction="sum"),
        lambda x: F.nll_loss(x, LABELS, WEIGHT, ignore_index=1, reduction="sum"),
        LABELS,
    ),
    (
        nn.CrossEntropyLoss(WEIGHT, ignore_index=1, reduction="none", label_smoothing=0.1),
        lambda x: F.cross_entropy(
            x, LABELS, WEIGHT, ignore_index=1, reduction="none", label_smoothing=0.1
        ),
        LABELS,
    ),
    (
        nn.BCEWithLogitsLoss(WEIGHT, reduction="sum", pos_weight=2 * WEIGHT),
        lambda x: F.binary_cross_entropy_with_logits(
            x, ANSWERS, WEIGHT, reduction="sum", pos_weight=2 * WEIGHT
        ),
        ANSWERS,
    ),
    (
        nn.KLDivLoss(reduction="batchmean", log_target=True),
        lambda x: F.kl_div(x, ANSWERS, reduction="batchmean", log_target=True),
        ANSWERS,
    ),
]
each = pytest.mark.parametrize(
    ("layer", "function", "target"), PAIRS, ids=[type(pair[0]).__name__ for pair in PAIRS]
)


@each
def test_the_layer_computes_what_the_function_does(layer, function, target):
    np.testing.assert_array_equal(layer(SCORES, target).numpy(), function(SCORES).numpy())


OTHERS = [
    (
        nn.GaussianNLLLoss(full=True, eps=0.5, reduction="sum"),
        lambda x: F.gaussian_nll_loss(x, 2 * x, ANSWERS, True, 0.5, "sum"),
        lambda x: (x, 2 * x, ANSWERS),
    ),
    (
        nn.BCELoss(WEIGHT, reduction="sum"),
        lambda x: F.binary_cross_entropy(x.sigmoid(), ANSWERS, WEIGHT, reduction="sum"),
        lambda x: (x.sigmoid(), ANSWERS),
    ),
    (
        nn.MarginRankingLoss(0.5, reduction="sum"),
        lambda x: F.margin_ranking_loss(x, ANSWERS, SIGNS, 0.5, reduction="sum"),
        lambda x: (x, ANSWERS, SIGNS),
    ),
    (
        nn.CosineEmbeddingLoss(0.2, reduction="none"),
        lambda x: F.cosine_embedding_loss(x, ANSWERS, SIGNS[:, 0], 0.2, reduction="none"),
        lambda x: (x, ANSWERS, SIGNS[:, 0]),
    ),
    (
        nn.TripletMarginLoss(2.0, 1.0, 0.1, True, reduction="none"),
        lambda x: F.triplet_margin_loss(x, ANSWERS, SIGNS, 2.0, 1.0, 0.1, True, reduction="none"),
        lambda x: (x, ANSWERS, SIGNS),
    ),
    (
        nn.TripletMarginWithDistanceLoss(
            distance_function=nn.PairwiseDistance(3.0), margin=2.0, swap=True, reduction="none"
        ),
        lambda x: F.triplet_margin_loss(x, ANSWERS, SIGNS, 2.0, 3.0, swap=True, reduction="none"),
        lambda x: (x, ANSWERS, SIGNS),
    ),
]


@pytest.mark.parametrize(
    ("layer", "function", "arguments"), OTHERS, ids=[type(row[0]).__name__ for row in OTHERS]
)
def test_a_layer_of_other_arguments_computes_what_the_function_does(layer, function, arguments):
    np.testing.assert_array_equal(layer(*arguments(SCORES)).numpy(), function(SCORES).numpy())


@pytest.mark.parametrize("make", [nn.TripletMarginLoss, nn.TripletMarginWithDistanceLoss])
def test_a_margin_that_is_not_positive_is_refused_when_the_layer_is_made(make):
    with pytest.raises(ValueError, match=f"{make.__name__}: margin must be positive, got -1"):
        make(margin=-1.0)


@each
def test_the_older_arguments_are_refused_when_the_layer_is_made(layer, function, target):
    if isinstance(layer, nn.HuberLoss):
        pytest.skip("is younger than they are")
    with pytest.raises(ValueError, match="size_average=True and reduce=None were replaced"):
        type(layer)(size_average=True)


def test_class_weights_are_saved_and_converted_with_the_module():
    loss = nn.CrossEntropyLoss(WEIGHT)
    assert list(loss.state_dict()) == ["weight"]
    assert loss.double().weight.dtype == np.float64
    assert list(nn.CrossEntropyLoss().state_dict()) == []
