"""Two small lessons, the site that is made of them, and a browser to look at it."""

import pytest

from tinyvision.lessons.catalogue import Lesson
from tinyvision.site import build_site

from .browser import Browser, find_browser

WINDOW = '''\
"""
A window
========

**Question.** What does a window see?

**You will build** nothing. **Needs** lesson 08. **Runs in** about 1 s.

**Expect** -4.0625.
"""

# %%
import numpy as np

import tinyvision as tv
from tinyvision.lessons import predict, show, views

x = np.array([[0, 1.5, 2], [3, 4, 5], [6, 7, 8]])
w = np.array([[0.5, -1], [0.25, 2]])

# %% [markdown]
# The sum
# -------
# Each output is $y_{ij} = \\sum_m w_m^2 / \\sqrt{x}$, as in lesson 08. Some *words*, ``a < b``.

# %%
print(views.convolution(x, w))
y = (x[:2, :2] * w).sum()
predict("How much is the first?", y, hint="Add up <all> four.")
assert y == 7.25

figure = tv.viz.sliding_window(x, w)
show(figure, "places", "every place")

# %% [markdown]
# Again
# -----

# %%
print(views.convolution(x, w, at=(1, 1)))
show(tv.viz.window_frames(x, w), "film", "one after the other")
predict("Which is larger?", "the second", choices=("the first", "the second"))
tv.tensor([1, 2])
'''

ATTENTION = '''\
"""
Asking
======

**Question.** Who answers?
"""

# %%
import numpy as np

from tinyvision.lessons import views

rng = np.random.default_rng(0)
q, k, v = rng.normal(size=(3, 4)), rng.normal(size=(5, 4)), rng.normal(size=(5, 2))

# %% [markdown]
# All of them, more or less; see lesson 02 and lesson 99.

# %%
print(views.attention(q, k, v, query=1))
'''


@pytest.fixture
def write_lesson(tmp_path):
    """A function that writes a lesson's file and returns the lesson."""

    def write(text, name="03_small.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return Lesson(name[:2], path)

    return write


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of a site of two lessons."""
    lessons = tmp_path_factory.mktemp("lessons")
    (lessons / "02_window.py").write_text(WINDOW, encoding="utf-8")
    (lessons / "08_asking.py").write_text(ATTENTION, encoding="utf-8")
    folder = tmp_path_factory.mktemp("pages") / "site"
    built = build_site(
        folder, [Lesson("02", lessons / "02_window.py"), Lesson("08", lessons / "08_asking.py")]
    )
    assert built.folder == folder
    return folder


@pytest.fixture(scope="session")
def _browser(tmp_path_factory):
    if find_browser() is None:
        pytest.skip("no browser is installed: apt-get install chromium")
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture
def browser(_browser):
    """The browser, a window wide, that has heard of nothing yet."""
    _browser.resize(1100)
    _browser.requests.clear()
    _browser.problems.clear()
    return _browser
