"""Weights by the names of other libraries: there and back, and everything that does not fit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv

LIBRARIES = ["timm", "hf", "torchvision", "google"]


def to(library, model):
    return getattr(tv.interop, f"to_{library}")(model)


def load(library, model, state, **options):
    return getattr(tv.interop, f"load_{library}")(model, state, **options)


# -- there and back -----------------------------------------------------------------------------


@given(
    st.sampled_from(LIBRARIES),
    st.fixed_dictionaries(
        {
            "depth": st.integers(1, 3),
            "num_classes": st.integers(0, 3),
            "heads": st.integers(1, 3),
            "dim_head": st.integers(1, 3),
            "dim": st.integers(1, 5),
            "mlp_dim": st.integers(1, 5),
            "channels": st.integers(1, 3),
            "patch_size": st.tuples(st.integers(1, 3), st.integers(1, 3)),
            "qkv_bias": st.booleans(),
        }
    ),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_any_network_comes_back_as_it_went(library, settings, down, across):
    p1, p2 = settings["patch_size"]
    build = lambda: tv.models.ViT(  # noqa: E731
        **settings, image_size=(down * p1, across * p2), patch_norm=False, project_out=True
    )
    there, back = build(), build()
    load(library, back, to(library, there))
    for (name, first), second in zip(
        there.state_dict().items(), back.state_dict().values(), strict=True
    ):
        np.testing.assert_array_equal(first.numpy(), second.numpy(), name)


@pytest.mark.parametrize("pool", ["cls", "mean"])
@pytest.mark.parametrize("after", [False, True])
def test_timm_has_pooling_by_the_mean_and_normalisation_after_it(
    published, weights, assert_equal, pool, after
):
    options = {"pool": pool, "norm_after_pool": after}
    there, back = published(1, **options), published(2, **options)
    state = tv.interop.to_timm(there)
    assert ("fc_norm.weight" in state) == after
    assert ("norm.weight" in state) != after
    tv.interop.load_timm(back, state)
    assert_equal(weights(there), weights(back))


def test_names_and_shapes_are_those_of_each_library(published):
    model = published(image_size=32, patch_size=4, num_classes=10, dim=64, heads=4, mlp_dim=128,
                      dim_head=16)  # fmt: skip
    shapes = {
        library: {name: value.shape for name, value in to(library, model).items()}
        for library in LIBRARIES
    }
    for library, expected in {
        "timm": {
            "cls_token": (1, 1, 64), "pos_embed": (1, 65, 64),
            "patch_embed.proj.weight": (64, 3, 4, 4), "patch_embed.proj.bias": (64,),
            "blocks.1.norm1.weight": (64,),
            "blocks.1.attn.qkv.weight": (192, 64), "blocks.1.attn.qkv.bias": (192,),
            "blocks.1.attn.proj.weight": (64, 64), "blocks.1.norm2.bias": (64,),
            "blocks.1.mlp.fc1.weight": (128, 64), "blocks.1.mlp.fc2.weight": (64, 128),
            "norm.weight": (64,), "head.weight": (10, 64),
        },
        "hf": {
            "vit.embeddings.cls_token": (1, 1, 64),
            "vit.embeddings.position_embeddings": (1, 65, 64),
            "vit.embeddings.patch_embeddings.projection.weight": (64, 3, 4, 4),
            "vit.encoder.layer.1.layernorm_before.weight": (64,),
            "vit.encoder.layer.1.attention.attention.query.weight": (64, 64),
            "vit.encoder.layer.1.attention.attention.value.bias": (64,),
            "vit.encoder.layer.1.attention.output.dense.weight": (64, 64),
            "vit.encoder.layer.1.layernorm_after.weight": (64,),
            "vit.encoder.layer.1.intermediate.dense.weight": (128, 64),
            "vit.encoder.layer.1.output.dense.weight": (64, 128),
            "vit.layernorm.bias": (64,), "classifier.weight": (10, 64),
        },
        "torchvision": {
            "class_token": (1, 1, 64), "encoder.pos_embedding": (1, 65, 64),
            "conv_proj.weight": (64, 3, 4, 4),
            "encoder.layers.encoder_layer_1.ln_1.weight": (64,),
            "encoder.layers.encoder_layer_1.self_attention.in_proj_weight": (192, 64),
            "encoder.layers.encoder_layer_1.self_attention.in_proj_bias": (192,),
            "encoder.layers.encoder_layer_1.self_attention.out_proj.weight": (64, 64),
            "encoder.layers.encoder_layer_1.mlp.0.weight": (128, 64),
            "encoder.layers.encoder_layer_1.mlp.3.bias": (64,),
            "encoder.ln.weight": (64,), "heads.head.weight": (10, 64),
        },
        "google": {
            "cls": (1, 1, 64), "Transformer/posembed_input/pos_embedding": (1, 65, 64),
            "embedding/kernel": (4, 4, 3, 64),
            "Transformer/encoderblock_1/LayerNorm_0/scale": (64,),
            "Transformer/encoderblock_1/MultiHeadDotProductAttention_1/key/kernel": (64, 4, 16),
            "Transformer/encoderblock_1/MultiHeadDotProductAttention_1/key/bias": (4, 16),
            "Transformer/encoderblock_1/MultiHeadDotProductAttention_1/out/kernel": (4, 16, 64),
            "Transformer/encoderblock_1/LayerNorm_2/bias": (64,),
            "Transformer/encoderblock_1/MlpBlock_3/Dense_0/kernel": (64, 128),
            "Transformer/encoderblock_1/MlpBlock_3/Dense_1/kernel": (128, 64),
            "Transformer/encoder_norm/scale": (64,), "head/kernel": (64, 10),
        },
    }.items():  # fmt: skip
        assert expected.items() <= shapes[library].items(), library
    counts = {sum(np.prod(s) for s in found.values()) for found in shapes.values()}
    assert counts == {sum(p.numel() for p in model.parameters())}


def test_written_weights_are_copies(published):
    model = published()
    tv.interop.to_timm(model)["norm.weight"].fill_(7.0)
    assert not (model.transformer.norm.weight == 7.0).any()


def test_torch_arrays_of_other_precision_are_converted(published, assert_equal, weights):
    there = published(1)
    state = {k: v.numpy().astype(np.float16) for k, v in tv.interop.to_timm(there).items()}
    model = tv.interop.load_timm(published(2), state)
    rounded = {k: v.astype(np.float16).astype(np.float32) for k, v in weights(there).items()}
    assert_equal(weights(model), rounded)


def test_a_patch_embedding_equals_the_convolution_that_it_was(published):
    """Written out: patch (i, j), filter d, is a sum over channels, rows and columns."""
    model = published(image_size=(8, 9), patch_size=(4, 3))
    kernel = tv.interop.to_timm(model)["patch_embed.proj.weight"].numpy()
    bias = model.to_patch_embedding[2].bias.detach().numpy()
    image = np.random.default_rng(0).normal(size=(1, 3, 8, 9)).astype(np.float32)
    found = model.to_patch_embedding(tv.tensor(image)).detach().numpy()
    for place, (i, j) in enumerate(np.ndindex(2, 3)):
        window = image[0, :, 4 * i : 4 * i + 4, 3 * j : 3 * j + 3]
        expected = np.einsum("cpq,dcpq->d", window, kernel) + bias
        np.testing.assert_allclose(found[0, place], expected, rtol=1e-5, atol=1e-5)


# -- what does not fit --------------------------------------------------------------------------


@pytest.mark.parametrize("library", LIBRARIES)
def test_everything_that_does_not_fit_is_listed_and_nothing_is_loaded(
    published, weights, assert_equal, library
):
    state = to(library, published(1))
    model = published(2)
    before = weights(model)
    names = list(state)
    gone, gone_too, bent = names[3], names[-1], names[5]
    del state[gone], state[gone_too]
    state[bent] = tv.zeros(*state[bent].shape, 2)
    state["surprise"] = tv.zeros(1)
    state["another"] = tv.zeros(1)
    with pytest.raises(RuntimeError) as caught:
        load(library, model, state)
    message = str(caught.value)
    missing, unexpected, shapes = message.splitlines()[1:]
    assert "missing" in missing
    assert gone in missing
    assert gone_too in missing
    assert "unexpected" in unexpected
    assert "surprise, another" in unexpected
    assert f"{bent} is {state[bent].shape}, the model needs {state[bent].shape[:-1]}" in shapes
    assert_equal(weights(model), before)


def test_a_transposed_kernel_of_the_right_size_is_refused(published):
    state = tv.interop.to_google(published())
    name = "Transformer/encoderblock_0/MlpBlock_3/Dense_0/kernel"
    state[name] = state[name].t()
    with pytest.raises(RuntimeError, match=r"Dense_0/kernel is \(20, 12\).*needs \(12, 20\)"):
        tv.interop.load_google(published(), state)


def test_weights_that_are_not_floating_point_are_refused(published):
    state = tv.interop.to_timm(published())
    state["norm.bias"] = state["norm.bias"].to(np.int64)
    with pytest.raises(RuntimeError, match=r"norm\.bias holds int64"):
        tv.interop.load_timm(published(), state)


def test_a_model_with_parts_that_the_family_has_not_is_refused(ours, published):
    with pytest.raises(RuntimeError, match=r"timm's networks have not.*to_patch_embedding\.1"):
        tv.interop.load_timm(ours(), tv.interop.to_timm(published()))
    with pytest.raises(ValueError, match=r"cannot be written as one of hf's.*patch_norm=False"):
        tv.interop.to_hf(ours())


def test_a_model_that_lacks_what_the_family_has_cannot_be_written(ours):
    model = ours(heads=1, dim_head=12, patch_norm=False)
    with pytest.raises(ValueError, match=r"lacks to_out\.0\.weight"):
        tv.interop.to_timm(model)


def test_deeper_weights_than_the_model_are_refused(published):
    state = tv.interop.to_torchvision(published(depth=3))
    with pytest.raises(RuntimeError, match=r"unexpected.*encoder_layer_2\.ln_1\.weight"):
        tv.interop.load_torchvision(published(), state)


@pytest.mark.parametrize("library", [*LIBRARIES, "vit_pytorch"])
def test_only_a_vit_is_loaded_into(library):
    with pytest.raises(TypeError, match=f"load_{library} loads into a ViT, got CNN"):
        load(library, tv.models.CNN(), {})


def test_only_a_dictionary_is_loaded(published):
    with pytest.raises(TypeError, match="a state_dict is a dictionary, got list"):
        tv.interop.load_timm(published(), [])


# -- left alone ---------------------------------------------------------------------------------


def test_a_decoder_is_ignored_only_when_named(published):
    state = tv.interop.to_timm(published(1))
    state |= {"mask_token": tv.zeros(1, 1, 8), "decoder_blocks.0.norm1.weight": tv.zeros(8)}
    with pytest.raises(RuntimeError, match=r"unexpected.*mask_token, decoder_blocks\.0"):
        tv.interop.load_timm(published(2), state)
    tv.interop.load_timm(published(2), state, ignore=("decoder", "mask_token"))


def test_a_classifier_can_be_kept_while_the_rest_is_loaded(published, weights):
    state = tv.interop.to_timm(published(1, num_classes=1000))
    model = published(2, num_classes=3)
    before = weights(model)
    assert tv.interop.load_timm(model, state, ignore="head") is model
    after = weights(model)
    assert {name for name in after if (after[name] == before[name]).all()} == {
        "mlp_head.weight",
        "mlp_head.bias",
    }


# -- positions for another image ----------------------------------------------------------------


def test_positions_for_another_square_grid_are_interpolated(published):
    state = tv.interop.to_timm(published(1, image_size=12, patch_size=4))
    model = tv.interop.load_timm(published(2, image_size=(20, 8), patch_size=4), state)
    old = state["pos_embed"][0]
    np.testing.assert_array_equal(model.pos_embedding[0].detach().numpy(), old[0].numpy())
    image = old[1:].reshape(1, 3, 3, 12).permute(0, 3, 1, 2)
    expected = tv.nn.functional.interpolate(image, size=(5, 2), mode="bicubic", align_corners=False)
    found = model.pos_embedding[1:].detach().reshape(5, 2, 12).permute(2, 0, 1)
    np.testing.assert_array_equal(found.numpy(), expected[0].numpy())


def test_positions_for_a_grid_that_is_not_square_need_it_to_be_said(published):
    state = tv.interop.to_timm(published(1, image_size=(8, 12), patch_size=4))
    model = published(2, image_size=16, patch_size=4)
    with pytest.raises(RuntimeError, match=r"pos_embed is \(1, 7, 12\).*grid=\.\.\. says"):
        tv.interop.load_timm(model, state)
    tv.interop.load_timm(model, state, grid=(2, 3))
    expected = tv.models.resize_position_embedding(state["pos_embed"][0], (2, 3), (4, 4))
    np.testing.assert_array_equal(model.pos_embedding.detach().numpy(), expected.numpy())


def test_a_grid_of_as_many_patches_in_another_shape_is_interpolated_if_said(published):
    state = tv.interop.to_timm(published(1, image_size=(8, 12), patch_size=4))
    model = published(2, image_size=(12, 8), patch_size=4)
    tv.interop.load_timm(model, state, grid=(2, 3))
    expected = tv.models.resize_position_embedding(state["pos_embed"][0], (2, 3), (3, 2))
    np.testing.assert_array_equal(model.pos_embedding.detach().numpy(), expected.numpy())


def test_a_token_that_the_model_has_not_are_refused(published):
    state = tv.interop.to_timm(published(1))
    with pytest.raises(RuntimeError, match=r"cls_token is \(1, 1, 12\).*needs \(1, 0, 12\)"):
        tv.interop.load_timm(published(2, pool="mean"), state)


# -- Hugging Face's spellings -------------------------------------------------------------------

IN_MEMORY = {
    "encoder.layer.": "layers.", "attention.attention.query": "attention.q_proj",
    "attention.attention.key": "attention.k_proj",
    "attention.attention.value": "attention.v_proj",
    "attention.output.dense": "attention.o_proj", "intermediate.dense": "mlp.fc1",
    "output.dense": "mlp.fc2",
}  # fmt: skip


@pytest.mark.parametrize("prefix", ["vit.", ""])
@pytest.mark.parametrize("in_memory", [False, True])
def test_hf_names_may_begin_with_vit_and_be_old_or_new(
    published, weights, assert_equal, prefix, in_memory
):
    def spelled(name):
        for old, new in IN_MEMORY.items() if in_memory else ():
            name = name.replace(old, new)
        return prefix + name.removeprefix("vit.") if name.startswith("vit.") else name

    there, back = published(1), published(2)
    state = {spelled(name): value for name, value in tv.interop.to_hf(there).items()}
    assert ("vit.layers.0.attention.q_proj.weight" in state) == (in_memory and bool(prefix))
    assert tv.interop.detect_family(state) == "hf"
    tv.interop.load_hf(back, state)
    assert_equal(weights(back), weights(there))


# -- vit-pytorch over time ----------------------------------------------------------------------

BEFORE_1_4 = {
    "0.to_qkv": "0.fn.to_qkv", "0.to_out": "0.fn.to_out", "1.net.0": "1.norm",
    "1.net.1": "1.fn.net.0", "1.net.4": "1.fn.net.3", "mlp_head": "mlp_head.1",
    "transformer.norm": "mlp_head.0",
}  # fmt: skip


def renamed(state, table):
    out = {}
    for name, value in state.items():
        found = next((old for old in table if old in name), None)
        out[name if found is None else name.replace(found, table[found])] = value
    return out


def with_batch_axis(state):
    tokens = ("cls_token", "pos_embedding")
    return {name: v.unsqueeze(0) if name in tokens else v for name, v in state.items()}


@pytest.mark.parametrize(
    ("table", "options"),
    [
        ({}, {}),
        (BEFORE_1_4, {}),
        ({**BEFORE_1_4, "to_patch_embedding.2": "to_patch_embedding.1"}, {"patch_norm": False}),
    ],
    ids=["1.4 to 1.16", "1.0 to 1.3", "before 1.0"],
)
def test_older_versions_of_vit_pytorch_load_by_name(ours, weights, assert_equal, table, options):
    there, back = ours(1, **options), ours(2, **options)
    state = with_batch_axis(renamed(there.state_dict(), table))
    assert state["cls_token"].shape == (1, 1, 12)
    assert tv.interop.detect_family(state) == "vit_pytorch"
    tv.interop.load_vit_pytorch(back, state)
    assert_equal(weights(back), weights(there))
    again = tv.interop.vit_from_state_dict(state, heads=3, image_size=(8, 12), patch_size=(4, 3))
    assert_equal(weights(again), weights(there))


def test_a_class_token_is_not_taken_by_a_model_that_pools_by_the_mean(ours):
    state = ours().state_dict()
    with pytest.raises(ValueError, match=r"before 1\.16\.0 averaged the token in"):
        tv.interop.load_vit_pytorch(ours(pool="mean", class_token=True), state)


def test_the_empty_token_of_a_model_without_one_need_not_be_there(ours, weights, assert_equal):
    there, back = ours(1, pool="mean"), ours(2, pool="mean")
    state = dict(there.state_dict())
    assert state.pop("cls_token").shape == (0, 12)
    tv.interop.load_vit_pytorch(back, state)
    assert_equal(weights(back), weights(there))
