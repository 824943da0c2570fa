"""A run on the embedded digits."""

import csv
import io
import json

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.terminal import Steady
from tinyvision.train import Checkpoints, evaluate, train, warm_up_and_cosine
from tinyvision.train import run as module
from tinyvision.train.networks import feature_maps


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return train("cnn", "digits", epochs=2, out=folder, seed=0, stream=Steady(None))


@pytest.mark.long
def test_the_cnn_reads_at_least_98_percent_of_the_held_out_digits(tmp_path):
    assert train("cnn", "digits", out=tmp_path, seed=0, stream=Steady(None)).accuracy >= 0.98


def test_the_saved_weights_give_the_accuracy_reported(outcome):
    images = tv.data.load_dataset("digits")
    weights = next(path for path in outcome.files if path.name == "weights.npz")
    model = tv.models.CNN()
    model.load_state_dict(tv.load(weights))
    inputs = tv.data.to_3x32x32(images.test_images, images.max_value)
    inputs = tv.data.Normalize(images.mean, images.std)(inputs)
    right = evaluate(model, inputs).argmax(axis=1) == images.test_labels
    assert right.mean() == outcome.accuracy


def test_the_numbers_are_written_as_json_and_as_csv_alike(outcome):
    paths = {path.name: path for path in outcome.files}
    numbers = json.loads(paths["metrics.json"].read_text())
    rows = list(csv.DictReader(paths["metrics.csv"].read_text().splitlines()))
    assert len(numbers["epochs"]) == len(rows) == 2
    assert [float(row["train_loss"]) for row in rows] == [
        epoch["train_loss"] for epoch in numbers["epochs"]
    ]
    assert numbers["test_accuracy"] == outcome.accuracy


def test_every_picture_is_a_png(outcome):
    pictures = [path for path in outcome.files if path.suffix == ".png"]
    assert len(pictures) == 5
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)


def test_feature_maps_are_those_of_the_layers_and_the_hooks_are_gone(outcome):
    model, image = outcome.model, np.random.default_rng(0).random((3, 32, 32), np.float32)
    maps = feature_maps(model, image)
    assert [m.shape for _, m in maps] == [(16, 32, 32), (16, 16, 16), (32, 16, 16), (32, 8, 8)]
    with tv.no_grad():
        first = model.conv1(tv.tensor(image[None])).numpy()[0]
        relu, pool = tv.nn.functional.relu, model.pool
        next_ = relu(pool(tv.tensor(first[None])))
        last = relu(pool(model.conv2(next_))).numpy()[0]
    for found, expected in ((0, first), (1, next_.numpy()[0]), (3, last)):
        np.testing.assert_array_equal(maps[found][1], expected)
    assert not model.conv1._forward_hooks


def test_the_rate_rises_for_a_tenth_of_the_steps_and_then_falls_to_zero():
    optimizer = tv.optim.SGD([tv.zeros(1, requires_grad=True)], lr=1.0)
    schedule = warm_up_and_cosine(optimizer, 100)
    rates = [schedule.rates(step)[0] for step in range(101)]
    assert rates[0] == pytest.approx(0.01)
    assert np.argmax(rates) == 10
    assert rates[10] == pytest.approx(1.0)
    assert rates[100] == pytest.approx(0.0, abs=1e-12)
    assert (np.diff(rates[10:]) < 0).all()


# -- resuming ---------------------------------------------------------------------------------


def shortly(out, **options):
    """One epoch of large batches, without pictures."""
    given = {"epochs": 1, "batch_size": 480} | options
    return train("cnn", "digits", out=out, pictures=False, stream=Steady(None), **given)


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """A short run's folder; it has finished."""
    folder = tmp_path_factory.mktemp("short")
    shortly(folder)
    return folder


def test_a_resumed_run_knows_its_network_data_and_settings(short):
    outcome = train(out=short, resume=True, pictures=False, stream=Steady(None))
    assert (outcome.summary["network"], outcome.summary["data"]) == ("cnn", "digits")
    assert outcome.summary["recipe"]["batch_size"] == 480


@pytest.mark.parametrize(
    ("option", "value", "pattern"),
    [
        ("seed", 1, "began with seed 0, not 1.*--seed"),
        ("epochs", 2, "began with epochs 1, not 2.*--epochs"),
        ("lr", 0.5, r"began with lr 0\.02, not 0\.5.*--lr"),
        ("clip", 1.0, r"began with clip None, not 1\.0.*--clip"),
        ("accumulate", 2, "began with accumulate 1, not 2.*--accumulate"),
        ("early_stop", 3, "began with early_stop None, not 3.*--early-stop"),
    ],
)
def test_another_setting_than_the_runs_is_refused_by_name(short, option, value, pattern):
    with pytest.raises(ValueError, match=pattern):
        shortly(short, resume=True, **{option: value})


def test_another_network_or_data_set_than_the_runs_is_refused(short):
    with pytest.raises(ValueError, match="began with network cnn, not vit"):
        train("vit", out=short, resume=True, stream=Steady(None))
    with pytest.raises(ValueError, match="began with data digits, not mnist"):
        train("cnn", "mnist", out=short, resume=True, stream=Steady(None))


def test_other_images_than_the_runs_are_refused(short, monkeypatch):
    real = tv.data.load_dataset

    def other(name, data_dir=None):
        images = real(name, data_dir)
        images.train_images[0, 0, 0] ^= 1
        return images

    monkeypatch.setattr(module.data, "load_dataset", other)
    with pytest.raises(ValueError, match="images of digits are not those the run began with"):
        shortly(short, resume=True)


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"there is no run in .*nothing to resume"):
        train(out=tmp_path / "nothing", resume=True, stream=Steady(None))


def test_a_folder_that_holds_runs_is_answered_with_some_of_them(tmp_path):
    for name in ("d", "c", "b", "a"):
        (tmp_path / name / "checkpoints").mkdir(parents=True)
    (tmp_path / "0-no-run").mkdir()
    some = ", ".join(str(tmp_path / name) for name in "abc")
    with pytest.raises(ValueError, match=r"nothing to resume; it holds runs: give one") as caught:
        train(out=tmp_path, resume=True, stream=Steady(None))
    assert str(caught.value).endswith(f"one of them, {some}, ...")


def test_resuming_what_has_not_begun_begins_it(tmp_path):
    assert shortly(tmp_path, resume=True).history[0].epoch == 1


def states(folder):
    """Every file of a run: its content, and when it was written."""
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()}


def resumed(folder, **options):
    """(outcome, what was printed)."""
    stream = io.StringIO()
    return train(out=folder, resume=True, stream=stream, **options), stream.getvalue()


def test_a_finished_run_that_is_resumed_says_so_and_is_left_alone(tmp_path):
    first = shortly(tmp_path)
    before = states(tmp_path)
    again, printed = resumed(tmp_path, pictures=False)
    assert states(tmp_path) == before
    assert printed == (
        f"the run in {tmp_path} has finished, after 3 steps; there is nothing to resume, and its "
        "results stay as they are\n"
    )
    assert (first.written, again.written) == (True, False)
    assert again.files == first.files
    assert [epoch.row() for epoch in again.history] == [epoch.row() for epoch in first.history]
    assert again.accuracy == first.accuracy
    weights = tv.load(tmp_path / "weights.npz")
    for name, value in again.model.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), weights[name].numpy())


@pytest.mark.parametrize("missing", ["weights.npz", "metrics.json", "checkpoints/results.json"])
def test_what_a_finished_run_lacks_is_written_again(tmp_path, missing):
    shortly(tmp_path)
    weights = (tmp_path / "weights.npz").read_bytes()
    (tmp_path / missing).unlink()
    again, printed = resumed(tmp_path, pictures=False)
    assert again.written
    assert "resumed at step 3 of 3" in printed
    assert (tmp_path / missing).is_file()
    assert (tmp_path / "weights.npz").read_bytes() == weights


def test_a_finished_run_without_pictures_gets_them_when_it_is_resumed(tmp_path):
    shortly(tmp_path)
    assert resumed(tmp_path)[0].written
    assert (tmp_path / "curves.png").is_file()
    assert not resumed(tmp_path, pictures=False)[0].written


def test_a_run_killed_before_it_replaced_the_results_of_another_writes_its_own(
    tmp_path, monkeypatch
):
    shortly(tmp_path)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "write_results", killed)
        with pytest.raises(KeyboardInterrupt):
            shortly(tmp_path, seed=1, overwrite=True)
    assert resumed(tmp_path, pictures=False)[0].summary["seed"] == 1
    assert json.loads((tmp_path / "metrics.json").read_text())["seed"] == 1


@pytest.mark.long
def test_with_early_stopping_the_weights_written_are_those_of_the_best_epoch(tmp_path):
    # So high a rate that later epochs are worse than the first.
    outcome = shortly(tmp_path, epochs=4, lr=0.6, early_stop=2, seed=1)
    epoch = outcome.summary["weights_of_epoch"]
    best = max(outcome.history, key=lambda e: (e.test["accuracy"], -e.test["loss"]))
    assert epoch == best.epoch
    assert outcome.accuracy == best.test["accuracy"]
    written = tv.load(tmp_path / "weights.npz")
    kept = tv.train.load_checkpoint(Checkpoints(tmp_path / "checkpoints").best)["model"]
    for name, value in kept.items():
        np.testing.assert_array_equal(written[name].numpy(), value)
