import subprocess
import sys
import threading
import time

import matplotlib
import numpy as np
import pytest
from matplotlib import colormaps

from tinyvision.viz.style import (
    OKABE_ITO,
    factor,
    new_figure,
    number,
    shorten,
    style,
    symmetric_limit,
    text_colour,
    text_width,
)


def luminance(colour):
    """Relative luminance as the Web Content Accessibility Guidelines 2.1 define it."""
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_the_readers_settings_come_back_even_after_an_error():
    with matplotlib.rc_context({"font.size": 23}):
        before = dict(matplotlib.rcParams)
        with pytest.raises(KeyError), style():
            matplotlib.rcParams["no such setting"]
        assert dict(matplotlib.rcParams) == before


def test_the_readers_settings_do_not_reach_a_figure():
    with matplotlib.rc_context({"image.origin": "lower", "axes.grid": True}), style():
        assert matplotlib.rcParams["image.origin"] == "upper"
        assert not matplotlib.rcParams["axes.grid"]


def test_threads_take_turns():
    inside, most = 0, 0

    def work():
        nonlocal inside, most
        for _ in range(5):
            with style():
                inside += 1
                most = max(most, inside)
                time.sleep(0.001)  # long enough for another thread to come in
                inside -= 1

    before = dict(matplotlib.rcParams)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert dict(matplotlib.rcParams) == before


def test_importing_viz_leaves_pyplot_and_the_backend_alone():
    code = "import sys, tinyvision.viz; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_figure_is_not_in_pyplots_list():
    from matplotlib._pylab_helpers import Gcf

    before = len(Gcf.figs)
    new_figure(1, 1)
    assert len(Gcf.figs) == before


@pytest.mark.parametrize("name", ["Blues", "viridis", "RdBu_r"])
def test_text_is_readable_on_every_colour_of_a_map(name):
    for background in colormaps[name](np.linspace(0, 1, 256)):
        ink = 0.0 if text_colour(background) == "black" else 1.0
        low, high = sorted([luminance(background), ink])
        assert (high + 0.05) / (low + 0.05) >= 4.5


def test_the_palette_is_the_published_one():
    # Okabe and Ito give their colours as (R, G, B) from 0 to 255.
    published = [(0, 0, 0), (230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66)]
    published += [(0, 114, 178), (213, 94, 0), (204, 121, 167)]
    assert [tuple(bytes.fromhex(colour[1:])) for colour in OKABE_ITO.values()] == published


@pytest.mark.parametrize("text", ["Ankle boot", "q · k₁ = −2.5 / √4", "two\nlines, one longer"])
def test_text_width_is_what_is_drawn(text):
    figure = new_figure(6, 2)
    with style():
        drawn = figure.text(0, 0.5, text, size=20).get_window_extent().width / figure.dpi
    assert text_width(text, 20) == pytest.approx(drawn, rel=0.03)


def test_a_scale_of_zeros_or_of_nothing_still_has_a_length():
    assert symmetric_limit(np.zeros(3)) == 1
    assert symmetric_limit(np.zeros(0)) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (28.0, "28"), (-3, "−3"), (1234.4, "1234"), (0.98201, "0.982"), (1e20, "1e+20")],
)
def test_numbers_are_short(value, text):
    assert number(value) == text


def test_a_negative_factor_stands_in_brackets():
    assert factor(-0.5) == "(−0.5)"


def test_a_long_name_is_cut():
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("abcd", 4) == "abcd"
