"""A worked example of convolution: its data, and its recomputation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import exact
from .problems import Convolution
from .records import Expansion, Row, Worked, agree, row
from .sums import sum_rows
from .writing import derivation, listed, show

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class ConvolutionExample:
    """An image and a kernel, stride 1, no padding, no bias, and what is printed of them.

    Attributes:
        section: of the article.
        x: the image (H, W), whole numbers.
        w: the kernel (KH, KW), whole numbers.
        printed: the output (OH, OW), strings, as printed.
        expansions: sums that the article writes out, by the place in the output, from (0, 0).

    Raises:
        ValueError: `printed` does not have the shape of the output.

    >>> example = ConvolutionExample("1.2", x=[[1, 2, 3]], w=[[10, 1]], printed=[["12", "24"]])
    >>> [row.agrees for row in example.work_out().printed]
    [True, False]
    """

    section: str
    x: Sequence[Sequence[int]]
    w: Sequence[Sequence[int]]
    printed: Sequence[Sequence[str]]
    expansions: Mapping[tuple[int, int], Expansion] = field(default_factory=dict)
    name: str = "convolution"

    def __post_init__(self) -> None:
        sides = zip(exact.shape(self.x), exact.shape(self.w), strict=True)
        expected = tuple(size - kernel + 1 for size, kernel in sides)
        if exact.shape(self.printed) != expected:
            raise ValueError(
                f"printed has shape {exact.shape(self.printed)}, expected {expected}, that of the "
                "output: give a string for each place of the kernel"
            )

    def problem(self) -> Convolution:
        """The same image and kernel for `conv2d`."""
        # One image of one channel, one kernel: (H, W) -> (1, 1, H, W), twice.
        return Convolution(f"the example of section {self.section}", [[self.x]], [[self.w]])

    def figure(self) -> Figure:
        """Draw the kernel at each of its places."""
        from ..viz import sliding_window  # Matplotlib is slow to import, and only needed here

        return sliding_window(self.x, self.w)

    def work_out(self) -> Worked:
        """Recompute the output, place by place."""
        x, w = exact.fractions(self.x), exact.fractions(self.w)
        steps = [f"X = {show(x)}", f"W = {show(w)}"]
        rows: list[Row] = []
        for (i, j), printed in exact.leaves(self.printed):
            pairs = list(exact.meetings([x], [w], i, j))
            name, window = f"y{i + 1}{j + 1}", listed(pixel for _, pixel in pairs)
            steps.append(f"{name}: window {window}: {derivation(pairs)}")
            rows += sum_rows(self.section, name, printed, pairs, self.expansions.get((i, j)))
        return Worked(
            section=self.section,
            title="Convolution",
            formula="y[i, j] = sum over m, n of w[m, n] · x[i + m, j + n]",
            steps=steps,
            printed=rows,
            alternatives=[] if all(each.agrees for each in rows) else [self._flipped(x, w)],
        )

    def _flipped(self, x: Any, w: Any) -> Row:
        """What the mathematicians' convolution gives, which turns the kernel by 180 degrees."""
        turned = [line[::-1] for line in w[::-1]]
        [[y]] = exact.correlate([[x]], [[turned]])  # (1, 1, OH, OW) -> (OH, OW)
        note = "A flipped kernel does not explain the printed numbers either."
        if agree(self.printed, y):
            note = "This gives the printed numbers, but it is not the formula."
        return row(self.section, "Y, if the kernel were flipped", self.printed, y, note)
