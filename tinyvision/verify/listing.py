"""The article's CNN listing (section 5.1), run as it stands but for its two import lines."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

REPLACED = {
    "import torch": "import tinyvision as torch",
    "import torch.nn as nn": "import tinyvision.nn as nn",
}


def article_listing() -> str:
    """The listing, word for word.

    >>> article_listing().splitlines()[0]
    'import torch'
    """
    text = resources.files(__package__).joinpath("article_5_1.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    if found is None:
        raise ValueError("article_5_1.md has no listing fenced by ```python")
    return found.group(1)


def with_our_imports(listing: str) -> str:
    """A PyTorch listing with its two import lines replaced, and nothing else.

    >>> with_our_imports("import torch.nn as nn\\nx = 1\\n").splitlines()
    ['import tinyvision.nn as nn', 'x = 1']
    """
    lines = [REPLACED.get(line, line) for line in listing.splitlines()]
    return "\n".join(lines) + "\n"


def run_listing() -> Any:
    """Execute the listing and return the class `CNN` it defines."""
    # The text comes with the package, so running it runs nothing that was not installed.
    names: dict[str, Any] = {"__name__": "article_5_1"}
    exec(compile(with_our_imports(article_listing()), "article_5_1.md", "exec"), names)
    return names["CNN"]
