"""Text stands out from what is behind it, in light and in dark."""

import re
from pathlib import Path

import pytest

import tinyvision.site

SHEET = (Path(tinyvision.site.__file__).parent / "assets" / "style.css").read_text()
# Every colour that carries text, on everything it is put on.
PAIRS = [
    *((text, "paper") for text in ("ink", "muted", "accent")),
    *((text, "box") for text in ("ink", "muted", "accent", "keyword", "string", "number",
                                 "comment", "function")),
    *((text, "asked") for text in ("ink", "accent")),
    ("on-tint", "tint"),
]  # fmt: skip


def colours(dark):
    blocks = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)
    assert len(blocks) == 2
    return dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", blocks[dark]))


def luminance(channels):
    """Relative luminance, of channels from 0 to 1: Web Content Accessibility Guidelines 2.1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def channels(colour):
    return [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "behind"), PAIRS)
def test_text_stands_out(text, behind, dark):
    known = colours(dark)
    assert contrast(channels(known[text]), channels(known[behind])) >= 4.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_number_stands_out_from_the_darkest_pixel_of_a_player(dark):
    known = colours(dark)
    share = float(re.search(r"\* (\d+)%\), var\(--paper\)", SHEET)[1]) / 100
    pixel = [
        share * a + (1 - share) * b
        for a, b in zip(channels(known["shade"]), channels(known["paper"]), strict=True)
    ]
    assert contrast(channels(known["ink"]), pixel) >= 4.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_frames_and_outlines_stand_out(dark):
    known = colours(dark)
    for line in ("frame", "accent"):
        assert contrast(channels(known[line]), channels(known["paper"])) >= 3
