"""Helpers for training: clipping gradients, parameters as one vector."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..autograd.modes import no_grad
from ..autograd.tensor import Tensor, wrap
from ..ops.join import cat


def _gradients(parameters: Any) -> list[Tensor]:
    tensors = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    return [tensor.grad for tensor in tensors if tensor.grad is not None]


def _wide(dtype: np.dtype) -> np.dtype:
    """float32 for float16, whose squares overflow; other types as they are."""
    return np.promote_types(dtype, np.float32)


@no_grad
def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> Tensor:
    """Shorten all gradients together so that their common norm is at most ``max_norm``.

    Args:
        parameters: what the gradients belong to.
        max_norm: the longest norm allowed.
        norm_type: p of the p-norm; ``math.inf`` for the largest element.
        error_if_nonfinite: raise if the norm is infinite or NaN.

    Returns:
        The norm before clipping.

    Raises:
        RuntimeError: the norm is not finite, and ``error_if_nonfinite``.

    Source: Pascanu, Mikolov and Bengio (2013).

    >>> import tinyvision as tv
    >>> w = tv.zeros(2, requires_grad=True)
    >>> (w * tv.tensor([3.0, 4.0])).sum().backward()
    >>> tv.nn.utils.clip_grad_norm_([w], 1.0)
    tensor(5.)
    >>> w.grad
    tensor([0.6, 0.8])
    """
    gradients = _gradients(parameters)
    if not gradients:
        return wrap(np.zeros((), np.float32))
    flat = [g._array.reshape(-1).astype(_wide(g.dtype), copy=False) for g in gradients]
    norms = [float(np.linalg.norm(array, norm_type)) if array.size else 0.0 for array in flat]
    total = float(np.linalg.norm(norms, norm_type))
    if error_if_nonfinite and not math.isfinite(total):
        raise RuntimeError(
            f"the norm of the gradients is {total}, so they cannot be clipped; look for the first "
            "NaN or infinity, or lower the learning rate"
        )
    scale = min(max_norm / (total + 1e-6), 1.0) if not math.isnan(total) else total
    for gradient in gradients:
        gradient.mul_(scale)
    return wrap(np.asarray(total, gradients[0].dtype))


@no_grad
def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Limit each element of the gradients to ``-clip_value .. clip_value``.

    >>> import tinyvision as tv
    >>> w = tv.zeros(2, requires_grad=True)
    >>> (w * tv.tensor([3.0, -0.5])).sum().backward()
    >>> tv.nn.utils.clip_grad_value_([w], 1.0)
    >>> w.grad
    tensor([ 1. , -0.5])
    """
    for gradient in _gradients(parameters):
        gradient.clamp_(-float(clip_value), float(clip_value))


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All parameters end to end in one vector.

    >>> import tinyvision as tv
    >>> tv.nn.utils.parameters_to_vector(tv.nn.Linear(2, 1).parameters()).shape
    (3,)
    """
    return cat([parameter.reshape(-1) for parameter in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Cut a vector into pieces and copy them into the parameters.

    Raises:
        ValueError: the vector is too long or too short.

    >>> import tinyvision as tv
    >>> layer = tv.nn.Linear(2, 1)
    >>> tv.nn.utils.vector_to_parameters(tv.ones(3), layer.parameters())
    >>> layer.bias.detach()
    tensor([1.])
    """
    targets = list(parameters)
    needed = sum(parameter.numel() for parameter in targets)
    if vec.numel() != needed:
        raise ValueError(f"the parameters have {needed} elements, the vector {vec.numel()}")
    start = 0
    with no_grad():
        for parameter in targets:
            end = start + parameter.numel()
            parameter.copy_(vec[start:end].reshape(parameter.shape))
            start = end
