"""Exercise 02: convolution, as loops.

A kernel slides over an image. At each stop it is multiplied with the window under it, number by
number, and the products are added up. With stride 2 it moves two pixels at a time.

    image = 1 2 3        kernel = 1 2        the first window is  1 2
            4 5 6                 3 4                             4 5
            7 8 9
    1*1 + 2*2 + 4*3 + 5*4 = 37, and all four windows give [[37, 47], [67, 77]]

The code below is nearly right. Check it with: tinyvision check 02
"""

import numpy as np


def convolve(image, kernel, stride=1):
    """Slide the kernel over the image; only windows that lie inside the image count.

    image: (H, W). kernel: (KH, KW). stride: how many pixels from one window to the next.
    Returns one number for each window, as rows and columns.
    """
    height, width = image.shape
    rows, columns = kernel.shape
    # TODO: how many windows fit? Count them on paper for the image above, then mend this.
    down = (height - rows) // stride
    across = (width - columns) // stride
    output = np.zeros((down, across))
    for i in range(down):
        for j in range(across):
            top, left = i * stride, j * stride
            window = image[top : top + rows, left : left + columns]
            output[i, j] = (window * kernel).sum()
    return output


if __name__ == "__main__":
    print(convolve(np.arange(1.0, 10.0).reshape(3, 3), np.array([[1.0, 2.0], [3.0, 4.0]])))
