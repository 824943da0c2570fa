"""A lesson as a notebook: valid by the rules of nbformat 4.5, and the same lesson."""

import json
import re

import pytest

from tinyvision.cli import main
from tinyvision.lessons.catalogue import find_lesson, lessons
from tinyvision.lessons.notebook import notebook


def assert_valid(content):
    """The rules of https://github.com/jupyter/nbformat, nbformat.v4.5.schema.json."""
    assert set(content) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    assert {"name", "display_name"} <= set(content["metadata"]["kernelspec"])
    assert "name" in content["metadata"]["language_info"]
    ids = [cell["id"] for cell in content["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in content["cells"]:
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", cell["id"])
        assert cell["metadata"] == {}
        assert isinstance(cell["source"], list)
        assert all(line.endswith("\n") for line in cell["source"][:-1])
        assert not cell["source"][-1].endswith("\n")
        keys = {"id", "cell_type", "metadata", "source"}
        if cell["cell_type"] == "code":
            assert set(cell) == keys | {"execution_count", "outputs"}
            assert (cell["execution_count"], cell["outputs"]) == (None, [])
        else:
            assert cell["cell_type"] == "markdown"
            assert set(cell) == keys


def test_it_is_valid(here):
    assert_valid(notebook(find_lesson("0")))


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.path.stem)
def test_every_lesson_makes_a_valid_one(lesson):
    assert_valid(notebook(lesson))


def sources(content, kind):
    return ["".join(cell["source"]) for cell in content["cells"] if cell["cell_type"] == kind]


def test_the_title_and_the_intro_come_first(here):
    first = sources(notebook(find_lesson("0")), "markdown")[0]
    assert first.startswith("# The first one\n\n**Question.** How much")


def test_text_is_markdown_with_headings_lists_and_formulas_as_they_were(here, course):
    path = course / "02_formula.py"
    path.write_text('"""T"""\n# %% [markdown]\n# Sum\n# ---\n# $\\sum_i x_i$ and ``x * 2``\n')
    text = sources(notebook(find_lesson("2")), "markdown")[1]
    assert text == "## Sum\n$\\sum_i x_i$ and ``x * 2``"


def test_code_is_the_lessons_code_after_a_cell_that_says_where_pictures_go(here):
    set_up, *code = sources(notebook(find_lesson("0")), "code")
    assert code == [cell.source for cell in find_lesson("0").script.cells if cell.kind == "code"]
    names = {}
    exec(set_up, names)
    assert names["os"].environ["TINYVISION_LESSON_OUT"] == "runs/lessons/00"


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("predict('?', 1)", "predict('?', 1);"),
        ("show(\n    'é', 'a',\n)  # a picture", "show(\n    'é', 'a',\n);  # a picture"),
        ("x = predict('é?', 1)", "x = predict('é?', 1)"),
        ("predict('?', 1)\nx", "predict('?', 1)\nx"),
        ("x = (", "x = ("),
    ],
)
def test_what_a_question_or_a_picture_returns_is_not_shown_once_more(lesson, code, written):
    path = lesson(code)
    assert sources(notebook(find_lesson(str(path))), "code")[-1] == written


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    """What the set-up cell sets is taken back."""
    monkeypatch.setenv("TINYVISION_LESSON_OUT", "")
    monkeypatch.delenv("TINYVISION_LESSON_OUT")


def test_the_command_writes_it_under_the_lessons_name(here, capsys):
    assert main(["notebook", "0"]) == 0
    assert capsys.readouterr().out == "written: 00_first.ipynb\n"
    assert_valid(json.loads((here / "00_first.ipynb").read_text(encoding="utf-8")))


def test_the_command_writes_it_where_it_is_told(here, capsys):
    assert main(["notebook", "0", "--out", "a/b.ipynb", "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    assert (here / "a" / "b.ipynb").is_file()


def test_another_suffix_is_refused(here, capsys):
    assert main(["notebook", "0", "--out", "b.txt"]) == 2
    assert "does not end in .ipynb" in capsys.readouterr().err


def test_a_notebook_that_was_changed_is_kept_unless_told_otherwise(here, capsys):
    assert main(["notebook", "0"]) == main(["notebook", "0"]) == 0  # as it was written
    path = here / "00_first.ipynb"
    changed = path.read_text(encoding="utf-8").replace("The first one", "My notes")
    path.write_text(changed, encoding="utf-8")
    assert main(["notebook", "0"]) == 2
    assert "00_first.ipynb was changed" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == changed
    assert main(["notebook", "0", "--overwrite"]) == 0
    assert "My notes" not in path.read_text(encoding="utf-8")
