"""`spawn`: the same function in several processes, and what becomes of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.util import Finalize
from typing import Any

from ..distributed.group import set_member
from ..distributed.links import Links, Member
from ..threads import get_num_threads, set_num_threads

GRACE = 5.0
"""Seconds that a process has to end when it is asked to, before it is killed."""

LONGEST = 20_000
"""Bytes of an error that are told: a pipe nobody reads yet takes some 60,000."""


class ProcessRaisedException(Exception):
    """A process ended with an error; the message holds its traceback.

    Attributes:
        error_index: the number of the process.
        error_pid: its number in the system.
    """

    def __init__(self, msg: str, error_index: int, error_pid: int) -> None:
        super().__init__(msg)
        self.msg, self.error_index, self.error_pid = msg, error_index, error_pid


class ProcessExitedException(Exception):
    """A process was ended, by a signal or by itself, without an error in Python.

    Attributes:
        error_index, error_pid: as for :class:`ProcessRaisedException`.
        exit_code: what it ended with; minus the number of the signal.
        signal_name: the signal's name, if it was one.
    """

    def __init__(
        self, msg: str, error_index: int, error_pid: int, exit_code: int,
        signal_name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(msg)
        self.msg, self.error_index, self.error_pid = msg, error_index, error_pid
        self.exit_code, self.signal_name = exit_code, signal_name


def spawn(
    fn: Callable[..., None],
    args: tuple = (),
    nprocs: int = 1,
    join: bool = True,
    daemon: bool = False,
    start_method: str = "spawn",
) -> ProcessContext | None:
    """Call ``fn(rank, *args)`` in `nprocs` processes, with rank from 0.

    They can join one another: :func:`tinyvision.distributed.init_process_group`. The threads of
    this process (:func:`tinyvision.get_num_threads`) are shared out among them.

    A new process imports the program anew, so the call stands under
    ``if __name__ == "__main__":``, and `fn` is a function of a module or of the program itself.

    Args:
        fn: what to call; what it returns is lost.
        args: further arguments, the same for all.
        nprocs: how many processes; as many as there are cores, as a rule.
        join: wait until all have ended. If one fails, the others are ended too. Without it, that
            happens in :meth:`ProcessContext.join`; call it.
        daemon: let them end when this process does.
        start_method: how Python's `multiprocessing` starts a process: "spawn", "fork",
            "forkserver".

    Returns:
        None, or with ``join=False`` a :class:`ProcessContext`.

    Raises:
        ProcessRaisedException: `fn` raised an error in a process.
        ProcessExitedException: a process was killed, or ended itself with an exit code.
        ValueError: `nprocs` is less than 1, or there is no such way to start a process.

    Example, a program that writes the sum of 1 and 2 twice::

        import tinyvision as tv

        def add(rank):
            tv.distributed.init_process_group()
            x = tv.tensor([rank + 1.0])
            tv.distributed.all_reduce(x)
            print(x)

        if __name__ == "__main__":
            tv.multiprocessing.spawn(add, nprocs=2)
    """
    if isinstance(nprocs, bool) or not isinstance(nprocs, int) or nprocs < 1:
        raise ValueError(f"nprocs must be a whole number from 1, got {nprocs!r}")
    if start_method not in multiprocessing.get_all_start_methods():
        raise ValueError(
            f"start_method is {start_method!r}; this system has "
            f"{', '.join(multiprocessing.get_all_start_methods())}"
        )
    context: Any = multiprocessing.get_context(start_method)
    links = Links.between(nprocs, context)
    threads = max(1, get_num_threads() // nprocs)
    started = ProcessContext([], [])
    try:
        for rank in range(nprocs):
            listens, tells = context.Pipe(duplex=False)
            process = context.Process(
                target=_run, args=(rank, fn, args, links, threads, tells), daemon=daemon
            )
            process.links = links  # they last only as long as somebody here holds them
            process.start()
            tells.close()
            started.processes.append(process)
            started.errors.append(listens)
    except BaseException:
        started.end()
        raise
    if not join:
        if not daemon:  # before the end of the program takes their semaphores away
            Finalize(None, started.wait_for_all, exitpriority=10)
        return started
    try:
        while not started.join():
            pass
    except BaseException:  # Ctrl-C, too
        started.end()
        raise
    return None


start_processes = spawn  # torch has both names


class ProcessContext:
    """Processes that were started together."""

    def __init__(self, processes: list[Any], errors: list[Connection]) -> None:
        self.processes = processes
        self.errors = errors
        self._failed: Exception | None = None

    def pids(self) -> list[int]:
        """Their numbers in the system."""
        return [process.pid for process in self.processes]

    def join(self, timeout: float | None = None, grace_period: float | None = None) -> bool:
        """Wait until a process ends, or for `timeout` seconds.

        Args:
            timeout: seconds; None is forever.
            grace_period: seconds that the others have to end if one fails, before they are killed.

        Returns:
            Whether all have ended.

        Raises:
            ProcessRaisedException, ProcessExitedException: one failed; the others were ended.
        """
        if self._failed is not None:
            raise self._failed
        alive = [process.sentinel for process in self.processes if process.exitcode is None]
        ended = wait(alive, timeout) if alive else []
        for process in self.processes:
            if process.sentinel in ended:
                process.join()
        for rank, process in enumerate(self.processes):
            if process.exitcode not in (None, 0):
                self.end(grace_period)
                self._failed = self._failure(rank)
                raise self._failed
            if process.exitcode == 0:  # also where it could not say so itself
                Member(rank, process.links).leave()
        return all(process.exitcode is not None for process in self.processes)

    def wait_for_all(self) -> None:
        """Wait until all have ended, however they do."""
        for process in self.processes:
            process.join()

    def end(self, grace_period: float | None = None) -> None:
        """End those that still run."""
        for process in self.processes:
            if process.is_alive():
                process.terminate()
        until = time.monotonic() + (GRACE if grace_period is None else grace_period)
        for process in self.processes:
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()

    def _failure(self, rank: int) -> Exception:
        """How a process failed."""
        process, told = self.processes[rank], []
        try:
            while self.errors[rank].poll():
                told.append(self.errors[rank].recv())
        except EOFError:
            pass
        if any(told):
            message = f"process {rank} ended with this error:\n{told[-1]}"
            return ProcessRaisedException(message, rank, process.pid)
        code = process.exitcode
        name = None
        if code < 0:
            try:
                name = signal.Signals(-code).name
            except ValueError:
                name = f"signal {-code}"
        how = f"was ended by {name}" if name else f"ended with exit code {code}"
        if code > 0 and not told:
            how += (
                "; what it wrote says why. A new process reads the program anew: fn must be a "
                "function of a file (not of a notebook), and spawn stand under "
                'if __name__ == "__main__":'
            )
        return ProcessExitedException(f"process {rank} {how}", rank, process.pid, code, name)


def _run(
    rank: int, fn: Callable, args: tuple, links: Links, threads: int, tells: Connection
) -> None:
    """What a process does."""
    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    member = Member(rank, links)
    set_member(member)
    set_num_threads(threads)
    tells.send(None)  # the function could be read
    try:
        fn(rank, *args)
    except KeyboardInterrupt:
        sys.exit(1)  # the starter got it, too, and says so
    except Exception:
        # Those who wait for this process are ended by the starter: they need not fail as well.
        end_of_it = traceback.format_exc().encode(errors="replace")[-LONGEST:]
        tells.send(end_of_it.decode(errors="replace"))
        sys.exit(1)
    except SystemExit as end:
        if end.code not in (None, 0):
            raise
    member.leave()


def _end_with_the_starter() -> None:
    """Nobody would see to a process whose starter was killed."""
    starter = multiprocessing.parent_process()
    if starter is not None:
        starter.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os._exit(1)
