"""What usually is behind a NaN or an infinity, and how to mend it, by the name of the primitive."""

from __future__ import annotations

import numpy as np

_POSITIVE = (
    "the logarithm of 0 is -inf, that of a negative number NaN: keep the argument positive, as in "
    "x.clamp(min=1e-8).log(); for the logarithm of a softmax use log_softmax, for a loss of "
    "probabilities one that takes logits"
)
_TOO_LARGE = (
    "the values outgrew their type: lower the learning rate, scale or normalise the values, or use "
    "a wider type (float16 ends at 65504)"
)
_DIVISION = (
    "a number was divided by 0, or by one so small that the quotient outgrows its type: add a "
    "small number to the divisor, x / (y + 1e-8), or check it first (an empty mean and the "
    "variance of one element divide by 0 as well)"
)
_ROOT = "a negative number has no real root: keep the argument at 0 or above, x.clamp(min=0)"
_POWER = (
    "a negative number has no power of a fraction, 0 none below 0, and large powers overflow: "
    "keep the base positive, x.clamp(min=1e-8), or square with x * x"
)
_SOFTMAX = (
    "a row of nothing but -inf has no softmax, nor has a row with inf or NaN: leave at least one "
    "entry of each row unmasked, or mask with a large negative number such as -1e4"
)

_FORWARD = {
    **dict.fromkeys(("log", "log2", "log10"), _POSITIVE),
    "log1p": "log1p needs numbers above -1: x.clamp(min=-1 + 1e-6)",
    **dict.fromkeys(("true_div", "reciprocal", "remainder", "floor_divide"), _DIVISION),
    "sqrt": _ROOT,
    "rsqrt": "1 / sqrt(x) needs x above 0: add a small number first, (x + 1e-8).rsqrt()",
    "pow": _POWER,
    **dict.fromkeys(("softmax", "log_softmax"), _SOFTMAX),
}

ELEMENTWISE = {*_FORWARD, "exp", "expm1", "add", "sub", "mul", "square", "cast", "where"}
"""Whose answer at one place is made of the arguments there (of a softmax, more than others)."""

_SLOPE_OF_ROOT = (
    "the slope of the root at 0 is infinite: add a small number under it, (x + 1e-12).sqrt()"
)
_SLOPE_OF_POWER = (
    "the slope of a power below 1 at 0 is infinite: keep the base above 0, x.clamp(min=1e-8)"
)

_BACKWARD = {
    "sqrt": _SLOPE_OF_ROOT,
    "pow": _SLOPE_OF_POWER,
    "power_norm": _SLOPE_OF_POWER,
    **{
        name: "its slope is infinite there: " + _FORWARD[name]
        for name in ("log", "log2", "log10", "log1p", "true_div", "reciprocal", "rsqrt")
    },
    **dict.fromkeys(("softmax", "log_softmax"), _SOFTMAX),
}

_MIXED = (
    "inf - inf, 0 * inf and their like are NaN: find where the infinity came from; a mask of -inf "
    "belongs immediately before a softmax"
)

_GROWING = {
    *("add", "sub", "mul", "square", "sum_over", "cumsum", "prod", "cast"),
    *("matrix_product", "linear", "contract", "correlate"),
}
_OUTSIDE = (
    "the function is not finite there, or its value outgrew its type: keep the argument away from "
    "where it ends, with clamp(min=..., max=...)"
)

NOTHING = (
    "it was given no elements at all, of which there is no mean, median or the like: look at the "
    "shapes, or how the data were selected"
)


def of_answer(name: str, dtype: np.dtype, had_infinities: bool) -> str:
    """The likely cause of an answer that is not finite, and the remedy."""
    if name in ("exp", "expm1"):
        most = float(np.log(np.finfo(dtype).max))
        return (
            f"exp of more than {most:.1f} overflows {dtype}: subtract the largest value first, as "
            "softmax and logsumexp do, or clamp(max=...)"
        )
    return _FORWARD.get(name) or _general(name, had_infinities)


def of_gradient(name: str, had_nan: bool, had_infinities: bool) -> str:
    """The likely cause of a gradient that is not finite, and the remedy."""
    if had_nan:
        return (
            "what the operation was given, or made, held NaN already: look at the forward pass or "
            "the data first"
        )
    return _BACKWARD.get(name) or _general(name, had_infinities)


def _general(name: str, had_infinities: bool) -> str:
    if had_infinities:
        return _MIXED
    return _TOO_LARGE if name in _GROWING else _OUTSIDE


_SHOWN = {
    "true_div": "div",
    "matrix_product": "matmul",
    "contract": "einsum",
    "correlate": "conv2d",
    "correlate_input_adjoint": "conv_transpose2d",
    "sum_over": "sum",
    "length_over": "norm",
    "power_norm": "norm",
    "reshape_to": "reshape",
    "stretch_to": "expand",
    "permute_axes": "permute",
    "flip_axes": "flip",
    "pick": "x[index]",
    "take_along": "gather",
    "take_rows": "embedding",
    "zero_where": "masked_fill",
    "clip": "clamp",
    "join": "cat",
    "pad_constant": "pad",
    "gather_windows": "max_pool2d",
    "window_max": "max_pool2d",
    "sum_windows": "avg_pool2d",
    "sum_spans": "adaptive_avg_pool2d",
    "scale_by_mask": "dropout",
}


def shown_name(name: str) -> str:
    """What users call the operation that a primitive does; some are made to close a family."""
    return _SHOWN.get(name, name)
