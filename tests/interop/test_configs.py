"""A network from the settings of other libraries."""

import json

import pytest

import tinyvision as tv

HF = {
    "model_type": "vit", "architectures": ["ViTForImageClassification"], "image_size": [8, 12],
    "patch_size": [4, 3], "num_channels": 1, "hidden_size": 12, "num_hidden_layers": 2,
    "num_attention_heads": 3, "intermediate_size": 20, "layer_norm_eps": 1e-8,
    "hidden_act": "gelu", "qkv_bias": True, "id2label": {"0": "cat", "1": "dog", "2": "owl"},
    "initializer_range": 0.02, "attention_probs_dropout_prob": 0.1,
}  # fmt: skip
TIMM = {
    "img_size": 8, "patch_size": 4, "in_chans": 3, "num_classes": 5, "embed_dim": 12, "depth": 2,
    "num_heads": 3,
}  # fmt: skip
TORCHVISION = {
    "image_size": 8, "patch_size": 4, "num_layers": 2, "num_heads": 3, "hidden_dim": 12,
    "mlp_dim": 20,
}  # fmt: skip


def test_hf_settings_are_taken_over():
    model = tv.interop.vit_from_config(HF)
    attention, feed_forward = model.transformer.layers[1]
    assert len(model.transformer.layers) == 2
    assert (model.image_size, model.patch_size, model.channels) == ((8, 12), (4, 3), 1)
    assert (attention.heads, attention.dim_head) == (3, 4)
    assert attention.norm.eps == model.transformer.norm.eps == 1e-8
    assert attention.to_qkv.bias is not None
    assert feed_forward.net[1].out_features == 20
    assert model.mlp_head.out_features == 3
    assert model(tv.zeros(1, 1, 8, 12)).shape == (1, 3)


@pytest.mark.parametrize(
    ("changes", "classes"),
    [
        ({"id2label": None, "num_labels": 7}, 7),
        ({"id2label": None}, 2),
        ({"architectures": None}, 3),
        ({"architectures": ["ViTModel"]}, None),
        ({"model_type": "vit_mae"}, None),
    ],
    ids=str,
)
def test_hf_has_a_classifier_only_where_it_classifies(changes, classes):
    head = tv.interop.vit_from_config({**HF, **changes}).mlp_head
    assert getattr(head, "out_features", None) == classes


def test_each_family_has_its_eps():
    without = {name: value for name, value in HF.items() if name != "layer_norm_eps"}
    ours = {
        "image_size": 8, "patch_size": 4, "num_classes": 2, "dim": 12, "depth": 1, "heads": 3,
        "mlp_dim": 20,
    }  # fmt: skip
    eps = {
        family: tv.interop.vit_from_config(config, family).transformer.norm.eps
        for family, config in {
            "hf": without, "timm": TIMM, "torchvision": TORCHVISION, "vit_pytorch": ours
        }.items()
    }  # fmt: skip
    assert eps == {"hf": 1e-12, "timm": 1e-6, "torchvision": 1e-6, "vit_pytorch": 1e-5}


@pytest.mark.parametrize("name", ["gelu_new", "gelu_pytorch_tanh"])
def test_hf_names_of_the_other_gelu_are_known(name):
    layer = tv.interop.vit_from_config({**HF, "hidden_act": name}).transformer.layers[0]
    assert layer[1].net[2].approximate == "tanh"


@pytest.mark.parametrize("given", ["file", "folder"])
def test_hf_settings_are_read_from_their_file(tmp_path, given):
    (tmp_path / "config.json").write_text(json.dumps(HF))
    path = tmp_path / "config.json" if given == "file" else tmp_path
    assert tv.interop.vit_from_config(path).mlp_head.out_features == 3


def test_options_win():
    model = tv.interop.vit_from_config(HF, num_classes=9, dropout=0.5)
    assert model.mlp_head.out_features == 9
    assert model.transformer.layers[0][0].dropout == 0.5


def test_timm_pools_by_the_mean_of_patches_and_normalises_after():
    model = tv.interop.vit_from_config({**TIMM, "global_pool": "avg"}, "timm")
    assert (model.pool, len(model.cls_token)) == ("mean", 1)
    assert isinstance(model.pool_norm, tv.nn.LayerNorm)
    assert isinstance(model.transformer.norm, tv.nn.Identity)


def test_what_changes_training_only_may_be_there():
    config = {**TIMM, "drop_rate": 0.1, "attn_drop_rate": 0.1, "drop_path_rate": 0.1}
    assert tv.interop.vit_from_config(config, "timm").mlp_head.out_features == 5


@pytest.mark.parametrize(
    ("config", "family", "message"),
    [
        (HF, "keras", "unknown family 'keras'.*hf"),
        ([1], "hf", "a config is a dictionary of settings, got list"),
        ({**HF, "model_type": "bert"}, "hf", "model_type='bert' of hf is not supported"),
        ({**HF, "model_type": ["vit"]}, "hf", "model_type.*not supported"),
        ({**HF, "hidden_act": "relu"}, "hf", "hidden_act='relu' of hf is not supported.*gelu"),
        ({**HF, "num_attention_heads": 5}, "hf", "heads=5 must divide dim=12"),
        ({**HF, "num_attention_heads": 0}, "hf", "heads must be a positive integer"),
        ({**HF, "hidden_size": "12"}, "hf", "hidden_size in the hf config must be a number"),
        ({**HF, "hidden_size": -12}, "hf", "hidden_size in the hf config must be a number"),
        ({**HF, "hidden_size": True}, "hf", "hidden_size in the hf config must be a number"),
        ({**HF, "image_size": "8"}, "hf", "image_size in the hf config must be a number or a pair"),
        ({**HF, "image_size": [8]}, "hf", "image_size in the hf config must be a number or a pair"),
        ({**HF, "image_size": [9, 12]}, "hf", "height 9 is not divisible by the patch's 4"),
        ({**HF, "layer_norm_eps": "tiny"}, "hf", "layer_norm_eps must be a positive number"),
        ({**TIMM, "img_size": 9}, "timm", "height 9 is not divisible by the patch's 4"),
        ({**TIMM, "global_pool": "map"}, "timm", "global_pool='map' of timm is not supported"),
        (
            {**TIMM, "init_values": 1e-5, "reg_tokens": 4},
            "timm",
            "no such setting of timm: init_values, reg_tokens",
        ),
        ({**TIMM, "class_token": False}, "timm", "pool='cls' classifies by the class token"),
        (
            {k: v for k, v in TORCHVISION.items() if k != "mlp_dim"},
            "torchvision",
            "the torchvision config does not say mlp_dim",
        ),
        ({**TORCHVISION, "representation_size": 8}, "torchvision", "representation_size=8"),
        ({"image_size": 8, "patch_size": 4}, "vit_pytorch", "does not say num_classes"),
        ({"image_size": 8, "patch_size": 4, "dims": 3}, "vit_pytorch", "no such setting.*dims"),
    ],
)  # fmt: skip
def test_what_no_network_of_ours_has_is_refused(config, family, message):
    with pytest.raises(ValueError, match=message):
        tv.interop.vit_from_config(config, family)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 100_000, b"[]", b"3"])
def test_a_config_file_that_is_none_is_named(tmp_path, content):
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"config\.json (is not JSON|holds)"):
        tv.interop.vit_from_config(tmp_path)


def test_a_config_file_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"config\.json"):
        tv.interop.vit_from_config(tmp_path)
