"""A Python prompt among the names of a lesson."""

from __future__ import annotations

import builtins
import code
import contextlib
from collections.abc import Iterator
from typing import Any, NoReturn

WORDS = ("exit", "quit")


class _Prompt(code.InteractiveConsole):
    def runsource(self, source: str, *rest: Any, **options: Any) -> bool:
        """A bare `exit` leads back as well, unless the lesson has a name like this."""
        if source.strip() in WORDS and source.strip() not in self.locals:
            raise SystemExit
        return super().runsource(source, *rest, **options)

    def write(self, data: str) -> None:
        """Errors in line with the rest: standard error may come out of turn."""
        print(data, end="", flush=True)


def prompt(names: dict[str, Any], banner: str) -> None:
    """Let the learner try things out; Ctrl-D, ``exit()`` or ``quit()`` leads back.

    The words alone do, too. Tab completes names and the arrows bring back lines, where Python has
    `readline`.
    """
    with contextlib.suppress(SystemExit), _leaving_open(), _completing(names):
        _Prompt(names, "<prompt>").interact(banner, "")


@contextlib.contextmanager
def _leaving_open() -> Iterator[None]:
    """Python's own `exit` and `quit` close standard input, which the lesson still needs."""

    def leave(*code: object) -> NoReturn:
        raise SystemExit

    before = {word: getattr(builtins, word) for word in WORDS if hasattr(builtins, word)}
    for word in WORDS:
        setattr(builtins, word, leave)
    try:
        yield
    finally:
        for word in WORDS:
            delattr(builtins, word)
        for word, value in before.items():
            setattr(builtins, word, value)


@contextlib.contextmanager
def _completing(names: dict[str, Any]) -> Iterator[None]:
    try:
        import readline
        import rlcompleter
    except ImportError:  # Windows
        yield
        return
    before = readline.get_completer()
    length = readline.get_current_history_length()
    readline.set_completer(rlcompleter.Completer(names).complete)
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
    try:
        yield
    finally:
        readline.set_completer(before)
        while readline.get_current_history_length() > length:
            readline.remove_history_item(length)
