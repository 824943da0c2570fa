import numpy as np
import pytest

import tinyvision.viz as viz

PATH = np.array([[4.0, 1.0], [2.0, -0.5], [1.0, 0.25]])


def bowl(u, v):
    return u**2 + v**2


def draw(**changes):
    options = {"paths": {"walk": PATH}, "span": (-5, 5, -2, 2), **changes}
    return viz.descent_paths(bowl, heading="Down", **options)


def named(figure):
    return {line.get_label(): line for line in figure.axes[0].get_lines()}


def test_every_step_of_a_path_is_a_point():
    np.testing.assert_array_equal(named(draw())["walk"].get_xydata(), PATH)


def test_start_and_minimum_are_marked():
    lines = named(draw(lowest=(0, 0)))
    np.testing.assert_array_equal(lines["start"].get_xydata(), PATH[:1])
    np.testing.assert_array_equal(lines["minimum"].get_xydata(), [[0, 0]])


def test_a_contour_holds_points_of_one_height():
    (contours,) = draw().axes[0].collections
    for level, path in zip(contours.levels, contours.get_paths(), strict=True):
        if len(path.vertices):
            inside = path.vertices[path.codes != 79]  # 79 closes a path, at no point of its own
            np.testing.assert_allclose(bowl(*inside.T), level, atol=0.02)


def test_only_the_span_is_shown():
    axes = draw(paths={"far": [[4, 1], [400, 1]]}).axes[0]
    assert axes.get_xlim() == (-5, 5)
    assert axes.get_ylim() == (-2, 2)


def test_a_path_of_three_weights_is_refused():
    with pytest.raises(ValueError, match=r"path 'walk' has shape \(2, 3\), expected \(K, 2\)"):
        draw(paths={"walk": np.zeros((2, 3))})


def test_no_path_is_refused():
    with pytest.raises(ValueError, match="paths holds 0 paths"):
        draw(paths={})


def test_an_empty_span_is_refused():
    with pytest.raises(ValueError, match="span is"):
        draw(span=(5, -5, -2, 2))
