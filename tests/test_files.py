"""Files are written whole or not at all."""

import errno
import os
import stat

import pytest

from tinyvision.files import force_folder, replacing


def write_half(file):
    file.write(b"half of what was m")
    raise ValueError("half way")


def test_a_missing_folder_is_made(tmp_path):
    with replacing(tmp_path / "a" / "b" / "x.txt") as file:
        file.write(b"hello")
    assert (tmp_path / "a" / "b" / "x.txt").read_bytes() == b"hello"


def test_what_was_there_stays_if_the_block_fails(tmp_path):
    path = tmp_path / "x.txt"
    path.write_bytes(b"before")
    with pytest.raises(ValueError, match="half way"), replacing(path) as file:
        write_half(file)
    assert path.read_bytes() == b"before"


def test_no_temporary_file_is_left_behind(tmp_path):
    with pytest.raises(ZeroDivisionError), replacing(tmp_path / "x.txt"):
        1 / 0
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_not_there_before_it_is_whole(tmp_path):
    path = tmp_path / "x.txt"
    with replacing(path) as file:
        file.write(b"all of it")
        file.flush()
        assert not path.exists()
    assert path.exists()


def test_a_folder_that_is_a_file_is_named_with_the_remedy(tmp_path):
    (tmp_path / "taken").write_text("")
    with (
        pytest.raises(OSError, match=r"taken.*choose a folder that you may write to"),
        replacing(tmp_path / "taken" / "x.txt"),
    ):
        pass


@pytest.mark.skipif(os.name != "posix", reason="a folder cannot be opened here")
def test_the_file_is_forced_to_disk_before_it_is_renamed_and_its_folder_afterwards(
    tmp_path, monkeypatch
):
    path, seen = tmp_path / "x.txt", []

    def fsync(handle):
        what = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        seen.append((what, path.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    with replacing(path) as file:
        file.write(b"hello")
    assert seen == [("file", False), ("folder", True)]


@pytest.mark.skipif(os.name != "posix", reason="a folder cannot be opened here")
def test_a_file_system_that_cannot_force_a_folder_is_no_error_but_a_broken_disk_is(
    tmp_path, monkeypatch
):
    def fail(number):
        def fsync(handle):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "fsync", fsync)

    fail(errno.EINVAL)
    force_folder(tmp_path)
    fail(errno.EIO)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        force_folder(tmp_path)
