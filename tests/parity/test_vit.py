"""Vision Transformers against torch's: scores, and the gradient that reaches the image."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import tinyvision as tv

torch = pytest.importorskip("torch")

_FILE = Path(__file__).parents[1] / "fixtures" / "networks.py"
_SPEC = importlib.util.spec_from_file_location("networks", _FILE)
networks = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(networks)

CLOSE = {"float32": 1e-4, "float64": 1e-9}
both_types = pytest.mark.parametrize("dtype", ["float32", "float64"])


def outcome(library, network, images, cotangent):
    """What a network gives for images, and the derivative of a weighted sum of it."""
    x = library.tensor(images).requires_grad_()
    out = network(x)
    (out * library.tensor(cotangent)).sum().backward()
    return out.detach().numpy(), x.grad.numpy()


def assert_same(ours, theirs, images, seed=1):
    """Two networks give the same scores and the same gradient of the image."""
    with torch.no_grad():
        shape = tuple(theirs(torch.tensor(images)).shape)
    cotangent = np.random.default_rng(seed).normal(size=shape).astype(images.dtype)
    mine = outcome(tv, ours, images, cotangent)
    others = outcome(torch, theirs, images, cotangent)
    for what, a, b in zip(("scores", "gradient"), mine, others, strict=True):
        assert a.shape == b.shape
        assert a.dtype == b.dtype == images.dtype
        assert np.abs(b).max() > 1e-3, f"{what} of nothing but zeros compare nothing"
        np.testing.assert_allclose(a, b, rtol=0, atol=CLOSE[images.dtype.name], err_msg=what)


def prepared(module, dtype, seed=0):
    return networks.randomise(module, seed).to(getattr(torch, dtype))


def images_of(normal, dtype, size, channels=3):
    return normal(2, channels, *size).astype(dtype)


# -- timm ---------------------------------------------------------------------------------------

TIMM = {
    "square": {},
    "not square": {"img_size": (8, 12), "patch_size": (4, 3)},
    "one head": {"num_heads": 1},
    "four heads, deeper, grey": {"num_heads": 4, "depth": 4, "in_chans": 1},
    "mean of patches": {"global_pool": "avg"},
    "mean, normalised before": {"global_pool": "avg", "fc_norm": False},
    "mean, no class token": {"global_pool": "avg", "class_token": False},
    "class token, normalised after": {"fc_norm": True},
    "features": {"num_classes": 0},
    "narrow": {"mlp_ratio": 0.5, "patch_size": (16, 16)},
}
TIMM_USUAL = {
    "img_size": (16, 16), "patch_size": (4, 4), "in_chans": 3, "num_classes": 7, "embed_dim": 24,
    "depth": 2, "num_heads": 3, "mlp_ratio": 2.0,
}  # fmt: skip


@both_types
@pytest.mark.parametrize("changes", TIMM.values(), ids=TIMM)
def test_timm(normal, changes, dtype):
    config = {**TIMM_USUAL, **changes}
    theirs = prepared(networks.Timm(**config), dtype)
    ours = tv.interop.vit_from_config(config, "timm").to(dtype)
    tv.interop.load_timm(ours, theirs.state_dict())
    assert_same(ours, theirs, images_of(normal, dtype, config["img_size"], config["in_chans"]))


@both_types
@pytest.mark.parametrize("changes", [{}, TIMM["mean of patches"], TIMM["mean, no class token"]])
def test_timm_from_its_weights_alone(normal, changes, dtype):
    theirs = prepared(networks.Timm(**{**TIMM_USUAL, **changes}), dtype)
    ours = tv.interop.vit_from_state_dict(theirs.state_dict(), heads=3)
    assert_same(ours, theirs, images_of(normal, dtype, (16, 16)))


def test_weights_written_for_timm_are_read_there(normal):
    config = {**TIMM_USUAL, **TIMM["not square"]}
    ours = tv.interop.vit_from_config(config, "timm").double()
    theirs = networks.Timm(**config).double()
    written = {k: torch.tensor(v.numpy()) for k, v in tv.interop.to_timm(ours).items()}
    theirs.load_state_dict(written)
    assert_same(ours, theirs, images_of(normal, "float64", (8, 12)))


# -- torchvision --------------------------------------------------------------------------------

TORCHVISION = {
    "two heads": {},
    "one head": {"num_heads": 1},
    "deeper, six heads": {"num_heads": 6, "num_layers": 4, "image_size": 24},
    "one patch": {"patch_size": 16},
}


@both_types
@pytest.mark.parametrize("changes", TORCHVISION.values(), ids=TORCHVISION)
def test_torchvision(normal, changes, dtype):
    config = {
        "image_size": 16, "patch_size": 4, "num_layers": 2, "num_heads": 2, "hidden_dim": 24,
        "mlp_dim": 40, "num_classes": 5, **changes,
    }  # fmt: skip
    theirs = prepared(networks.Torchvision(**config), dtype)
    ours = tv.interop.vit_from_config(config, "torchvision").to(dtype)
    tv.interop.load_torchvision(ours, theirs.state_dict())
    assert_same(ours, theirs, images_of(normal, dtype, (config["image_size"],) * 2))


# -- vit-pytorch --------------------------------------------------------------------------------

VIT_PYTORCH = {
    "class token": {},
    "mean": {"pool": "mean"},
    "one head as wide as dim": {"heads": 1, "dim_head": 24},
    "one head, narrower": {"heads": 1, "dim_head": 8},
    "heads wider than dim": {"heads": 5, "dim_head": 16, "depth": 3},
    "not square": {"image_size": (8, 12), "patch_size": (4, 2)},
    "not square, mean, grey": {
        "image_size": (12, 8), "patch_size": (3, 8), "pool": "mean", "channels": 1
    },
}  # fmt: skip
VIT_PYTORCH_USUAL = {
    "image_size": 16, "patch_size": 4, "num_classes": 7, "dim": 24, "depth": 2, "heads": 3,
    "mlp_dim": 40, "dim_head": 8,
}  # fmt: skip


@pytest.fixture(scope="session")
def vit_pytorch():
    try:
        return networks.vit_pytorch()
    except ImportError as error:
        pytest.skip(str(error))


@both_types
@pytest.mark.parametrize("changes", VIT_PYTORCH.values(), ids=VIT_PYTORCH)
def test_vit_pytorch_whose_weights_load_as_they_are(vit_pytorch, normal, changes, dtype):
    config = {**VIT_PYTORCH_USUAL, **changes}
    theirs = prepared(vit_pytorch.ViT(**config), dtype)
    ours = tv.models.ViT(**config).to(dtype)
    ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert_same(ours, theirs, images_of(normal, dtype, ours.image_size, ours.channels))


@both_types
@pytest.mark.parametrize("pool", ["cls", "mean"])
def test_vit_pytorch_by_name(vit_pytorch, normal, pool, dtype):
    theirs = prepared(vit_pytorch.ViT(**VIT_PYTORCH_USUAL, pool=pool), dtype)
    ours = tv.interop.vit_from_config({**VIT_PYTORCH_USUAL, "pool": pool}, "vit_pytorch").to(dtype)
    tv.interop.load_vit_pytorch(ours, theirs.state_dict())
    assert_same(ours, theirs, images_of(normal, dtype, (16, 16)))


@both_types
def test_vit_pytorch_from_its_weights_alone(vit_pytorch, normal, dtype):
    theirs = prepared(vit_pytorch.ViT(**VIT_PYTORCH_USUAL), dtype)
    ours = tv.interop.vit_from_state_dict(theirs.state_dict(), heads=3)
    assert_same(ours, theirs, images_of(normal, dtype, (16, 16)))


@both_types
def test_vit_pytorch_weights_from_when_tokens_had_a_batch_axis(vit_pytorch, normal, dtype):
    theirs = prepared(vit_pytorch.ViT(**VIT_PYTORCH_USUAL), dtype)
    state = theirs.state_dict()
    for name in ("cls_token", "pos_embedding"):
        state[name] = state[name][None]
    ours = tv.models.ViT(**VIT_PYTORCH_USUAL).to(dtype)
    tv.interop.load_vit_pytorch(ours, state)
    assert_same(ours, theirs, images_of(normal, dtype, (16, 16)))


# -- Hugging Face -------------------------------------------------------------------------------

HF = {
    "square": {},
    "one head": {"num_attention_heads": 1},
    "not square, grey": {"image_size": (8, 12), "patch_size": (4, 3), "num_channels": 1},
    "no qkv bias, other eps, tanh": {
        "qkv_bias": False, "layer_norm_eps": 1e-3, "hidden_act": "gelu_pytorch_tanh"
    },
    "deeper, six heads": {"num_attention_heads": 6, "num_hidden_layers": 4},
}  # fmt: skip
HF_USUAL = {
    "image_size": 16, "patch_size": 4, "num_channels": 3, "hidden_size": 24,
    "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 40,
}  # fmt: skip


def hf_images(normal, config, dtype):
    size = config["image_size"]
    size = (size, size) if isinstance(size, int) else size
    return images_of(normal, dtype, size, config["num_channels"])


@both_types
@pytest.mark.parametrize("changes", HF.values(), ids=HF)
def test_hf_with_its_names_in_memory(normal, changes, dtype):
    transformers = pytest.importorskip("transformers")
    config = transformers.ViTConfig(**{**HF_USUAL, **changes}, num_labels=5)
    theirs = prepared(transformers.ViTForImageClassification(config), dtype)
    ours = tv.interop.vit_from_config(config.to_dict(), "hf").to(dtype)
    tv.interop.load_hf(ours, theirs.state_dict())
    images = hf_images(normal, {**HF_USUAL, **changes}, dtype)
    assert_same(ours, lambda x: theirs(x).logits, images)


@both_types
@pytest.mark.parametrize("changes", HF.values(), ids=HF)
def test_hf_from_its_files(normal, changes, dtype, tmp_path):
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("safetensors")
    config = transformers.ViTConfig(**{**HF_USUAL, **changes}, num_labels=5)
    theirs = prepared(transformers.ViTForImageClassification(config), dtype)
    theirs.save_pretrained(tmp_path)
    state = tv.interop.load_safetensors(tmp_path / "model.safetensors")
    assert "vit.encoder.layer.0.attention.attention.query.weight" in state
    ours = tv.interop.vit_from_config(tmp_path).to(dtype)
    tv.interop.load_hf(ours, state)
    images = hf_images(normal, {**HF_USUAL, **changes}, dtype)
    assert_same(ours, lambda x: theirs(x).logits, images)


@both_types
def test_a_bare_hf_transformer_gives_the_class_token(normal, dtype):
    transformers = pytest.importorskip("transformers")
    theirs = prepared(transformers.ViTModel(transformers.ViTConfig(**HF_USUAL)), dtype)
    ours = tv.interop.vit_from_state_dict(theirs.state_dict(), heads=3, ignore=("pooler",))
    images = images_of(normal, dtype, (16, 16))
    assert_same(ours, lambda x: theirs(x).last_hidden_state[:, 0], images)


@pytest.mark.parametrize("size", [(24, 24), (8, 8), (12, 28)], ids=str)
def test_positions_are_interpolated_as_hf_does(normal, size):
    transformers = pytest.importorskip("transformers")
    config = transformers.ViTConfig(**HF_USUAL, num_labels=5)
    theirs = prepared(transformers.ViTForImageClassification(config), "float64")
    ours = tv.interop.vit_from_config(config.to_dict(), image_size=size).double()
    tv.interop.load_hf(ours, theirs.state_dict())
    images = images_of(normal, "float64", size)
    assert_same(ours, lambda x: theirs(x, interpolate_pos_encoding=True).logits, images)


def test_weights_written_for_hf_are_read_there(normal, tmp_path):
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("safetensors")
    kind = ["ViTForImageClassification"]
    config = transformers.ViTConfig(**HF_USUAL, num_labels=5, architectures=kind)
    ours = tv.interop.vit_from_config(config.to_dict())
    config.save_pretrained(tmp_path)
    tv.interop.save_safetensors(
        tv.interop.to_hf(ours), tmp_path / "model.safetensors", {"format": "pt"}
    )
    theirs, info = transformers.ViTForImageClassification.from_pretrained(
        tmp_path, output_loading_info=True
    )
    assert not any(info.values())
    assert_same(ours, lambda x: theirs(x).logits, images_of(normal, "float32", (16, 16)))


@both_types
@pytest.mark.parametrize("kept", [16, 5], ids=["all patches", "five patches"])
@pytest.mark.parametrize("heads", [1, 3])
def test_the_encoder_of_hf_mae(normal, heads, kept, dtype):
    transformers = pytest.importorskip("transformers")
    usual = {**HF_USUAL, "num_attention_heads": heads}
    config = transformers.ViTMAEConfig(
        **usual, mask_ratio=1 - kept / 16, decoder_hidden_size=8, decoder_num_hidden_layers=1,
        decoder_num_attention_heads=2, decoder_intermediate_size=8,
    )  # fmt: skip
    whole = prepared(transformers.ViTMAEForPreTraining(config), dtype)
    ours = tv.interop.vit_from_config(config.to_dict()).to(dtype)
    tv.interop.load_hf(ours, whole.state_dict(), ignore=("decoder",))
    noise = np.random.default_rng(3).permutation(16).astype(dtype)  # the order of the patches
    places = np.concatenate([[0], 1 + np.argsort(noise)[:kept]])

    def encoded(x):
        return ours.transformer(ours.embed(x)[:, places.tolist()])

    def theirs(x):
        return whole.vit(x, noise=torch.tensor(np.tile(noise, (2, 1)))).last_hidden_state

    assert_same(encoded, theirs, images_of(normal, dtype, (16, 16)))


# -- the article's CNN --------------------------------------------------------------------------


@both_types
def test_the_cnn_takes_torch_weights_from_a_file(normal, dtype, tmp_path):
    save_file = pytest.importorskip("safetensors.torch").save_file
    torch.manual_seed(0)
    theirs = networks.CNN().to(getattr(torch, dtype))
    save_file(theirs.state_dict(), tmp_path / "cnn.safetensors")
    ours = tv.models.CNN().to(dtype)
    ours.load_state_dict(tv.interop.load_safetensors(tmp_path / "cnn.safetensors"))
    assert_same(ours, theirs, images_of(normal, dtype, (32, 32)))


def test_torch_takes_the_weights_of_the_cnn_from_a_file(normal, tmp_path):
    load_file = pytest.importorskip("safetensors.torch").load_file
    ours = tv.models.CNN()
    tv.interop.save_safetensors(ours.state_dict(), tmp_path / "cnn.safetensors")
    theirs = networks.CNN()
    theirs.load_state_dict(load_file(tmp_path / "cnn.safetensors"))
    assert_same(ours, theirs, images_of(normal, "float32", (32, 32)))
