import numpy as np
import pytest

from tinyvision.viz import label_curve

METHODS = {"probe": "linear probe", "finetune": "fine-tuned"}


def row(images, method, mean, std=0.02, seeds=5):
    measured = {"mean": mean, "std": std, "seeds": seeds}
    return {"labels": images // 10, "images": images, "method": method, **measured}


ROWS = [
    row(100, "probe", 0.5), row(10, "probe", 0.25), row(10, "finetune", 0.3),
    row(100, "finetune", 0.75, 0.05),
]  # fmt: skip


def bars(axes):
    """Of each method: the middle and the half-length of its bars."""
    found = []
    for container in axes.containers:
        segments = np.array(container.lines[2][0].get_segments())  # (bars, 2 ends, 2)
        low, high = segments[:, 0, 1], segments[:, 1, 1]
        found.append(((low + high) / 2, (high - low) / 2))
    return found


def test_lines_are_the_means_in_per_cent_from_few_labels_to_many():
    probe, tuned = (c.lines[0] for c in label_curve(ROWS, METHODS).axes[0].containers)
    np.testing.assert_allclose(probe.get_ydata(), [25, 50])
    np.testing.assert_allclose(tuned.get_ydata(), [30, 75])
    # Beside each other by less than a twentieth, for the bars to be seen.
    np.testing.assert_allclose(probe.get_xdata(), [10, 100], rtol=0.05)


def test_bars_reach_one_standard_deviation():
    _, (middle, half) = bars(label_curve(ROWS, METHODS).axes[0])
    np.testing.assert_allclose(middle, [30, 75])
    np.testing.assert_allclose(half, [2, 5])


def test_the_axes_are_named_and_that_of_the_labels_is_logarithmic():
    (axes,) = label_curve(ROWS, METHODS).axes
    assert axes.get_xscale() == "log"
    assert axes.get_xlabel().startswith("labelled images, in brackets those of each class")
    assert [text.get_text() for text in axes.get_xticklabels()] == ["10\n(1)", "100\n(10)"]
    assert axes.get_ylabel() == "held-out accuracy (% of the images)"


def test_one_number_of_labels_is_no_axis_but_is_named():
    axes = label_curve([row for row in ROWS if row["images"] == 100], METHODS).axes[0]
    assert axes.get_xlabel() == "each way with 100 labelled images, 10 a class"
    assert not len(axes.get_xticks())


def test_each_line_is_named_at_its_end():
    (axes,) = label_curve(ROWS, METHODS).axes
    assert [t.get_text() for t in axes.texts] == ["50.0 % linear probe", "75.0 % fine-tuned"]


def test_lines_differ_in_more_than_colour():
    lines = [c.lines[0] for c in label_curve(ROWS, METHODS).axes[0].containers]
    for kind in ("get_marker", "get_linestyle", "get_color"):
        assert len({getattr(line, kind)() for line in lines}) == 2


def test_one_seed_has_no_bars_and_says_so():
    figure = label_curve([row(10, "probe", 0.5, None, 1)], METHODS)
    assert "one seed" in [text.get_text() for text in figure.texts]
    np.testing.assert_allclose(bars(figure.axes[0])[0][1], 0)


@pytest.mark.parametrize(("rows", "methods"), [([], METHODS), (ROWS, dict.fromkeys("abcdef", ""))])
def test_nothing_or_too_much_to_draw_is_refused(rows, methods):
    with pytest.raises(ValueError, match="at least one row and at most 5 methods"):
        label_curve(rows, methods)
