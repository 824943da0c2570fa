"""Datasets that are only gone through, in a loader and one after the other."""

import re

import pytest

from tinyvision.data import ChainDataset, DataLoader, IterableDataset, get_worker_info


class Counting(IterableDataset):
    def __init__(self, count):
        self.count = count

    def __iter__(self):
        return iter(range(self.count))


class Sized(Counting):
    def __len__(self):
        return self.count


@pytest.mark.parametrize(
    ("options", "batches"),
    [
        ({"batch_size": 2}, [[0, 1], [2, 3], [4]]),
        ({"batch_size": 2, "drop_last": True}, [[0, 1], [2, 3]]),
        ({"batch_size": None}, [0, 1, 2, 3, 4]),
        ({"batch_size": 2, "collate_fn": sum}, [1, 5, 4]),
    ],
)
def test_a_loader_takes_the_samples_as_they_come(options, batches):
    loader = DataLoader(Counting(5), **options)
    for _ in range(2):
        found = [getattr(batch, "tolist", lambda batch=batch: batch)() for batch in loader]
        assert found == batches


def test_such_a_loader_has_a_length_if_the_dataset_has_one():
    assert len(DataLoader(Sized(5), batch_size=2)) == 3
    with pytest.raises(TypeError, match="has no len"):
        len(DataLoader(Counting(5), batch_size=2))


def test_such_a_loader_goes_on_where_it_was_interrupted():
    loader = DataLoader(Counting(5), batch_size=2)
    iterator = iter(loader)
    next(iterator)
    resumed = DataLoader(Counting(5), batch_size=2)
    resumed.load_state_dict(loader.state_dict())
    assert [batch.tolist() for batch in resumed] == [[2, 3], [4]]


def test_chains_and_sums_of_what_is_only_gone_through():
    chain = Sized(2) + Sized(3)
    assert isinstance(chain, ChainDataset)
    assert list(chain) == [0, 1, 0, 1, 2]
    assert len(chain) == 5


def test_there_are_no_workers():
    assert get_worker_info() is None


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: ChainDataset(["ab"]), TypeError, "dataset 0 is str, expected an IterableDataset"),
        (
            lambda: iter(IterableDataset()),
            NotImplementedError,
            "IterableDataset must define __i",
        ),
        *[
            (
                lambda options=options: DataLoader(Counting(1), **options),
                ValueError,
                "an IterableDataset decides the order itself: leave out shuffle, sampler and batch",
            )
            for options in ({"shuffle": True}, {"sampler": [0]}, {"batch_sampler": [[0]]})
        ],
    ],
)
def test_what_cannot_be_gone_through_is_refused(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()
