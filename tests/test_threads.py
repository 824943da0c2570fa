"""The number of BLAS threads is set for a while and put back."""

import pytest

from tinyvision import threads


def test_the_number_is_put_back_after_the_block_and_after_an_error():
    functions = threads._openblas()
    if functions is None:
        pytest.skip("NumPy stands on another BLAS")
    get, _ = functions
    before = get()
    with threads.blas_threads(1):
        assert get() == 1
    assert get() == before
    with pytest.raises(ZeroDivisionError), threads.blas_threads(1):
        1 / 0
    assert get() == before


def test_without_openblas_the_block_runs_all_the_same(monkeypatch):
    monkeypatch.setattr(threads, "_openblas", lambda: None)
    ran = []
    with threads.blas_threads(1):
        ran.append(True)
    assert ran
