"""Exercise 03, solved."""

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
    for i in range(g.shape[0]):
        for j in range(g.shape[1]):
            window = image[i * size : (i + 1) * size, j * size : (j + 1) * size]
            # argmax counts through the window row by row, and stops at the first of equals.
            row, column = divmod(window.argmax(), size)
            gradient[i * size + row, j * size + column] = g[i, j]
    return gradient


if __name__ == "__main__":
    image = np.array([[1.0, 5.0, 2.0, 0.0], [3.0, 2.0, 4.0, 1.0]])
    print(max_pool(image))
    print(max_pool_backward(image, np.array([[10.0, 20.0]])))
