"""Control-C that waits for a good moment."""

import signal
import threading

import pytest

from tinyvision.interrupt import when_asked_to_stop


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
