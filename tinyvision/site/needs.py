"""The packages of the extra ``docs``."""

from __future__ import annotations

import importlib

PACKAGES = ("latex2mathml", "markdown_it", "mdit_py_plugins", "pygments")


def check_needs() -> None:
    """See that they are there.

    Raises:
        ImportError: one is not; the text says what to type.
    """
    for name in PACKAGES:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise ImportError(
                f"making pages needs {name}, which is not installed: pip install 'tinyvision[docs]'"
            ) from error
