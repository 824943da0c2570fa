"""Random numbers whose distribution a tensor describes."""

from __future__ import annotations

import numpy as np

from ...autograd.tensor import DEFAULT_DTYPE, Tensor, as_tensor, wrap
from ..base.promote import check_broadcast, result_type
from ..base.shape import new_sizes
from .random import Generator, check_floating, draw_normal, numpy_of


def multinomial(input, num_samples, replacement=False, *, generator=None) -> Tensor:
    """Places drawn with the probabilities that a vector, or each row of a matrix, gives.

    Args:
        input: weights, at least 0, with a sum above 0; they need not add up to 1.
        num_samples: how many places to draw from each row.
        replacement: whether a place may be drawn again.
        generator: the source of random numbers.

    Returns:
        int64, (num_samples,) or (rows, num_samples).

    Raises:
        TypeError: the weights are integers.
        ValueError: weights that are no probabilities, or more places than have one.

    >>> import tinyvision as tv
    >>> tv.multinomial(tv.tensor([0.0, 3.0]), 4, replacement=True)
    tensor([1, 1, 1, 1])
    """
    check_floating(input.dtype)
    if input.ndim not in (1, 2):
        raise ValueError(f"multinomial needs a vector or a matrix, got shape {input.shape}")
    weights = input._array.astype(np.float64)
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("multinomial: weights must be finite and at least 0")
    (count,) = new_sizes((num_samples,))
    if count == 0:
        raise ValueError("multinomial: num_samples must be at least 1, got 0")
    if not (weights.sum(axis=-1) > 0).all():
        raise ValueError("multinomial: the weights of a row add up to 0; one must be positive")
    source = numpy_of(generator)
    if replacement:
        return wrap(_with_replacement(weights, count, source))
    fewest = int((weights > 0).sum(axis=-1).min(initial=weights.shape[-1]))
    if count > fewest:
        raise ValueError(
            f"multinomial: {count} different places cannot be drawn where {fewest} have a positive "
            "weight; use replacement=True"
        )
    # Of independent waiting times, shorter where the weight is larger, the shortest ones come in
    # the order of a draw without replacement.
    with np.errstate(divide="ignore"):
        times = source.standard_exponential(weights.shape) / weights
    return wrap(np.argsort(times, axis=-1)[..., :count].astype(np.int64))


def _with_replacement(weights, count, source) -> np.ndarray:
    """Uniform numbers looked up in the running sum of the weights."""
    ends = np.cumsum(weights, axis=-1)
    drawn = source.random((*weights.shape[:-1], count)) * ends[..., -1:]
    rows = np.atleast_2d(ends), np.atleast_2d(drawn)
    places = [np.searchsorted(end, row, side="right") for end, row in zip(*rows, strict=True)]
    # rounding may carry a number to the very end, behind the last place of positive weight
    last = weights.shape[-1] - 1 - np.argmax(weights[..., ::-1] > 0, axis=-1)
    found = np.array(places, np.int64).reshape(drawn.shape)
    return np.minimum(found, last[..., None])


def normal(
    mean=0.0,
    std=1.0,
    size=None,
    *,
    generator=None,
    dtype=None,
    device=None,
    requires_grad=False,
) -> Tensor:
    """Normal numbers of the mean and standard deviation that tensors or numbers give.

    Args:
        mean, std: tensors that broadcast, or one of them a number; two numbers with a ``size``.
        size: the sizes of the answer, where both are numbers.
        generator: the source of random numbers.
        dtype, device, requires_grad: of the answer, where a size is given.

    Raises:
        TypeError: two numbers without a size, or a tensor of integers.
        ValueError: a standard deviation below 0, or a size beside a tensor.

    >>> import tinyvision as tv
    >>> tv.normal(tv.tensor([1.0, 2.0]), 0.0)
    tensor([1., 2.])
    """
    given = [value for value in (mean, std) if isinstance(value, Tensor)]
    for value in given:
        check_floating(value.dtype)
    if not given:
        if size is None:
            raise TypeError("normal of two numbers needs a size: normal(0.0, 1.0, (2, 3))")
        wanted = DEFAULT_DTYPE if dtype is None else np.dtype(dtype)
        shape = new_sizes((size,))
    else:
        if size is not None:
            raise ValueError("normal: the tensors give the shape; leave size out")
        wanted = given[0].dtype if len(given) == 1 else result_type(*given)
        for value in given:
            check_broadcast(given[0].shape, value.shape)
        shape = np.broadcast_shapes(*[value.shape for value in given])
    centre, spread = (as_tensor(value)._array.astype(wanted) for value in (mean, std))
    if (spread < 0).any():
        raise ValueError(f"normal: std must be at least 0, got {spread.min()}")
    drawn = draw_normal(shape, wanted, generator) * spread + centre
    made = wrap(np.asarray(drawn, wanted))
    return made.requires_grad_(requires_grad and not given)


def poisson(input, generator: Generator | None = None) -> Tensor:
    """Numbers of events where each element gives their mean number.

    Raises:
        TypeError: a tensor of integers.
        ValueError: a mean below 0.

    >>> import tinyvision as tv
    >>> tv.poisson(tv.zeros(3))
    tensor([0., 0., 0.])
    """
    check_floating(input.dtype)
    rates = input._array.astype(np.float64)
    if not (rates >= 0).all():
        raise ValueError(f"poisson: means must be at least 0, got {rates.min()}")
    return wrap(np.asarray(numpy_of(generator).poisson(rates), input.dtype))
