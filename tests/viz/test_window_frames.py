import numpy as np
import pytest
from matplotlib.patches import Rectangle
from scipy.signal import correlate2d

import tinyvision.viz as viz

IMAGE = np.random.default_rng(0).integers(0, 17, size=(4, 5))
KERNEL = np.array([[1, -2, 0], [0, 3, -1]])


@pytest.fixture(scope="module")
def frames():
    return viz.window_frames(IMAGE, KERNEL)


def panels(figure):
    return {axes.get_title(): axes for axes in figure.axes}


def written(axes):
    return [text.get_text().replace("−", "-") for text in axes.texts]


def test_there_is_a_frame_for_each_number_of_the_output(frames):
    assert len(frames) == 9


def test_the_last_frame_shows_the_whole_correlation(frames):
    last = frames[-1]
    expected = correlate2d(IMAGE, KERNEL, mode="valid").ravel()
    assert [int(text) for text in written(panels(last)["output"])] == list(expected)


def test_each_frame_shows_one_number_more(frames):
    for place, frame in enumerate(frames, start=1):
        assert sum(text != "" for text in written(panels(frame)["output"])) == place


def test_the_window_and_the_number_it_gives_are_framed(frames):
    for place, frame in enumerate(frames):
        row, column = divmod(place, 3)
        for title, size in (("image", (3, 2)), ("output", (1, 1))):
            (patch,) = [p for p in panels(frame)[title].patches if isinstance(p, Rectangle)]
            assert patch.get_xy() == (column - 0.5, row - 0.5)
            assert (patch.get_width(), patch.get_height()) == size


def test_the_sum_written_out_is_the_number_framed():
    frame = viz.window_frames([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 2], [3, 4]])[2]
    assert "4·1 + 5·2\n+ 7·3 + 8·4\n= 67" in [text.get_text() for text in frame.texts]


def test_all_frames_have_one_size(frames):
    sizes = {tuple(frame.get_size_inches()) for frame in frames}
    assert len(sizes) == 1


@pytest.mark.parametrize(("image", "kernel"), [((11, 4), (2, 2)), ((3, 3), (4, 2))])
def test_what_is_too_large_is_refused(image, kernel):
    with pytest.raises(ValueError, match="cut a piece out"):
        viz.window_frames(np.ones(image), np.ones(kernel))
