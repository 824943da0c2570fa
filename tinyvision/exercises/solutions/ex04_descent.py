"""Exercise 04, solved."""

import numpy as np


def descend(gradient, x, lr, momentum, steps):
    """Go downhill.

    gradient: a function; gradient(x) is an array like x. x: where to start.
    Returns the places, the start first, as an array of shape (steps + 1, *x.shape).
    """
    path = [x]
    velocity = np.zeros_like(x)
    for _ in range(steps):
        g = gradient(x)
        velocity = momentum * velocity + g
        x = x - lr * velocity
        path.append(x)
    return np.array(path)


if __name__ == "__main__":
    print(descend(lambda x: 2 * x, np.array(1.0), lr=0.1, momentum=0.5, steps=2))
