"""One file over HTTP, from the first mirror that gives the right bytes.

The library `pooch` holds what arrived against its SHA-256 and lets nothing else through; how it
arrives is told here: what was received is kept beside the goal as ``.NAME.part`` until it is
whole, so a download that was interrupted, by whatever, goes on where it stopped.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .download_table import Remote

_CHUNK = 1 << 16
_AGAIN = {408, 425, 429, 500, 502, 503, 504}  # the server says: later perhaps


class MirrorError(OSError):
    """A mirror does not give the file; another may."""


class PassingError(OSError):
    """The same mirror may give the rest when asked again."""


def fetch(
    remote: Remote,
    path: Path,
    *,
    received: Callable[[int], None] = lambda count: None,
    say: Callable[[str], None] = lambda line: None,
    timeout: float = 30.0,
    tries: int = 3,
    pause: float = 1.0,
) -> str:
    """Download a file to ``path``, which is replaced only once the new one is verified.

    Args:
        remote: the file, its size and sum, and its mirrors, asked one after the other.
        path: where it goes.
        received: is called with how many bytes of it there are by now.
        say: is called with a line for each mirror that fails.
        timeout: seconds without a byte after which a mirror has stalled.
        tries: how often a mirror that breaks off is asked for the rest.
        pause: seconds before the second time, doubled before the third, and so on.

    Returns:
        the address it came from.

    Raises:
        ImportError: `pooch` is not installed.
        OSError: no mirror gave it, or it cannot be written.
    """
    pooch = _pooch()
    part = path.with_name(f".{path.name}.part")
    whole = path.with_name(f".{path.name}.verified")
    failures = []
    for mirror in remote.mirrors:
        url = f"{mirror}{remote.name}"
        resumed = True
        while resumed:
            download = _Download(url, part, remote.size, received, timeout)
            try:
                resumed = download.run(tries, pause)
                with _quiet(pooch.get_logger()):
                    pooch.retrieve(
                        url,
                        known_hash=f"sha256:{remote.sha256}",
                        fname=whole.name,
                        path=whole.parent.absolute(),
                        downloader=download.hand_over,
                    )
                os.replace(whole, path)
                sync_folder(path.parent)
                return url
            except MirrorError as error:
                failure, resumed = str(error), False
            except ValueError:  # from pooch, which has removed the file
                # What was resumed may have begun with another mirror's wrong bytes: once more.
                failure = "gave wrong bytes (another SHA-256)"
            except OSError as error:
                raise OSError(
                    error.errno,
                    f"cannot write {path.name!r} into the folder {str(path.parent)!r} "
                    f"({error.strerror or error}): choose a folder that you may write to and that "
                    f"has {remote.size:,} bytes left",
                ) from error
        failures.append(f"{urlsplit(url).netloc} {failure}")
        say(f"{remote.name}: {failures[-1]}")
    raise OSError(
        f"{remote.name}: no mirror gave it: {'; '.join(failures)}. What arrived is kept for the "
        "next time. Try again later, or fetch the file in another way and pass its folder with "
        "source= (--from on the command line)"
    )


def _pooch() -> Any:
    try:
        import pooch
        import requests  # noqa: F401  which pooch brings
    except ModuleNotFoundError as error:
        if error.name not in ("pooch", "requests"):
            raise
        raise ImportError(
            "downloading needs the library pooch, which is not installed: "
            "pip install 'tinyvision[data]'"
        ) from None
    return pooch


class _Download:
    """A download to a part file, from where that ends."""

    def __init__(
        self, url: str, part: Path, size: int, received: Callable[[int], None], timeout: float
    ) -> None:
        self.url, self.part, self.size = url, part, size
        self.received, self.timeout = received, timeout

    def run(self, tries: int, pause: float) -> bool:
        """Make the part file whole; whether some of it was there before."""
        if self._have() > self.size:
            self.part.unlink()  # not a part of this file
        resumed = self._have() > 0
        failure = "the part file was changed by somebody else"
        for attempt in range(tries):
            if self._have() == self.size:
                break
            if attempt:
                time.sleep(pause * 2 ** (attempt - 1))
            try:
                self._receive()
            except PassingError as error:
                failure = str(error)
        if self._have() != self.size:
            raise MirrorError(f"{failure} (asked {tries} times)")
        self.received(self.size)
        return resumed

    def hand_over(self, url: str, output_file: str, pooch: Any, check_only: bool = False) -> None:
        """Give pooch the part file, as a downloader of its own would.

        It is not downloaded in here because pooch makes an empty temporary file before, which
        would stay behind if the process were killed during a long download.
        """
        os.replace(self.part, output_file)

    def _have(self) -> int:
        with suppress(FileNotFoundError):
            return self.part.stat().st_size
        return 0

    def _receive(self) -> None:
        """Append to the part file what one request gives."""
        from requests import ConnectTimeout, RequestException, Timeout, get
        from urllib3.exceptions import HTTPError, ReadTimeoutError

        have = self._have()
        headers = {"Accept-Encoding": "identity"}  # the bytes as they were published
        if have:
            headers["Range"] = f"bytes={have}-"
        try:
            with get(self.url, headers=headers, stream=True, timeout=self.timeout) as response:
                start = self._start(response, have)
                with self.part.open("ab") as file:
                    file.truncate(start)
                    try:
                        self._append(file, response.raw, start)
                    finally:
                        file.flush()
                        os.fsync(file.fileno())
        except (Timeout, ReadTimeoutError) as error:
            if isinstance(error, ConnectTimeout):
                raise MirrorError("cannot be reached") from error
            raise PassingError(
                f"gave nothing for {self.timeout:g} seconds after {self._have():,} of "
                f"{self.size:,} bytes"
            ) from error
        except HTTPError as error:
            raise PassingError(
                f"broke off after {self._have():,} of {self.size:,} bytes"
            ) from error
        except RequestException as error:
            raise MirrorError(f"cannot be reached ({type(error).__name__})") from error

    def _start(self, response: Any, have: int) -> int:
        """Where in the file the bytes of a response begin, if they are welcome."""
        hops = [*(hop.url for hop in response.history), response.url]
        if self.url.startswith("https:") and not all(hop.startswith("https:") for hop in hops):
            raise MirrorError("leads to an address without encryption")
        status = response.status_code
        if status in _AGAIN:
            raise PassingError(f"answered {status} {response.reason}")
        if status == 416:  # no such range: our part is not one of its file
            self.part.unlink(missing_ok=True)
            raise PassingError("answered 416 to the rest that was asked for")
        if status not in (200, 206):
            raise MirrorError(f"answered {status} {response.reason}")
        begins = f"bytes {have}-"
        if status == 206 and not response.headers.get("Content-Range", "").startswith(begins):
            self.part.unlink(missing_ok=True)
            raise PassingError("gave another part of the file than was asked for")
        start = have if status == 206 else 0
        declared = response.headers.get("Content-Length", "")
        if declared.isdigit() and start + int(declared) != self.size:
            raise MirrorError(
                f"has a file of {start + int(declared):,} bytes, expected {self.size:,}"
            )
        return start

    def _append(self, file: Any, raw: Any, count: int) -> None:
        for chunk in _chunks(raw):
            count += len(chunk)
            if count > self.size:
                file.truncate(0)
                raise MirrorError(f"gave more than the {self.size:,} bytes expected")
            file.write(chunk)
            self.received(count)
        if count < self.size:
            raise PassingError(f"broke off after {count:,} of {self.size:,} bytes")


def _chunks(raw: Any) -> Iterator[bytes]:
    return raw.stream(_CHUNK, decode_content=False)


def sync_folder(folder: Path) -> None:
    """Force a renaming in a folder to disk, where the system can do that."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Without pooch's own lines; ours say the same."""
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)
