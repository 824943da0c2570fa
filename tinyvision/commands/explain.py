"""`tinyvision explain`."""

from __future__ import annotations

from typing import Any

from ..usage import natural_int, positive_int


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser("explain", help="show what a network's answer hangs on")
    command.add_argument(
        "subject", metavar="RUN|WEIGHTS", help="a run's folder, or a .safetensors or .npz file"
    )
    which = command.add_mutually_exclusive_group(required=True)
    which.add_argument("--image", metavar="FILE", help="an image: PNG, JPEG and the like")
    which.add_argument(
        "--index", type=natural_int, metavar="N", help="a held-out image of the run's data, from 0"
    )
    command.add_argument(
        "--class",
        dest="target",
        metavar="NAME",
        help="the class to explain, by its name or number; the most probable if not given",
    )
    command.add_argument(
        "--top", type=positive_int, default=5, metavar="N", help="how many classes; 5 if not given"
    )
    command.add_argument("--data", metavar="NAME", help="other images than those of its training")
    command.add_argument(
        "--data-dir",
        metavar="DIR",
        help="the folder of the data sets; TINYVISION_DATA if not given (digits need none)",
    )
    command.add_argument("--labels", metavar="FILE", help="the classes' names, one a line")
    command.add_argument(
        "--heads", type=positive_int, metavar="N", help="where neither config nor sizes tell"
    )
    command.add_argument(
        "--out", metavar="FILE", help="the picture; in RUN, or in runs/explain, if not given"
    )
    command.add_argument("--quiet", action="store_true", help="print the picture's path only")
    command.add_argument("--json", action="store_true", help="print JSON instead of lines")
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Print the answer, and the path of its picture."""
    from ..explanation import run

    return run(options)
