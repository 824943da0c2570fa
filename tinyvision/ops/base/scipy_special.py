"""SciPy's special functions under their names there, loaded when the first of them is used.

Loading `scipy.special` takes longer than loading NumPy and all of tinyvision together, and many
networks need none of it.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    from scipy import special

    function = globals()[name] = getattr(special, name)  # the next time it is found at once
    return function
