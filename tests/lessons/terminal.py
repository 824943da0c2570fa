"""A pseudo-terminal with a program in it, for tests that press keys and read the screen."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
TIMEOUT = 60  # seconds; a busy machine is no failure
_ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|[()=>].?)")
# Ctrl-C reaches a process only from the terminal that controls it.
_START = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)


class Terminal:
    """A program on a pseudo-terminal.

    Args:
        words: what stands behind ``python``.
        size: rows and columns.
        env: variables, added to this process's; None takes one away.
    """

    def __init__(self, words, size=(40, 100), cwd=None, env=None):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
        for name in ("COLUMNS", "LINES", "NO_COLOR", "DISPLAY", "WAYLAND_DISPLAY"):
            environment.pop(name, None)
        for name, value in (env or {}).items():
            environment.pop(name, None)
            if value is not None:
                environment[name] = str(value)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START, *map(str, words)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)
        self._master = master
        self.raw = ""  # all that was printed
        self._seen = 0  # how much of the text was looked at

    @property
    def text(self):
        """All that was printed, without colours and the like; a line that was taken away stays."""
        return _ESCAPES.sub("", self.raw.replace("\r\x1b[K", "\n")).replace("\r\n", "\n")

    def expect(self, *texts):
        """Wait for texts, one after the other; what was printed up to the last one is returned."""
        begin = self._seen
        deadline = time.monotonic() + TIMEOUT
        for text in texts:
            while (place := self.text.find(text, self._seen)) < 0:
                if not self._read(deadline):
                    raise AssertionError(
                        f"no {text!r} after {self.text[self._seen :][-3000:]!r} "
                        f"({'ended' if time.monotonic() < deadline else 'timed out'})"
                    )
            self._seen = place + len(text)
        return self.text[begin : self._seen]

    def press(self, keys):
        """Type."""
        os.write(self._master, keys.encode())

    def leave(self):
        """Read to the end; the exit code."""
        deadline = time.monotonic() + TIMEOUT
        while self._read(deadline):
            pass
        return self.process.wait(max(1, deadline - time.monotonic()))

    def _read(self, deadline):
        """Read once; False at the end."""
        while time.monotonic() < deadline:
            if select.select([self._master], [], [], 0.2)[0]:
                try:
                    chunk = os.read(self._master, 65536)
                except OSError:  # the other end is closed
                    return False
                self.raw += chunk.decode(errors="replace")
                return bool(chunk)
        return False

    def close(self):
        """Stop what still runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self._master)
