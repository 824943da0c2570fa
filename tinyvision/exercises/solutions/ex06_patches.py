"""Exercise 06, solved."""

import numpy as np


def patchify(images, size):
    """Cut images into patches.

    images: (N, C, H, W). size: of a patch, in pixels; it divides H and W.
    Returns (N, H / size * W / size, size * size * C).
    """
    n, channels, height, width = images.shape
    down, across = height // size, width // size
    # Rows are counted as (which patch, which row in it), and columns likewise.
    cut = images.reshape(n, channels, down, size, across, size)
    # (N, C, down, row, across, column) -> (N, down, across, row, column, C)
    cut = cut.transpose(0, 2, 4, 3, 5, 1)
    return cut.reshape(n, down * across, size * size * channels)


if __name__ == "__main__":
    print(patchify(np.arange(16.0).reshape(1, 1, 4, 4), 2))
