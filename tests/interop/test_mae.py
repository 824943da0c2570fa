"""Weights into a masked autoencoder, and its encoder into a classifier."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.interop import load_mae, vit_from_mae, vit_from_state_dict
from tinyvision.models import MAE, ViT

SMALL = {
    "image_size": (8, 12), "patch_size": (4, 3), "channels": 3, "dim": 16, "depth": 2, "heads": 2,
    "mlp_dim": 20, "decoder_dim": 8, "decoder_depth": 1, "decoder_heads": 2,
}  # fmt: skip
DECODER = ("decoder", "mask_token")


@pytest.fixture(autouse=True)
def _seed():
    tv.manual_seed(0)


def array(tensor):
    return tensor.detach().numpy()


def scrambled():
    """An MAE whose every number is its own, also of norms, biases and positions."""
    model = MAE(**SMALL)
    for value in model.state_dict().values():
        tv.nn.init.normal_(value)
    return model


def as_hf_file(model):
    """The names and layouts of Hugging Face's files, written out by hand."""
    theirs = {}
    for name, value in model.state_dict().items():
        value = array(value)
        part, _, rest = name.partition(".")
        if part in ("blocks", "decoder_blocks"):
            i, _, tail = rest.partition(".")
            at = f"vit.encoder.layer.{i}" if part == "blocks" else f"decoder.decoder_layers.{i}"
            stem, _, leaf = tail.rpartition(".")
            if stem == "attn.qkv":
                for k, kind in enumerate(("query", "key", "value")):
                    third = len(value) // 3
                    rows = value[k * third : (k + 1) * third]
                    theirs[f"{at}.attention.attention.{kind}.{leaf}"] = rows
                continue
            stem = {
                "norm1": "layernorm_before", "attn.proj": "attention.output.dense",
                "norm2": "layernorm_after", "mlp.fc1": "intermediate.dense",
                "mlp.fc2": "output.dense",
            }[stem]  # fmt: skip
            theirs[f"{at}.{stem}.{leaf}"] = value
        elif name.startswith(DECODER):
            theirs[f"decoder.{name}"] = value
        else:
            ours = {
                "cls_token": "embeddings.cls_token", "pos_embed": "embeddings.position_embeddings",
                "patch_embed.proj.weight": "embeddings.patch_embeddings.projection.weight",
                "patch_embed.proj.bias": "embeddings.patch_embeddings.projection.bias",
                "norm.weight": "layernorm.weight", "norm.bias": "layernorm.bias",
            }  # fmt: skip
            theirs[f"vit.{ours[name]}"] = value
    return theirs


def assert_same_weights(a, b):
    for name, value in a.state_dict().items():
        np.testing.assert_array_equal(array(value), array(b.state_dict()[name]), err_msg=name)


def test_published_names_fit_as_they_are():
    a, b = scrambled(), MAE(**SMALL)
    b.load_state_dict(a.state_dict())
    assert_same_weights(a, b)
    assert_same_weights(a, load_mae(MAE(**SMALL), a.state_dict()))


def test_names_of_hugging_face():
    a = scrambled()
    assert_same_weights(a, load_mae(MAE(**SMALL), as_hf_file(a)))


def test_an_encoder_alone_leaves_the_decoder_as_it_was():
    a, b = scrambled(), scrambled()
    before = {name: array(value).copy() for name, value in b.state_dict().items()}
    load_mae(b, a.encoder_state_dict(), ignore=DECODER)
    for name, value in b.state_dict().items():
        expected = before[name] if name.startswith(DECODER) else array(a.state_dict()[name])
        np.testing.assert_array_equal(array(value), expected, err_msg=name)


def test_weights_for_other_images_fit_with_positions_of_ones_own():
    a, b = scrambled(), MAE(**{**SMALL, "image_size": (16, 12)})
    positions = array(b.pos_embed).copy()
    load_mae(b, a.state_dict(), ignore=("pos_embed", "decoder_pos_embed"))
    np.testing.assert_array_equal(array(b.pos_embed), positions)
    np.testing.assert_array_equal(array(b.norm.bias), array(a.norm.bias))


def test_weights_that_do_not_fit_are_refused_whole():
    a, b = scrambled(), scrambled()
    before = {name: array(value).copy() for name, value in b.state_dict().items()}
    state = {**a.state_dict(), "pos_embed": tv.zeros(1, 5, 16), "head.weight": tv.zeros(3, 16)}
    del state["blocks.1.mlp.fc2.bias"]
    with pytest.raises(RuntimeError, match=r"do not fit MAE by MAE's names") as error:
        load_mae(b, state)
    for part in (
        "missing: blocks.1.mlp.fc2.bias",
        "unexpected (ignore=... leaves names alone by their beginning): head.weight",
        "pos_embed is (1, 5, 16), the model needs (1, 9, 16)",
    ):
        assert part in str(error.value)
    for name, value in b.state_dict().items():
        np.testing.assert_array_equal(array(value), before[name], err_msg=name)


def test_only_an_mae_takes_them():
    with pytest.raises(
        TypeError, match="into an MAE, got Linear; an MAE's encoder goes into a ViT"
    ):
        load_mae(tv.nn.Linear(1, 1), {})


# -- a classifier -------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["timm", "hf"])
def test_the_encoder_is_read_as_a_vit_by_its_names(family):
    model = scrambled()
    state = model.encoder_state_dict() if family == "timm" else as_hf_file(model)
    assert tv.interop.detect_family(state) == family
    vit = vit_from_state_dict(
        state, heads=2, image_size=(8, 12), ignore=("decoder",), grid=(2, 4), eps=1e-6
    )
    images = tv.randn(2, 3, 8, 12)
    expected = vit_from_mae(model, num_classes=0, pool="cls")(images)
    np.testing.assert_array_equal(array(vit(images)), array(expected))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("pool", ["mean", "cls"])
def test_a_classifier_has_the_encoder_and_a_head_of_its_own_near_zero(pool, dtype):
    model = scrambled().to(dtype)
    vit = vit_from_mae(model, num_classes=5, pool=pool)
    assert isinstance(vit, ViT)
    images = tv.randn(2, 3, 8, 12).to(dtype)
    scores = vit(images)
    assert scores.shape == (2, 5)
    assert scores.dtype == dtype
    assert 1e-5 < array(vit.mlp_head.weight).std() < 3e-5
    assert not array(vit.mlp_head.bias).any()
    x = vit.transformer(vit.embed(images))
    whole = model.blocks(vit.embed(images))
    expected = array(whole) if pool == "mean" else array(model.norm(whole))
    np.testing.assert_allclose(array(x), expected, rtol=0, atol=1e-5)


def test_the_mean_of_patches_is_normalised_anew():
    vit = vit_from_mae(scrambled(), num_classes=5)
    np.testing.assert_array_equal(array(vit.pool_norm.weight), np.ones(16))
    np.testing.assert_array_equal(array(vit.pool_norm.bias), np.zeros(16))


def test_or_by_the_encoder_s_own_normalisation():
    model = scrambled()
    vit = vit_from_mae(model, num_classes=5, norm_after_pool=False)
    np.testing.assert_array_equal(array(vit.transformer.norm.weight), array(model.norm.weight))


def test_only_an_mae_becomes_one():
    with pytest.raises(TypeError, match="takes an MAE, got dict; vit_from_state_dict"):
        vit_from_mae({}, num_classes=5)


def test_weights_are_copied():
    model = scrambled()
    before = {name: array(value).copy() for name, value in model.state_dict().items()}
    for value in vit_from_mae(model, num_classes=5).state_dict().values():
        tv.nn.init.zeros_(value)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(array(value), before[name], err_msg=name)


def test_a_classifier_of_larger_images_has_interpolated_positions():
    model = scrambled()
    vit = vit_from_mae(model, num_classes=5, image_size=(16, 12), dropout=0.5)
    assert vit(tv.zeros(1, 3, 16, 12)).shape == (1, 5)
    np.testing.assert_array_equal(array(vit.pos_embedding)[0], array(model.pos_embed)[0, 0])


def test_everything_in_the_classifier_is_trained():
    vit = vit_from_mae(scrambled(), num_classes=5)
    (vit(tv.randn(2, 3, 8, 12)) ** 2).sum().backward()
    still = [
        name for name, p in vit.named_parameters() if p.grad is None or not (p.grad != 0).any()
    ]
    assert not still
