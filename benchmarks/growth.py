"""How cost grows: time per image with the batch, memory of attention with the number of tokens."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Iterator

import numpy as np

import tinyvision as tv

from . import cnn

BATCHES = (1, 8, 64, 512)
TOKENS = (512, 1024, 2048, 4096)
WIDTH = 32


def lines(rounds: int = 9) -> Iterator[str]:
    """Both tables, as text."""
    yield "CNN training step, by batch: processor time an image, and relative to batch 64"
    times = step_times(rounds)
    for batch, seconds in times.items():
        yield f"  {batch:>4}  {seconds * 1e6:8.1f} µs  {seconds / times[64]:5.2f}"
    yield "CNN inference, by batch: the same"
    times = inference_times(rounds)
    for batch, seconds in times.items():
        yield f"  {batch:>4}  {seconds * 1e6:8.1f} µs  {seconds / times[64]:5.2f}"
    yield f"attention, one head of {WIDTH}, by tokens T: peak memory in units of T x {WIDTH} floats"
    for count in TOKENS:
        looking, training = attention_memory(count, False), attention_memory(count, True)
        unit = count * WIDTH * 4
        yield f"  {count:>4}  inference {looking / unit:6.1f}   training {training / unit:6.1f}"
    size = 4096
    yield f"conv2d of one image of {size} x {size}, 3 to 8 channels: peak memory / its answer's"
    yield f"  {large_image_memory(size):.2f}"


def step_times(rounds: int) -> dict[int, float]:
    """Seconds an image of a training step, by batch; the batches in turn."""
    images, labels, weights = cnn.data()
    steps = {}
    for batch in BATCHES:
        times = -(-batch // len(images))
        x, y = (np.concatenate([each] * times)[:batch] for each in (images, labels))
        steps[batch] = cnn.stepper(tv, cnn.ours(weights), tv.tensor(x), tv.tensor(y))
    return _in_turn(steps, rounds)


def inference_times(rounds: int) -> dict[int, float]:
    """Seconds an image of inference, by batch; the batches in turn."""
    images, _, weights = cnn.data()
    model = cnn.ours(weights).eval()

    def run(x):
        def call():
            with tv.inference_mode():
                return model(x)

        return call

    return _in_turn(
        {b: run(tv.tensor(np.concatenate([images] * -(-b // 64))[:b])) for b in BATCHES}, rounds
    )


def _in_turn(calls, rounds: int) -> dict[int, float]:
    taken: dict[int, list[float]] = {batch: [] for batch in calls}
    for number in range(rounds + 1):
        for batch, call in calls.items():
            repeats = max(1, 64 // batch)
            started = time.process_time()
            for _ in range(repeats):
                call()
            if number:  # the first warms up
                taken[batch].append((time.process_time() - started) / repeats / batch)
    return {batch: statistics.median(each) for batch, each in taken.items()}


def attention_memory(tokens: int, training: bool) -> int:
    """The most memory in use during attention, beyond the three inputs."""
    rng = np.random.default_rng(0)
    q, k, v = (
        tv.tensor(rng.standard_normal((1, 1, tokens, WIDTH), dtype=np.float32)) for _ in range(3)
    )
    tracemalloc.start()
    if training:
        for each in (q, k, v):
            each.requires_grad_()
        tv.nn.functional.scaled_dot_product_attention(q, k, v).sum().backward()
    else:
        with tv.inference_mode():
            tv.nn.functional.scaled_dot_product_attention(q, k, v)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def large_image_memory(size: int) -> float:
    """Peak memory of a convolution of one large image, relative to that of its answer."""
    image = tv.zeros(1, 3, size, size)
    kernel = tv.zeros(8, 3, 3, 3)
    tracemalloc.start()
    with tv.inference_mode():
        answer = tv.nn.functional.conv2d(image, kernel, padding=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / answer.nbytes
