"""The label curve on the digits: very short runs, and what makes the comparison a fair one."""

import json
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.terminal import Steady
from tinyvision.train import Interrupted, curve_runs, label_curve, pretrain
from tinyvision.train.curve_runs import METHODS, SCRATCH, TUNING_SEEDS, CurveRuns
from tinyvision.train.finetuning import FINETUNING

QUIET = {"stream": Steady(None), "pictures": False}
SHORT = {"epochs": 1, "batch_size": 50, **QUIET}  # two steps each, of 100 images
TRAININGS = len(SCRATCH) * len(TUNING_SEEDS)  # to choose a recipe for one number of labels


@pytest.fixture(scope="module", autouse=True)
def short_runs():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve_runs, "repeated", partial(curve_runs.repeated, least=100))
        patch.setattr(curve_runs, "_VALIDATION", 500)  # of 1438 images
        patch.setattr(curve_runs, "linear_probe", partial(curve_runs.linear_probe, epochs=1))
        yield


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mae")
    pretrain(out=folder, epochs=1, batch_size=500, **QUIET)
    return folder


@pytest.fixture(scope="module")
def whole(encoder, tmp_path_factory):
    """A curve that was left alone: (its folder, what it returned)."""
    folder = tmp_path_factory.mktemp("curve")
    return folder, label_curve(encoder, labels=[5, 2], seeds=2, out=folder, **SHORT)


def accuracies(folder):
    content = json.loads((folder / "label-curve.json").read_text())
    return {
        (row["labels"], row["method"], row["seed"]): row["accuracy"] for row in content["points"]
    }


def noting(patch):
    """What each training is given from now on: (arrays, task, recipe, layer decay)."""
    seen, classifying = [], curve_runs.classifying

    def noted(model, arrays, task, recipe, change, layer_decay):
        seen.append((arrays, task, recipe, layer_decay))
        return classifying(model, arrays, task, recipe, change, layer_decay)

    patch.setattr(curve_runs, "classifying", noted)
    return seen


@pytest.fixture
def trainings(monkeypatch):
    """What each training of this test was given, as it happens."""
    return noting(monkeypatch)


@pytest.fixture(scope="module")
def trainings_of_one_point(encoder, tmp_path_factory):
    """What the trainings of a curve of one number of labels and one seed were given."""
    with pytest.MonkeyPatch.context() as patch:
        seen = noting(patch)
        label_curve(encoder, labels=[2], seeds=1, out=tmp_path_factory.mktemp("point"), **SHORT)
    return seen


@pytest.mark.long
def test_every_method_is_measured_for_every_number_of_labels_and_seed(whole):
    wanted = {(labels, m, seed) for labels in (2, 5) for m in METHODS for seed in (0, 1)}
    assert accuracies(whole[0]).keys() == wanted
    assert all(0 <= value <= 1 for value in accuracies(whole[0]).values())


@pytest.mark.long
def test_a_curve_that_was_killed_ends_with_the_same_numbers(encoder, whole, tmp_path, monkeypatch):
    trained, made = curve_runs.CurveRuns._trained, []

    def stops(self, *args):
        if len(made) == 2 * TRAININGS + 3:
            raise KeyboardInterrupt
        made.append(1)
        return trained(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(curve_runs.CurveRuns, "_trained", stops)
        with pytest.raises(Interrupted, match=r"finished points are in .* goes on"):
            label_curve(encoder, labels=[2, 5], seeds=2, out=tmp_path, **SHORT)
    before = accuracies(tmp_path)
    assert 3 <= len(before) < 20
    label_curve(encoder, labels=[2, 5], seeds=2, out=tmp_path, **SHORT)
    assert accuracies(tmp_path) == accuracies(whole[0])


@pytest.mark.long
def test_more_seeds_add_the_points_that_are_missing(encoder, whole, tmp_path, trainings):
    path = tmp_path / "label-curve.json"
    path.write_bytes((whole[0] / "label-curve.json").read_bytes())
    label_curve(encoder, labels=[2], seeds=3, out=tmp_path, **SHORT)
    assert len(trainings) == 2  # fine-tuning and scratch, of the third seed
    assert accuracies(tmp_path).keys() - accuracies(whole[0]).keys() == {
        (2, method, 2) for method in METHODS
    }


def test_scratch_has_the_images_the_steps_and_the_task_of_fine_tuning(trainings_of_one_point):
    tuned, scratch = trainings_of_one_point[TRAININGS:]
    for mine, theirs in zip(tuned[0], scratch[0], strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(tuned[1].images, scratch[1].images)
    ours, rivals = tuned[2], scratch[2]
    assert rivals.changed(lr=ours.lr) == ours  # they differ in nothing else
    assert (tuned[3] < 1, scratch[3]) == (True, 1.0)


def test_held_out_images_and_reported_seeds_choose_no_recipe(trainings_of_one_point):
    digits = tv.data.load_dataset("digits")
    held_out = {image.tobytes() for image in prepared(digits, digits.test_images)}
    both = {
        image.tobytes() for image in prepared(digits, digits.train_images)
    } & held_out  # the same image twice in the data
    for arrays, task, *_ in trainings_of_one_point[:TRAININGS]:
        scored = {image.tobytes() for image in task.images}
        assert not (scored & held_out) - both
        assert not scored & {image.tobytes() for image in arrays[0]}
    assert min(TUNING_SEEDS) >= 1000


def prepared(images, pixels):
    return tv.train.network("vit").prepare(images)(pixels)


@pytest.mark.long
def test_scratch_takes_a_recipe_that_was_measured_and_says_which(encoder, whole):
    content = json.loads((whole[0] / "label-curve.json").read_text())
    for labels in (2, 5):
        rates = {row["lr"] for row in content["tuning"] if row["labels"] == labels}
        assert len(rates) == len(SCRATCH)
        assert content["recipes"][str(labels)]["lr"] in rates


@pytest.mark.parametrize(
    ("scores", "chosen"),
    [
        # The standard error of two numbers is half of what they are apart.
        ([(0.5, 0.5), (0.6, 0.6), (0.7, 0.7), (0.6, 0.6)], 2),  # no doubt at all
        ([(0.5, 0.5), (0.61, 0.61), (0.65, 0.65), (0.8, 0.6)], 1),  # 0.7 give or take 0.1
        ([(0.5, 0.5), (0.6, 0.6), (0.66, 0.64), (0.72, 0.68)], 3),  # 0.7 give or take 0.02
        ([(0.6, 0.6), (0.6, 0.6), (0.6, 0.6), (0.6, 0.6)], 0),
        ([(0.5,), (0.6,), (0.7,), (0.7,)], 2),  # by one seed: the best, of equals the first
    ],
)
def test_scratch_takes_the_slowest_recipe_within_a_standard_error_of_the_best(scores, chosen):
    seeds = range(1000, 1000 + len(scores[0]))
    rows = [
        {"labels": 2, "recipe": place, "seed": seed, "accuracy": score}
        for place, of_recipe in enumerate(scores)
        for seed, score in zip(seeds, of_recipe, strict=True)
    ]
    recipe = FINETUNING["digits"]
    points = SimpleNamespace(tuning=rows)
    runs = CurveRuns(None, tv.data.load_dataset("digits"), recipe, points, None, seeds)
    assert runs.scratch_recipe(2).lr == recipe.lr * SCRATCH[chosen]["lr"]


@pytest.mark.long
def test_points_of_another_encoder_are_refused(whole, tmp_path):
    pretrain(out=tmp_path, epochs=1, batch_size=500, seed=1, **QUIET)
    with pytest.raises(ValueError, match="were measured with encoder_sha256"):
        label_curve(tmp_path, labels=[2], seeds=1, out=whole[0], **SHORT)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"labels": [0]}, "1 or more"),
        ({"labels": []}, "1 or more"),
        ({"labels": [500]}, "more than there are"),
        ({"labels": [1], "seeds": 0}, "seeds must be at least 1"),
    ],
)
def test_what_cannot_be_measured_is_refused(encoder, tmp_path, options, what):
    with pytest.raises(ValueError, match=what):
        label_curve(encoder, out=tmp_path, **options, **QUIET)
