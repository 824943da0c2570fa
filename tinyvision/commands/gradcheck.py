"""`tinyvision gradcheck`."""

from __future__ import annotations

from typing import Any

from ..usage import add_seed, positive_int


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser(
        "gradcheck",
        help="hold the derivatives of operations and layers against differences, on drawn inputs",
    )
    command.add_argument(
        "operations", nargs="*", metavar="OP", help="like conv2d or nn.Conv2d; all if none is given"
    )
    command.add_argument(
        "--cases",
        type=positive_int,
        default=20,
        metavar="N",
        help="how many calls to draw of each, and a fifth of that of a layer; 20 if not given",
    )
    add_seed(command)
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.add_argument("--list", action="store_true", help="print all names, and check nothing")
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Prove the operations named, or all."""
    try:
        from ..proofs.run import run, show_list
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise ImportError(
            "gradcheck draws its inputs with Hypothesis, which is not installed: "
            "pip install 'tinyvision[proofs]'"
        ) from None
    if options.list:
        return show_list()
    return run(options.operations, options.cases, options.seed, options.json)
