"""Two operations to play with: a window slid over a real digit, and patches that ask each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data import load_digits
from .page import PLAYER_SCRIPTS, page, player
from .players import PLAYERS, attention, convolution

DIGIT = 3  # of the held-out ones: a three, as in lesson 02
PIECE = slice(1, 7), slice(1, 7)  # of its 8 × 8 pixels
KERNELS = {
    "upright edges": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "lying edges": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "nothing changes": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}
PATCH = 2


def digit() -> np.ndarray:
    """The piece of a digit that both play on: (6, 6), ink from 0 to 16."""
    images, _ = load_digits("test")
    return images[DIGIT][PIECE].astype(np.float64)


def convolution_on_a_digit() -> dict[str, Any]:
    """Three kernels to choose from, each slid over the piece."""
    return {
        "choose": "Kernel",
        "variants": [
            {"name": name, **convolution({"image": digit(), "kernel": kernel})}
            for name, kernel in KERNELS.items()
        ],
    }


def patches_of_a_digit() -> np.ndarray:
    """Its 9 patches of 2 by 2 pixels, 1 for ink and -1 for paper: (9, 4)."""
    signs = np.where(digit() > 8, 1.0, -1.0)
    side = len(signs) // PATCH
    blocks = signs.reshape(side, PATCH, side, PATCH).swapaxes(1, 2)  # (3, 2, 3, 2) -> (3, 3, 2, 2)
    return blocks.reshape(side * side, PATCH * PATCH)


def attention_among_patches() -> dict[str, Any]:
    """Every patch may ask all of them: they are queries, keys and values at once."""
    patches = patches_of_a_digit()
    data = attention({"queries": patches, "keys": patches, "values": patches, "query": 4})
    grey = ((1 - patches) / 2).reshape(-1, PATCH, PATCH)  # ink is black: 0
    return {**data, "patches": grey.tolist(), "across": len(digit()) // PATCH}


def players_page() -> str:
    """The page."""
    body = f"""<h1>Players</h1>
<p>Two operations, one step at a time. Use the buttons, or the arrow keys <kbd>←</kbd> and
<kbd>→</kbd>. Every number was computed by the library when this page was made.</p>
<h2>A convolution</h2>
<p>A small window of weights, the kernel, lies on the image. Each weight is multiplied with the
pixel under it, and the products are added up: one number of the output. Then the window moves on.
The image is a piece of a handwritten three, ink from 0 (none) to 16. Kernels that look for edges
give large numbers where ink begins, negative ones where it ends.</p>
{player("convolution", PLAYERS["convolution"].title, convolution_on_a_digit())}
<h2>Attention</h2>
<p>The same piece in black and white, cut into nine patches of four pixels: 1 for ink, −1 for paper.
Choose the patch that asks. Its product with another patch is large where both have ink and paper at
the same places. What comes out is a mixture of all patches, mostly of those like the one that
asked.</p>
{player("attention", PLAYERS["attention"].title, attention_among_patches())}
<p>In a network, queries, keys and values are not the patches themselves, but learned combinations
of their numbers.</p>"""
    return page("Players", body, part="Players", scripts=PLAYER_SCRIPTS)
