"""A Python prompt among the names of a lesson."""

from __future__ import annotations

import code
import contextlib
import sys
from typing import Any


class _Prompt(code.InteractiveConsole):
    def write(self, data: str) -> None:
        """Errors in line with the rest: standard error may come out of turn."""
        print(data, end="", flush=True)


def prompt(names: dict[str, Any], banner: str) -> None:
    """Let the learner try things out; Ctrl-D, ``exit()`` or ``quit()`` leads back.

    Tab completes names and the arrows bring back lines, where Python has `readline`.
    """
    with contextlib.suppress(SystemExit), _completing(names):
        _Prompt(names, "<prompt>").interact(banner, "")


@contextlib.contextmanager
def _completing(names: dict[str, Any]) -> Any:
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
        sys.stdout.flush()
