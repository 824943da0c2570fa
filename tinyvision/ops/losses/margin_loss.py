"""Losses that are content once the right answer leads by a margin.

``reduction`` is 'mean', 'sum' or 'none'.
"""

from __future__ import annotations

import math

import numpy as np

from ...autograd.tensor import unwrap
from ..base.broadcast import reshape_to
from ..base.choose import clamp, where, zero_where
from ..base.index import pick
from ..base.promote import floating
from ..elementwise.activation import logsigmoid, relu
from ..elementwise.power import square
from ..reductions.reduce import sum
from .reduction import check_pair, reduced, refuse_old

# -- right or wrong: targets 1 and -1 ---------------------------------------------------------


def soft_margin_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    """``log(1 + exp(-target * input))``; does not overflow.

    Args:
        input: scores.
        target: 1 or -1; the shapes must broadcast.
        reduction: 'mean', 'sum' or 'none'.

    >>> import tinyvision as tv
    >>> tv.nn.functional.soft_margin_loss(tv.tensor([0.0]), tv.tensor([1.0]))
    tensor(0.6931)
    """
    refuse_old(size_average, reduce)
    return reduced(-logsigmoid(target * input), reduction)


def hinge_embedding_loss(
    input, target, margin=1.0, size_average=None, reduce=None, reduction="mean"
):
    """A distance where two belong together, what it lacks of the margin where they do not.

    Args:
        input: distances.
        target: 1 (belong together) or -1; the shapes must broadcast.
        margin: how far apart is far enough.
        reduction: 'mean', 'sum' or 'none'.

    >>> import tinyvision as tv
    >>> tv.nn.functional.hinge_embedding_loss(tv.tensor([0.2, 0.2]), tv.tensor([1.0, -1.0]))
    tensor(0.5)
    """
    refuse_old(size_average, reduce)
    apart = where(target != 1, clamp(margin - input, min=0.0), 0.0)
    together = where(target != -1, input, 0.0)
    return reduced(apart + together, reduction)


def margin_ranking_loss(
    input1, input2, target, margin=0.0, size_average=None, reduce=None, reduction="mean"
):
    """``max(0, margin - target * (input1 - input2))``: which of two is to have the higher score.

    Args:
        input1, input2: scores.
        target: 1 if the first is to be higher, -1 if the second; equally many axes.
        margin: by how much.
        reduction: 'mean', 'sum' or 'none'.

    Raises:
        ValueError: the numbers of axes differ.

    >>> import tinyvision as tv
    >>> F = tv.nn.functional
    >>> F.margin_ranking_loss(tv.tensor([1.0]), tv.tensor([3.0]), tv.tensor([1.0]))
    tensor(2.)
    """
    refuse_old(size_average, reduce)
    if not input1.ndim == input2.ndim == target.ndim:
        raise ValueError(
            "margin_ranking_loss: both inputs and the target must have equally many axes, got "
            f"shapes {input1.shape}, {input2.shape} and {target.shape}"
        )
    lead_lacking = -target * (input1 - input2) + float(margin)
    return reduced(clamp(lead_lacking, min=0.0), reduction)


# -- one class of several ---------------------------------------------------------------------


def multi_margin_loss(
    input,
    target,
    p=1,
    margin=1.0,
    weight=None,
    size_average=None,
    reduce=None,
    reduction="mean",
):
    """What the score of the right class lacks of a lead over each other class, over their number.

    ``sum(max(0, margin - input[y] + input[j]) ** p for j != y) / C`` for each row.

    Args:
        input: scores (N, C) or (C).
        target: class labels (N) or ().
        p: 1 or 2.
        margin: the lead wanted.
        weight: (C,), how much a row of each class counts.
        reduction: 'mean', 'sum' or 'none'.

    Raises:
        ValueError: another p, or shapes that do not fit.
        TypeError: the labels are no integers.
        IndexError: a label is out of range.

    >>> import tinyvision as tv
    >>> tv.nn.functional.multi_margin_loss(tv.tensor([[0.5, 0.0]]), tv.tensor([0]))
    tensor(0.25)
    """
    refuse_old(size_average, reduce)
    name = "multi_margin_loss"
    if p not in (1, 2):
        raise ValueError(f"{name}: p must be 1 or 2, got {p}")
    rows = _rows(name, input)
    count, classes = rows.shape
    single = input.ndim < 2 and target.shape in ((), (1,))
    if not single and target.shape != input.shape[:-1]:
        raise ValueError(
            f"{name}: the input has shape {input.shape}, so class labels must have shape "
            f"{input.shape[:-1]}, got {target.shape}"
        )
    if weight is not None and weight.shape != (classes,):
        raise ValueError(
            f"{name}: weight must have one number for each of the {classes} classes, "
            f"got shape {weight.shape}"
        )
    labels = _labels(name, target, classes, least=0).reshape(-1)
    places = np.arange(count)
    right = reshape_to(pick(rows, index=(places, labels)), shape=(count, 1))
    lacking = relu(margin - right + rows)
    if p == 2:
        lacking = square(lacking)
    # The right class does not compete with itself.
    loss = sum(zero_where(lacking, mask=labels[:, None] == np.arange(classes)), 1) / classes
    if weight is not None:
        loss = loss * unwrap(weight)[labels].astype(rows.dtype)
    return reduced(reshape_to(loss, shape=target.shape), reduction)


# -- several classes at once ------------------------------------------------------------------


def multilabel_margin_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    """What each right class lacks of a lead of 1 over each wrong one, over the number of classes.

    Args:
        input: scores (N, C) or (C).
        target: of the same shape, the right classes of each row; -1 after the last.
        reduction: 'mean', 'sum' or 'none'.

    Raises:
        ValueError: the shapes differ.
        TypeError: the labels are no integers.
        IndexError: a label is out of range.

    >>> import tinyvision as tv
    >>> F = tv.nn.functional
    >>> F.multilabel_margin_loss(tv.tensor([0.5, 0.0, 2.0]), tv.tensor([0, 2, -1]))
    tensor(0.1667)
    """
    refuse_old(size_average, reduce)
    name = "multilabel_margin_loss"
    rows = _rows(name, input)
    check_pair(name, input, target)
    count, classes = rows.shape
    labels = _labels(name, target, classes, least=-1).reshape(count, classes)
    listed = np.logical_and.accumulate(labels >= 0, axis=1)  # up to the first -1
    labels = np.where(listed, labels, 0)
    places = np.broadcast_to(np.arange(count)[:, None], labels.shape)
    is_right = np.zeros((count, classes), bool)
    is_right[places[listed], labels[listed]] = True
    right = reshape_to(pick(rows, index=(places, labels)), shape=(count, classes, 1))
    lacking = relu(1.0 - right + reshape_to(rows, shape=(count, 1, classes)))  # (N, right, wrong)
    lacking = zero_where(lacking, mask=~listed[:, :, None] | is_right[:, None, :])
    loss = sum(reshape_to(lacking, shape=(count, classes * classes)), 1) / max(classes, 1)
    return reduced(reshape_to(loss, shape=input.shape[:-1]), reduction)


def multilabel_soft_margin_loss(
    input, target, weight=None, size_average=None, reduce=None, reduction="mean"
):
    """Cross-entropy of yes-or-no scores, the mean over the classes of each row.

    Args:
        input: scores (..., C).
        target: 0 or 1, of the same shape.
        weight: (C,), how much each class counts, or a shape that broadcasts.
        reduction: 'mean', 'sum' or 'none'.

    Raises:
        ValueError: the input has no axes, or an unknown reduction.

    >>> import tinyvision as tv
    >>> tv.nn.functional.multilabel_soft_margin_loss(tv.zeros(1, 2), tv.tensor([[1.0, 0.0]]))
    tensor(0.6931)
    """
    refuse_old(size_average, reduce)
    if input.ndim == 0:
        raise ValueError("multilabel_soft_margin_loss: the input needs a class axis: (..., C)")
    loss = -(target * logsigmoid(input) + (1 - target) * logsigmoid(-input))
    if weight is not None:
        loss = loss * weight
    return reduced(sum(loss, -1) / input.shape[-1], reduction)


def _rows(name, input):
    """(C) or (N, C) -> (N, C)."""
    if input.ndim > 2:
        raise ValueError(f"{name}: expected scores (N, C) or (C), got shape {input.shape}")
    (input,) = floating(input)
    return input if input.ndim == 2 else reshape_to(input, shape=(1, math.prod(input.shape)))


def _labels(name, target, classes, least) -> np.ndarray:
    labels = unwrap(target)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{name}: class labels must be integers, got {labels.dtype}; use y.long()")
    wrong = (labels < least) | (labels >= classes)
    if wrong.any():
        raise IndexError(
            f"{name}: the label {labels[wrong][0]} is out of range: the input has {classes} "
            f"classes, {least}..{classes - 1} may stand there"
        )
    return labels
