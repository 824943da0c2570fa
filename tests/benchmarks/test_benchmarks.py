"""The commands of the benchmarks, where what they race against, or write to, is not there."""

import sys

import pytest

from benchmarks import story
from benchmarks.__main__ import main


@pytest.mark.parametrize(
    ("missing", "words"),
    [("torch", ["operations"]), ("mygrad", ["steps"]), ("autograd", ["steps"])],
)
def test_a_peer_that_is_not_installed_is_named_with_the_extra_that_brings_it(
    missing, words, tmp_path, monkeypatch, capsys
):
    for name in ("torch", "mygrad", "autograd"):
        monkeypatch.setitem(sys.modules, name, None if name == missing else _Installed(name))
    assert main([*words, "--out", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert f"{missing} not installed" in error
    assert "pip install -e '.[bench]'" in error
    assert len(error.splitlines()) == 1


class _Installed:
    def __init__(self, name):
        self.__spec__ = name


def test_an_unknown_group_is_named(capsys):
    assert main(["stepz"]) == 2
    assert "unknown group 'stepz'" in capsys.readouterr().err


def test_the_story_refuses_a_folder_that_cannot_be_made(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert story.main(["--out", str(tmp_path / "file")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
