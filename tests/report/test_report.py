"""The page of a run holds everything, and asks nothing of the network."""

import base64
import json
import re

import numpy as np
import pytest

from tinyvision.report import write_report
from tinyvision.viz.style import new_figure

METRICS = {
    "network": "cnn",
    "data": "digits",
    "seed": 3,
    "recipe": {"epochs": 2, "batch_size": 32, "lr": 0.02, "flip": False},
    "test_accuracy": 0.975,
    "note": "",
    "epochs": [{"epoch": 1, "train_loss": 2.25}, {"epoch": 2, "train_loss": 1.125}],
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "metrics.json").write_text(json.dumps(METRICS))
    for name in ("zebra", "curves", "confusion"):
        figure = new_figure(0.1, 0.1)
        figure.savefig(tmp_path / f"{name}.png", dpi=20)
    return tmp_path


def written(folder, **options):
    path = write_report(folder, **options)
    assert path == folder / "report.html"
    return path.read_text("utf-8")


def test_it_has_the_command_that_repeats_the_run(folder):
    command = "tinyvision train cnn --data digits --epochs 2 --batch-size 32 --lr 0.02 --seed 3"
    assert f"<pre>{command}</pre>" in written(folder)


def test_a_command_that_is_given_or_was_written_down_wins(folder):
    (folder / "metrics.json").write_text(json.dumps({**METRICS, "command": "as recorded"}))
    assert "<pre>as recorded</pre>" in written(folder)
    assert "<pre>as given</pre>" in written(folder, command="as given")


def test_settings_and_epochs_are_tables(folder):
    page = written(folder)
    assert "<td>recipe.lr</td><td>0.02</td>" in page
    assert "<td>note</td>" not in page  # it is empty
    assert "<td>recipe.flip</td><td>False</td>" in page
    assert "<th>epoch</th><th>train loss</th>" in page
    assert '<td class="number">1.125</td>' in page


def test_pictures_are_inside_the_page_the_curves_first(folder):
    page = written(folder)
    assert re.findall(r'alt="([^"]+)"', page) == ["curves", "confusion", "zebra"]
    inside = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    assert base64.b64decode(inside[0]) == (folder / "curves.png").read_bytes()


def test_nothing_is_fetched_from_anywhere(folder):
    page = re.sub(r"base64,[^\"]+", "", written(folder))
    assert not re.search(r"https?:|//|<link|<script|@import|url\(", page)
    assert str(folder) not in page


def test_it_can_be_written_anew_as_things_are_added(folder):
    written(folder)
    content = {"accuracy": 0.5, "confusion": [[1, 0], [0, 1]], "classes": [{"class": "<b>"}]}
    (folder / "eval-mnist.json").write_text(json.dumps(content))
    page = written(folder)
    assert "<h2>Eval-mnist</h2>" in page
    assert "<td>&lt;b&gt;</td>" in page
    assert "[1, 0]" not in page  # a matrix is what its picture is for
    assert page == written(folder)


def test_text_is_escaped(folder):
    (folder / "metrics.json").write_text(json.dumps({"network": "<i>&", "data": "$title"}))
    page = written(folder)
    assert "<title>tinyvision: &lt;i&gt;&amp; on $title</title>" in page
    assert "<i>" not in page


@pytest.mark.parametrize("text", ["{", "\udcff", "[1, 2]", '{"a": NaN}', "null"])
def test_a_damaged_file_does_not_stop_it(folder, text):
    (folder / "metrics.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert "<h2>Settings and results</h2>" in written(folder)


def test_an_empty_folder_gives_an_empty_page(tmp_path):
    assert f"tinyvision: {tmp_path.name}" in written(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder .*nothing"):
        write_report(tmp_path / "nothing")


def test_numbers_are_shown_in_five_digits(folder):
    (folder / "metrics.json").write_text(json.dumps({"seconds": float(np.pi) * 100}))
    assert "<td>seconds</td><td>314.16</td>" in written(folder)
