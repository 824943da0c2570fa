"""Checkpoints: whole or not at all, and no bit of them changes unnoticed."""

import errno
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision.train import load_checkpoint, save_checkpoint

STATE = {
    "step": 7,
    "weights": {"fc.weight": tv.tensor([[1.0, 2.0], [3.0, 4.0]]), "fc.bias": tv.tensor([0.5])},
    "optimizer": {"state": {0: {"step": 3, "exp_avg": np.ones(2, np.float32)}}, "lr": [0.1, None]},
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return save_checkpoint(STATE, tmp_path_factory.mktemp("checkpoint") / "step-7.npz")


def test_what_was_saved_is_loaded(saved):
    state = load_checkpoint(saved)
    assert state["step"] == 7
    assert state["weights"]["fc.weight"].tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert state["optimizer"]["lr"] == [0.1, None]
    np.testing.assert_array_equal(state["optimizer"]["state"][0]["exp_avg"], [1, 1])


def test_it_is_an_ordinary_npz_file_without_objects(saved):
    with np.load(saved, allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["weights/fc.bias"], [0.5])
    assert tv.load(saved)["step"] == 7


def test_the_same_state_makes_the_same_bytes(saved, tmp_path):
    assert save_checkpoint(STATE, tmp_path / "x.npz").read_bytes() == saved.read_bytes()


@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_any_flipped_bit_is_noticed(saved, tmp_path_factory, place, bit):
    content = bytearray(saved.read_bytes())
    content[place % len(content)] ^= 1 << bit
    path = tmp_path_factory.mktemp("flipped") / "flipped.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"cannot load .*flipped\.npz.*use another"):
        load_checkpoint(path)


def test_the_damaged_entry_is_named(saved, tmp_path):
    content = bytearray(saved.read_bytes())
    place = content.index(np.array([1, 2, 3, 4], np.float32).tobytes())
    content[place + 5] ^= 4
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"the entry 'weights/fc\.weight' is damaged"):
        load_checkpoint(tmp_path / "x.npz")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_file_cut_off_anywhere_is_refused(saved, tmp_path, share):
    content = saved.read_bytes()
    (tmp_path / "x.npz").write_bytes(content[: int(share * len(content))])
    with pytest.raises(ValueError, match="does not end in a checksum, so it is cut off"):
        load_checkpoint(tmp_path / "x.npz")


def test_a_file_with_something_added_is_refused(saved, tmp_path):
    (tmp_path / "x.npz").write_bytes(saved.read_bytes() + b"\n")
    with pytest.raises(ValueError, match="does not end in a checksum"):
        load_checkpoint(tmp_path / "x.npz")


def test_weights_without_a_checksum_are_no_checkpoint(tmp_path):
    tv.save({"weight": tv.ones(2)}, tmp_path / "weights.npz")
    with pytest.raises(ValueError, match="no checkpoint"):
        load_checkpoint(tmp_path / "weights.npz")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no checkpoint .*none\.npz"):
        load_checkpoint(tmp_path / "none.npz")


def test_what_cannot_be_saved_is_named_and_leaves_nothing(tmp_path):
    with pytest.raises(TypeError, match="cannot save model: object"):
        save_checkpoint({"model": object()}, tmp_path / "x.npz")
    assert list(tmp_path.iterdir()) == []


FULL = """
import resource, sys
import numpy as np
from tinyvision.train import save_checkpoint
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
save_checkpoint({"large": np.ones(100_000)}, sys.argv[1])
"""


@pytest.mark.skipif(os.name != "posix", reason="no such limit here")
def test_a_file_that_may_not_grow_leaves_the_one_before_whole(saved, tmp_path):
    path = tmp_path / "x.npz"
    path.write_bytes(saved.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", FULL, path], cwd=Path(__file__).parents[2], capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert "OSError" in done.stderr
    assert "has space left" in done.stderr
    assert load_checkpoint(path)["step"] == 7
    assert [file.name for file in tmp_path.iterdir()] == ["x.npz"]


def test_a_disk_that_fills_up_while_writing_leaves_the_one_before_whole(
    saved, tmp_path, monkeypatch
):
    path = tmp_path / "x.npz"
    path.write_bytes(saved.read_bytes())

    def full(*args, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "open", full)
    with pytest.raises(OSError, match=r"No space left on device.*has space left") as caught:
        save_checkpoint(STATE, path)
    monkeypatch.undo()
    assert caught.value.errno == errno.ENOSPC
    assert load_checkpoint(path)["step"] == 7
    assert [file.name for file in tmp_path.iterdir()] == ["x.npz"]
