"""`tinyvision classify`."""

from __future__ import annotations

from typing import Any

from ..usage import numbers, positive_int


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser("classify", help="say what image files show, by given weights")
    command.add_argument("weights", metavar="WEIGHTS", help="a .safetensors or .npz file")
    command.add_argument("images", metavar="IMAGE", nargs="+", help="PNG, JPEG and the like")
    command.add_argument("--labels", metavar="FILE", help="the classes' names, one a line")
    command.add_argument(
        "--top", type=positive_int, default=5, metavar="N", help="how many classes; 5 if not given"
    )
    command.add_argument(
        "--image-size", type=positive_int, metavar="N", help="positions are interpolated to it"
    )
    command.add_argument(
        "--heads", type=positive_int, metavar="N", help="where neither config nor sizes tell"
    )
    for name, what in (("--mean", "subtracted from the pixels"), ("--std", "dividing them")):
        command.add_argument(
            name, type=numbers, metavar="R,G,B", help=f"{what} (0 to 1); one number or three"
        )
    command.add_argument(
        "--config", metavar="FILE", help="Hugging Face's config.json; that beside WEIGHTS if any"
    )
    command.add_argument(
        "--pictures", metavar="DIR", help="draw patches, attention and rollout of each image there"
    )
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Say what the images show."""
    from ..classify import run

    return run(options)
