"""A folder is replaced whole or not at all, and only if it was made here."""

import os

import pytest

from tinyvision.site.folder import MARK, replacing_folder


def make(folder, **files):
    with replacing_folder(folder) as new:
        for name, text in files.items():
            (new / f"{name}.html").write_text(text)


def contents(folder):
    return {
        path.name: path.read_text() for path in folder.rglob("*") if path.name not in (MARK, "deep")
    }


def test_a_new_folder_is_made_with_those_above_it(tmp_path):
    make(tmp_path / "a" / "b", index="one")
    assert contents(tmp_path / "a" / "b") == {"index.html": "one"}


def test_one_made_before_is_replaced_with_all_its_files(tmp_path):
    make(tmp_path / "site", index="one", old="old")
    make(tmp_path / "site", index="two", new="new")
    assert contents(tmp_path / "site") == {"index.html": "two", "new.html": "new"}
    assert os.listdir(tmp_path) == ["site"]


def test_an_empty_folder_may_be_used(tmp_path):
    (tmp_path / "site").mkdir()
    make(tmp_path / "site", index="one")
    assert contents(tmp_path / "site") == {"index.html": "one"}


def test_a_folder_of_somebody_elses_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    (tmp_path / "more.txt").write_text("more of it")
    with pytest.raises(ValueError, match=r"did not make \(more.txt and 1 more\).*another folder"):
        make(tmp_path, index="one")
    assert contents(tmp_path) == {"thesis.txt": "years of work", "more.txt": "more of it"}


def test_a_site_to_which_somebody_added_a_file_is_refused_and_left_alone(tmp_path):
    make(tmp_path / "site", index="one")
    (tmp_path / "site" / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match=r"did not make \(notes.txt\)"):
        make(tmp_path / "site", index="two")
    assert contents(tmp_path / "site") == {"index.html": "one", "notes.txt": "mine"}


def test_a_file_added_while_the_site_was_made_stops_it(tmp_path):
    make(tmp_path / "site", index="one")
    with (
        pytest.raises(ValueError, match=r"did not make \(notes.txt\)"),
        replacing_folder(tmp_path / "site"),
    ):
        (tmp_path / "site" / "notes.txt").write_text("mine")
    assert contents(tmp_path / "site") == {"index.html": "one", "notes.txt": "mine"}


@pytest.mark.parametrize("mark", ["", "{}", "[]", '{"made by": "somebody", "files": ["a.html"]}'])
def test_a_mark_that_is_not_ours_vouches_for_nothing(tmp_path, mark):
    (tmp_path / MARK).write_text(mark)
    (tmp_path / "a.html").write_text("kept")
    with pytest.raises(ValueError, match="did not make"):
        make(tmp_path, index="one")
    assert (tmp_path / "a.html").read_text() == "kept"


def test_what_file_managers_leave_behind_is_no_obstacle(tmp_path):
    make(tmp_path / "site", index="one")
    (tmp_path / "site" / ".DS_Store").write_text("")
    make(tmp_path / "site", index="two")
    assert contents(tmp_path / "site") == {"index.html": "two"}


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "site").write_text("a file")
    with pytest.raises(ValueError, match="is a file: give the name of a folder"):
        make(tmp_path / "site", index="one")


def test_the_folder_one_is_in_is_refused(tmp_path, monkeypatch):
    make(tmp_path / "site", index="one")
    monkeypatch.chdir(tmp_path / "site")
    with pytest.raises(ValueError, match="the folder you are in"):
        make(tmp_path / "site", index="two")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_leaves_the_old_site_and_nothing_else(tmp_path, error):
    make(tmp_path / "site", index="one")

    def fail():
        with replacing_folder(tmp_path / "site") as new:
            (new / "index.html").write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert contents(tmp_path / "site") == {"index.html": "one"}
    assert os.listdir(tmp_path) == ["site"]


def test_an_interruption_between_the_two_renamings_brings_the_old_site_back(tmp_path, monkeypatch):
    make(tmp_path / "site", index="one")
    rename = os.rename
    calls = []

    def second_fails(source, target, **options):
        calls.append(target)
        if len(calls) == 2:
            raise KeyboardInterrupt
        rename(source, target, **options)

    monkeypatch.setattr(os, "rename", second_fails)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "site", index="two")
    assert contents(tmp_path / "site") == {"index.html": "one"}
    assert os.listdir(tmp_path) == ["site"]


def test_a_link_to_a_site_stays_a_link(tmp_path):
    make(tmp_path / "real", index="one")
    (tmp_path / "site").symlink_to(tmp_path / "real")
    make(tmp_path / "site", index="two")
    assert (tmp_path / "site").is_symlink()
    assert contents(tmp_path / "real") == {"index.html": "two"}


def test_everybody_may_read_it(tmp_path):
    before = os.umask(0o022)
    try:
        make(tmp_path / "site", index="one")
    finally:
        os.umask(before)
    assert (tmp_path / "site").stat().st_mode & 0o777 == 0o755
