"""DataLoader: goes through a dataset in batches, in a new order each epoch if wanted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .collate import default_collate, default_convert
from .dataset import bulk_reader
from .iterable import IterableDataset
from .samplers import BatchSampler, DrawnSampler, RandomSampler, SequentialSampler


@dataclass
class _Epoch:
    """How many batches one iteration has handed out."""

    batches: int


class DataLoader:
    """Batches of a dataset, with torch's meaning of every argument.

    Each ``for`` loop over the loader is an epoch; with ``shuffle`` each has another order, all of
    them decided by the generator. The order of an epoch is drawn as it begins, so several loops
    over one loader do not disturb one another.

    Args:
        dataset: has ``__getitem__``, and ``__len__`` unless a sampler is given; or an
            ``IterableDataset``, whose samples are taken as they come.
        batch_size: samples to a batch; None to get the samples one by one, not in batches.
        shuffle: a new order each epoch.
        sampler: gives the indices, instead of ``shuffle``.
        batch_sampler: gives lists of indices, instead of ``batch_size``, ``shuffle``, ``sampler``
            and ``drop_last``.
        num_workers: only 0: batches are made in this process.
        collate_fn: makes a batch out of a list of samples; by default :func:`default_collate`.
        pin_memory: no effect, there is no other memory to copy to.
        drop_last: leave out a last batch that would be smaller.
        timeout: no effect without workers.
        worker_init_fn: no effect without workers.
        multiprocessing_context: only None.
        generator: decides the orders: an int seed, a ``np.random.Generator`` or a
            ``tinyvision.Generator``; None is the default generator, which
            ``tinyvision.manual_seed`` starts.
        prefetch_factor: only None.
        persistent_workers: only False.
        pin_memory_device: no effect.
        in_order: no effect, batches always come in order.

    Raises:
        ValueError: arguments that exclude one another, or that need several processes.
        TypeError: the dataset has no ``__getitem__``.

    Resuming: :meth:`state_dict` says where the loop stands, also in its middle, and a loader made
    in the same way goes on there after :meth:`load_state_dict`: the next loop gives the batches
    that are left of the interrupted epoch. NumPy does not promise the same orders in all its
    versions.

    >>> import numpy as np
    >>> from tinyvision.data import TensorDataset
    >>> dataset = TensorDataset(np.arange(10.0).reshape(5, 2), np.arange(5))
    >>> loader = DataLoader(dataset, batch_size=2, shuffle=True, generator=0)
    >>> len(loader), [tuple(x.shape) for x, y in loader]
    (3, [(2, 2), (2, 2), (1, 2)])
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = False,
        sampler: Iterable[int] | None = None,
        batch_sampler: Iterable[list[int]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: Any = None,
        generator: Any = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        _refuse_workers(
            num_workers=num_workers,
            multiprocessing_context=multiprocessing_context,
            prefetch_factor=prefetch_factor,
            persistent_workers=persistent_workers,
        )
        if timeout < 0:
            raise ValueError(f"timeout must not be negative, got {timeout}")
        if not hasattr(dataset, "__getitem__"):
            raise TypeError(
                f"dataset is {type(dataset).__name__}, which has no __getitem__; give a Dataset, "
                "a list, or TensorDataset(images, labels)"
            )
        if sampler is not None and shuffle:
            raise ValueError("sampler excludes shuffle: the sampler decides the order; give one")
        if batch_sampler is not None and (
            batch_size != 1 or shuffle or sampler is not None or drop_last
        ):
            raise ValueError(
                "batch_sampler excludes batch_size, shuffle, sampler and drop_last: it decides "
                "what they would; leave them out"
            )
        if batch_size is None and batch_sampler is None and drop_last:
            raise ValueError("drop_last needs batches to drop; got batch_size=None")

        if isinstance(dataset, IterableDataset):
            if shuffle or sampler is not None or batch_sampler is not None:
                raise ValueError(
                    "an IterableDataset decides the order itself: leave out shuffle, sampler and "
                    "batch_sampler"
                )
            sampler = dataset  # in place of indices it gives the samples themselves
        if sampler is None:
            if shuffle:
                sampler = RandomSampler(dataset, generator=generator)
            else:
                sampler = SequentialSampler(dataset)
        if batch_sampler is not None:
            batch_size = None
        elif batch_size is not None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        if collate_fn is None:
            collate_fn = default_convert if batch_sampler is None else default_collate

        self.dataset = dataset
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.num_workers = num_workers
        self.collate_fn = collate_fn
        self.pin_memory = pin_memory
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.generator = generator
        self._epoch: _Epoch | None = None  # the iteration that began last, unless it has ended
        self._resume_at: int | None = None  # where the next iteration begins, after loading a state

    def __iter__(self) -> Iterator[Any]:
        order = iter(self._index_source())  # drawn now, not when the first batch is asked for
        skip = 0 if self._resume_at is None else self._resume_at
        self._resume_at = None
        self._epoch = epoch = _Epoch(skip)
        return self._batches(epoch, itertools.islice(order, skip, None))

    def _batches(self, epoch: _Epoch, order: Iterator[Any]) -> Iterator[Any]:
        fetch = self._fetcher()
        for indices in order:
            batch = fetch(indices)
            epoch.batches += 1
            yield batch
        if self._epoch is epoch:
            self._epoch = None

    def __len__(self) -> int:
        """The number of batches in an epoch (of samples, if ``batch_size`` is None)."""
        return len(self._index_source())  # type: ignore[arg-type]

    def _index_source(self) -> Iterable[Any]:
        return self.sampler if self.batch_sampler is None else self.batch_sampler

    def _fetcher(self) -> Callable[[Any], Any]:
        dataset, collate_fn = self.dataset, self.collate_fn
        if isinstance(dataset, IterableDataset):
            return collate_fn
        if self.batch_sampler is None:
            return lambda index: collate_fn(dataset[index])
        bulk = bulk_reader(dataset) if collate_fn is default_collate else None
        if bulk is not None:
            return lambda indices: default_convert(bulk(indices))
        return lambda indices: collate_fn([dataset[index] for index in indices])

    # -- interrupting and resuming --------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Where the iteration that began last stands, as plain dicts and numbers (fit for JSON).

        It counts a batch as soon as it is handed out: inside the loop, save after the batch has
        been used. An iteration ends when it has nothing more to give or another one begins; one
        left with ``break`` is taken up again where it was left.

        The state of the default generator, if that is the one used, is not in it; save it with
        ``tinyvision.get_rng_state``. A sampler of your own, too, must bring back by itself the
        order it gave.
        """
        sampler = self._random_sampler()
        return {
            "sampler": None if sampler is None else sampler.state_dict(),
            "batches": self._resume_at if self._epoch is None else self._epoch.batches,
            "batch_size": self.batch_size,
            "dataset_length": self._dataset_length(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Make the next iteration go on where :meth:`state_dict` was called.

        Raises:
            ValueError: the state is damaged, or was saved by a loader of another batch size,
                another dataset length or another kind of sampler.
        """
        here = {"batch_size": self.batch_size, "dataset_length": self._dataset_length()}
        if not isinstance(state, dict) or state.keys() != {"sampler", "batches", *here}:
            found = sorted(state) if isinstance(state, dict) else type(state).__name__
            raise ValueError(
                "a loader's state has the keys batch_size, batches, dataset_length and sampler; "
                f"got {found}; give what state_dict() returned"
            )
        for name, value in here.items():
            if state[name] != value:
                raise ValueError(
                    f"the state was saved with {name}={state[name]}, this loader has {value}; "
                    "make the loader the same way as in the run that saved it"
                )
        batches = state["batches"]
        if batches is not None and (not isinstance(batches, int) or batches < 0):
            raise ValueError(
                f"the state says {batches!r} batches were handed out, expected None (between "
                "epochs) or a number; use another save"
            )
        sampler = self._random_sampler()
        if (sampler is None) != (state["sampler"] is None):
            saved, own = ("in order", "at random") if sampler else ("at random", "in order")
            raise ValueError(
                f"the state was saved by a loader that goes {saved}, this one goes {own}; "
                "make the loader the same way as in the run that saved it"
            )
        if sampler is not None:
            sampler.load_state_dict(state["sampler"], repeat=batches is not None)
        self._epoch = None
        self._resume_at = batches

    def _random_sampler(self) -> DrawnSampler | None:
        """The sampler whose random order is to be saved, if it is one of ours."""
        sampler: Any = self.sampler
        if self.batch_sampler is not None:
            sampler = getattr(self.batch_sampler, "sampler", None)
        return sampler if isinstance(sampler, DrawnSampler) else None

    def _dataset_length(self) -> int | None:
        return len(self.dataset) if hasattr(self.dataset, "__len__") else None


def _refuse_workers(**settings: Any) -> None:
    for name, value in settings.items():
        if value:
            raise ValueError(
                f"{name}={value!r} needs worker processes, and batches are made in this single "
                f"process; leave {name} out"
            )


def get_worker_info() -> None:
    """What torch tells a worker process about itself; None, as there are none."""
    return
