"""The training loop on a problem small enough to know the answer."""

import numpy as np
import pytest
from scipy.special import log_softmax

import tinyvision as tv
from tinyvision.train import evaluate, fit
from tinyvision.train.loop import loss_and_accuracy


@pytest.fixture
def problem():
    """Two clouds of points that a line tells apart: images (N, 2), labels (N,)."""
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    points = rng.standard_normal((40, 2)).astype(np.float32) * 0.1
    points[:, 0] += np.where(labels, 1.0, -1.0).astype(np.float32)
    return points, labels


def batches_of(points, labels):
    return tv.data.DataLoader(tv.data.TensorDataset(points, labels), batch_size=7)


def fitted(problem, epochs=20, lr=0.5, model=None, **options):
    points, labels = problem
    tv.manual_seed(0)
    model = model or tv.nn.Linear(2, 2)
    history = fit(
        model,
        batches_of(points, labels),
        points,
        labels,
        optimizer=tv.optim.SGD(model.parameters(), lr=lr),
        epochs=epochs,
        **options,
    )
    return model, history


def test_separable_points_are_told_apart(problem):
    _, history = fitted(problem)
    assert history[-1].test_accuracy == 1.0
    assert history[-1].train_loss < history[0].train_loss


def test_each_epoch_and_each_step_is_reported(problem):
    steps, epochs = [], []
    fitted(
        problem,
        epochs=3,
        after_step=lambda: steps.append(1),
        after_epoch=lambda epoch: epochs.append(epoch.epoch),
    )
    assert epochs == [1, 2, 3]
    assert len(steps) == 3 * 6  # 40 points in batches of 7


def test_the_training_loss_is_the_mean_over_images_not_over_batches(problem):
    # With a learning rate of nearly 0 the model stays what it was, so the loss of all images at
    # once is the loss of the epoch; the last batch has 5 images and not 7.
    points, labels = problem
    model, history = fitted(problem, epochs=1, lr=1e-12)
    scores = log_softmax(model(tv.tensor(points)).detach().numpy().astype(np.float64), axis=1)
    expected = -scores[np.arange(40), labels].mean()
    assert history[0].train_loss == pytest.approx(expected, rel=1e-6)


def test_a_loss_that_is_not_finite_stops_the_run_with_the_remedy(problem):
    model = tv.nn.Linear(2, 2)
    tv.nn.init.constant_(model.weight, float("nan"))
    with pytest.raises(
        FloatingPointError, match=r"loss became nan in epoch 1.*learning rate.*--lr"
    ):
        fitted(problem, model=model)


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


def test_loss_and_accuracy_equal_the_formulas():
    scores = np.array([[2.0, 0.0], [0.0, 1.0], [3.0, 0.0]])
    labels = np.array([0, 1, 1])
    loss, accuracy = loss_and_accuracy(scores, labels)
    assert loss == pytest.approx(-log_softmax(scores, axis=1)[np.arange(3), labels].mean())
    assert accuracy == pytest.approx(2 / 3)
