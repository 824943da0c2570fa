"""Transforms one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .images import Array


class Compose:
    """Apply transforms one after the other.

    A transform is any callable that takes an array and returns one; what has a ``state_dict`` has
    a state. With the state of its random transforms, a run can be resumed exactly.

    >>> import numpy as np
    >>> from tinyvision.data import Normalize, ToFloat
    >>> tidy = Compose([ToFloat(), Normalize(0.5, 0.25)])
    >>> tidy(np.full((1, 2, 2), 255, dtype=np.uint8))
    array([[[2., 2.], [2., 2.]]], dtype=float32)
    """

    def __init__(self, transforms: Sequence[Any]) -> None:
        self.transforms = list(transforms)

    def __call__(self, images: Array) -> Array:
        for transform in self.transforms:
            images = transform(images)
        return images

    def state_dict(self) -> dict[str, Any]:
        """The states of the random transforms, by their place in the list."""
        return {
            str(place): transform.state_dict()
            for place, transform in enumerate(self.transforms)
            if hasattr(transform, "state_dict")
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Bring the random transforms back to a saved state.

        Raises:
            ValueError: the state was saved by a different list of transforms.
        """
        expected = self.state_dict().keys()
        if state.keys() != expected:
            raise ValueError(
                f"the saved state has random transforms at {sorted(state)}, this Compose at "
                f"{sorted(expected)}; compose the same transforms as in the run that saved it"
            )
        for place, saved in state.items():
            self.transforms[int(place)].load_state_dict(saved)
