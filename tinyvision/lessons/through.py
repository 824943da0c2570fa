"""A lesson straight through, with its text and its code: for pipes, logs and checks."""

from __future__ import annotations

from .catalogue import Lesson
from .failing import show_error
from .player import Player
from .screen import Screen
from .stage import Stage, using


def play_through(lesson: Lesson, screen: Screen, start: int = 0, quiet: bool = False) -> bool:
    """Run every cell; say whether all of them ran through.

    Args:
        lesson: the lesson.
        screen: where text, code and errors are shown.
        start: the first cell that is shown; those before it run silently. The first is 0.
        quiet: show nothing but an error.
    """
    player = Player(lesson.path)
    number = f"{lesson.number} " if lesson.number.isdecimal() else ""
    steps = player.steps
    with player.playing(), using(Stage()):
        try:
            player.prepare(len(steps) if quiet else start)
            for at in range(len(steps) if quiet else start, len(steps)):
                screen.heading(number + player.script.heading, at + 1, len(steps))
                screen.prose(steps[at].text)
                if steps[at].code:
                    screen.where(lesson.path, steps[at].line)
                    screen.code(steps[at].code, steps[at].line)
                    screen.write()
                for part in player.parts(at):
                    value = player.execute(part)
                    if value is not None:
                        print(repr(value))
                player.finish(at)
        except (Exception, SystemExit) as error:
            show_error(error, player.path, screen)
            return False
    return True
