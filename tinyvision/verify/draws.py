"""Problems drawn at random, so that the operators are checked and not the article's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from .problems import Attention, Convolution, Problem


def draw_problems(seed: int, number: int = 8) -> list[Problem]:
    """Draw `number` convolutions and as many attention problems, of small whole numbers.

    >>> len(draw_problems(seed=0, number=3))
    6
    """
    random = Random(seed)
    convolutions = [draw_convolution(random) for _ in range(number)]
    return [*convolutions, *[draw_attention(random, shift=60 * (i % 2)) for i in range(number)]]


def draw_convolution(random: Random) -> Convolution:
    """Draw images, kernels and all that `conv2d` lets one choose; height and width apart.

    >>> print(draw_convolution(Random(1)).name)
    drawn: x 1×2×3×5, w 1×2×2×2, stride (2, 3), padding (0, 1), dilation (2, 1), groups 1, bias
    """
    groups, images = random.choice([1, 1, 2, 3]), random.randint(1, 2)
    channels, outputs = groups * random.randint(1, 2), groups * random.randint(1, 2)
    kernel, stride, dilation = (_pair(random, 1, most) for most in (3, 3, 2))
    padding, more = _pair(random, 0, 2), _pair(random, 0, 4)
    # The least side that the kernel fits into, and a bit.
    height, width = (d * (k - 1) + 1 + m for d, k, m in zip(dilation, kernel, more, strict=True))
    bias = draw(random, (outputs,), 9) if random.random() < 0.5 else None
    name = (
        f"drawn: x {images}×{channels}×{height}×{width}, w {outputs}×{channels // groups}×"
        f"{kernel[0]}×{kernel[1]}, stride {stride}, padding {padding}, dilation {dilation}, "
        f"groups {groups}{', bias' if bias else ''}"
    )
    x = draw(random, (images, channels, height, width), 9)
    w = draw(random, (outputs, channels // groups, *kernel), 9)
    return Convolution(name, x, w, bias, stride, padding, dilation, groups)


def draw_attention(random: Random, shift: int = 0) -> Attention:
    """Draw queries, keys and values.

    Args:
        random: where they come from.
        shift: a number that ends every query and key. It adds its square to every score, which
            the softmax must not notice, nor overflow.

    >>> print(draw_attention(Random(1), shift=60).name)
    drawn: q 1×3×4, k 1×2×4, v 1×2×1, 60 at the end of each q and k
    """
    heads, queries, keys = random.randint(1, 2), random.randint(1, 3), random.randint(2, 5)
    d, out = random.randint(1, 6), random.randint(1, 4)
    q, k, v = (draw(random, (heads, n, m), 3) for n, m in ((queries, d), (keys, d), (keys, out)))
    if shift:
        q, k = ([[[*vector, shift] for vector in head] for head in part] for part in (q, k))
        d += 1
    ends = f", {shift} at the end of each q and k" if shift else ""
    name = f"drawn: q {heads}×{queries}×{d}, k {heads}×{keys}×{d}, v {heads}×{keys}×{out}{ends}"
    return Attention(name, q, k, v)


def draw(random: Random, sizes: Sequence[int], most: int) -> Any:
    """Draw nested lists of whole numbers from -most to most.

    >>> draw(Random(0), (2, 3), 9)
    [[3, 4, -8], [-1, 7, 6]]
    """
    if not sizes:
        return random.randint(-most, most)
    return [draw(random, sizes[1:], most) for _ in range(sizes[0])]


def _pair(random: Random, least: int, most: int) -> tuple[int, int]:
    return random.randint(least, most), random.randint(least, most)
