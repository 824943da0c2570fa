"""Exercise 03: the gradient of max pooling.

Max pooling keeps the largest pixel of each window; windows lie side by side. On the way back each
window has one number of the gradient g, and one pixel that made the difference: the largest.

    image = 1 5 | 2 0        max_pool(image) = [[5, 4]]
            3 2 | 4 1
    g = [[10, 20]]           the 5 gets 10, the 4 gets 20, all others 0

If two pixels of a window are equally large, the first in reading order gets it all: row by row,
from left to right. That is what PyTorch does.

Check it with: tinyvision check 03
"""

import numpy as np


def max_pool(image, size=2):
    """The largest pixel of each window of size by size pixels. Nothing to do here."""
    rows, columns = image.shape[0] // size, image.shape[1] // size
    output = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = image[i * size : (i + 1) * size, j * size : (j + 1) * size]
            output[i, j] = window.max()
    return output


def max_pool_backward(image, g, size=2):
    """How much each pixel gets of the gradient.

    image: (H, W), both divisible by size. g: (H / size, W / size), a number for each window.
    Returns an array of the image's shape.
    """
    gradient = np.zeros(image.shape)
    # TODO: for each window, find its largest pixel and give it the window's number of g.
    raise NotImplementedError("TODO")
    return gradient


if __name__ == "__main__":
    image = np.array([[1.0, 5.0, 2.0, 0.0], [3.0, 2.0, 4.0, 1.0]])
    print(max_pool(image))
    print(max_pool_backward(image, np.array([[10.0, 20.0]])))
