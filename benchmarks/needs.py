"""What a race needs besides tinyvision, asked for before anything is measured."""

from __future__ import annotations

from importlib.util import find_spec


def need(*names: str, otherwise: str = "") -> None:
    """Raise ImportError, and say how to mend it, unless all these packages are installed."""
    if missing := [name for name in names if find_spec(name) is None]:
        raise ImportError(
            f"{' and '.join(missing)} not installed; the extra `bench` brings what is compared: "
            f"pip install -e '.[bench]'{otherwise}"
        )
