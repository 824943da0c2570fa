"""What `tinyvision doctor` finds, and what it makes of it."""

import gzip
import hashlib
import importlib.metadata
import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tinyvision import doctor, machine
from tinyvision.cli import main
from tinyvision.data.download_table import SOURCES, DataFile
from tinyvision.doctor import EXTRAS, NEEDED, Finding, Report, examine

PROJECT = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text("utf-8"))[
    "project"
]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch, tmp_path):
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "NO_COLOR", "TINYVISION_KEEP_MEMORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TINYVISION_DATA", str(tmp_path / "data"))


def finding(name, topic=None):
    (found,) = [f for f in examine().findings if f.name == name and topic in (None, f.topic)]
    return found


def test_here_nothing_needed_is_broken():
    assert examine().ok


def test_the_lists_are_those_of_the_project_file():
    needed = {re.split("[><=]", line)[0]: line for line in PROJECT["dependencies"]}
    assert set(needed) == set(NEEDED)
    assert all(f">={least}" in needed[name] for name, least in NEEDED.items() if least)
    assert PROJECT["requires-python"] == ">=" + ".".join(map(str, doctor.OLDEST_PYTHON))
    for name, extra in EXTRAS.items():
        assert name in PROJECT["optional-dependencies"][extra]


def test_versions_are_those_installed():
    assert finding("numpy").value == np.__version__
    assert finding("scipy").value == importlib.metadata.version("scipy")


def test_an_extra_that_is_missing_comes_with_the_line_that_brings_it(monkeypatch):
    version = importlib.metadata.version

    def without_rich(name):
        if name == "rich":
            raise importlib.metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(importlib.metadata, "version", without_rich)
    found = finding("rich")
    assert (found.value, found.state) == ("not installed", "ok")
    assert found.hint == "pip install 'tinyvision[lessons]'"


def test_something_needed_that_cannot_be_imported_is_broken(monkeypatch):
    load = doctor.importlib.import_module

    def damaged(name):
        if name == "scipy":
            raise OSError("libgfortran.so: no such file")
        return load(name)

    monkeypatch.setattr(doctor.importlib, "import_module", damaged)
    report = examine()
    assert not report.ok
    assert "broken: scipy" in report.to_text()
    assert "libgfortran" in report.to_text()


def test_something_too_old_is_broken(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1.26.4")
    found = finding("numpy")
    assert found.state == "broken"
    assert "1.26.4 is older than 2" in found.value


def test_wrong_products_are_broken(monkeypatch):
    monkeypatch.setattr(doctor.np, "array_equal", lambda a, b: False)
    assert finding("matrix product").state == "broken"


@pytest.mark.parametrize(
    ("features", "core", "hint"),
    [
        ({"AVX512_SKX": True, "AVX2": True}, "Haswell", "this processor has AVX-512.*Haswell"),
        ({"AVX512_SKX": False, "AVX2": True}, "Nehalem", "this processor has AVX2.*Nehalem"),
        ({"AVX512_SKX": False, "AVX2": True}, "Haswell", "overrides what the BLAS finds out"),
        ({"AVX512_SKX": True, "AVX2": True}, "SkylakeX", "overrides what the BLAS finds out"),
    ],
)
def test_an_older_core_forced_upon_the_blas_is_named(monkeypatch, features, core, hint):
    monkeypatch.setenv("OPENBLAS_CORETYPE", core)
    monkeypatch.setattr(doctor, "blas_core", lambda: core)
    monkeypatch.setattr(doctor.np._core._multiarray_umath, "__cpu_features__", features)
    found = finding("OPENBLAS_CORETYPE")
    assert found.state == "hint"
    assert re.search(rf"{hint}.*unset OPENBLAS_CORETYPE", found.hint)


def test_variables_that_slow_nothing_are_shown_without_a_hint(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    assert (finding("OPENBLAS_NUM_THREADS").value, finding("OPENBLAS_NUM_THREADS").hint) == (
        "3",
        "",
    )


def test_more_threads_than_cores_are_noticed(monkeypatch):
    monkeypatch.setattr(doctor, "get_num_threads", lambda: 100_000)
    assert "lower" in finding("tinyvision", "threads").hint


def test_little_memory_is_noticed(monkeypatch):
    monkeypatch.setattr(doctor, "memory_at_hand", lambda: (5 * 10**8, 10**9))
    found = finding("at hand")
    assert (found.value, found.state) == ("0.5 of 1.0 GB", "hint")


def test_the_allocator_left_alone_is_said(monkeypatch):
    monkeypatch.setenv("TINYVISION_KEEP_MEMORY", "0")
    assert "TINYVISION_KEEP_MEMORY=0" in finding("allocator").value


def test_data_that_are_not_there_come_with_the_command_that_gets_them():
    found = finding("mnist")
    assert found.hint == "tinyvision data get mnist"
    assert found.state == "ok"


def one_file(monkeypatch, tmp_path, content):
    """`mnist` as a set of one small file, and that file with this content."""
    file = DataFile("labels", 5, hashlib.sha256(b"right").hexdigest())
    monkeypatch.setitem(SOURCES, "mnist", replace(SOURCES["mnist"], files=(file,)))
    path = tmp_path / "data" / "mnist" / "labels.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(content))


def test_data_that_are_right_are_verified(monkeypatch, tmp_path):
    one_file(monkeypatch, tmp_path, b"right")
    assert finding("mnist").value == "verified, 1 files"


def test_data_that_are_wrong_are_broken_and_named(monkeypatch, tmp_path, capsys):
    one_file(monkeypatch, tmp_path, b"wrong")
    found = finding("mnist")
    assert found.state == "broken"
    assert re.search(r"labels\.gz: its SHA-256 is", found.value)
    assert main(["doctor"]) == 1
    assert "broken: mnist" in capsys.readouterr().out
    assert main(["data", "list"]) == 1
    assert "1 of 1 files are wrong" in capsys.readouterr().out


def test_a_terminal_without_our_signs_gets_plain_marks():
    text = Report((Finding("t", "name", "value", "broken", "do this"),)).to_text(ascii=True)
    assert text.isascii()
    assert "x name" in text
    assert "-> do this" in text


@pytest.mark.parametrize(
    ("variables", "answer"),
    [({"NO_COLOR": "1"}, "NO_COLOR"), ({}, "not a terminal")],
)
def test_colour_says_why_not(monkeypatch, variables, answer):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert answer in finding("colour").value


def test_the_command_prints_lines_and_ends_with_0(capsys):
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    for word in ("python", "numpy", "library", "at hand", "digits", "encoding"):
        assert word in out


def test_the_command_prints_json_with_the_promised_keys(capsys):
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    assert all(
        set(row) == {"topic", "name", "value", "state", "hint"} for row in report["findings"]
    )


# -- the machine ------------------------------------------------------------------------------


def test_memory_at_hand_is_part_of_all_there_is():
    free, total = machine.memory_at_hand()
    if free is not None and total is not None:
        assert 0 < free <= total


def test_a_containers_limit_counts_as_all_there_is(monkeypatch, tmp_path):
    limit, usage = tmp_path / "max", tmp_path / "current"
    limit.write_text("4000\n")
    usage.write_text("1000\n")
    monkeypatch.setattr(machine, "_CGROUPS", ((str(limit), str(usage)),))
    monkeypatch.setattr(machine, "_system_memory", lambda: (9000, 16000))
    assert machine.memory_at_hand() == (3000, 4000)
    limit.write_text("max\n")
    assert machine.memory_at_hand() == (9000, 16000)


# -- the data command -------------------------------------------------------------------------


def test_the_list_of_data_as_json(capsys, tmp_path):
    assert main(["data", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["folder"] == str(tmp_path / "data")
    assert [row["name"] for row in listed["sets"]] == ["mnist", "fashion-mnist", "cifar10"]
    assert all(row["verified"] == 0 for row in listed["sets"])


def test_getting_data_from_a_folder(monkeypatch, capsys, tmp_path):
    one_file(monkeypatch, tmp_path, b"right")
    goal = tmp_path / "goal"
    words = ["data", "get", "mnist", "--from", str(tmp_path / "data"), "--data-dir", str(goal)]
    assert main([*words, "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    assert (goal / "mnist" / "labels.gz").exists()
    assert main(words) == 0
    assert "verified, kept" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["data"], "ACTION"),
        (["data", "get"], "NAME"),
        (["data", "get", "mnits"], "did you mean 'mnist'?"),
        (["data", "get", "mnist", "--from", "no-such-folder"], "no such folder to copy mnist"),
        (["data", "lst"], "did you mean 'list'?"),
    ],
)
def test_wrong_words_are_answered_in_one_line(words, message, capsys):
    assert main(words) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1
