"""A network from nothing but weights."""

import numpy as np
import pytest

import tinyvision as tv


@pytest.mark.parametrize("library", ["timm", "hf", "torchvision", "google"])
def test_the_network_is_the_one_that_the_weights_were_of(published, weights, assert_equal, library):
    eps = {"hf": 1e-12}.get(library, 1e-6)
    gelu = "tanh" if library == "google" else "none"
    model = published(image_size=8, patch_size=4, channels=2, eps=eps, approximate=gelu)
    state = getattr(tv.interop, f"to_{library}")(model)
    again = tv.interop.vit_from_state_dict(state, heads=3)
    assert_equal(weights(again), weights(model))
    x = tv.randn(2, 2, 8, 8)
    np.testing.assert_array_equal(again(x).detach().numpy(), model(x).detach().numpy())


@pytest.mark.parametrize(
    "changes", [{"pool": "mean"}, {"pool": "mean", "class_token": True, "norm_after_pool": True}]
)
def test_pooling_is_told_from_the_names_of_timm(published, changes):
    model = published(image_size=8, patch_size=4, **changes)
    again = tv.interop.vit_from_state_dict(tv.interop.to_timm(model), heads=3)
    x = tv.randn(2, 3, 8, 8)
    np.testing.assert_array_equal(again(x).detach().numpy(), model(x).detach().numpy())


@pytest.mark.parametrize(
    "changes",
    [{}, {"pool": "mean"}, {"heads": 1, "dim_head": 12}, {"qkv_bias": True}, {"patch_norm": False}],
    ids=str,
)
def test_our_own_weights_tell_their_network(ours, changes):
    model = ours(image_size=8, patch_size=4, eps=1e-5, **changes)
    heads = None if changes.get("heads") == 1 else 3
    again = tv.interop.vit_from_state_dict(model.state_dict(), heads)
    x = tv.randn(2, 3, 8, 8)
    np.testing.assert_array_equal(again(x).detach().numpy(), model(x).detach().numpy())


@pytest.mark.parametrize(("size", "heads"), [("Ti/16", 3), ("S/16", 6)])
def test_published_sizes_tell_their_heads(size, heads):
    model = tv.models.vit(size, image_size=32, num_classes=2, depth=1)
    again = tv.interop.vit_from_state_dict(tv.interop.to_timm(model))
    assert again.transformer.layers[0][0].heads == heads


def test_heads_of_80_features_are_known_of_the_huge_network():
    """ViT-H has 16 heads; one for each 64 features would be 20."""
    thin = tv.models.ViT(
        image_size=2, patch_size=1, num_classes=0, dim=1280, depth=1, heads=16, mlp_dim=5120,
        channels=1, dim_head=80, qkv_bias=True, patch_norm=False,
    )  # fmt: skip
    again = tv.interop.vit_from_state_dict(tv.interop.to_timm(thin))
    assert again.transformer.layers[0][0].heads == 16


def test_other_sizes_have_a_head_for_each_64_features(published):
    model = published(image_size=8, patch_size=4, dim=128, heads=2, dim_head=64)
    again = tv.interop.vit_from_state_dict(tv.interop.to_timm(model))
    assert again.transformer.layers[0][0].heads == 2


def test_weights_of_float64_make_a_network_of_float64(published):
    state = tv.interop.to_timm(published(image_size=8, patch_size=4).double())
    model = tv.interop.vit_from_state_dict(state, heads=3)
    assert {p.dtype for p in model.parameters()} == {np.dtype("float64")}


def test_positions_are_interpolated_to_another_image(published):
    state = tv.interop.to_timm(published(image_size=8, patch_size=4))
    model = tv.interop.vit_from_state_dict(state, heads=3, image_size=(12, 16))
    assert model.image_size == (12, 16)
    assert model.pos_embedding.shape == (1 + 3 * 4, 12)


def test_options_win(published):
    state = tv.interop.to_hf(published(image_size=8, patch_size=4))
    assert tv.interop.vit_from_state_dict(state, 3, eps=0.5).transformer.norm.eps == 0.5


def test_heads_that_nothing_tells_are_asked_for(published):
    state = tv.interop.to_timm(published(image_size=8, patch_size=4))
    with pytest.raises(ValueError, match=r"do not tell the number of heads.*say heads="):
        tv.interop.vit_from_state_dict(state)


@pytest.mark.parametrize("heads", [5, 0, -1, 1.5, True])
def test_heads_that_do_not_fit_are_refused(published, heads):
    state = tv.interop.to_timm(published(image_size=8, patch_size=4))
    with pytest.raises(ValueError, match=r"heads=.* must divide the 12 features"):
        tv.interop.vit_from_state_dict(state, heads)


def test_an_image_that_is_not_square_is_asked_for(published):
    state = tv.interop.to_timm(published(image_size=(8, 12), patch_size=4))
    with pytest.raises(ValueError, match=r"6 patches are not a square.*image_size"):
        tv.interop.vit_from_state_dict(state, 3)
    assert tv.interop.vit_from_state_dict(state, 3, grid=(2, 3)).image_size == (8, 12)


def test_patches_that_are_not_square_are_asked_for(ours):
    state = ours().state_dict()
    with pytest.raises(ValueError, match=r"patches of 36 numbers are not squares in 3 channels"):
        tv.interop.vit_from_state_dict(state, 3)


def test_of_grey_images_the_number_of_channels_is_enough():
    model = tv.models.ViT(
        image_size=8, patch_size=2, channels=1, num_classes=3, dim=8, depth=1, heads=2, mlp_dim=16
    )
    with pytest.raises(ValueError, match=r"4 numbers.*say channels=1 if the images are grey"):
        tv.interop.vit_from_state_dict(model.state_dict(), 2)
    again = tv.interop.vit_from_state_dict(model.state_dict(), 2, channels=1)
    assert (again.image_size, again.patch_size) == ((8, 8), (2, 2))


@pytest.mark.parametrize(
    "name", ["patch_embed.proj.weight", "blocks.0.mlp.fc1.weight", "blocks.0.attn.qkv.weight"]
)
def test_an_array_with_other_axes_is_named(published, name):
    state = tv.interop.to_timm(published(image_size=8, patch_size=4))
    state[name] = tv.zeros(3)
    with pytest.raises(ValueError, match=rf"{name} must have \d axes.*got shape \(3,\)"):
        tv.interop.vit_from_state_dict(state, 3)


@pytest.mark.parametrize("name", ["cls_token", "pos_embed"])
def test_a_token_without_axes_is_named(published, name):
    state = tv.interop.to_timm(published(image_size=8, patch_size=4))
    state[name] = tv.zeros(())
    with pytest.raises(ValueError, match=rf"{name} must have 3 axes.*got shape \(\)"):
        tv.interop.vit_from_state_dict(state, 3)


def test_half_of_a_network_is_refused(published):
    state = tv.interop.to_timm(published(image_size=8, patch_size=4))
    del state["blocks.0.mlp.fc1.weight"]
    with pytest.raises(ValueError, match=r"not the weights of a whole ViT: blocks\.0\.mlp\.fc1"):
        tv.interop.vit_from_state_dict(state, 3)


def test_a_map_that_joins_the_heads_is_missed_where_the_library_always_has_it(published):
    state = tv.interop.to_timm(published(image_size=8, patch_size=4, depth=1))
    del state["blocks.0.attn.proj.weight"], state["blocks.0.attn.proj.bias"]
    with pytest.raises(RuntimeError, match=r"missing: blocks\.0\.attn\.proj\.weight, blocks"):
        tv.interop.vit_from_state_dict(state, 3)


def test_names_that_nobody_has_are_shown():
    with pytest.raises(ValueError, match=r"not the names of a Vision Transformer.*conv1\.weight"):
        tv.interop.detect_family(tv.models.CNN().state_dict())
    with pytest.raises(ValueError, match="none"):
        tv.interop.detect_family({})


def test_an_unknown_family_is_answered_with_those_there_are(published):
    with pytest.raises(ValueError, match=r"unknown family 'keras'.*timm"):
        tv.interop.vit_from_state_dict(tv.interop.to_timm(published()), family="keras")
