"""Exercise 08: scaled dot-product attention.

    attention(q, k, v) = softmax(q kᵀ / √d) v

Each query asks: which keys are like me? Its scores are its dot products with all keys, divided by
the square root of d, the length of a query. The softmax makes weights of them, which are positive
and add up to 1 for each query. The answer is the mean of the values with these weights.

The article's example (section 4.2): q = (1, 2, 3, 4); the keys, which are the values as well, are
(2, 1, 4, 3) and (4, 3, 2, 1).

    scores    28 and 20, divided by √4: 14 and 10
    weights   0.982 and 0.018
    answer    (2.036, 1.036, 3.964, 2.964)

The code below has two mistakes. Check it with: tinyvision check 08
"""

import numpy as np


def attention(q, k, v):
    """The answer to each query.

    q: (L, d), the queries. k: (S, d), the keys. v: (S, E), the values.
    Returns (L, E).
    """
    scores = q @ k.T  # (L, d) @ (d, S) -> (L, S): a row for each query
    # TODO: one mistake is missing from the line above, the other is in the axes below.
    scores = scores - scores.max(axis=0, keepdims=True)  # so that exp cannot overflow
    weights = np.exp(scores)
    weights = weights / weights.sum(axis=0, keepdims=True)
    return weights @ v  # (L, S) @ (S, E) -> (L, E)


if __name__ == "__main__":
    q = np.array([[1.0, 2.0, 3.0, 4.0]])
    k = np.array([[2.0, 1.0, 4.0, 3.0], [4.0, 3.0, 2.0, 1.0]])
    print(attention(q, k, k))
