"""Exercise 06: from images to patches.

A Vision Transformer reads an image as a row of words. Its words are patches: squares of pixels,
cut out side by side, in reading order, each written as one row of numbers.

    image =  0  1 |  2  3        patches of 2 by 2:  0  1  4  5
             4  5 |  6  7                            2  3  6  7
            ------+------                            8  9 12 13
             8  9 | 10 11                           10 11 14 15
            12 13 | 14 15

With several channels (red, green, blue) the numbers of one pixel stand beside each other: a patch
is written row by row, pixel by pixel, and channel by channel within a pixel.

Check it with: tinyvision check 06
"""

import numpy as np


def patchify(images, size):
    """Cut images into patches.

    images: (N, C, H, W). size: of a patch, in pixels; it divides H and W.
    Returns (N, H / size * W / size, size * size * C).
    """
    # TODO: loops will do. Shorter: reshape so that each of the two directions has one axis for
    # the patches and one for the pixels in a patch; transpose; reshape.
    raise NotImplementedError("TODO")


if __name__ == "__main__":
    print(patchify(np.arange(16.0).reshape(1, 1, 4, 4), 2))
