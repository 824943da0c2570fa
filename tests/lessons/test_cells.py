"""A lesson's file taken apart."""

import pytest

from tests.lessons.conftest import FIRST
from tinyvision.lessons.cells import Cell, parse, read_script, with_hashes

LESSON = FIRST.lstrip()


def test_the_docstring_is_the_title_and_the_intro():
    script = parse(LESSON)
    assert script.title == "The first one"
    assert script.intro.startswith("**Question.** How much")


def test_the_facts_of_the_head_are_found_wherever_they_stand():
    assert parse(LESSON).facts == {
        "Question": "How much is six times seven?",
        "You will build": "a product.",
        "Needs": "nothing.",
        "Runs in": "about 1 s.",
        "Expect": "42 (asserted below).",
    }


def test_a_fact_ends_with_its_paragraph():
    script = parse('"""T\n\n**Question.** How\nmuch?\n\nMore.\n\n**Needs** lesson 01."""')
    assert script.facts == {"Question": "How much?", "Needs": "lesson 01."}


def test_cells_have_their_kind_their_text_and_their_line():
    cells = parse(LESSON).cells
    assert [cell.kind for cell in cells] == ["code", "text", "code", "code", "text"]
    assert cells[1].source.startswith("A product\n---------\nMultiply with **care**")
    assert "\n\n- first the one,\n" in cells[1].source
    assert cells[3] == Cell("code", "six + seven", 26)


def test_the_line_of_a_cell_is_that_of_the_file():
    lines = LESSON.split("\n")
    for cell in parse(LESSON).cells:
        first = cell.source.split("\n")[0]
        assert lines[cell.line - 1] in (first, f"# {first}")


def test_a_step_is_code_with_the_texts_before_it():
    steps = parse(LESSON).steps
    assert [step.line for step in steps[:3]] == [10, 21, 26]
    assert "How much is six times seven?" in steps[0].text
    assert steps[1].text.startswith("A product")
    assert (steps[2].text, steps[2].code) == ("", "six + seven")
    assert (steps[3].text, steps[3].code) == ("That was all.", "")


def test_the_facts_are_a_list_in_the_first_step():
    lines = parse(LESSON).steps[0].text.split("\n")
    assert lines[0] == "- **Question.** How much is six times seven?"
    assert len(lines) == 5
    assert all(line.startswith("- **") for line in lines)


def test_code_before_the_first_marker_is_a_cell():
    assert parse('"""T"""\nx = 1\n\n# %%\ny = 2').cells == [
        Cell("code", "x = 1", 2),
        Cell("code", "y = 2", 5),
    ]


def test_a_marker_inside_a_string_is_none():
    text = 'x = """\n# %%\n"""\n# %%\ny = 2'
    assert [cell.line for cell in parse(text).cells] == [1, 5]


def test_empty_cells_are_left_out():
    assert parse("# %%\n\n# %% [markdown]\n\n# %%\nx = 1\n").cells == [Cell("code", "x = 1", 6)]


def test_a_title_behind_the_marker_and_md_for_markdown_are_taken():
    cells = parse("# %% load\nx = 1\n# %% [md]\n# Text").cells
    assert [(cell.kind, cell.source) for cell in cells] == [("code", "x = 1"), ("text", "Text")]


def test_code_in_a_text_cell_is_refused_with_its_line(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("# %% [markdown]\n# Text\nx = 1\n")
    with pytest.raises(ValueError, match=r"a.py:3 is no comment, but stands in a text cell"):
        read_script(path)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ValueError, match="not a text in UTF-8"):
        read_script(path)


def test_a_file_that_is_not_python_still_has_its_cells():
    cells = parse("# %%\nx = (\n# %%\ny = 2\n").cells
    assert [cell.source for cell in cells] == ["x = (", "y = 2"]


def test_code_lines_leave_out_what_is_empty_or_a_comment():
    assert (
        parse("# %%\nx = 1\n\n# a comment\ny = 2  # two\n# %% [markdown]\n# Text").code_lines == 2
    )


def test_underlined_headings_become_hashes_and_nothing_else_does():
    text = "Big\n===\n\nPart\n----\ntext\n\n- a\n- b\n\nSmall\n~~~~~\n\n```\na\n---\n```"
    assert (
        with_hashes(text) == "# Big\n\n## Part\ntext\n\n- a\n- b\n\n### Small\n\n```\na\n---\n```"
    )
