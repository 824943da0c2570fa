"""`tinyvision train`, as a user types it: stopped, killed, resumed, quiet, and piped."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tinyvision.cli import main
from tinyvision.train import Checkpoints

COMMAND = [sys.executable, "-m", "tinyvision", "train"]
SHORT = ["cnn", "--epochs", "1", "--batch-size", "480", "--no-pictures"]
TWO = ["cnn", "--epochs", "2", "--batch-size", "120", "--no-pictures"]  # 12 steps each


def environment(**changed):
    given = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **changed}
    return {name: value for name, value in given.items() if value is not None}


def run(*words, cwd=None, **changed):
    """The command in a process of its own: (exit code, standard output, standard error)."""
    done = subprocess.run(
        [*COMMAND, *map(str, words)], cwd=cwd, env=environment(**changed), capture_output=True,
        text=True, timeout=300, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def stopped(folder, how):
    """A run ended by a signal after its first checkpoints: (exit code, standard error)."""
    child = subprocess.Popen(
        [*COMMAND, *TWO, "--checkpoint-every", "1", "--out", str(folder)],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    checkpoints = Checkpoints(folder / "checkpoints")
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and child.poll() is None:
        if any(path.name > "step-00000003" for path in checkpoints.paths()):
            break
        time.sleep(0.01)
    child.send_signal(how)
    _, error = child.communicate(timeout=120)
    return child.returncode, error


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a run of two epochs that was left alone, and what it printed as JSON."""
    folder = tmp_path_factory.mktemp("whole")
    code, out, error = run(*TWO, "--json", "--out", folder)
    assert code == 0, error
    return folder, out, error


@pytest.mark.long
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_stopped_and_resumed_it_ends_with_the_same_weights(whole, tmp_path, how):
    code, error = stopped(tmp_path / "run", how)
    if how == signal.SIGINT:
        assert code == 130
        (line,) = error.split("\n")[1:-1]
        assert re.search(r"interrupted after step \d+ of 24; go on with: ", line)
        resume = line.partition("go on with: tinyvision train ")[2].split()
    else:
        assert code == -signal.SIGKILL
        resume = ["--resume", str(tmp_path / "run")]
    code, out, error = run(*resume, "--no-pictures")
    assert (code, error) == (0, "")
    assert re.search(r"resumed at step \d+ of 24, from .*step-", out)
    weights = [folder / "weights.npz" for folder in (whole[0], tmp_path / "run")]
    assert weights[0].read_bytes() == weights[1].read_bytes()


def test_json_is_all_that_standard_output_gets(whole):
    folder, out, error = whole
    result = json.loads(out)
    assert result["test_accuracy"] == result["epochs"][-1]["test_accuracy"]
    assert result["recipe"]["epochs"] == len(result["epochs"]) == 2
    assert all(Path(name).is_file() for name in result["files"])
    assert str(folder / "weights.npz") in result["files"]
    assert "epoch 1/2" in error


def test_quiet_prints_nothing_but_the_json_that_was_asked_for(tmp_path):
    code, out, error = run(*SHORT, "--quiet", "--json", "--out", tmp_path)
    assert (code, error) == (0, "")
    assert json.loads(out)["network"] == "cnn"


def test_training_goes_on_when_nobody_reads_any_more(tmp_path):
    command = " ".join([*COMMAND, *SHORT, "--out", str(tmp_path)]) + " | head -1; wait"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], env=environment(), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "weights.npz").is_file()


def test_it_needs_neither_output_nor_display_nor_a_known_locale(tmp_path):
    command = " ".join([*COMMAND, *SHORT, "--out", str(tmp_path)]) + " >&- 2>&-"
    changed = {"DISPLAY": None, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(["bash", "-c", command], env=environment(**changed), check=False)
    assert done.returncode == 0
    assert (tmp_path / "weights.npz").is_file()


def test_an_unfinished_run_is_not_begun_anew_by_mistake(tmp_path, capsys):
    stopped(tmp_path, signal.SIGINT)
    assert main(["train", "cnn", "--out", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "has not finished" in error
    assert f"--resume {tmp_path}" in error
    assert "--overwrite" in error


@pytest.mark.parametrize(
    ("words", "pattern"),
    [
        ("", "which network\\?.*tinyvision train NETWORK.*--resume RUN"),
        ("--resume", "--resume needs the folder of a run"),
        ("cnn --resume one --out two", "--resume one and --out two are two folders"),
        ("--resume nowhere", "there is no run in nowhere"),
        ("cnn --resume nowhere --overwrite", "give one"),
        ("cnn --clip 0 --out {}", "clip must be positive and finite, got 0.0"),
        ("cnn --keep 0", "argument --keep: must be at least 1, got 0"),
        ("cnn --checkpoint-every 0", "--checkpoint-every: must be at least 1"),
        ("cnn --early-stop 0", "--early-stop: must be at least 1"),
        ("cnn --accumulate 0", "--accumulate: must be at least 1"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(words, pattern, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["train", *words.format(tmp_path).split()]) == 2
    error = capsys.readouterr().err
    assert re.search(pattern, error), error
    assert len(error.splitlines()) == 1


def test_another_setting_is_refused_by_the_name_of_its_option(whole, capsys):
    assert main(["train", "--resume", str(whole[0]), "--batch-size", "7"]) == 2
    assert "began with batch_size 120, not 7" in capsys.readouterr().err
    assert main(["train", "cnn", "--resume", str(whole[0]), "--seed", "7"]) == 2
    assert "leave --seed out" in capsys.readouterr().err


def test_a_finished_run_is_not_trained_again(whole, capsys):
    folder, before, _ = whole
    assert main(["train", "--resume", str(folder), "--no-pictures"]) == 0
    said, *files = capsys.readouterr().out.splitlines()
    assert said.startswith(f"the run in {folder} has finished, after 24 steps; there is nothing to")
    assert files[:2] == ["its results:", f"  {folder / 'weights.npz'}"]
    assert main(["train", "--resume", str(folder), "--no-pictures", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(before)


def test_a_disk_limit_leaves_a_run_that_can_be_resumed(whole, tmp_path):
    resource = pytest.importorskip("resource")
    # The first checkpoint, without moments, has 1 MB; the ones after the first epoch have three.
    command = " ".join([*COMMAND, *TWO, "--out", str(tmp_path)])
    done = subprocess.run(
        ["bash", "-c", command], env=environment(), capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000)),
    )  # fmt: skip
    assert done.returncode == 2
    assert "step-00000000.npz is whole" in done.stderr
    assert f"go on with: tinyvision train --resume {tmp_path}" in done.stderr
    code, _, error = run("--resume", tmp_path, "--no-pictures")
    assert code == 0, error
    weights = [folder / "weights.npz" for folder in (whole[0], tmp_path)]
    assert weights[0].read_bytes() == weights[1].read_bytes()
