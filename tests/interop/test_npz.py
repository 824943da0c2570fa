"""npz files of weights."""

import numpy as np
import pytest

import tinyvision as tv


def test_npz_files_are_read_by_name(tmp_path):
    np.savez(tmp_path / "x.npz", **{"head/kernel": np.ones((2, 3))})
    loaded = tv.interop.load_npz(tmp_path / "x.npz")
    assert {name: value.shape for name, value in loaded.items()} == {"head/kernel": (2, 3)}


def test_npz_files_of_objects_are_not_opened(tmp_path):
    np.savez(tmp_path / "x.npz", a=np.array([{}], object))
    with pytest.raises(ValueError, match=r"x\.npz.*object"):
        tv.interop.load_npz(tmp_path / "x.npz")


def test_npz_files_that_hold_more_than_tensors_by_name_are_refused(tmp_path):
    tv.save({"model": {"w": tv.ones(1)}, "epoch": 3}, tmp_path / "x.npz")
    with pytest.raises(ValueError, match=r"x\.npz holds a nested structure"):
        tv.interop.load_npz(tmp_path / "x.npz")


def test_npz_files_that_are_none_are_refused(tmp_path):
    (tmp_path / "x.npz").write_bytes(b"\x93NUMPY")
    with pytest.raises(ValueError, match=r"x\.npz.*npz file"):
        tv.interop.load_npz(tmp_path / "x.npz")
