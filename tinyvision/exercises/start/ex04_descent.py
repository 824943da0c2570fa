"""Exercise 04: gradient descent with momentum.

Plain gradient descent goes a step against the gradient:

    x = x - lr * g

With momentum it keeps a velocity, like a ball with a mass. A part of the old velocity stays, the
gradient is added, and the step follows the velocity:

    velocity = momentum * velocity + g        (0 before the first step)
    x = x - lr * velocity

For f(x) = x * x, whose gradient is 2 * x, from x = 1 with lr = 0.1 and momentum = 0.5:

    g = 2.0    velocity = 2.0                x = 0.8
    g = 1.6    velocity = 1.0 + 1.6 = 2.6    x = 0.54

Check it with: tinyvision check 04
"""

import numpy as np


def descend(gradient, x, lr, momentum, steps):
    """Go downhill.

    gradient: a function; gradient(x) is an array like x. x: where to start.
    Returns the places, the start first, as an array of shape (steps + 1, *x.shape).
    """
    path = [x]
    for _ in range(steps):
        g = gradient(x)
        # TODO: this is plain gradient descent. Give it momentum.
        x = x - lr * g
        path.append(x)
    return np.array(path)


if __name__ == "__main__":
    print(descend(lambda x: 2 * x, np.array(1.0), lr=0.1, momentum=0.5, steps=2))
