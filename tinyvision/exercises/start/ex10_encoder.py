"""Exercise 10: the gradient of layer normalisation.

Layer normalisation brings each row of D numbers to mean 0 and variance 1:

    y = (x - m) / s        with the mean m and s = √(variance + eps)

If one x of a row grows, m and s change, and so does every y of the row:

    dm/dx[j] = 1 / D               ds/dx[j] = y[j] / D
    dy[i]/dx[j] = ((1 if i == j else 0) - 1 / D - y[i] * y[j] / D) / s

What is wanted is dx[j], the sum over i of g[i] * dy[i]/dx[j], where g is the gradient by y. The
sum falls into three terms. Each is simpler than it looks: two of them are means along the row.

For the row x = (0, 2) with eps = 0: y = (-1, 1), and dx = (0, 0) whatever g is. Do you see why?

Check it with: tinyvision check 10
"""

import numpy as np


def layer_norm(x, eps=1e-5):
    """Each row less its mean, over the root of its variance: (T, D) -> (T, D)."""
    mean = x.mean(axis=1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=1, keepdims=True)
    return (x - mean) / np.sqrt(variance + eps)


def layer_norm_backward(x, g, eps=1e-5):
    """The gradient by x, given the gradient g by y = layer_norm(x, eps).

    x, g: (T, D).
    Returns (T, D).
    """
    # TODO: write the three terms for all j at once. All means are along a row.
    raise NotImplementedError("TODO")


if __name__ == "__main__":
    x = np.array([[0.0, 2.0, 4.0]])
    print(layer_norm(x))
    print(layer_norm_backward(x, np.array([[1.0, 0.0, 0.0]])))
