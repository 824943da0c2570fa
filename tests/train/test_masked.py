"""Pre-training a masked autoencoder with the same loop."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.train import Batches, MaskedPatches, Training


@pytest.fixture(scope="module")
def images():
    """Forty small pictures: a bright bar on black, (40, 1, 8, 8)."""
    rng = np.random.default_rng(0)
    pictures = np.zeros((40, 1, 8, 8), np.float32)
    for picture, column in zip(pictures, rng.integers(0, 7, 40), strict=True):
        picture[0, :, column : column + 2] = 1
    return pictures


def small():
    return tv.models.MAE(
        image_size=8, patch_size=2, channels=1, dim=16, depth=1, heads=2, decoder_dim=16,
        decoder_depth=1, decoder_heads=2,
    )  # fmt: skip


def training(images, epochs):
    tv.manual_seed(0)
    model = small()
    return Training(
        MaskedPatches(images[:10]), model, Batches([images[10:]], 10),
        optimizer=tv.optim.AdamW(model.parameters(), 1e-2, betas=(0.9, 0.95)), epochs=epochs,
    )  # fmt: skip


def test_it_learns_to_predict_what_was_removed(images):
    history = training(images, epochs=15).run()
    assert history[-1].test["loss"] < 0.7 * history[0].test["loss"]
    assert list(history[0].row()) == ["epoch", "train_loss", "test_loss", "lr", "seconds"]


def test_the_score_is_the_models_loss_with_the_masks_of_the_seed(images):
    tv.manual_seed(0)
    model = small()
    noise = tv.rand(10, 16, generator=tv.Generator().manual_seed(3))
    expected = model(tv.tensor(images[:10]), noise).loss.item()
    assert MaskedPatches(images[:10], seed=3).score(model)["loss"] == pytest.approx(expected)


def test_scoring_neither_draws_from_the_default_generator_nor_leaves_evaluation_on(images):
    model, before = small(), tv.get_rng_state()
    MaskedPatches(images).score(model)
    np.testing.assert_array_equal(tv.get_rng_state().numpy(), before.numpy())
    assert model.training


def test_pre_training_goes_on_from_a_checkpoint_to_the_same_bits(images, tmp_path):
    whole = training(images, epochs=2)

    def save():
        if whole.step == 4:  # in the second epoch
            tv.train.save_checkpoint(whole.state_dict(), tmp_path / "step-4.npz")

    whole.run(after_step=save)
    resumed = training(images, epochs=2)
    resumed.load_state_dict(tv.train.load_checkpoint(tmp_path / "step-4.npz"))
    resumed.run()
    assert resumed.step == whole.step == 6
    for one, other in zip(resumed.model.parameters(), whole.model.parameters(), strict=True):
        np.testing.assert_array_equal(one.detach().numpy(), other.detach().numpy())


def test_no_images_are_refused():
    with pytest.raises(ValueError, match="no held-out images"):
        MaskedPatches(np.zeros((0, 1, 8, 8)))
