import os
import subprocess
import sys
from pathlib import Path

import pytest

import tinyvision as tv
from tinyvision.verify import ARTICLE, ConvolutionExample


def test_verifying_imports_no_matplotlib():
    program = (
        "import sys, tinyvision as tv; assert tv.verify.run().to_text(); "
        "print(sorted(name for name in sys.modules if name.startswith('matplotlib')))"
    )
    root = Path(tv.__file__).parents[1]
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == "[]"


def test_every_public_name_is_there():
    assert [name for name in tv.verify.__all__ if not hasattr(tv.verify, name)] == []


def test_the_numbers_do_not_depend_on_the_seed(report):
    assert tv.verify.run(seed=7, draws=1).rows == report.rows


def test_two_runs_are_the_same(report):
    assert tv.verify.run() == report


def test_one_picture_is_drawn_for_each_example(tmp_path):
    paths = tv.verify.pictures(tmp_path / "new" / "folder")
    assert [path.name for path in paths] == ["convolution-4.1.png", "attention-4.2.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)


def test_the_pictures_show_what_the_formula_gives():
    sliding, attention = (example.figure() for example in ARTICLE)
    titles = {axes.get_title() for axes in sliding.axes}
    assert {"Y[0, 0] = 37", "Y[0, 1] = 47", "Y[1, 0] = 67", "Y[1, 1] = 77"} <= titles
    shown = {text.get_text() for axes in attention.axes for text in axes.texts}
    assert {"28", "20", "14", "10", "0.9820", "0.0180", "2.036", "3.964"} <= shown


def test_other_examples_can_be_drawn(tmp_path):
    [path] = tv.verify.pictures(
        tmp_path, [ConvolutionExample("9.9", [[1, 2]], [[3]], [["3", "6"]])]
    )
    assert path == tmp_path / "convolution-9.9.png"


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="choose a folder"):
        tv.verify.pictures(tmp_path / "file")
