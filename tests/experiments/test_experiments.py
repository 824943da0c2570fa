"""The experiments, on a handful of made-up images in the files' own formats."""

import json
from functools import partial

import numpy as np
import pytest

from experiments import cifar10, fashion_mnist
from tinyvision.train import curve_runs, finetuning


@pytest.fixture
def cifar(tmp_path):
    """64 images to train on, 20 to test on; each class has a colour of its own."""
    folder, rng = tmp_path / "cifar-10-batches-bin", np.random.default_rng(0)
    folder.mkdir()
    for name, count in (("data_batch_1.bin", 64), ("test_batch.bin", 20)):
        labels = np.arange(count, dtype=np.uint8) % 10
        pixels = (20 * labels[:, None] + rng.integers(0, 50, (count, 3072))).astype(np.uint8)
        (folder / name).write_bytes(np.hstack([labels[:, None], pixels]).tobytes())
    return tmp_path


@pytest.fixture
def fashion(tmp_path):
    """60 images to train on, 20 to test on."""
    folder, rng = tmp_path / "fashion-mnist", np.random.default_rng(0)
    folder.mkdir()
    for name, count in (("train", 60), ("t10k", 20)):
        labels = np.arange(count, dtype=np.uint8) % 10
        pixels = (20 * labels[:, None, None] + rng.integers(0, 50, (count, 28, 28))).astype("u1")
        for kind, array in (("images-idx3", pixels), ("labels-idx1", labels)):
            shape = b"".join(n.to_bytes(4, "big") for n in array.shape)
            header = bytes([0, 0, 8, array.ndim]) + shape
            (folder / f"{name}-{kind}-ubyte").write_bytes(header + array.tobytes())
    return tmp_path


def test_both_networks_get_the_same_budget_and_the_same_changes(
    cifar, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(cifar10, "train", partial(cifar10.train, pictures=False))
    words = ["--data-dir", str(cifar), "--out", str(tmp_path / "out"), "--epochs", "1"]
    assert cifar10.main(words) == 0
    cnn, vit = json.loads((tmp_path / "out" / "cifar10.json").read_text())["networks"].values()
    # As near as whole epochs come: within half of one.
    assert abs(cnn["budget"] - vit["budget"]) <= cnn["budget"] / cnn["epochs"] / 2
    assert (len(cnn["accuracy"]), len(vit["accuracy"])) == (cnn["epochs"], 1)
    recipes = [
        json.loads((tmp_path / "out" / name / "metrics.json").read_text())["recipe"]
        for name in ("cnn", "vit")
    ]
    assert recipes[0]["shift"] == recipes[1]["shift"]
    assert recipes[0]["flip"] == recipes[1]["flip"]
    assert "With the same multiply-adds" in capsys.readouterr().out
    assert (tmp_path / "out" / "cifar10.png").is_file()


@pytest.mark.long
def test_the_marks_are_the_differences_of_the_means(fashion, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(finetuning.FEW, "epochs", 1)
    monkeypatch.setattr(curve_runs, "repeated", lambda places: places)
    monkeypatch.setattr(curve_runs, "linear_probe", partial(curve_runs.linear_probe, epochs=1))
    words = ["--data-dir", str(fashion), "--out", str(tmp_path / "out"), "--epochs", "1"]
    code = fashion_mnist.main([*words, "--labels", "1", "--seeds", "1"])
    result = json.loads((tmp_path / "out" / "experiment.json").read_text())
    mean = {row["method"]: row["mean"] for row in result["accuracy"]}
    assert [mark["points"] for mark in result["marks"]] == pytest.approx(
        [100 * (mean["finetune"] - mean["scratch"]), 100 * (mean["probe"] - mean["random"])]
    )
    assert code == (0 if all(mark["points"] >= 5 for mark in result["marks"]) else 1)
    out = capsys.readouterr().out
    assert "squared error on removed patches" in out
    assert (tmp_path / "out" / "label-curve.png").is_file()


@pytest.mark.parametrize("experiment", [cifar10, fashion_mnist])
def test_a_folder_that_is_not_there_is_told_in_one_line(experiment, tmp_path, capsys):
    words = ["--data-dir", str(tmp_path / "none"), "--out", str(tmp_path / "out"), "--epochs", "1"]
    assert experiment.main(words) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"python -m {experiment.__name__}: ")
    assert "no such folder" in error
    assert len(error.splitlines()) == 1


def test_an_unknown_word_is_answered_with_a_guess(capsys):
    assert cifar10.main(["--epoch", "1"]) == 2
    assert "did you mean '--epochs'" in capsys.readouterr().err
