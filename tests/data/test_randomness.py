import json

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.data.randomness import RandomSource


def test_an_int_is_a_seed():
    first, second = RandomSource(3), RandomSource(np.int64(3))
    np.testing.assert_array_equal(first.numpy.random(5), second.numpy.random(5))
    assert RandomSource(4).numpy.random() != RandomSource(3).numpy.random()


def test_a_numpy_generator_is_shared():
    generator = np.random.default_rng(0)
    assert RandomSource(generator).numpy is generator


def test_a_generator_that_is_seeded_again_starts_again():
    generator = tv.Generator().manual_seed(1)
    source = RandomSource(generator)
    first = source.numpy.random(5)
    generator.manual_seed(1)
    np.testing.assert_array_equal(source.numpy.random(5), first)


def test_no_generator_is_the_one_that_manual_seed_starts():
    source = RandomSource()
    tv.manual_seed(5)
    first = source.numpy.random(5)
    tv.manual_seed(5)
    np.testing.assert_array_equal(source.numpy.random(5), first)


def test_numpys_global_random_numbers_are_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - it is this state that must not change
    RandomSource().numpy.random()
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("wrong", ["0", 1.5, True, np.array([1, 2]), tv.Tensor([1.0])])
def test_anything_else_is_refused(wrong):
    with pytest.raises(TypeError, match=r"must be an int seed, a np\.random\.Generator or"):
        RandomSource(wrong)


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="a seed must be 0 or more, got -1"):
        RandomSource(-1)


@pytest.mark.parametrize("kind", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_a_state_survives_json_for_every_kind_of_generator(kind):
    generator = np.random.Generator(getattr(np.random, kind)(5))
    generator.integers(10, size=3, dtype=np.uint32)  # leaves half a word waiting
    state = json.loads(json.dumps(RandomSource(generator).state()))
    expected = generator.integers(1 << 30, size=50, dtype=np.uint32)
    other = RandomSource(np.random.Generator(getattr(np.random, kind)(6)))
    other.set_state(state)
    drawn = other.numpy.integers(1 << 30, size=50, dtype=np.uint32)
    np.testing.assert_array_equal(drawn, expected)


def test_the_state_of_our_own_generator_is_brought_back_in_itself():
    generator = tv.Generator().manual_seed(1)
    state = RandomSource(generator).state()
    expected = tv.rand(3, generator=generator).tolist()
    RandomSource(generator).set_state(state)
    assert tv.rand(3, generator=generator).tolist() == expected


def test_the_state_of_the_default_generator_is_left_to_the_program():
    state = RandomSource().state()
    assert state is None
    tv.manual_seed(0)
    RandomSource().numpy.random()
    before = tv.get_rng_state().tolist()
    RandomSource().set_state(state)
    assert tv.get_rng_state().tolist() == before


def test_the_state_of_another_kind_of_generator_is_refused():
    state = RandomSource(np.random.Generator(np.random.Philox(0))).state()
    with pytest.raises(ValueError, match="generator is 'PCG64', the saved state is of 'Philox'"):
        RandomSource(0).set_state(state)


def test_the_state_of_a_generator_is_not_given_to_the_default_one():
    with pytest.raises(ValueError, match="is the default generator, the saved state is of 'PCG64'"):
        RandomSource().set_state(RandomSource(0).state())


@pytest.mark.parametrize("state", [None, {}])
def test_what_is_no_state_of_a_generator_is_refused(state):
    with pytest.raises(ValueError, match="'PCG64', the saved state is of the default generator"):
        RandomSource(0).set_state(state)


def test_a_damaged_state_is_refused():
    state = RandomSource(0).state()
    del state["state"]
    with pytest.raises(ValueError, match="saved state of the PCG64 generator is damaged"):
        RandomSource(0).set_state(state)
