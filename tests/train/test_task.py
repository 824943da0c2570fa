"""Tasks: what a batch's loss is, and how the held-out images are scored."""

import math

import numpy as np
import pytest
from scipy.special import log_softmax

import tinyvision as tv
from tinyvision.train import Classification, evaluate
from tinyvision.train.task import better, loss_and_accuracy


def test_evaluation_leaves_the_mode_as_it_was_and_switches_dropout_off():
    model = tv.nn.Sequential(tv.nn.Dropout(0.5))
    scores = evaluate(model, np.ones((300, 4), np.float32))
    assert (scores == 1).all()
    assert model.training


def test_evaluation_in_batches_equals_one_batch():
    tv.manual_seed(0)
    model = tv.nn.Linear(3, 2).double()
    points = np.random.default_rng(0).standard_normal((10, 3))
    np.testing.assert_allclose(
        evaluate(model, points, batch_size=3), model(tv.tensor(points)).detach().numpy(), rtol=1e-14
    )


SCORES = np.array([[2.0, 0.0], [0.0, 1.0], [3.0, 0.0]])
LABELS = np.array([0, 1, 1])
LOSS = -log_softmax(SCORES, axis=1)[np.arange(3), LABELS].mean()


def test_loss_and_accuracy_equal_the_formulas():
    loss, accuracy = loss_and_accuracy(SCORES, LABELS)
    assert loss == pytest.approx(LOSS)
    assert accuracy == pytest.approx(2 / 3)


def test_a_batch_gives_its_mean_loss_and_how_many_answers_are_right():
    task = Classification(SCORES, LABELS)
    loss, sums = task.loss(tv.nn.Identity(), (tv.tensor(SCORES), tv.tensor(LABELS)))
    assert loss.item() == pytest.approx(LOSS)
    assert sums == {"accuracy": 2}


def test_smoothed_labels_are_for_training_only():
    # A smoothed label is (1 - s) of the label and s of all classes alike.
    task = Classification(SCORES, LABELS, label_smoothing=0.2)
    loss, _ = task.loss(tv.nn.Identity(), (tv.tensor(SCORES), tv.tensor(LABELS)))
    spread = -log_softmax(SCORES, axis=1).mean()
    assert loss.item() == pytest.approx(0.8 * LOSS + 0.2 * spread)
    assert task.score(tv.nn.Identity())["loss"] == pytest.approx(LOSS)


def test_as_many_labels_as_images_are_needed():
    with pytest.raises(ValueError, match="3 images have 2 labels"):
        Classification(SCORES, LABELS[:2])


@pytest.mark.parametrize("amount", [-0.1, 1.1, math.nan])
def test_a_smoothing_out_of_range_is_refused(amount):
    with pytest.raises(ValueError, match="label_smoothing must be between 0 and 1"):
        Classification(SCORES, LABELS, label_smoothing=amount)


def test_of_two_equal_accuracies_the_smaller_loss_is_better():
    merit = Classification(SCORES, LABELS).merit
    low, high = ({"accuracy": 0.9, "loss": loss} for loss in (0.1, 0.2))
    assert better(merit(low), merit(high))
    assert not better(merit(high), merit(low))
    assert not better(merit(low), merit(low))


def test_mixed_labels_weigh_the_losses_of_both_classes():
    shares = np.array([[0.75, 0.25], [0.5, 0.5], [0.0, 1.0]])
    task = Classification(SCORES, LABELS)
    loss, sums = task.loss(tv.nn.Identity(), (tv.tensor(SCORES), tv.tensor(shares)))
    assert loss.item() == pytest.approx(-(shares * log_softmax(SCORES, axis=1)).sum(1).mean())
    assert sums == {"accuracy": 1}  # the first; of the second half and half, class 0 was asked for
