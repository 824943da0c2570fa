"""`tinyvision doctor`."""

from __future__ import annotations

from typing import Any

from ..terminal import can_show


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser(
        "doctor", help="say what is installed, what it runs on, and what is in the way"
    )
    command.add_argument(
        "--data-dir",
        metavar="DIR",
        help="the folder of the data sets; TINYVISION_DATA, or a cache folder, if not given",
    )
    command.add_argument("--json", action="store_true", help="print JSON instead of lines")
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Print the report; 1 if something needed is broken."""
    from ..doctor import examine

    report = examine(options.data_dir)
    print(report.to_json() if options.json else report.to_text(ascii=not can_show("✓✗")))
    return 0 if report.ok else 1
