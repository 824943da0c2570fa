"""The runs behind a label curve.

For each number of labels and each seed, on the same images: a network trained from scratch, a
linear probe of the pre-trained encoder, the encoder fine-tuned; and, to know what they are worth,
probes of a random encoder and of the pixels.

Training from scratch is a fair rival. It is the same network, with the same images and changes of
them, and as many steps; and while fine-tuning has one recipe for all, scratch has its own of a few
for each number of labels. It is chosen with seeds that are not reported, on training images that
none of the runs learns from: the held-out images decide nothing.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .. import data
from ..interop import vit_from_mae
from ..models import MAE
from ..ops.chance.random import manual_seed
from ..progress import progress
from .curve_points import CurvePoints
from .few_labels import few_labels, repeated
from .finetuning import DEFAULTS, classifying
from .networks import NETWORKS
from .pretraining import Pretrained
from .probing import features, linear_probe
from .recipes import Recipe
from .run import count
from .task import Classification

METHODS = {
    "finetune": "fine-tuned",
    "probe": "linear probe",
    "scratch": "from scratch",
    "random": "probe of a random encoder",
    "pixels": "probe of the pixels",
}
"""What is measured at each point, and what it is called."""
SCRATCH: tuple[dict[str, float], ...] = ({"lr": 0.5}, {"lr": 1.0}, {"lr": 2.0}, {"lr": 4.0})
"""Recipes for training from scratch: the learning rate as a multiple of that of fine-tuning."""
TUNING_SEEDS = (1000, 1001)
"""Far from those that are reported, which count from 0."""
_VALIDATION = 2000  # so many training images choose among the recipes


class CurveRuns:
    """The runs that are still to be made.

    Args:
        found: the pre-trained encoder.
        images: all of them.
        recipe: of fine-tuning.
        points: where results go, and what is there already.
        stream: where to print.
        tuning_seeds: by which a recipe for scratch is chosen.
    """

    def __init__(
        self,
        found: Pretrained,
        images: data.ImageSet,
        recipe: Recipe,
        points: CurvePoints,
        stream: Any,
        tuning_seeds: Sequence[int] = TUNING_SEEDS,
    ) -> None:
        self.found, self.images, self.recipe = found, images, recipe
        self.points, self.stream, self.tuning_seeds = points, stream, tuning_seeds
        prepare = NETWORKS["vit"].prepare(images)
        self.inputs, self.held_out = prepare(images.train_images), prepare(images.test_images)
        self.change = recipe.changes(self.inputs)
        self._features: dict[Any, np.ndarray] = {}

    # -- which, and how long they take ----------------------------------------------------------

    def do(self, counts: Sequence[int], seeds: int) -> None:
        """Make them, seed by seed, so that the whole curve is there early."""
        tuning = [
            (labels, place, seed)
            for labels in counts
            for place in range(len(SCRATCH))
            for seed in self.tuning_seeds
            if self._tuned(labels, place, seed) is None
        ]
        missing = [
            (labels, method, seed)
            for seed in range(seeds)
            for labels in counts
            for method in METHODS
            if self.points.accuracy(labels, method, seed) is None
        ]
        have = len(counts) * len(METHODS) * seeds - len(missing)
        self._say(
            f"{self.images.name}: {', '.join(map(str, counts))} labels a class, "
            f"{count(seeds, 'seed')}; {count(len(missing), 'point')} to measure"
            + (f", {have} are there" if have else "")
        )
        trainings = [labels for labels, *_ in tuning]
        trainings += [labels for labels, method, _ in missing if method in ("finetune", "scratch")]
        steps = sum(map(self._steps, trainings))
        with progress("label curve", steps, stream=self.stream) as self._task:
            self._made, self._all, self._started = 0, steps, time.perf_counter()
            for number, (labels, place, seed) in enumerate(tuning, start=1):
                self._tune(labels, place, seed)
                if number == len(tuning) or tuning[number][0] != labels:
                    rate = self.scratch_recipe(labels).lr
                    rates = [self._scratch(place).lr for place in range(len(SCRATCH))]
                    # At the end of what was tried the best may lie beyond.
                    end = " (the largest tried)" if rate == max(rates) else ""
                    end = end or (" (the smallest tried)" if rate == min(rates) else "")
                    self._tell(f"{labels:>4} a class: from scratch with lr {rate:.3g}{end}")
            for labels, method, seed in missing:
                self._measure(labels, method, seed)

    def _steps(self, labels: int) -> int:
        images = len(repeated(np.arange(labels * len(self.images.class_names))))
        batches = -(-images * self.recipe.epochs // self.recipe.batch_size)
        return replace(self.recipe, epochs=1).steps(batches)

    def _left(self) -> str:
        """How long the rest takes, as fast as it went so far."""
        if not self._made or self._task.moving:  # the bar says it
            return ""
        seconds = (time.perf_counter() - self._started) / self._made * (self._all - self._made)
        return f"   about {_duration(seconds)} left" if self._made < self._all else ""

    def _say(self, line: str) -> None:
        print(line, file=self.stream, flush=True)

    def _tell(self, line: str) -> None:
        self._task.say(line + self._left())

    def _step_made(self) -> None:
        self._made += 1
        self._task.advance()

    # -- tuning ---------------------------------------------------------------------------------

    def _tuned(self, labels: int, place: int, seed: int) -> float | None:
        for row in self.points.tuning:
            if (row["labels"], row["recipe"], row["seed"]) == (labels, place, seed):
                return row["accuracy"]
        return None

    def _tune(self, labels: int, place: int, seed: int) -> None:
        """One run of one recipe, scored on training images that it does not learn from."""
        started = time.perf_counter()
        chosen = few_labels(self.images.train_labels, labels, seed)
        others = np.setdiff1d(np.arange(len(self.inputs)), chosen)
        some = np.random.default_rng(seed).permutation(others)[:_VALIDATION]
        accuracy = self._trained(
            self._fresh(seed), self._scratch(place), 1.0, chosen,
            self.inputs[some], self.images.train_labels[some], seed,
        )  # fmt: skip
        self.points.add(
            "tuning", labels=labels, recipe=place, lr=self._scratch(place).lr, seed=seed,
            accuracy=accuracy, seconds=time.perf_counter() - started,
        )  # fmt: skip

    def _scratch(self, place: int) -> Recipe:
        return replace(self.recipe, lr=self.recipe.lr * SCRATCH[place]["lr"])

    def scratch_recipe(self, labels: int) -> Recipe:
        """For so many labels the slowest recipe within one standard error of the best mean.

        By a few seeds nobody can tell whether a higher rate is better or was lucky, and where it
        fails it fails badly. With one seed it is the best; among equals the first.

        Source: Breiman et al., "Classification and Regression Trees" (1984), section 3.4.3.
        """
        scores = np.array(
            [
                [self._tuned(labels, place, seed) for seed in self.tuning_seeds]
                for place in range(len(SCRATCH))
            ]
        )
        means = scores.mean(axis=1)
        best, seeds = int(np.argmax(means)), len(self.tuning_seeds)
        doubt = scores[best].std(ddof=1) / np.sqrt(seeds) if seeds > 1 else 0.0
        return self._scratch(int(np.argmax(means >= means[best] - doubt)))  # rates rise

    # -- points ---------------------------------------------------------------------------------

    def _measure(self, labels: int, method: str, seed: int) -> None:
        started = time.perf_counter()
        places = few_labels(self.images.train_labels, labels, seed)
        if method in ("finetune", "scratch"):
            scratch = method == "scratch"
            model = self._fresh(seed) if scratch else self.found.model
            recipe = self.scratch_recipe(labels) if scratch else self.recipe
            decay = 1.0 if scratch else DEFAULTS["layer_decay"]
            accuracy = self._trained(
                model, recipe, decay, places, self.held_out, self.images.test_labels, seed
            )
        else:
            accuracy = self._probed(method, places, seed)
        self.points.add(
            "points", labels=labels, images=len(places), method=method, seed=seed,
            accuracy=accuracy, seconds=time.perf_counter() - started,
        )  # fmt: skip
        self._tell(f"{labels:>4} a class, seed {seed}: {accuracy:6.2%} {METHODS[method]}")

    def _fresh(self, seed: int) -> MAE:
        """The same network, never trained."""
        manual_seed(seed)
        model = copy.deepcopy(self.found.model)
        model.reset_parameters()
        return model

    def _trained(
        self,
        start: MAE,
        recipe: Recipe,
        layer_decay: float,
        places: np.ndarray,
        test: np.ndarray,
        test_labels: np.ndarray,
        seed: int,
    ) -> float:
        manual_seed(seed)
        model = vit_from_mae(start, len(self.images.class_names), pool=DEFAULTS["pool"])
        # All epochs as one: the held-out images are scored once, at the end.
        shown = np.tile(repeated(places), recipe.epochs)
        task = Classification(test, test_labels, DEFAULTS["label_smoothing"])
        training = classifying(
            model, [self.inputs[shown], self.images.train_labels[shown]], task,
            replace(recipe, epochs=1), self.change, layer_decay,
        )  # fmt: skip
        return training.run(self._step_made)[-1].test["accuracy"]

    def _probed(self, method: str, places: np.ndarray, seed: int) -> float:
        inputs = self.inputs[places]
        if method == "pixels":
            train, test = (part.reshape(len(part), -1) for part in (inputs, self.held_out))
        else:
            model = self._fresh(seed) if method == "random" else self.found.model
            key = (method, seed if method == "random" else None)
            if key not in self._features:  # of the held-out images, which are the same each time
                self._features[key] = features(model, self.held_out, DEFAULTS["pool"])
            train, test = features(model, inputs, DEFAULTS["pool"]), self._features[key]
        return linear_probe(
            train, self.images.train_labels[places], test, self.images.test_labels, seed=seed
        )


def _duration(seconds: float) -> str:
    """
    >>> _duration(40), _duration(300), _duration(9000)
    ('40 s', '5 min', '2 h 30 min')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
