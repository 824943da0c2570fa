"""A lesson as a page: what it says, its code, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ..lessons.catalogue import Lesson
from ..lessons.cells import listed
from ..lessons.screen import short_path
from . import highlight
from .page import PLAYER_SCRIPTS, page, player
from .pictures import size_of
from .players import PLAYERS
from .prose import Prose
from .recording import Event
from .running import LessonFailed


@dataclass(frozen=True)
class Place:
    """Where a lesson's page stands among the others.

    Attributes:
        links: the pages of all lessons, by number.
        before, after: the neighbours, if there are any.
        pictures: the folder of its pictures, from the site's folder.
    """

    links: Mapping[str, str]
    before: Lesson | None
    after: Lesson | None
    pictures: str


def file_name(lesson: Lesson) -> str:
    """The name of a lesson's page."""
    return f"{lesson.path.stem}.html"


def lesson_page(lesson: Lesson, events: Sequence[Event], place: Place, site: Path) -> str:
    """The page of a lesson.

    Args:
        lesson: the lesson.
        events: what happened when it ran.
        place: its neighbours.
        site: the folder of the site, with the pictures in it.

    Raises:
        LessonFailed: a text cannot be rendered.
    """
    prose = Prose({number: link for number, link in place.links.items() if number != lesson.number})
    intro = _rendered(prose, listed(lesson.script.intro), lesson, 1)
    parts = [_event(event, prose, lesson, site / place.pictures, place) for event in events]
    kinds = {event["kind"] for event in events}
    scripts = [*PLAYER_SCRIPTS] if "player" in kinds else []
    if any(event.get("file", "").endswith(".gif") for event in events):
        scripts.append("pause.js")
    number, stem = escape(lesson.number), escape(lesson.path.stem)
    turns = _turns(place)
    body = f"""<article class="lesson">
<p class="kicker">Lesson {number} · about {lesson.minutes} minutes</p>
<h1>{escape(lesson.script.title)}</h1>
<div class="facts">{intro}</div>
<p class="downloads">Run it yourself: <a href="downloads/{stem}.py" download>script</a>,
<a href="downloads/{stem}.ipynb" download>notebook</a>, or <code>tinyvision step {number}</code>
in a terminal.</p>
{_contents(prose)}
{"".join(parts)}
</article>
{turns}"""
    return page(f"{lesson.number} {lesson.script.title}", body, part="Lessons", scripts=scripts)


def _rendered(prose: Prose, markdown: str, lesson: Lesson, line: int) -> str:
    try:
        return prose.html(markdown)
    except ValueError as error:
        raise LessonFailed(f"{short_path(lesson.path)}:{line}: {error}") from error


def _event(event: Event, prose: Prose, lesson: Lesson, folder: Path, place: Place) -> str:
    match event["kind"]:
        case "prose":
            return _rendered(prose, event["markdown"], lesson, event["line"])
        case "code":
            return highlight.python(event["source"])
        case "printed":
            return highlight.printed(event["text"])
        case "question":
            return _question(event)
        case "picture":
            return _picture(event, folder, place.pictures)
        case _:
            name = event["name"]
            return player(name, PLAYERS[name].title, event["data"])


def _question(event: Event) -> str:
    """A question; hint and answer open with a click."""
    choices = "".join(f"<li>{escape(choice)}</li>" for choice in event["choices"])
    parts = [f'<p><strong class="label">Predict</strong> {escape(event["text"])}</p>']
    if choices:
        parts.append(f'<ul class="choices">{choices}</ul>')
    if event["hint"]:
        hint = f"<summary>A hint</summary><p>{escape(event['hint'])}</p>"
        parts.append(f'<details class="hint">{hint}</details>')
    answer = f'<p class="value">{escape(event["answer"])}</p>'
    if event["expression"]:
        answer += f"<p>It was computed: <code>{escape(event['expression'])}</code></p>"
    if event["checks"]:
        answer += f"<p>And the lesson makes sure:</p>{highlight.python(event['checks'])}"
    parts.append(f'<details class="answer"><summary>The answer</summary>{answer}</details>')
    return f'<section class="question" aria-label="A question">{"".join(parts)}</section>'


def _picture(event: Event, folder: Path, link: str) -> str:
    """A picture; a click shows it alone, in full size; one that moves can be stopped."""
    file = event["file"]
    width, height = size_of(folder / file)
    caption = event["caption"] or Path(file).stem.replace("_", " ")
    words = event["alt"] or caption
    source = escape(f"{link}/{file}")
    image = (
        f'<a href="{source}"><img src="{source}" alt="{escape(words)}" width="{width}" '
        f'height="{height}"></a>'
    )
    kinds = ["large"] * (width > 360)  # of a phone
    button = ""
    if file.endswith(".gif"):
        kinds.append("moving")
        still = escape(f"{link}/{Path(file).stem}.still.png")
        button = f'<button type="button" data-still="{still}" hidden>Stop</button>'
    below = f"<figcaption>{escape(caption)} {button}</figcaption>"
    return f'<figure class="{" ".join(kinds)}">{image}{below}</figure>'


def _contents(prose: Prose) -> str:
    if len(prose.headings) < 2:
        return ""
    links = "".join(
        f'<li><a href="#{escape(name)}">{escape(words)}</a></li>' for name, words in prose.headings
    )
    return (
        f'<details class="contents"><summary>The parts of this lesson</summary>'
        f"<ol>{links}</ol></details>"
    )


def _turns(place: Place) -> str:
    """Links to the lesson before and the one after."""
    links = []
    for word, kind, lesson in (("Before", "prev", place.before), ("Next", "next", place.after)):
        if lesson is not None:
            title = escape(f"{lesson.number} {lesson.script.title}")
            link = escape(file_name(lesson))
            links.append(f'<a rel="{kind}" href="{link}"><small>{word}</small> {title}</a>')
    return f'<nav class="turns" aria-label="Lessons">{"".join(links)}</nav>'
