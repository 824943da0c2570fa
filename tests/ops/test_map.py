"""The map at the head of the package: every folder stands on it, and imports only from above."""

import ast
import re
from pathlib import Path

import pytest

from tinyvision import ops

ROOT = Path(ops.__file__).parent
ORDER = re.findall(r"^    (\w+)  ", ops.__doc__, re.MULTILINE)


def folders_imported(file):
    """The folders of the package that a file imports from; "" for the package's own files."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 2:
            yield node.module.split(".")[0] if node.module else ""


def test_every_folder_stands_on_the_map_once():
    folders = [path.parent.name for path in ROOT.glob("*/__init__.py")]
    assert sorted(folders) == sorted(ORDER)


@pytest.mark.parametrize("folder", ORDER)
def test_a_folder_imports_only_from_those_above_it(folder):
    above = ORDER[: ORDER.index(folder)]
    for file in (ROOT / folder).glob("*.py"):
        for other in folders_imported(file):
            assert other in above, f"{file.name} imports from {other!r}"
