"""A lesson in the terminal, a cell at a time: text, code, result, and a key to go on.

shown ── Enter, p ──> result ── Enter ──> the next cell is shown
  │                     or failed ── the file is edited, Enter ──> run again
  └── b: back a cell    i, o, ?: stay
"""

from __future__ import annotations

import contextlib
import time
from typing import Literal

from . import keyboard
from .asking import Asking, Expected, Leave
from .catalogue import Lesson
from .failing import show_error
from .heard import Heard
from .opening import open_picture
from .page import Page
from .player import Part, Player
from .printing import may_print
from .prompt import prompt
from .screen import Screen, short_path
from .stage import using
from .state import remember

SLOW = 0.5  # seconds from which on it is said how long a cell took
NAMES = 12  # names listed at the prompt


class Stepper:
    """A lesson and a learner.

    Args:
        lesson: the lesson.
        screen: where it is shown.
        start: the cell to begin with; the first is 0.
        following: the lesson after it, if there is one.
    """

    def __init__(
        self, lesson: Lesson, screen: Screen, start: int = 0, following: Lesson | None = None
    ) -> None:
        self.lesson, self.screen, self.following = lesson, screen, following
        self.player = Player(lesson.path)
        self.asking = Asking(screen)
        self.page = Page(self.player, lesson, screen)
        self.at = max(0, min(start, len(self.player.steps) - 1))
        self.state: Literal["text", "shown", "result", "failed", "end"] = "shown"
        self._interrupts = 0
        self._remembers = True

    def run(self) -> bool:
        """Step through the lesson; say whether the learner wants to go on with the next one.

        Raises:
            KeyboardInterrupt: Ctrl-C was pressed twice while nothing ran.
        """
        with self.player.playing(), using(self.asking):
            try:
                self._go_to(self.at)
                while True:
                    key = self._key()
                    if key == keyboard.ENTER and self.state == "end":
                        return self.following is not None
                    self._act(key)
            except Leave:
                cell, of = self._next() + 1, len(self.player.steps)
                if cell <= of:
                    self.screen.say(f"Left at cell {cell} of {of}. {self._way_back()}.", "quiet")
        return False

    # Keys.

    def _choices(self) -> list[tuple[str, str]]:
        keys = {
            "text": [("Enter", "code")],
            "shown": [("Enter", "run")],
            "result": [("Enter", "next"), ("r", "again")],
            "failed": [("Enter", "run again"), ("n", "skip")],
            "end": [("Enter", f"lesson {self.following.number}")] if self.following else [],
        }[self.state]
        if self.state == "shown" and not self.player.steps[self.at].code:
            keys = [("Enter", "next")]
        elif self.state == "shown" and self._can_predict():
            keys += [("p", "predict")]
        keys = [*keys, ("i", "try")]
        keys += [("b", "back")] if self.at > 0 else []
        keys += [("o", "picture")] if self.asking.pictures else []
        return [*keys, ("?", "help"), ("q", "leave")]

    def _key(self) -> str:
        """Wait for a key.

        Raises:
            Leave: q.
            KeyboardInterrupt: Ctrl-C, twice.
        """
        while True:
            try:
                with keyboard.listening():
                    self.screen.keys(self._choices())
                    key = keyboard.read_key()
            except KeyboardInterrupt:
                self.screen.forget_line()
                self._interrupts += 1
                if self._interrupts > 1:
                    raise KeyboardInterrupt(f"left. {self._way_back()}") from None
                self.screen.say("Nothing runs. Ctrl-C once more leaves, as q does.", "quiet")
                continue
            self._interrupts = 0
            self.screen.forget_line()
            if key == keyboard.QUIT:
                raise Leave
            return key

    def _can_predict(self) -> bool:
        """Whether the cell asks something, or may print something."""
        try:
            return may_print(self.player.steps[self.at].code, self.player.printing())
        except SyntaxError:  # which is told when it runs
            return True

    def _act(self, key: str) -> None:
        code = self.state != "end" and bool(self.player.steps[self.at].code)
        if self.state == "text" and key in (keyboard.ENTER, "r", "p"):
            self.page.show_code(self.at)
            self.state = "shown"
        elif key == keyboard.ENTER and (self.state == "result" or not code):
            self._go_to(self.at + 1)
        elif key == "p" and code and not self._can_predict():
            self.screen.say("This cell prints nothing that could be predicted. Enter runs it.")
        elif key in (keyboard.ENTER, "r", "p") and code:
            self._run(predicting=key == "p")
        elif key == "n" and self.state == "failed":
            self.player.finish(self.at)  # as far as it came
            self._go_to(self.at + 1)
        elif key == "b" and self.at > 0:
            self._go_to(self.at - 1)
        elif key == "i":
            self._prompt()
        elif key == "o":
            self._open()
        elif key == "?":
            self.page.show_help(self.at)
        else:
            name = key if len(key) == 1 and key.isprintable() else "That key"
            self.screen.say(f"{name} does nothing here; ? shows the keys.", "quiet")

    # Where it is.

    def _go_to(self, at: int) -> None:
        self._reload()
        self.at = min(at, len(self.player.steps))
        self.state = "shown"
        self._remember()
        if self.at < len(self.player.steps):
            self._show()
        else:
            self.state = "end"
            self.page.show_end(self.asking, self.following)

    def _show(self) -> None:
        self.state = "shown" if self.page.show(self.at) else "text"

    def _next(self) -> int:
        """The cell to go on with another time."""
        return self.at + (self.state == "result")

    def _way_back(self) -> str:
        ours = self.lesson.number.isdecimal()
        command = "" if ours else f" step {short_path(self.lesson.path)}"
        return f"The command tinyvision{command} goes on there"

    def _remember(self) -> None:
        ended = self._next() >= len(self.player.steps)
        try:
            if self._remembers:
                remember(self.lesson.number, 0 if ended else self._next(), done=ended)
        except OSError as error:
            self._remembers = False
            self.screen.say(f"The place cannot be remembered: {error.strerror}", "quiet")

    def _reload(self) -> bool:
        try:
            return self.player.reload()
        except (OSError, ValueError) as error:
            self.screen.say(f"{error}. What was read before is kept.", "bad")
            return False

    # What else the keys do.

    def _open(self) -> None:
        if not self.asking.pictures:
            self.screen.say("There is no picture yet.", "quiet")
            return
        path = self.asking.pictures[-1].absolute()
        self.screen.place(f"opened {path}" if open_picture(path) else f"The picture: {path}")

    def _prompt(self) -> None:
        if self.state in ("text", "shown") and not self._prepare():
            return
        names = self.player.shown_names()
        more = f"{self.screen.signs.more} " if len(names) > NAMES else ""
        listed = more + (", ".join(names[-NAMES:]) or "none yet")
        if modules := ", ".join(self.player.shown_modules()):
            listed += f"; modules: {modules}"
        prompt(self.player.names, f"Names of the lesson: {listed}. Ctrl-D leads back to it.")
        self.player.repaired()
        self.screen.write()

    # What runs.

    def _run(self, predicting: bool) -> None:
        """Run the cell, and go on at once if there is nothing to see."""
        shown = self.player.steps[self.at]
        if self._reload():
            if self.at >= len(self.player.steps):
                self._go_to(max(0, len(self.player.steps) - 1))
                return
            if self.player.steps[self.at] != shown:
                self._show()
        self.state = "failed"
        if not self._prepare():
            return
        heard = Heard(self.screen.stream, self.screen.not_busy)
        expected = None
        self.asking.heard, self.asking.waited = False, 0.0
        begin = time.monotonic()
        try:
            parts = self.player.parts(self.at)
            if predicting and not any(part.asks for part in parts):
                expected = Expected(self.asking)
            self._execute(parts, heard)
        except (Exception, KeyboardInterrupt, SystemExit) as error:
            heard.end_line()
            show_error(error, self.player.path, self.screen)
            where = short_path(self.lesson.path)
            self.screen.write()
            self.screen.say(f"i looks around; edit {where}, and Enter runs it anew.", "quiet")
            return
        heard.end_line()
        if expected is not None:
            expected.compare(heard.text)
        took = time.monotonic() - begin - self.asking.waited
        if took >= SLOW:
            self.screen.say(f"took {took:.1f} s", "quiet")
        self.state = "result"
        if heard.text or self.asking.heard or expected is not None:
            self._remember()
            self.screen.gap()
        else:
            self._go_to(self.at + 1)

    def _execute(self, parts: list[Part], heard: Heard) -> None:
        for place, part in enumerate(parts):
            if place:
                heard.end_line()
                self.screen.write()
                self.page.show_part(part, place < len(parts) - 1)
                self.screen.gap()
            self.screen.busy("running")
            with contextlib.redirect_stdout(heard):
                value = self.player.execute(part)
                if value is not None:
                    print(repr(value))
            self.screen.not_busy(said=False)
        self.player.finish(self.at)

    def _prepare(self) -> bool:
        """Bring the names to where the cell begins; False if that failed, which is then shown."""
        if self.player.ready(self.at):
            return True
        try:
            self.player.prepare(self.at, self._say_progress)
        except (Exception, KeyboardInterrupt, SystemExit) as error:
            self.screen.say("One of the cells before did not run through:")
            show_error(error, self.player.path, self.screen)
            self.screen.write()
            return False
        finally:
            self.screen.not_busy(said=False)
        return True

    def _say_progress(self, done: int) -> None:
        self.screen.busy(f"running the cells before again: {done + 1} of {self.at}")
