"""Random transforms: each image of a batch is decided on its own, without a loop over images.

They draw only from the generator they were given, so the same seed gives the same images.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..randomness import RandomSource
from .fixed import Pad
from .images import Array, as_batch


class RandomTransform:
    """What the random transforms share: a generator, and its state for resuming a run.

    Args:
        generator: an int seed, a ``np.random.Generator`` or a ``tinyvision.Generator``; None is
            the default generator, which ``tinyvision.manual_seed`` starts.
    """

    def __init__(self, generator: Any = None) -> None:
        self._random = RandomSource(generator)

    def state_dict(self) -> dict[str, Any]:
        """The state of the generator, as plain dicts and numbers.

        Not that of the default generator, which ``tinyvision.get_rng_state`` gives.
        """
        return {"generator": self._random.state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Bring the generator back to a saved state.

        Raises:
            ValueError: the state is of another kind of generator, or is damaged.
        """
        if not isinstance(state, dict) or state.keys() != {"generator"}:
            raise ValueError(
                f"{type(self).__name__}: the saved state must be a dict with the one key "
                f"'generator', got {state!r}; give what state_dict() returned"
            )
        self._random.set_state(state["generator"])


class RandomCrop(RandomTransform):
    """Cut a window of the given size at a random place, of each image on its own.

    Args:
        size: height and width of the window; one number for a square.
        padding: pad first, as :class:`Pad` does; None for not at all.
        fill: the value to pad with.
        generator: see :class:`RandomTransform`.

    Raises:
        ValueError: the window is larger than the (padded) images.

    >>> RandomCrop(32, padding=4, generator=0)(np.zeros((10, 3, 32, 32))).shape
    (10, 3, 32, 32)
    """

    def __init__(
        self,
        size: int | tuple[int, int],
        padding: int | Sequence[int] | None = None,
        *,
        fill: float = 0,
        generator: Any = None,
    ) -> None:
        super().__init__(generator)
        height, width = (size, size) if isinstance(size, int) else size
        if height < 1 or width < 1:
            raise ValueError(f"size must be at least 1 x 1, got {size}")
        self.size = (height, width)
        self.pad = None if padding is None else Pad(padding, fill)

    def __call__(self, images: Array) -> Array:
        batch = as_batch(images)
        if self.pad is not None:
            batch = self.pad(batch)
        count, _, height, width = batch.shape
        crop_height, crop_width = self.size
        if crop_height > height or crop_width > width:
            raise ValueError(
                f"RandomCrop cannot cut {crop_height} x {crop_width} out of images of "
                f"{height} x {width} (padding included); give a smaller size or more padding"
            )
        random = self._random.numpy
        top = random.integers(height - crop_height + 1, size=count)
        left = random.integers(width - crop_width + 1, size=count)
        # (N, C, H, W) -> a view of every window, (N, C, H-h+1, W-w+1, h, w)
        windows = np.lib.stride_tricks.sliding_window_view(batch, self.size, axis=(2, 3))
        # The three index arrays come to the front together: (N, C, h, w)
        crops = windows[np.arange(count), :, top, left]
        return crops.reshape(*images.shape[:-2], *self.size)


class RandomHorizontalFlip(RandomTransform):
    """Mirror each image left to right with probability ``p``.

    Args:
        p: the probability, from 0 to 1.
        generator: see :class:`RandomTransform`.

    Raises:
        ValueError: ``p`` is not a probability.

    >>> RandomHorizontalFlip(p=1.0)(np.array([[[1, 2, 3]]]))
    array([[[3, 2, 1]]])
    """

    def __init__(self, p: float = 0.5, *, generator: Any = None) -> None:
        super().__init__(generator)
        if not 0 <= p <= 1:
            raise ValueError(f"p must be a probability, from 0 to 1, got {p}")
        self.p = p

    def __call__(self, images: Array) -> Array:
        batch = as_batch(images)
        mirrored = self._random.numpy.random(len(batch)) < self.p
        choose = mirrored[:, None, None, None]  # (N,) -> (N, 1, 1, 1)
        return np.where(choose, batch[..., ::-1], batch).reshape(images.shape)
