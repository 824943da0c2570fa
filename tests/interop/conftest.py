"""What the tests of weights share: small networks, and a look at whether one was changed."""

import numpy as np
import pytest

import tinyvision as tv

PUBLISHED = {
    "image_size": (8, 12), "patch_size": (4, 3), "num_classes": 5, "dim": 12, "depth": 2,
    "heads": 3, "mlp_dim": 20, "dim_head": 4, "qkv_bias": True, "patch_norm": False,
    "project_out": True, "eps": 1e-6,
}  # fmt: skip


def randomised(model, seed=0):
    """All parameters drawn anew, so that no two are alike (biases and scales would be)."""
    rng = np.random.default_rng(seed)
    model.load_state_dict(
        {name: rng.normal(size=value.shape) for name, value in model.state_dict().items()}
    )
    return model


@pytest.fixture
def published():
    """A function that builds a network like the published ones, small and random."""
    return lambda seed=0, **changes: randomised(tv.models.ViT(**{**PUBLISHED, **changes}), seed)


@pytest.fixture
def ours():
    """A function that builds a network of our own kind, small and random."""
    settings = {"patch_norm": True, "qkv_bias": False, "project_out": None}
    return lambda seed=0, **changes: randomised(
        tv.models.ViT(**{**PUBLISHED, **settings, **changes}), seed
    )


@pytest.fixture
def weights():
    """A function that copies a network's weights, to compare later."""
    return lambda model: {name: value.numpy().copy() for name, value in model.state_dict().items()}


@pytest.fixture
def assert_equal():
    """A function that fails unless two dictionaries of weights are the same to the last bit."""

    def compare(first, second):
        assert first.keys() == second.keys()
        for name in first:
            np.testing.assert_array_equal(np.asarray(first[name]), np.asarray(second[name]), name)

    return compare
