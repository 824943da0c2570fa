"""Exercise 12, solved."""

import numpy as np


def masked_loss(predicted, target, mask):
    """The mean squared error of the removed patches.

    predicted, target: (N, T, P), P numbers for each of T patches of N images.
    mask: (N, T), 1.0 where a patch was removed, 0.0 where it was shown; at least one is removed.
    Returns a number.
    """
    error = ((predicted - target) ** 2).mean(axis=2)  # (N, T, P) -> (N, T): one for each patch
    # The sum has only removed patches left in it, so it is divided by their number.
    return (error * mask).sum() / mask.sum()


if __name__ == "__main__":
    predicted = np.array([[[1.0, 1.0], [2.0, 4.0]]])
    target = np.array([[[9.0, 9.0], [2.0, 2.0]]])
    print(masked_loss(predicted, target, np.array([[0.0, 1.0]])))
