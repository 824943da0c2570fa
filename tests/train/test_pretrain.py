"""Pre-training on the digits, then fine-tuning and probing: very short runs."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.runs
from tinyvision.interop import vit_from_mae
from tinyvision.runs import load_run
from tinyvision.terminal import Steady
from tinyvision.train import (
    finetune,
    finetuning,
    linear_probe,
    load_pretrained,
    pretrain,
    probe,
    train,
)
from tinyvision.train.loop import Training
from tinyvision.train.probing import features

QUIET = {"stream": Steady(None)}
SHORT = {"epochs": 2, "batch_size": 240, "pictures": False, **QUIET}  # 6 steps each


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A short pre-training that was left alone."""
    folder = tmp_path_factory.mktemp("mae")
    return folder, pretrain(out=folder, **SHORT)


@pytest.fixture(scope="module")
def digits():
    return tv.data.load_dataset("digits")


def arrays(model):
    return {name: t.numpy().copy() for name, t in model.state_dict().items()}


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[k], other[k]) for k in one)


# -- pre-training ---------------------------------------------------------------------------------


def test_the_loss_falls(whole):
    _, outcome = whole
    assert outcome.history[-1].test["loss"] < outcome.history[0].test["loss"]


def test_what_it_leaves_is_read_again_to_the_bit(whole):
    folder, outcome = whole
    assert same(arrays(load_pretrained(folder).model), arrays(outcome.model))


def test_the_error_is_written_beside_that_of_the_mean_image(whole):
    folder, outcome = whole
    numbers = json.loads((folder / "metrics.json").read_text())
    assert numbers["pixel_error"] == outcome.summary["pixel_error"] > 0
    assert numbers["mean_image_error"] > 0


def test_the_labels_are_not_looked_at(whole, tmp_path, monkeypatch, digits):
    _, outcome = whole
    shuffled = replace(digits, train_labels=digits.train_labels[::-1].copy())
    monkeypatch.setattr(tv.data, "load_dataset", lambda *_: shuffled)
    again = pretrain(out=tmp_path, **SHORT)
    assert same(arrays(again.model), arrays(outcome.model))


def test_interrupted_and_resumed_it_ends_with_the_same_bits(whole, tmp_path, monkeypatch):
    _, outcome = whole
    step = Training._make_step

    def fails_at_8(self, group):
        if self.step == 8:
            raise KeyboardInterrupt
        step(self, group)

    with monkeypatch.context() as patch:
        patch.setattr(Training, "_make_step", fails_at_8)
        with pytest.raises(KeyboardInterrupt):
            pretrain(out=tmp_path, checkpoint_every=3, **SHORT)
    resumed = pretrain(out=tmp_path, resume=True, pictures=False, **QUIET)
    assert same(arrays(resumed.model), arrays(outcome.model))


def test_a_resumed_run_goes_on_as_it_began(whole):
    folder, _ = whole
    with pytest.raises(ValueError, match=r"began with mask_ratio 0\.75, not 0\.5"):
        pretrain(out=folder, resume=True, mask_ratio=0.5, **QUIET)


# -- fine-tuning ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tuned(whole, tmp_path_factory):
    """Fine-tuned on five labels a class, but for the head frozen."""
    folder = tmp_path_factory.mktemp("tuned")
    return folder, finetune(
        whole[0], out=folder, labels=5, freeze="all-but-head", epochs=2, lr=0.05, pictures=False,
        **QUIET,
    )  # fmt: skip


def test_frozen_weights_keep_every_bit_and_the_head_learns(whole, tuned):
    before, after = arrays(vit_from_mae(whole[1].model, 10)), arrays(tuned[1].model)
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {"mlp_head.weight", "mlp_head.bias"}


def test_the_loss_of_fine_tuning_falls(tuned):
    history = tuned[1].history
    assert history[-1].train["loss"] < history[0].train["loss"]


def test_a_fine_tuned_run_is_read_by_the_other_commands(tuned):
    run = load_run(tuned[0])
    assert same(arrays(run.model), arrays(tuned[1].model))


def test_fine_tuning_can_be_resumed_without_naming_anything(whole, tuned, tmp_path, monkeypatch):
    step = Training._make_step

    def fails_at_40(self, group):
        if self.step == 40:
            raise KeyboardInterrupt
        step(self, group)

    with monkeypatch.context() as patch:
        patch.setattr(Training, "_make_step", fails_at_40)
        with pytest.raises(KeyboardInterrupt):
            finetune(
                whole[0], out=tmp_path, labels=5, freeze="all-but-head", epochs=2, lr=0.05,
                pictures=False, **QUIET,
            )  # fmt: skip
    resumed = finetune(out=tmp_path, resume=True, pictures=False, **QUIET)
    assert same(arrays(resumed.model), arrays(tuned[1].model))


def test_the_pre_trained_run_is_not_written_over(whole):
    with pytest.raises(ValueError, match="is the pre-trained run itself"):
        finetune(whole[0], out=whole[0], **QUIET)


def test_a_classifier_is_no_pre_trained_run(tuned, tmp_path):
    with pytest.raises(ValueError, match="holds 'vit', not a masked autoencoder"):
        finetune(tuned[0], out=tmp_path, **QUIET)


def test_settings_that_do_not_fit_the_weights_are_refused(whole, tmp_path):
    for name in ("weights.npz", "metrics.json", "config.json", "preprocessor_config.json"):
        (tmp_path / name).write_bytes((whole[0] / name).read_bytes())
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "depth": 2}))
    with pytest.raises(ValueError, match="settings and weights do not fit together"):
        load_pretrained(tmp_path)


def test_each_command_resumes_its_own_runs_only(whole, tuned):
    with pytest.raises(ValueError, match=r"go on with: tinyvision finetune --resume"):
        pretrain(out=tuned[0], resume=True, **QUIET)
    with pytest.raises(ValueError, match=r"go on with: tinyvision pretrain --resume"):
        finetune(out=whole[0], resume=True, **QUIET)
    with pytest.raises(ValueError, match=r"go on with: tinyvision pretrain --resume"):
        train(out=whole[0], resume=True, **QUIET)
    with pytest.raises(ValueError, match=r"go on with: tinyvision finetune --resume"):
        train(out=tuned[0], resume=True, **QUIET)


def test_other_images_are_fine_tuned_on_as_the_encoder_is_used_to(whole, tmp_path, monkeypatch):
    digits = tv.data.load_dataset("digits")
    others = replace(digits, name="mnist", mean=(0.9,), std=(0.1,))
    monkeypatch.setattr(tv.data, "load_dataset", lambda name, *_: others)
    outcome = finetune(
        whole[0], "mnist", out=tmp_path, labels=2, epochs=1, batch_size=500, pictures=False, **QUIET
    )
    assert outcome.summary["data"] == "mnist"
    assert "--data mnist" in outcome.summary["command"]
    used = json.loads((tmp_path / "preprocessor_config.json").read_text())
    assert (used["image_mean"], used["image_std"]) == (list(digits.mean), list(digits.std))
    run = load_run(tmp_path)
    monkeypatch.setattr(tinyvision.runs, "load_dataset", lambda name, *_: others)
    assert run.images().mean == digits.mean


def test_images_of_another_size_cannot_be_fine_tuned_on(whole, tmp_path, monkeypatch):
    digits = tv.data.load_dataset("digits")
    large = replace(digits, name="mnist", train_images=np.zeros((5, 28, 28), np.uint8))
    monkeypatch.setattr(tv.data, "load_dataset", lambda *_: large)
    with pytest.raises(ValueError, match=r"\(1, 8, 8\), and those of mnist are \(1, 28, 28\)"):
        finetune(whole[0], "mnist", out=tmp_path, **QUIET)


@pytest.mark.long
@pytest.mark.parametrize("mixing", [{"mixup": 0.5}, {"cutmix": 1.0}, {"mixup": 0.5, "cutmix": 1.0}])
def test_mixing_is_resumed_to_the_bit(whole, tmp_path, monkeypatch, mixing):
    monkeypatch.setattr(finetuning, "repeated", partial(finetuning.repeated, least=200))
    options = {"labels": 2, "epochs": 2, "batch_size": 40, "pictures": False, **QUIET, **mixing}
    outcome = finetune(whole[0], out=tmp_path / "whole", **options)
    step = Training._make_step

    def fails_at_7(self, group):
        if self.step == 7:
            raise KeyboardInterrupt
        step(self, group)

    with monkeypatch.context() as patch:
        patch.setattr(Training, "_make_step", fails_at_7)
        with pytest.raises(KeyboardInterrupt):
            finetune(whole[0], out=tmp_path / "cut", checkpoint_every=3, **options)
    resumed = finetune(out=tmp_path / "cut", resume=True, pictures=False, **QUIET)
    assert same(arrays(resumed.model), arrays(outcome.model))
    plain = finetune(whole[0], out=tmp_path / "plain", **{**options, "mixup": None, "cutmix": None})
    assert not same(arrays(plain.model), arrays(outcome.model))


# -- probing --------------------------------------------------------------------------------------


def test_a_probe_changes_no_bit_of_the_encoder(whole, tmp_path):
    folder, outcome = whole
    weights = (folder / "weights.npz").read_bytes()
    probe(folder, out=tmp_path, labels=5, epochs=1, **QUIET)
    assert (folder / "weights.npz").read_bytes() == weights
    before = arrays(outcome.model)
    features(outcome.model, np.zeros((2, 1, 8, 8), np.float32))
    assert same(arrays(outcome.model), before)


def test_a_probe_says_what_a_random_encoder_and_the_pixels_are_worth(whole, tmp_path):
    probed = probe(whole[0], out=tmp_path, labels=10, epochs=5, **QUIET)
    written = json.loads((tmp_path / "probe.json").read_text())
    assert written == json.loads(json.dumps(probed.summary))
    assert all(
        0.2 < written[f"accuracy{of}"] <= 1 for of in ("", "_random_encoder", "_pixels")
    )  # well above one in ten


def test_the_same_seed_gives_the_same_probe(whole, tmp_path):
    first, again = (
        probe(whole[0], out=tmp_path, labels=5, epochs=1, seed=3, **QUIET).summary for _ in range(2)
    )
    assert first == again


def test_a_linear_probe_finds_what_a_line_separates_and_nothing_in_a_constant():
    labels = np.arange(40) % 2
    apart = (2.0 * labels[:, None] - 1).astype(np.float32)
    assert linear_probe(apart, labels, apart, labels, epochs=2) == 1.0
    assert linear_probe(0 * apart, labels, 0 * apart, labels, epochs=2) == 0.5
