"""Initial values: torch's bounds and variances, and where the random numbers come from."""

import math
import re

import numpy as np
import pytest
from scipy import stats

import tinyvision as tv
from tinyvision import nn
from tinyvision.nn import init

MANY = (300, 400)  # (fan_out, fan_in)
KERNELS = (64, 48, 3, 5)  # (out, in, KH, KW)
AREA = 15
MOMENT = 0.01  # relative error of a variance estimated from 120,000 draws: 5 deviations are 0.02


def drawn(fill, shape=MANY, **options):
    tensor = tv.empty(*shape)
    assert fill(tensor, **options, generator=tv.Generator().manual_seed(0)) is tensor
    return tensor.numpy().astype(np.float64).ravel()


def assert_uniform(values, bound):
    assert np.abs(values).max() <= bound * (1 + 1e-6)
    assert stats.kstest(values, stats.uniform(-bound, 2 * bound).cdf).pvalue > 0.01


def assert_normal(values, std, mean=0.0):
    assert stats.kstest(values, stats.norm(mean, std).cdf).pvalue > 0.01


@pytest.mark.parametrize(("shape", "fans"), [(MANY, 700), (KERNELS, (64 + 48) * AREA)])
def test_xavier_spreads_by_both_fans(shape, fans):
    assert_uniform(drawn(init.xavier_uniform_, shape, gain=2.0), 2.0 * math.sqrt(6 / fans))
    assert_normal(drawn(init.xavier_normal_, shape, gain=2.0), 2.0 * math.sqrt(2 / fans))


@pytest.mark.parametrize(
    ("mode", "shape", "fan"),
    [
        ("fan_in", MANY, 400),
        ("fan_out", MANY, 300),
        ("fan_in", KERNELS, 48 * AREA),
        ("fan_out", KERNELS, 64 * AREA),
    ],
)
def test_kaiming_spreads_by_one_fan(mode, shape, fan):
    options = {"mode": mode, "nonlinearity": "relu"}
    assert_uniform(drawn(init.kaiming_uniform_, shape, **options), math.sqrt(6 / fan))
    assert_normal(drawn(init.kaiming_normal_, shape, **options), math.sqrt(2 / fan))


def test_kaimings_slope_is_that_of_leaky_relu():
    gain = math.sqrt(2 / (1 + 0.5**2))
    assert_uniform(drawn(init.kaiming_uniform_, a=0.5), gain * math.sqrt(3 / 400))


def test_uniform_and_normal_take_their_limits():
    values = drawn(init.uniform_, a=-3.0, b=-1.0)
    assert_uniform(values + 2.0, 1.0)
    assert_normal(drawn(init.normal_, mean=4.0, std=0.5), 0.5, mean=4.0)


@pytest.mark.parametrize(
    ("mean", "std", "a", "b"), [(0.0, 1.0, -2.0, 2.0), (1.0, 2.0, 0.0, 1.5), (0.0, 0.02, -2.0, 2.0)]
)
def test_trunc_normal_is_a_normal_distribution_cut_off(mean, std, a, b):
    values = drawn(init.trunc_normal_, mean=mean, std=std, a=a, b=b)
    assert values.min() >= a
    assert values.max() <= b
    expected = stats.truncnorm((a - mean) / std, (b - mean) / std, mean, std)
    assert stats.kstest(values, expected.cdf).pvalue > 0.01


def test_constants_fill_everything():
    tensor = tv.empty(2, 3)
    assert init.constant_(tensor, 2.5) is tensor
    assert set(tensor.numpy().ravel()) == {2.5}
    assert set(init.ones_(tensor).numpy().ravel()) == {1.0}
    assert set(init.zeros_(tensor).numpy().ravel()) == {0.0}


@pytest.mark.parametrize(
    ("name", "param", "gain"),
    [
        ("linear", None, 1.0),
        ("conv2d", None, 1.0),
        ("sigmoid", None, 1.0),
        ("tanh", None, 5 / 3),
        ("relu", None, math.sqrt(2)),
        ("selu", None, 0.75),
        ("leaky_relu", None, math.sqrt(2 / (1 + 0.01**2))),
        ("leaky_relu", 0.2, math.sqrt(2 / (1 + 0.2**2))),
    ],
)
def test_gains_are_torchs(name, param, gain):
    assert init.calculate_gain(name, param) == pytest.approx(gain, rel=1e-15)


# -- the default of the layers ----------------------------------------------------------------

LAYERS = {
    "Linear": (lambda: nn.Linear(400, 300), 400),
    "Conv2d": (lambda: nn.Conv2d(48, 640, (3, 5)), 48 * AREA),
    "Conv2d in groups": (lambda: nn.Conv2d(96, 640, (3, 5), groups=2), 48 * AREA),
}


@pytest.mark.parametrize(("make", "fan_in"), LAYERS.values(), ids=list(LAYERS))
def test_layers_start_uniform_within_one_over_the_root_of_fan_in(make, fan_in):
    state = tv.get_rng_state()
    tv.manual_seed(0)
    layer = make()
    tv.set_rng_state(state)
    bound = 1.0 / math.sqrt(fan_in)
    for parameter in layer.parameters():
        assert_uniform(parameter.detach().numpy().astype(np.float64).ravel(), bound)
    assert np.var(layer.weight.detach().numpy()) == pytest.approx(bound**2 / 3, rel=5 * MOMENT)


def test_reset_parameters_draws_anew():
    layer = nn.Linear(5, 5)
    before = layer.weight.detach().clone()
    layer.reset_parameters()
    assert not bool((layer.weight == before).any())


# -- where the numbers come from --------------------------------------------------------------

RANDOM = [
    init.uniform_,
    init.normal_,
    init.trunc_normal_,
    init.xavier_uniform_,
    init.xavier_normal_,
    init.kaiming_uniform_,
    init.kaiming_normal_,
]
each_random = pytest.mark.parametrize("fill", RANDOM, ids=lambda fill: fill.__name__)


@each_random
def test_a_generator_of_the_same_seed_gives_the_same_numbers(fill):
    first, second, third = (
        fill(tv.empty(3, 4), generator=tv.Generator().manual_seed(seed)) for seed in (1, 1, 2)
    )
    assert bool((first == second).all())
    assert not bool((first == third).all())


@each_random
def test_a_generator_of_ones_own_leaves_the_default_one_alone(fill):
    before = tv.get_rng_state()
    fill(tv.empty(3, 4), generator=tv.Generator().manual_seed(1))
    assert bool((tv.get_rng_state() == before).all())


@each_random
def test_the_same_seed_makes_the_same_layer(fill):
    state = tv.get_rng_state()
    found = []
    for _ in range(2):
        tv.manual_seed(3)
        found.append(fill(tv.empty(3, 4)))
    tv.set_rng_state(state)
    assert bool((found[0] == found[1]).all())


@each_random
def test_a_parameter_is_filled_without_being_recorded(fill):
    parameter = nn.Parameter(tv.zeros(3, 4))
    fill(parameter)
    assert parameter.is_leaf
    assert parameter.requires_grad
    assert bool((parameter != 0).all())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: init.xavier_normal_(tv.empty(3)), "at least two axes (out, in, ...), got shape"),
        (lambda: init.kaiming_normal_(tv.empty(2, 2), mode="fan"), "must be 'fan_in' or 'fan_out'"),
        (lambda: init.calculate_gain("step"), "unknown nonlinearity 'step'; choose one of"),
    ],
)
def test_what_has_no_meaning_is_refused(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


# -- matrices with a structure ------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (4, 2, 3), (8, 1, 2, 2)])
def test_the_fewer_of_rows_and_columns_are_orthogonal_and_as_long_as_the_gain(shape):
    w = init.orthogonal_(tv.empty(*shape, dtype=tv.float64), gain=2.0).numpy()
    w = w.reshape(shape[0], -1)
    product = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(product, 4.0 * np.eye(len(product)), atol=1e-12)


def test_orthogonal_matrices_of_both_signs_are_as_likely():
    generator = tv.Generator().manual_seed(0)
    signs = [init.orthogonal_(tv.empty(1, 1), generator=generator).item() for _ in range(200)]
    assert set(signs) == {1.0, -1.0}
    assert stats.binomtest(signs.count(1.0), 200).pvalue > 1e-6


def test_an_empty_matrix_is_orthogonal_as_it_is():
    assert init.orthogonal_(tv.empty(0, 3)).shape == (0, 3)


def test_the_identity():
    assert init.eye_(tv.empty(2, 3)).tolist() == [[1, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize(
    ("shape", "groups"), [((4, 4, 3), 1), ((4, 2, 3, 5), 2), ((2, 2, 1, 3, 3), 1)]
)
def test_a_dirac_kernel_hands_the_channels_on(shape, groups):
    kernel = init.dirac_(tv.empty(*shape), groups).numpy()
    outputs, inputs, *window = shape
    middle = tuple(size // 2 for size in window)
    expected = np.zeros(shape)
    for output in range(outputs):
        expected[(output, output % (outputs // groups), *middle)] = 1
    np.testing.assert_array_equal(kernel, expected)
    if len(window) == 2:
        x = tv.randn(1, inputs * groups, 6, 7)
        padding = tuple(size // 2 for size in window)
        y = nn.functional.conv2d(x, tv.from_numpy(kernel), padding=padding, groups=groups)
        assert bool((x == y).all())


def test_more_outputs_than_inputs_leave_the_last_kernels_empty():
    assert init.dirac_(tv.empty(3, 2, 1)).tolist() == [[[1], [0]], [[0], [1]], [[0], [0]]]


def test_a_share_of_each_column_is_zero():
    w = init.sparse_(tv.empty(7, 5), 0.3, std=2.0).numpy()
    assert (w == 0).sum(axis=0).tolist() == [3] * 5
    assert len({tuple(column) for column in (w == 0).T}) > 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: init.orthogonal_(tv.empty(3)),
            "orthogonal_ needs at least two axes, got shape (3",
        ),
        (lambda: init.eye_(tv.empty(3)), "eye_ fills matrices, got shape (3,)"),
        (
            lambda: init.dirac_(tv.empty(3, 3)),
            "dirac_ fills kernels of 3 to 5 axes (out, in, ...), g",
        ),
        (lambda: init.dirac_(tv.empty(3, 3, 3), 2), "groups=2 must divide the 3 output channels"),
        (lambda: init.sparse_(tv.empty(3), 0.1), "sparse_ fills matrices, got shape (3,)"),
        (lambda: init.sparse_(tv.empty(3, 3), 1.1), "sparsity must be between 0 and 1, got 1.1"),
    ],
)
def test_a_structure_that_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
