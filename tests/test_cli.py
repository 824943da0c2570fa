"""The command line, run as a user runs it."""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tinyvision.autograd import registry
from tinyvision.cli import build_parser, main


def run(*words, cwd=None, env=None, timeout=120):
    """The command in a process of its own: (exit code, standard output, standard error)."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), **(env or {})}
    environment.pop("TINYVISION_DATA", None)
    environment.update(env or {})
    done = subprocess.run(
        [sys.executable, "-m", "tinyvision", *map(str, words)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def run_here(capsys, monkeypatch, tmp_path):
    """The same in this process, for what does not depend on being one."""
    monkeypatch.delenv("TINYVISION_DATA", raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*words):
        capsys.readouterr()
        code = main([*map(str, words)])
        return code, *capsys.readouterr()

    return call


def assert_one_line_error(result, *patterns):
    code, _, error = result
    assert code == 2
    assert "Traceback" not in error
    assert len(error.strip().splitlines()) == 1
    for pattern in patterns:
        assert re.search(pattern, error), error


def test_without_words_it_shows_its_help():
    code, out, _ = run()
    assert code == 0
    assert "verify" in out
    assert "train" in out


def test_an_unknown_command_is_answered_with_a_guess():
    result = run("verfy")
    assert_one_line_error(result, r"invalid choice: 'verfy'; did you mean 'verify'\? \(see")
    assert "choose from" not in result[2]


def test_an_unknown_command_that_is_near_to_none_is_answered_with_all_there_are(run_here):
    assert_one_line_error(run_here("qqqq"), r"'qqqq' \(choose from '?step'?, .*doctor")


def test_an_unknown_option_is_named(run_here):
    assert_one_line_error(run_here("train", "cnn", "--epoches", "3"), "--epoches")


def test_verify_prints_what_the_article_says_and_what_its_formula_gives(run_here):
    code, out, _ = run_here("verify")
    assert code == 0
    for number in ("35", "37", "87", "77", "0.982014", "2.035972"):
        assert number in out


def test_verify_prints_json_with_the_promised_keys(run_here):
    code, out, _ = run_here("verify", "--json")
    assert code == 0
    rows = json.loads(out)
    assert rows
    assert all(
        set(row) == {"section", "quantity", "article", "computed", "agrees", "note"} for row in rows
    )


def test_an_unknown_data_set_is_answered_with_a_guess(tmp_path, run_here):
    result = run_here("train", "cnn", "--data", "fasion-mnist", "--out", tmp_path)
    assert_one_line_error(result, "fasion-mnist", "did you mean.*fashion-mnist")


def test_missing_data_are_named_with_the_remedy(tmp_path):
    result = run("train", "cnn", "--data", "mnist", cwd=tmp_path, env={"HOME": str(tmp_path)})
    assert_one_line_error(result, "data get mnist", "--data-dir", "TINYVISION_DATA")


def test_a_truncated_data_file_is_refused(tmp_path, run_here):
    folder = tmp_path / "mnist"
    folder.mkdir()
    header = b"\x00\x00\x08\x03" + b"".join(n.to_bytes(4, "big") for n in (60000, 28, 28))
    for name in (
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ):
        (folder / name).write_bytes(header + b"\x00" * 100)
    result = run_here("train", "cnn", "--data", "mnist", "--data-dir", tmp_path)
    assert_one_line_error(result, "truncated", "holds 116")


@pytest.mark.parametrize(
    ("option", "value", "pattern"),
    [
        ("--epochs", "0", "at least 1"),
        ("--batch-size", "-4", "at least 1"),
        ("--lr", "-1", "lr must be positive"),
        ("--lr", "nan", "lr must be positive"),
        ("--epochs", "many", "many"),
    ],
)
def test_a_number_out_of_range_is_named(tmp_path, option, value, pattern, run_here):
    assert_one_line_error(run_here("train", "cnn", option, value, "--out", tmp_path), pattern)


@pytest.mark.parametrize(
    ("words", "pattern"),
    [
        ("verify --jsn", r"--jsn; did you mean '--json'\? \(see tinyvision verify --help\)"),
        ("train cnn --sead=3", r"--sead=3; did you mean '--seed'\?"),
        ("tour extra", r"unrecognized arguments: extra \(see tinyvision tour --help\)"),
        ("--versoin", r"did you mean '--version'\?"),
        ("train cnn --seed -1", r"argument --seed: must be at least 0, got -1"),
        ("tour --seed x", r"argument --seed: must be a whole number, got 'x'"),
        ("gradcheck --cases 0", r"argument --cases: must be at least 1, got 0"),
        ("gradcheck --seed -1", r"argument --seed: must be at least 0, got -1"),
        ("gradcheck conv2dd", r"unknown operation 'conv2dd'; did you mean 'conv2d'\? .*--list"),
        ("train cnn --epochs 1.5", r"argument --epochs: must be a whole number, got '1.5'"),
    ],
)
def test_a_wrong_word_is_answered_with_what_was_meant(words, pattern, capsys):
    code = main(words.split())
    assert_one_line_error((code, *capsys.readouterr()), pattern)


@pytest.mark.parametrize(
    "command",
    [
        "tour", "verify", "gradcheck", "train", "pretrain", "finetune", "probe", "classify", "eval",
        "explain", "summary", "step", "lessons", "notebook", "start", "check", "hint", "solution",
        "reset",
    ],
)  # fmt: skip
def test_every_option_has_a_text_that_says_what_happens_without_it(command):
    actions = build_parser()._subparsers._group_actions[0].choices[command]._actions
    for action in actions:
        assert action.help, f"{command} {action.dest}"
        takes_a_value = action.option_strings and action.nargs != 0
        if takes_a_value and action.default is not None:
            assert str(action.default) in action.help, f"{command} {action.dest}"


def test_gradcheck_proves_operations_by_name(run_here):
    code, out, error = run_here("gradcheck", "relu", "nn.Linear", "eq", "--cases", "3")
    assert (code, error) == (0, "")
    assert "2 right (largest relative error" in " ".join(out.split())
    assert "1 without a derivative" in " ".join(out.split())


def test_gradcheck_names_what_was_asked_for_where_its_parts_are_checked(run_here):
    code, out, _ = run_here("gradcheck", "conv2d", "--cases", "2")
    assert code == 0
    assert re.match(r"conv2d is held by what it is made of: .*correlate", out)


def test_gradcheck_prints_json_and_nothing_else(run_here):
    code, out, error = run_here("gradcheck", "relu", "--cases", "3", "--json", "--seed", "5")
    assert (code, error) == (0, "")
    found = json.loads(out)
    assert (found["ok"], found["seed"]) == (True, 5)
    assert [(row["operation"], row["calls"]) for row in found["operations"]] == [("relu", 3)]


def test_gradcheck_ends_with_1_where_a_derivative_is_wrong(monkeypatch, capsys):
    tanh = registry["tanh"]
    ((argument, right),) = tanh.rules.items()
    wrong = replace(right, function=lambda *kept: 1.001 * right.function(*kept))
    monkeypatch.setattr(tanh, "rules", {argument: wrong})
    monkeypatch.setattr(tanh, "_plans", {})
    assert main(["gradcheck", "tanh", "--cases", "5"]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "1 WRONG: tanh" in out
    assert "smallest failing example: Call(array(" in out
    assert "the rule says" in out


def test_gradcheck_without_hypothesis_says_how_to_install_it(tmp_path):
    (tmp_path / "hypothesis.py").write_text(
        "raise ModuleNotFoundError('No module named hypothesis', name='hypothesis')"
    )
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[1])])
    result = run("gradcheck", "relu", env={"PYTHONPATH": path})
    assert_one_line_error(result, r"pip install 'tinyvision\[proofs\]'")


def test_gradcheck_on_a_terminal_shows_a_bar_and_ends_with_130_on_control_c():
    pytest.importorskip("rich")
    code, text = in_terminal("gradcheck", "--cases", "2", interrupt_at="operations,")
    assert code == 130
    assert "\x1b[" in text
    assert "interrupted" in text
    assert "Traceback" not in text


def test_a_folder_that_cannot_be_written_to_is_found_out_before_training(tmp_path, run_here):
    (tmp_path / "file").write_text("")
    started = run_here("train", "cnn", "--out", tmp_path / "file" / "run")
    assert_one_line_error(started, "file", "choose a folder|another name")
    assert "training" not in started[1]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run of two short epochs: (its folder, exit code, standard output, standard error)."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    return folder, *run("train", "cnn", "--epochs", "2", "--batch-size", "120", "--out", folder)


def test_training_writes_weights_numbers_and_pictures_and_prints_their_paths(trained):
    folder, code, out, error = trained
    assert code == 0, error
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "weights.npz", "metrics.json", "metrics.csv", "curves.png", "filters.png",
        "feature_maps.png", "confusion.png", "mistakes.png", "history.json", "checkpoints",
        "config.json", "preprocessor_config.json", "report.html",
    }  # fmt: skip
    written = names - {"history.json", "checkpoints"}
    assert all(str(folder / name) in out for name in written)


def test_without_a_terminal_there_is_one_line_an_epoch(trained):
    _, _, out, _ = trained
    assert len(re.findall(r"^epoch [12]/2 ", out, re.MULTILINE)) == 2
    assert "\r" not in out
    assert "\x1b" not in out


def test_the_same_seed_writes_the_same_weights(tmp_path):
    words = ["train", "cnn", "--epochs", "1", "--batch-size", "120", "--seed", "3", "--no-pictures"]
    for name in ("a", "b"):
        run(*words, "--out", tmp_path / name)
    first, second = ((tmp_path / name / "weights.npz").read_bytes() for name in ("a", "b"))
    assert first == second


def test_a_failed_run_leaves_the_earlier_results_alone(trained, tmp_path, run_here):
    folder = shutil.copytree(trained[0], tmp_path / "run")

    def results():
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    before = results()
    result = run_here(
        "train", "cnn", "--epochs", "1", "--lr", "1e30", "--out", folder, "--overwrite"
    )
    assert_one_line_error(result, "loss became", "learning rate")
    assert results() == before


def test_on_a_terminal_a_bar_moves_and_the_epochs_stay(tmp_path):
    pytest.importorskip("rich")
    code, text = in_terminal(
        "train", "cnn", "--epochs", "1", "--no-pictures", "--out", str(tmp_path)
    )
    assert code == 0
    assert "\x1b[" in text  # the bar is redrawn
    assert "epoch 1/1" in text
    assert "Traceback" not in text


def test_control_c_ends_with_130_and_no_traceback(tmp_path):
    code, text = in_terminal(
        "train", "cnn", "--epochs", "500", "--out", str(tmp_path), interrupt_at="epoch   1/500"
    )
    assert code == 130
    assert "interrupted" in text
    assert "Traceback" not in text


def in_terminal(*words, interrupt_at=None, timeout=120):
    """The command on a pseudo-terminal: (exit code, all it printed)."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(
            PYTHONPATH=str(Path(__file__).parents[1]), TERM="xterm", COLUMNS="120", LINES="40"
        )
        os.execv(sys.executable, [sys.executable, "-m", "tinyvision", *words])
    text, deadline = "", time.monotonic() + timeout
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 1.0)[0]:
            try:
                chunk = os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
            if not chunk:
                break
            text += chunk.decode(errors="replace")
            if interrupt_at and interrupt_at in text:
                os.kill(child, signal.SIGINT)
                interrupt_at = None
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), text


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_a_terminal_without_our_signs_gets_the_report_in_its_own(encoding):
    code, out, error = run("verify", env={"PYTHONIOENCODING": encoding})
    assert code == 0, error
    assert "37" in out


def test_a_reader_that_stops_early_is_no_error():
    command = f"{sys.executable} -m tinyvision verify | head -1"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        ["bash", "-c", command], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def test_options_are_written_in_full(run_here):
    assert_one_line_error(run_here("train", "cnn", "--epoch", "3"), "did you mean '--epochs'")


def test_listing_a_folder_that_is_not_there_says_so(run_here):
    assert_one_line_error(run_here("data", "list", "--data-dir", "/nope"), "no folder /nope")


def test_an_unknown_lesson_is_answered_with_those_that_exist(run_here):
    assert_one_line_error(run_here("step", "99"), "no lesson '99'.*there are 00 to 14")
