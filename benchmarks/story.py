"""Why a convolution in NumPy can be fast: one operation written five ways, and a roofline.

    python -m benchmarks.story [--out FOLDER]

Times five ways to write the same convolution, in turn, measures what the machine can do at most (a
large matrix product, a large copy) and where the operations of the two networks stand below that.
Writes two pictures and the page that tells the story, `STORY.md`: into `benchmarks/`, or the folder
that is named.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is imported

import statistics
import sys
import time

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

import tinyvision as tv
from tinyvision.ending import ended
from tinyvision.usage import Parser
from tinyvision.viz.save import save_figure
from tinyvision.viz.style import MUTED, OKABE_ITO, new_figure, panel, style

from .race import readable

HERE = Path(__file__).parent
ROUNDS = 15


# -- one convolution, five ways: (N, C, H, W) with (O, C, 3, 3), padding 1 -> (N, O, H, W) --------


def by_loops(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """The formula, number by number."""
    n, c, height, width = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1))).tolist()
    kernel = w.tolist()
    out = np.zeros((n, len(kernel), height, width), x.dtype)
    for image in range(n):
        for o, weights in enumerate(kernel):
            for i in range(height):
                for j in range(width):
                    total = 0.0
                    for channel in range(c):
                        for m in range(3):
                            for k in range(3):
                                pixel = padded[image][channel][i + m][j + k]
                                total += weights[channel][m][k] * pixel
                    out[image, o, i, j] = total
    return out


def by_shifts(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Nine shifted images, each multiplied by its nine numbers: loops over the kernel only."""
    height, width = x.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    out = np.zeros((x.shape[0], w.shape[0], height, width), x.dtype)
    for m in range(3):
        for k in range(3):
            shifted = padded[:, :, m : m + height, k : k + width]
            out += np.einsum("nchw,oc->nohw", shifted, w[:, :, m, k])
    return out


def by_im2col(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Every window copied into a row of one large matrix, then one matrix product."""
    n, c, height, width = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    rows = np.empty((n, height, width, c, 3, 3), x.dtype)
    for m in range(3):
        for k in range(3):
            window = padded[:, :, m : m + height, k : k + width]
            rows[..., m, k] = window.transpose(0, 2, 3, 1)
    columns = w.reshape(len(w), -1).T  # (O, C, 3, 3) -> (C*9, O)
    out = rows.reshape(n * height * width, c * 9) @ columns  # (P, C*9) @ (C*9, O) -> (P, O)
    return out.reshape(n, height, width, -1).transpose(0, 3, 1, 2)


def by_view(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """The same without writing the copy down: a strided view shows every window; NumPy copies."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = sliding_window_view(padded, (3, 3), axis=(2, 3))  # (N, C, H, W, 3, 3)
    return np.tensordot(windows, w, axes=((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)


def by_tiles(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """tinyvision's: channels last, a few images at a time, so that all stays in the cache."""
    with tv.no_grad():
        return tv.nn.functional.conv2d(tv.from_numpy(x), tv.from_numpy(w), padding=1).numpy()


WAYS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "loops": by_loops,
    "shifted images": by_shifts,
    "im2col": by_im2col,
    "strided view": by_view,
    "tiled, channels last": by_tiles,
}


def race_ways() -> dict[str, float]:
    """Seconds an image of each way, on the second convolution of the article's CNN, in turn."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((64, 16, 16, 16), dtype=np.float32)
    w = rng.standard_normal((32, 16, 3, 3), dtype=np.float32)
    last = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)  # as it comes
    expected = by_im2col(x, w)
    for name, way in WAYS.items():
        few = 1 if way is by_loops else 64
        if not np.allclose(way(x[:few], w), expected[:few], atol=1e-3):
            raise RuntimeError(f"{name} computes something else")
    times: dict[str, list[float]] = {name: [] for name in WAYS}
    for number in range(ROUNDS):
        for name, way in WAYS.items():
            if way is by_loops and number >= 3:
                continue  # seconds each
            images = x[:1] if way is by_loops else last if way is by_tiles else x
            started = time.process_time()
            way(images, w)
            times[name].append((time.process_time() - started) / len(images))
    return {name: statistics.median(taken) for name, taken in times.items()}


# -- the roof -----------------------------------------------------------------------------------


def best_of(function: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The least processor time of a call."""
    function()
    taken = []
    for _ in range(rounds):
        started = time.process_time()
        function()
        taken.append(time.process_time() - started)
    return min(taken)


def roof() -> tuple[float, float]:
    """What the machine does at most: floating-point operations and bytes a second."""
    a = np.ones((1024, 1024), np.float32)
    out = np.empty_like(a)
    operations = 2 * 1024**3 / best_of(lambda: np.matmul(a, a, out=out))
    source = np.ones(64 << 20, np.uint8)
    target = np.empty_like(source)
    return operations, 2 * source.nbytes / best_of(lambda: np.copyto(target, source))


def points() -> dict[str, tuple[float, float]]:
    """Operations a byte, and operations a second, of what the two networks are made of."""
    F = tv.nn.functional
    rng = np.random.default_rng(0)

    def drawn(*shape: int) -> tv.Tensor:
        return tv.from_numpy(rng.standard_normal(shape, dtype=np.float32))

    image, middle, tokens = drawn(64, 3, 32, 32), drawn(64, 16, 16, 16), drawn(4160, 128)
    first, second = drawn(16, 3, 3, 3), drawn(32, 16, 3, 3)
    weight, gain, scores = drawn(256, 128), drawn(128), drawn(64, 4, 65, 65)
    large, heads = drawn(64, 16, 32, 32), drawn(64, 4, 65, 32)
    work: dict[str, tuple[float, Callable[[], tv.Tensor], list[tv.Tensor]]] = {
        "conv2d 3 to 16": (2 * 27, lambda: F.conv2d(image, first, padding=1), [image, first]),
        "conv2d 16 to 32": (2 * 144, lambda: F.conv2d(middle, second, padding=1), [middle, second]),
        "linear": (2 * 128, lambda: F.linear(tokens, weight), [tokens, weight]),
        "attention": (
            4 * 65, lambda: F.scaled_dot_product_attention(heads, heads, heads), [heads] * 3,
        ),
        "max_pool2d": (3, lambda: F.max_pool2d(large, 2), [large]),
        "relu": (1, lambda: F.relu(large), [large]),
        "layer_norm": (8, lambda: F.layer_norm(tokens, (128,), gain, gain), [tokens]),
        "gelu": (10, lambda: F.gelu(tokens), [tokens]),
        "softmax": (5, lambda: F.softmax(scores, -1), [scores]),
    }  # fmt: skip
    found = {}
    with tv.no_grad():
        for name, (each, call, read) in work.items():
            answer = call()
            operations = each * answer.numel()
            moved = answer.nbytes + sum(tensor.nbytes for tensor in read)
            found[name] = operations / moved, operations / best_of(call)
    return found


# -- pictures and the page ------------------------------------------------------------------------


def draw_ways(times: dict[str, float], path: Path) -> None:
    """Bars, on a logarithmic axis."""
    with style():
        figure = new_figure(7.5, 2.9)
        axes = panel(figure, 1.7, 0.6, 5.4, 1.7)
        values = [seconds * 1e6 for seconds in times.values()]
        axes.barh(range(len(values)), values, color=OKABE_ITO["blue"], height=0.65)
        for place, value in enumerate(values):
            axes.annotate(f" {readable(value * 1e-6)}", (value, place), va="center", fontsize=9)
        axes.set_xscale("log")
        axes.set_xlim(min(values) / 3, max(values) * 8)
        axes.set_yticks(range(len(values)), list(times))
        axes.invert_yaxis()
        axes.set_xlabel("processor time for one image of 16 × 16 × 16, 16 to 32 channels (µs)")
        axes.set_title("One convolution, five ways", loc="left")
        save_figure(figure, path)


def draw_roofline(
    peak: float, bandwidth: float, found: dict[str, tuple[float, float]], path: Path
) -> None:
    """Operations a second over operations a byte, under the roof of memory and of arithmetic."""
    with style():
        figure = new_figure(7.5, 4.6)
        axes = panel(figure, 0.9, 0.6, 6.2, 3.4)
        reach = np.geomspace(0.05, 500, 200)
        axes.plot(reach, np.minimum(peak, bandwidth * reach) / 1e9, color=MUTED)
        axes.annotate("the roof: memory", (0.6, bandwidth * 0.6 / 1e9), (-8, 4), ha="right",
                      textcoords="offset points", fontsize=9, color=MUTED)  # fmt: skip
        axes.annotate("the roof: arithmetic", (60, peak / 1e9), (0, 5),
                      textcoords="offset points", fontsize=9, color=MUTED)  # fmt: skip
        for name, (intensity, speed) in found.items():
            axes.plot(intensity, speed / 1e9, "o", color=OKABE_ITO["vermillion"])
            offset = (-8, 6) if name == "conv2d 3 to 16" else (5, -10)  # it has a near neighbour
            axes.annotate(name, (intensity, speed / 1e9), offset, fontsize=8,
                          ha="right" if offset[0] < 0 else "left",
                          textcoords="offset points")  # fmt: skip
        axes.set_xscale("log")
        axes.set_yscale("log")
        lowest = min(speed for _, speed in found.values())
        axes.set_ylim(bottom=lowest / 2e9)  # its name stands below it
        axes.set_xlabel("arithmetic a byte of memory that must be moved (operations / byte)")
        axes.set_ylabel("operations a second (10⁹)")
        axes.set_title("Below the roofline, one thread", loc="left")
        save_figure(figure, path)


TEXT = """# Why a convolution in NumPy can be fast

Written by `python -m benchmarks.story`; the figures are those of its last run. One thread, and
each way in turn with the others: the ratios mean something, the times only on this machine.

![Five bars](images/ways.png)

| way | time an image | times the last |
|---|---|---|
{rows}

**Loops** spend their time on Python: finding the number, unpacking it, adding it. The
arithmetic is nothing.

**Shifted images** leave loops to NumPy, but go over the whole image nine times; each time it
has left the processor's cache before it is needed again.

**im2col** lays every window out as a row: nine times the memory, but then the convolution *is*
one matrix product, and nothing is as fast as a matrix product.

**A strided view** shows the same windows without a copy: only the strides say that they overlap.
The product needs them side by side, so NumPy makes the copy after all, number by number, jumping
through memory. Elegant, and slower than the copy made by hand.

**Tiles** make it for a few images at a time. The rows are still in the cache when the product
reads them. The channels lie last in memory, so a window's numbers come in runs of three pixels'
channels and not one by one. That is `tinyvision/ops/convolution/im2col.py` and `correlate.py`.

## Where the rest of the time goes

![Operations under the roofline](images/roofline.png)

What an operation can reach is bounded twice: by the arithmetic the processor can do ({peak:.0f}
· 10⁹ operations a second, measured with a large matrix product) and by the bytes memory can
move ({bandwidth:.0f} · 10⁹ a second, measured with a large copy). On the left stand operations
that do little with each number; for them memory is the roof, unless their numbers are still in
the cache, which is why some stand above it. On the right stand matrix products. Long networks
of small operations are slow because they stay on the left; that is why they are worth joining,
and why convolution and attention are written as products.
"""


def main(argv: list[str] | None = None) -> int:
    """Run it; an error is told in one line, and is exit code 2."""
    return ended("python -m benchmarks.story", lambda: run(argv))


def run(argv: list[str] | None = None) -> int:
    """Measure, draw, write the page."""
    parser = Parser(prog="python -m benchmarks.story", description="Why a convolution can be fast.")
    parser.add_argument("--out", type=Path, default=HERE, help="a folder for the page")
    folder = parser.parse_args(argv).out
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    tv.set_num_threads(1)
    times = race_ways()
    peak, bandwidth = roof()
    found = points()
    draw_ways(times, images / "ways.png")
    draw_roofline(peak, bandwidth, found, images / "roofline.png")
    last = times["tiled, channels last"]
    rows = "\n".join(
        f"| {name} | {readable(seconds)} | {seconds / last:,.1f} |"
        for name, seconds in times.items()
    )
    page = folder / "STORY.md"
    text = TEXT.format(rows=rows, peak=peak / 1e9, bandwidth=bandwidth / 1e9)
    page.write_text(text, encoding="utf-8")
    print(rows)
    for name, (intensity, speed) in found.items():
        print(f"{name:<16} {intensity:7.2f} operations/byte  {speed / 1e9:7.1f} · 10⁹ a second")
    print(f"written:\n  {page}\n  {images / 'ways.png'}\n  {images / 'roofline.png'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
