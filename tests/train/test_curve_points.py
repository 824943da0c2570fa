"""Finished points of a label curve, in a file that goes on where it was."""

import csv
import json

import numpy as np
import pytest

from tinyvision.train.curve_points import CurvePoints


def point(labels, method, seed, accuracy):
    return {
        "labels": labels, "images": 10 * labels, "method": method, "seed": seed,
        "accuracy": accuracy, "seconds": 1.0,
    }  # fmt: skip


@pytest.fixture
def path(tmp_path):
    return tmp_path / "curve.json"


def test_every_point_is_on_the_disk_as_soon_as_it_is_added(path):
    points = CurvePoints(path, {"epochs": 1})
    for seed, accuracy in enumerate([0.25, 0.5]):
        points.add("points", **point(5, "probe", seed, accuracy))
        assert json.loads(path.read_text())["points"][-1]["accuracy"] == accuracy


def test_points_are_found_again(path):
    points = CurvePoints(path, {"epochs": 1, "scratch": ({"lr": 1.0},)})
    points.add("points", **point(5, "probe", 1, 0.25))
    points.add("tuning", labels=5, recipe=0, seed=1000, accuracy=0.75)
    again = CurvePoints(path, {"epochs": 1, "scratch": ({"lr": 1.0},)})
    assert again.accuracy(5, "probe", 1) == 0.25
    assert again.accuracy(5, "probe", 2) is None
    assert again.tuning == [{"labels": 5, "recipe": 0, "seed": 1000, "accuracy": 0.75}]


def test_mean_and_spread_are_those_of_the_seeds(path):
    points, values = CurvePoints(path, {}), [0.5, 0.75, 0.625]
    for seed, accuracy in enumerate(values):
        points.add("points", **point(2, "scratch", seed, accuracy))
    (row,) = points.summary()
    assert (row["labels"], row["images"], row["seeds"]) == (2, 20, 3)
    assert (row["mean"], row["least"], row["most"]) == (np.mean(values), 0.5, 0.75)
    np.testing.assert_allclose(row["std"], np.std(values, ddof=1), rtol=1e-12)


def test_one_seed_has_no_spread(path):
    points = CurvePoints(path, {})
    points.add("points", **point(2, "scratch", 0, 0.5))
    assert points.summary()[0]["std"] is None


def test_the_table_has_a_line_a_point(path):
    points = CurvePoints(path, {})
    for row in (point(2, "scratch", 1, 0.5), point(1, "probe", 0, 0.25)):
        points.add("points", **row)
    with open(points.write_csv(path.with_suffix(".csv")), newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["labels"], row["method"], row["accuracy"]) for row in rows] == [
        ("1", "probe", "0.25"),
        ("2", "scratch", "0.5"),
    ]


@pytest.mark.parametrize("other", [{"epochs": 2}, {}, {"epochs": 1, "lr": 0.1}])
def test_points_of_other_settings_are_refused_and_stay(path, other):
    CurvePoints(path, {"epochs": 1}).add("points", **point(1, "probe", 0, 0.5))
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"were measured with (epochs|lr).*--overwrite"):
        CurvePoints(path, other)
    assert path.read_bytes() == before


def test_overwrite_begins_anew(path):
    CurvePoints(path, {"epochs": 1}).add("points", **point(1, "probe", 0, 0.5))
    assert CurvePoints(path, {"epochs": 2}, overwrite=True).points == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("{", "is not JSON"),
        ("{}", "holds no label curve"),
        ('{"settings": {}}', "is damaged"),
        ('{"settings": {}, "points": [1], "tuning": []}', "is damaged"),
        ('{"settings": {}, "points": [{"labels": 1}], "tuning": []}', "is damaged"),
    ],
)
def test_a_damaged_file_is_refused(path, content, what):
    path.write_text(content)
    with pytest.raises(ValueError, match=what):
        CurvePoints(path, {})
