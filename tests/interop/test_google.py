"""Google's weights, against their network written down in NumPy with their arrays as they are."""

import numpy as np
import pytest
from scipy.special import softmax

import tinyvision as tv

SIZES = {
    "image_size": (4, 9), "patch_size": (2, 3), "num_classes": 5, "dim": 10, "depth": 2,
    "heads": 3, "dim_head": 4, "mlp_dim": 7, "qkv_bias": True, "patch_norm": False,
    "project_out": True, "eps": 1e-6, "approximate": "tanh",
}  # fmt: skip


def flax_vit(w, images):
    """Dosovitskiy et al.'s network with Flax's layers; images are (N, H, W, C)."""

    def norm(x, name):
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-6)
        return scaled * w[f"{name}/scale"] + w[f"{name}/bias"]

    def dense(x, name):
        return x @ w[f"{name}/kernel"] + w[f"{name}/bias"]

    p1, p2, channels, dim = w["embedding/kernel"].shape
    n, height, width, _ = images.shape
    patches = images.reshape(n, height // p1, p1, width // p2, p2, channels)
    x = np.einsum("nipjqc,pqcd->nijd", patches, w["embedding/kernel"]) + w["embedding/bias"]
    x = np.concatenate([np.tile(w["cls"], (n, 1, 1)), x.reshape(n, -1, dim)], 1)
    x = x + w["Transformer/posembed_input/pos_embedding"]
    for i in range(2):
        layer = f"Transformer/encoderblock_{i}"
        heads = f"{layer}/MultiHeadDotProductAttention_1"
        y = norm(x, f"{layer}/LayerNorm_0")
        q, k, v = (
            np.einsum("ntd,dhk->nhtk", y, w[f"{heads}/{part}/kernel"])
            + w[f"{heads}/{part}/bias"][None, :, None]
            for part in ("query", "key", "value")
        )
        weights = softmax(np.einsum("nhtk,nhsk->nhts", q, k) / np.sqrt(q.shape[-1]), axis=-1)
        y = np.einsum("nhts,nhsk->nthk", weights, v)
        x = x + np.einsum("nthk,hkd->ntd", y, w[f"{heads}/out/kernel"]) + w[f"{heads}/out/bias"]
        y = dense(norm(x, f"{layer}/LayerNorm_2"), f"{layer}/MlpBlock_3/Dense_0")
        y = 0.5 * y * (1 + np.tanh(np.sqrt(2 / np.pi) * (y + 0.044715 * y**3)))
        x = x + dense(y, f"{layer}/MlpBlock_3/Dense_1")
    return dense(norm(x, "Transformer/encoder_norm")[:, 0], "head")


@pytest.fixture(scope="module")
def weights():
    """Random weights under Google's names, in float64."""
    rng = np.random.default_rng(0)
    shapes = tv.interop.to_google(tv.models.ViT(**SIZES))
    return {name: rng.normal(size=value.shape) for name, value in shapes.items()}


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).normal(size=(2, 3, 4, 9))


def test_scores_are_those_of_their_network(weights, images):
    model = tv.interop.load_google(tv.models.ViT(**SIZES).double(), weights)
    expected = flax_vit(weights, images.transpose(0, 2, 3, 1))
    found = model(tv.tensor(images)).detach().numpy()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)


def test_the_network_is_told_from_the_file_alone(weights, images, tmp_path):
    np.savez(tmp_path / "google.npz", **weights)
    state = tv.interop.load_npz(tmp_path / "google.npz")
    assert tv.interop.detect_family(state) == "google"
    model = tv.interop.vit_from_state_dict(state, image_size=(4, 9))
    assert model.transformer.layers[0][0].heads == 3
    expected = flax_vit(weights, images.transpose(0, 2, 3, 1))
    found = model(tv.tensor(images)).detach().numpy()
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)


def test_other_heads_than_the_arrays_have_are_refused(weights):
    with pytest.raises(ValueError, match="these weights have 3 heads, got heads=2"):
        tv.interop.vit_from_state_dict(weights, heads=2, image_size=(4, 9))
