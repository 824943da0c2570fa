"""`tinyvision data`."""

from __future__ import annotations

import json
from typing import Any

_NAMES = ("mnist", "fashion-mnist", "cifar10")


def add(commands: Any) -> None:
    """Tell the parser."""
    command = commands.add_parser("data", help="download data sets, or list those that are there")
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)

    get = actions.add_parser("get", help="download a data set, verified, or copy it from a folder")
    get.add_argument(
        "names", nargs="+", choices=_NAMES, metavar="NAME", help="mnist, fashion-mnist or cifar10"
    )
    _add_folder(get)
    get.add_argument(
        "--from",
        dest="source",
        metavar="DIR",
        help="copy from this folder instead, what is verified",
    )
    get.add_argument("--quiet", action="store_true", help="print errors only")
    get.set_defaults(run=_get)

    show = actions.add_parser("list", help="say which data sets are where, and verified")
    _add_folder(show)
    show.add_argument("--json", action="store_true", help="print JSON instead of lines")
    show.set_defaults(run=_list)


def _add_folder(action: Any) -> None:
    action.add_argument(
        "--data-dir",
        metavar="DIR",
        help="the folder of the data sets; TINYVISION_DATA, or a cache folder, if not given",
    )


def _get(options: Any) -> int:
    """Download or copy."""
    from ..data import download_dataset

    for name in options.names:
        download_dataset(
            name,
            options.data_dir,
            source=options.source,
            say=None if options.quiet else print,
        )
    return 0


def _list(options: Any) -> int:
    """Print what is there; 1 if something of it is wrong."""
    from ..data import data_folder
    from ..data.download import describe_datasets

    folder = data_folder(options.data_dir)
    if options.data_dir and not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}: give --data-dir a folder that exists")
    sets = describe_datasets(folder)
    if options.json:
        print(json.dumps({"folder": str(folder), "sets": sets}, indent=2))
    else:
        print(f"in {folder}")
        for row in sets:
            print(f"{row['name']:14} {row['state']}")
            for fault in row["faults"]:
                print(f"{'':14} {fault}")
    return 1 if any(row["faults"] for row in sets) else 0
