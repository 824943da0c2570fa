"""A run's folder, read again."""

import json

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.runs import load_run
from tinyvision.train.networks import NETWORKS
from tinyvision.train.report import write_settings


@pytest.fixture(scope="module")
def digits():
    return tv.data.load_dataset("digits")


@pytest.fixture
def folder(tmp_path, digits):
    model = NETWORKS["vit"].build(digits)
    tv.save(model.state_dict(), tmp_path / "weights.npz")
    write_settings(tmp_path, NETWORKS["vit"].settings(digits), digits)
    (tmp_path / "metrics.json").write_text(json.dumps({"network": "vit", "data": "digits"}))
    return tmp_path


def test_network_data_and_classes_are_those_of_the_training(folder, digits):
    run = load_run(folder)
    state = tv.load(folder / "weights.npz")
    assert all(bool((state[name] == x).all()) for name, x in run.model.state_dict().items())
    assert not run.model.training
    assert run.data == "digits"
    assert run.classifier.labels == list(digits.class_names)
    images = run.images()
    assert run.inputs(images, images.test_images[:2]).shape == (2, 1, 8, 8)


def test_mean_and_deviation_are_those_beside_the_weights_else_of_the_data(folder, digits):
    name = folder / "preprocessor_config.json"
    name.write_text(json.dumps({"image_mean": [0.25], "image_std": [0.5]}))
    assert load_run(folder).statistics() == ((0.25,), (0.5,))
    name.unlink()
    assert load_run(folder).statistics() == (digits.mean, digits.std)


@pytest.mark.parametrize("content", [{}, {"image_mean": 3, "image_std": None}])
def test_settings_without_mean_and_deviation_are_named(folder, content):
    run = load_run(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(content))
    with pytest.raises(ValueError, match="names no image_mean and image_std"):
        run.statistics()


def test_pixels_are_normalised_by_them(folder, digits):
    run = load_run(folder)
    found = run.inputs(run.images(), digits.test_images)
    expected = (digits.test_images[:, None] / 16 - digits.mean[0]) / digits.std[0]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_what_is_not_there_is_named(folder):
    with pytest.raises(FileNotFoundError, match=r"no run '.*none': there is no such folder"):
        load_run(folder / "none")
    (folder / "weights.npz").unlink()
    with pytest.raises(FileNotFoundError, match=r"holds no weights.npz; a run is a folder that"):
        load_run(folder)
