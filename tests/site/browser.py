"""A headless browser, driven through its DevTools protocol.

It is spoken to through two pipes, so there is no port, no driver and no package besides the
browser itself. https://chromedevtools.github.io/devtools-protocol/
"""

import base64
import contextlib
import itertools
import json
import os
import select
import shutil
import signal
import time
from collections import deque

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 60  # seconds for one answer: a shared machine has slow moments
_KEYS = {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Home": 36, "End": 35,
         "Tab": 9, "Enter": 13, " ": 32}  # fmt: skip


def find_browser():
    """The path of a browser, or None. TINYVISION_BROWSER names another one."""
    if fcntl is None:
        return None
    named = os.environ.get("TINYVISION_BROWSER")
    return next(filter(None, map(shutil.which, [named] if named else NAMES)), None)


class Browser:
    """A browser with one page.

    Attributes:
        requests: the addresses it has asked for.
        problems: failed requests, errors of scripts, and what was written to the console.
    """

    def __init__(self, profile):
        read, answers = os.pipe()
        commands, write = os.pipe()
        # Out of the way of 3 and 4, which the browser reads from and writes to.
        far = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in (commands, answers)]
        os.close(commands)
        os.close(answers)
        nothing = os.open(os.devnull, os.O_RDWR)
        self._pid = os.posix_spawn(
            find_browser(),
            [
                "chromium", "--headless=new", "--remote-debugging-pipe", "--no-sandbox",
                "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
                "--disable-background-networking", "--disable-component-update",
                "--disable-extensions", "--disable-sync", f"--user-data-dir={profile}",
            ],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, nothing, 0),
                (os.POSIX_SPAWN_DUP2, nothing, 1),
                (os.POSIX_SPAWN_DUP2, nothing, 2),
                (os.POSIX_SPAWN_DUP2, far[0], 3),
                (os.POSIX_SPAWN_DUP2, far[1], 4),
            ],
            setpgroup=0,
        )  # fmt: skip
        for end in (*far, nothing):
            os.close(end)
        self._read, self._write = read, write
        self._rest = b""
        self._numbers = itertools.count(1)
        self._events = deque()
        self._session = None
        self.requests, self.problems = [], []
        # A page of our own: the one it begins with asks for pieces of the browser's.
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method, **parameters):
        """Send a command and return the answer."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _next(self, seconds=PATIENCE):
        """The next message; events are kept, and looked through for problems."""
        limit = time.monotonic() + seconds
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(0, limit - time.monotonic()))
            if not ready:
                raise TimeoutError(f"the browser did not answer within {seconds} s")
            piece = os.read(self._read, 1 << 16)
            if not piece:
                raise RuntimeError("the browser has ended")
            self._rest += piece
        text, _, self._rest = self._rest.partition(b"\0")
        message = json.loads(text)
        if "method" in message:
            self._heard(message["method"], message["params"])
        return message

    def _heard(self, method, told):
        self._events.append(method)
        if method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif method == "Network.loadingFailed" and not told.get("canceled"):
            self.problems.append(f"failed request: {told['errorText']}")
        elif method == "Runtime.exceptionThrown":
            details = told["exceptionDetails"]
            self.problems.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled":
            self.problems.append(f"console: {told['args']}")
        elif method == "Log.entryAdded":
            self.problems.append(f"log: {told['entry']['text']}")

    def open(self, address):
        """Load a page and wait until all of it is there."""
        self._events.clear()
        answer = self.send("Page.navigate", url=address)
        if "errorText" in answer:
            raise RuntimeError(f"{address}: {answer['errorText']}")
        while "Page.loadEventFired" not in self._events:
            self._next()

    def resize(self, width, height=800, scale=1, dark=False, calm=False):
        """Take another size, like a window or a phone; colours and movement as they are wished."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=scale, mobile=width < 600)  # fmt: skip
        features = {
            "prefers-color-scheme": "dark" if dark else "light",
            "prefers-reduced-motion": "reduce" if calm else "no-preference",
        }
        features = [{"name": name, "value": value} for name, value in features.items()]
        self.send("Emulation.setEmulatedMedia", features=features)

    def run(self, script):
        """The value of an expression in the page."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True,
                           awaitPromise=True)  # fmt: skip
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def press(self, key):
        """Press a key, as a person does."""
        same = {"key": key, "code": "Space" if key == " " else key,
                "windowsVirtualKeyCode": _KEYS[key]}  # fmt: skip
        typed = {"text": {"Enter": "\r", " ": " "}[key]} if key in ("Enter", " ") else {}
        self.send("Input.dispatchKeyEvent", type="keyDown", **same, **typed)
        self.send("Input.dispatchKeyEvent", type="keyUp", **same)

    def click(self, selector, number=0):
        """Click in the middle of an element."""
        place = self.run(
            f"(() => {{ const e = document.querySelectorAll({json.dumps(selector)})[{number}];"
            "e.scrollIntoView({block: 'center', behavior: 'instant'});"
            "const b = e.getBoundingClientRect();"
            "return [b.left + b.width / 2, b.top + b.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left",
                      clickCount=1)  # fmt: skip

    def screenshot(self, path, whole=False):
        """Write what is seen, or the whole page, as a PNG."""
        answer = self.send("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(answer["data"]))

    def close(self):
        """End it, and all processes it has started."""
        with contextlib.suppress(OSError, RuntimeError, TimeoutError):
            self._session = None
            self.send("Browser.close")
        limit = time.monotonic() + 10
        while time.monotonic() < limit and os.waitpid(self._pid, os.WNOHANG) == (0, 0):
            time.sleep(0.05)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)
        os.close(self._read)
        os.close(self._write)
