import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision.data import (
    BatchSampler,
    DataLoader,
    RandomSampler,
    SequentialSampler,
    Subset,
    TensorDataset,
)


def numbers(loader):
    """What an epoch of a loader over numbers gives, batch by batch."""
    return [batch.tolist() for batch in loader]


def shuffled(seed=0, length=20, batch_size=3, **options):
    return DataLoader(list(range(length)), batch_size, shuffle=True, generator=seed, **options)


# -- batches --------------------------------------------------------------------------------------


@given(length=st.integers(0, 30), batch_size=st.integers(1, 12), drop_last=st.booleans())
@settings(deadline=None)
def test_an_epoch_gives_the_dataset_in_order_cut_into_batches(length, batch_size, drop_last):
    loader = DataLoader(list(range(length)), batch_size, drop_last=drop_last)
    expected = [list(range(i, min(i + batch_size, length))) for i in range(0, length, batch_size)]
    if drop_last:
        expected = [batch for batch in expected if len(batch) == batch_size]
    assert numbers(loader) == expected
    assert len(loader) == len(expected)


def test_the_defaults_are_torchs():
    loader = DataLoader([10, 20, 30])
    assert numbers(loader) == [[10], [20], [30]]
    assert loader.batch_size == 1
    assert loader.drop_last is False
    assert isinstance(loader.sampler, SequentialSampler)
    assert isinstance(loader.batch_sampler, BatchSampler)


def test_batches_are_lists_of_tensors_as_torchs_are():
    dataset = TensorDataset(np.zeros((5, 2, 3), dtype=np.float32), np.arange(5))
    batches = list(DataLoader(dataset, batch_size=2))
    assert all(type(batch) is list for batch in batches)
    assert all(isinstance(part, tv.Tensor) for batch in batches for part in batch)
    assert [batch[0].shape for batch in batches] == [(2, 2, 3), (2, 2, 3), (1, 2, 3)]
    assert batches[0][0].dtype == np.float32


@pytest.mark.parametrize("make", [np.asarray, tv.tensor])
def test_the_fast_way_for_tensor_datasets_gives_what_the_slow_one_gives(make):
    rng = np.random.default_rng(0)
    columns = [rng.random((11, 2)).astype(np.float32), rng.integers(0, 9, 11), rng.random(11) < 0.5]
    whole = TensorDataset(*[make(column) for column in columns])
    for dataset in (whole, Subset(whole, [9, 3, 3, 0, 10])):
        fast = list(DataLoader(dataset, 2))
        slow = list(DataLoader([dataset[i] for i in range(len(dataset))], 2))
        assert len(fast) == len(slow)
        for fast_batch, slow_batch in zip(fast, slow, strict=True):
            assert type(fast_batch) is type(slow_batch)
            for one, other in zip(fast_batch, slow_batch, strict=True):
                np.testing.assert_array_equal(one.numpy(), other.numpy(), strict=True)


def test_a_batch_of_a_tensor_dataset_is_read_with_one_index(monkeypatch):
    asked = []
    read = TensorDataset.__getitem__
    monkeypatch.setattr(
        TensorDataset, "__getitem__", lambda self, index: asked.append(index) or read(self, index)
    )
    list(DataLoader(Subset(TensorDataset(np.arange(10)), [9, 8, 7, 6]), 2))
    assert [index.tolist() for index in asked] == [[9, 8], [7, 6]]


@pytest.mark.parametrize("make", [np.asarray, tv.tensor])
def test_a_batch_shares_no_memory_with_the_dataset(make):
    source = make(np.zeros((4, 2)))
    (batch,) = next(iter(DataLoader(TensorDataset(source), 4)))
    batch.numpy()[:] = 7
    (again,) = next(iter(DataLoader(TensorDataset(source), 4)))
    assert again.tolist() == [[0, 0]] * 4


def test_a_dataset_with_items_of_its_own_is_asked_for_each():
    class Doubled(TensorDataset):
        def __getitem__(self, index):
            return tuple(2 * x for x in super().__getitem__(index))

    (batch,) = next(iter(DataLoader(Doubled(np.arange(3)), 3)))
    assert batch.tolist() == [0, 2, 4]


def test_the_collate_function_gets_the_list_of_samples():
    loader = DataLoader(TensorDataset(np.arange(4)), 2, collate_fn=lambda samples: samples)
    assert [[int(x) for (x,) in samples] for samples in loader] == [[0, 1], [2, 3]]


def test_without_batch_size_the_samples_come_one_by_one():
    loader = DataLoader(TensorDataset(np.eye(2), np.arange(2)), batch_size=None)
    assert len(loader) == 2
    assert [[x.tolist(), y.item()] for x, y in loader] == [[[1, 0], 0], [[0, 1], 1]]


def test_a_sampler_decides_the_order():
    assert numbers(DataLoader(list(range(6)), 2, sampler=[5, 0, 3])) == [[5, 0], [3]]


def test_a_batch_sampler_decides_the_batches():
    loader = DataLoader(list(range(5)), batch_sampler=[[4], [0, 1, 2]])
    assert numbers(loader) == [[4], [0, 1, 2]]
    assert len(loader) == 2
    assert loader.batch_size is None


def test_a_sampler_serves_a_dataset_that_does_not_know_its_length():
    class Squares:
        def __getitem__(self, index):
            return index**2

    assert numbers(DataLoader(Squares(), 2, sampler=range(3, 6))) == [[9, 16], [25]]


# -- orders ---------------------------------------------------------------------------------------


def test_shuffling_gives_each_item_once():
    assert sorted(itertools.chain.from_iterable(numbers(shuffled()))) == list(range(20))


def test_each_epoch_has_another_order():
    loader = shuffled()
    assert numbers(loader) != numbers(loader)


def test_the_same_seed_gives_the_same_epochs_in_every_form():
    loader = shuffled(7)
    expected = [numbers(loader) for _ in range(3)]
    ours = tv.Generator()
    ours.numpy = np.random.default_rng(7)
    for seed in (np.int64(7), np.random.default_rng(7), ours):
        loader = shuffled(seed)
        assert [numbers(loader) for _ in range(3)] == expected
    assert numbers(shuffled(8)) != expected[0]


def test_two_loops_over_one_loader_do_not_disturb_one_another():
    alone = shuffled()
    expected = [numbers(alone), numbers(alone)]
    loader = shuffled()
    first, second = iter(loader), iter(loader)
    mixed = [[], []]
    for one, other in zip(second, first, strict=True):  # the later one is asked first
        mixed[1].append(one.tolist())
        mixed[0].append(other.tolist())
    assert mixed == expected


def test_the_order_does_not_depend_on_how_far_the_loop_before_went():
    alone = shuffled()
    expected = [numbers(alone), numbers(alone)][1]
    loader = shuffled()
    next(iter(loader))
    assert numbers(loader) == expected


def test_without_a_generator_manual_seed_decides():
    loader = shuffled(None)
    tv.manual_seed(3)
    epochs = [numbers(loader), numbers(loader)]
    assert epochs[0] != epochs[1]
    tv.manual_seed(3)
    assert [numbers(loader), numbers(loader)] == epochs


def test_numpys_global_random_numbers_are_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - it is this state that must not change
    numbers(shuffled(None))
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


# -- resuming -------------------------------------------------------------------------------------


def own_sampler(seed=0):
    sampler = RandomSampler(range(20), replacement=True, generator=seed)
    return DataLoader(list(range(20)), 3, sampler=sampler)


def own_batch_sampler(seed=0):
    sampler = BatchSampler(RandomSampler(range(20), generator=seed), 3, False)
    return DataLoader(list(range(20)), batch_sampler=sampler)


def in_order(seed=0):
    return DataLoader(list(range(20)), 3)


def one_by_one(seed=0):
    return DataLoader(np.arange(20), batch_size=None, shuffle=True, generator=seed)


MAKERS = [shuffled, own_sampler, own_batch_sampler, in_order, one_by_one]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("used", range(8))
def test_a_loop_interrupted_anywhere_goes_on_with_the_batches_that_are_left(make, used):
    loader = make()
    expected = [numbers(loader) for _ in range(3)]

    interrupted = make()
    numbers(interrupted)
    batches = iter(interrupted)
    seen = [next(batches).tolist() for _ in range(used)]
    state = json.loads(json.dumps(interrupted.state_dict()))

    resumed = make(99)
    resumed.load_state_dict(state)
    assert seen + numbers(resumed) == expected[1]
    assert numbers(resumed) == expected[2]


def test_a_loop_is_resumed_although_others_draw_from_the_same_generator():
    def run(loader, generator, epochs, keep_at=None):
        """Batches and other random numbers by turns, and what a save after one of them holds."""
        seen, saved = [], None
        for _ in range(epochs):
            for batch in loader:
                seen.append((batch.tolist(), generator.random()))
                if len(seen) == keep_at:
                    saved = json.dumps([loader.state_dict(), generator.bit_generator.state])
        return seen, saved

    generator = np.random.default_rng(0)
    seen, saved = run(shuffled(generator), generator, epochs=3, keep_at=10)  # 7 batches an epoch
    generator = np.random.default_rng(99)
    loader = shuffled(generator)
    loader_state, generator_state = json.loads(saved)
    loader.load_state_dict(loader_state)
    generator.bit_generator.state = generator_state
    resumed, _ = run(loader, generator, epochs=2)
    assert resumed == seen[10:]


def test_a_loop_on_the_default_generator_is_resumed_with_its_state():
    tv.manual_seed(0)
    loader = shuffled(None)
    batches = iter(loader)
    next(batches)
    state, random_state = json.dumps(loader.state_dict()), tv.get_rng_state()
    expected = [batch.tolist() for batch in batches], tv.rand(3).tolist(), numbers(loader)

    tv.manual_seed(99)
    resumed = shuffled(None)
    resumed.load_state_dict(json.loads(state))
    tv.set_rng_state(random_state)
    assert (numbers(resumed), tv.rand(3).tolist(), numbers(resumed)) == expected


@pytest.mark.parametrize("make", MAKERS)
def test_a_run_saved_between_epochs_goes_on_with_the_next_one(make):
    loader = make()
    expected = [numbers(loader) for _ in range(3)]
    saved = make()
    numbers(saved)
    resumed = make(99)
    resumed.load_state_dict(saved.state_dict())
    assert [numbers(resumed), numbers(resumed)] == expected[1:]


def test_saving_again_right_after_loading_changes_nothing():
    loader = shuffled()
    batches = iter(loader)
    next(batches)
    state = loader.state_dict()
    resumed = shuffled(99)
    resumed.load_state_dict(state)
    assert resumed.state_dict() == state


def test_a_resumed_loop_can_be_interrupted_again():
    expected = numbers(shuffled())
    loader, seen = shuffled(), []
    for _ in range(3):
        batches = iter(loader)
        seen += [next(batches).tolist(), next(batches).tolist()]
        state = loader.state_dict()
        loader = shuffled(99)
        loader.load_state_dict(state)
    assert seen + numbers(loader) == expected


def test_the_state_is_that_of_the_loop_that_began_last():
    loader = shuffled()
    earlier, later = iter(loader), iter(loader)
    next(later)
    state = loader.state_dict()
    list(earlier)
    assert loader.state_dict() == state


def test_a_state_loaded_in_the_middle_of_a_loop_is_the_state_from_then_on():
    loader = shuffled()
    numbers(loader)
    start = loader.state_dict()
    next(iter(loader))
    loader.load_state_dict(start)
    assert loader.state_dict() == start


def test_a_loader_can_be_taken_back_in_the_middle_of_a_loop():
    loader = shuffled()
    start = loader.state_dict()
    first = numbers(loader)
    next(iter(loader))
    loader.load_state_dict(start)
    assert numbers(loader) == first


def test_batches_already_used_are_not_read_again():
    class Watched(list):
        read = 0

        def __getitem__(self, index):
            self.read += 1
            return super().__getitem__(index)

    loader = DataLoader(Watched(range(20)), 3)
    batches = iter(loader)
    next(batches), next(batches)
    resumed = DataLoader(Watched(range(20)), 3)
    resumed.load_state_dict(loader.state_dict())
    numbers(resumed)
    assert resumed.dataset.read == 14


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (lambda: shuffled(batch_size=4), "saved with batch_size=3, this loader has 4"),
        (lambda: shuffled(length=21), "saved with dataset_length=20, this loader has 21"),
        (in_order, "goes at random, this one goes in order"),
    ],
)
def test_the_state_of_another_loader_is_refused(other, message):
    with pytest.raises(ValueError, match=f"{message}.* as in the run that saved it"):
        other().load_state_dict(shuffled().state_dict())


def test_a_state_without_an_order_is_refused_by_a_loader_that_shuffles():
    with pytest.raises(ValueError, match="goes in order, this one goes at random"):
        shuffled().load_state_dict(in_order().state_dict())


@pytest.mark.parametrize("state", [None, {}, {"sampler": None}])
def test_what_is_no_state_is_refused(state):
    with pytest.raises(ValueError, match=r"has the keys .*give what state_dict\(\) returned"):
        shuffled().load_state_dict(state)


@pytest.mark.parametrize("batches", [-1, 1.5, "2"])
def test_an_impossible_position_is_refused(batches):
    with pytest.raises(ValueError, match=f"says {batches!r} batches were handed out"):
        shuffled().load_state_dict(shuffled().state_dict() | {"batches": batches})


def test_a_refused_state_leaves_the_loader_as_it_was():
    expected = numbers(shuffled())
    loader = shuffled()
    state = loader.state_dict() | {"batches": 2}
    del state["sampler"]["generator"]["state"]
    state["sampler"]["seed"] = 5
    with pytest.raises(ValueError, match="saved state of the PCG64 generator is damaged"):
        loader.load_state_dict(state)
    assert numbers(loader) == expected


# -- arguments that do not go together ------------------------------------------------------------


@pytest.mark.parametrize(
    "option",
    [
        {"num_workers": 2},
        {"prefetch_factor": 2},
        {"persistent_workers": True},
        {"multiprocessing_context": "fork"},
    ],
)
def test_worker_processes_are_refused(option):
    (name,) = option
    with pytest.raises(ValueError, match=f"{name}=.* single process; leave {name} out"):
        DataLoader([1, 2], **option)


def test_arguments_without_effect_are_accepted_as_torch_code_has_them():
    loader = DataLoader(
        [1, 2],
        pin_memory=True,
        timeout=5,
        worker_init_fn=print,
        pin_memory_device="",
        in_order=True,
    )
    assert numbers(loader) == [[1], [2]]


def test_a_negative_timeout_is_refused():
    with pytest.raises(ValueError, match="timeout must not be negative, got -1"):
        DataLoader([1], timeout=-1)


def test_a_sampler_excludes_shuffling():
    with pytest.raises(ValueError, match="sampler excludes shuffle"):
        DataLoader([1, 2], shuffle=True, sampler=[0])


@pytest.mark.parametrize(
    "option", [{"batch_size": 2}, {"shuffle": True}, {"sampler": [0]}, {"drop_last": True}]
)
def test_a_batch_sampler_excludes_what_it_decides(option):
    with pytest.raises(ValueError, match="batch_sampler excludes batch_size, shuffle, sampler and"):
        DataLoader([1, 2], batch_sampler=[[0]], **option)


def test_nothing_to_drop_without_batches():
    with pytest.raises(ValueError, match="drop_last needs batches"):
        DataLoader([1, 2], batch_size=None, drop_last=True)


@pytest.mark.parametrize("batch_size", [0, -3, 2.0])
def test_a_batch_size_that_is_no_positive_integer_is_refused(batch_size):
    with pytest.raises(ValueError, match="batch_size must be a positive integer"):
        DataLoader([1, 2], batch_size)


def test_what_cannot_be_indexed_is_no_dataset():
    with pytest.raises(TypeError, match="dataset is set, which has no __getitem__"):
        DataLoader({1, 2})


def test_a_seed_that_is_none_is_refused():
    with pytest.raises(TypeError, match="generator must be an int seed"):
        DataLoader([1, 2], shuffle=True, generator="0")
