"""What a figure is given: numbers as NumPy arrays, images as something that can be shown."""

from typing import Any

import numpy as np


def as_array(value: Any, name: str, ndim: int | tuple[int, ...] | None = None) -> np.ndarray:
    """Return `value` as a NumPy array of finite real numbers.

    A tensor (anything with `.detach().numpy()`) gives its values; lists and arrays pass through
    `np.asarray`. Nothing is copied when `value` already is an array.

    Args:
        value: the numbers.
        name: what the caller calls them, for the error message.
        ndim: the number of dimensions allowed, or a tuple of several; None allows any.

    Raises:
        TypeError: the values are not real numbers.
        ValueError: wrong number of dimensions, or a NaN or infinity among the values.

    >>> as_array([[1, 2], [3, 4]], "image", ndim=2).shape
    (2, 2)
    """
    try:
        array = np.asarray(value.detach().numpy() if hasattr(value, "detach") else value)
    except ValueError as error:
        raise ValueError(f"{name} is not a rectangular array of numbers: {error}") from error
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} holds {array.dtype} values, expected real numbers; "
            "convert them, e.g. with np.asarray(values, dtype=np.float32)"
        )
    allowed = (ndim,) if isinstance(ndim, int) else ndim
    if allowed is not None and array.ndim not in allowed:
        raise ValueError(
            f"{name} has shape {array.shape}, expected {' or '.join(map(str, allowed))} "
            "dimensions; index or reshape it first"
        )
    if array.dtype.kind == "f":
        bad = array.size - int(np.isfinite(array).sum())
        if bad:
            raise ValueError(
                f"{name} holds {bad} values that are NaN or infinite and cannot be drawn; "
                "find where they first appear, or replace them with np.nan_to_num"
            )
    return array


def class_indices(values: Any, name: str, num_classes: int) -> np.ndarray:
    """Return `values`, (N,) integers from 0 to `num_classes` - 1, as int64.

    Raises:
        TypeError: they are not integers.
        ValueError: they are not one-dimensional, or one is out of range.

    >>> class_indices([2, 0], "labels", num_classes=3)
    array([2, 0])
    """
    array = as_array(values, name, ndim=1)
    if array.dtype.kind not in "iu" and array.size:  # an empty list becomes float64
        raise TypeError(
            f"{name} holds {array.dtype} values, expected integer classes; "
            "for scores or probabilities (N, C) take argmax over dimension 1"
        )
    wrong = array[(array < 0) | (array >= num_classes)]
    if wrong.size:
        raise ValueError(
            f"{name} holds class {wrong[0]}, expected classes from 0 to {num_classes - 1}, "
            f"for there are {num_classes}"
        )
    return array.astype(np.int64)


def display_image(image: Any, name: str = "image") -> np.ndarray:
    """Return an image as the array `imshow` expects, with values from 0 to 1.

    Args:
        image: (H, W), (1, H, W) or (3, H, W). Bytes (uint8) are divided by 255 and values in
            [0, 1] are left alone. Any other range, such as a normalised image has, is stretched:
            the least value becomes 0 and the greatest 1.
        name: what the caller calls it, for the error message.

    Returns:
        Grey (H, W) or colour (H, W, 3), float.

    Raises:
        TypeError, ValueError: not an image of one of these shapes (see also `as_array`).

    >>> display_image([[0, 8], [16, 16]])
    array([[0. , 0.5], [1. , 1. ]])
    """
    array = as_array(image, name, ndim=(2, 3))
    if array.size == 0:
        raise ValueError(f"{name} is empty: its shape is {array.shape}")
    if array.ndim == 3:
        if array.shape[0] not in (1, 3):
            raise ValueError(
                f"{name} has shape {array.shape}, expected (H, W), (1, H, W) or (3, H, W): "
                "channels come first; np.moveaxis(image, -1, 0) puts them there"
            )
        # (1, H, W) -> (H, W); (3, H, W) -> (H, W, 3)
        array = array[0] if array.shape[0] == 1 else np.moveaxis(array, 0, -1)
    if array.dtype == np.uint8:
        return array / 255
    low, high = float(array.min()), float(array.max())
    array = array.astype(np.float64)
    if low >= 0 and high <= 1:
        return array
    if low == high:
        return np.full_like(array, 0.5)
    return (array - low) / (high - low)
