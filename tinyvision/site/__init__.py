"""The lessons as pages: a folder of HTML that needs no server and no network.

`build_site` runs every lesson and writes down what it says, computes, prints and draws. Needs the
packages of the extra ``docs``.
"""

from .build import Built, LessonFailed, build_site

__all__ = ["build_site", "Built", "LessonFailed"]
