"""The checkpoints of a run: which stay, and which is gone on from."""

import pytest

from tinyvision.train import Checkpoints, load_checkpoint, save_checkpoint


@pytest.fixture
def three(tmp_path):
    checkpoints = Checkpoints(tmp_path, keep=3)
    for step in (90, 100, 1000):
        checkpoints.save(step, {"step": step})
    return checkpoints


def damage(path):
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)


def test_the_last_few_and_the_best_stay(tmp_path):
    checkpoints = Checkpoints(tmp_path, keep=2)
    save_checkpoint({}, checkpoints.best)
    for step in range(5):
        checkpoints.save(step, {"step": step})
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["best.npz", "step-00000003.npz", "step-00000004.npz"]


def test_steps_are_compared_as_numbers(tmp_path):
    checkpoints = Checkpoints(tmp_path, keep=2)
    for step in (99_999_999, 100_000_000):
        checkpoints.save(step, {"step": step})
    assert checkpoints.latest()[1] == {"step": 100_000_000}


def test_the_latest_is_gone_on_from(three):
    path, state = three.latest()
    assert (path.name, state) == ("step-00001000.npz", {"step": 1000})


def test_a_damaged_one_is_named_and_passed_over(three):
    damage(three.paths()[-1])
    notes = []
    assert three.latest(notes.append)[1] == {"step": 100}
    assert len(notes) == 1
    assert "step-00001000.npz" in notes[0]


def test_if_all_are_damaged_it_says_so(three):
    for path in three.paths():
        damage(path)
    with pytest.raises(ValueError, match=r"every checkpoint in .* is damaged; .*step-00001000"):
        three.latest(lambda note: None)


def test_no_checkpoint_is_no_error(tmp_path):
    assert Checkpoints(tmp_path / "none").latest() is None


def test_one_that_cannot_be_written_leaves_the_others(three, monkeypatch):
    def full(state, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tinyvision.train.checkpoints.save_checkpoint", full)
    with pytest.raises(OSError, match="No space left"):
        three.save(2000, {})
    assert [load_checkpoint(path)["step"] for path in three.paths()] == [90, 100, 1000]


def test_half_written_files_are_removed_and_strangers_are_not(three):
    (three.folder / ".step-00000007.npz.0123456789abcdef.tmp").write_bytes(b"half")
    (three.folder / "step-notes.npz").write_bytes(b"mine")
    three.clear()
    assert [path.name for path in three.folder.iterdir()] == ["step-notes.npz"]


def test_none_to_keep_is_refused(tmp_path):
    with pytest.raises(ValueError, match="keep must be at least 1, got 0"):
        Checkpoints(tmp_path, keep=0)
