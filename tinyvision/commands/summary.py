"""`tinyvision summary`."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

from ..usage import positive_int


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser(
        "summary", help="say what a network's layers give, learn, compute and keep"
    )
    command.add_argument(
        "network",
        metavar="NETWORK",
        help="cnn, vit, mae, a published size like B/16 or mae-B/16, a run's folder, or weights",
    )
    command.add_argument(
        "--image-size", type=positive_int, metavar="N", help="the network's own if not given"
    )
    command.add_argument(
        "--batch-size", type=positive_int, default=1, metavar="N", help="images; 1 if not given"
    )
    command.add_argument(
        "--heads", type=positive_int, metavar="N", help="where weights do not tell their number"
    )
    command.add_argument("--quiet", action="store_true", help="print the totals only")
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")
    command.set_defaults(run=run)


def run(options: Any) -> int:
    """Print the table."""
    from ..utils import summary

    model = build(options.network, options.image_size, options.heads)
    height, width = getattr(model, "image_size", (32, 32))
    shape = (options.batch_size, getattr(model, "channels", 3), height, width)
    found = summary(model, shape)
    if options.json:
        print(json.dumps({"network": options.network, **found.as_dict()}, indent=2))
    elif options.quiet:
        print(
            f"{found.parameters:,} parameters, {found.multiply_adds:,} multiply-adds, "
            f"{found.kept:,} bytes of activations"
        )
    else:
        print(f"{options.network} on {shape}\n\n{found}")
    return 0


def build(name: str, image_size: int | None = None, heads: int | None = None) -> Any:
    """The network of a name, a folder or a file, at a size of image.

    Raises:
        ValueError: an unknown name, a size it cannot take.
        OSError: a file is not there.
    """
    from .. import models

    sizes = {size.lower(): size for size in models.SIZES}
    mae_sizes = {f"mae-{size.lower()}": size for size in models.MAE_SIZES}
    word = name.lower().removeprefix("vit-")
    at: dict[str, Any] = {} if image_size is None else {"image_size": image_size}
    if word == "mae":
        return models.MAE(**at)
    if word in sizes:
        return models.vit(sizes[word], **at)
    if word in mae_sizes:
        return models.mae(mae_sizes[word], **at)
    others = [*sizes.values(), *(f"mae-{size}" for size in mae_sizes.values())]
    model = _by_name_or_file(name, others, heads)
    if image_size is None:
        return model
    if isinstance(model, models.CNN):
        if image_size != 32:
            raise ValueError(f"the article's CNN takes images of 32 by 32, not {image_size}")
        return model
    return model.resize(image_size)


def _by_name_or_file(name: str, others: list[str], heads: int | None) -> Any:
    from ..classify import load_classifier
    from ..data import load_dataset
    from ..runs import load_run
    from ..train.networks import NETWORKS

    if name in NETWORKS:
        return NETWORKS[name].build(load_dataset("digits"))
    path = Path(name)
    if path.is_dir():
        return load_run(path).model
    if path.is_file():
        return load_classifier(path, heads=heads).model
    known = ["mae", *NETWORKS, *others]
    close = difflib.get_close_matches(name, known, n=1)
    guess = f"did you mean {close[0]!r}? " if close else ""
    raise ValueError(
        f"no network {name!r}; {guess}there are {', '.join(known)}, and folders and files by "
        "their paths"
    )
