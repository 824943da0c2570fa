"""Processes get shares of a dataset: together all of it, each equally much."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyvision.data import DataLoader, DistributedSampler

sizes = st.integers(0, 40)
counts = st.integers(1, 6)


def shares(length, count, **settings):
    return [
        list(DistributedSampler(range(length), count, rank, **settings)) for rank in range(count)
    ]


@given(sizes, counts, st.booleans(), st.integers(0, 5))
def test_together_they_have_all(length, count, shuffle, seed):
    dealt = shares(length, count, shuffle=shuffle, seed=seed)
    assert set(chain(*dealt)) == set(range(length))


@given(sizes, counts, st.booleans(), st.booleans())
def test_all_have_equally_many(length, count, shuffle, drop_last):
    dealt = shares(length, count, shuffle=shuffle, drop_last=drop_last)
    sampler = DistributedSampler(range(length), count, 0, drop_last=drop_last)
    assert {len(share) for share in dealt} == {len(sampler)}


@given(sizes, counts, st.booleans())
def test_what_is_dropped_comes_in_no_share_and_nothing_comes_twice(length, count, shuffle):
    dealt = list(chain(*shares(length, count, shuffle=shuffle, drop_last=True)))
    assert len(dealt) == len(set(dealt)) == length - length % count


def test_in_order_the_indices_are_dealt_like_cards():
    assert shares(7, 3, shuffle=False) == [[0, 3, 6], [1, 4, 0], [2, 5, 1]]


def test_each_epoch_has_another_order_that_all_know():
    one, other = (DistributedSampler(range(100), 2, rank) for rank in (0, 1))
    first = list(one)
    assert list(one) == first
    for sampler in (one, other):
        sampler.set_epoch(1)
    assert list(one) != first
    assert sorted([*one, *other]) == list(range(100))


def test_a_loader_makes_batches_of_a_share():
    sampler = DistributedSampler(range(10), 2, 1, shuffle=False)
    assert [batch.tolist() for batch in DataLoader(range(10), 2, sampler=sampler)] == [
        [1, 3], [5, 7], [9],
    ]  # fmt: skip


def of_the_group(rank):
    return list(DistributedSampler(range(6), shuffle=False))


def test_in_a_group_each_process_has_its_own_share(group):
    assert group(of_the_group) == [[0, 3], [1, 4], [2, 5]]


def test_outside_of_a_group_numbers_are_needed():
    with pytest.raises(RuntimeError, match="init_process_group"):
        DistributedSampler(range(6))


def test_a_rank_there_is_not_is_refused():
    with pytest.raises(ValueError, match="rank must be the number of a process, 0 to 1, got 2"):
        DistributedSampler(range(6), 2, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rank": -1}, "rank must be a whole number from 0, got -1"),
        ({"num_replicas": 0}, "num_replicas must be a whole number from 1, got 0"),
        ({"num_replicas": 2.0}, r"num_replicas must be a whole number from 1, got 2\.0"),
        ({"seed": -1}, "seed must be a whole number from 0, got -1"),
    ],
)
def test_numbers_there_cannot_be_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        DistributedSampler(range(6), **{"num_replicas": 2, "rank": 0, **arguments})
