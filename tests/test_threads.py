"""Work is shared out among threads, and BLAS keeps to one meanwhile."""

import os
import subprocess
import sys
import threading
import warnings
import weakref

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import threads


@pytest.fixture
def three():
    before = tv.get_num_threads()
    tv.set_num_threads(3)
    yield
    tv.set_num_threads(before)


def number_printed(code, **environment):
    """By a program in a process of its own, which sees no other number of threads."""
    kept = {k: v for k, v in os.environ.items() if "NUM_THREADS" not in k}
    command = [sys.executable, "-c", code]
    ended = subprocess.run(
        command, env={**kept, **environment}, capture_output=True, text=True, check=True
    )
    return int(ended.stdout)


def parts_of(size, **options):
    """The parts a piece of work is split into, and the threads that did them."""
    lock, parts, names = threading.Lock(), [], set()

    def work(start, stop):
        with lock:
            parts.append((start, stop))
            names.add(threading.current_thread().name)

    threads.in_parts(size, work, **options)
    return sorted(parts), names


def test_the_parts_are_contiguous_and_each_has_a_thread(three):
    parts, _ = parts_of(10)
    assert parts == [(0, 3), (3, 6), (6, 10)]


def test_little_work_is_not_shared_out(three):
    assert parts_of(10, least=6)[0] == [(0, 10)]
    assert parts_of(10, least=5)[0] == [(0, 5), (5, 10)]
    assert parts_of(0)[0] == [(0, 0)]


def test_other_threads_really_work(three):
    gate = threading.Barrier(3, timeout=30)
    threads.in_parts(3, lambda start, stop: gate.wait())  # nobody passes unless all three are there


def test_work_inside_of_a_part_is_not_split_again(three):
    inner = []
    threads.in_parts(3, lambda start, stop: threads.in_parts(9, lambda a, b: inner.append((a, b))))
    assert inner == [(0, 9)] * 3


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_an_error_in_any_part_is_raised_when_all_have_ended(three, bad):
    ended = []

    def work(start, stop):
        if start == bad:
            raise ZeroDivisionError(f"part {start}")
        ended.append(start)

    with pytest.raises(ZeroDivisionError, match=f"part {bad}"):
        threads.in_parts(3, work)
    assert sorted(ended) == [start for start in range(3) if start != bad]
    assert parts_of(3)[0] == [(0, 1), (1, 2), (2, 3)]  # the threads live on


def test_warnings_are_off_in_the_other_threads_where_they_are_off_here(three):
    out = np.zeros(3)
    with warnings.catch_warnings(), np.errstate(divide="ignore"):
        warnings.simplefilter("error")
        threads.in_parts(3, lambda a, b: np.divide(1.0, np.zeros(b - a), out=out[a:b]))
    assert np.isinf(out).all()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def trained(seed, weights):
    """Put the weights of a small network after some steps under its seed."""
    rng = np.random.default_rng(seed)
    conv = tv.nn.Conv2d(3, 8, 3, padding=1)
    model = tv.nn.Sequential(conv, tv.nn.MaxPool2d(2), tv.nn.ReLU(), tv.nn.Flatten())
    model.append(tv.nn.Linear(8 * 16 * 16, 10))
    for parameter in model.parameters():
        parameter.data = tv.tensor((0.1 * rng.normal(size=parameter.shape)).astype(np.float32))
    images = tv.tensor(rng.normal(size=(24, 3, 32, 32)).astype(np.float32))
    labels = tv.tensor(rng.integers(0, 10, 24))
    optimizer = tv.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for _ in range(6):
        loss = tv.nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with tv.no_grad():  # in this thread only
            model(images)
    weights[seed] = [parameter.detach().numpy().copy() for parameter in model.parameters()]


def test_networks_trained_in_threads_side_by_side_end_with_the_bits_of_each_alone(three):
    """They share the threads that do the work, and on a free-threaded Python no lock."""
    alone, together = {}, {}
    for seed in range(3):
        trained(seed, alone)
    side_by_side = [threading.Thread(target=trained, args=(seed, together)) for seed in range(3)]
    for thread in side_by_side:
        thread.start()
    for thread in side_by_side:
        thread.join()
    for seed, weights in alone.items():
        for found, expected in zip(together[seed], weights, strict=True):
            np.testing.assert_array_equal(found, expected)


def test_work_that_is_done_is_let_go_of_at_once(three):
    """Or its arrays would be in memory for a moment longer, beside those of the next operation."""
    for _ in range(200):

        def work(start, stop):
            np.ones(1000).sum()

        gone = weakref.ref(work)
        threads.in_parts(3, work)
        del work
        assert gone() is None


def test_a_forked_process_has_threads_of_its_own(three):
    parts_of(3)
    child = os.fork()
    if child == 0:
        os._exit(0 if parts_of(3)[0] == [(0, 1), (1, 2), (2, 3)] else 1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize(
    ("number", "error", "message"),
    [
        (0, ValueError, "expected at least one thread, got 0"),
        (1.5, TypeError, "expected an integer, got 1.5"),
        (True, TypeError, "expected an integer, got True"),
    ],
)
def test_a_number_of_threads_that_makes_no_sense_is_refused(number, error, message):
    with pytest.raises(error, match=message):
        tv.set_num_threads(number)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"OMP_NUM_THREADS": "3"}, 3),
        ({"OMP_NUM_THREADS": "3", "TINYVISION_NUM_THREADS": "5"}, 5),
        ({"OMP_NUM_THREADS": "many"}, len(os.sched_getaffinity(0))),
    ],
)
def test_the_environment_says_how_many_at_first(environment, expected):
    code = "import tinyvision as tv; print(tv.get_num_threads())"
    assert number_printed(code, **environment) == expected


# -- BLAS -------------------------------------------------------------------------------------


@pytest.fixture
def blas():
    """The number of threads BLAS uses, as a function; two to begin with."""
    functions = threads._openblas()
    if functions is None:
        pytest.skip("NumPy stands on another BLAS")
    with threads.blas_threads(2):
        yield functions[0]


def test_blas_keeps_to_one_thread_while_an_operation_runs(blas):
    seen = []
    threads.in_parts(1, lambda start, stop: seen.append(blas()))
    assert seen == [1]
    assert blas() == 2


def test_blas_gets_its_threads_back_after_an_error(blas):
    with pytest.raises(ZeroDivisionError), threads.one_blas_thread():
        1 / 0
    assert blas() == 2


def test_blas_gets_its_threads_back_when_the_last_leaves(blas):
    with threads.one_blas_thread():
        with threads.one_blas_thread():
            pass
        assert blas() == 1
    assert blas() == 2


def test_linear_algebra_gets_no_more_threads_than_operations(blas):
    before = tv.get_num_threads()
    try:
        tv.set_num_threads(1)
        assert blas() == 1
    finally:
        tv.set_num_threads(before)


def test_a_number_set_within_an_operation_holds_after_it(blas):
    before = tv.get_num_threads()
    try:
        with threads.one_blas_thread():
            tv.set_num_threads(1)
        assert blas() == 1
    finally:
        tv.set_num_threads(before)


def test_blas_is_not_given_more_threads_than_it_was_told_to_use():
    code = "import tinyvision as tv; tv.set_num_threads(4); print(tv.threads._openblas()[0]())"
    assert number_printed(code, OPENBLAS_NUM_THREADS="1") == 1


def test_a_number_set_while_blas_is_kept_to_one_thread_is_no_limit_later():
    code = (
        "import tinyvision as tv\n"
        "from tinyvision.threads import _openblas, blas_threads\n"
        "with blas_threads(1): tv.set_num_threads(2)\n"
        "tv.set_num_threads(2)\n"
        "print(_openblas()[0]())"
    )
    assert number_printed(code, OPENBLAS_NUM_THREADS="2") == 2


def test_a_number_for_a_block_is_put_back_after_it_and_after_an_error(blas):
    with threads.blas_threads(1):
        assert blas() == 1
    assert blas() == 2
    with pytest.raises(ZeroDivisionError), threads.blas_threads(1):
        1 / 0
    assert blas() == 2


def test_without_openblas_all_runs_the_same(monkeypatch, three):
    monkeypatch.setattr(threads, "_openblas", lambda: None)
    assert parts_of(3)[0] == [(0, 1), (1, 2), (2, 3)]
    ran = []
    with threads.blas_threads(1):
        ran.append(True)
    assert ran
