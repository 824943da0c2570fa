"""`tinyvision summary`, as it is typed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tinyvision as tv
from tinyvision.commands.summary import build


def test_the_cnn_is_shown_layer_by_layer_with_its_totals(run):
    code, out, error = run("summary", "cnn")
    assert (code, error) == (0, "")
    assert re.search(r"^  conv1 Conv2d +\(1, 16, 32, 32\) +448 +442,368 ", out, re.MULTILINE)
    assert "multiply-adds  1,878,696 = 1.88 M" in out
    assert "parameters  261,982" in out


def test_batches_multiply_the_work_and_not_the_parameters(run):
    one, three = (json.loads(run("summary", "vit", "--batch-size", n, "--json")[1]) for n in (1, 3))
    assert three["multiply_adds"] == 3 * one["multiply_adds"]
    assert three["parameters"] == one["parameters"]
    assert three["input_shape"] == [3, 1, 8, 8]


def test_json_is_all_that_is_printed(run):
    code, out, _ = run("summary", "cnn", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["network"] == "cnn"
    assert sum(found["by_operation"].values()) == found["multiply_adds"] == 1_878_696
    assert {"name", "layer", "output", "parameters", "multiply_adds", "kept", "depth"} == set(
        found["layers"][0]
    )


def test_quiet_is_one_line(run):
    _, out, _ = run("summary", "cnn", "--quiet")
    assert out.startswith("261,982 parameters, 1,878,696 multiply-adds, ")
    assert len(out.splitlines()) == 1


def test_the_masked_autoencoders_encoder_sees_a_quarter(run):
    found = json.loads(run("summary", "mae", "--image-size", 32, "--json")[1])
    names = {row["name"]: row for row in found["layers"]}
    assert names["patch_embed"]["output"] == [[1, 16, 64]]
    assert names["decoder_pred"]["output"] == [[1, 64, 48]]


def test_a_vit_is_resized_to_the_images(run):
    found = json.loads(run("summary", "vit", "--image-size", 12, "--json")[1])
    assert found["input_shape"] == [1, 1, 12, 12]


def test_published_sizes_are_known_by_their_names():
    small = build("ti/16", 32)
    assert sum(p.numel() for p in small.parameters()) < 5_717_416
    assert build("ViT-Ti/16", 32).image_size == (32, 32)
    assert isinstance(build("mae", 16), tv.models.MAE)


@pytest.mark.parametrize("name", ["cnn", "vit"])
def test_a_run_or_its_weights_have_a_summary(make_run, run, name):
    folder, model = make_run(name)
    count = sum(p.numel() for p in model.parameters())
    for subject in (folder, folder / "weights.npz"):
        assert json.loads(run("summary", subject, "--json")[1])["parameters"] == count


@pytest.mark.parametrize(
    ("words", "pattern"),
    [
        (["B/61"], r"no network 'B/61'; did you mean 'B/16'\? there are mae, cnn"),
        (["cnn", "--image-size", "28"], "images of 32 by 32, not 28"),
        (["vit", "--image-size", "9"], "height 9 is not divisible"),
        (["vit", "--batch-size", "0"], "at least 1"),
        (["B/16", "--image-size", "100"], "100 is not divisible by the patch's 16"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(refuses, words, pattern):
    assert re.search(pattern, refuses("summary", *words))


def test_an_empty_folder_is_no_run(refuses, tmp_path):
    assert "holds no weights.npz; a run is a folder" in refuses("summary", tmp_path)


def test_any_locale_and_a_reader_that_stops_early_will_do():
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii",
        "PYTHONUTF8": "0",
    }
    command = f"{sys.executable} -m tinyvision summary cnn | head -1"
    done = subprocess.run(
        ["bash", "-c", command], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stderr, done.stdout) == ("", "cnn on (1, 3, 32, 32)\n")
