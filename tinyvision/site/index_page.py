"""The first page: every lesson with a picture, its question and its length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from ..lessons.catalogue import Lesson
from .lesson_page import file_name
from .page import page
from .prose import Prose


def index_page(lessons: Sequence[Lesson], thumbnails: Mapping[str, str]) -> str:
    """The page.

    Args:
        lessons: in order.
        thumbnails: a small picture for the number of a lesson, where it has drawn any.
    """
    cards = "".join(_card(lesson, thumbnails.get(lesson.number)) for lesson in lessons)
    minutes = sum(lesson.minutes for lesson in lessons)
    body = f"""<h1>From one multiplication to networks that see</h1>
<p>Each lesson asks a question, builds the answer in plain NumPy, and holds it against the library
and against somebody else's computation. Guess before you open an answer: that is how it stays.
All of them take about {_hours(minutes)}.</p>
<ol class="cards">{cards}</ol>
<p>To move the window of a convolution, or to ask attention a question, open the
<a href="players.html">players</a>. What every function takes and gives is in the
<a href="reference/index.html">reference</a>.</p>
<p>To write the ideas yourself, step through the lessons in a terminal with <code>tinyvision</code>.
</p>"""
    return page("tinyvision: the lessons", body, part="Lessons")


def _card(lesson: Lesson, thumbnail: str | None) -> str:
    # The title beside it says all that the picture could say here.
    picture = (
        f'<img src="{escape(thumbnail)}" alt="" width="240" height="160">' if thumbnail else ""
    )
    question = Prose().inline(lesson.question)
    return (
        f'<li><a href="{escape(file_name(lesson))}">{picture}'
        f'<span class="number">{escape(lesson.number)}</span> '
        f"<strong>{escape(lesson.script.title)}</strong></a>"
        f'<p>{question}</p><p class="minutes">about {lesson.minutes} minutes</p></li>'
    )


def _hours(minutes: int) -> str:
    if minutes < 90:
        return f"{minutes} minutes"
    return f"{round(minutes / 60)} hours"
