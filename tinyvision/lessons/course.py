"""One lesson after the other: which comes next, and stepping through them."""

from __future__ import annotations

from .catalogue import Lesson, lessons
from .screen import Screen
from .state import load_state
from .stepper import Stepper

_WELCOME = (
    "tinyvision: {count} lessons, from one multiplication to networks that see. Each is a script "
    "that you step through, cell by cell.\n\n"
    "Enter runs the cell that is shown, ? tells the other keys. q leaves, and the next time the "
    "command tinyvision goes on where you were. tinyvision --help lists the other commands."
)


def after(lesson: Lesson) -> Lesson | None:
    """The lesson that follows."""
    known = lessons()
    numbers = [each.number for each in known]
    if lesson.number not in numbers[:-1]:
        return None
    return known[numbers.index(lesson.number) + 1]


def place_to_go_on() -> tuple[Lesson, int] | None:
    """The lesson and the cell where the learner left; None if all lessons are done.

    That is the first cell of the next lesson not done where the last one came to its end.
    """
    known, state = lessons(), load_state()
    numbers = [lesson.number for lesson in known]
    if state.last in numbers:
        place, at = state.lessons[state.last], numbers.index(state.last)
        if not (place.done and place.cell == 0):
            return known[at], place.cell
        known = known[at + 1 :] + known[: at + 1]
    for lesson in known:
        if lesson.number not in state.lessons or not state.lessons[lesson.number].done:
            return lesson, remembered_cell(lesson)
    return None


def remembered_cell(lesson: Lesson) -> int:
    """The cell to go on with in a lesson; 0 after its end."""
    place = load_state().lessons.get(lesson.number)
    return place.cell if place else 0


def welcome(screen: Screen) -> None:
    """Greet whoever comes for the first time."""
    if not load_state().lessons:
        screen.write()
        screen.say(_WELCOME.format(count=len(lessons())))


def step_through(lesson: Lesson, screen: Screen, start: int = 0) -> None:
    """Step through a lesson, and through those after it as long as the learner goes on."""
    following: Lesson | None = lesson
    while following is not None:
        lesson, following = following, after(following)
        if not Stepper(lesson, screen, start, following).run():
            return
        start = 0
