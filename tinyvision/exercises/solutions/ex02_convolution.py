"""Exercise 02, solved."""

import numpy as np


def convolve(image, kernel, stride=1):
    """Slide the kernel over the image; only windows that lie inside the image count.

    image: (H, W). kernel: (KH, KW). stride: how many pixels from one window to the next.
    Returns one number for each window, as rows and columns.
    """
    height, width = image.shape
    rows, columns = kernel.shape
    # The first window needs no step; each further one needs `stride` pixels of what is left.
    down = (height - rows) // stride + 1
    across = (width - columns) // stride + 1
    output = np.zeros((down, across))
    for i in range(down):
        for j in range(across):
            top, left = i * stride, j * stride
            window = image[top : top + rows, left : left + columns]
            output[i, j] = (window * kernel).sum()
    return output


if __name__ == "__main__":
    print(convolve(np.arange(1.0, 10.0).reshape(3, 3), np.array([[1.0, 2.0], [3.0, 4.0]])))
