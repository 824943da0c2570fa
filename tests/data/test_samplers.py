import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision.data.samplers import (
    BatchSampler,
    DrawnSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)


def test_a_sampler_without_an_order_says_what_to_define():
    with pytest.raises(NotImplementedError, match="Sampler must define __iter__"):
        iter(Sampler())


def test_in_order_means_in_order_every_time():
    sampler = SequentialSampler("abcd")
    assert list(sampler) == list(sampler) == [0, 1, 2, 3]
    assert len(sampler) == 4


@given(length=st.integers(0, 50), seed=st.integers(0, 100))
def test_each_index_comes_once(length, seed):
    sampler = RandomSampler(range(length), generator=seed)
    assert sorted(sampler) == list(range(length))
    assert len(sampler) == length


def test_every_order_is_about_equally_likely():
    sampler = RandomSampler(range(3), generator=0)
    orders = [tuple(sampler) for _ in range(6000)]
    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 6
    # 1000 expected of each, standard deviation 29.
    assert max(abs(count - 1000) for count in counts) < 5 * 29


def test_the_seed_decides_all_orders_and_each_is_another():
    first, second = (RandomSampler(range(20), generator=5) for _ in range(2))
    orders = [list(first) for _ in range(3)]
    assert orders == [list(second) for _ in range(3)]
    assert orders[0] != orders[1] != orders[2] != orders[0]


def test_the_order_is_drawn_when_the_iteration_begins():
    one, other = (RandomSampler(range(20), generator=5) for _ in range(2))
    first, second = iter(one), iter(one)
    second_order, first_order = list(second), list(first)  # asked for the other way round
    assert [first_order, second_order] == [list(other), list(other)]


def test_indices_are_plain_integers():
    assert all(type(index) is int for index in RandomSampler(range(5), generator=0))
    assert all(type(index) is int for index in RandomSampler(range(5), True, generator=0))


def test_with_replacement_each_draw_is_independent():
    drawn = list(RandomSampler(range(10), replacement=True, num_samples=5000, generator=0))
    assert len(drawn) == 5000
    counts = np.bincount(drawn, minlength=10)
    assert (abs(counts - 500) < 5 * 21.3).all()  # standard deviation of the binomial: 21.2
    repeats = sum(a == b for a, b in itertools.pairwise(drawn))
    assert abs(repeats - 500) < 5 * 21.3


def test_fewer_samples_are_a_choice_without_repeats():
    drawn = list(RandomSampler(range(10), num_samples=4, generator=0))
    assert len(set(drawn)) == 4


def test_more_samples_go_through_the_data_again():
    drawn = list(RandomSampler(range(5), num_samples=12, generator=0))
    assert sorted(drawn[:5]) == sorted(drawn[5:10]) == [0, 1, 2, 3, 4]
    assert len(set(drawn[10:])) == 2
    assert drawn[:5] != drawn[5:10]


@pytest.mark.parametrize("num_samples", [0, -1])
def test_no_samples_are_refused(num_samples):
    with pytest.raises(ValueError, match=f"num_samples must be at least 1, got {num_samples}"):
        RandomSampler(range(5), num_samples=num_samples)


@pytest.mark.parametrize("replacement", [False, True])
def test_samples_of_nothing_are_refused_when_asked_for(replacement):
    assert list(RandomSampler([], replacement, generator=0)) == []
    with pytest.raises(ValueError, match="cannot draw 3 samples from a dataset without items"):
        iter(RandomSampler([], replacement, num_samples=3, generator=0))


def test_a_saved_state_gives_the_orders_that_followed_it():
    sampler = RandomSampler(range(30), generator=1)
    list(sampler)
    state = json.loads(json.dumps(sampler.state_dict()))
    expected = [list(sampler), list(sampler)]
    resumed = RandomSampler(range(30), generator=2)
    resumed.load_state_dict(state)
    assert [list(resumed), list(resumed)] == expected


@pytest.mark.parametrize("replacement", [False, True])
def test_the_order_begun_last_can_be_repeated_once_and_then_goes_on(replacement):
    sampler = RandomSampler(range(30), replacement, generator=1)
    list(sampler)
    order = list(sampler)
    state = json.loads(json.dumps(sampler.state_dict()))
    following = list(sampler)
    resumed = RandomSampler(range(30), replacement, generator=2)
    resumed.load_state_dict(state, repeat=True)
    assert [list(resumed), list(resumed)] == [order, following]


def test_without_a_generator_manual_seed_decides():
    sampler = RandomSampler(range(30))
    tv.manual_seed(3)
    orders = [list(sampler), list(sampler)]
    assert orders[0] != orders[1]
    tv.manual_seed(3)
    assert [list(sampler), list(sampler)] == orders


def test_an_order_takes_one_number_from_the_generator_however_long_it_is():
    # Therefore what else uses the generator does not depend on the size of the data.
    generators = [np.random.default_rng(0), np.random.default_rng(0)]
    for generator, length in zip(generators, (5, 5000), strict=True):
        list(RandomSampler(range(length), generator=generator))
    assert generators[0].random() == generators[1].random()


@pytest.mark.parametrize("state", [None, {}, {"generator": None}])
def test_what_is_no_state_is_refused(state):
    with pytest.raises(ValueError, match=r"keys generator and seed.*give what state_dict\(\)"):
        RandomSampler(range(3), generator=0).load_state_dict(state)


@pytest.mark.parametrize(("seed", "repeat"), [(-1, False), (1.5, True), (None, True)])
def test_a_seed_that_is_none_is_refused(seed, repeat):
    sampler = RandomSampler(range(3), generator=0)
    with pytest.raises(ValueError, match=f"seed of the order to repeat is {seed}, expected an int"):
        sampler.load_state_dict(sampler.state_dict() | {"seed": seed}, repeat)


@given(length=st.integers(0, 30), size=st.integers(1, 10), drop_last=st.booleans())
def test_batches_hold_the_indices_in_order(length, size, drop_last):
    sampler = BatchSampler(range(length), size, drop_last)
    batches = list(sampler)
    expected = [list(range(i, min(i + size, length))) for i in range(0, length, size)]
    if drop_last:
        expected = [batch for batch in expected if len(batch) == size]
    assert batches == expected
    assert len(sampler) == len(expected)


@pytest.mark.parametrize("size", [0, -1, 1.0, True, None, "2"])
def test_a_batch_size_that_is_no_positive_integer_is_refused(size):
    with pytest.raises(ValueError, match="batch_size must be a positive integer, got"):
        BatchSampler(range(3), size, False)


def test_the_order_of_batches_too_is_drawn_when_the_iteration_begins():
    def sampler():
        return BatchSampler(RandomSampler(range(20), generator=5), 20, False)

    one, other = sampler(), sampler()
    first, second = iter(one), iter(one)
    second_order, first_order = list(second), list(first)
    assert [first_order, second_order] == [list(other), list(other)]


# -- subsets and weights ------------------------------------------------------------------------


def test_a_subset_comes_in_another_order_each_time():
    sampler = SubsetRandomSampler(range(10, 30), generator=0)
    first, second = list(sampler), list(sampler)
    assert sorted(first) == sorted(second) == list(range(10, 30))
    assert first != second
    assert len(sampler) == 20


@pytest.mark.parametrize(
    "weights", [[1.0, 0.0, 3.0], np.array([1, 0, 3]), tv.tensor([1.0, 0.0, 3.0])]
)
def test_indices_come_as_often_as_their_weights_say(weights):
    drawn = list(WeightedRandomSampler(weights, 4000, generator=0))
    counts = np.bincount(drawn, minlength=3)
    assert counts[1] == 0
    assert abs(counts[0] - 1000) < 5 * np.sqrt(4000 * 0.25 * 0.75)


def test_without_replacement_no_index_comes_twice():
    sampler = WeightedRandomSampler([5.0, 1.0, 1.0], 3, replacement=False, generator=0)
    assert [sorted(sampler) for _ in range(3)] == [[0, 1, 2]] * 3
    assert len(sampler) == 3


@pytest.mark.parametrize(
    "make",
    [
        lambda seed: SubsetRandomSampler(range(20), seed),
        lambda seed: WeightedRandomSampler(range(20), 15, generator=seed),
    ],
)
def test_these_orders_can_be_drawn_again_in_a_loader(make):
    loader = tv.utils.data.DataLoader(range(20), batch_size=4, sampler=make(0))
    iterator = iter(loader)
    next(iterator)
    state = json.loads(json.dumps(loader.state_dict()))
    resumed = tv.utils.data.DataLoader(range(20), batch_size=4, sampler=make(1))
    resumed.load_state_dict(state)
    assert [b.tolist() for b in resumed] == [b.tolist() for b in iterator]
    assert [b.tolist() for b in resumed] == [b.tolist() for b in loader]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1.0]], 1), r"weights must be a row of numbers, got shape \(1, 1\)"),
        (([-1.0, 2.0], 1), "weights must be finite, at least 0, and not all 0"),
        (([np.nan], 1), "weights must be finite"),
        (([0.0], 1), "not all 0"),
        (([1.0], 0), "num_samples must be a positive integer, got 0"),
        (([1.0], True), "num_samples must be a positive integer, got True"),
        (([1.0, 0.0], 2, False), "num_samples=2, but only 1 weights are above 0; draw fewer, or"),
    ],
)
def test_weights_without_meaning_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        WeightedRandomSampler(*arguments)


def test_a_sampler_that_draws_must_say_how():
    with pytest.raises(NotImplementedError, match="DrawnSampler must define draw"):
        iter(DrawnSampler())
