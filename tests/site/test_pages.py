"""The pages as files: sound HTML, links that lead somewhere, nothing from elsewhere."""

import itertools
import json
import re
from functools import cache
from html.parser import HTMLParser

import pytest

PAGES = ("index.html", "02_window.html", "08_asking.html", "players.html", "reference/index.html",
         "reference/tinyvision.html", "reference/tinyvision.Tensor.html",
         "reference/tinyvision.nn.html")  # fmt: skip
EMPTY = {"meta", "link", "img", "br", "input", "hr", "mspace"}  # have no end


class Reader(HTMLParser):
    """Elements in order, and whether each is closed where it was opened."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.faults = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{tag} at {self.getpos()}")


@pytest.fixture(params=PAGES)
def page(request, site):
    return site / request.param


@pytest.fixture
def lesson(site):
    return (site / "02_window.html").read_text(encoding="utf-8")


@cache
def read(path):
    return Reader(path.read_text(encoding="utf-8"))


@cache
def places(path):
    return {attributes.get("id") for _, attributes in read(path).elements}


def test_every_element_is_closed(page):
    reader = read(page)
    assert reader.faults == []
    assert reader.open == []


def test_names_of_places_are_given_once(page):
    names = [attributes["id"] for _, attributes in read(page).elements if "id" in attributes]
    assert len(names) == len(set(names))


def test_every_link_leads_somewhere(page):
    for tag, attributes in read(page).elements:
        link = attributes.get("href") or attributes.get("src") or attributes.get("data-still")
        if link is None:
            continue
        path, _, place = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.is_file(), f"{tag} {link}"
        if place:
            assert place in places(target), link


def test_nothing_comes_from_elsewhere(site):
    for path in site.rglob("*"):
        if path.suffix in (".html", ".css", ".js", ".svg"):
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
            assert not re.search(r"https?://|@import|url\(|src=\"//", text), path


def test_no_page_names_a_folder_of_the_machine_it_was_made_on(site):
    for path in site.rglob("*.html"):
        assert str(site.parents[1]) not in path.read_text(encoding="utf-8")


def test_every_picture_has_words_and_a_size(page):
    for tag, attributes in read(page).elements:
        if tag == "img":
            assert attributes["width"].isdecimal()
            assert attributes["height"].isdecimal()
            assert attributes["alt"] or "thumbnails/" in attributes["src"]  # whose title says it


def test_there_is_one_main_heading_and_no_level_is_left_out(page):
    levels = [int(tag[1]) for tag, _ in read(page).elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    jumps = [b - a for a, b in itertools.pairwise(levels)]
    assert max(jumps, default=0) <= 1


def test_a_page_says_its_language_its_title_and_that_phones_should_not_shrink_it(page):
    elements = read(page).elements
    assert elements[0] == ("html", {"lang": "en"})
    viewport = {"name": "viewport", "content": "width=device-width, initial-scale=1"}
    assert ("meta", viewport) in elements
    assert "tinyvision" in re.search(r"<title>(.*)</title>", page.read_text())[1]


def test_the_question_of_the_lesson_and_its_other_facts_are_a_list(lesson):
    assert "<li><strong>Question.</strong> What does a window see?</li>" in lesson
    assert "<li><strong>Runs in</strong> about 1 s.</li>" in lesson


def test_text_of_a_question_is_escaped(lesson):
    assert "Add up &lt;all&gt; four." in lesson


def test_choices_are_listed(lesson):
    assert '<ul class="choices"><li>the first</li><li>the second</li></ul>' in lesson


def test_the_lessons_before_and_after_are_linked(site):
    first, last = ((site / f"{n}.html").read_text() for n in ("02_window", "08_asking"))
    assert re.findall(r'rel="(\w+)" href="([^"]+)"', first)[-1:] == [("next", "08_asking.html")]
    assert re.findall(r'rel="(\w+)" href="([^"]+)"', last)[-1:] == [("prev", "02_window.html")]


def test_the_downloads_are_the_lesson_itself(site):
    script = (site / "downloads" / "02_window.py").read_text(encoding="utf-8")
    assert script.startswith('"""\nA window\n========')
    notebook = json.loads((site / "downloads" / "02_window.ipynb").read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4
    assert "views.convolution(x, w)" in json.dumps(notebook)


def test_the_index_shows_each_lesson_with_its_question_and_picture(site):
    index = (site / "index.html").read_text(encoding="utf-8")
    assert "What does a window see?" in index
    assert 'src="thumbnails/02_window.png"' in index
    assert 'href="08_asking.html"' in index


def test_only_pictures_that_are_shown_are_kept(site):
    names = {path.name for path in (site / "pictures" / "02_window").iterdir()}
    assert names == {"places.png", "film.gif", "film.still.png"}
    assert not (site / "scratch").exists()


def test_numbers_inside_a_script_cannot_end_it(site):
    from tinyvision.site.page import player

    html = player("attention", "A <title>", {"text": "</script><script>"})
    assert html.count("</script>") == 1
    assert json.loads(re.search(r'json">(.*?)</script>', html)[1])["text"] == "</script><script>"
