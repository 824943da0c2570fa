"""Where tinyvision does not answer torch's samples as torch does, and why.

`test_op_db.py` fails on a disagreement that no line explains, and on a line that explains none.
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
        r"sort|argsort|topk|msort",
        r"answer \d: \[",
        "Equal elements may be ordered either way where no stable order is asked for.",
    ),
    Known(
        r"nn\.functional\.(interpolate/.*|upsample_nearest|grid_sample)",
        r"got shape \(\d+(, \d+){4}\)",
        "There are no volumes.",
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
        r"nn\.functional\.max_unpool[12]d",
        r": (gradient|second derivative) 0 at",
        "Of several values with the same place one is kept; it alone has a gradient here, in torch "
        "all of them do.",
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
