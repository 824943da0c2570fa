"""Whose random numbers: one rule for everything random in this folder."""

from __future__ import annotations

from typing import Any

import numpy as np


class RandomSource:
    """A generator as the user gave it, asked anew for each draw.

    Asked anew because a ``tinyvision.Generator`` that is seeded again holds another NumPy generator
    from then on.

    Args:
        generator: an int is the seed of a generator of its own; a ``np.random.Generator`` or a
            ``tinyvision.Generator`` is shared; None is the default generator, which
            ``tinyvision.manual_seed`` starts.

    Raises:
        TypeError: anything else.
        ValueError: a negative seed.

    >>> RandomSource(7).numpy.random() == RandomSource(7).numpy.random()
    True
    """

    def __init__(self, generator: Any = None) -> None:
        if isinstance(generator, (int, np.integer)) and not isinstance(generator, bool):
            if generator < 0:
                raise ValueError(f"a seed must be 0 or more, got {generator}")
            generator = np.random.default_rng(int(generator))
        self._generator = generator
        held = generator if generator is None else self.numpy
        if held is not None and not isinstance(held, np.random.Generator):
            raise TypeError(
                "generator must be an int seed, a np.random.Generator or a tinyvision.Generator; "
                f"got {type(generator).__name__}"
            )

    @property
    def numpy(self) -> Any:
        """The NumPy generator to draw from now."""
        if self._generator is None:
            # Imported only here: nothing else in this folder but collating needs the operations.
            from ..ops.chance.random import default_generator

            return default_generator.numpy
        if isinstance(self._generator, np.random.Generator):
            return self._generator
        return getattr(self._generator, "numpy", self._generator)

    def state(self) -> dict[str, Any] | None:
        """The state now, as plain dicts, lists, ints and strings, fit for JSON.

        None for the default generator: its state is the program's (``tinyvision.get_rng_state``).
        """
        return None if self._generator is None else _plain(self.numpy.bit_generator.state)

    def set_state(self, state: Any) -> None:
        """Bring the generator back to what :meth:`state` returned.

        Raises:
            ValueError: the state is of another kind of generator, or is damaged.
        """
        kind = None if self._generator is None else type(self.numpy.bit_generator).__name__
        found = state.get("bit_generator") if isinstance(state, dict) else state
        if found != kind:
            names = [f"{name!r}" if name else "the default generator" for name in (kind, found)]
            raise ValueError(
                f"the generator is {names[0]}, the saved state is of {names[1]}; "
                "make the generator the same way as in the run that saved it"
            )
        if kind is None:
            return
        try:
            self.numpy.bit_generator.state = state
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError(
                f"the saved state of the {kind} generator is damaged ({error!r}); use another save"
            ) from error


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
