"""The training loop on a problem small enough to know the answer."""

import numpy as np
import pytest
from scipy.special import log_softmax

import tinyvision as tv
from tinyvision.train import Batches, Classification, Training


@pytest.fixture
def problem():
    """Two clouds of points that a line tells apart: images (N, 2), labels (N,)."""
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    points = rng.standard_normal((40, 2)).astype(np.float32) * 0.1
    points[:, 0] += np.where(labels, 1.0, -1.0).astype(np.float32)
    return points, labels


def in_order(points, labels, batch_size=7):
    return tv.data.DataLoader(tv.data.TensorDataset(points, labels), batch_size)


def training(problem, epochs=20, lr=0.5, model=None, batches=None, task=None, **options):
    points, labels = problem
    tv.manual_seed(0)
    model = model or tv.nn.Linear(2, 2)
    return Training(
        task or Classification(points, labels),
        model,
        in_order(points, labels) if batches is None else batches,
        optimizer=tv.optim.SGD(model.parameters(), lr=lr, momentum=0.9),
        epochs=epochs,
        **options,
    )


def weights(run):
    return {name: tensor.numpy().copy() for name, tensor in run.model.state_dict().items()}


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


def test_separable_points_are_told_apart(problem):
    history = training(problem).run()
    assert history[-1].test["accuracy"] == 1.0
    assert history[-1].train["loss"] < history[0].train["loss"]


def test_each_epoch_and_each_step_is_reported(problem):
    steps, epochs = [], []
    training(problem, epochs=3).run(
        after_step=lambda: steps.append(1), after_epoch=lambda epoch: epochs.append(epoch.epoch)
    )
    assert epochs == [1, 2, 3]
    assert len(steps) == 3 * 6  # 40 points in batches of 7


def test_the_training_loss_is_the_mean_over_images_not_over_batches(problem):
    # With a learning rate of nearly 0 the model stays what it was, so the loss of all images at
    # once is the loss of the epoch; the last batch has 5 images and not 7.
    points, labels = problem
    run = training(problem, epochs=1, lr=1e-12)
    (epoch,) = run.run()
    scores = log_softmax(run.model(tv.tensor(points)).detach().numpy().astype(np.float64), axis=1)
    expected = -scores[np.arange(40), labels].mean()
    assert epoch.train["loss"] == pytest.approx(expected, rel=1e-6)


def test_a_row_names_each_measure_after_the_images_it_was_taken_of(problem):
    (epoch,) = training(problem, epochs=1).run()
    assert list(epoch.row()) == [
        "epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "lr", "seconds",
    ]  # fmt: skip


# -- accumulating, clipping -------------------------------------------------------------------


def test_accumulated_batches_make_the_step_of_one_large_batch(problem):
    points, labels = problem[0].astype(np.float64), problem[1]
    made = []
    for size, accumulate in ((21, 1), (7, 3)):
        run = training(
            (points, labels), epochs=2, model=tv.nn.Linear(2, 2).double(),
            batches=in_order(points, labels, size), accumulate=accumulate,
        )  # fmt: skip
        for parameter in run.model.parameters():
            tv.nn.init.constant_(parameter, 0.5)
        run.run()
        made.append((weights(run), run.step))
    (large, steps), (accumulated, same_steps) = made
    assert steps == same_steps == 2 * 2
    for name, value in large.items():
        np.testing.assert_allclose(accumulated[name], value, rtol=1e-12)


def test_a_clipped_step_is_as_long_as_the_norm_allows(problem):
    points, labels = problem
    run = training(
        problem, epochs=1, lr=1.0, clip=0.01, batches=in_order(points, labels, batch_size=40)
    )
    before = weights(run)
    run.run()
    moved = [(after - before[name]).ravel() for name, after in weights(run).items()]
    assert np.linalg.norm(np.concatenate(moved)) == pytest.approx(0.01, rel=1e-3)


# -- going astray -----------------------------------------------------------------------------


def test_a_loss_that_is_not_finite_stops_the_run_with_the_remedy(problem):
    model = tv.nn.Linear(2, 2)
    tv.nn.init.constant_(model.weight, float("nan"))
    with pytest.raises(
        FloatingPointError, match=r"loss became nan in epoch 1.*learning rate.*--lr"
    ):
        training(problem, model=model).run()


class Steep(Classification):
    """A loss that is 0, and a gradient that is infinite."""

    def loss(self, model, batch):
        return model.weight.clone().sub_(model.weight).abs().sqrt().sum(), {}


def test_a_gradient_that_is_not_finite_is_found_as_it_is_clipped(problem):
    run = training(problem, task=Steep(*problem), clip=1.0)
    with pytest.raises(FloatingPointError, match="norm of the gradients became nan in epoch 1"):
        run.run()


def test_a_weight_that_is_not_finite_is_never_saved(problem):
    run = training(problem)
    tv.nn.init.constant_(run.model.bias, float("inf"))
    with pytest.raises(FloatingPointError, match="bias became NaN or infinite in epoch 1"):
        run.state_dict()


@pytest.mark.parametrize("name", ["epochs", "accumulate", "early_stop"])
def test_a_count_below_one_is_refused(problem, name):
    with pytest.raises(ValueError, match=f"{name} must be at least 1, got 0"):
        training(problem, **{name: 0})


@pytest.mark.parametrize("clip", [0.0, -1.0, float("nan"), float("inf")])
def test_a_clip_that_is_no_length_is_refused(problem, clip):
    with pytest.raises(ValueError, match="clip must be positive and finite"):
        training(problem, clip=clip)


def test_an_epoch_without_images_is_refused(problem):
    empty = in_order(np.zeros((0, 2), np.float32), np.zeros(0, np.int64))
    with pytest.raises(ValueError, match="without a single batch"):
        training(problem, batches=empty).run()


# -- the best, and stopping early -------------------------------------------------------------


class Scripted(Classification):
    """Scores that were decided before."""

    def __init__(self, problem, losses):
        super().__init__(*problem)
        self.losses = iter(losses)

    def score(self, model):
        return {"loss": next(self.losses), "accuracy": 0.5}


def test_it_stops_after_epochs_without_improvement_and_takes_the_best_weights(problem):
    run = training(problem, task=Scripted(problem, [3, 2, 1, 2, 1, 0]), early_stop=2)
    seen = []
    history = run.run(after_epoch=lambda epoch: seen.append(weights(run)))
    assert [epoch.epoch for epoch in history] == [1, 2, 3, 4, 5]
    assert run.best.epoch == 3
    assert_same(weights(run), seen[2])


def test_without_early_stopping_the_last_weights_stay(problem):
    run = training(problem, epochs=3, task=Scripted(problem, [1, 2, 3]))
    seen = []
    run.run(after_epoch=lambda epoch: seen.append(weights(run)))
    assert run.best.epoch == 1
    assert_same(weights(run), seen[2])


def test_a_score_that_is_not_a_number_is_never_the_best(problem):
    run = training(problem, epochs=3, task=Scripted(problem, [float("nan"), 2, float("nan")]))
    run.run()
    assert run.best.epoch == 2


# -- interrupting and resuming ----------------------------------------------------------------


class Stop(Exception):
    """What a test stops a run with."""


def shaken(points):
    """A random change of the points, from the default generator."""
    return points + tv.randn(*points.shape).numpy() * 0.1


def network():
    tv.manual_seed(1)
    return tv.nn.Sequential(
        tv.nn.Linear(2, 8), tv.nn.BatchNorm1d(8), tv.nn.ReLU(), tv.nn.Dropout(0.3),
        tv.nn.Linear(8, 2),
    )  # fmt: skip


def run_with_everything_random(problem, seed=0):
    batches = Batches(list(problem), 7, shaken)
    run = training(
        problem, epochs=3, lr=0.05, model=network(), batches=batches, clip=1.0, accumulate=2
    )
    run.schedule = tv.optim.lr_scheduler.CosineAnnealingLR(run.optimizer, 9)
    tv.manual_seed(seed)
    return run


@pytest.mark.parametrize("stop", range(10))
def test_a_run_goes_on_from_any_step_as_if_it_had_not_been_stopped(problem, stop, tmp_path):
    whole = run_with_everything_random(problem)
    expected = whole.run()

    def save_and_stop():
        if run.step == stop:
            tv.save(run.state_dict(), tmp_path / "state.npz")
            raise Stop

    run = run_with_everything_random(problem)
    if stop == 0:
        tv.save(run.state_dict(), tmp_path / "state.npz")
    else:
        with pytest.raises(Stop):
            run.run(after_step=save_and_stop)
    resumed = run_with_everything_random(problem, seed=99)
    resumed.load_state_dict(tv.load(tmp_path / "state.npz"))
    history = resumed.run()

    assert_same(weights(resumed), weights(whole))
    assert resumed.step == whole.step == 9
    for one, other in zip(history, expected, strict=True):
        assert (one.epoch, one.train, one.test, one.lr) == (
            other.epoch, other.train, other.test, other.lr,
        )  # fmt: skip
    assert resumed.best.epoch == whole.best.epoch
    assert_same(resumed.best.weights, whole.best.weights)


def test_a_run_saved_between_epochs_goes_on_with_the_next(problem):
    whole = run_with_everything_random(problem)
    states = []
    whole.run(after_epoch=lambda epoch: states.append(copied(whole.state_dict())))
    for state in states:
        resumed = run_with_everything_random(problem, seed=99)
        resumed.load_state_dict(state)
        resumed.run()
        assert_same(weights(resumed), weights(whole))


def copied(state):
    """A copy that later steps do not change."""
    if isinstance(state, dict):
        return {key: copied(value) for key, value in state.items()}
    if isinstance(state, list):
        return [copied(value) for value in state]
    if isinstance(state, tv.Tensor):
        return state.clone()
    return state.copy() if isinstance(state, np.ndarray) else state


def test_a_schedule_missing_on_one_side_is_refused(problem):
    state = run_with_everything_random(problem).state_dict()
    other = run_with_everything_random(problem)
    other.schedule = None
    with pytest.raises(ValueError, match="saved run has a schedule and this one has none"):
        other.load_state_dict(state)
