"""A worked example of attention: its data, and its recomputation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from . import exact
from .exact import dot, fractions
from .problems import Attention
from .records import Expansion, Row, Worked, agree, row
from .sums import sum_rows
from .writing import derivation, listed, products, show

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NOT_THE_FORMULA = "This gives the printed numbers, but it is not the formula."
NOT_EITHER = "This does not explain the printed numbers either."


@dataclass(frozen=True)
class AttentionExample:
    """One query, its keys and values, and what is printed of them.

    Attributes:
        section: of the article.
        query: (d,), whole numbers.
        keys: (N, d), whole numbers.
        values: (N, D), whole numbers.
        scores, weights: (N,), strings, as printed.
        output: (D,), strings, as printed.
        scaled: (N,), the scores divided by √d, strings, as printed; None if that is not printed.
        expansions: the sums of the scores as the article writes them out, if it does.

    Raises:
        ValueError: something printed has not as many numbers as there are to print.

    >>> example = AttentionExample(
    ...     "1.2", [1], keys=[[2], [2]], values=[[3], [4]],
    ...     scores=["2", "2"], scaled=["2", "2"], weights=["0.5", "0.6"], output=["3.5"],
    ... )
    >>> [row.quantity for row in example.work_out().printed if not row.agrees]
    ['alpha2']
    """

    section: str
    query: Sequence[int]
    keys: Sequence[Sequence[int]]
    values: Sequence[Sequence[int]]
    scores: Sequence[str]
    weights: Sequence[str]
    output: Sequence[str]
    scaled: Sequence[str] | None = None
    expansions: Sequence[Expansion] = ()
    name: str = "attention"

    def __post_init__(self) -> None:
        keys, outputs = len(self.keys), len(self.values[0])
        for name, printed, expected in (
            ("scores", self.scores, keys),
            ("scaled", self.scaled, keys),
            ("weights", self.weights, keys),
            ("output", self.output, outputs),
        ):
            if printed is not None and len(printed) != expected:
                raise ValueError(
                    f"{name} has {len(printed)} numbers, expected {expected}: one for each "
                    f"{'number of a value' if name == 'output' else 'key'}"
                )

    def problem(self) -> Attention:
        """The same query, keys and values for `matmul` and `softmax`."""
        # One head, one query: (d,) -> (1, 1, d) and (N, d) -> (1, N, d).
        name = f"the example of section {self.section}"
        return Attention(name, [[self.query]], [self.keys], [self.values])

    def figure(self) -> Figure:
        """Draw the steps from the query to the output."""
        from ..viz import attention_steps  # Matplotlib is slow to import, and only needed here

        return attention_steps(self.query, self.keys, self.values)

    def work_out(self) -> Worked:
        """Recompute scores, weights and output."""
        return _Recomputation(self).worked()


class _Recomputation:
    """The exact numbers of an example: every step reads those before it."""

    def __init__(self, example: AttentionExample) -> None:
        self.example = example
        self.section = example.section
        self.query, self.keys, self.values = (
            fractions(part) for part in (example.query, example.keys, example.values)
        )
        self.d = len(self.query)
        self.root = exact.square_root(self.d)
        self.scores = [dot(self.query, key) for key in self.keys]
        self.scaled = [score / self.root for score in self.scores]
        self.weights = exact.softmax(self.scaled)
        self.columns = exact.transpose(self.values)  # (N, D) -> (D, N)
        self.output = [dot(self.weights, column) for column in self.columns]

    def worked(self) -> Worked:
        rows = [*self._score_rows(), *self._scaled_rows(), *self._weight_rows()]
        return Worked(
            section=self.section,
            title="Attention",
            formula="Attention(q, K, V) = softmax(Q · K^T / sqrt(d_k)) · V",
            steps=list(self._steps()),
            printed=[*rows, *self._output_rows()],
            alternatives=[*self._other_weights(), *self._other_outputs()],
        )

    def _steps(self) -> Iterator[str]:
        yield f"q = {show(self.query)}"
        for i, key in enumerate(self.keys, 1):
            yield f"k{i} = {show(key)}"
        for i, value in enumerate(self.values, 1):
            yield f"v{i} = {show(value)}"
        for i, key in enumerate(self.keys, 1):
            pairs = zip(self.query, key, strict=True)
            yield f"score{i} = q · k{i} = {derivation(pairs)}"
        root = show(self.root)
        for i, (score, scaled) in enumerate(zip(self.scores, self.scaled, strict=True), 1):
            yield f"score{i} / sqrt({self.d}) = {show(score)} / {root} = {show(scaled)}"
        powers = [exact.exponential(scaled) for scaled in self.scaled]
        for scaled, power in zip(self.scaled, powers, strict=True):
            yield f"exp({show(scaled)}) = {show(power)}"
        yield f"their sum = {show(sum(powers))}"
        for i, (power, weight) in enumerate(zip(powers, self.weights, strict=True), 1):
            yield f"alpha{i} = {show(power)} / {show(sum(powers))} = {show(weight)}"
        for i, column in enumerate(self.columns, 1):
            yield f"output{i} = {derivation(zip(self.weights, column, strict=True))}"

    # -- the steps that the article prints --------------------------------------------------------

    def _score_rows(self) -> list[Row]:
        rows = []
        for i, (key, printed) in enumerate(zip(self.keys, self.example.scores, strict=True)):
            pairs = list(zip(self.query, key, strict=True))
            written = self.example.expansions[i] if i < len(self.example.expansions) else None
            rows += sum_rows(self.section, f"score{i + 1}", printed, pairs, written)
        return rows

    def _scaled_rows(self) -> Iterator[Row]:
        root, printed = show(self.root), self.example.scaled
        for i, scaled in enumerate(self.scaled):
            text = printed[i] if printed is not None else None
            note = f"{show(self.scores[i])} / {root} is {show(scaled)}, not {text}."
            if text is None:
                note = (
                    f"The example leaves out the division by sqrt({self.d}) = {root} "
                    "that its own formula has."
                )
            name = f"score{i + 1} / sqrt(d_k)"
            yield row(self.section, name, text, scaled, "" if agree(text, scaled) else note)

    def _weight_rows(self) -> Iterator[Row]:
        own = exact.softmax(fractions(self.example.scores))
        scores = listed(self.example.scores)
        for i, (text, weight) in enumerate(zip(self.example.weights, self.weights, strict=True)):
            note = f"Even the article's own scores {scores}, unscaled, give {show(own[i])}."
            if agree(text, own[i]):
                note = f"It follows from the article's own scores {scores}, unscaled."
            name = f"alpha{i + 1}"
            yield row(self.section, name, text, weight, "" if agree(text, weight) else note)

    def _output_rows(self) -> Iterator[Row]:
        weights = fractions(self.example.weights)
        for i, (text, value) in enumerate(zip(self.example.output, self.output, strict=True)):
            pairs = list(zip(weights, self.columns[i], strict=True))
            own = dot(*zip(*pairs, strict=True))
            note = f"It follows from the article's own weights {listed(self.example.weights)}."
            if not agree(text, own):
                note = (
                    f"Even the article's own weights give {products(pairs)} = {show(own)}, "
                    f"not {text}."
                )
            name = f"output{i + 1}"
            yield row(self.section, name, text, value, "" if agree(text, value) else note)

    # -- other ways to calculate ------------------------------------------------------------------

    def _other_weights(self) -> Iterator[Row]:
        """The weights from printed and right scores, by every divisor one could have taken."""
        if agree(self.example.weights, self.weights):
            return
        divisors = {
            Fraction(1): "unscaled",
            self.root: f"divided by sqrt(d_k) = {show(self.root)}",
            Fraction(self.d): f"divided by d_k = {self.d}",
        }
        printed = fractions(self.example.scores)
        for scores in [printed] if printed == self.scores else [printed, self.scores]:
            for divisor, how in divisors.items():
                if scores != self.scores or divisor != self.root:
                    weights = exact.softmax(score / divisor for score in scores)
                    name = f"alpha of {listed(scores)}, {how}"
                    yield self._alternative(name, self.example.weights, weights)

    def _other_outputs(self) -> Iterator[Row]:
        """The output from the printed weights."""
        if agree(self.example.output, self.output):
            return
        weights = fractions(self.example.weights)
        output = [dot(weights, column) for column in self.columns]
        name = f"output of the weights {listed(self.example.weights)}"
        yield self._alternative(name, self.example.output, output)

    def _alternative(self, name: str, printed: Any, numbers: Sequence[Fraction]) -> Row:
        note = NOT_THE_FORMULA if agree(printed, numbers) else NOT_EITHER
        return row(self.section, name, printed, numbers, note)
