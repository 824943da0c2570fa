"""`tinyvision lessons`."""

from __future__ import annotations

import json
import sys
from typing import Any


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser("lessons", help="list the lessons: which are done, which is next")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Print the table."""
    from ..lessons.table import rows, table

    if options.json:
        print(json.dumps(rows(), indent=2, ensure_ascii=False))
    else:
        table(sys.stdout)
    return 0
