"""What all losses share: the check of a pair, and the way from many losses to one."""

from __future__ import annotations

from ..base.promote import check_broadcast
from ..reductions.reduce import mean, sum


def refuse_old(size_average, reduce) -> None:
    """torch still takes two older arguments; to ignore them would give another loss silently.

    Raises:
        ValueError: one of them is given.
    """
    if size_average is not None or reduce is not None:
        raise ValueError(
            f"size_average={size_average} and reduce={reduce} were replaced by reduction: "
            "write reduction='mean', 'sum' or 'none'"
        )


def reduced(loss, reduction):
    """The mean of the losses, their sum, or all of them.

    Raises:
        ValueError: an unknown reduction.
    """
    if reduction == "mean":
        return mean(loss)
    if reduction == "sum":
        return sum(loss)
    if reduction == "none":
        return loss
    raise ValueError(f"reduction must be 'mean', 'sum' or 'none', got {reduction!r}")


def weighted(loss, weight, reduction):
    """Reduced, each element counted as often as its weight says.

    Raises:
        ValueError: the weight has another shape, or an unknown reduction.
    """
    if weight is None:
        return reduced(loss, reduction)
    check_weight_of_elements(weight, loss)
    if reduction == "mean":
        return sum(loss * weight) / sum(weight)
    return reduced(loss * weight, reduction)


def check_weight_of_elements(weight, loss) -> None:
    """Raise ValueError unless there is one weight for each element."""
    if weight.shape != loss.shape:
        raise ValueError(f"weight must have the input's shape {loss.shape}, got {weight.shape}")


def check_pair(name, input, target) -> None:
    """Check that two tensors are of equal shape.

    Raises:
        ValueError: they are not.
    """
    if input.shape != target.shape:
        check_broadcast(input.shape, target.shape)
        raise ValueError(
            f"{name}: the input has shape {input.shape}, the target {target.shape}; broadcasting "
            "them would compare every element with many others. Reshape one to the other"
        )
