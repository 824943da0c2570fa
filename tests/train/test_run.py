"""A whole run on the embedded digits."""

import csv
import json

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.train import evaluate, network, train, warm_up_and_cosine
from tinyvision.train.networks import feature_maps


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return train("cnn", "digits", out=folder, seed=0, say=lambda line: None)


def test_the_cnn_reads_at_least_98_percent_of_the_held_out_digits(outcome):
    assert outcome.accuracy >= 0.98


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
    assert len(numbers["epochs"]) == len(rows) == network("cnn").recipes["digits"].epochs
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
    np.testing.assert_array_equal(maps[0][1], first)
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
