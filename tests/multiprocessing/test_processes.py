"""Processes that are started together, and what is told of one that fails."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

import tinyvision as tv
from tinyvision import distributed as dist
from tinyvision.multiprocessing import (
    ProcessExitedException,
    ProcessRaisedException,
    spawn,
    start_processes,
)

ROOT = Path(tv.__file__).parents[1]
SMILE = "\N{GRINNING FACE}"  # four bytes


def write_sum(rank, folder, add):
    dist.init_process_group()
    x = tv.tensor([float(rank + add)])
    dist.all_reduce(x)
    (folder / str(rank)).write_text(f"{x.item()} {tv.get_num_threads()}")


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # of threads of pytest-xdist
def test_a_function_is_called_in_each(tmp_path, method):
    assert spawn(write_sum, (tmp_path, 1), nprocs=2, start_method=method) is None
    assert [(tmp_path / str(rank)).read_text().split()[0] for rank in range(2)] == ["3.0", "3.0"]


def test_the_threads_are_shared_out(tmp_path):
    before = tv.get_num_threads()
    tv.set_num_threads(7)
    try:
        start_processes(write_sum, (tmp_path, 0), nprocs=2)
    finally:
        tv.set_num_threads(before)
    assert (tmp_path / "0").read_text() == "1.0 3"


def fail(rank, how):
    dist.init_process_group()
    if how == "late":  # both are there
        dist.destroy_process_group()
        dist.init_process_group(timeout=timedelta(seconds=0.5))
    if rank == 1:
        if how == "raises":
            raise ArithmeticError("of process one")
        if how == "raises at length":
            raise ArithmeticError(SMILE * 100_000 + "end")
        if how == "exits":
            os._exit(7)
        if how == "exits of itself":
            sys.exit(1)
        if how == "is killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if how == "late":
            time.sleep(60)
        if how == "exits well":
            sys.exit(0)
        if how == "is gone without a word":
            os._exit(0)
        return  # how == "leaves early"
    try:
        dist.barrier()
    finally:
        dist.barrier()


def test_an_error_is_told_with_its_traceback():
    with pytest.raises(ProcessRaisedException, match=r"process 1 ended with this error:") as error:
        spawn(fail, ("raises",), nprocs=2)
    assert "ArithmeticError: of process one" in str(error.value)
    assert "in fail" in str(error.value)
    assert error.value.error_index == 1


def test_of_a_long_error_the_end_is_told():
    with pytest.raises(ProcessRaisedException, match=f"with this error:\n.*{SMILE}+end"):
        spawn(fail, ("raises at length",), nprocs=2)


@pytest.mark.parametrize(
    ("how", "message", "code"),
    [
        ("exits", "process 1 ended with exit code 7", 7),
        ("exits of itself", "process 1 ended with exit code 1$", 1),
        ("is killed", "process 1 was ended by SIGKILL", -9),
    ],
)
def test_a_process_that_is_gone_ends_the_others(how, message, code):
    with pytest.raises(ProcessExitedException, match=message) as error:
        spawn(fail, (how,), nprocs=2)
    assert error.value.exit_code == code


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("late", r"process 0 has waited 0\.5 s for process 1 in barrier\(\)"),
        ("leaves early", r"process 1 has ended, and process 0 still calls barrier\(\)"),
        ("exits well", r"process 1 has ended, and process 0 still calls barrier\(\)"),
        ("is gone without a word", r"process 1 has ended, and process 0 still calls barrier\(\)"),
        ("leaves early", r"the group cannot be used any more: process 1 has ended"),
    ],
)
def test_nobody_waits_for_ever(how, message):
    with pytest.raises(ProcessRaisedException, match=message):
        spawn(fail, (how,), nprocs=2)


def test_a_function_that_a_new_process_cannot_find_is_explained(tmp_path):
    program = "import tinyvision as tv\ndef f(rank): pass\ntv.multiprocessing.spawn(f)\n"
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert "Can't get attribute 'f'" in result.stderr
    assert "process 0 ended with exit code 1; what it wrote says why" in result.stderr


def interrupted(rank, folder):
    """Process 0 leaves an exchange before the other has come, and goes on."""
    dist.init_process_group()
    signal.signal(signal.SIGALRM, raise_interrupted)
    if rank == 0:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with contextlib.suppress(InterruptedError):
            dist.all_reduce(tv.ones(1))
    else:
        time.sleep(1)
    dist.all_reduce(tv.ones(1))


def raise_interrupted(*_):
    raise InterruptedError


def test_after_an_exchange_that_was_left_nothing_wrong_is_computed(tmp_path):
    with pytest.raises(
        ProcessRaisedException, match=r"any more: all_reduce\(SUM\) was not brought"
    ):
        spawn(interrupted, (tmp_path,), nprocs=2)


def join(processes):
    while not processes.join():
        pass


def test_a_failure_is_told_again():
    processes = spawn(fail, ("raises",), nprocs=2, join=False)
    for _ in range(2):
        with pytest.raises(ProcessRaisedException, match="of process one"):
            join(processes)


NOT_JOINED = """
import tinyvision as tv

def write(rank):
    print("done", flush=True)

if __name__ == "__main__":
    processes = tv.multiprocessing.spawn(write, nprocs=2, join=False)
"""


def test_processes_that_nobody_joins_come_to_their_end(tmp_path):
    (tmp_path / "program.py").write_text(NOT_JOINED)
    result = subprocess.run(
        [sys.executable, tmp_path / "program.py"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert result.stdout.split() == ["done", "done"]
    assert result.stderr == ""


def wait_forever(rank):
    dist.init_process_group()
    if rank == 0:
        time.sleep(600)
    dist.barrier()


def test_who_does_not_join_can_look_and_end_them():
    processes = spawn(wait_forever, nprocs=2, join=False)
    assert len(set(processes.pids())) == 2
    assert not processes.join(timeout=0.1)
    processes.end()
    assert all(process.exitcode == -signal.SIGTERM for process in processes.processes)


PROGRAM = """
import os, signal, time
import tinyvision as tv

def train(rank):
    tv.distributed.init_process_group()
    os.write(1, f"{os.getpid()}\\n".encode())  # in one piece
    while True:
        tv.distributed.all_reduce(tv.ones(1))
        time.sleep(0.01)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where tests run unheard
    tv.multiprocessing.spawn(train, nprocs=2)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_processes_do_not_outlive_who_started_them(tmp_path, number):
    (tmp_path / "program.py").write_text(PROGRAM)
    with subprocess.Popen(
        [sys.executable, tmp_path / "program.py"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as starter:
        pids = [int(starter.stdout.readline()) for _ in range(2)]
        starter.send_signal(number)
        try:
            starter.wait(30)
        finally:
            starter.kill()
    until = time.monotonic() + 30
    while any(lives(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(lives(pid) for pid in pids)


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("nprocs", [0, -1, 1.0, True])
def test_a_number_of_processes_there_cannot_be_is_refused(nprocs):
    with pytest.raises(ValueError, match="nprocs must be a whole number from 1, got"):
        spawn(write_sum, nprocs=nprocs)


def test_a_way_to_start_there_is_not_is_refused():
    with pytest.raises(ValueError, match="start_method is 'thread'; this system has"):
        spawn(write_sum, start_method="thread")
