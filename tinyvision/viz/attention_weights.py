"""What a row of attention weights says about an image: how much each patch is attended to."""

from typing import Any

import numpy as np

from ..ops.base import scipy_special as special
from .arrays import as_array


def check_weights(weights: Any, name: str) -> np.ndarray:
    """Return the attention weights of one layer for one image, (heads, T, T).

    float32 and float64 stay as they are, anything else becomes one of them.

    Raises:
        TypeError, ValueError: they are not such an array (see also `as_array`), or a row is not a
            distribution: values from 0 up with sum 1.

    >>> check_weights([[[0.5, 0.5], [0, 1]]], "weights").shape
    (1, 2, 2)
    """
    array = as_array(weights, name)
    if array.ndim != 3 or array.shape[1] != array.shape[2] or array.size == 0:
        raise ValueError(
            f"{name} has shape {array.shape}, expected (heads, T, T), the weights of one layer for "
            "one image; of a batch take one, weights[i]"
        )
    # Half precision is for keeping weights, not for multiplying a dozen layers.
    array = array.astype(np.result_type(array, np.float32), copy=False)
    sums = array.sum(axis=-1)  # (heads, T, T) -> (heads, T)
    # Rows of half precision still sum to 1 within a hundredth.
    bad = np.argwhere((np.abs(sums - 1) > 1e-2) | (array.min(axis=-1) < 0))
    if bad.size:
        head, row = map(int, bad[0])
        raise ValueError(
            f"{name} has a row, number {row} of head {head}, with sum {sums[head, row]:.3g} and "
            f"least value {array[head, row].min():.3g}, expected values from 0 up with sum 1; "
            "scores become weights by softmax, and dropout is off after model.eval()"
        )
    return array


def has_class_token(tokens: int, grid: tuple[int, int], name: str) -> bool:
    """Return whether a class token stands before the patches of `grid` (down, across).

    Raises:
        ValueError: there are neither as many tokens as patches nor one more.

    >>> has_class_token(17, (4, 4), "weights"), has_class_token(16, (4, 4), "weights")
    (True, False)
    """
    patches = grid[0] * grid[1]
    if tokens - patches not in (0, 1):
        raise ValueError(
            f"{name} has {tokens} tokens and the grid has {grid[0]} × {grid[1]} patches, expected "
            f"{patches} tokens, or {patches + 1} with a class token first; check the patch size"
        )
    return tokens > patches


def attended(
    weights: np.ndarray, grid: tuple[int, int], query: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return what one query attends to, as a row of tokens and as a map of patches.

    Args:
        weights: (..., T, T); row i belongs to query i.
        grid: patches (down, across), T of them or one fewer.
        query: a patch, numbered from 0 in reading order. None is the class token or, without one,
            the mean over all queries, which is what a mean over the patches sees.

    Returns:
        rows (..., T) and maps (..., down, across).

    Raises:
        TypeError, ValueError: `query` is not a patch; T does not fit the grid.

    >>> rows, maps = attended(np.eye(4), (2, 2), query=1)
    >>> maps
    array([[0., 1.],
           [0., 0.]])
    """
    first = int(has_class_token(weights.shape[-1], grid, "weights"))  # the token of patch 0
    patches = grid[0] * grid[1]
    if query is not None:
        if not isinstance(query, (int, np.integer)) or isinstance(query, bool):
            raise TypeError(f"query is {query!r}, expected the number of a patch, or None")
        if not 0 <= query < patches:
            raise ValueError(
                f"query is {query}, expected a patch from 0 to {patches - 1}, or None for "
                + ("the class token" if first else "the mean over all patches")
            )
        rows = weights[..., query + first, :]  # (..., T, T) -> (..., T)
    elif first:
        rows = weights[..., 0, :]  # (..., T, T) -> (..., T)
    else:
        rows = weights.mean(axis=-2)  # (..., T, T) -> (..., T)
    # (..., T) -> (..., down, across)
    return rows, rows[..., first:].reshape(*rows.shape[:-1], *grid)


def name_query(query: int | None, class_token: bool) -> str:
    """Return what to call the query in a sentence.

    >>> name_query(None, True), name_query(None, False), name_query(5, True)
    ('the class token', 'the mean patch', 'patch 5')
    """
    if query is not None:
        return f"patch {query}"
    return "the class token" if class_token else "the mean patch"


def entropy(rows: np.ndarray) -> np.ndarray:
    """Return the entropy of each row of weights in bits: 0 for one token, log2(T) for all alike.

    Shannon, "A Mathematical Theory of Communication", 1948.

    Args:
        rows: (..., T), each row a distribution.

    Returns:
        (...,)

    >>> entropy(np.array([[1.0, 0, 0, 0], [0.25, 0.25, 0.25, 0.25]]))
    array([0., 2.])
    """
    return special.entr(rows).sum(axis=-1) / float(np.log(2))  # (..., T) -> (...,)
