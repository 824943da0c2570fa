"""Attention and encoder layers against torch, with every kind of mask."""

import itertools

import numpy as np
import pytest

import tinyvision as tv

torch = pytest.importorskip("torch")


def attend(t, *args, **options):
    # torch's fused kernel cannot be derived twice; this is the same written as products
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        return t.nn.functional.scaled_dot_product_attention(*args, **options)


# (..., L, E), (..., S, E), (..., S, Ev)
SHAPES = [
    ((4, 3), (5, 3), (5, 2)),
    ((2, 4, 3), (2, 5, 3), (2, 5, 3)),
    ((2, 3, 4, 6), (2, 3, 4, 6), (2, 3, 4, 6)),
    ((2, 3, 1, 6), (2, 3, 7, 6), (2, 3, 7, 6)),
]
OPTIONS = {
    "plain": {},
    "scale": {"scale": 0.3},
    "causal": {"is_causal": True},
    "boolean mask": {"mask": "bool"},
    "float mask": {"mask": "float"},
    "mask with -inf": {"mask": "-inf"},
}


def mask_of(t, kind, queries, keys):
    rng = np.random.default_rng(3)
    if kind == "bool":
        mask = rng.random((queries, keys)) < 0.6
        mask[:, 0] = True  # every query may look at something
        return t.tensor(mask)
    mask = rng.normal(size=(queries, keys))
    if kind == "-inf":
        mask[:, 1:] = np.where(mask[:, 1:] > 0, -np.inf, mask[:, 1:])
    return t.tensor(mask)


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_attention_and_its_derivatives_agree(agree, normal, shapes, options):
    def case(t, q, k, v):
        given = {name: value for name, value in options.items() if name != "mask"}
        if "mask" in options:
            given["attn_mask"] = mask_of(t, options["mask"], q.shape[-2], k.shape[-2])
        return attend(t, q, k, v, **given)

    agree(case, *[normal(*shape) for shape in shapes])


@pytest.mark.parametrize("is_causal", [False, True])
def test_attention_agrees_in_float32(agree, normal, is_causal):
    arrays = [normal(2, 4, 30, 16) for _ in range(3)]
    agree(
        lambda t, q, k, v: attend(t, q, k, v, is_causal=is_causal),
        *arrays,
        dtype="float32",
        order=1,
    )


def test_shared_key_heads_agree(agree, normal):
    arrays = normal(2, 6, 4, 3), normal(2, 2, 5, 3), normal(2, 2, 5, 3)
    agree(lambda t, q, k, v: attend(t, q, k, v, enable_gqa=True), *arrays)


# -- layers -----------------------------------------------------------------------------------


def pair_of(build):
    """A layer of torch and one of ours with the same parameters, drawn so that none is 0."""
    theirs, ours = build(torch).double(), build(tv).double()
    rng = np.random.default_rng(5)
    shapes = {name: value.shape for name, value in theirs.state_dict().items()}
    assert {name: value.shape for name, value in ours.state_dict().items()} == shapes
    assert list(ours.state_dict()) == list(shapes)
    state = {name: rng.normal(size=tuple(shape)) for name, shape in shapes.items()}
    theirs.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    ours.load_state_dict(state)
    return {torch: theirs, tv: ours}


def and_gradients(t, layer, outputs):
    """Outputs, and the gradients of the layer's parameters through the first of them."""
    first = outputs[0]
    gradients = t.autograd.grad((first * first).sum(), list(layer.parameters()), retain_graph=True)
    return [out for out in outputs if out is not None] + list(gradients)


HEADS = [
    {"batch_first": True},
    {},
    {"bias": False},
    {"add_bias_kv": True, "batch_first": True},
    {"add_zero_attn": True},
    {"add_bias_kv": True, "add_zero_attn": True, "batch_first": True},
    {"kdim": 5, "vdim": 3, "batch_first": True},
    {"kdim": 5, "vdim": 3, "bias": False},
]


@pytest.mark.parametrize("weights", ["none", "mean", "each"])
@pytest.mark.parametrize("options", HEADS, ids=str)
def test_attention_of_several_heads_agrees(agree, normal, options, weights):
    def build(t):
        return t.nn.MultiheadAttention(6, 2, **options)

    layers = pair_of(build)
    shapes = [(3, 4, 6), (3, 5, options.get("kdim", 6)), (3, 5, options.get("vdim", 6))]
    if not options.get("batch_first"):
        shapes = [(places, batch, features) for batch, places, features in shapes]
    settings = {"need_weights": weights != "none", "average_attn_weights": weights != "each"}

    def case(t, q, k, v):
        return and_gradients(t, layers[t], layers[t](q, k, v, **settings))

    agree(case, *[normal(*shape) for shape in shapes], order=1)


MASKS = list(itertools.product([None, "bool", "float", "by head"], [None, "bool", "float"]))


# torch would rather have both masks of one kind
@pytest.mark.filterwarnings("ignore:Support for mismatched key_padding_mask and attn_mask")
@pytest.mark.parametrize(("kind", "padding"), MASKS)
@pytest.mark.parametrize("extra", [False, True])
def test_masks_of_several_heads_agree(agree, normal, kind, padding, extra):
    def build(t):
        options = {"add_bias_kv": extra, "add_zero_attn": extra}
        return t.nn.MultiheadAttention(6, 2, batch_first=True, **options)

    layers = pair_of(build)
    rng = np.random.default_rng(1)
    hidden = rng.random((6, 4, 4)) < 0.4 if kind == "by head" else rng.random((4, 4)) < 0.4
    hidden[..., 0] = False  # every query may look at something
    padded = np.array([[False, False, False, True], [False] * 4, [False, False, True, True]])

    def case(t, x):
        masks = {}
        if kind is not None:
            added = np.where(hidden, -np.inf, np.random.default_rng(2).normal(size=hidden.shape))
            masks["attn_mask"] = t.tensor(added if kind == "float" else hidden)
        if padding is not None:
            given = padded if padding == "bool" else np.where(padded, -np.inf, 0.0)
            masks["key_padding_mask"] = t.tensor(given)
        return and_gradients(t, layers[t], layers[t](x, x, x, **masks))

    agree(case, normal(3, 4, 6), order=1)


def test_attention_of_one_example_agrees(agree, normal):
    layers = pair_of(lambda t: t.nn.MultiheadAttention(6, 3))
    agree(lambda t, x: layers[t](x, x, x), normal(4, 6), order=1)


LAYERS = [
    {},
    {"batch_first": True, "norm_first": True, "activation": "gelu"},
    {"bias": False, "batch_first": True},
    {"layer_norm_eps": 1e-2, "norm_first": True},
]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("options", LAYERS, ids=str)
# in evaluation torch may take a path through nested tensors, of which it warns
@pytest.mark.filterwarnings("ignore:.*nested.tensor")
def test_encoder_layers_agree(agree, normal, options, masked, training):
    def build(t):
        return t.nn.TransformerEncoderLayer(6, 2, 10, dropout=0.0, **options)

    layers = pair_of(build)

    def case(t, x):
        layer = layers[t].train(training)
        places = x.shape[1] if options.get("batch_first") else x.shape[0]
        mask = t.tensor(np.triu(np.ones((places, places), bool), 1)) if masked else None
        return and_gradients(t, layer, [layer(x, mask)])

    agree(case, normal(3, 4, 6), order=1)


@pytest.mark.filterwarnings("ignore:.*nested.tensor")
def test_stacked_encoder_layers_agree(agree, normal):
    def build(t):
        options = {"dropout": 0.0, "batch_first": True, "norm_first": True}
        layer = t.nn.TransformerEncoderLayer(6, 2, 10, **options)
        return t.nn.TransformerEncoder(layer, 2, t.nn.LayerNorm(6))

    layers = pair_of(build)
    agree(lambda t, x: and_gradients(t, layers[t], [layers[t](x)]), normal(3, 4, 6), order=1)
