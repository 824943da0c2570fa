"""Random numbers: reproducible, apart from NumPy's own, and distributed as they should be."""

import math

import numpy as np
import pytest
from scipy import stats

import tinyvision as tv

DRAWS = {
    "rand": lambda g: tv.rand(7, generator=g),
    "randn": lambda g: tv.randn(7, generator=g),
    "rand in float64": lambda g: tv.rand(7, generator=g, dtype=tv.float64),
    "rand in float16": lambda g: tv.rand(7, generator=g, dtype=tv.float16),
    "randint": lambda g: tv.randint(0, 1000, (7,), generator=g),
    "randperm": lambda g: tv.randperm(20, generator=g),
    "bernoulli": lambda g: tv.bernoulli(tv.full((64,), 0.5), generator=g),
    "uniform_": lambda g: tv.empty(7).uniform_(generator=g),
    "normal_": lambda g: tv.empty(7).normal_(generator=g),
}
draws = pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS.keys())


@pytest.fixture(autouse=True)
def _leave_the_default_generator_as_it_was():
    state = tv.get_rng_state()
    yield
    tv.set_rng_state(state)


def generator(seed=0):
    return tv.Generator().manual_seed(seed)


def test_a_generator_that_was_not_seeded_starts_from_0():
    assert tv.Generator().initial_seed() == 0
    assert (
        tv.rand(7, generator=tv.Generator()).tolist() == tv.rand(7, generator=generator(0)).tolist()
    )


@draws
def test_the_same_seed_gives_the_same_bits(draw):
    assert draw(generator(3)).tolist() == draw(generator(3)).tolist()


@draws
def test_another_seed_or_a_second_draw_gives_others(draw):
    g = generator(3)
    first = draw(g).tolist()
    assert first != draw(g).tolist()
    assert first != draw(generator(4)).tolist()


@draws
def test_manual_seed_governs_what_is_drawn_without_a_generator(draw):
    tv.manual_seed(5)
    default = draw(None).tolist()
    assert default == draw(generator(5)).tolist()
    assert tv.initial_seed() == 5


@draws
def test_a_state_saved_and_restored_continues_where_it_was(draw):
    g = generator(1)
    draw(g)
    state = g.get_state()
    expected = draw(g).tolist()
    other = tv.Generator()
    other.set_state(state)
    assert draw(other).tolist() == expected
    assert other.initial_seed() == 1


@draws
def test_numpys_own_random_numbers_are_neither_used_nor_disturbed(draw):
    np.random.seed(0)  # noqa: NPY002 - the old global state is what must not change
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first = draw(generator(2)).tolist()
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002
    assert draw(generator(2)).tolist() == first


def test_dropout_draws_from_the_default_generator():
    dropout = tv.nn.functional.dropout
    tv.manual_seed(0)
    first = dropout(tv.ones(100)).tolist()
    tv.manual_seed(0)
    assert dropout(tv.ones(100)).tolist() == first
    assert dropout(tv.ones(100)).tolist() != first


def test_generators_do_not_share_a_state():
    one, other = generator(0), generator(0)
    tv.rand(10, generator=one)
    tv.rand(10)
    assert tv.rand(3, generator=other).tolist() == tv.rand(3, generator=generator(0)).tolist()


def test_the_state_of_the_default_generator_can_be_restored():
    state = tv.get_rng_state()
    first = tv.rand(3).tolist()
    tv.set_rng_state(state)
    assert tv.rand(3).tolist() == first


def test_seed_takes_one_from_the_operating_system():
    g = tv.Generator()
    seeds = {g.seed() for _ in range(4)}
    assert len(seeds) == 4
    assert g.initial_seed() in seeds


# -- distributions: with fixed seeds, so these cannot fail by chance --------------------------

MANY = 20_000


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_rand_is_uniform_from_zero_up_to_but_not_including_one(dtype):
    x = tv.rand(MANY, generator=generator(), dtype=dtype)
    assert x.dtype == dtype
    values = x.numpy().astype(float)
    assert values.min() >= 0.0
    assert values.max() < 1.0
    if dtype == "float16":
        values += np.random.default_rng(0).uniform(0, 2**-11, MANY)  # it has only 2048 steps
    assert stats.kstest(values, "uniform").pvalue > 0.01


def test_float16_is_never_rounded_up_to_one():
    assert tv.rand(500_000, generator=generator(), dtype=tv.float16).max().item() < 1.0


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_randn_is_standard_normal(dtype):
    x = tv.randn(MANY, generator=generator(), dtype=dtype)
    assert x.dtype == dtype
    noise = 0.0 if dtype != "float16" else np.random.default_rng(0).normal(0, 1e-3, MANY)
    assert stats.kstest(x.numpy().astype(float) + noise, "norm").pvalue > 0.01


def test_randint_is_even_over_its_range_and_leaves_out_the_end():
    x = tv.randint(-2, 5, (MANY,), generator=generator())
    values, counts = np.unique(x.numpy(), return_counts=True)
    assert values.tolist() == list(range(-2, 5))
    assert stats.chisquare(counts).pvalue > 0.01


def test_randperm_is_even_over_all_orders():
    g = generator()
    orders = [tuple(tv.randperm(3, generator=g).tolist()) for _ in range(3000)]
    counts = [orders.count(order) for order in sorted(set(orders))]
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > 0.01


def test_bernoulli_is_one_with_the_probability_given():
    for p in (0.0, 0.2, 1.0):
        ones = int(tv.bernoulli(tv.full((MANY,), p), generator=generator()).sum().item())
        assert stats.binomtest(ones, MANY, p).pvalue > 0.01


def test_draws_after_one_another_are_not_correlated():
    x = tv.randn(MANY, generator=generator()).numpy().astype(float)
    assert stats.pearsonr(x[:-1], x[1:]).pvalue > 0.01


# -- dropout ----------------------------------------------------------------------------------

dropout, dropout2d = tv.nn.functional.dropout, tv.nn.functional.dropout2d


@pytest.mark.parametrize("p", [0.2, 0.5, 0.9])
def test_dropout_zeroes_with_probability_p_and_scales_the_rest(p):
    tv.manual_seed(0)
    found = dropout(tv.ones(MANY), p)
    zeros = int((found == 0).sum().item())
    assert stats.binomtest(zeros, MANY, p).pvalue > 0.01
    kept = found.numpy()[found.numpy() != 0]
    np.testing.assert_allclose(kept, 1 / (1 - p), rtol=1e-6)


def test_the_gradient_of_dropout_passes_where_the_value_passed():
    x = tv.ones(100, requires_grad=True)
    y = dropout(x)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), y.detach().numpy())


def test_dropout_of_everything_or_nothing_or_outside_training():
    x = tv.ones(5)
    assert dropout(x, 1.0).tolist() == [0.0] * 5
    assert dropout(x, 0.0).tolist() == [1.0] * 5
    assert dropout(x, 0.5, training=False).tolist() == [1.0] * 5


def test_dropout_in_place_changes_its_input_and_keeps_the_gradient():
    tv.manual_seed(0)
    x = tv.ones(100, requires_grad=True)
    y = x * 1.0
    assert dropout(y, inplace=True) is y
    assert set(y.tolist()) == {0.0, 2.0}
    y.sum().backward()
    assert x.grad.tolist() == y.tolist()


@pytest.mark.parametrize("shape", [(4, 8, 3, 3), (8, 3, 3)])
def test_dropout2d_zeroes_whole_channels(shape):
    tv.manual_seed(0)
    found = dropout2d(tv.ones(*shape)).numpy().reshape(-1, 9)
    assert {tuple(channel) for channel in found.tolist()} == {(0.0,) * 9, (2.0,) * 9}


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_dropout_keeps_the_type(dtype):
    assert dropout(tv.ones(3, dtype=dtype), 0.3).dtype == dtype


# -- like -------------------------------------------------------------------------------------


def test_like_takes_shape_and_type():
    x = tv.zeros(2, 3, dtype=tv.float64)
    for function in (tv.rand_like, tv.randn_like):
        assert (function(x).shape, function(x).dtype) == ((2, 3), tv.float64)
        assert function(x, dtype=tv.float32, requires_grad=True).requires_grad


def test_sizes_may_be_zero_or_none():
    assert tv.rand(0, 3).shape == (0, 3)
    assert tv.randn(()).shape == ()
    assert tv.randperm(0).tolist() == []
    assert tv.randint(5, (0,)).dtype == tv.int64


def test_one_bound_of_randint_is_the_end():
    for found in (tv.randint(3, (50,)), tv.randint(0, 3, (50,)), tv.randint(3, size=(50,))):
        assert set(found.tolist()) <= {0, 1, 2}


# -- errors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: tv.manual_seed(1.5), TypeError, r"a seed must be an integer, got 1\.5"),
        (lambda: tv.Generator("cuda"), ValueError, "computes on the CPU only, got device 'cuda'"),
        (lambda: tv.randint(5, 5, (2,)), ValueError, r"no integer lies between 5 and 5"),
        (lambda: tv.randint(0, 5), TypeError, "randint needs a size"),
        (lambda: tv.randint(0, 2.5, (2,)), TypeError, "must be integers"),
        (lambda: tv.randint(0, 5, (-1,)), ValueError, "at least 0"),
        (lambda: tv.randperm(-1), ValueError, "at least 0"),
        (lambda: tv.randperm(1.5), TypeError, "must be integers"),
        (
            lambda: tv.rand(2, dtype=tv.int64),
            TypeError,
            "a floating type is needed here, got int64",
        ),
        (lambda: tv.randn(2, dtype=tv.bool), TypeError, "a floating type is needed here, got bool"),
        (lambda: tv.bernoulli(tv.tensor([1, 0])), TypeError, "a floating type is needed"),
        (lambda: tv.bernoulli(tv.tensor([1.5])), ValueError, r"lie in 0\.\.1, got 1\.5\.\.1\.5"),
        (lambda: tv.bernoulli(tv.tensor([math.nan])), ValueError, r"lie in 0\.\.1"),
        (lambda: dropout(tv.ones(2), 1.5), ValueError, r"p must be between 0 and 1, got 1\.5"),
        (lambda: dropout(tv.ones(2), -0.1), ValueError, r"p must be between 0 and 1, got -0\.1"),
        (lambda: dropout(tv.tensor([1, 2])), TypeError, r"dropout needs floats, got int64"),
        (lambda: dropout2d(tv.ones(2, 3)), ValueError, r"expected \(N, C, H, W\).*got \(2, 3\)"),
    ],
)
def test_what_cannot_be_drawn_is_explained(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    "state",
    [
        tv.zeros(3, dtype=tv.uint8),
        tv.zeros(3),
        tv.tensor(list(b"[1, 2]"), dtype=tv.uint8),
        tv.tensor(list(b'[0, {"bit_generator": "PCG64"}]'), dtype=tv.uint8),
        tv.tensor(list(b'[0, {"bit_generator": "MT19937", "state": {}}]'), dtype=tv.uint8),
        "a state",
    ],
)
def test_what_is_no_state_is_refused_and_changes_nothing(state):
    g = generator(1)
    with pytest.raises(ValueError, match="not a generator state; pass what get_state"):
        g.set_state(state)
    assert tv.rand(3, generator=g).tolist() == tv.rand(3, generator=generator(1)).tolist()


def test_a_negative_seed_is_the_number_of_64_bits_that_is_written_alike():
    below, above = (tv.Generator().manual_seed(seed) for seed in (-1, 2**64 - 1))
    assert tv.rand(5, generator=below).tolist() == tv.rand(5, generator=above).tolist()
