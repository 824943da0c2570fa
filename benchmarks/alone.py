"""What has to be measured in a process of its own: peak memory of a step, and import time."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import textwrap

# Both sides: what the process takes at its peak beyond what it takes before the steps.
MEMORY = """
    import numpy as np
    from benchmarks import cnn
    import {library} as library

    def kilobytes(what):
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith(what))

    images, labels, weights = cnn.data()
    model = cnn.{model}(weights)
    step = cnn.stepper(library, model, library.tensor(images), library.tensor(labels))
    with open("/proc/self/clear_refs", "w") as references:
        references.write("5")  # forget the peak so far, which the imports made
    before = kilobytes("VmRSS")
    for _ in range(20):
        step()
    print(1024 * (kilobytes("VmHWM") - before))
"""

IMPORTS = {
    "tinyvision": "import tinyvision",
    "numpy and scipy's parts": "import numpy, scipy.sparse, scipy.special",
    "numpy": "import numpy",
    "torch": "import torch",
}


def memory_of_a_step(rounds: int = 3) -> dict[str, float]:
    """Peak memory of CNN training steps in bytes, beyond the process before them; the median."""
    return {
        name: statistics.median(
            float(run(MEMORY.format(library=name, model=model))) for _ in range(rounds)
        )
        for name, model in (("tinyvision", "ours"), ("torch", "theirs"))
    }


def import_times(rounds: int = 11) -> dict[str, list[float]]:
    """Seconds an import takes as the first thing in a process, in turn.

    All come from compiled bytecode, which the first round makes, in a folder of its own: what lies
    beside the sources may be missing or old, and PYTHONDONTWRITEBYTECODE would keep it so.
    """
    times: dict[str, list[float]] = {name: [] for name in IMPORTS}
    measure = "import time; started = time.perf_counter(); {}; print(time.perf_counter() - started)"
    with tempfile.TemporaryDirectory() as folder:
        settings = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        for number in range(rounds + 1):
            for name, line in IMPORTS.items():
                seconds = float(run(measure.format(line), **settings))
                if number:  # not the first round
                    times[name].append(seconds)
    return times


def run(code: str, **settings: str) -> str:
    """What a Python program prints, run in a process of its own, with these in its environment."""
    command = [sys.executable, "-c", textwrap.dedent(code)]
    environment = {**os.environ, **settings}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if ended.returncode:
        raise RuntimeError(f"a measurement failed:\n{ended.stderr}")
    return ended.stdout.strip()


if __name__ == "__main__":
    print(json.dumps({"memory": memory_of_a_step(), "imports": import_times()}))
