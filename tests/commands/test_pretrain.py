"""`tinyvision pretrain`, `finetune` and `probe`, as a user types them: very short runs."""

import json

import pytest

from tinyvision.cli import main

SHORT = ["--epochs", "1", "--batch-size", "480"]  # 3 steps


@pytest.fixture
def pretrained(run, tmp_path):
    """A function that pre-trains a little: (folder, exit code, standard output, error)."""

    def make(*words):
        folder = tmp_path / "mae"
        return (folder, *run("pretrain", *SHORT, "--out", folder, *words))

    return make


@pytest.fixture(scope="module")
def left_alone(tmp_path_factory):
    """The folder of a pre-training that no test writes into."""
    folder = tmp_path_factory.mktemp("left") / "mae"
    words = ["pretrain", *SHORT, "--out", str(folder), "--quiet", "--no-pictures"]
    assert main(words) == 0
    return folder


def test_a_pre_training_leaves_weights_settings_numbers_pictures_and_a_report(pretrained):
    folder, code, out, _ = pretrained()
    assert code == 0
    assert "of digits without their labels" in out
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "weights.npz", "config.json", "preprocessor_config.json", "metrics.json", "metrics.csv",
        "history.json", "curves.png", "reconstruction.png", "report.html", "checkpoints",
    }  # fmt: skip
    report = (folder / "report.html").read_text()
    assert "tinyvision pretrain --data digits --epochs 1" in report


@pytest.mark.long
def test_fine_tuning_and_probing_go_on_from_the_folder(pretrained, run, tmp_path):
    folder, *_ = pretrained("--no-pictures", "--norm-pix", "--mask-ratio", "0.5")
    code, out, error = run("finetune", folder, *SHORT, "--labels", "3", "--json", "--freeze", "1")
    assert code == 0, error
    written = json.loads(out)
    assert (written["labels"], written["freeze"], written["pretrained"]["mask_ratio"]) == (
        3,
        1,
        0.5,
    )
    tuned = tmp_path / "mae-finetuned"
    assert {"weights.npz", "attention.png", "report.html"} <= {p.name for p in tuned.iterdir()}
    assert run("eval", tuned, "--quiet")[0] == 0
    code, out, error = run("probe", folder, "--labels", "2", "--epochs", "1", "--json")
    assert code == 0, error
    assert {"accuracy", "accuracy_random_encoder", "accuracy_pixels"} <= json.loads(out).keys()
    assert error.count("held-out accuracy with") == 3


def test_quiet_prints_nothing(pretrained, run, tmp_path):
    folder, *rest = pretrained("--quiet", "--no-pictures")
    assert rest == [0, "", ""]
    words = ["--quiet", *SHORT, "--labels", "1"]
    assert run("finetune", folder, *words, "--no-pictures") == (0, "", "")
    assert run("probe", folder, *words) == (0, "", "")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["pretrain", "--mask-ratio", "1.5"], "mask_ratio"),
        (["pretrain", "--data", "mnits"], "did you mean 'mnist'"),
        (["pretrain", "--lr", "-1"], "lr must be positive"),
        (["pretrain", "--resume", "a", "--out", "b"], "two folders"),
        (["finetune"], "which pre-trained run?"),
        (["finetune", "nowhere"], "there is no such folder"),
        (["finetune", "nowhere", "--freeze", "some"], "or all-but-head, got 'some'"),
        (["finetune", "--resume", "nowhere"], "nothing to resume"),
        (["finetune", "nowhere", "--mixup", "x"], "invalid float value: 'x'"),
        (["probe", "nowhere"], "there is no such folder"),
        (["probe", "nowhere", "--lr", "nan"], "lr must be positive"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(refuses, tmp_path, monkeypatch, words, what):
    monkeypatch.chdir(tmp_path)
    assert what in refuses(*words, *(["--quiet"]))
    assert not list(tmp_path.glob("**/weights.npz"))


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--labels", "200"], "more than there are"),
        (["--layer-decay", "2"], "layer_decay must be above 0"),
        (["--freeze", "9"], "freeze must be a number of layers from 0 to 3"),
        (["--mixup", "-1"], "mixup must be 0, for none, or a positive number"),
        (["--data", "mnits"], "did you mean 'mnist'"),
        (["--label-smoothing", "2"], "label_smoothing must be between 0 and 1"),
    ],
)
def test_what_does_not_suit_the_run_is_said_in_one_line(left_alone, refuses, words, what, tmp_path):
    assert what in refuses("finetune", left_alone, *words, "--out", tmp_path, "--quiet")


def test_train_says_which_command_goes_on_with_a_pre_training(left_alone, refuses):
    line = refuses("train", "--resume", left_alone)
    assert f"`tinyvision pretrain` began the run in {left_alone}" in line
    assert f"go on with: tinyvision pretrain --resume {left_alone}" in line


@pytest.mark.parametrize("words", [["eval"], ["explain", "--index", "0"]])
def test_what_asks_for_classes_names_the_step_that_gives_them(left_alone, refuses, words):
    line = refuses(words[0], left_alone, *words[1:])
    assert "has no classifier: it gives features, not classes" in line
    assert line.endswith("gets one by: tinyvision finetune RUN")


def test_a_finished_run_that_is_resumed_says_so(left_alone, run, tmp_path):
    tuned = tmp_path / "tuned"
    words = ["--no-pictures", "--quiet"]
    assert run("finetune", left_alone, *SHORT, "--labels", "2", "--out", tuned, *words)[0] == 0
    for command, folder in (("pretrain", left_alone), ("finetune", tuned)):
        weights = folder / "weights.npz"
        before = weights.stat().st_mtime_ns
        code, out, _ = run(command, "--resume", folder, "--no-pictures")
        assert code == 0
        assert out.startswith(f"the run in {folder} has finished, after ")
        assert f"its results:\n  {weights}\n" in out
        assert weights.stat().st_mtime_ns == before
