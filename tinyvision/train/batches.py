"""The training images, batch by batch, each changed at random on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .. import data
from ..autograd.tensor import Tensor, from_numpy


class Batches:
    """Images in an order drawn anew each epoch, and what goes with them.

    Args:
        arrays: images (N, C, H, W), then what has one row for each: labels (N,). Images alone do.
        batch_size: images to a batch; the last one of an epoch may have fewer.
        change: what happens to the images of a batch, array to array. What has a ``state_dict`` (as
            ``data.Compose`` and the random transforms do) has a state; whatever else it draws must
            come from the default generator, or a resumed run would differ.
        generator: decides the orders, as in ``DataLoader``.
        mix: what then makes one image and its label of two, as ``data.MixUp`` does: takes both
            arrays, gives both. What it draws must come from the default generator, too.

    >>> batches = Batches([np.zeros((5, 1, 2, 2)), np.arange(5)], batch_size=2)
    >>> len(batches), [images.shape for images, labels in batches]
    (3, [(2, 1, 2, 2), (2, 1, 2, 2), (1, 1, 2, 2)])
    """

    def __init__(
        self,
        arrays: list[np.ndarray],
        batch_size: int,
        change: Callable[[np.ndarray], np.ndarray] | None = None,
        generator: Any = None,
        mix: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]] | None = None,
    ) -> None:
        self.loader = data.DataLoader(
            data.TensorDataset(*arrays), batch_size, shuffle=True, generator=generator
        )
        self.change = data.Compose([]) if change is None else change
        self.mix = mix

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        for images, *others in self.loader:
            changed = self.change(images.numpy())
            if self.mix is None:
                yield from_numpy(changed), *others
            else:
                yield tuple(map(from_numpy, self.mix(changed, others[0].numpy())))

    def state_dict(self) -> dict[str, Any]:
        """Where the epoch stands, and the states of the random changes."""
        change = self.change.state_dict() if hasattr(self.change, "state_dict") else None
        return {"loader": self.loader.state_dict(), "change": change}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Make the next iteration go on where :meth:`state_dict` was called.

        Raises:
            ValueError: the state is another loader's, or of other changes.
        """
        self.loader.load_state_dict(state["loader"])
        if state["change"] is not None:
            self.change.load_state_dict(state["change"])  # type: ignore[attr-defined]
