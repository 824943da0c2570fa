"""Exercise 07: where a patch stands.

A Transformer does not see in which order its patches come. So each place has a row of numbers of
its own, the position embedding, that is added to whatever patch stands there: the same one in
every image.

    patches of 2 images, 2 places, 1 number each     [[[10], [20]], [[30], [40]]]
    position                                         [[1], [2]]
    sum                                              [[[11], [22]], [[31], [42]]]

NumPy lines up shapes from the right, and repeats an axis of size 1, without asking. So the code
below runs on this example, and adds the wrong thing.

Check it with: tinyvision check 07
"""

import numpy as np


def add_position(patches, position):
    """Add the position embedding of each place.

    patches: (N, T, D), D numbers for each of T places in N images. position: (T, D).
    Returns (N, T, D).
    """
    # TODO: write the shapes of both arrays below each other, aligned on the right. What is added
    # to what?
    return patches + position[:, None, :]


if __name__ == "__main__":
    patches = np.array([[[10.0], [20.0]], [[30.0], [40.0]]])
    print(add_position(patches, np.array([[1.0], [2.0]])))
