from pathlib import Path

import pytest

from tinyvision.data import folder
from tinyvision.data.folder import data_folder


@pytest.fixture
def system(monkeypatch, tmp_path):
    """Pretend to be on a system, with a home folder and these variables."""

    def pretend(platform, **variables):
        for name in ("TINYVISION_DATA", "XDG_CACHE_HOME", "LOCALAPPDATA"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(folder.sys, "platform", platform)
        monkeypatch.setattr(folder.Path, "home", classmethod(lambda cls: Path("/home/me")))

    return pretend


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, "/home/me/.cache/tinyvision"),
        ("linux", {"XDG_CACHE_HOME": "/scratch"}, "/scratch/tinyvision"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "/home/me/.cache/tinyvision"),
        ("darwin", {}, "/home/me/Library/Caches/tinyvision"),
        ("win32", {}, "/home/me/AppData/Local/tinyvision/Cache"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/tinyvision/Cache"),
        ("linux", {"TINYVISION_DATA": "/mine"}, "/mine"),
        ("win32", {"TINYVISION_DATA": "", "LOCALAPPDATA": "/local"}, "/local/tinyvision/Cache"),
    ],
)
def test_each_system_has_a_place_of_its_own(system, platform, variables, expected):
    system(platform, **variables)
    assert data_folder() == Path(expected)


def test_what_is_given_goes_before_everything_else(system):
    system("linux", TINYVISION_DATA="/mine")
    assert data_folder("/given") == Path("/given")


def test_no_home_folder_is_said_with_the_remedy(system, monkeypatch):
    system("linux")

    def nobody(cls):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(folder.Path, "home", classmethod(nobody))
    with pytest.raises(FileNotFoundError, match=r"no data folder.*--data-dir.*TINYVISION_DATA"):
        data_folder()
