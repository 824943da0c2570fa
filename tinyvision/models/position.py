"""Where a patch stands: position embeddings (the article, section 3.2.2)."""

from __future__ import annotations

import numpy as np

from ..autograd.tensor import Tensor, tensor
from ..ops.pooling.interpolate import interpolate
from ..ops.shapes.join import cat


def sincos_position_embedding(
    grid: tuple[int, int], dim: int, class_token: bool = False, temperature: float = 10000.0
) -> Tensor:
    """Fixed position embeddings: sines and cosines of the column and of the row.

    Half of the features tell the column, half the row; within each, a quarter of ``dim`` sines and
    a quarter cosines, of wave lengths from 2π to 2π times the temperature.

    Args:
        grid: patches (down, across).
        dim: features; a multiple of 4.
        class_token: put a row of zeros first.
        temperature: of the wave lengths.

    Returns:
        (down * across, dim), and one row more with a class token.

    Raises:
        ValueError: ``dim`` is not a multiple of 4.

    Source: He et al., "Masked Autoencoders" (2022), whose order (column first) this is.

    >>> sincos_position_embedding((2, 3), 8).shape
    (6, 8)
    """
    if dim % 4 or dim <= 0:
        raise ValueError(
            f"sine-cosine positions need dim to be a multiple of 4 (sine and cosine of row and "
            f"column), got {dim}"
        )
    down, across = grid
    omega = temperature ** -(np.arange(dim // 4) / (dim / 4))  # (dim/4,)
    rows, columns = np.divmod(np.arange(down * across), across)
    # each (T, 1) * (dim/4,) -> (T, dim/4)
    angles = [place[:, None] * omega for place in (columns, rows)]
    table = np.concatenate([f(a) for a in angles for f in (np.sin, np.cos)], axis=1)
    if class_token:
        table = np.concatenate([np.zeros((1, dim)), table])
    return tensor(table.astype(np.float32))


def resize_position_embedding(
    embedding: Tensor, old_grid: tuple[int, int], new_grid: tuple[int, int]
) -> Tensor:
    """Position embeddings for an image of another size, by bicubic interpolation.

    Args:
        embedding: (T, dim), a row for the class token first if T is one more than the old grid has
            patches.
        old_grid, new_grid: patches (down, across).

    Returns:
        The same for the new grid.

    Raises:
        ValueError: the number of rows fits the old grid neither with nor without a class token.

    Source: Dosovitskiy et al. (2021), section 3.2.

    >>> import tinyvision as tv
    >>> resize_position_embedding(tv.zeros(1 + 4 * 4, 8), (4, 4), (6, 6)).shape
    (37, 8)
    """
    patches = old_grid[0] * old_grid[1]
    first = len(embedding) - patches
    if first not in (0, 1):
        raise ValueError(
            f"{len(embedding)} position embeddings do not fit a grid of {old_grid[0]} by "
            f"{old_grid[1]} patches, with or without a class token"
        )
    if old_grid == new_grid:
        return embedding
    image = embedding[first:].reshape(1, *old_grid, -1).permute(0, 3, 1, 2)  # (1, dim, h, w)
    resized = interpolate(image, size=new_grid, mode="bicubic", align_corners=False)
    rows = resized.flatten(2)[0].t()  # (1, dim, h, w) -> (h*w, dim)
    return cat([embedding[:first], rows]) if first else rows
