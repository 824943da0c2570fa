"""`tinyvision label-curve`, as a user types it: very short runs."""

import json
from functools import partial

import pytest

from tinyvision.cli import main
from tinyvision.train import curve_runs

SHORT = ["--epochs", "1", "--batch-size", "500"]


@pytest.fixture(scope="module", autouse=True)
def short_runs():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve_runs, "repeated", lambda places: places)  # one step each
        patch.setattr(curve_runs, "_VALIDATION", 100)
        patch.setattr(curve_runs, "linear_probe", partial(curve_runs.linear_probe, epochs=1))
        yield


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):

    folder = tmp_path_factory.mktemp("mae")
    assert main(["pretrain", *SHORT, "--out", str(folder), "--quiet"]) == 0
    return folder


@pytest.mark.long
def test_it_leaves_numbers_a_table_a_picture_and_adds_them_to_the_report(encoder, run):
    code, out, error = run("label-curve", encoder, *SHORT, "--labels", "1,3", "--seeds", "1")
    assert (code, error) == (0, "")
    assert "   3 a class, seed 0:" in out
    assert "labels a class      fine-tuned    linear probe    from scratch" in out
    assert {f"label-curve.{kind}" for kind in ("json", "csv", "png")} <= {
        path.name for path in encoder.iterdir()
    }
    report = (encoder / "report.html").read_text()
    assert "Label-curve" in report or "label-curve" in report


@pytest.mark.long
def test_json_is_all_that_standard_output_has(encoder, run, tmp_path):
    words = ["--labels", "1", "--seeds", "2", "--out", tmp_path, "--json", "--no-pictures"]
    code, out, error = run("label-curve", encoder, *SHORT, *words)
    assert code == 0, error
    result = json.loads(out)
    assert {row["method"] for row in result["summary"]} >= {"scratch", "probe", "finetune"}
    assert all(row["seeds"] == 2 and row["std"] is not None for row in result["summary"])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "label-curve.csv", "label-curve.json",
    ]  # fmt: skip


@pytest.mark.long
def test_quiet_prints_nothing_and_a_second_call_measures_nothing(encoder, run, tmp_path):
    words = ["label-curve", encoder, *SHORT, "--labels", "1", "--seeds", "1", "--out", tmp_path]
    assert run(*words, "--quiet", "--no-pictures") == (0, "", "")
    code, out, _ = run(*words, "--no-pictures")
    assert code == 0
    assert "0 points to measure, 5 are there" in out


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ([], "RUN"),
        (["nowhere"], "there is no such folder"),
        (["nowhere", "--labels", "1,x"], "must be a whole number, got 'x'"),
        (["nowhere", "--labels", "0"], "must be at least 1, got 0"),
        (["nowhere", "--seeds", "0"], "must be at least 1, got 0"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(refuses, words, what):
    assert what in refuses("label-curve", *words)
