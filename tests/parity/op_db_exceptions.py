"""Where tinyvision does not answer torch's samples as torch does, and why.

`test_op_db.py` and `test_op_db_functional.py` fail on a disagreement that no line explains, and on
a line that explains none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """A known disagreement: the operations it concerns, what its report looks like, the reason."""

    names: str
    report: str
    reason: str

    def explains(self, name: str, report: str) -> bool:
        """Whether a disagreement of the operation `name` is this one."""
        return bool(re.fullmatch(self.names, name) and re.search(self.report, report))


EXCEPTIONS = [
    Known(
        r"clamp_min|clamp_max",
        r"refusal 0, int64\[3\], 2: not refused",
        "The table says that a number is no limit, but torch itself takes one, and so do we.",
    ),
    Known(
        r"(?!nn\.).*",
        r"refusal .*\b\d, (\d|int64\[3\])\S*: not refused",
        "Without a tensor a function computes with plain numbers and NumPy arrays: rules of "
        "derivatives use the same functions.",
    ),
    Known(
        r"nn\.functional\.hardsigmoid",
        r"gradient 0",
        "In float64 as well torch multiplies the gradient by 1 / 6 in float32.",
    ),
    Known(
        r"nn\.functional\.soft_margin_loss",
        r"^float16 .*torch has inf",
        "torch takes the exponential of a score in float16, which overflows; ours does not.",
    ),
    Known(
        r"addmv|addbmm|baddbmm",
        r"(beta|alpha) must be an integer for integer tensors",
        "torch cuts a factor of 0.6 off to 0, though addr and add refuse it.",
    ),
    Known(
        r"linalg\.norm/subgradients_at_zero",
        r"second derivative 0 at .*torch has nan",
        "The slope of a norm at 0 is taken for 0; torch's second derivative there is NaN.",
    ),
    Known(
        r"cholesky_solve|cholesky_inverse",
        r"gradient \d at .*: 0\.0, torch has",
        "The triangle of the factor that is not read has a gradient of zero.",
    ),
    Known(
        r"matrix_exp",
        r"^float16 .*torch has nan",
        "torch computes powers in float16, which overflow; ours does not.",
    ),
    Known(
        r"linalg\.pinv/hermitian",
        r"(gradient|second derivative) 0 at",
        "Of a matrix said to be symmetric one triangle is read; torch derives with the whole.",
    ),
    Known(
        r"einsum",
        r"answer 0: uint8, torch has int64",
        "The answer has the type of the operands, also where nothing but sums are taken.",
    ),
    Known(
        r"sort|argsort|topk|msort|kthvalue|mode",
        r"answer \d: ",
        "Which of equal elements comes first, or is named, is left open by torch.",
    ),
    Known(
        r"nn\.functional\.(interpolate/(bilinear|bicubic)|upsample_bilinear)",
        r"needs floats, got uint8",
        "Of bytes torch rounds the weights, and the image between its two directions; x.float() "
        "does neither.",
    ),
    Known(
        r"nn\.functional\.grid_sample",
        r"float16 sample \d+, float16\[2, 3, 5, 5\].*: answer 0 at",
        "torch computes places and weights in float16, we in float32.",
    ),
    Known(
        r"histc",
        r"^float16 ",
        "torch finds the bins in float16, we in float64.",
    ),
    Known(
        r"cov|logcumsumexp",
        r"^float32 |weights=float32",
        "Rounding where terms cancel; in float64 both agree.",
    ),
    Known(
        r"nn\.functional\.local_response_norm",
        r"needs floats, got int64",
        "The mean over channels of integers would be an integer.",
    ),
    Known(
        r"nn\.functional\.batch_norm",
        r"\[0\], .*got shape \(0,\)",
        "Where there is nothing to normalise torch does not look for the axis of channels.",
    ),
    Known(
        r"nn\.functional\.embedding",
        r"sparse is not supported",
        "There are no sparse tensors.",
    ),
]


def reason_for(name: str, report: str) -> str | None:
    """Why tinyvision disagrees on purpose; None if nobody knows."""
    return next((known.reason for known in EXCEPTIONS if known.explains(name, report)), None)
