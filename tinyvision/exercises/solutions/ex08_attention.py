"""Exercise 08, solved."""

import numpy as np


def attention(q, k, v):
    """The answer to each query.

    q: (L, d), the queries. k: (S, d), the keys. v: (S, E), the values.
    Returns (L, E).
    """
    scores = q @ k.T / np.sqrt(q.shape[1])  # (L, d) @ (d, S) -> (L, S): a row for each query
    # Along a row, axis 1: the weights of one query add up to 1.
    scores = scores - scores.max(axis=1, keepdims=True)  # so that exp cannot overflow
    weights = np.exp(scores)
    weights = weights / weights.sum(axis=1, keepdims=True)
    return weights @ v  # (L, S) @ (S, E) -> (L, E)


if __name__ == "__main__":
    q = np.array([[1.0, 2.0, 3.0, 4.0]])
    k = np.array([[2.0, 1.0, 4.0, 3.0], [4.0, 3.0, 2.0, 1.0]])
    print(attention(q, k, k))
