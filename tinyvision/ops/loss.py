"""Losses: how wrong a prediction is, as one number. ``reduction`` is 'mean', 'sum' or 'none'."""

from __future__ import annotations

import numpy as np

from ..autograd.tensor import unwrap
from .activation import logsigmoid
from .choose import where
from .exponential import exp, log
from .index import pick
from .power import square
from .promote import as_type, check_broadcast
from .reduce import mean, sum
from .softmax import log_softmax


def refuse_old(size_average, reduce) -> None:
    """torch still takes two older arguments; to ignore them would give another loss silently."""
    if size_average is not None or reduce is not None:
        raise ValueError(
            f"size_average={size_average} and reduce={reduce} were replaced by reduction: "
            "write reduction='mean', 'sum' or 'none'"
        )


def _reduced(loss, reduction):
    if reduction == "mean":
        return mean(loss)
    if reduction == "sum":
        return sum(loss)
    if reduction == "none":
        return loss
    raise ValueError(f"reduction must be 'mean', 'sum' or 'none', got {reduction!r}")


def _check_pair(name, input, target) -> None:
    if input.shape != target.shape:
        check_broadcast(input.shape, target.shape)
        raise ValueError(
            f"{name}: the input has shape {input.shape}, the target {target.shape}; broadcasting "
            "them would compare every element with many others. Reshape one to the other"
        )


def mse_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """The mean of the squared differences.

    Args:
        input, target: of equal shape.
        reduction: 'mean', 'sum' or 'none'.
        weight: of the same shape; how much each element counts.

    Raises:
        ValueError: the shapes differ, or an unknown reduction.

    >>> import tinyvision as tv
    >>> tv.nn.functional.mse_loss(tv.tensor([1.0, 2.0]), tv.tensor([1.0, 4.0]))
    tensor(2.)
    """
    refuse_old(size_average, reduce)
    _check_pair("mse_loss", input, target)
    return _weighted(square(input - target), weight, reduction)


def _weighted(loss, weight, reduction):
    """Reduced, each element counted as often as its weight says."""
    if weight is None:
        return _reduced(loss, reduction)
    if weight.shape != loss.shape:
        raise ValueError(f"weight must have the input's shape {loss.shape}, got {weight.shape}")
    if reduction == "mean":
        return sum(loss * weight) / sum(weight)
    return _reduced(loss * weight, reduction)


def l1_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """The mean of the absolute differences; arguments as :func:`mse_loss`.

    >>> import tinyvision as tv
    >>> tv.nn.functional.l1_loss(tv.tensor([1.0, 2.0]), tv.tensor([1.0, 4.0]))
    tensor(1.)
    """
    refuse_old(size_average, reduce)
    _check_pair("l1_loss", input, target)
    return _weighted((input - target).abs(), weight, reduction)


def _class_axes(name, input, target):
    """Check (C), (N, C) or (N, C, d1, ...) against labels without the class axis."""
    axis = 0 if input.ndim == 1 else 1
    if input.ndim == 0:
        raise ValueError(f"{name}: the input needs a class axis: (C), (N, C) or (N, C, d1, ...)")
    expected = input.shape[:axis] + input.shape[axis + 1 :]
    if target.shape != expected:
        raise ValueError(
            f"{name}: the input has shape {input.shape}, so class labels must have shape "
            f"{expected}, got {target.shape}"
        )
    return axis


def _check_labels(name, labels, classes, ignore_index) -> np.ndarray:
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{name}: class labels must be integers, got {labels.dtype}; use y.long()")
    counted = labels != ignore_index
    wrong = counted & ((labels < 0) | (labels >= classes))
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise IndexError(
            f"{name}: the label {labels[place]} at {list(place)} is out of range: the input has "
            f"{classes} classes, 0..{classes - 1}. Are labels counted from 1, or is the last layer "
            "too narrow?"
        )
    return counted


def nll_loss(
    input,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
):
    """Minus the log-probability of the right class.

    Args:
        input: log-probabilities (C), (N, C) or (N, C, d1, ...).
        target: class labels of the same shape without the class axis.
        weight: (C,), how much each class counts; the mean is then the weighted one.
        ignore_index: a label that does not count.
        reduction: 'mean', 'sum' or 'none'.

    Raises:
        ValueError, TypeError: shapes or types do not fit.
        IndexError: a label is out of range.

    >>> import tinyvision as tv
    >>> F = tv.nn.functional
    >>> F.nll_loss(tv.tensor([[-0.1, -2.4]]), tv.tensor([1]))
    tensor(2.4)
    """
    refuse_old(size_average, reduce)
    axis = _class_axes("nll_loss", input, target)
    classes = input.shape[axis]
    _check_weight("nll_loss", weight, classes)
    labels = unwrap(target)
    counted = _check_labels("nll_loss", labels, classes, ignore_index)
    labels = np.where(counted, labels, 0)
    places = list(np.ix_(*[np.arange(n) for n in labels.shape])) if labels.ndim else []
    places.insert(axis, labels)
    picked = pick(input, index=tuple(places))
    weights = _label_weights(weight, labels, counted, input.dtype)
    loss = where(counted, -picked * weights, 0.0)
    if reduction == "mean":  # 0 / 0, so NaN, where no label counts
        return sum(loss) / float(weights.sum(dtype=np.float64))
    return _reduced(loss, reduction)


def _label_weights(weight, labels, counted, dtype) -> np.ndarray:
    """How much each label counts; nothing where it is ignored."""
    if weight is None:
        return counted.astype(dtype)
    return unwrap(weight)[labels].astype(dtype) * counted


def _check_weight(name, weight, classes) -> None:
    if weight is not None and weight.shape != (classes,):
        raise ValueError(
            f"{name}: weight must have one number for each of the {classes} classes, "
            f"got shape {weight.shape}"
        )


def cross_entropy(
    input,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
    label_smoothing=0.0,
):
    """Minus the log-probability of the right class, from scores: softmax and logarithm in one.

    Args:
        input: scores (logits) (C), (N, C) or (N, C, d1, ...).
        target: class labels without the class axis, or probabilities of the input's shape.
        weight: (C,), how much each class counts.
        ignore_index: a label that does not count.
        reduction: 'mean', 'sum' or 'none'.
        label_smoothing: between 0 and 1; this much of the target is spread over all classes.

    Raises:
        ValueError, TypeError: shapes or types do not fit.
        IndexError: a label is out of range.

    >>> import tinyvision as tv
    >>> F = tv.nn.functional
    >>> F.cross_entropy(tv.tensor([[2.0, 0.0]]), tv.tensor([0]))
    tensor(0.1269)
    """
    refuse_old(size_average, reduce)
    if not 0.0 <= label_smoothing <= 1.0:
        raise ValueError(f"label_smoothing must be between 0 and 1, got {label_smoothing}")
    if input.ndim == 0:
        raise ValueError("cross_entropy: the input needs a class axis: (C), (N, C) or (N, C, ...)")
    axis = 0 if input.ndim == 1 else 1
    classes = input.shape[axis]
    _check_weight("cross_entropy", weight, classes)
    scores = log_softmax(input, axis)
    if weight is not None:
        weight = as_type(weight, scores.dtype)
    if target.shape == input.shape and target.dtype.kind == "f":
        return _soft_cross_entropy(scores, target, weight, axis, reduction, label_smoothing)
    loss = nll_loss(scores, target, weight, None, ignore_index, None, reduction)
    if not label_smoothing:
        return loss
    # The smoothed part: the same weight on every class, for the labels that count.
    labels = unwrap(target)
    counted = labels != ignore_index
    per_class = scores if weight is None else scores * _along(weight, axis, scores.ndim)
    smooth = where(counted, -sum(per_class, axis), 0.0)
    if reduction == "mean":
        weights = _label_weights(weight, np.where(counted, labels, 0), counted, scores.dtype)
        smooth = sum(smooth) / float(weights.sum(dtype=np.float64))
    else:
        smooth = _reduced(smooth, reduction)
    return (1.0 - label_smoothing) * loss + (label_smoothing / classes) * smooth


def _along(weight, axis, ndim):
    """(C,) -> (C, 1, ...) so that it lies along the class axis."""
    return weight.reshape((-1,) + (1,) * (ndim - axis - 1))


def _soft_cross_entropy(scores, target, weight, axis, reduction, label_smoothing):
    classes = scores.shape[axis]
    if label_smoothing:
        target = target * (1.0 - label_smoothing) + label_smoothing / classes
    terms = scores * target
    if weight is not None:
        terms = terms * _along(weight, axis, scores.ndim)
    loss = -sum(terms, axis)
    if reduction == "mean":
        return sum(loss) / float(loss.numel())  # also with weights, as in torch
    return _reduced(loss, reduction)


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
    _check_pair("binary_cross_entropy_with_logits", input, target)
    positive = logsigmoid(input) * target
    if pos_weight is not None:
        positive = positive * pos_weight
    loss = -(positive + logsigmoid(-input) * (1.0 - target))
    return _reduced(loss if weight is None else loss * weight, reduction)


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
    return _reduced(loss, reduction)
