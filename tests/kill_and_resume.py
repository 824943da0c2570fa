"""Kill training runs at random moments, resume them, and compare their ends bit by bit.

    python -m tests.kill_and_resume --kills 200

A run is a process of its own, ended by SIGKILL after a time drawn at random: while it trains,
scores, saves a checkpoint or writes its results. What it left must be a state that can be resumed,
and the resumed run must end with the bits of one that was left alone. Every third is killed once
more after it was resumed. Exit code 1 if anything differs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tinyvision.terminal import Steady
from tinyvision.train import NETWORKS, Checkpoints, Recipe, train
from tinyvision.train.networks import ArticleCNN, SmallViT


class KilledCNN(ArticleCNN):
    """The article's CNN, with momentum, shifts, mirror images and clipping, for one epoch."""

    recipes = {  # noqa: RUF012  a table, never written to
        "digits": Recipe(1, 160, 0.02, shift=3, flip=True, clip=1.0),
    }
    every = 1


class KilledViT(SmallViT):
    """A very small transformer with dropout, AdamW, accumulation and early stopping."""

    recipes = {  # noqa: RUF012  a table, never written to
        "digits": Recipe(3, 120, 3e-3, shift=1, adaptive=True, accumulate=2, early_stop=2),
    }
    every = 2

    def settings(self, images):
        """With dropout in the encoder and of the embedded patches."""
        small = {"dim": 16, "depth": 1, "heads": 2, "dim_head": 8, "mlp_dim": 32}
        return {**super().settings(images), **small, "dropout": 0.1, "emb_dropout": 0.1}


SUBJECTS = {"cnn": KilledCNN(), "vit": KilledViT()}


def start(name: str, folder: Path) -> int:
    """The run in a process of its own, from where it stands; the number of the process."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        every = SUBJECTS[name].every
        silent = Steady(None)
        train(name, out=folder, resume=True, checkpoint_every=every, pictures=False, stream=silent)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)  # nothing of the parent's is to be cleaned up here


def finish(name: str, folder: Path) -> tuple[str, float]:
    """Let the run end by itself; the checksum of its weights, and how long it took."""
    started = time.perf_counter()
    _, status = os.waitpid(start(name, folder), 0)
    if status:
        raise SystemExit(
            f"FAILED: the resumed {name} run in {folder} did not end; it is left there"
        )
    digest = hashlib.sha256((folder / "weights.npz").read_bytes()).hexdigest()
    return digest, time.perf_counter() - started


def kill(name: str, folder: Path, after: float) -> bool:
    """Kill the run after so many seconds; whether it was still alive."""
    child = start(name, folder)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def moment(folder: Path) -> str:
    """What the run was doing, as far as what it left tells; an error if it cannot be resumed."""
    checkpoints = Checkpoints(folder / "checkpoints")
    half_written = [*folder.glob(".*"), *checkpoints.folder.glob(".*")]
    found = checkpoints.latest(lambda note: sys.exit(f"FAILED: {note}"))
    if half_written:
        return "writing a file"
    if found is None:
        return "starting"
    return "writing its results" if found[1]["finished"] else "training"


def main(argv: list[str] | None = None) -> int:
    """Run the trials; 1 if an end differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200, help="how many; 200 if not given")
    parser.add_argument("--seed", type=int, default=0, help="of the moments; 0 if not given")
    options = parser.parse_args(argv)
    NETWORKS.update(SUBJECTS)
    draw = random.Random(options.seed)
    moments: Counter[str] = Counter()
    wrong = 0
    with tempfile.TemporaryDirectory() as work:
        whole = {name: finish(name, Path(work, name)) for name in SUBJECTS}
        for trial in range(options.kills):
            name = list(SUBJECTS)[trial % len(SUBJECTS)]
            digest, seconds = whole[name]
            folder = Path(work, f"{trial}")
            while not kill(name, folder, draw.uniform(0, seconds)):
                shutil.rmtree(folder)  # it had ended; another time
            moments[moment(folder)] += 1
            if trial % 3 == 2:
                kill(name, folder, draw.uniform(0, seconds))
                moment(folder)
            end, _ = finish(name, folder)
            if end != digest:
                wrong += 1
                print(f"trial {trial}: the {name} run ended differently")
            shutil.rmtree(folder)
    print(", ".join(f"{count} while {what}" for what, count in sorted(moments.items())))
    same = options.kills - wrong
    print(f"{options.kills} kills, {options.kills} resumable states, {same} bit-identical ends")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
