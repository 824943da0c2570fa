"""Exercise 07, solved."""

import numpy as np


def add_position(patches, position):
    """Add the position embedding of each place.

    patches: (N, T, D), D numbers for each of T places in N images. position: (T, D).
    Returns (N, T, D).
    """
    # patches   (N, T, D)
    # position     (T, D), repeated for each of the N images
    return patches + position


if __name__ == "__main__":
    patches = np.array([[[10.0], [20.0]], [[30.0], [40.0]]])
    print(add_position(patches, np.array([[1.0], [2.0]])))
