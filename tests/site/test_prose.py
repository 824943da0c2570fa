"""Text with formulas as HTML, and docstrings."""

import pytest

from tinyvision.site.formula import formula
from tinyvision.site.prose import Prose
from tinyvision.site.reference.docstring import to_html


def test_a_word_in_a_formula_is_one_name():
    assert "<mi>softmax</mi>" in formula(r"\mathrm{softmax}(x)")


@pytest.mark.parametrize("tex", [r"\sofmax(x)", "x_{1", "x_1}", r"\left(x"])
def test_a_formula_that_cannot_be_rendered_is_an_error(tex):
    with pytest.raises(ValueError, match="cannot be rendered"):
        formula(tex)


def test_dollars_in_code_are_no_formula():
    assert "<math" not in Prose().html("``$x$ and $y$``")


def test_html_in_a_text_is_shown_not_obeyed():
    assert "&lt;script&gt;" in Prose().html("a <script> of 3 < 4")


def test_underlined_headings_become_headings_with_names():
    prose = Prose()
    html = prose.html("A part\n------\n\nText.\n\nA part\n------")
    assert '<h2 id="a-part">A part</h2>' in html
    assert '<h2 id="a-part-2">A part</h2>' in html
    assert prose.headings == [("a-part", "A part"), ("a-part-2", "A part")]


def test_lessons_that_are_named_are_links():
    html = Prose({"04": "four.html", "06": "six.html"}).html("See lessons 04, 05 and 06.")
    assert '<a href="four.html">04</a>, 05 and <a href="six.html">06</a>' in html


def test_an_indented_block_of_python_is_coloured():
    assert 'class="code"' in Prose().html("So:\n\n    x = 1\n")
    assert 'class="plain"' in Prose().html("So:\n\n    A -> B ->\n")


def test_arguments_of_several_lines_and_names():
    html = to_html("Do.\n\nArgs:\n    a, b: one\n        and more.\n    *c: two.")
    assert "<dt><code>a, b</code></dt><dd>one and more.</dd>" in html
    assert "<dt><code>*c</code></dt><dd>two.</dd>" in html


def test_what_is_returned_is_a_text():
    assert '<p class="label">Returns</p><p>(N, C): so many.</p>' in to_html(
        "Do.\n\nReturns:\n    (N, C): so many."
    )


def test_an_example_loses_what_only_its_test_needs():
    html = to_html("Do.\n\n>>> f()  # doctest: +ELLIPSIS\na\n<BLANKLINE>\nb\n\nMore.")
    assert "doctest" not in html
    assert "BLANKLINE" not in html
    assert html.endswith("<p>More.</p>")


def test_stars_in_a_docstring_are_arithmetic():
    assert "(*, H) and (*, W)" in to_html("Takes (*, H) and (*, W).")


def test_roles_are_links_where_they_lead_somewhere():
    html = to_html(
        "See :func:`tinyvision.cat`, :class:`~a.B`.", {"tinyvision.cat": "x.html#cat"}.get
    )
    assert '<a href="x.html#cat"><code>tv.cat</code></a>' in html
    assert "<code>a.B</code>" in html
