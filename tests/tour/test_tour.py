"""The tour, as a user takes it."""

from functools import partial

import pytest

import tinyvision.tour.tour as stations
from tinyvision.tour import run_tour
from tinyvision.train import curve_runs

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def tour(tmp_path_factory):
    """(exit code, what it printed, its folder); every network learns for a moment only."""
    import contextlib
    import io

    folder = tmp_path_factory.mktemp("tour")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stations, "train", partial(stations.train, epochs=1))  # of the CNN
        patch.setattr(stations, "VIT_EPOCHS", 2)
        patch.setattr(stations, "MAE_EPOCHS", 1)
        patch.setattr(stations, "FEW_EPOCHS", 1)
        patch.setattr(stations, "FEW_LABELS", (1,))
        patch.setattr(curve_runs, "repeated", lambda places: places)
        patch.setattr(curve_runs, "_VALIDATION", 100)
        patch.setattr(curve_runs, "linear_probe", partial(curve_runs.linear_probe, epochs=1))
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            code = run_tour(folder)
    return code, printed.getvalue(), folder


def test_every_check_agrees(tour):
    code, printed, _ = tour
    assert code == 0
    assert "Every check agreed" in printed
    assert "WRONG" not in printed


def test_the_errata_are_shown(tour):
    assert "35" in tour[1]
    assert "37" in tour[1]


def test_the_listing_is_run(tour):
    assert "261,982 parameters; 4 images" in tour[1]


def test_what_pre_training_bought_is_said_and_drawn(tour):
    _, printed, folder = tour
    assert "without their labels" in printed
    assert "1 of each digit: fine-tuned from there" in printed
    page = (folder / "index.html").read_text()
    assert 'src="mae/label-curve.png"' in page
    assert 'src="mae/reconstruction.png"' in page


def test_every_file_it_names_on_the_page_is_there(tour):
    import re

    _, _, folder = tour
    page = (folder / "index.html").read_text()
    sources = re.findall(r'src="([^"]+)"', page)
    assert len(sources) >= 6
    assert all((folder / source).is_file() for source in sources)
