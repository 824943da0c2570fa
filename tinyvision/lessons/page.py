"""What the stepper shows of a lesson: a cell, the end, the keys."""

from __future__ import annotations

from .asking import Asking
from .catalogue import Lesson
from .player import Part, Player
from .screen import Screen, short_path

HELP = """\
Enter   run the cell that is shown, or go on (Space and the right arrow, too)
p       predict first what it gives, then run it
i       try things out: a Python prompt among the names of the lesson
b       back a cell (the left arrow, too)
r       run the cell again
n       skip a cell that failed
o       open the last picture
q       leave; next time it goes on here (Ctrl-D, too)
Ctrl-C  stop a cell that runs"""


class Page:
    """A lesson on a screen."""

    def __init__(self, player: Player, lesson: Lesson, screen: Screen) -> None:
        self.player, self.lesson, self.screen = player, lesson, screen
        self._number = f"{lesson.number} " if lesson.number.isdecimal() else ""

    def show(self, at: int) -> bool:
        """Show a cell's text and code; of both, where the terminal is too low for them, the text.

        Returns:
            Whether all of it was shown.
        """
        step = self.player.steps[at]
        text = self.screen.rendered(lambda: self.show_text(at))
        code = self.screen.rendered(lambda: self.show_code(at)) if step.code else ""
        self.screen.write_rendered(text)
        lines = text.count("\n") + code.count("\n") + 1
        if step.text and step.code and lines > self.screen.height:
            return False
        self.screen.write_rendered(code)
        return True

    def show_text(self, at: int) -> None:
        """The heading and the text."""
        title = self._number + self.player.script.heading
        self.screen.heading(title, at + 1, len(self.player.steps))
        self.screen.prose(self.player.steps[at].text)

    def show_code(self, at: int) -> None:
        """The code, up to its first question."""
        step = self.player.steps[at]
        self.screen.where(self.lesson.path, step.line)
        parts = self._parts(at) or [Part(step.code, step.line, ())]
        self.show_part(parts[0], len(parts) > 1)
        self.screen.write()

    def show_part(self, part: Part, more: bool) -> None:
        """Code up to a question, and whether more follows."""
        if part.source:
            self.screen.code(part.source, part.line)
        if part.asks:
            then = "a question, then more" if more else "a question"
            self.screen.say(f"    {self.screen.signs.more} {then}", "quiet")

    def show_end(self, asking: Asking, following: Lesson | None) -> None:
        """What the learner has done, and what comes next."""
        screen = self.screen
        screen.write()
        name = f"Lesson {self._number}".strip() if self._number else "This lesson"
        screen.say(_sentence(f"{name} is done: {self.player.script.heading}"), "good")
        if asking.asked:
            screen.say(f"Predicted right at once: {asking.right} of {asking.asked}.")
        if asking.pictures:
            folder = asking.pictures[-1].absolute().parent
            screen.say(f"Its pictures are in {short_path(folder)}.")
        number = self._number.strip()
        if number not in ("", "00"):  # the tour has no exercise, nor has a lesson of one's own
            screen.say(
                f"Now write it yourself: tinyvision check {number}, in the folder that "
                "tinyvision start made."
            )
        if following:
            screen.say(_sentence(f"Next: {following.number} {following.title}"))
            screen.say(following.question)
        screen.write()

    def show_help(self, at: int) -> None:
        """The keys, the file, and the hint of the cell's question."""
        self.screen.write(HELP)
        self.screen.write()
        self.screen.say("The file, which you may change; it is read before each run:")
        self.screen.place(short_path(self.lesson.path))
        for part in self._parts(at):
            if part.hint:
                self.screen.say(f"Hint: {part.hint}")
        self.screen.write()

    def _parts(self, at: int) -> list[Part]:
        """The parts of a cell; none where it is not Python, which is told when it runs."""
        try:
            return self.player.parts(at) if at < len(self.player.steps) else []
        except SyntaxError:
            return []


def _sentence(text: str) -> str:
    """With a full stop, unless the title is a question."""
    return text if text.endswith(("?", "!", ".")) else f"{text}."
