"""The bilinear form of two vectors, one for each output."""

from __future__ import annotations

import math

from ..base.broadcast import reshape_to
from ..base.linalg import check_same_type, matrix_product
from ..base.order import permute_axes


def bilinear(input1, input2, weight, bias=None):
    """``input1 @ weight[o] @ input2`` for each output o, on the last axes.

    Args:
        input1: (..., in1).
        input2: (..., in2), the same leading axes.
        weight: (out, in1, in2).
        bias: (out,) or None.

    Returns:
        (..., out).

    Raises:
        ValueError: the sizes do not fit.
        RuntimeError: the types differ.

    >>> import tinyvision as tv
    >>> x, y = tv.tensor([1.0, 2.0]), tv.tensor([3.0])
    >>> tv.bilinear(x, y, tv.ones(1, 2, 1), tv.tensor([0.5]))
    tensor([9.5])
    """
    if weight.ndim != 3:
        raise ValueError(f"bilinear: weight must be (out, in1, in2), got shape {weight.shape}")
    outputs, size1, size2 = weight.shape
    leading = input1.shape[:-1]
    if input1.ndim == 0 or input2.ndim == 0 or leading != input2.shape[:-1]:
        raise ValueError(
            f"bilinear: inputs of shape {input1.shape} and {input2.shape} must have equal axes but "
            "for the last"
        )
    if (input1.shape[-1], input2.shape[-1]) != (size1, size2):
        raise ValueError(
            f"bilinear: the last axes of the inputs, of shape {input1.shape} and {input2.shape}, "
            f"must have {size1} and {size2} elements, as weight {weight.shape} says"
        )
    check_same_type("bilinear: the inputs", input1, input2)
    check_same_type("bilinear: input and weight", input1, weight)
    rows = math.prod(leading)
    sheets = reshape_to(permute_axes(weight, axes=(1, 0, 2)), shape=(size1, outputs * size2))
    halfway = matrix_product(reshape_to(input1, shape=(rows, size1)), sheets)  # (P, out * in2)
    column = reshape_to(input2, shape=(rows, size2, 1))
    out = matrix_product(reshape_to(halfway, shape=(rows, outputs, size2)), column)  # (P, out, 1)
    out = reshape_to(out, shape=(*leading, outputs))
    if bias is None:
        return out
    check_same_type("bilinear: weight and bias", weight, bias)
    if bias.shape != (outputs,):
        raise ValueError(f"bilinear: bias must have shape ({outputs},), got {bias.shape}")
    return out + bias
