"""The masked autoencoder against Hugging Face's, which has torch compute it: the same noise."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

import tinyvision as tv

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

_FILE = Path(__file__).parents[1] / "fixtures" / "networks.py"
_SPEC = importlib.util.spec_from_file_location("networks", _FILE)
networks = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(networks)

CLOSE = {"float32": 1e-4, "float64": 1e-9}
both_types = pytest.mark.parametrize("dtype", ["float32", "float64"])

USUAL = {
    "image_size": 16, "patch_size": 4, "num_channels": 3, "hidden_size": 24,
    "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 40,
    "decoder_hidden_size": 16, "decoder_num_hidden_layers": 2, "decoder_num_attention_heads": 2,
    "decoder_intermediate_size": 20,
}  # fmt: skip
CHANGES = {
    "a quarter is seen": {},
    "a half is seen": {"mask_ratio": 0.5},
    "a ratio that does not divide the patches": {"mask_ratio": 0.6},
    "normalised patches": {"norm_pix_loss": True},
    "grey, one head": {"num_channels": 1, "num_attention_heads": 1, "norm_pix_loss": True},
    "four patches, another eps": {"patch_size": 8, "layer_norm_eps": 1e-3},
}


def built(config, dtype):
    """Ours, of the same sizes."""
    model = tv.models.MAE(
        image_size=config.image_size, patch_size=config.patch_size, channels=config.num_channels,
        dim=config.hidden_size, depth=config.num_hidden_layers, heads=config.num_attention_heads,
        mlp_dim=config.intermediate_size, decoder_dim=config.decoder_hidden_size,
        decoder_depth=config.decoder_num_hidden_layers,
        decoder_heads=config.decoder_num_attention_heads,
        decoder_mlp_dim=config.decoder_intermediate_size, mask_ratio=config.mask_ratio,
        norm_pix_loss=config.norm_pix_loss, eps=config.layer_norm_eps,
    )  # fmt: skip
    return model.to(dtype)


def pair_of_models(changes, dtype, seed=0):
    """Theirs with random weights in every place, also of positions, and ours with the same."""
    config = transformers.ViTMAEConfig(**{**USUAL, **changes})
    theirs = networks.randomise(transformers.ViTMAEForPreTraining(config), seed)
    theirs = theirs.to(getattr(torch, dtype))
    ours = tv.interop.load_mae(built(config, dtype), theirs.state_dict())
    return ours, theirs


def data(normal, model, dtype):
    images = normal(3, model.channels, *model.image_size).astype(dtype)
    return images, np.random.default_rng(5).random((3, model.patches)).astype(dtype)


def assert_near(ours, theirs, what):
    assert ours.shape == tuple(theirs.shape), what
    assert ours.dtype == theirs.numpy().dtype, what
    assert np.abs(theirs.numpy()).max() > 1e-3, f"{what} of nothing but zeros compares nothing"
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=CLOSE[ours.dtype.name], err_msg=what)


@both_types
@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_loss_reconstruction_mask_and_gradients(normal, changes, dtype):
    ours, theirs = pair_of_models(changes, dtype)
    images, noise = data(normal, ours, dtype)
    x, y = tv.tensor(images).requires_grad_(), torch.tensor(images).requires_grad_()
    mine, others = ours(x, noise), theirs(y, noise=torch.tensor(noise))
    np.testing.assert_array_equal(mine.mask.numpy(), others.mask.numpy())
    assert_near(mine.loss.detach().numpy(), others.loss.detach(), "loss")
    assert_near(mine.pred.detach().numpy(), others.logits.detach(), "prediction")
    assert_near(
        ours.unpatchify(mine.pred).detach().numpy(),
        theirs.unpatchify(others.logits).detach(),
        "reconstruction",
    )

    mine.loss.backward()
    others.loss.backward()
    assert_near(x.grad.numpy(), y.grad, "gradient of the images")
    fixed = {name: p for name, p in theirs.named_parameters() if p.grad is None}
    assert len(fixed) == 2  # the positions
    gradients = {name: p.grad for name, p in theirs.named_parameters() if name not in fixed}
    # Gradients go by the same names and layouts as what they belong to.
    holder = tv.interop.load_mae(built(theirs.config, dtype), gradients, ignore=tuple(fixed))
    expected = dict(holder.named_parameters())
    for name, parameter in ours.named_parameters():
        np.testing.assert_allclose(
            parameter.grad.numpy(), expected[name].detach().numpy(),
            rtol=CLOSE[dtype], atol=CLOSE[dtype], err_msg=name,
        )  # fmt: skip


@both_types
def test_the_gradient_of_the_prediction(normal, dtype):
    ours, theirs = pair_of_models({}, dtype)
    images, noise = data(normal, ours, dtype)
    x, y = tv.tensor(images).requires_grad_(), torch.tensor(images).requires_grad_()
    cotangent = normal(3, 16, 48).astype(dtype)
    (ours(x, noise).pred * tv.tensor(cotangent)).sum().backward()
    (theirs(y, noise=torch.tensor(noise)).logits * torch.tensor(cotangent)).sum().backward()
    assert_near(x.grad.numpy(), y.grad, "gradient of the images")


@both_types
@pytest.mark.parametrize("layers", ["decoder_layers", "decoder_encoder.layer"])
def test_weights_from_files(normal, layers, dtype, tmp_path):
    """Version 4 wrote the first name of the decoder's layers, version 5 writes the second."""
    pytest.importorskip("safetensors")
    _, theirs = pair_of_models({}, dtype)
    theirs.save_pretrained(tmp_path)
    state = {
        re.sub(r"decoder_(layers|encoder\.layer)\.", f"{layers}.", name): value
        for name, value in tv.interop.load_safetensors(tmp_path / "model.safetensors").items()
    }
    assert f"decoder.{layers}.0.attention.attention.query.weight" in state
    ours = tv.interop.load_mae(built(theirs.config, dtype), state)
    images, noise = data(normal, ours, dtype)
    with torch.no_grad():
        others = theirs(torch.tensor(images), noise=torch.tensor(noise))
    assert_near(ours(tv.tensor(images), noise).pred.detach().numpy(), others.logits, "prediction")


def test_the_encoder_alone_as_a_bare_model_has_it(normal):
    ours, theirs = pair_of_models({}, "float64")
    again = built(theirs.config, "float64")
    decoder = ("decoder", "mask_token")
    tv.interop.load_mae(again, theirs.vit.state_dict(), ignore=decoder)
    images, noise = data(normal, ours, "float64")
    masking = again.masking(3, noise)
    with torch.no_grad():
        others = theirs.vit(torch.tensor(images), noise=torch.tensor(noise)).last_hidden_state
    found = again.encode(tv.tensor(images), masking).detach().numpy()
    assert_near(found, others, "what the encoder makes of the kept patches, in their order")


def test_positions_are_theirs():
    config = transformers.ViTMAEConfig(**USUAL)
    theirs = transformers.ViTMAEForPreTraining(config).vit.embeddings
    theirs.patch_embeddings.projection._is_hf_initialized = False  # else they stay zeros
    theirs.initialize_weights()
    found = built(config, "float32").pos_embed.numpy()
    expected = theirs.position_embeddings.detach().numpy()
    assert expected.any()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


def test_the_order_within_a_patch_is_theirs(normal):
    ours, theirs = pair_of_models({}, "float64")
    images, _ = data(normal, ours, "float64")
    patches = ours.patchify(tv.tensor(images))
    np.testing.assert_array_equal(patches.numpy(), theirs.patchify(torch.tensor(images)).numpy())
    np.testing.assert_array_equal(ours.unpatchify(patches).numpy(), images)


@both_types
@pytest.mark.parametrize("pool", ["mean", "cls"])
def test_the_vit_for_fine_tuning_computes_what_their_encoder_does(normal, pool, dtype):
    ours, theirs = pair_of_models({"mask_ratio": 1 / 16}, dtype)
    theirs.config.mask_ratio = 0.0  # everything is seen
    theirs.vit.embeddings.config.mask_ratio = 0.0
    images, _ = data(normal, ours, dtype)
    in_order = torch.arange(16.0).expand(3, 16)
    with torch.no_grad():
        tokens = theirs.vit(torch.tensor(images), noise=in_order).last_hidden_state
    expected = tokens[:, 0] if pool == "cls" else tokens[:, 1:].mean(1)
    vit = tv.interop.vit_from_mae(ours, num_classes=0, pool=pool, norm_after_pool=False)
    assert_near(vit(tv.tensor(images)).detach().numpy(), expected, "features")
