"""The map of the folder, at the head of the package, leads to every file."""

import re
from pathlib import Path

from tinyvision import ops


def test_every_file_stands_on_the_map_once():
    places = "".join(line for line in ops.__doc__.splitlines(True) if line.startswith("    "))
    names = re.findall(r"\w+", places)
    for path in Path(ops.__file__).parent.glob("*.py"):
        if path.stem != "__init__":
            assert names.count(path.stem) == 1, path.name
