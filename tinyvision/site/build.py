"""The site: lessons are run, pages are written, and the whole takes its place at the end."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..lessons.catalogue import Lesson, lessons
from ..lessons.notebook import write_notebook
from .folder import check_folder, replacing_folder
from .index_page import index_page
from .lesson_page import Place, file_name, lesson_page
from .needs import check_needs
from .pictures import still, thumbnail
from .players_page import players_page
from .recording import Event
from .reference import write_reference
from .running import LessonFailed, run_lesson

__all__ = ["Built", "LessonFailed", "build_site"]

_ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Built:
    """What was made.

    Attributes:
        folder: where it is.
        index: the page to open.
        lessons: how many of them.
        pictures: how many they have drawn.
        names: how many the reference explains.
        size: bytes in all.
    """

    folder: Path
    index: Path
    lessons: int
    pictures: int
    names: int
    size: int


def build_site(
    folder: Path,
    chosen: Sequence[Lesson] | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> Built:
    """Run lessons and write them as pages.

    Args:
        folder: where the pages go. A site that was made there before is replaced, when the new one
            is complete; anything else there is left alone, and is an error.
        chosen: the lessons; all if not given.
        report: is told, in a line, when a lesson or another part is done.

    Raises:
        LessonFailed: a lesson did not run to its end, or a formula cannot be rendered.
        ValueError: there are no lessons; the folder holds something else.
        ImportError: a package of the extra ``docs`` is missing.
        OSError: the folder cannot be written to.
    """
    check_needs()
    check_folder(folder)
    known = lessons() if chosen is None else list(chosen)
    if not known:
        raise ValueError("there are no lessons here: neither in the package nor beside it")
    with replacing_folder(folder) as site:
        shutil.copytree(_ASSETS, site / "assets")
        (site / "downloads").mkdir()
        (site / "thumbnails").mkdir()
        thumbnails: dict[str, str] = {}
        pictures = 0
        for number, lesson in enumerate(known):
            begin = time.perf_counter()
            around = _place(known, number)
            events = _run(lesson, site, around)
            _write(site / file_name(lesson), lesson_page(lesson, events, around, site))
            _downloads(lesson, site / "downloads")
            drawn = [event["file"] for event in events if event["kind"] == "picture"]
            if drawn:
                small = f"thumbnails/{lesson.path.stem}.png"
                thumbnail(site / around.pictures / drawn[0], site / small)
                thumbnails[lesson.number] = small
            pictures += len(drawn)
            report(
                f"{lesson.number} {lesson.title}: {time.perf_counter() - begin:.1f} s, "
                f"{len(drawn)} pictures"
            )
        _write(site / "players.html", players_page())
        names = write_reference(site / "reference")
        report(f"reference: {names:,} names")
        _write(site / "index.html", index_page(known, thumbnails))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Built(folder, folder / "index.html", len(known), pictures, names, size)


def _place(known: Sequence[Lesson], number: int) -> Place:
    return Place(
        links={lesson.number: file_name(lesson) for lesson in known},
        before=known[number - 1] if number else None,
        after=known[number + 1] if number + 1 < len(known) else None,
        pictures=f"pictures/{known[number].path.stem}",
    )


def _run(lesson: Lesson, site: Path, around: Place) -> list[Event]:
    """Run a lesson; only the pictures that it has shown stay."""
    pictures, scratch = site / around.pictures, site / "scratch"
    pictures.mkdir(parents=True)
    scratch.mkdir()
    try:
        events = run_lesson(lesson, pictures, scratch)
    finally:
        shutil.rmtree(scratch)
    shown = {event["file"] for event in events if event["kind"] == "picture"}
    for path in pictures.iterdir():
        if path.name not in shown:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        elif path.suffix == ".gif":
            still(path, path.with_suffix(".still.png"))
    return events


def _downloads(lesson: Lesson, folder: Path) -> None:
    shutil.copyfile(lesson.path, folder / lesson.path.name)
    write_notebook(lesson, folder / f"{lesson.path.stem}.ipynb", overwrite=True)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
