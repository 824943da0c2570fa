"""The stepper's stage: the learner is asked before the answer is shown."""

from __future__ import annotations

import contextlib
import string
import time
from pathlib import Path

from .answers import Unreadable, asked_for, compare, shown
from .screen import Screen, short_path
from .stage import Question, Stage

TRIES = 2


class Leave(BaseException):
    """The learner wants to leave, in the midst of a cell; no `except` of a lesson's is meant."""


class Asking(Stage):
    """Asks on a screen, and keeps count.

    Attributes:
        asked, right: questions that were answered, and those that were right at once.
        pictures: the paths of those saved, each once, in order.
        waited: seconds that the learner thought.
    """

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.asked = self.right = 0
        self.pictures: list[Path] = []
        self.waited = 0.0
        self.heard = False  # whether something was asked or shown since it was last set to False

    def question(self, question: Question) -> None:
        """Ask; a wrong answer brings the hint and one more try, nothing the answer."""
        self.heard = True
        screen = self.screen
        with contextlib.redirect_stdout(screen.stream):  # not among what the cell prints
            screen.gap()
            screen.say(f"Predict: {question.text}")
            for letter, choice in zip(string.ascii_lowercase, question.choices or (), strict=False):
                screen.say(f"  {letter}) {shown(choice)}")
            letters = string.ascii_lowercase[: len(question.choices or ())]
            kind = f"a letter, a to {letters[-1]}" if letters else asked_for(question.answer)
            tries = 0
            while tries < TRIES:
                guess = self.ask(f"  {kind} (Enter tells it, ? helps, q leaves) > ").strip()
                if not guess:
                    break
                if guess == "?":
                    screen.say(f"Hint: {question.hint}" if question.hint else "There is no hint.")
                    continue
                try:
                    verdict = compare(guess, question.answer, question.choices)
                except Unreadable as error:
                    if guess.casefold() == "q":
                        raise Leave from None
                    screen.say(f"{error}; type {kind}, or q to leave.")
                    continue
                tries += 1
                self.asked += tries == 1
                if verdict.right:
                    self.right += tries == 1
                    screen.say(f"Right: {shown(question.answer)}", "good")
                    return
                note = f": {verdict.note}" if verdict.note else ""
                screen.say(f"Not {guess}{note}.", "bad")
                if tries < TRIES and question.hint:
                    screen.say(f"Hint: {question.hint}")
            screen.say(f"Answer:  {shown(question.answer)}")

    def ask(self, text: str) -> str:
        """A line from the learner, whose time does not count.

        Raises:
            Leave: Ctrl-D. A `q` that is no answer leaves, too.
            KeyboardInterrupt: Ctrl-C.
        """
        begin = time.monotonic()
        try:
            return self.screen.ask(text)
        except EOFError:
            raise Leave from None
        finally:
            self.waited += time.monotonic() - begin

    def picture(self, path: Path, caption: str) -> None:
        """Say where it is."""
        self.heard = True
        if path in self.pictures:
            self.pictures.remove(path)
        self.pictures.append(path)
        where = short_path(path.absolute())
        self.screen.say(f"saved {where}: {caption}" if caption else f"saved {where}")


class Expected:
    """What the learner expects of a cell without a question: asked for, later compared."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self.text = " ".join(asking.ask("What will it print? > ").split())

    def compare(self, printed: str) -> None:
        """Say whether it was printed; whether something else means the same, the learner judges."""
        screen, printed = self._asking.screen, " ".join(printed.split())
        if not self.text:
            return
        if not printed:
            screen.say("It prints nothing, so that there was nothing to expect.", "quiet")
        elif self.text.casefold() in printed.casefold():
            screen.say(f"As you expected: {self.text}", "good")
        else:
            screen.say(f"You expected {self.text!r}: the same in other words, or what differs?")
