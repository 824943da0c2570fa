"""Losses that are minus the logarithm of a probability, and the divergence of two of them.

``reduction`` is 'mean', 'sum' or 'none'.
"""

from __future__ import annotations

import math

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import unwrap
from ..base.choose import clamp, where
from ..base.promote import promoted_floating
from ..elementwise.activation import logsigmoid
from ..elementwise.exponential import exp, log, log1p
from ..elementwise.power import square
from ..reductions.distance import at_least
from ..reductions.reduce import sum
from .reduction import check_pair, reduced, refuse_old

# -- yes or no --------------------------------------------------------------------------------

_LEAST_LOG = -100.0


@primitive(prepare=promoted_floating)
def _binary_entropy(x, target):
    yes, no = np.maximum(np.log(x), _LEAST_LOG), np.maximum(np.log1p(-x), _LEAST_LOG)
    return (target - 1.0) * no - target * yes


_binary_entropy.defvjp(
    x=lambda g, x, target: g * ((x - target) / clamp((1.0 - x) * x, min=1e-12)),
    target=lambda g, x: g * (clamp(log1p(-x), min=_LEAST_LOG) - clamp(log(x), min=_LEAST_LOG)),
)


def binary_cross_entropy(
    input, target, weight=None, size_average=None, reduce=None, reduction="mean"
):
    """Cross-entropy of yes-or-no probabilities, each by itself.

    A probability of 0 counts as a logarithm of -100, so that the loss stays finite. From scores,
    :func:`binary_cross_entropy_with_logits` is exact where this one rounds.

    Args:
        input: probabilities between 0 and 1.
        target: of the same shape, between 0 and 1.
        weight: how much each element counts; must broadcast to that shape.
        reduction: 'mean', 'sum' or 'none'.

    Raises:
        ValueError: the shapes differ, the input is outside 0..1, or an unknown reduction.

    >>> import tinyvision as tv
    >>> F = tv.nn.functional
    >>> F.binary_cross_entropy(tv.tensor([0.5, 0.0]), tv.tensor([1.0, 1.0]), reduction="none")
    tensor([  0.6931, 100.    ])
    """
    refuse_old(size_average, reduce)
    check_pair("binary_cross_entropy", input, target)
    p = unwrap(input)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(
            f"binary_cross_entropy: the input must be probabilities, 0..1, got {p.min()}.."
            f"{p.max()}; for scores use binary_cross_entropy_with_logits"
        )
    loss = _binary_entropy(input, target)
    return reduced(loss if weight is None else loss * weight, reduction)


def binary_cross_entropy_with_logits(
    input,
    target,
    weight=None,
    size_average=None,
    reduce=None,
    reduction="mean",
    pos_weight=None,
):
    """Cross-entropy of yes-or-no scores, each by itself; does not overflow.

    >>> import tinyvision as tv
    >>> F = tv.nn.functional
    >>> F.binary_cross_entropy_with_logits(tv.tensor([0.0]), tv.tensor([1.0]))
    tensor(0.6931)
    """
    refuse_old(size_average, reduce)
    check_pair("binary_cross_entropy_with_logits", input, target)
    positive = logsigmoid(input) * target
    if pos_weight is not None:
        positive = positive * pos_weight
    loss = -(positive + logsigmoid(-input) * (1.0 - target))
    return reduced(loss if weight is None else loss * weight, reduction)


def kl_div(input, target, size_average=None, reduce=None, reduction="mean", log_target=False):
    """The Kullback-Leibler divergence of ``input`` (log-probabilities) from ``target``.

    ``reduction`` may also be 'batchmean', the sum over the number of rows.

    >>> import tinyvision as tv
    >>> tv.nn.functional.kl_div(tv.tensor([0.5, 0.5]).log(), tv.tensor([1.0, 0.0]), reduction="sum")
    tensor(0.6931)
    """
    refuse_old(size_average, reduce)
    if log_target:
        loss = exp(target) * (target - input)
    else:
        safe = where(target > 0, target, 1.0)
        loss = where(target > 0, target * log(safe), 0.0) - target * input
    if reduction == "batchmean":
        return sum(loss) / input.shape[0]
    return reduced(loss, reduction)


# -- counts and measurements ------------------------------------------------------------------


def poisson_nll_loss(
    input,
    target,
    log_input=True,
    full=False,
    size_average=None,
    eps=1e-8,
    reduce=None,
    reduction="mean",
):
    """Minus the log-probability of a count that is Poisson distributed.

    Args:
        input: the expected count, or its logarithm if ``log_input``.
        target: the count; the shapes must broadcast.
        full: add Stirling's approximation of ``log(target!)``, for targets above 1.
        eps: added to the expected count before its logarithm is taken.
        reduction: 'mean', 'sum' or 'none'.

    Raises:
        ValueError: an unknown reduction.

    >>> import tinyvision as tv
    >>> tv.nn.functional.poisson_nll_loss(tv.tensor([0.0]), tv.tensor([3.0]))
    tensor(1.)
    """
    refuse_old(size_average, reduce)
    if log_input:
        loss = exp(input) - target * input
    else:
        loss = input - target * log(input + eps)
    if full:
        large = where(target > 1, target, 1)  # log 0 would spoil the gradient of what is not used
        stirling = large * log(large) - large + 0.5 * log(2.0 * math.pi * large)
        loss = loss + where(target > 1, stirling, 0.0)
    return reduced(loss, reduction)


def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction="mean"):
    """Minus the log-probability of a number that is normally distributed.

    Args:
        input: the expected number.
        target: the number; the shapes must broadcast.
        var: the variance: a number, or of the input's shape, or that without the last axis, or
            with size 1 in one axis.
        full: add the constant ``log(2 pi) / 2``.
        eps: the least that counts as a variance; the gradient takes no notice of it.
        reduction: 'mean', 'sum' or 'none'.

    Raises:
        ValueError: a negative variance, one of another shape, or an unknown reduction.

    Source: Nix and Weigend, "Estimating the Mean and Variance of the Target Probability
    Distribution" (1994).

    >>> import tinyvision as tv
    >>> F = tv.nn.functional
    >>> F.gaussian_nll_loss(tv.tensor([1.0]), tv.tensor([3.0]), tv.tensor([1.0]))
    tensor(2.)
    """
    if isinstance(var, (int, float)):
        var = input.new_tensor(float(var)).expand(input.shape)
    if (unwrap(var) < 0).any():
        raise ValueError(f"gaussian_nll_loss: var must not be negative, got {unwrap(var).min()}")
    if var.shape != input.shape:
        if var.shape == input.shape[:-1]:
            var = var.unsqueeze(-1)
        elif not _is_one_axis_short(var.shape, input.shape):
            raise ValueError(
                f"gaussian_nll_loss: var must have the input's shape {input.shape}, or that "
                f"without its last axis, or with size 1 in one axis; got {var.shape}"
            )
    var = at_least(var, eps)
    loss = 0.5 * (log(var) + square(input - target) / var)
    return reduced(loss + 0.5 * math.log(2.0 * math.pi) if full else loss, reduction)


def _is_one_axis_short(shape, whole) -> bool:
    """Whether two shapes are equal but for one axis, of size 1 in the first."""
    differing = [m for m, n in zip(shape, whole, strict=False) if m != n]
    return len(shape) == len(whole) and differing == [1]
