"""Losses: how wrong a prediction is, as one number. ``reduction`` is 'mean', 'sum' or 'none'."""

from __future__ import annotations

import numpy as np

from ...autograd.tensor import unwrap
from ..base.choose import clamp, where
from ..base.index import pick
from ..base.promote import as_type
from ..elementwise.power import square
from ..layers.softmax import log_softmax
from ..reductions.reduce import sum
from .reduction import check_pair, check_weight_of_elements, reduced, refuse_old, weighted


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
    check_pair("mse_loss", input, target)
    return weighted(square(input - target), weight, reduction)


def l1_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    """The mean of the absolute differences; arguments as :func:`mse_loss`.

    >>> import tinyvision as tv
    >>> tv.nn.functional.l1_loss(tv.tensor([1.0, 2.0]), tv.tensor([1.0, 4.0]))
    tensor(1.)
    """
    refuse_old(size_average, reduce)
    check_pair("l1_loss", input, target)
    return weighted((input - target).abs(), weight, reduction)


def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction="mean", beta=1.0):
    """Squares where the difference is below ``beta``, absolute values beyond; else as l1_loss.

    Raises:
        ValueError: ``beta`` is negative; the shapes differ; an unknown reduction.

    Source: Girshick, "Fast R-CNN" (2015).

    >>> import tinyvision as tv
    >>> tv.nn.functional.smooth_l1_loss(tv.tensor([0.0, 1.0]), tv.tensor([0.5, 4.0]))
    tensor(1.3125)
    """
    refuse_old(size_average, reduce)
    if not beta >= 0:
        raise ValueError(f"smooth_l1_loss: beta must be 0 or above, got {beta}")
    check_pair("smooth_l1_loss", input, target)
    if beta == 0:
        return l1_loss(input, target, reduction=reduction)
    return reduced(_parabola_then_line(input - target, beta) / beta, reduction)


def huber_loss(input, target, reduction="mean", delta=1.0, weight=None):
    """``delta`` times :func:`smooth_l1_loss`: squares up to ``delta``, straight lines beyond.

    Args:
        input, target: of equal shape.
        reduction: 'mean', 'sum' or 'none'.
        delta: positive.
        weight: of the same shape; the losses are multiplied by it, and their mean is over all
            elements (unlike that of :func:`mse_loss`, as in torch).

    Raises:
        ValueError: ``delta`` is not positive; the shapes differ; an unknown reduction.

    Source: Huber, "Robust Estimation of a Location Parameter" (1964).

    >>> import tinyvision as tv
    >>> tv.nn.functional.huber_loss(tv.tensor([0.0, 1.0]), tv.tensor([0.5, 4.0]), delta=2.0)
    tensor(2.0625)
    """
    if not delta > 0:
        raise ValueError(f"huber_loss: delta must be positive, got {delta}")
    check_pair("huber_loss", input, target)
    loss = _parabola_then_line(input - target, delta)
    if weight is not None:
        check_weight_of_elements(weight, loss)
        loss = loss * weight
    return reduced(loss, reduction)


def _parabola_then_line(x, bend):
    """``x * x / 2`` up to the bend, then straight on with the slope it has there."""
    near = clamp(x, -float(bend), float(bend))
    return near * (x - 0.5 * near)


def _class_axes(name, input, target):
    """Check (C), (N, C) or (N, C, d1, ...) against labels without the class axis."""
    axis = 0 if input.ndim == 1 else 1
    if input.ndim == 0:
        raise ValueError(f"{name}: the input needs a class axis: (C), (N, C) or (N, C, d1, ...)")
    expected = input.shape[:axis] + input.shape[axis + 1 :]
    if target.shape != expected:
        raise ValueError(
            f"{name}: the input has shape {input.shape}, so class labels must have shape "
            f"{expected}, got {target.shape}{_advice(expected, target.shape, axis)}"
        )
    return axis


def _advice(expected, shape, axis) -> str:
    """What may have gone wrong with labels that do not fit."""
    if len(shape) == len(expected) + 1 and shape == (*expected[:axis], 1, *expected[axis:]):
        return f"; take the axis of size 1 away: labels.squeeze({axis})"
    if len(shape) == len(expected) and expected and shape[0] != expected[0]:
        return f": {expected[0]} inputs, but {shape[0]} labels; do both come from the same batch?"
    return ""


def _check_labels(name, labels, classes, ignore_index) -> np.ndarray:
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{name}: class labels must be integers, got {labels.dtype}; use y.long()")
    counted = labels != ignore_index
    wrong = counted & ((labels < 0) | (labels >= classes))
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        label = labels[place]
        if label < 0:
            advice = (
                f"A negative label marks what does not count only if ignore_index says so, and "
                f"that is {ignore_index}: pass ignore_index={label}, or mend the labels"
            )
        else:
            advice = "Are labels counted from 1, or is the last layer too narrow?"
        raise IndexError(
            f"{name}: the label {label} at {list(place)} is out of range: the input has "
            f"{classes} classes, 0..{classes - 1}. {advice}"
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
    return _label_loss("nll_loss", input, target, weight, ignore_index, reduction)


def _label_loss(name, input, target, weight, ignore_index, reduction):
    """nll_loss, whose errors name the function that was called."""
    axis = _class_axes(name, input, target)
    classes = input.shape[axis]
    _check_weight(name, weight, classes)
    labels = unwrap(target)
    counted = _check_labels(name, labels, classes, ignore_index)
    every_one_counts = bool(counted.all())
    # A copy either way: the graph keeps it, and the caller's labels may change.
    labels = labels.copy() if every_one_counts else np.where(counted, labels, 0)
    places = [np.arange(n) for n in labels.shape]
    places = list(np.ix_(*places)) if len(places) > 1 else places
    places.insert(axis, labels)
    loss = -pick(input, index=tuple(places))
    if every_one_counts and weight is None:
        total = float(labels.size)
    else:
        weights = _label_weights(weight, labels, counted, input.dtype)
        loss = where(counted, loss * weights, 0.0)
        total = float(weights.sum(dtype=np.float64))
    if reduction == "mean":  # 0 / 0, so NaN, where no label counts
        return sum(loss) / total
    return reduced(loss, reduction)


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
    loss = _label_loss("cross_entropy", scores, target, weight, ignore_index, reduction)
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
        smooth = reduced(smooth, reduction)
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
    return reduced(loss, reduction)
