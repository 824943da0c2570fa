"""Several pictures one after the other, in a GIF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from ..files import replacing
from ..viz.arrays import display_image
from ..viz.save import described
from ..viz.style import style

SMALLEST = 240  # pixels: a smaller image is shown larger, each pixel a square
DPI = 100


def save_frames(frames: Sequence[Any], path: Path, seconds: float = 0.7) -> Path:
    """Write frames as a GIF that begins anew after the last, which stays twice as long.

    Args:
        frames: figures, or images (H, W), (1, H, W) or (3, H, W) as for
            :func:`tinyvision.viz.arrays.display_image`. Around a smaller one there is white.
        path: the file.
        seconds: how long each stays.

    Raises:
        ValueError: there are no frames, or they would not stay at all.
    """
    if not frames:
        raise ValueError("there are no frames: an animation takes at least one")
    if not seconds > 0:
        raise ValueError(f"seconds is {seconds}, expected a positive time for each frame")
    about = described(frames[0]) if isinstance(frames[0], Figure) else ""
    images = [_pixels(frame) for frame in frames]
    size = max(image.width for image in images), max(image.height for image in images)
    padded = []
    for image in images:
        page = Image.new("RGB", size, "white")
        page.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
        padded.append(page.quantize(128, dither=Image.Dither.NONE))
    times = [round(1000 * seconds)] * len(padded)
    times[-1] *= 2
    with replacing(path) as file:
        padded[0].save(
            file, "GIF", save_all=True, append_images=padded[1:], duration=times, loop=0,
            comment=about.encode(),
        )  # fmt: skip
    return path


def _pixels(frame: Any) -> Image.Image:
    if isinstance(frame, Figure):
        buffer = io.BytesIO()
        with style():
            frame.savefig(buffer, format="png", dpi=DPI)
        frame.clear()  # as save_figure does: its memory is free at once
        return Image.open(buffer).convert("RGB")
    pixels = np.round(255 * display_image(frame, "frame")).astype(np.uint8)
    image = Image.fromarray(pixels).convert("RGB")
    times = max(1, -(-SMALLEST // max(image.size)))
    return image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
