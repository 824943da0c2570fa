"""The allocator's settings, where they can be made."""

import subprocess
import sys

from tinyvision.memory import keep_freed_memory

PAGE_FAULTS = """
import resource, numpy as np
import tinyvision
for _ in range(3): np.ones(2_000_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20): np.ones(2_000_000)  # 16 MB each, dropped at once
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def page_faults(keep: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PAGE_FAULTS],
        env={"TINYVISION_KEEP_MEMORY": keep, "PYTHONPATH": ":".join(p for p in sys.path if p)},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def test_arrays_that_come_and_go_cost_no_new_pages_where_the_allocator_obeys():
    if keep_freed_memory():
        assert page_faults("1") < 1000  # twenty arrays of some 4,000 pages each


def test_the_allocator_can_be_left_alone(monkeypatch):
    monkeypatch.setenv("TINYVISION_KEEP_MEMORY", "0")
    assert not keep_freed_memory()
