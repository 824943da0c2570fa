"""The Vision Transformer: what must hold whatever its weights are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision.models import (
    SIZES,
    EncoderLayer,
    FeedForward,
    MultiHeadSelfAttention,
    PatchEmbedding,
    ViT,
    patchify,
    resize_position_embedding,
    sincos_position_embedding,
    unpatchify,
    vit,
)

SMALL = {
    "image_size": (8, 12), "patch_size": (4, 3), "num_classes": 5, "dim": 16, "depth": 2,
    "heads": 2, "mlp_dim": 32, "dim_head": 8,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _seed():
    tv.manual_seed(0)


def small(**changes):
    return ViT(**{**SMALL, **changes}).eval()


def array(tensor):
    return tensor.detach().numpy()


# -- patches ------------------------------------------------------------------------------------


@given(st.tuples(*[st.integers(1, 3)] * 4), st.integers(0, 2), st.integers(1, 4), st.booleans())
def test_patches_put_together_again_are_the_image(sizes, n, channels, as_integers):
    down, across, p1, p2 = sizes
    size = (down * p1, across * p2)
    images = np.random.default_rng(0).normal(size=(n, channels, *size))
    images = tv.tensor((100 * images).astype(np.int64) if as_integers else images)
    patches = patchify(images, (p1, p2))
    assert patches.shape == (n, down * across, p1 * p2 * channels)
    back = unpatchify(patches, (p1, p2), size, channels)
    np.testing.assert_array_equal(back.numpy(), images.numpy())


def test_a_patch_lists_rows_columns_channels_and_patches_stand_in_reading_order():
    images = tv.arange(2 * 3 * 4 * 6).reshape(2, 3, 4, 6)
    patches = patchify(images, (2, 3)).numpy()
    for n, i, j in np.ndindex(2, 2, 2):
        expected = [
            images[n, c, 2 * i + p, 3 * j + q].item()
            for p in range(2) for q in range(3) for c in range(3)
        ]  # fmt: skip
        assert patches[n, 2 * i + j].tolist() == expected


@pytest.mark.parametrize("patch", [4, (4, 3), (8, 12), 1], ids=str)
def test_the_embedding_of_patches_equals_a_convolution_that_strides_by_its_size(patch):
    p1, p2 = (patch, patch) if isinstance(patch, int) else patch
    embed = PatchEmbedding(patch_size=patch, channels=3, dim=10, norm=False).double()
    images = tv.randn(2, 3, 8, 12, dtype=tv.float64)
    linear = embed[2]
    # (D, p1*p2*C) -> (D, p1, p2, C) -> (D, C, p1, p2)
    kernel = linear.weight.reshape(10, p1, p2, 3).permute(0, 3, 1, 2)
    convolved = tv.nn.functional.conv2d(images, kernel, linear.bias, stride=(p1, p2))
    expected = convolved.flatten(2).transpose(1, 2)  # (N, D, h, w) -> (N, T, D)
    np.testing.assert_allclose(array(embed(images)), array(expected), rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: patchify(tv.zeros(3, 8, 8), 4), r"takes images \(N, C, H, W\), got shape \(3, 8"),
        (lambda: patchify(tv.zeros(1, 3, 8, 9), 4), "width 9 is not divisible by the patch's 4"),
        (lambda: patchify(tv.zeros(1, 3, 10, 8), 4), "height 10.*to 8 or 12"),
        (lambda: patchify(tv.zeros(1, 3, 8, 8), 0), "patch_size must be at least 1"),
        (
            lambda: unpatchify(tv.zeros(1, 4, 47), 4, 8),
            r"2 by 2 patches of 4 by 4 pixels in 3 channels need shape \(N, 4, 48\)",
        ),
    ],
)
def test_patches_that_do_not_fit_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# -- the network --------------------------------------------------------------------------------


@pytest.mark.parametrize("pool", ["cls", "mean"])
@pytest.mark.parametrize("place", [(0, 0, 0, 0), (0, 2, 7, 11), (0, 1, 5, 4)], ids=str)
def test_scores_depend_on_every_part_of_the_image(pool, place):
    model = small(pool=pool)
    image = tv.randn(1, 3, 8, 12)
    before = array(model(image))
    image[place] = image[place] + 1.0
    assert np.abs(array(model(image)) - before).min() > 1e-6


@pytest.mark.parametrize("norm_after_pool", [False, True])
@pytest.mark.parametrize("pool", ["cls", "mean"])
def test_every_parameter_takes_part(pool, norm_after_pool):
    model = small(pool=pool, norm_after_pool=norm_after_pool, qkv_bias=True)
    (model(tv.randn(2, 3, 8, 12)) ** 2).sum().backward()
    still = {
        name
        for name, p in model.named_parameters()
        if p.numel() and (p.grad is None or not (p.grad != 0).any())
    }
    assert not still


@given(st.permutations(range(8)))
def test_without_positions_the_encoder_does_not_know_the_order_of_patches(order):
    tv.manual_seed(1)
    model = ViT(**{**SMALL, "pool": "mean"}).eval().double()
    x = tv.randn(1, 8, 16, dtype=tv.float64)
    straight = array(model.transformer(x))
    shuffled = array(model.transformer(x[:, order]))
    np.testing.assert_allclose(shuffled, straight[:, order], rtol=0, atol=1e-12)


@pytest.mark.parametrize("pool", ["cls", "mean"])
def test_without_positions_shuffled_patches_have_the_same_scores_and_with_them_others(pool):
    model = small(pool=pool).double()
    image = tv.randn(1, 3, 8, 12, dtype=tv.float64)
    order = [3, 1, 0, 2, 7, 6, 4, 5]
    shuffled = unpatchify(patchify(image, (4, 3))[:, order], (4, 3), (8, 12))
    assert np.abs(array(model(shuffled)) - array(model(image))).max() > 1e-3
    model.pos_embedding.data = tv.zeros_like(model.pos_embedding)
    np.testing.assert_allclose(array(model(shuffled)), array(model(image)), rtol=0, atol=1e-12)


def test_images_of_a_batch_do_not_see_each_other():
    model = small().double()
    images = tv.randn(3, 3, 8, 12, dtype=tv.float64)
    alone = np.concatenate([array(model(images[i : i + 1])) for i in range(3)])
    np.testing.assert_allclose(array(model(images)), alone, rtol=0, atol=1e-12)


@pytest.mark.parametrize("options", [{}, {"pool": "mean"}], ids=str)
def test_eight_images_can_be_learned_by_heart(options):
    model = ViT(
        image_size=8, patch_size=4, num_classes=4, dim=32, depth=2, heads=2, mlp_dim=64,
        dim_head=16, channels=1, **options,
    )  # fmt: skip
    images = tv.randn(8, 1, 8, 8)
    labels = tv.tensor([0, 1, 2, 3, 3, 2, 1, 0])
    optimizer = tv.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(120):
        loss = tv.nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 2e-3
    assert model(images).argmax(1).tolist() == labels.tolist()


@pytest.mark.parametrize(
    ("options", "tokens", "places"),
    [
        ({}, 1, 9),
        ({"pool": "mean"}, 0, 8),
        ({"pool": "mean", "class_token": True}, 1, 9),
        ({"pool": "mean", "class_token": False}, 0, 8),
    ],
    ids=str,
)
def test_the_class_token_is_there_for_whom_it_pools(options, tokens, places):
    model = small(**options)
    assert model.cls_token.shape == (tokens, 16)
    assert model.pos_embedding.shape == (places, 16)
    images = tv.zeros(2, 3, 8, 12)
    assert model.embed(images).shape == (2, places, 16)
    assert model.features(images).shape == (2, 16)
    assert model(images).shape == (2, 5)


def test_the_mean_is_of_patches_only():
    model = small(pool="mean", class_token=True).double()
    images = tv.randn(1, 3, 8, 12, dtype=tv.float64)
    through = array(model.transformer(model.embed(images)))
    np.testing.assert_allclose(array(model.features(images)), through[:, 1:].mean(1), atol=1e-12)


def test_without_classes_the_features_come_out():
    model = small(num_classes=0)
    images = tv.randn(2, 3, 8, 12)
    np.testing.assert_array_equal(array(model(images)), array(model.features(images)))


def test_names_and_shapes_are_those_of_vit_pytorch():
    model = ViT(image_size=32, patch_size=4, num_classes=10, dim=64, depth=1, heads=4,
                mlp_dim=128, dim_head=16)  # fmt: skip
    assert {name: value.shape for name, value in model.state_dict().items()} == {
        "cls_token": (1, 64), "pos_embedding": (65, 64),
        "to_patch_embedding.1.weight": (48,), "to_patch_embedding.1.bias": (48,),
        "to_patch_embedding.2.weight": (64, 48), "to_patch_embedding.2.bias": (64,),
        "to_patch_embedding.3.weight": (64,), "to_patch_embedding.3.bias": (64,),
        "transformer.norm.weight": (64,), "transformer.norm.bias": (64,),
        "transformer.layers.0.0.norm.weight": (64,), "transformer.layers.0.0.norm.bias": (64,),
        "transformer.layers.0.0.to_qkv.weight": (192, 64),
        "transformer.layers.0.0.to_out.0.weight": (64, 64),
        "transformer.layers.0.0.to_out.0.bias": (64,),
        "transformer.layers.0.1.net.0.weight": (64,), "transformer.layers.0.1.net.0.bias": (64,),
        "transformer.layers.0.1.net.1.weight": (128, 64),
        "transformer.layers.0.1.net.1.bias": (128,),
        "transformer.layers.0.1.net.4.weight": (64, 128),
        "transformer.layers.0.1.net.4.bias": (64,),
        "mlp_head.weight": (10, 64), "mlp_head.bias": (10,),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("heads", "dim_head", "project_out", "there"),
    [
        (1, 16, None, False),
        (1, 8, None, True),
        (2, 8, None, True),
        (1, 16, True, True),
        (2, 8, False, False),
    ],
)
def test_heads_are_joined_by_a_map_unless_one_fills_dim(heads, dim_head, project_out, there):
    model = small(heads=heads, dim_head=dim_head, project_out=project_out)
    assert ("transformer.layers.1.0.to_out.0.weight" in model.state_dict()) == there
    assert model(tv.zeros(1, 3, 8, 12)).shape == (1, 5)


def test_dropout_acts_in_training_only_and_everywhere_it_should():
    model = small(dropout=0.5, emb_dropout=0.5)
    images = tv.randn(1, 3, 8, 12)
    np.testing.assert_array_equal(array(model(images)), array(model(images)))
    model.train()
    assert not np.array_equal(array(model(images)), array(model(images)))
    for kind in ("dropout", "emb_dropout"):
        one = ViT(**SMALL, **{kind: 0.5})
        assert not np.array_equal(array(one(images)), array(one(images))), kind


def test_attention_drops_its_weights_and_its_answer():
    attention = MultiHeadSelfAttention(6, heads=3, dim_head=4, dropout=1.0)
    x = tv.randn(1, 5, 6)
    assert not array(attention(x)).any()
    attention.to_out[1] = tv.nn.Identity()
    bias = array(attention.to_out[0].bias)
    np.testing.assert_array_equal(array(attention(x))[0], np.tile(bias, (5, 1)))


def test_the_feed_forward_network_drops_what_is_inside_and_its_answer():
    feed_forward = FeedForward(6, 9, dropout=1.0)
    x = tv.randn(1, 5, 6)
    assert not array(feed_forward(x)).any()
    feed_forward.net[5] = tv.nn.Identity()
    bias = array(feed_forward.net[4].bias)
    np.testing.assert_array_equal(array(feed_forward(x))[0], np.tile(bias, (5, 1)))


def test_attention_says_where_each_patch_looks_in_each_layer():
    model = small().train()
    maps = model.attention(tv.randn(3, 3, 8, 12))
    assert [seen.shape for seen in maps] == [(3, 2, 9, 9)] * 2
    for seen in maps:
        np.testing.assert_allclose(seen.sum(-1), 1, atol=1e-6)
        assert (seen > 0).all()
    assert model.training


def test_attention_maps_are_those_of_the_forward_pass():
    """In each layer, the values averaged by the map are the layer's attention."""
    model = small(depth=3).double()
    images = tv.randn(1, 3, 8, 12, dtype=tv.float64)
    x = model.embed(images)
    for layer, seen in zip(model.transformer.layers, model.attention(images), strict=True):
        attention = layer[0]
        values = array(attention.to_qkv(attention.norm(x)))[0, :, 32:].reshape(9, 2, 8)
        joined = np.einsum("hts,shd->thd", seen[0], values).reshape(9, 16)
        expected = array(attention.to_out(tv.tensor(joined)))
        np.testing.assert_allclose(array(attention(x))[0], expected, rtol=0, atol=1e-12)
        x = layer(x)


@pytest.mark.parametrize("pool", ["cls", "mean"])
def test_resizing_makes_the_model_take_other_images_and_keeps_the_class_token(pool):
    model = small(pool=pool)
    before = array(model.pos_embedding).copy()
    assert model.resize((16, 6)) is model
    tokens = int(pool == "cls")
    assert model.pos_embedding.shape == (tokens + 4 * 2, 16)
    np.testing.assert_array_equal(array(model.pos_embedding)[:tokens], before[:tokens])
    assert model(tv.zeros(1, 3, 16, 6)).shape == (1, 5)
    with pytest.raises(ValueError, match="ViT takes images"):
        model(tv.zeros(1, 3, 8, 12))


def test_resizing_to_the_same_size_changes_nothing():
    model = small()
    before = array(model.pos_embedding).copy()
    model.resize((8, 12))
    np.testing.assert_array_equal(array(model.pos_embedding), before)


# -- what cannot be -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image_size": (8, 13)}, "width 13 is not divisible by the patch's 3"),
        ({"patch_size": 16}, "height 8 is not divisible by the patch's 16.*to 16"),
        ({"patch_size": 0}, "patch_size must be at least 1"),
        ({"pool": "max"}, "pool must be 'cls'.*'mean', got 'max'"),
        ({"pool": None}, "pool must be 'cls'.*got None"),
        ({"class_token": False}, "class_token=False"),
        ({"heads": 0}, "heads must be a positive integer, got 0"),
        ({"heads": 2.0}, "heads must be a positive integer, got 2.0"),
        ({"dim": -1}, "dim must be a positive integer"),
        ({"depth": 0}, "depth must be a positive integer"),
        ({"mlp_dim": 0}, "mlp_dim must be a positive integer"),
        ({"dim_head": 0}, "dim_head must be a positive integer"),
        ({"channels": 0}, "channels must be a positive integer"),
        ({"num_classes": -1}, "num_classes must be 0 or a positive integer"),
        ({"project_out": False, "dim_head": 4}, "heads must fill dim=16.*2 heads of 4"),
    ],
    ids=str,
)
def test_settings_that_cannot_be_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        ViT(**{**SMALL, **changes})


@pytest.mark.parametrize(
    "shape", [(3, 8, 12), (1, 3, 12, 8), (1, 1, 8, 12), (1, 3, 16, 12)], ids=str
)
def test_images_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"images of shape \(N, 3, 8, 12\), got .*resize"):
        small()(tv.zeros(*shape))


# -- published sizes ----------------------------------------------------------------------------

COUNTS = {
    "Ti/16": 5_717_416, "S/16": 22_050_664, "B/16": 86_567_656, "B/32": 88_224_232,
    "L/16": 304_326_632, "L/32": 306_535_400, "H/14": 632_045_800,
}  # fmt: skip


def counted(size, patch_size, dim, depth, heads, mlp_dim, image=224, classes=1000):
    """The parameters of a published network, by hand."""
    patches = (image // patch_size) ** 2
    embedding = (3 * patch_size**2 + 1) * dim + dim + (patches + 1) * dim
    attention = (dim + 1) * 3 * dim + (dim + 1) * dim
    feed_forward = (dim + 1) * mlp_dim + (mlp_dim + 1) * dim
    layer = 2 * dim + attention + 2 * dim + feed_forward
    return embedding + depth * layer + 2 * dim + (dim + 1) * classes


@pytest.mark.parametrize("size", COUNTS)
def test_published_sizes_have_the_published_number_of_parameters(size):
    assert counted(size, **SIZES[size]) == COUNTS[size]


@pytest.mark.parametrize("size", SIZES)
def test_the_network_of_a_size_has_the_parameters_that_the_formula_says(size):
    """With one layer, a small image and few classes, so that it is quickly built."""
    few = {**SIZES[size], "depth": 1}
    side = 2 * few["patch_size"]
    if few["dim"] > 768:  # the same proportions, thinner
        few |= {"dim": few["dim"] // 16, "heads": 1, "mlp_dim": few["mlp_dim"] // 16}
    model = vit(
        size, image_size=side, num_classes=3, **{k: few[k] for k in few if k != "patch_size"}
    )
    expected = counted(size, **few, image=side, classes=3)
    assert sum(p.numel() for p in model.parameters()) == expected


@pytest.mark.parametrize("size", SIZES)
def test_heads_share_the_features_of_a_size_evenly(size):
    assert SIZES[size]["dim"] % SIZES[size]["heads"] == 0


def test_sizes_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match=r"unknown size 'B/17'.*B/16"):
        vit("B/17")
    with pytest.raises(ValueError, match="heads=7 must divide dim=768"):
        vit("B/16", heads=7)


# -- parts --------------------------------------------------------------------------------------


def test_a_layer_adds_attention_and_feed_forward_to_what_comes_in():
    layer = EncoderLayer(MultiHeadSelfAttention(16, 2, 8), FeedForward(16, 32)).double()
    x = tv.randn(2, 5, 16, dtype=tv.float64)
    middle = x + layer[0](x)
    expected = middle + layer[1](middle)
    np.testing.assert_allclose(array(layer(x)), array(expected), rtol=0, atol=1e-12)


def test_attention_written_out_for_each_head_and_place():
    attention = MultiHeadSelfAttention(6, heads=3, dim_head=4, qkv_bias=True).double()
    x = tv.randn(1, 5, 6, dtype=tv.float64)
    y = array(attention.norm(x))[0]
    weight, bias = array(attention.to_qkv.weight), array(attention.to_qkv.bias)
    q, k, v = ((y @ weight.T + bias)[:, part * 12 : part * 12 + 12] for part in range(3))
    joined = np.zeros((5, 12))
    for head in range(3):
        mine = slice(4 * head, 4 * head + 4)
        for t in range(5):
            scores = np.array([q[t, mine] @ k[s, mine] / 2.0 for s in range(5)])
            shares = np.exp(scores) / np.exp(scores).sum()
            joined[t, mine] = sum(shares[s] * v[s, mine] for s in range(5))
    expected = joined @ array(attention.to_out[0].weight).T + array(attention.to_out[0].bias)
    np.testing.assert_allclose(array(attention(x))[0], expected, rtol=0, atol=1e-12)


# -- positions ----------------------------------------------------------------------------------


def test_fixed_positions_are_sines_and_cosines_of_column_and_row():
    table = sincos_position_embedding((3, 4), 8).numpy()
    for i, j in np.ndindex(3, 4):
        slow = 1 / 100  # 10000 ** -(1/2)
        expected = [
            f(place * speed) for place in (j, i) for f in (np.sin, np.cos) for speed in (1.0, slow)
        ]
        np.testing.assert_allclose(table[4 * i + j], expected, atol=1e-7)


def test_fixed_positions_of_a_class_token_are_zeros():
    table = sincos_position_embedding((2, 2), 8, class_token=True).numpy()
    assert table.shape == (5, 8)
    assert not table[0].any()
    np.testing.assert_array_equal(table[1:], sincos_position_embedding((2, 2), 8).numpy())


@pytest.mark.parametrize("dim", [6, 0, -4])
def test_fixed_positions_need_quarters(dim):
    with pytest.raises(ValueError, match=f"multiple of 4.*got {dim}"):
        sincos_position_embedding((2, 2), dim)


def cubic(distance):
    """Keys's kernel with a = -0.75, as torch has it."""
    x, a = abs(distance), -0.75
    if x <= 1:
        return (a + 2) * x**3 - (a + 3) * x**2 + 1
    return a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a if x < 2 else 0.0


def test_resized_positions_are_weighed_by_the_cubic_kernel_along_rows_and_columns():
    table = np.random.default_rng(0).normal(size=(1 + 3 * 5, 2))
    found = resize_position_embedding(tv.tensor(table), (3, 5), (4, 2)).numpy()
    np.testing.assert_array_equal(found[0], table[0])
    for i, j in np.ndindex(4, 2):
        y, x = (i + 0.5) * 3 / 4 - 0.5, (j + 0.5) * 5 / 2 - 0.5
        expected = np.zeros(2)
        for down, across in np.ndindex(4, 4):
            row, column = int(np.floor(y)) - 1 + down, int(np.floor(x)) - 1 + across
            there = np.clip(row, 0, 2) * 5 + np.clip(column, 0, 4)
            expected += cubic(y - row) * cubic(x - column) * table[1 + there]
        np.testing.assert_allclose(found[1 + 2 * i + j], expected, rtol=0, atol=1e-12)


def test_positions_of_no_such_grid_are_refused():
    with pytest.raises(ValueError, match="11 position embeddings do not fit a grid of 3 by 3"):
        resize_position_embedding(tv.zeros(11, 4), (3, 3), (4, 4))
