"""Helpers for training: clipping gradients, parameters as one vector, fused layers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..autograd.modes import no_grad
from ..autograd.tensor import Tensor, wrap
from ..ops.shapes.join import cat
from ..threads import one_blas_thread
from .fusion import fuse_conv_bn_eval, fuse_conv_bn_weights, fuse_linear_bn_eval

__all__ = [
    "clip_grad_norm_", "clip_grad_value_", "get_total_norm", "clip_grads_with_norm_",
    "parameters_to_vector", "vector_to_parameters",
    "fuse_conv_bn_eval", "fuse_conv_bn_weights", "fuse_linear_bn_eval",
]  # fmt: skip


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
    total = _norm(gradients, norm_type, error_if_nonfinite)
    _shorten(gradients, max_norm, total)
    return wrap(np.asarray(total, gradients[0].dtype))


@no_grad
def get_total_norm(
    tensors: Tensor | Iterable[Tensor], norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """The common norm of several tensors, as if they were one vector.

    Args:
        tensors: gradients, for example.
        norm_type: p of the p-norm; ``math.inf`` for the largest element.
        error_if_nonfinite: raise if the norm is infinite or NaN.

    Raises:
        RuntimeError: the norm is not finite, and ``error_if_nonfinite``.

    >>> import tinyvision as tv
    >>> tv.nn.utils.get_total_norm([tv.tensor([3.0]), tv.tensor([[4.0]])])
    tensor(5.)
    """
    given = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    if not given:
        return wrap(np.zeros((), np.float32))
    return wrap(np.asarray(_norm(given, norm_type, error_if_nonfinite), given[0].dtype))


@no_grad
def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Tensor
) -> None:
    """Shorten all gradients by what takes ``total_norm`` to ``max_norm``, if that is less.

    With :func:`get_total_norm` the two halves of :func:`clip_grad_norm_`.

    >>> import tinyvision as tv
    >>> w = tv.zeros(2, requires_grad=True)
    >>> w.sum().backward()
    >>> tv.nn.utils.clip_grads_with_norm_([w], 1.0, tv.tensor(4.0))
    >>> w.grad
    tensor([0.25, 0.25])
    """
    _shorten(_gradients(parameters), max_norm, float(total_norm))


def _norm(tensors: list[Tensor], norm_type: float, error_if_nonfinite: bool) -> float:
    flat = [t._array.reshape(-1).astype(_wide(t.dtype), copy=False) for t in tensors]
    with one_blas_thread():  # the order of additions, and so the bits, must not vary
        norms = [float(np.linalg.norm(array, norm_type)) if array.size else 0.0 for array in flat]
    total = float(np.linalg.norm(norms, norm_type))
    if error_if_nonfinite and not math.isfinite(total):
        raise RuntimeError(
            f"the norm of the gradients is {total}, so they cannot be clipped; look for the first "
            "NaN or infinity, or lower the learning rate"
        )
    return total


def _shorten(gradients: list[Tensor], max_norm: float, total: float) -> None:
    scale = min(max_norm / (total + 1e-6), 1.0) if not math.isnan(total) else total
    for gradient in gradients:
        gradient.mul_(scale)


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
