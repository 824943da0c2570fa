"""Initial values that are not drawn, and fused layers, against torch."""

import numpy as np
import pytest

import tinyvision as tv

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("shape", [(3, 5), (5, 3)])
def test_the_identity(shape):
    ours, theirs = (t.nn.init.eye_(t.ones(shape)).numpy() for t in (tv, torch))
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("shape", [(6, 2, 4), (6, 3, 2, 5), (6, 9, 3, 3, 1)])
@pytest.mark.parametrize("groups", [1, 2, 3])
def test_dirac_kernels(shape, groups):
    ours, theirs = (t.nn.init.dirac_(t.ones(shape), groups).numpy() for t in (tv, torch))
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("transpose", [True, False])
def test_fused_weights(bias, transpose):
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(3, 3, 2, 2))
    vectors = rng.uniform(0.5, 2.0, size=(5, 3))
    found = []
    for t in (tv, torch):
        b, mean, var, w2, b2 = (t.tensor(vector) for vector in vectors)
        fused = (
            t.nn.utils.fusion.fuse_conv_bn_weights
            if t is torch
            else t.nn.utils.fuse_conv_bn_weights
        )
        parts = fused(t.tensor(weight), b if bias else None, mean, var, 1e-5, w2, b2, transpose)
        found.append([part.detach().numpy() for part in parts])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


@pytest.mark.parametrize("norm_type", [1.0, 2.0, float("inf")])
def test_total_norms(norm_type):
    arrays = [np.arange(6.0).reshape(2, 3), np.array(-7.0)]
    ours, theirs = (
        t.nn.utils.get_total_norm([t.tensor(array) for array in arrays], norm_type).item()
        for t in (tv, torch)
    )
    assert ours == pytest.approx(theirs, rel=1e-12)
