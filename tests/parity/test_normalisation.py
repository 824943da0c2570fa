"""Normalisation against torch: over batches, over features, over groups of channels."""

import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("shape", [(6, 3), (6, 3, 5), (4, 3, 5, 2)], ids=str)
@pytest.mark.parametrize(
    ("training", "affine", "running"), list(itertools.product([True, False], repeat=3))
)
def test_batch_normalisation_agrees(agree, normal, shape, training, affine, running):
    if not training and not running:
        pytest.skip("evaluation needs running values")

    def case(t, x, w, b, mean, variance):
        mean, variance = mean.detach().clone(), variance.detach().clone()
        values = (mean, variance) if running else (None, None)
        scale = (w, b) if affine else (None, None)
        out = t.nn.functional.batch_norm(x, *values, *scale, training, 0.3, 1e-3)
        return out, mean, variance

    arrays = normal(*shape), normal(3), normal(3), normal(3), np.abs(normal(3)) + 0.5
    agree(case, *arrays)


def test_batch_normalisation_agrees_in_float32_far_from_zero(agree, normal):
    def case(t, x):
        return t.nn.functional.batch_norm(x, None, None, training=True)

    # float32 numbers near 1000 lie 6e-5 apart, so neither library can do better
    tolerance = {"rtol": 1e-3, "atol": 1e-3}
    agree(case, normal(8, 3, 4, 4) + 1000, dtype="float32", order=1, tolerance=tolerance)
    agree(case, normal(8, 3, 4, 4) + 1, dtype="float32", order=1)


def test_batch_normalisation_of_constant_channels_agrees(agree):
    def case(t, x):
        return t.nn.functional.batch_norm(x, None, None, training=True)

    agree(case, np.full((4, 2, 3), 7.0))


@pytest.mark.parametrize("shape", [(5,), (3, 5), (2, 3, 4, 5)], ids=str)
@pytest.mark.parametrize("axes", [1, 2])
@pytest.mark.parametrize(("weight", "bias"), [(True, True), (True, False), (False, False)])
def test_layer_normalisation_agrees(agree, normal, shape, axes, weight, bias):
    if axes > len(shape):
        pytest.skip("more axes than the tensor has")
    normalised = shape[-axes:]

    def case(t, x, w, b):
        values = (w if weight else None, b if bias else None)
        return t.nn.functional.layer_norm(x * x, normalised, *values, eps=1e-3)

    agree(case, normal(*shape), normal(*normalised), normal(*normalised))


@pytest.mark.parametrize("shape", [(3, 6), (3, 6, 5), (2, 6, 3, 4)], ids=str)
@pytest.mark.parametrize("groups", [1, 2, 3])
@pytest.mark.parametrize("affine", [True, False])
def test_group_normalisation_agrees(agree, normal, shape, groups, affine):
    def case(t, x, w, b):
        values = (w, b) if affine else (None, None)
        return t.nn.functional.group_norm(x, groups, *values, eps=1e-3)

    agree(case, normal(*shape), normal(6), normal(6))


def test_normalisation_agrees_in_float32(agree, normal):
    def case(t, x):
        f = t.nn.functional
        return f.layer_norm(x, (48,)), f.group_norm(x.reshape(4, 4, 12), 2)

    agree(case, normal(4, 48) * 3 + 1, dtype="float32", order=1)


def test_normalisation_of_equal_numbers_agrees(agree):
    def case(t, x):
        f = t.nn.functional
        return f.layer_norm(x, (4,)), f.group_norm(x, 2)

    agree(case, np.full((3, 4), 7.0), order=1)
