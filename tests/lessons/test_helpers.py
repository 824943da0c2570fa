"""`predict` and `show`, straight through and on other stages."""

import sys
import types

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from tinyvision.lessons import predict, show
from tinyvision.lessons.stage import Stage, current, using
from tinyvision.viz import filters


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where the pictures go."""
    monkeypatch.setenv("TINYVISION_LESSON_OUT", str(tmp_path / "out"))
    return tmp_path / "out"


def figure():
    return filters(np.arange(8.0).reshape(2, 1, 2, 2))


class Recording(Stage):
    def __init__(self):
        self.questions, self.pictures = [], []

    def question(self, question):
        self.questions.append(question)

    def picture(self, path, caption):
        self.pictures.append((path, caption))


def test_straight_through_question_and_answer_are_printed(capsys):
    assert predict("How much?", 6 * 7) == 42
    assert capsys.readouterr().out == "Predict: How much?\nAnswer:  42\n"


def test_choices_are_printed_with_the_question(capsys):
    predict("Which?", "b", choices=("a", "b"))
    assert "Predict: Which? (one of: a, b)" in capsys.readouterr().out


def test_the_answer_comes_back_as_it_was_given():
    answer = np.array([1, 2])
    with using(Recording()):
        assert predict("What?", answer) is answer


def test_another_stage_gets_the_question_and_nothing_is_printed(capsys):
    with using(Recording()) as stage:
        predict("Which?", 2, choices=[1, 2], hint="not one")
    (question,) = stage.questions
    assert (question.text, question.answer, question.choices, question.hint) == (
        "Which?", 2, [1, 2], "not one",
    )  # fmt: skip
    assert capsys.readouterr().out == ""
    assert type(current()) is Stage


def test_stages_end_with_their_block_even_by_an_error():
    with pytest.raises(ZeroDivisionError), using(Recording()):
        1 / 0
    assert type(current()) is Stage


def test_an_answer_that_is_no_choice_is_refused():
    with pytest.raises(ValueError, match="'3' is not among the choices"):
        predict("Which?", 3, choices=[1, 2])


def test_a_figure_is_saved_as_png_and_its_path_printed(folder, capsys):
    path = show(figure(), "kernels", "two kernels")
    assert path == folder / "kernels.png"
    assert path.read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out == f"saved {path}: two kernels\n"


def test_the_folder_is_that_of_the_lesson_that_runs(tmp_path, monkeypatch):
    monkeypatch.delenv("TINYVISION_LESSON_OUT")
    monkeypatch.chdir(tmp_path)
    main = types.ModuleType("__main__")
    main.__file__ = "/somewhere/02_convolution.py"
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert str(show(figure(), "kernels")) == "runs/lessons/02/kernels.png"
    main.__file__ = "/somewhere/own.py"
    assert str(show(figure(), "kernels")) == "runs/lessons/own/kernels.png"
    del main.__file__  # as in a notebook
    assert str(show(figure(), "kernels")) == "runs/lessons/scratch/kernels.png"


def test_a_list_of_images_becomes_a_gif_that_lasts(folder):
    frames = [np.full((8, 8), value) for value in (0.0, 0.5, 1.0)]
    path = show(frames, "blink", seconds=0.2)
    assert path == folder / "blink.gif"
    with Image.open(path) as gif:
        assert (gif.n_frames, gif.info["loop"], gif.size) == (3, 0, (240, 240))
        durations, centres = [], []
        for at in range(gif.n_frames):
            gif.seek(at)
            durations.append(gif.info["duration"])
            centres.append(gif.convert("L").getpixel((120, 120)))
    assert durations == [200, 200, 400]  # the last one stays twice as long
    np.testing.assert_allclose(centres, [0, 128, 255], atol=4)


def test_frames_of_several_sizes_stand_in_the_middle_of_white(folder):
    path = show([np.zeros((4, 8)), np.zeros((8, 8))], "grow")
    with Image.open(path) as gif:
        first = gif.convert("L")
    assert first.size == (240, 240)
    assert first.getpixel((120, 10)) == 255
    assert first.getpixel((120, 120)) == 0


def test_figures_become_a_gif_too(folder):
    path = show([figure(), figure()], "twice")
    with Image.open(path) as gif:
        assert gif.n_frames >= 1
        assert gif.size[0] > 100


def test_a_picture_that_is_there_is_copied(folder, tmp_path):
    (tmp_path / "own.gif").write_bytes(b"GIF89a...")
    path = show(tmp_path / "own.gif", "film")
    assert path == folder / "film.gif"
    assert path.read_bytes() == b"GIF89a..."
    assert show(path, "film") == path  # onto itself


def test_a_picture_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.png"):
        show(tmp_path / "none.png", "film")


@pytest.mark.parametrize("name", ["", "a/b", "../a"])
def test_a_name_is_no_path(name):
    with pytest.raises(ValueError, match="expected a file's name without a folder"):
        show(Figure(), name)


def test_what_is_no_picture_is_refused():
    with pytest.raises(TypeError, match=r"show takes a Matplotlib figure.*got int"):
        show(3, "three")


def test_an_animation_has_frames_that_stay():
    with pytest.raises(ValueError, match="there are no frames"):
        show([], "nothing")
    with pytest.raises(ValueError, match="seconds is 0"):
        show([np.zeros((2, 2))], "fast", seconds=0)


def test_another_stage_gets_the_picture(folder, capsys):
    with using(Recording()) as stage:
        show(figure(), "kernels", "two")
    assert stage.pictures == [(folder / "kernels.png", "two")]
    assert capsys.readouterr().out == ""


@pytest.fixture
def notebook(monkeypatch):
    """A stand-in for IPython in a notebook; a list of what was displayed."""
    displayed = []
    shell = types.SimpleNamespace(config={"IPKernelApp": {}})
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: shell
    display = types.ModuleType("IPython.display")
    display.HTML = lambda text: ("html", text)
    display.Image = lambda data: ("image", data)
    display.display = displayed.append
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return displayed


def test_in_a_notebook_the_answer_is_folded_and_the_picture_in_the_page(notebook, capsys):
    predict("Is 1 < 2?", True, hint="Count & see.")
    path = show(figure(), "kernels")
    (_, text), image = notebook
    assert "<b>Predict:</b> Is 1 &lt; 2?" in text
    assert "<details><summary>a hint</summary>Count &amp; see.</details>" in text
    assert text.endswith("<details><summary>the answer</summary>yes</details>")
    assert image == ("image", path.read_bytes())
    assert capsys.readouterr().out == f"saved {path}\n"
