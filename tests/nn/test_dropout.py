"""Dropout layers: only while training."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn

PLAIN = [nn.Dropout, nn.Dropout2d]
each = pytest.mark.parametrize("make", [*PLAIN, nn.AlphaDropout, nn.FeatureAlphaDropout])


@each
def test_evaluation_is_the_identity(make):
    x = tv.ones(4, 3, 2, 2)
    assert bool((make(0.9).eval()(x) == x).all())


@pytest.mark.parametrize("make", PLAIN)
def test_training_drops_and_scales(make):
    state = tv.get_rng_state()
    tv.manual_seed(0)
    out = make(0.75)(tv.ones(40, 30, 2, 2))
    tv.set_rng_state(state)
    assert set(np.unique(out.numpy())) == {0.0, 4.0}


@pytest.mark.parametrize(("make", "axes"), [(nn.Dropout1d, 1), (nn.Dropout3d, 3)])
def test_whole_channels_of_other_axes_are_dropped(make, axes):
    out = make(0.5)(tv.ones(40, 30, *[2] * axes)).numpy().reshape(1200, -1)
    assert (out.min(axis=1) == out.max(axis=1)).all()
    assert bool((make(0.5).eval()(tv.ones(40, 30, *[2] * axes)) == 1).all())


@each
def test_in_place_stores_the_answer_in_the_input(make):
    x = tv.ones(4, 3, 2, 2)
    assert make(0.5, inplace=True)(x) is x


@each
@pytest.mark.parametrize("p", [-0.5, 1.5])
def test_a_probability_outside_0_to_1_is_refused(make, p):
    with pytest.raises(ValueError, match=f"p must be between 0 and 1, got {p}"):
        make(p)
