"""Pooling against torch, indices included; ties, NaN, incomplete windows."""

import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch")

GEOMETRIES = [
    {"kernel_size": kernel, "stride": stride, "padding": padding, "ceil_mode": ceil}
    for kernel, stride, padding, ceil in itertools.product(
        [2, 3, (2, 3)], [None, 1, (2, 3)], [0, 1, (0, 1)], [False, True]
    )
]


def name(settings):
    return "-".join(map(str, settings.values()))


@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("settings", GEOMETRIES, ids=name)
def test_max_pooling_its_indices_and_derivatives_agree(agree, normal, settings, dilation):
    def case(t, x):
        pool = t.nn.functional.max_pool2d
        return pool(x * x, **settings, dilation=dilation, return_indices=True)

    agree(case, normal(2, 3, 7, 8))


@pytest.mark.parametrize("settings", GEOMETRIES[::3], ids=name)
@pytest.mark.parametrize("kind", ["few values", "constant", "NaN", "all NaN", "-inf", "inf"])
def test_max_pooling_chooses_among_equals_as_torch_does(agree, settings, kind):
    rng = np.random.default_rng(1)
    x = rng.integers(0, 3, (2, 3, 7, 8)).astype(float)
    if kind == "constant":
        x[:] = -2.0
    elif kind == "NaN":
        x[rng.random(x.shape) < 0.2] = np.nan
    elif kind == "all NaN":
        x[:] = np.nan
    elif kind == "-inf":
        x[rng.random(x.shape) < 0.7] = -np.inf
    elif kind == "inf":
        x[rng.random(x.shape) < 0.5] = np.inf

    def case(t, x):
        return t.nn.functional.max_pool2d(x, **settings, return_indices=True)

    agree(case, x, order=1)


@pytest.mark.parametrize("shape", [(3, 6, 6), (0, 3, 6, 6), (1, 1, 2, 2)], ids=str)
def test_pooling_of_single_images_and_empty_batches_agrees(agree, normal, shape):
    def case(t, x):
        f = t.nn.functional
        return (
            *f.max_pool2d(x, 2, return_indices=True),
            f.avg_pool2d(x, 2),
            f.adaptive_avg_pool2d(x, 1),
            *f.adaptive_max_pool2d(x, 1, return_indices=True),
        )

    agree(case, normal(*shape))


@pytest.mark.parametrize("settings", GEOMETRIES[::4], ids=name)
def test_max_pooling_of_integers_agrees(agree, settings):
    x = np.arange(112).reshape(1, 2, 7, 8) * 37 % 101 - 200
    agree(lambda t, x: t.nn.functional.max_pool2d(x, **settings, return_indices=True), x)


@pytest.mark.parametrize("divisor", [None, 3, -2])
@pytest.mark.parametrize("include_pad", [True, False])
@pytest.mark.parametrize("settings", GEOMETRIES, ids=name)
def test_average_pooling_and_its_derivatives_agree(agree, normal, settings, include_pad, divisor):
    def case(t, x):
        return t.nn.functional.avg_pool2d(
            x * x, **settings, count_include_pad=include_pad, divisor_override=divisor
        )

    agree(case, normal(1, 2, 7, 8))


SIZES = [1, 3, (2, 5), (7, 8), (None, 2), (4, None), (9, 11)]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_adaptive_average_pooling_agrees(agree, normal, size):
    agree(lambda t, x: t.nn.functional.adaptive_avg_pool2d(x * x, size), normal(2, 3, 7, 8))


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("kind", ["distinct", "tied", "NaN"])
def test_adaptive_max_pooling_agrees(agree, normal, size, kind):
    def case(t, x):
        return t.nn.functional.adaptive_max_pool2d(x, size, return_indices=True)

    x = normal(2, 3, 7, 8)
    if kind == "tied":
        x = np.round(x)
    elif kind == "NaN":
        x[x > 1] = np.nan
    agree(case, x, order=1 if kind == "NaN" else 2)


@pytest.mark.parametrize("kind", ["max", "avg"])
def test_pooling_agrees_in_float32(agree, normal, kind):
    def case(t, x):
        f = t.nn.functional
        if kind == "max":
            return f.max_pool2d(x, 3, 2, 1, return_indices=True)
        return f.avg_pool2d(x, 3, 2, 1), f.adaptive_avg_pool2d(x, (3, 5))

    agree(case, normal(4, 3, 16, 17), dtype="float32", order=1)


@pytest.mark.parametrize("p", [1, 2, 3.5, 4])
@pytest.mark.parametrize("settings", [GEOMETRIES[i] for i in (0, 1, 8, 20)], ids=name)
def test_power_average_pooling_agrees(agree, normal, settings, p):
    options = {key: settings[key] for key in ("kernel_size", "stride", "ceil_mode")}

    def case(t, x):
        return t.nn.functional.lp_pool2d(x.abs() + 0.1, p, **options)

    agree(case, normal(2, 3, 7, 8))


def test_power_average_pooling_of_zeros_has_torchs_slope(agree):
    agree(lambda t, x: t.nn.functional.lp_pool1d(x, 2, 2), np.zeros((1, 2, 4)), order=1)


@pytest.mark.parametrize("size", [None, (6, 7), (7, 6), (2, 3, 7, 7)], ids=str)
def test_unpooling_agrees(agree, normal, size):
    def case(t, x):
        values, places = t.nn.functional.max_pool2d(x, 2, return_indices=True)
        return t.nn.functional.max_unpool2d(values * values, places, 2, output_size=size)

    agree(case, normal(2, 3, 6, 6))
