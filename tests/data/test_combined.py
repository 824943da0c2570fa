"""Datasets made of datasets, and datasets that are only gone through."""

import re

import numpy as np
import pytest

from tinyvision.data import (
    ChainDataset,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    StackDataset,
    TensorDataset,
    get_worker_info,
)


class Counting(IterableDataset):
    def __init__(self, count):
        self.count = count

    def __iter__(self):
        return iter(range(self.count))


class Sized(Counting):
    def __len__(self):
        return self.count


def test_datasets_one_after_the_other():
    dataset = ConcatDataset(["ab", "", "cde"])
    assert len(dataset) == 5
    assert [dataset[i] for i in range(5)] == list("abcde")
    assert [dataset[i] for i in range(-5, 0)] == list("abcde")
    assert dataset.cumulative_sizes == [2, 2, 5]


def test_a_sum_of_datasets_is_a_concatenation():
    dataset = TensorDataset(np.arange(2)) + TensorDataset(np.arange(2, 5))
    assert isinstance(dataset, ConcatDataset)
    (batch,) = DataLoader(dataset, batch_size=5)
    assert batch[0].tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("index", [5, -6])
def test_an_index_outside_is_refused(index):
    with pytest.raises(IndexError, match=f"index {index} is outside the 5 items"):
        ConcatDataset(["ab", "cde"])[index]


def test_datasets_side_by_side():
    assert [StackDataset("ab", [1, 2])[i] for i in range(2)] == [("a", 1), ("b", 2)]
    assert StackDataset(x="ab", y=[1, 2])[1] == {"x": "b", "y": 2}
    assert len(StackDataset("abc")) == 3


def test_a_stack_goes_through_a_loader():
    (batch,) = DataLoader(StackDataset(x=np.arange(3), y=np.eye(3)), batch_size=3)
    assert batch["x"].tolist() == [0, 1, 2]
    assert batch["y"].shape == (3, 3)


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
        (lambda: ConcatDataset([]), ValueError, "ConcatDataset needs at least one dataset, got no"),
        (
            lambda: ConcatDataset([Counting(1)]),
            TypeError,
            "dataset 0, Counting, has no length;",
        ),
        (lambda: StackDataset(), ValueError, "StackDataset needs datasets, either all without or"),
        (lambda: StackDataset("a", x="b"), ValueError, "got 1 without and 1 with one"),
        (lambda: StackDataset("a", "bc"), ValueError, "different lengths [1, 2]; they must be equ"),
        (lambda: ChainDataset(["ab"]), TypeError, "dataset 0 is str, expected an IterableDataset"),
        (
            lambda: iter(IterableDataset()),
            NotImplementedError,
            "IterableDataset must define __i",
        ),
        (lambda: Dataset()[0], NotImplementedError, "Dataset must define __getitem__"),
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
def test_what_cannot_be_combined_is_refused(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()
