"""What a check found."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

PASSED, FAILED, WAITING = "passed", "failed", "not run"


@dataclass
class Step:
    """One check: its name, its kind (``worked`` or ``property``) and how it went."""

    name: str
    kind: str
    state: str = WAITING


@dataclass(frozen=True)
class Failure:
    """The smallest trial that fails.

    Attributes:
        call: the lines that show it; empty if the file cannot be loaded.
        got: what came out.
        expected: what should have.
        cause: what is likely wrong.
        line: where in the learner's file; 0 if that is not known.
        printed: what the learner's code printed meanwhile.
    """

    call: str
    got: str
    expected: str
    cause: str
    line: int = 0
    printed: str = ""


@dataclass
class Result:
    """All that was found out about one file.

    >>> result = Result([Step("numbers", "worked", PASSED)])
    >>> result.passed, Result.from_dict(result.to_dict()) == result
    (True, True)
    """

    steps: list[Step] = field(default_factory=list)
    failure: Failure | None = None
    calls: int = 0

    @property
    def passed(self) -> bool:
        """Whether every check was made and none failed."""
        return self.failure is None and all(step.state == PASSED for step in self.steps)

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"passed": self.passed, **asdict(self)}

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Result:
        """The inverse of :meth:`to_dict`."""
        failure = found["failure"]
        return cls(
            [Step(**step) for step in found["steps"]],
            Failure(**failure) if failure else None,
            found["calls"],
        )
