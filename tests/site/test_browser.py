"""The pages as a browser shows them, from files and without a network."""

import math
import re

import numpy as np
import pytest
from scipy.special import softmax

X = np.array([[0, 1.5, 2], [3, 4, 5], [6, 7, 8]])  # as in the lesson
W = np.array([[0.5, -1], [0.25, 2]])
PAGES = ("index.html", "02_window.html", "08_asking.html", "players.html", "reference/index.html",
         "reference/tinyvision.nn.functional.html")  # fmt: skip
PLAYER = "document.querySelector('.player[data-player={}]')"


def numbers(text):
    """The numbers in a text, with the minus signs of print."""
    return [float(word) for word in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text.replace("−", "-"))]


def attention_arrays():
    rng = np.random.default_rng(0)
    return rng.normal(size=(3, 4)), rng.normal(size=(5, 4)), rng.normal(size=(5, 2))


def shown(browser, name, selector):
    """The text of an element of a player."""
    script = f"{PLAYER.format(name)}.querySelector('{selector}').innerText"
    return browser.run(script)


def rows(browser, name):
    """The table of a player, row by row."""
    return browser.run(
        f"[...{PLAYER.format(name)}.querySelectorAll('.wide tbody tr')]"
        ".map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )


@pytest.fixture
def window(browser, site):
    browser.open((site / "02_window.html").as_uri())
    browser.run(PLAYER.format("convolution") + ".focus()")
    return browser


@pytest.fixture
def asking(browser, site):
    browser.open((site / "08_asking.html").as_uri())
    browser.run(PLAYER.format("attention") + ".focus()")
    return browser


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_asked_of_the_network_and_nothing_fails(browser, site, page):
    browser.open((site / page).as_uri())
    assert browser.problems == []
    assert browser.requests
    folder = site.resolve().as_uri()
    assert [address for address in browser.requests if not address.startswith(folder)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_is_there(browser, site, page):
    browser.open((site / page).as_uri())
    script = "[...document.images].filter(i => !(i.complete && i.naturalWidth)).map(i => i.src)"
    assert browser.run(script) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_no_wider_than_a_phone(browser, site, page, dark):
    browser.resize(360, dark=dark)
    browser.open((site / page).as_uri())
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.run("document.documentElement.scrollWidth") <= 360


def test_long_lines_of_code_scroll_in_their_own_box(browser, site):
    browser.resize(360)
    browser.open((site / "02_window.html").as_uri())
    wide = "[...document.querySelectorAll('pre')].filter(b => b.scrollWidth > b.clientWidth)"
    assert browser.run(f"{wide}.length") > 0
    assert browser.run(f"{wide}.every(b => getComputedStyle(b).overflowX === 'auto')")


def test_formulas_are_set_not_spelled(window):
    formula = "document.querySelector('math')"
    assert window.run(f"{formula} instanceof MathMLElement")
    below, base = (
        window.run(f"{formula}.querySelector('msub').children[{n}].getBoundingClientRect().bottom")
        for n in (1, 0)
    )
    assert below > base  # the index hangs below the letter
    above, base = (
        window.run(f"{formula}.querySelector('msubsup').children[{n}].getBoundingClientRect().top")
        for n in (2, 0)
    )
    assert above < base  # the exponent stands above it
    root = f"{formula}.querySelector('msqrt').getBoundingClientRect().width"
    inner = f"{formula}.querySelector('msqrt').children[0].getBoundingClientRect().width"
    assert window.run(root) > window.run(inner)  # there is a root sign


def test_a_question_hides_its_answer_until_it_is_opened(window):
    answer = "document.querySelector('.question .answer .value')"
    assert not window.run(f"{answer}.checkVisibility()")
    assert "7.25" not in window.run("document.querySelector('.question').innerText")
    window.click(".question .answer summary")
    assert window.run(f"{answer}.checkVisibility()")
    assert window.run(f"{answer}.innerText") == "7.25"


def test_the_window_goes_through_all_places_and_its_numbers_are_numpys(window):
    window.press("Home")
    for step, (i, j) in enumerate(np.ndindex(2, 2)):
        pixels = X[i : i + 2, j : j + 2]
        written, products, total = shown(window, "convolution", ".arithmetic").split("\n")
        place, factors = written.split("] = ")
        assert numbers(place) == [i, j]
        assert numbers(factors) == [
            n for pair in zip(pixels.flat, W.flat, strict=True) for n in pair
        ]
        np.testing.assert_allclose(numbers(products), (pixels * W).ravel(), rtol=1e-3)
        np.testing.assert_allclose(numbers(total), (pixels * W).sum(), rtol=1e-3)
        outputs = numbers(shown(window, "convolution", ".grid:last-child tbody"))
        assert len(outputs) == step + 1  # it fills up
        assert outputs[-1] == numbers(total)[0]
        window.press("ArrowRight")
    assert shown(window, "convolution", ".count") == "4 of 4"  # and stays at the last


def test_the_cells_under_the_window_are_marked(window):
    window.press("Home")
    window.press("ArrowDown")  # a row down
    marked = window.run(
        f"[...{PLAYER.format('convolution')}.querySelector('.grid').rows].map(row => "
        "[...row.cells].map(cell => +cell.classList.contains('under')))"
    )
    assert marked == [[0, 0, 0], [1, 1, 0], [1, 1, 0]]
    weights = shown(window, "convolution", ".grid").replace("×", " ")
    assert numbers(weights)[3:7] == [3, 0.5, 4, -1]


def test_buttons_and_arrow_keys_do_the_same(window):
    for back, on in (
        (lambda: window.click(".steps button", 0), lambda: window.click(".steps button", 1)),
        (lambda: window.press("ArrowLeft"), lambda: window.press("ArrowRight")),
    ):
        window.press("Home")
        seen = [shown(window, "convolution", ".count")]
        for action in (on, on, back, back, back):
            action()
            seen.append(shown(window, "convolution", ".count"))
        assert [numbers(text)[0] for text in seen] == [1, 2, 3, 2, 1, 1]


def test_the_keyboard_alone_will_do(window):
    window.press("Home")
    window.press("Tab")
    window.press("Tab")
    assert window.run("document.activeElement.textContent") == "Next →"
    for _ in range(5):
        window.press("Enter")
    assert shown(window, "convolution", ".count") == "4 of 4"
    assert window.run("document.activeElement.textContent") == "Next →"  # not lost at the end


def test_arrow_keys_reach_the_player_in_view_without_a_click(window):
    window.press("Home")
    window.run("document.activeElement.blur()")
    window.press("ArrowRight")
    assert shown(window, "convolution", ".count") == "2 of 4"


def test_an_output_that_is_clicked_shows_how_it_came_about(window):
    window.click(".player .grid button", 2)
    assert shown(window, "convolution", ".arithmetic").startswith("output[1, 0]")


def test_a_window_begins_where_the_lesson_showed_it(window):
    assert shown(window, "convolution", ".count") == "4 of 4"


def test_the_query_that_the_lesson_showed_asks_first(asking):
    pressed = "[...document.querySelectorAll('.choose button')].map(b => b.ariaPressed)"
    assert asking.run(pressed) == ["false", "true", "false"]


@pytest.mark.parametrize("query", range(3))
def test_attention_goes_from_scores_to_output_with_numpys_numbers(asking, query):
    q, k, v = attention_arrays()
    scores = k @ q[query]
    weights = softmax(scores / math.sqrt(4))
    asking.click(".choose button", query)
    pages = []
    for _ in range(5):
        pages.append(rows(asking, "attention"))
        asking.press("ArrowRight")
    given, scored, scaled, weighed, mixed = pages
    for i in range(5):
        near = {"rtol": 2e-3, "atol": 2e-3}  # four digits are shown
        np.testing.assert_allclose(numbers(given[i][1]), k[i], **near)
        np.testing.assert_allclose(numbers(given[i][2]), v[i], **near)
        factors = np.array(numbers(scored[i][1])).reshape(4, 2)
        np.testing.assert_allclose(factors, np.stack([q[query], k[i]], axis=1), **near)
        np.testing.assert_allclose(numbers(scored[i][2]), scores[i], **near)
        np.testing.assert_allclose(numbers(scaled[i][2]), scores[i] / 2, **near)
        np.testing.assert_allclose(numbers(weighed[i][2]), weights[i], atol=5.1e-5)
        np.testing.assert_allclose(numbers(mixed[i][2]), weights[i] * v[i], **near)
    foot = numbers(shown(asking, "attention", "tfoot").split("output")[1])
    np.testing.assert_allclose(foot, weights @ v, rtol=1e-3)


def test_up_and_down_choose_who_asks(asking):
    asking.click(".choose button", 0)
    asking.press("ArrowDown")
    assert shown(asking, "attention", ".say").startswith("q₂")
    asking.press("ArrowUp")
    asking.press("ArrowUp")
    assert shown(asking, "attention", ".say").startswith("q₃")  # round the corner


def test_a_patch_that_is_clicked_asks_and_is_answered_by_its_like(browser, site):
    browser.open((site / "players.html").as_uri())
    browser.run(PLAYER.format("attention") + ".focus()")
    browser.click(".patches button", 7)
    for _ in range(3):
        browser.press("ArrowRight")
    weights = [numbers(row[2])[0] for row in rows(browser, "attention")]
    patches = [numbers(row[1]) for row in _given(browser)]
    alike = [i for i, patch in enumerate(patches) if patch == patches[7]]
    assert sorted(np.argsort(weights)[-len(alike) :]) == alike
    assert sum(weights) == pytest.approx(1, abs=1e-3)


def _given(browser):
    browser.press("Home")
    return rows(browser, "attention")


def test_another_kernel_gives_other_numbers_at_the_same_place(browser, site):
    browser.open((site / "players.html").as_uri())
    browser.click(".player[data-player=convolution] .steps button", 1)
    upright = shown(browser, "convolution", ".arithmetic")
    browser.click(".player[data-player=convolution] .choose button", 2)
    nothing = shown(browser, "convolution", ".arithmetic")
    assert upright.startswith("output[0, 1]")
    assert nothing.startswith("output[0, 1]")
    pixels = numbers(upright.split("] = ")[1].split("\n")[0])[::2]
    assert numbers(nothing.split("\n")[-1]) == [pixels[4]]  # the one in the middle


def test_a_film_can_be_stopped(window):
    image = "document.querySelector('figure.moving img')"
    assert window.run(f"{image}.src").endswith("film.gif")
    window.click("figure.moving button")
    assert window.run(f"{image}.decode().then(() => {image}.src)").endswith("film.still.png")
    window.click("figure.moving button")
    assert window.run(f"{image}.src").endswith("film.gif")


def test_a_film_stands_still_for_whoever_wants_no_movement(browser, site):
    browser.resize(1100, calm=True)
    browser.open((site / "02_window.html").as_uri())
    image = "document.querySelector('figure.moving img').src"
    assert browser.run(image).endswith("film.still.png")


def test_dark_pages_for_dark_rooms(browser, site):
    paper = "getComputedStyle(document.body).backgroundColor"
    browser.open((site / "index.html").as_uri())
    assert min(numbers(browser.run(paper))) > 200
    browser.resize(1100, dark=True)
    assert max(numbers(browser.run(paper))) < 60


def test_names_are_found_as_one_types(browser, site):
    browser.open((site / "reference" / "index.html").as_uri())
    browser.run("document.getElementById('find').focus()")
    browser.send("Input.insertText", text="conv2d functional")
    seen = browser.run(
        "[...document.querySelectorAll('.group li')].filter(row => row.checkVisibility())"
        ".map(row => row.querySelector('code').innerText)"
    )
    assert "tv.nn.functional.conv2d" in seen
    assert len(seen) < 10
    assert browser.run("document.getElementById('found').innerText") == f"{len(seen)} found"
