"""`tinyvision verify`."""

from __future__ import annotations

from typing import Any

from ..terminal import can_show


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser(
        "verify",
        help="recompute the article's worked examples and show where its numbers are wrong",
    )
    command.add_argument("--json", action="store_true", help="print JSON instead of tables")
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Print the report; 1 if something does not agree."""
    from ..verify import run

    report = run()
    print(report.to_json() if options.json else report.to_text(ascii=not can_show("─✓")))
    return 0 if report.ok else 1
