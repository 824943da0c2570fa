"""Samplers: in which order, and in which batches, a loader reads a dataset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import Any, Generic, TypeVar

import numpy as np

from ..autograd.tensor import unwrap
from .randomness import RandomSource

T_co = TypeVar("T_co", covariant=True)


class Sampler(Generic[T_co]):
    """What a sampler is: something to iterate over, anew for each epoch, that gives indices."""

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__} must define __iter__(self)")


class SequentialSampler(Sampler[int]):
    """The indices in order, the same every time.

    >>> list(SequentialSampler("abc"))
    [0, 1, 2]
    """

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class DrawnSampler(Sampler[int]):
    """What samplers that draw share; a subclass writes :meth:`draw`.

    An iteration takes one number from the generator as it begins, and draws its order from a new
    generator with that number as seed. So iterations that overlap do not disturb one another, and
    the order of an interrupted one can be drawn again whatever has used the generator since.
    """

    def __init__(self, generator: Any = None) -> None:
        self._random = RandomSource(generator)
        self._seed: int | None = None  # of the order that was begun last
        self._repeat = False

    def draw(self, random: np.random.Generator) -> list[int]:
        """The indices of one iteration."""
        raise NotImplementedError(f"{type(self).__name__} must define draw(self, random)")

    def __iter__(self) -> Iterator[int]:
        if not self._repeat or self._seed is None:
            self._seed = int(self._random.numpy.integers(2**63))
        self._repeat = False
        return iter(self.draw(np.random.default_rng(self._seed)))

    def state_dict(self) -> dict[str, Any]:
        """The state of the generator, and the seed of the order that was begun last.

        Not the state of the default generator, which ``tinyvision.get_rng_state`` gives.
        """
        return {"generator": self._random.state(), "seed": self._seed}

    def load_state_dict(self, state: dict[str, Any], repeat: bool = False) -> None:
        """Bring the generator back to a saved state.

        Args:
            state: what :meth:`state_dict` returned.
            repeat: let the next iteration give once more the order that was begun last.

        Raises:
            ValueError: the state is of another kind of generator, or is damaged.
        """
        seed = state.get("seed") if isinstance(state, dict) else None
        if not isinstance(state, dict) or state.keys() != {"generator", "seed"}:
            raise ValueError(
                f"a sampler's state has the keys generator and seed, got {state!r}; "
                "give what state_dict() returned"
            )
        if not (isinstance(seed, int) and seed >= 0) and (repeat or seed is not None):
            raise ValueError(
                f"the seed of the order to repeat is {seed!r}, expected an integer of 0 or more; "
                "use another save"
            )
        self._random.set_state(state["generator"])
        self._seed = seed
        self._repeat = repeat


class RandomSampler(DrawnSampler):
    """The indices in an order drawn anew each time.

    Args:
        data_source: what is sampled; only its length matters.
        replacement: draw each index independently, so that some come twice and others not at all.
        num_samples: how many to draw, by default the length. More than the length, without
            replacement, go through the data again in another order.
        generator: an int seed, a ``np.random.Generator`` or a ``tinyvision.Generator``; None is
            the default generator, which ``tinyvision.manual_seed`` starts.

    Raises:
        ValueError: ``num_samples`` is not positive, or there is nothing to draw from.

    >>> sampler = RandomSampler(range(5), generator=0)
    >>> sorted(sampler), len(sampler)
    ([0, 1, 2, 3, 4], 5)
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Any = None,
    ) -> None:
        if num_samples is not None and num_samples < 1:
            raise ValueError(f"num_samples must be at least 1, got {num_samples}")
        self.data_source = data_source
        self.replacement = bool(replacement)
        self._num_samples = num_samples
        super().__init__(generator)

    @property
    def num_samples(self) -> int:
        """How many indices one iteration gives."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def draw(self, random: np.random.Generator) -> list[int]:
        """One order."""
        length, wanted = len(self.data_source), self.num_samples
        if wanted and not length:
            raise ValueError(f"cannot draw {wanted} samples from a dataset without items")
        if self.replacement:
            order = random.integers(max(length, 1), size=wanted)
        else:
            rounds = -(-wanted // max(length, 1))
            orders = [random.permutation(length) for _ in range(max(rounds, 1))]
            order = np.concatenate(orders)[:wanted]
        return order.tolist()

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(DrawnSampler):
    """The given indices in an order drawn anew each time.

    Args:
        indices: what to put in order.
        generator: as for :class:`RandomSampler`.

    >>> sorted(SubsetRandomSampler([3, 5, 8], generator=0))
    [3, 5, 8]
    """

    def __init__(self, indices: Sequence[int], generator: Any = None) -> None:
        super().__init__(generator)
        self.indices = indices

    def draw(self, random: np.random.Generator) -> list[int]:
        """One order."""
        return [self.indices[place] for place in random.permutation(len(self.indices)).tolist()]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(DrawnSampler):
    """Indices drawn with given weights: against classes of unequal size, for example.

    Args:
        weights: one for each sample; they need not sum to 1.
        num_samples: how many to draw.
        replacement: draw each index independently; else none comes twice.
        generator: as for :class:`RandomSampler`.

    Raises:
        ValueError: the weights are not numbers of 0 or more in a row, or all 0; ``num_samples`` is
            not positive or, without replacement, more than there are weights above 0.

    >>> sampler = WeightedRandomSampler([0.0, 1.0, 0.0], num_samples=4, generator=0)
    >>> list(sampler)
    [1, 1, 1, 1]
    """

    def __init__(
        self,
        weights: Sequence[float],
        num_samples: int,
        replacement: bool = True,
        generator: Any = None,
    ) -> None:
        super().__init__(generator)
        array = np.asarray(unwrap(weights), dtype=np.float64)
        if array.ndim != 1:
            raise ValueError(f"weights must be a row of numbers, got shape {array.shape}")
        if not (np.isfinite(array).all() and (array >= 0).all() and array.any()):
            raise ValueError("weights must be finite, at least 0, and not all 0")
        if isinstance(num_samples, bool) or not isinstance(num_samples, int) or num_samples < 1:
            raise ValueError(f"num_samples must be a positive integer, got {num_samples!r}")
        drawable = int(np.count_nonzero(array))
        if not replacement and num_samples > drawable:
            raise ValueError(
                f"num_samples={num_samples}, but only {drawable} weights are above 0; draw fewer, "
                "or with replacement=True"
            )
        self.weights = array
        self.num_samples = num_samples
        self.replacement = bool(replacement)

    def draw(self, random: np.random.Generator) -> list[int]:
        """One row of indices."""
        shares = self.weights / self.weights.sum()
        return random.choice(len(shares), self.num_samples, self.replacement, shares).tolist()

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """The indices of another sampler, in lists of ``batch_size``.

    Args:
        sampler: gives the indices.
        batch_size: how many to a batch.
        drop_last: leave out a last batch that would be smaller.

    Raises:
        ValueError: ``batch_size`` is not a positive integer.

    >>> list(BatchSampler(SequentialSampler(range(5)), batch_size=2, drop_last=False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Iterable[int], batch_size: int, drop_last: bool) -> None:
        if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size < 1:
            raise ValueError(f"batch_size must be a positive integer, got {batch_size!r}")
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = bool(drop_last)

    def __iter__(self) -> Iterator[list[int]]:
        # The sampler is started here, not in the generator below, which would wait for the first
        # batch to be asked for: the order must not depend on when that happens.
        return self._batches(iter(self.sampler))

    def _batches(self, indices: Iterator[int]) -> Iterator[list[int]]:
        batch: list[int] = []
        for index in indices:
            batch.append(index)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch

    def __len__(self) -> int:
        samples = len(self.sampler)  # type: ignore[arg-type]
        return samples // self.batch_size if self.drop_last else -(-samples // self.batch_size)
