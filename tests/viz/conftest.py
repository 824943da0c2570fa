"""How text lies on a figure: what the reader would see overlap or run off the edge."""

import numpy as np
import pytest
from matplotlib.text import Text


def _drawn_texts(figure):
    """Every text that is drawn; ticks beyond the limits of their axis are not."""
    if figure.stale:
        figure.draw_without_rendering()
    hidden = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if not low <= tick.get_loc() <= high:
                    hidden |= {id(tick.label1), id(tick.label2)}
    return [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden
    ]


def _corners(text):
    """The four corners of a text in pixels, turned with it."""
    angle = np.deg2rad(text.get_rotation())
    if text.get_rotation_mode() != "anchor":
        angle = 0.0  # upright or lying: the upright box is exact
    rotation = text.get_rotation()
    if angle:
        text.set_rotation(0)
    box = text.get_window_extent()
    if angle:
        text.set_rotation(rotation)
    corners = np.array([(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)])
    anchor = text.get_transform().transform(text.get_unitless_position())
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (corners - anchor) @ turn.T + anchor  # (4, 2) @ (2, 2) -> (4, 2)


def _apart(a, b):
    """Whether a line separates two convex shapes: it is parallel to a side of one of them."""
    for shape in (a, b):
        for side in np.roll(shape, -1, axis=0) - shape:
            normal = np.array([-side[1], side[0]])
            if (a @ normal).max() <= (b @ normal).min() or (b @ normal).max() <= (a @ normal).min():
                return True
    return False


@pytest.fixture
def overlaps():
    """A function that returns the pairs of texts on a figure that cover each other."""

    def find(figure):
        texts = _drawn_texts(figure)
        shapes = np.array([_corners(text) for text in texts])  # (N, 4, 2)
        low, high = shapes.min(axis=1), shapes.max(axis=1)  # (N, 4, 2) -> (N, 2)
        # Only texts whose upright boxes meet need the exact test: (N, N, 2) -> (N, N).
        near = ((low[:, None] < high) & (low < high[:, None])).all(axis=2)
        return [
            (texts[i].get_text(), texts[j].get_text())
            for i, j in np.argwhere(np.triu(near, k=1))
            if not _apart(shapes[i], shapes[j])
        ]

    return find


@pytest.fixture
def cut_off():
    """A function that returns the texts that run off the edge of a figure."""

    def find(figure):
        width, height = figure.get_size_inches() * figure.dpi
        texts = _drawn_texts(figure)
        return [
            text.get_text()
            for text, corners in zip(texts, map(_corners, texts), strict=True)
            if not ((corners >= 0).all() and (corners <= (width, height)).all())
        ]

    return find
