"""Exercise 12: the loss of a masked autoencoder.

The network is shown some patches of an image and predicts the others. To copy what it was shown is
no art, so only the removed patches count: the loss is the mean of the squared error over all
numbers of all removed patches.

    predicted    two patches of two numbers    (1, 1) and (2, 4)
    target                                     (9, 9) and (2, 2)
    mask         1 where a patch was removed    0      and 1
    loss         ((2 - 2)² + (4 - 2)²) / 2 = 2

However wrong the first patch is, it was shown, and does not count.

Check it with: tinyvision check 12
"""

import numpy as np


def masked_loss(predicted, target, mask):
    """The mean squared error of the removed patches.

    predicted, target: (N, T, P), P numbers for each of T patches of N images.
    mask: (N, T), 1.0 where a patch was removed, 0.0 where it was shown; at least one is removed.
    Returns a number.
    """
    error = ((predicted - target) ** 2).mean(axis=2)  # (N, T, P) -> (N, T): one for each patch
    # TODO: this counts the patches that were shown as well.
    return error.mean()


if __name__ == "__main__":
    predicted = np.array([[[1.0, 1.0], [2.0, 4.0]]])
    target = np.array([[[9.0, 9.0], [2.0, 2.0]]])
    print(masked_loss(predicted, target, np.array([[0.0, 1.0]])))
