"""Runs as `tinyvision train` leaves them, without the training; and the command in this process."""

import json

import pytest

import tinyvision as tv
from tinyvision.cli import main
from tinyvision.train.networks import NETWORKS
from tinyvision.train.report import write_settings


@pytest.fixture(scope="session")
def digits():
    return tv.data.load_dataset("digits")


@pytest.fixture
def make_run(tmp_path, digits):
    """A function that writes the folder of an untrained network."""

    def make(name, seed=0):
        tv.manual_seed(seed)
        folder = tmp_path / name
        folder.mkdir()
        model = NETWORKS[name].build(digits)
        tv.save(model.state_dict(), folder / "weights.npz")
        metrics = {"network": name, "data": "digits", "seed": seed, "recipe": {"epochs": 1}}
        (folder / "metrics.json").write_text(json.dumps(metrics))
        settings = NETWORKS[name].settings(digits)
        if settings:
            write_settings(folder, settings, digits)
        return folder, model.eval()

    return make


@pytest.fixture
def run(capsys):
    """The command: (exit code, standard output, standard error)."""

    def call(*words):
        capsys.readouterr()
        code = main([str(word) for word in words])
        return (code, *capsys.readouterr())

    return call


@pytest.fixture
def refuses(run):
    """A function that runs a command and returns its one line of error."""

    def call(*words):
        code, out, error = run(*words)
        assert (code, out) == (2, "")
        (line,) = error.splitlines()
        return line

    return call
