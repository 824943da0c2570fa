"""Exercise 09: many heads.

Each head attends with a share of the features: with 2 heads and 4 features, the first head gets
features 0 and 1 of every place, the second features 2 and 3. Their answers stand side by side
again in the end.

    x = 0 1 2 3  (place 0)        head 0:  0 1        head 1:  2 3
        4 5 6 7  (place 1)                 4 5                 6 7

reshape keeps the order of the numbers in memory and only sets new borders. It cannot swap axes,
even where the new shape looks right.

split_heads and merge_heads below give the right shapes and the wrong numbers.

Check it with: tinyvision check 09
"""

import numpy as np


def split_heads(x, heads):
    """Give each head its share of the features.

    x: (T, D), D features at each of T places; heads divides D.
    Returns (heads, T, D / heads).
    """
    # TODO 1: reshape alone does not do it. Which axis is cut in two, and which must move?
    return x.reshape(heads, len(x), -1)


def merge_heads(x):
    """Put the heads' features side by side: the inverse of split_heads.

    x: (heads, T, D / heads).
    Returns (T, D).
    """
    # TODO 2: the same steps backwards.
    return x.reshape(x.shape[1], -1)


def attend(q, k, v):
    """Exercise 08 for each head by itself: (heads, T, d) three times -> (heads, T, d)."""
    scores = q @ k.swapaxes(1, 2) / np.sqrt(q.shape[2])
    weights = np.exp(scores - scores.max(axis=2, keepdims=True))
    return weights / weights.sum(axis=2, keepdims=True) @ v


def multi_head_attention(q, k, v, heads):
    """Attention with so many heads: (T, D) three times -> (T, D). Nothing to do here."""
    return merge_heads(attend(split_heads(q, heads), split_heads(k, heads), split_heads(v, heads)))


if __name__ == "__main__":
    print(split_heads(np.arange(8.0).reshape(2, 4), 2))
