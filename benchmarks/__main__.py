"""The command: `python -m benchmarks`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

GROUPS = (
    "steps",
    "inference",
    "base",
    "processes",
    "operations",
    "tape",
    "memory",
    "imports",
    "growth",
)


def main(argv: list[str] | None = None) -> int:
    """Run it; an error is told in one line, and is exit code 2."""
    # Read when NumPy is imported, and what tells the error imports it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from tinyvision.ending import ended

    return ended("python -m benchmarks", lambda: run(argv))


def run(argv: list[str] | None = None) -> int:
    """Race, print a table, write the figures and a chart."""
    import tinyvision as tv
    from tinyvision.usage import Parser, positive_int

    from .needs import need

    parser = Parser(prog="python -m benchmarks", description="How fast tinyvision is, as ratios.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; all")
    parser.add_argument("--pairs", type=positive_int, default=20, help="rounds of each race")
    parser.add_argument("--threads", default="1,2", help="numbers of threads, by comma")
    parser.add_argument("--no-peers", action="store_true", help="leave MyGrad and autograd out")
    parser.add_argument("--out", type=Path, default=Path("runs/benchmarks"), help="a folder")
    options = parser.parse_args(argv)
    unknown = set(options.groups) - set(GROUPS)
    if unknown:
        parser.error(f"unknown group {sorted(unknown)[0]!r}; choose of {', '.join(GROUPS)}")
    groups = options.groups or GROUPS
    need("torch")
    if "steps" in groups and not options.no_peers:
        need("mygrad", "autograd", otherwise=", or leave these two out: --no-peers")
    from . import growth, picture, race

    print(f"{machine()}\n{race.HEADER}", flush=True)
    outcomes = []
    for outcome in races(groups, options):
        print("\n".join(outcome.lines()), flush=True)
        outcomes.append(outcome)
    if "growth" in groups:
        tv.set_num_threads(1)
        print("\n".join(growth.lines()), flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    data = options.out / "benchmarks.json"
    data.write_text(
        json.dumps({"machine": machine(), "outcomes": [asdict(o) for o in outcomes]}, indent=1)
    )
    print(f"written:\n  {data}")
    if outcomes:
        print(f"  {picture.chart(outcomes, options.out / 'benchmarks.png')}")
    return 0


def races(groups: tuple[str, ...], options: argparse.Namespace) -> Iterator:
    """Run what was asked for, one outcome after the other."""
    import torch

    import tinyvision as tv

    from . import alone, cnn, operations, processes, race, tape, vit

    makers = {
        "steps": lambda: [cnn.step(peers=not options.no_peers), vit.step()],
        "inference": lambda: [cnn.inference(), vit.inference()],
        "base": lambda: [vit.base()],
        "operations": operations.contests,
        "tape": lambda: [tape.overhead()],
    }
    for threads in (int(number) for number in options.threads.split(",")):
        torch.set_num_threads(threads)
        tv.set_num_threads(threads)
        for group in groups:
            if group in makers and not (group == "tape" and threads > 1):
                for contest in makers[group]():
                    yield race.run(contest, threads, options.pairs)
            if group == "processes" and threads > 1:
                for name in ("CNN", "ViT"):
                    with processes.step(name, threads) as contest:
                        yield race.run(contest, threads, options.pairs)
    if "memory" in groups:
        used = alone.memory_of_a_step()
        sizes = {who: [size] for who, size in used.items()}
        yield race.Outcome("CNN step, peak memory", 1, sizes, unit="bytes")
    if "imports" in groups:
        yield race.Outcome("import", 1, alone.import_times())


def machine() -> str:
    """What the figures were measured on."""
    import numpy as np
    import torch

    settings = {k: v for k, v in os.environ.items() if k.startswith(("OPENBLAS_CORE", "MKL_"))}
    return (
        f"Python {platform.python_version()}, NumPy {np.__version__}, torch {torch.__version__}, "
        f"{os.cpu_count()} cores, {platform.processor() or platform.machine()}, set: {settings}"
    )


if __name__ == "__main__":
    sys.exit(main())
