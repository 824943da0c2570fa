import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision.data import DataLoader, IterableDataset
from tinyvision.data.dataset import (
    ConcatDataset,
    Dataset,
    StackDataset,
    Subset,
    TensorDataset,
    bulk_reader,
    random_split,
)


def test_a_dataset_without_items_of_its_own_says_what_to_define():
    class Empty(Dataset):
        pass

    with pytest.raises(NotImplementedError, match="Empty must define __getitem__"):
        Empty()[0]
    with pytest.raises(NotImplementedError, match="Dataset must define __getitem__"):
        Dataset()[0]


def test_an_item_is_the_tuple_of_the_entries():
    images, labels = np.arange(24).reshape(4, 2, 3), np.array([7, 6, 5, 4])
    dataset = TensorDataset(images, labels)
    assert len(dataset) == 4
    image, label = dataset[2]
    assert image.tolist() == images[2].tolist()
    assert label == 5


def test_tensors_and_arrays_may_stand_side_by_side():
    dataset = TensorDataset(tv.tensor([[1.0], [2.0]]), np.array([3, 4]))
    image, label = dataset[1]
    assert isinstance(image, tv.Tensor)
    assert image.tolist() == [2.0]
    assert label == 4


def test_a_dataset_can_be_iterated_over():
    dataset = TensorDataset(np.array([1, 2, 3]))
    assert [int(x) for (x,) in dataset] == [1, 2, 3]


def test_nothing_is_copied():
    images = np.zeros((2, 3))
    dataset = TensorDataset(images)
    images[1] = 5
    assert dataset[1][0].tolist() == [5, 5, 5]


def test_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"different lengths \[3, 3, 2\]; each must have"):
        TensorDataset(np.zeros(3), np.zeros((3, 1)), np.zeros(2))


def test_no_tensors_are_refused():
    with pytest.raises(ValueError, match="needs at least one tensor"):
        TensorDataset()


@pytest.mark.parametrize("wrong", [[1, 2, 3], np.array(["a", "b", "c"]), None])
def test_what_holds_no_numbers_is_refused_with_its_place(wrong):
    with pytest.raises(
        TypeError, match=r"argument 1 is .*expected a tensor or an array of numbers"
    ):
        TensorDataset(np.zeros(3), wrong)


def test_a_number_is_no_column():
    with pytest.raises(ValueError, match=r"argument 0 has no axis to count samples along"):
        TensorDataset(np.float32(3.0))


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
    ("make", "error", "message"),
    [
        (lambda: ConcatDataset([]), ValueError, "ConcatDataset needs at least one dataset, got no"),
        (
            lambda: ConcatDataset([IterableDataset()]),
            TypeError,
            "dataset 0, IterableDataset, has no length;",
        ),
        (lambda: StackDataset(), ValueError, "StackDataset needs datasets, either all without or"),
        (lambda: StackDataset("a", x="b"), ValueError, "got 1 without and 1 with one"),
        (lambda: StackDataset("a", "bc"), ValueError, "different lengths [1, 2]; they must be equ"),
    ],
)
def test_what_cannot_be_put_together_is_refused(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()


@given(indices=st.lists(st.integers(-6, 5)))
def test_a_subset_has_the_items_at_its_indices(indices):
    subset = Subset("abcdef", indices)
    assert len(subset) == len(indices)
    assert [subset[i] for i in range(len(subset))] == ["abcdef"[i] for i in indices]


@pytest.mark.parametrize("index", [6, -7])
def test_an_index_outside_the_whole_is_refused_at_once(index):
    with pytest.raises(IndexError, match=f"index {index} is outside the dataset of 6 items"):
        Subset("abcdef", [0, index])


@pytest.mark.parametrize("indices", [[0.5], np.array([True, False])])
def test_indices_that_are_no_integers_are_refused(indices):
    with pytest.raises(TypeError, match=r"indices must be integers.*flatnonzero"):
        Subset("ab", indices)


@given(
    sizes=st.lists(st.integers(0, 6), min_size=1, max_size=4),
    seed=st.integers(0, 100),
)
def test_the_parts_of_a_split_are_the_whole(sizes, seed):
    whole = list(range(sum(sizes)))
    parts = random_split(whole, sizes, generator=seed)
    assert [len(part) for part in parts] == sizes
    assert sorted(part[i] for part in parts for i in range(len(part))) == whole


def test_a_split_is_random_and_decided_by_the_seed():
    def first(seed):
        return random_split(range(100), [50, 50], generator=seed)[0].indices

    assert first(0) == first(0) == first(np.random.default_rng(0))
    assert first(0) != first(1)
    assert first(0) != sorted(first(0))


@pytest.mark.parametrize(
    ("total", "fractions", "sizes"),
    [
        (10, [0.8, 0.2], [8, 2]),
        (10, [0.25, 0.75], [3, 7]),  # 2.5 and 7.5, rounded down; the one left over to the first
        (11, [1 / 3, 1 / 3, 1 / 3], [4, 4, 3]),
        (7, [0.1] * 10, [1] * 7 + [0] * 3),
        (0, [0.5, 0.5], [0, 0]),
        (1, [1], [1]),
    ],
)
def test_fractions_are_rounded_down_and_the_rest_dealt_out_in_turn(total, fractions, sizes):
    parts = random_split(range(total), fractions, generator=0)
    assert [len(part) for part in parts] == sizes


@pytest.mark.parametrize("lengths", [[5, 6], [0.5, 0.6], [0.5], []])
def test_lengths_that_sum_to_neither_are_refused(lengths):
    with pytest.raises(ValueError, match="sum to the dataset's length 10, or fractions that sum"):
        random_split(range(10), lengths, generator=0)


def test_negative_lengths_are_refused():
    with pytest.raises(ValueError, match=r"must not be negative, got \[12, -2\]"):
        random_split(range(10), [12, -2], generator=0)


def test_reading_in_bulk_gives_what_reading_one_by_one_gives():
    dataset = TensorDataset(np.random.default_rng(0).random((9, 2)), np.arange(9))
    subset = Subset(Subset(dataset, [8, 6, 4, 2, 0]), [3, 1, 1])
    indices = [2, 0, 1, 0]
    images, labels = bulk_reader(subset)(indices)
    for place, index in enumerate(indices):
        np.testing.assert_array_equal(images[place], subset[index][0])
        assert labels[place] == subset[index][1]


def test_a_dataset_with_items_of_its_own_is_not_read_in_bulk():
    class Doubled(TensorDataset):
        def __getitem__(self, index):
            return tuple(2 * x for x in super().__getitem__(index))

    class Shifted(Subset):
        def __getitem__(self, index):
            return super().__getitem__((index + 1) % len(self))

    doubled = Doubled(np.arange(3))
    assert bulk_reader(doubled) is None
    assert bulk_reader(Subset(doubled, [0])) is None
    assert bulk_reader(Shifted(TensorDataset(np.arange(3)), [0])) is None
    assert bulk_reader([1, 2, 3]) is None
