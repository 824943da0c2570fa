"""Control-C that waits for a good moment, and an orderly end on other requests."""

import contextlib
import signal
import threading

import pytest

from tinyvision.interrupt import orderly_end, when_asked_to_stop


def test_the_first_only_raises_the_flag_and_the_second_interrupts():
    with when_asked_to_stop() as asked:
        assert not asked()
        signal.raise_signal(signal.SIGINT)
        assert asked()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_afterwards_it_interrupts_as_before():
    before = signal.getsignal(signal.SIGINT)
    with when_asked_to_stop():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_a_process_that_is_to_ignore_it_does():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with when_asked_to_stop() as asked:
            signal.raise_signal(signal.SIGINT)
            assert not asked()
    finally:
        signal.signal(signal.SIGINT, before)


def test_in_another_thread_there_is_nothing_to_wait_for():
    answers = []

    def work():
        with when_asked_to_stop() as asked:
            answers.append(asked())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert answers == [False]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_request_to_end_tidies_up_what_is_open(name):
    number = getattr(signal, name, None) or pytest.skip(f"no {name} on this system")
    tidied = []

    def work():
        with orderly_end(), contextlib.ExitStack() as open_things:
            open_things.callback(tidied.append, True)
            signal.raise_signal(number)

    with pytest.raises(SystemExit) as ended:
        work()
    assert tidied
    assert ended.value.code == 128 + number


def test_a_request_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with orderly_end():
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_afterwards_a_request_ends_the_process_as_before():
    with orderly_end():
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
