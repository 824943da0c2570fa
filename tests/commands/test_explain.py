"""`tinyvision explain`: an answer, and one picture of what it hangs on."""

import json
import re

import numpy as np
import pytest
from PIL import Image
from scipy.special import softmax

import tinyvision as tv
from tinyvision import explanation
from tinyvision.explain import grad_cam, occlusion
from tinyvision.train.networks import NETWORKS


@pytest.fixture
def drawn(monkeypatch):
    """What was given to the picture."""
    seen = []

    def draw(image, maps, answers, signed=None, note="", least=0.0, units=None):
        assert units.keys() == maps.keys() | signed.keys()  # each bar says what it measures
        seen.append((image, maps, answers, signed, note))
        return real(image, maps, answers, signed, note, least, units)

    real = tv.viz.explanation
    monkeypatch.setattr(tv.viz, "explanation", draw)
    return seen


@pytest.mark.parametrize("name", ["cnn", "vit"])
def test_the_answer_is_the_networks(make_run, run, digits, name):
    folder, model = make_run(name)
    code, out, error = run("explain", folder, "--index", 5, "--top", 3, "--json")
    assert (code, error) == (0, "")
    found = json.loads(out)
    inputs = NETWORKS[name].prepare(digits)(digits.test_images[5:6])
    shares = softmax(model(tv.tensor(inputs)).detach().numpy()[0])
    best = np.argsort(-shares)[:3]
    assert [row["class"] for row in found["top"]] == [str(i) for i in best]
    assert [row["probability"] for row in found["top"]] == pytest.approx(shares[best], abs=1e-6)
    assert found["truth"] == str(digits.test_labels[5])
    assert found["explained"] == str(best[0])
    assert found["picture"] == str(folder / "explain-digits-5.png")


def test_of_a_cnn_grad_cam_and_occlusion_are_drawn(make_run, run, digits, drawn):
    folder, model = make_run("cnn")
    assert run("explain", folder, "--index", 0, "--class", 4)[0] == 0
    inputs = tv.tensor(NETWORKS["cnn"].prepare(digits)(digits.test_images[:1]))
    ((image, maps, _, signed, note),) = drawn
    np.testing.assert_allclose(maps["Grad-CAM"], grad_cam(model, inputs, 4)[0], atol=1e-6)
    np.testing.assert_allclose(signed["occlusion"], occlusion(model, inputs, 4)[0], atol=1e-6)
    enlarged = digits.test_images[0].repeat(4, 0).repeat(4, 1) / 16
    np.testing.assert_allclose(image, np.stack([enlarged] * 3), atol=1e-6)
    assert f"held-out image 0 of digits ({digits.test_labels[0]})" in note


def test_the_colours_of_the_occlusion_map_reach_one_per_cent_at_least(make_run, run, monkeypatch):
    given = []
    real = tv.viz.explanation
    monkeypatch.setattr(tv.viz, "explanation", lambda *a, **k: given.append(k) or real(*a, **k))
    folder, _ = make_run("cnn")
    assert run("explain", folder, "--index", 0)[0] == 0
    assert [options["least"] for options in given] == [0.01]


@pytest.mark.parametrize(("lost", "grey"), [(9e-4, True), (-9e-4, True), (2e-3, False)])
def test_where_hiding_changes_next_to_nothing_it_is_said(
    make_run, run, monkeypatch, drawn, lost, grey
):
    monkeypatch.setattr(explanation, "occlusion", lambda *_: np.full((1, 8, 8), lost))
    folder, _ = make_run("vit")
    assert run("explain", folder, "--index", 1)[0] == 0
    note = drawn[0][-1]
    assert ("less than 0.1%\non average, wherever it is; so that panel stays grey" in note) == grey
    assert ("lost where a square is hidden (red)" in note) != grey


def test_of_a_vit_rollout_and_occlusion_are_drawn(make_run, run, digits, drawn):
    folder, model = make_run("vit")
    assert run("explain", folder, "--index", 1)[0] == 0
    inputs = tv.tensor(NETWORKS["vit"].prepare(digits)(digits.test_images[1:2]))
    ((_, maps, _, signed, _),) = drawn
    rollout = tv.viz.attention_rollout([w[0] for w in model.attention(inputs)])
    np.testing.assert_allclose(maps["attention rollout"], rollout[0, 1:].reshape(4, 4), atol=1e-6)
    np.testing.assert_allclose(signed["occlusion"], occlusion(model, inputs)[0], atol=1e-6)


def test_the_picture_is_written_named_and_put_into_the_report(make_run, run):
    folder, _ = make_run("vit")
    _, out, _ = run("explain", folder, "--index", 2)
    assert re.search(r"^held-out image 2 of digits, which shows \d$", out, re.MULTILINE)
    assert f"written:\n  {folder / 'explain-digits-2.png'}" in out
    assert 'alt="explain digits 2"' in (folder / "report.html").read_text()
    with Image.open(folder / "explain-digits-2.png") as picture:
        assert picture.format == "PNG"


def test_quiet_prints_the_path_and_nothing_else(make_run, run, tmp_path):
    folder, _ = make_run("vit")
    path = tmp_path / "here" / "x.svg"
    assert run("explain", folder, "--index", 2, "--out", path, "--quiet")[1] == f"{path}\n"
    assert path.is_file()
    assert not (folder / "report.html").exists()


@pytest.fixture
def image(tmp_path, digits):
    pixels = (digits.test_images[7] * 15.9375).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "seven.png")
    return tmp_path / "seven.png"


@pytest.mark.parametrize("name", ["cnn", "vit"])
def test_an_image_file_is_taken_as_a_run_is_used_to(make_run, run, image, digits, name):
    folder, model = make_run(name)
    found = json.loads(run("explain", folder, "--image", image, "--json", "--top", 10)[1])
    inputs = NETWORKS[name].prepare(digits)(digits.test_images[7:8])
    shares = softmax(model(tv.tensor(inputs)).detach().numpy()[0])
    given = {row["class"].removeprefix("class "): row["probability"] for row in found["top"]}
    # Bytes are coarser than the file; the CNN's image is enlarged smoothly, not in squares.
    assert given == pytest.approx({str(i): share for i, share in enumerate(shares)}, abs=0.02)
    assert found["picture"] == str(folder / "explain-seven.png")
    assert found["truth"] is None


def test_weights_alone_are_explained_too(run, image, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tv.manual_seed(0)
    model = tv.models.ViT(
        image_size=16, patch_size=4, num_classes=2, dim=12, depth=1, heads=3, mlp_dim=8, dim_head=4
    )
    tv.save(model.state_dict(), "w.npz")
    (tmp_path / "labels.txt").write_text("cat\ndog\n")
    words = ("explain", "w.npz", "--image", image, "--heads", 3, "--labels", "labels.txt")
    code, out, error = run(*words, "--class", "dog")
    assert (code, error) == (0, "")
    assert {"cat", "dog"} <= set(out.split())
    assert (tmp_path / "runs" / "explain" / "explain-seven.png").is_file()


def test_bad_input_is_answered_in_one_line(make_run, refuses, image, tmp_path):
    folder, _ = make_run("vit")
    assert "one of the arguments --image --index is required" in refuses("explain", folder)
    assert "from 0 to 358, as digits has 359 held-out images, got 359" in refuses(
        "explain", folder, "--index", 359
    )
    assert "at least 0" in refuses("explain", folder, "--index", -1)
    assert "no class 'cat'; there are 10: 0, 1" in refuses(
        "explain", folder, "--index", 0, "--class", "cat"
    )
    assert "is no run's folder; give --image" in refuses(
        "explain", folder / "weights.npz", "--index", 0
    )
    assert "no image" in refuses("explain", folder, "--image", tmp_path / "none.png")
    assert "expected one of .png" in refuses(
        "explain", folder, "--index", 0, "--out", tmp_path / "x.txt"
    )


def test_a_class_may_be_named_or_numbered():
    assert explanation.class_number("1", ["1", "0"]) == 0  # a name before a number
    assert explanation.class_number("1", ["a", "b"]) == 1
    assert explanation.class_number(None, ["a"]) is None
    with pytest.raises(ValueError, match="no class '2'"):
        explanation.class_number("2", ["a", "b"])
