"""The closing page shows what was printed and drawn, and asks nothing of the network."""

import re

from tinyvision.tour.page import Section, write_page


def written(tmp_path, *sections):
    return write_page(tmp_path / "index.html", sections).read_text()


def test_pictures_are_named_relative_to_the_page(tmp_path):
    page = written(tmp_path, Section("A", "text", [tmp_path / "cnn" / "filters.png"]))
    assert 'src="cnn/filters.png"' in page
    assert str(tmp_path) not in page


def test_text_is_escaped(tmp_path):
    assert "1 &lt; 2 &amp; 3" in written(tmp_path, Section("A", "1 < 2 & 3", []))


def test_nothing_is_fetched_from_the_network(tmp_path):
    page = written(tmp_path, Section("A", "text", [tmp_path / "a.png"]))
    assert not re.search(r"https?:|//", page)


def test_text_that_looks_like_a_placeholder_stays_as_it_is(tmp_path):
    assert "costs $sections" in written(tmp_path, Section("A", "costs $sections", []))
