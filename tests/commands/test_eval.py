"""`tinyvision eval`: the numbers are those of the network, asked image by image."""

import json
import re
import shutil

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.train.networks import NETWORKS


def answers(model, name, digits):
    """What the network says of every held-out image, one at a time."""
    inputs = NETWORKS[name].prepare(digits)(digits.test_images)
    with tv.no_grad():
        return [int(model(tv.tensor(image[None])).numpy().argmax()) for image in inputs]


@pytest.mark.parametrize("name", ["cnn", "vit"])
def test_accuracy_and_classes_are_counted_image_by_image(make_run, run, digits, name):
    folder, model = make_run(name)
    code, out, error = run("eval", folder, "--json")
    assert (code, error) == (0, "")
    found = json.loads(out)
    given = answers(model, name, digits)
    truth = digits.test_labels.tolist()
    right = [a for a, b in zip(given, truth, strict=True) if a == b]
    assert found["accuracy"] == pytest.approx(len(right) / len(truth))
    assert found["images"] == len(truth)
    for label, row in enumerate(found["classes"]):
        assert row["name"] == str(label)
        assert row["images"] == truth.count(label)
        assert row["right"] == right.count(label)
        assert row["recall"] == pytest.approx(right.count(label) / truth.count(label))
        taken = given.count(label)
        assert row["precision"] == (pytest.approx(right.count(label) / taken) if taken else None)
    matrix = np.zeros((10, 10), int)
    for a, b in zip(truth, given, strict=True):
        matrix[a, b] += 1
    assert found["confusion"] == matrix.tolist()


def test_a_table_a_picture_and_the_report_are_written(make_run, run):
    folder, _ = make_run("vit")
    code, out, _ = run("eval", folder)
    assert code == 0
    assert re.search(r"^class +images +right +recall +precision$", out, re.MULTILINE)
    assert re.search(r"^accuracy [\d.]+% on 359 held-out images of digits, loss", out, re.MULTILINE)
    for name in ("eval-digits.png", "eval-digits.json", "report.html"):
        assert str(folder / name) in out
        assert (folder / name).is_file()
    assert "<h2>Eval-digits</h2>" in (folder / "report.html").read_text()


def test_quiet_prints_the_accuracy_and_nothing_else(make_run, run):
    folder, _ = make_run("vit")
    _, out, _ = run("eval", folder, "--quiet")
    assert re.fullmatch(r"accuracy .* loss [\d.]+\n", out)


def test_results_may_go_elsewhere_and_leave_the_run_alone(make_run, run, tmp_path):
    folder, _ = make_run("vit")
    before = {path.name for path in folder.iterdir()}
    assert run("eval", folder, "--out", tmp_path / "there", "--quiet")[0] == 0
    assert {path.name for path in folder.iterdir()} == before
    assert {path.name for path in (tmp_path / "there").iterdir()} == {
        "eval-digits.png", "eval-digits.json",
    }  # fmt: skip


def test_other_images_are_normalised_as_those_of_the_training(make_run, run, digits, monkeypatch):
    from tinyvision.data import sets

    inverted = sets._make(
        "inverted",
        (16 - digits.train_images, digits.train_labels),
        (16 - digits.test_images, digits.test_labels),
        digits.class_names,
        max_value=16,
    )
    monkeypatch.setitem(sets._TABLE, "inverted", lambda data_dir: inverted)
    folder, model = make_run("cnn")
    found = json.loads(run("eval", folder, "--data", "inverted", "--json")[1])
    prepare = NETWORKS["cnn"].prepare(digits)  # the mean and deviation of the training
    with tv.no_grad():
        scores = model(tv.tensor(prepare(inverted.test_images))).numpy()
    assert found["accuracy"] == pytest.approx((scores.argmax(1) == digits.test_labels).mean())


def test_missing_things_are_named(make_run, refuses, tmp_path):
    folder, _ = make_run("vit")
    assert "no run 'nowhere': there is no such folder" in refuses("eval", "nowhere")
    assert "did you mean 'digits'" in refuses("eval", folder, "--data", "digit")
    assert "--data-dir" in refuses("eval", folder, "--data", "mnist", "--data-dir", tmp_path)
    (folder / "metrics.json").write_text("{")
    assert "metrics.json is not JSON" in refuses("eval", folder)
    (folder / "metrics.json").unlink()
    assert "holds no metrics.json; a run is a folder that" in refuses("eval", folder)


def test_images_that_are_not_for_this_network_are_refused(make_run, refuses, digits, monkeypatch):
    from tinyvision.data import sets

    folder, _ = make_run("vit")
    large = [np.repeat(x, 2, axis=1) for x in (digits.train_images, digits.test_images)]
    wide = sets._make(
        "wide", (large[0], digits.train_labels), (large[1], digits.test_labels), digits.class_names
    )
    three = sets._make(
        "three",
        (digits.train_images, digits.train_labels),
        (digits.test_images, digits.test_labels),
        ("a", "b", "c"),
    )
    for images in (wide, three):
        monkeypatch.setitem(sets._TABLE, images.name, lambda _, images=images: images)
    assert "takes images of shape (1, 8, 8), and those of wide are (1, 16, 8)" in refuses(
        "eval", folder, "--data", "wide"
    )
    assert "three has 3 classes, the network of" in refuses("eval", folder, "--data", "three")


def test_damaged_weights_are_named(make_run, refuses):
    folder, model = make_run("vit")
    model.mlp_head.bias.data.fill_(float("nan"))
    tv.save(model.state_dict(), folder / "weights.npz")
    assert "scores are not finite" in refuses("eval", folder)
    (folder / "weights.npz").write_bytes(b"no")
    assert "weights.npz" in refuses("eval", folder)


def test_a_folder_that_cannot_be_written_to_is_found_out_first(make_run, refuses, tmp_path):
    folder, _ = make_run("vit")
    shutil.copy(folder / "metrics.json", tmp_path / "file")
    assert "is a file, not a folder" in refuses("eval", folder, "--out", tmp_path / "file")
