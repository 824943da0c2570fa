"""The result of a verification."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from .records import Check, Row, Worked
from .text import render


@dataclass(frozen=True)
class Report:
    """What the article prints, what its formulas give, and whether the operators can be trusted.

    Attributes:
        examples: the worked examples, recomputed.
        operators: every comparison of an operator with an independent route.
    """

    examples: Sequence[Worked]
    operators: Sequence[Check]

    @property
    def rows(self) -> list[Row]:
        """The article's quantities, in its order; after those of an example its alternatives."""
        return [row for worked in self.examples for row in [*worked.printed, *worked.alternatives]]

    @property
    def ok(self) -> bool:
        """Whether every operator agrees with every route, whatever the article prints.

        False also if there was nothing to compare.
        """
        return bool(self.operators) and all(check.agrees for check in self.operators)

    @property
    def verdict(self) -> str:
        """One line: can the operators be trusted, and how much of the article is right?

        >>> Report([], []).verdict
        'FAILED: 0 of 0 operator checks agree; the article agrees in 0 of 0 rows.'
        """
        agreeing = sum(check.agrees for check in self.operators)
        printed = [row for worked in self.examples for row in worked.printed]
        printed = [row for row in printed if row.article is not None]
        right = sum(row.agrees for row in printed)
        return (
            f"{'OK' if self.ok else 'FAILED'}: {agreeing} of {len(self.operators)} operator checks "
            f"agree; the article agrees in {right} of {len(printed)} rows."
        )

    def to_json(self) -> str:
        """The rows as JSON, in ASCII: a list of objects with the fields of `Row`.

        >>> from tinyvision.verify.records import Row
        >>> worked = Worked("4.1", "", "", [], printed=[Row("4.1", "y12", 47, 47, True)])
        >>> print(Report([worked], []).to_json())
        [
          {
            "section": "4.1",
            "quantity": "y12",
            "article": 47,
            "computed": 47,
            "agrees": true,
            "note": ""
          }
        ]
        """
        return json.dumps([asdict(row) for row in self.rows], indent=2, allow_nan=False)

    def to_text(self, width: int = 80, ascii: bool = False) -> str:
        """Everything for a terminal: derivations, the table of the rows, checks, a verdict.

        Args:
            width: columns, at least 72.
            ascii: use ASCII characters only, for streams that have no others.

        Raises:
            ValueError: `width` is less than 72.
        """
        return render(self.examples, self.operators, self.verdict, width, ascii)
