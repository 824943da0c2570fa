"""The note of what a run wrote at its end."""

import pytest

from tinyvision.train.results import note_results, noted_results


@pytest.fixture
def note(tmp_path):
    """Of a run with weights and numbers, and no pictures."""
    (tmp_path / "weights.npz").write_bytes(b"")
    (tmp_path / "metrics.json").write_text('{"seed": 3, "epochs": []}')
    files = [tmp_path / "weights.npz", tmp_path / "metrics.json"]
    note_results(tmp_path / "checkpoints" / "results.json", files, False)
    return tmp_path / "checkpoints" / "results.json"


def test_what_is_noted_and_there_is_found(note, tmp_path):
    found = noted_results(note, tmp_path, False)
    assert found.files == [tmp_path / "weights.npz", tmp_path / "metrics.json"]
    assert found.summary == {"seed": 3}


def test_pictures_that_are_wanted_must_have_been_drawn(note, tmp_path):
    assert noted_results(note, tmp_path, True) is None


@pytest.mark.parametrize("missing", ["weights.npz", "metrics.json", "checkpoints/results.json"])
def test_a_missing_file_is_noticed(note, tmp_path, missing):
    (tmp_path / missing).unlink()
    assert noted_results(note, tmp_path, False) is None


@pytest.mark.parametrize("content", ["{", "[]", "{}"])
def test_a_damaged_note_is_none(note, tmp_path, content):
    note.write_text(content)
    assert noted_results(note, tmp_path, False) is None
