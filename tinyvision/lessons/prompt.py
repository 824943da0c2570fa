"""A Python prompt among the names of a lesson."""

from __future__ import annotations

import builtins
import code
import contextlib
from collections.abc import Iterator
from typing import Any, NoReturn


class _Prompt(code.InteractiveConsole):
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


class _Leaver:
    """Leaves when it is called, and when it is shown, as by whoever forgets the parentheses."""

    def __call__(self, *code: object) -> NoReturn:
        raise SystemExit

    __repr__ = __call__


@contextlib.contextmanager
def _leaving_open() -> Iterator[None]:
    """Python's own `exit` and `quit` close standard input, which the lesson still needs."""

    words = ("exit", "quit")
    before = {word: getattr(builtins, word) for word in words if hasattr(builtins, word)}
    for word in words:
        setattr(builtins, word, _Leaver())
    try:
        yield
    finally:
        for word in words:
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
