"""Which parameters learn at which rate, by the formula."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.train import decay_groups, freeze, layer_groups


@pytest.fixture
def vit():
    return tv.models.ViT(
        image_size=8, patch_size=4, num_classes=3, dim=8, depth=3, heads=2, mlp_dim=16, dim_head=4,
        qkv_bias=True,
    )  # fmt: skip


def settings_by_name(model, groups):
    names = {id(p): name for name, p in model.named_parameters()}
    return {names[id(p)]: group for group in groups for p in group["params"]}


@pytest.mark.parametrize(
    ("name", "power"),
    [
        ("mlp_head.weight", 0),
        ("transformer.norm.weight", 0),
        ("transformer.layers.2.1.net.1.weight", 1),
        ("transformer.layers.1.0.to_qkv.weight", 2),
        ("transformer.layers.0.0.norm.bias", 3),
        ("to_patch_embedding.2.weight", 4),
        ("pos_embedding", 4),
        ("cls_token", 4),
    ],
)
def test_the_rate_falls_by_the_decay_with_each_layer_from_the_head(vit, name, power):
    groups = layer_groups(vit, 0.01, weight_decay=0.05, layer_decay=0.5)
    assert settings_by_name(vit, groups)[name]["lr"] == 0.01 * 0.5**power


def test_a_decay_of_1_gives_every_layer_the_same_rate(vit):
    groups = layer_groups(vit, 0.01, weight_decay=0.05, layer_decay=1)
    assert {group["lr"] for group in groups} == {0.01}


def test_the_first_group_is_the_heads_whose_rate_the_history_shows(vit):
    assert layer_groups(vit, 0.01, weight_decay=0.05)[0]["lr"] == 0.01


@pytest.mark.parametrize(
    "make", [layer_groups, lambda m, _, weight_decay: decay_groups(m, weight_decay)]
)
def test_every_parameter_is_in_one_group_and_only_weights_decay(vit, make):
    groups = make(vit, 0.01, weight_decay=0.05)
    by_name = settings_by_name(vit, groups)
    assert sum(len(group["params"]) for group in groups) == len(list(vit.parameters()))
    for name, parameter in vit.named_parameters():
        weight = parameter.ndim > 1 and name not in ("cls_token", "pos_embedding")
        assert by_name[name]["weight_decay"] == (0.05 if weight else 0.0), name


@pytest.mark.parametrize(
    "make", [layer_groups, lambda m, _, weight_decay: decay_groups(m, weight_decay)]
)
def test_frozen_parameters_are_in_no_group(vit, make):
    vit.mlp_head.weight.requires_grad_(False)
    assert "mlp_head.weight" not in settings_by_name(vit, make(vit, 0.01, weight_decay=0.05))


def learning(model):
    return {name for name, p in model.named_parameters() if p.requires_grad}


def test_freezing_no_layer_freezes_nothing(vit):
    assert learning(freeze(vit, 0)) == {name for name, _ in vit.named_parameters()}


def test_freezing_layers_freezes_what_comes_before_them_too(vit):
    rest = learning(freeze(vit, 2))
    assert rest == {
        name
        for name, _ in vit.named_parameters()
        if name.startswith(("transformer.layers.2.", "transformer.norm.", "mlp_head."))
    }


def test_freezing_all_but_the_head_leaves_the_head(vit):
    assert learning(freeze(vit, "all-but-head")) == {"mlp_head.weight", "mlp_head.bias"}


@pytest.mark.parametrize("what", [-1, 4, True, "some"])
def test_a_number_of_layers_that_are_not_there_is_refused(vit, what):
    with pytest.raises(ValueError, match=r"freeze must be a number of layers from 0 to 3"):
        freeze(vit, what)


@pytest.mark.parametrize("decay", [0, -0.5, 1.5, np.nan])
def test_a_layer_decay_out_of_range_is_refused(vit, decay):
    with pytest.raises(ValueError, match="layer_decay must be above 0 and at most 1"):
        layer_groups(vit, 0.01, weight_decay=0.05, layer_decay=decay)


@pytest.mark.parametrize(
    "function", [lambda m: layer_groups(m, 1, weight_decay=0), lambda m: freeze(m, 1)]
)
def test_layers_are_known_of_a_vit_only(function):
    with pytest.raises(TypeError, match="knows the layers of a ViT, got Linear"):
        function(tv.nn.Linear(2, 2))
