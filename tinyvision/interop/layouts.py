"""How an array of weights is laid out elsewhere, and the way there and back.

A layout reads their arrays into the one that our layer has, and writes ours as theirs. Most need
neither: what differs is the embedding of patches, the tokens, and where query, key and value stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Sizes:
    """What the shape of our array alone does not tell."""

    patch: tuple[int, int]
    channels: int
    heads: int
    dim_head: int


@dataclass(frozen=True)
class Layout:
    """`read` takes their arrays and gives ours; `write` takes ours and gives theirs."""

    read: Callable[[list[Array]], Array]
    write: Callable[[Array, Sizes], list[Array]]


PLAIN = Layout(read=lambda arrays: arrays[0], write=lambda array, sizes: [array])

# Tokens and positions with a batch axis of one: (1, T, D) <-> (T, D).
TOKENS = Layout(read=lambda arrays: arrays[0][0], write=lambda array, sizes: [array[None]])

# A convolution's kernel (D, C, p1, p2) <-> (D, p1*p2*C): our patches list a pixel's channels
# together, so the channels go last before the axes are joined.
CONVOLUTION = Layout(
    read=lambda arrays: arrays[0].transpose(0, 2, 3, 1).reshape(len(arrays[0]), -1),
    write=lambda array, sizes: [
        array.reshape(len(array), *sizes.patch, sizes.channels).transpose(0, 3, 1, 2)
    ],
)

# Query, key and value apart, each (h*d, D) or (h*d,) <-> one below the other.
STACKED = Layout(read=np.concatenate, write=lambda array, sizes: np.split(array, 3))

# Flax has inputs first: (I, O) <-> (O, I).
FLAX_DENSE = Layout(read=lambda arrays: arrays[0].T, write=lambda array, sizes: [array.T])

# Flax's convolution kernel (p1, p2, C, D) <-> (D, p1*p2*C).
FLAX_CONVOLUTION = Layout(
    read=lambda arrays: arrays[0].reshape(-1, arrays[0].shape[-1]).T,
    write=lambda array, sizes: [array.T.reshape(*sizes.patch, sizes.channels, len(array))],
)

# Flax keeps the heads apart. Query, key and value, each (D, h, d) <-> (3*h*d, D).
FLAX_QKV = Layout(
    read=lambda arrays: np.concatenate([a.reshape(len(a), -1).T for a in arrays]),
    write=lambda array, sizes: [
        part.T.reshape(-1, sizes.heads, sizes.dim_head) for part in np.split(array, 3)
    ],
)

# Their biases, each (h, d) <-> (3*h*d,).
FLAX_QKV_BIAS = Layout(
    read=lambda arrays: np.concatenate([a.reshape(-1) for a in arrays]),
    write=lambda array, sizes: [
        part.reshape(sizes.heads, sizes.dim_head) for part in np.split(array, 3)
    ],
)

# What joins the heads: (h, d, D) <-> (D, h*d).
FLAX_OUT = Layout(
    read=lambda arrays: arrays[0].reshape(-1, arrays[0].shape[-1]).T,
    write=lambda array, sizes: [array.T.reshape(sizes.heads, sizes.dim_head, -1)],
)
