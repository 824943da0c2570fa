"""Loss layers: every option reaches the function of the same name."""

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision import nn

SCORES = tv.linspace(-2.0, 2.0, 12).reshape(4, 3)
LABELS = tv.tensor([0, 2, 1, 2])
ANSWERS = tv.linspace(0.1, 0.9, 12).reshape(4, 3)
WEIGHT = tv.tensor([0.5, 2.0, 1.0])

PAIRS = [
    (nn.MSELoss(reduction="sum"), lambda x: F.mse_loss(x, ANSWERS, reduction="sum"), ANSWERS),
    (nn.L1Loss(reduction="none"), lambda x: F.l1_loss(x, ANSWERS, reduction="none"), ANSWERS),
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


@each
def test_the_older_arguments_are_refused_when_the_layer_is_made(layer, function, target):
    with pytest.raises(ValueError, match="size_average=True and reduce=None were replaced"):
        type(layer)(size_average=True)


def test_class_weights_are_saved_and_converted_with_the_module():
    loss = nn.CrossEntropyLoss(WEIGHT)
    assert list(loss.state_dict()) == ["weight"]
    assert loss.double().weight.dtype == np.float64
    assert list(nn.CrossEntropyLoss().state_dict()) == []
