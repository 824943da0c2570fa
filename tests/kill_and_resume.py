"""Kill training runs at random moments, resume them, and compare their ends bit by bit.

    python -m tests.kill_and_resume --kills 200

A run is a process of its own, ended by SIGKILL after a time drawn at random: while it trains,
scores, saves a checkpoint or writes its results. What it left must be a state that can be resumed,
and the resumed run must end with the bits of one that was left alone. Every fourth is killed once
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

import numpy as np

import tinyvision as tv
from tinyvision.terminal import Steady
from tinyvision.train import (
    NETWORKS,
    Batches,
    Checkpoints,
    MaskedPatches,
    Recipe,
    Resumable,
    Training,
    train,
    warm_up_and_cosine,
)
from tinyvision.train.networks import ArticleCNN, SmallViT


class KilledCNN(ArticleCNN):
    """The article's CNN, with momentum, shifts, mirror images and clipping, for one epoch."""

    recipes = {  # noqa: RUF012  a table, never written to
        "digits": Recipe(1, 160, 0.02, shift=3, flip=True, clip=1.0),
    }


class KilledViT(SmallViT):
    """A very small transformer with dropout, AdamW, accumulation and early stopping."""

    recipes = {  # noqa: RUF012  a table, never written to
        "digits": Recipe(3, 120, 3e-3, shift=1, adaptive=True, accumulate=2, early_stop=2),
    }

    def settings(self, images):
        """With dropout in the encoder and of the embedded patches."""
        small = {"dim": 16, "depth": 1, "heads": 2, "dim_head": 8, "mlp_dim": 32}
        return {**super().settings(images), **small, "dropout": 0.1, "emb_dropout": 0.1}


def classify(network: str, every: int):
    """A function that trains a classifier as the command does."""

    def run(folder: Path) -> None:
        train(
            network, out=folder, resume=True, checkpoint_every=every, pictures=False,
            stream=Steady(None),
        )  # fmt: skip

    return run


def pretrain(folder: Path) -> None:
    """Train a very small masked autoencoder on the digits, with mirror images."""
    images = tv.data.load_dataset("digits")
    run = Resumable(folder, resume=True, every=2, pictures=False, stream=Steady(None))
    train_inputs, test_inputs = (
        (pixels[:, None] / images.max_value).astype(np.float32)
        for pixels in (images.train_images, images.test_images)
    )
    tv.manual_seed(0)
    model = tv.models.MAE(
        image_size=8, patch_size=2, channels=1, dim=16, depth=1, heads=2, decoder_dim=16,
        decoder_depth=1, decoder_heads=2,
    )  # fmt: skip
    batches = Batches([train_inputs], 120, tv.data.RandomHorizontalFlip(generator=3), generator=4)
    optimizer = tv.optim.AdamW(model.parameters(), 3e-3, betas=(0.9, 0.95), weight_decay=0.05)
    epochs = 3
    schedule = warm_up_and_cosine(optimizer, epochs * len(batches))
    training = Training(
        MaskedPatches(test_inputs), model, batches, optimizer=optimizer, schedule=schedule,
        epochs=epochs,
    )  # fmt: skip
    run.carry_out(training, {})
    tv.save(model.state_dict(), folder / "weights.npz")


SUBJECTS = {"cnn": classify("cnn", every=1), "vit": classify("vit", every=2), "mae": pretrain}


def start(name: str, folder: Path) -> int:
    """The run in a process of its own, from where it stands; the number of the process."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        SUBJECTS[name](folder)
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


def kill(name: str, folder: Path, after: float) -> float | None:
    """Kill the run after so many seconds; if it ended before, how long it took."""
    started = time.perf_counter()
    child = start(name, folder)
    while (passed := time.perf_counter() - started) < after:
        if os.waitpid(child, os.WNOHANG)[0]:
            return passed
        time.sleep(min(after - passed, 0.002))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return None if os.WIFSIGNALED(status) else passed


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
    NETWORKS.update({"cnn": KilledCNN(), "vit": KilledViT()})
    draw = random.Random(options.seed)
    moments: Counter[str] = Counter()
    wrong = 0
    with tempfile.TemporaryDirectory() as work:
        whole = {name: finish(name, Path(work, name)) for name in SUBJECTS}
        for trial in range(options.kills):
            name = list(SUBJECTS)[trial % len(SUBJECTS)]
            digest, seconds = whole[name]
            folder = Path(work, f"{trial}")
            while took := kill(name, folder, draw.uniform(0, seconds)):
                shutil.rmtree(folder)  # it had ended; another time
                seconds = took
            moments[moment(folder)] += 1
            if trial % 4 == 3:
                kill(name, folder, draw.uniform(0, seconds))
                moment(folder)
            whole[name] = digest, seconds
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
