"""The masked autoencoder: what must hold whatever its weights are."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision.models import MAE, MAE_SIZES, mae, patchify, random_masking, reconstruction
from tinyvision.models.mae_loss import normalize_patches, removed_patches_loss
from tinyvision.models.mae_masking import keep_count, take_tokens

SMALL = {
    "image_size": (8, 12), "patch_size": (4, 3), "channels": 3, "dim": 16, "depth": 2, "heads": 2,
    "mlp_dim": 32, "decoder_dim": 8, "decoder_depth": 1, "decoder_heads": 2,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _seed():
    tv.manual_seed(0)


def small(**changes):
    return MAE(**{**SMALL, **changes})


def array(tensor):
    return tensor.detach().numpy()


def noise_of(n=2, patches=8, seed=0):
    return np.random.default_rng(seed).random((n, patches))


# -- masking ------------------------------------------------------------------------------------


@given(st.integers(2, 40), st.integers(1, 99), st.integers(0, 3))
def test_masking_keeps_the_published_number_of_patches_of_each_image(patches, percent, n):
    ratio = percent / 100
    keep = int(patches * (1 - ratio))
    if not 0 < keep < patches:
        with pytest.raises(ValueError, match=f"keeps {keep} of {patches} patches"):
            keep_count(patches, ratio)
        return
    masking = random_masking(noise_of(n, patches), ratio)
    assert masking.keep.shape == (n, keep)
    assert masking.mask.sum(1).tolist() == [patches - keep] * n


def test_three_quarters_of_a_grid_of_14_by_14_are_removed():
    assert keep_count(196, 0.75) == 49


@given(st.integers(0, 1000))
def test_the_patches_kept_are_those_of_least_noise_and_the_mask_says_so(seed):
    noise = noise_of(3, 12, seed)
    masking = random_masking(noise, 0.6)  # int(4.8) = 4
    for row, kept, mask in zip(noise, array(masking.keep), array(masking.mask), strict=True):
        assert list(kept) == sorted(range(12), key=lambda i: row[i])[:4]
        assert [i for i in range(12) if not mask[i]] == sorted(kept)


@given(st.integers(0, 1000))
def test_restoring_undoes_the_shuffling(seed):
    noise = noise_of(2, 9, seed)
    masking = random_masking(noise, 0.5)
    for row, restore in zip(noise, array(masking.restore), strict=True):
        shuffled = sorted(range(9), key=lambda i: row[i])
        assert [shuffled[place] for place in restore] == list(range(9))


def test_patches_of_equal_noise_are_taken_in_reading_order():
    masking = random_masking(np.zeros((1, 40)), 0.9)
    assert masking.keep.tolist() == [[0, 1, 2]]  # int(40 * (1 - 0.9)) = int(3.9999…)


def test_each_image_has_a_mask_of_its_own():
    mask = array(small().masking(50).mask)
    assert len({tuple(row) for row in mask}) > 10


def test_every_patch_is_removed_about_as_often_as_another():
    mask = array(MAE(image_size=32, depth=1).masking(4000).mask)
    often = mask.mean(0)  # of 0.75, with a deviation of √(0.75 · 0.25 / 4000) = 0.007
    assert (np.abs(often - 0.75) < 5 * 0.007).all()


def test_the_same_noise_gives_the_same_answer_and_other_noise_another():
    model, images = small(), tv.randn(2, 3, 8, 12)
    first, again, other = (model(images, noise_of(seed=s)) for s in (0, 0, 1))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(array(a), array(b))
    assert not np.array_equal(array(first.mask), array(other.mask))


def test_noise_may_be_a_tensor_an_array_or_drawn_from_a_generator():
    model, images, noise = small(), tv.randn(2, 3, 8, 12), noise_of()
    expected = array(model(images, noise).mask)
    np.testing.assert_array_equal(array(model(images, tv.tensor(noise)).mask), expected)
    masks = [
        array(model(images, generator=tv.Generator().manual_seed(seed)).mask) for seed in (5, 5)
    ]
    np.testing.assert_array_equal(*masks)


@given(st.integers(1, 5))
def test_taking_tokens_takes_whole_rows(k):
    rng = np.random.default_rng(k)
    tokens, places = rng.normal(size=(3, 5, 2)), rng.integers(0, 5, (3, k))
    taken = array(take_tokens(tv.tensor(tokens), tv.tensor(places)))
    for n, i in np.ndindex(3, k):
        np.testing.assert_array_equal(taken[n, i], tokens[n, places[n, i]])


@pytest.mark.parametrize(
    ("noise", "message"),
    [
        (np.zeros(4), r"shape \(N, T\); got shape \(4,\)"),
        (np.zeros((1, 4), complex), "of complex128"),
        ([[0.1, np.nan, 0.2]], "noise holds NaN.*tv.rand"),
    ],
    ids=["one axis", "complex", "NaN"],
)
def test_noise_that_cannot_be_sorted_is_refused(noise, message):
    with pytest.raises(ValueError, match=message):
        random_masking(noise)


@pytest.mark.parametrize("noise", [np.zeros((2, 7)), np.zeros((1, 8)), [[0.0] * 8] * 2])
def test_noise_of_another_shape_is_refused(noise):
    with pytest.raises(ValueError, match=r"noise must be .* of shape \(2, 8\)"):
        small()(tv.zeros(2, 3, 8, 12), noise)


# -- what the encoder and the decoder see -------------------------------------------------------


def test_the_encoder_gets_the_kept_patches_and_the_class_token_only():
    model = small()
    seen = []
    model.blocks.register_forward_hook(lambda module, args, out: seen.append(args[0].shape))
    model(tv.zeros(2, 3, 8, 12))
    assert seen == [(2, 1 + 2, 16)]


def test_what_was_removed_has_no_influence_on_the_prediction():
    model, images, noise = small(), tv.randn(2, 3, 8, 12), noise_of()
    _, pred, mask = model(images, noise)
    patches = patchify(images, (4, 3)).numpy().copy()
    patches[array(mask) == 1] = 1e6
    changed = model(model.unpatchify(tv.tensor(patches)), noise)
    np.testing.assert_array_equal(array(changed.pred), array(pred))


def test_each_patch_that_was_kept_has_an_influence_on_each_prediction_of_its_image_only():
    model, images, noise = small().double(), tv.randn(2, 3, 8, 12, dtype=tv.float64), noise_of()
    _, pred, mask = model(images, noise)
    for place in np.flatnonzero(array(mask)[0] == 0):
        patches = patchify(images, (4, 3)).numpy().copy()
        patches[0, place] += 1.0
        moved = array(model(model.unpatchify(tv.tensor(patches)), noise).pred) - array(pred)
        assert np.abs(moved[0]).max(1).min() > 1e-6
        assert not moved[1].any()


def test_a_removed_patch_is_a_mask_token_at_its_position_and_a_kept_one_is_what_was_encoded():
    model, noise = small().double(), noise_of()
    masking = model.masking(2, noise)
    latent = tv.randn(2, 3, 16, dtype=tv.float64)
    entering = []
    model.decoder_blocks.register_forward_hook(lambda module, args, out: entering.append(args[0]))
    model.decode(latent, masking)
    embedded = array(model.decoder_embed(latent))
    x = array(entering[0]) - array(model.decoder_pos_embed)
    for n in range(2):
        kept = sorted(range(8), key=lambda i: noise[n, i])[:2]
        np.testing.assert_allclose(x[n, 0], embedded[n, 0], atol=1e-12)
        for place in range(8):
            expected = array(model.mask_token)[0, 0]
            if place in kept:
                expected = embedded[n, 1 + kept.index(place)]
            np.testing.assert_allclose(x[n, 1 + place], expected, atol=1e-12)


def test_the_order_of_the_kept_patches_does_not_matter():
    """Positions travel with the patches, so only which are kept counts."""
    model, images = small().double(), tv.randn(1, 3, 8, 12, dtype=tv.float64)
    a = np.array([[0.1, 0.9, 0.8, 0.7, 0.2, 0.6, 0.5, 0.4]])
    b = np.array([[0.2, 0.9, 0.8, 0.7, 0.1, 0.6, 0.5, 0.4]])
    first, second = model(images, a), model(images, b)
    np.testing.assert_allclose(array(first.pred), array(second.pred), rtol=0, atol=1e-12)


def test_the_encoder_equals_a_vit_that_is_given_the_same_patches():
    model, images = small().double(), tv.randn(2, 3, 8, 12, dtype=tv.float64)
    vit = tv.interop.vit_from_mae(model, num_classes=0, pool="cls")
    masking = model.masking(2, noise_of())
    places = np.concatenate([np.zeros((2, 1), int), 1 + array(masking.keep)], axis=1)
    whole = vit.embed(images)
    expected = vit.transformer(take_tokens(whole, tv.tensor(places)))
    np.testing.assert_allclose(
        array(model.encode(images, masking)), array(expected), rtol=0, atol=1e-12
    )


def test_positions_are_sines_and_cosines_the_column_first_and_zero_for_the_class_token():
    table = array(small().double().pos_embed)[0]
    assert table.shape == (9, 16)
    assert not table[0].any()
    for place in range(8):
        row, column = divmod(place, 4)
        for k in range(4):
            angle = 10000 ** (-k / 4)
            expected = [f(at * angle) for at in (column, row) for f in (math.sin, math.cos)]
            np.testing.assert_allclose(table[1 + place, k::4], expected, atol=1e-7)


def test_positions_are_not_trained():
    model = small()
    names = {name for name, _ in model.named_parameters()}
    assert not names & {"pos_embed", "decoder_pos_embed"}
    assert {"pos_embed", "decoder_pos_embed"} <= set(model.state_dict())


# -- the loss -----------------------------------------------------------------------------------


def test_the_loss_is_the_mean_over_removed_patches_of_the_mean_squared_error_of_each():
    model, images = small().double(), tv.randn(2, 3, 8, 12, dtype=tv.float64)
    loss, pred, mask = model(images, noise_of())
    target, errors = patchify(images, (4, 3)).numpy(), []
    for n, t in np.ndindex(2, 8):
        if array(mask)[n, t]:
            errors.append(sum((array(pred)[n, t] - target[n, t]) ** 2) / 36)
    assert len(errors) == 12
    assert loss.item() == pytest.approx(sum(errors) / 12, rel=1e-12)


@pytest.mark.parametrize("value", [1e30, np.inf, np.nan])
def test_targets_of_patches_that_were_seen_leave_the_loss_bit_identical(value):
    pred, target = tv.randn(2, 8, 36), tv.randn(2, 8, 36).numpy().copy()
    mask = random_masking(noise_of()).mask
    before = removed_patches_loss(pred, tv.tensor(target), mask).item()
    target[array(mask) == 0] = value
    assert removed_patches_loss(pred, tv.tensor(target), mask).item() == before


def test_each_target_that_was_removed_moves_the_loss():
    pred, target = tv.zeros(1, 8, 4), np.zeros((1, 8, 4), np.float32)
    mask = random_masking(noise_of(1)).mask
    for place in np.flatnonzero(array(mask)[0]):
        changed = target.copy()
        changed[0, place, 1] = 2.0
        assert removed_patches_loss(pred, tv.tensor(changed), mask).item() == pytest.approx(4 / 24)


def test_normalised_targets_by_the_formula():
    patches = np.random.default_rng(0).normal(3, 2, (2, 5, 12))
    found = array(normalize_patches(tv.tensor(patches)))
    for n, t in np.ndindex(2, 5):
        numbers = patches[n, t].tolist()
        mean = math.fsum(numbers) / 12
        variance = math.fsum((x - mean) ** 2 for x in numbers) / 11  # unbiased: one less
        expected = [(x - mean) / math.sqrt(variance + 1e-6) for x in numbers]
        np.testing.assert_allclose(found[n, t], expected, rtol=1e-12)


def test_a_patch_of_one_colour_is_a_target_of_zeros():
    np.testing.assert_array_equal(array(normalize_patches(tv.full((1, 1, 9), 0.5))), 0)


def test_norm_pix_loss_changes_the_target_and_nothing_else():
    plain = small(norm_pix_loss=False)
    normed = small(norm_pix_loss=True)
    normed.load_state_dict(plain.state_dict())
    images, noise = 2 + 3 * tv.randn(2, 3, 8, 12), noise_of()
    a, b = plain(images, noise), normed(images, noise)
    np.testing.assert_array_equal(array(a.pred), array(b.pred))
    expected = removed_patches_loss(a.pred, normalize_patches(plain.patchify(images)), a.mask)
    assert b.loss.item() == expected.item() != a.loss.item()


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((1, 4, 2), (1, 4, 3), (1, 4)), "pred and target .* must fit"),
        (((1, 4, 2), (1, 4, 2), (4,)), r"mask \(N, T\) must fit"),
        (((4, 2), (4, 2), (4,)), "must fit"),
    ],
    ids=str,
)
def test_a_loss_of_shapes_that_do_not_fit_is_refused(shapes, message):
    with pytest.raises(ValueError, match=message):
        removed_patches_loss(*(tv.ones(*shape) for shape in shapes))


def test_a_loss_over_nothing_is_refused():
    with pytest.raises(ValueError, match="mask removes no patch"):
        removed_patches_loss(tv.zeros(1, 4, 2), tv.zeros(1, 4, 2), tv.zeros(1, 4))


# -- the network --------------------------------------------------------------------------------


@pytest.mark.parametrize("norm_pix_loss", [False, True])
def test_gradients_reach_every_parameter(norm_pix_loss):
    model = small(norm_pix_loss=norm_pix_loss)
    model(tv.randn(2, 3, 8, 12)).loss.backward()
    still = [
        name for name, p in model.named_parameters() if p.grad is None or not (p.grad != 0).any()
    ]
    assert not still


@pytest.mark.parametrize("norm_pix_loss", [False, True])
def test_the_gradient_of_the_loss_is_that_of_central_differences(norm_pix_loss):
    model = small(depth=1, norm_pix_loss=norm_pix_loss).double()
    noise = noise_of(1)
    images = tv.randn(1, 3, 8, 12, dtype=tv.float64)
    images.requires_grad_()
    model(images, noise).loss.backward()
    direction = np.random.default_rng(1).normal(size=images.shape)
    step = 1e-5
    ends = [
        model(tv.tensor(array(images) + sign * step * direction), noise).loss.item()
        for sign in (1, -1)
    ]
    slope = (ends[0] - ends[1]) / (2 * step)
    assert (images.grad.numpy() * direction).sum() == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_types_and_shapes_of_what_comes_out(dtype):
    model = small().to(dtype)
    loss, pred, mask = model(tv.randn(3, 3, 8, 12).to(dtype))
    assert loss.shape == ()
    assert pred.shape == (3, 8, 36)
    assert mask.shape == (3, 8)
    assert loss.dtype == pred.dtype == dtype


@pytest.mark.long
def test_a_few_images_are_learned_better_than_their_mean():
    images = np.random.default_rng(0).normal(size=(4, 1, 8, 8)).astype(np.float32)
    many = tv.tensor(np.tile(images, (8, 1, 1, 1)))  # each under eight masks at a time
    model = MAE(
        image_size=8, patch_size=2, channels=1, dim=32, depth=1, heads=2, decoder_dim=32,
        decoder_depth=1, decoder_heads=2,
    )  # fmt: skip
    optimizer = tv.optim.AdamW(model.parameters(), lr=3e-3, betas=(0.9, 0.95))
    noise = np.random.default_rng(1)
    for _ in range(200):
        loss = model(many, noise.random((32, 16))).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    found = model.reconstruct(tv.tensor(images), noise.random((4, 16)), mean_image=images.mean(0))
    assert found.error < 0.5 * found.baseline_error


def test_the_linear_layers_start_within_xavier_s_bound_and_tokens_small():
    model = small(dim=64, heads=4)
    for name, weight in model.state_dict().items():
        if name.endswith("norm.weight") or ".norm" in name:
            assert set(np.unique(array(weight))) <= {0.0, 1.0}, name
        elif name.endswith("weight"):
            flat = array(weight).reshape(len(weight), -1)
            bound = math.sqrt(6 / sum(flat.shape))
            assert 0.9 * bound < np.abs(flat).max() <= bound, name
        elif name.endswith("bias"):
            assert not array(weight).any(), name
    tokens = [array(t).ravel() for t in (model.cls_token, model.mask_token)]
    assert 0.012 < np.concatenate(tokens).std() < 0.028


def test_names_and_shapes_are_the_published_ones():
    model = MAE(image_size=32, patch_size=4, dim=64, depth=1, heads=4, mlp_dim=128, decoder_dim=32,
                decoder_depth=1, decoder_heads=2)  # fmt: skip

    def block(name, dim, mlp_dim):
        return {
            f"{name}.norm1.weight": (dim,), f"{name}.norm1.bias": (dim,),
            f"{name}.attn.qkv.weight": (3 * dim, dim), f"{name}.attn.qkv.bias": (3 * dim,),
            f"{name}.attn.proj.weight": (dim, dim), f"{name}.attn.proj.bias": (dim,),
            f"{name}.norm2.weight": (dim,), f"{name}.norm2.bias": (dim,),
            f"{name}.mlp.fc1.weight": (mlp_dim, dim), f"{name}.mlp.fc1.bias": (mlp_dim,),
            f"{name}.mlp.fc2.weight": (dim, mlp_dim), f"{name}.mlp.fc2.bias": (dim,),
        }  # fmt: skip

    encoder = {
        "cls_token": (1, 1, 64), "pos_embed": (1, 65, 64),
        "patch_embed.proj.weight": (64, 3, 4, 4), "patch_embed.proj.bias": (64,),
        **block("blocks.0", 64, 128), "norm.weight": (64,), "norm.bias": (64,),
    }  # fmt: skip
    decoder = {
        "mask_token": (1, 1, 32), "decoder_pos_embed": (1, 65, 32),
        "decoder_embed.weight": (32, 64), "decoder_embed.bias": (32,),
        **block("decoder_blocks.0", 32, 128), "decoder_norm.weight": (32,),
        "decoder_norm.bias": (32,), "decoder_pred.weight": (48, 32), "decoder_pred.bias": (48,),
    }  # fmt: skip
    shapes = {name: value.shape for name, value in model.state_dict().items()}
    assert shapes == {**encoder, **decoder}
    assert {k: v.shape for k, v in model.encoder_state_dict().items()} == encoder


# -- reconstructions ----------------------------------------------------------------------------


def test_a_reconstruction_pastes_the_prediction_where_patches_were_removed():
    model = small()
    images = tv.randn(2, 3, 8, 12)
    found = model.reconstruct(images, noise_of(), mean=0.5, std=0.25, fill=-7.0)
    _, pred, mask = model(images, noise_of())
    original = array(images) * np.float32(0.25) + np.float32(0.5)
    np.testing.assert_array_equal(found.original, original)
    np.testing.assert_array_equal(found.mask, array(mask) == 1)
    for n, t in np.ndindex(2, 8):
        rows, columns = slice(t // 4 * 4, t // 4 * 4 + 4), slice(t % 4 * 3, t % 4 * 3 + 3)
        # (p1*p2*C,) -> (p1, p2, C) -> (C, p1, p2)
        patch = array(pred)[n, t].reshape(4, 3, 3).transpose(2, 0, 1) * 0.25 + 0.5
        place = (n, slice(None), rows, columns)
        gone = array(mask)[n, t] == 1
        np.testing.assert_allclose(found.predicted[place], patch, atol=1e-6)
        pasted = patch if gone else original[place]
        np.testing.assert_allclose(found.pasted[place], pasted, atol=1e-6)
        np.testing.assert_array_equal(found.masked[place], -7.0 if gone else original[place])
        assert (found.removed[n, rows, columns] == gone).all()


def test_errors_are_means_over_the_pixels_of_removed_patches():
    model, images = small(), tv.randn(2, 3, 8, 12)
    mean_image = np.random.default_rng(3).normal(size=(3, 8, 12)).astype(np.float32)
    found = model.reconstruct(images, noise_of(), std=[1.0, 2.0, 3.0], mean_image=mean_image)
    scale = np.array([1.0, 2.0, 3.0])[:, None, None]
    squares, guess = [], []
    for n, c, i, j in np.ndindex(2, 3, 8, 12):
        if found.removed[n, i, j]:
            squares.append((found.predicted[n, c, i, j] - found.original[n, c, i, j]) ** 2)
            true = images[n, c, i, j].item() * scale[c, 0, 0]
            guess.append((mean_image[c, i, j] * scale[c, 0, 0] - true) ** 2)
    assert found.error == pytest.approx(np.mean(squares), rel=1e-6)
    assert found.baseline_error == pytest.approx(np.mean(guess), rel=1e-5)


def test_without_a_mean_image_there_is_no_baseline():
    found = small().reconstruct(tv.zeros(1, 3, 8, 12))
    assert found.baseline is None
    assert found.baseline_error is None


def test_normalised_predictions_are_shown_with_the_brightness_and_contrast_of_the_original():
    """A perfect prediction of normalised patches gives the original back, and an error of 0."""
    model = small(norm_pix_loss=True).double()
    images = tv.tensor(np.random.default_rng(0).normal(2, 3, (2, 3, 8, 12)))
    mask = random_masking(noise_of()).mask
    found = reconstruction(
        images, model.targets(images), mask, (4, 3), rescale=True, mean_image=images.numpy()[0]
    )
    np.testing.assert_allclose(found.predicted, images.numpy(), rtol=0, atol=1e-12)
    assert found.error < 1e-24
    np.testing.assert_allclose(found.baseline[0], images.numpy()[0], rtol=0, atol=1e-12)
    patches = patchify(tv.tensor(found.baseline), (4, 3)).numpy()
    theirs = patchify(images, (4, 3)).numpy()
    np.testing.assert_allclose(patches.mean(-1), theirs.mean(-1), atol=1e-12)
    np.testing.assert_allclose(patches.var(-1), theirs.var(-1), rtol=1e-5)
    assert found.rescaled


def test_a_reconstruction_leaves_no_graph():
    model = small()
    model.reconstruct(tv.zeros(1, 3, 8, 12))
    assert all(p.grad is None for p in model.parameters())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mean": [0.1, 0.2]}, "one for each of 3 channels; got"),
        ({"std": [0.1, 0.2]}, "one for each of 3 channels; got"),
        ({"mean_image": np.zeros((8, 12))}, r"mean_image must have .* \(3, 8, 12\), got \(8, 12\)"),
    ],
    ids=str,
)
def test_reconstructions_that_cannot_be_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        small().reconstruct(tv.zeros(1, 3, 8, 12), **options)


def test_predictions_that_do_not_fit_the_images_are_refused():
    with pytest.raises(ValueError, match=r"have patches of shape \(1, 4, 12\).*got pred \(1, 4, 3"):
        reconstruction(tv.zeros(1, 3, 4, 4), tv.zeros(1, 4, 3), tv.ones(1, 4), 2)


# -- what cannot be -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image_size": (8, 13)}, "width 13 is not divisible by the patch's 3"),
        ({"mask_ratio": 0}, "mask_ratio is the share .* got 0"),
        ({"mask_ratio": 1.0}, "between 0 and 1; got 1.0"),
        ({"mask_ratio": None}, "got None"),
        ({"mask_ratio": 0.95}, "mask_ratio=0.95 keeps 0 of 8 patches"),
        ({"dim": 0}, "dim must be a positive integer, got 0"),
        ({"heads": 3}, "heads=3 must divide dim=16"),
        ({"decoder_heads": 3}, "decoder_heads=3 must divide decoder_dim=8"),
        ({"decoder_dim": 6}, "decoder_dim=6 must be a multiple of 4"),
        ({"dim": 18}, "dim=18 must be a multiple of 4"),
        ({"depth": 0}, "depth must be a positive integer"),
        ({"decoder_depth": 0}, "decoder_depth must be a positive integer"),
        ({"mlp_dim": 0}, "mlp_dim must be a positive integer"),
        ({"decoder_mlp_dim": -1}, "decoder_mlp_dim must be a positive integer"),
        ({"channels": 0}, "channels must be a positive integer"),
        ({"patch_size": 1, "channels": 1, "norm_pix_loss": True}, "variance of a patch"),
    ],
    ids=str,
)
def test_settings_that_cannot_be_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        small(**changes)


def test_patches_of_one_number_cannot_be_normalised():
    with pytest.raises(ValueError, match="a patch of one number has no variance"):
        normalize_patches(tv.zeros(1, 4, 1))


@pytest.mark.parametrize("shape", [(3, 8, 12), (1, 3, 12, 8), (1, 1, 8, 12)], ids=str)
def test_images_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"MAE takes images of shape \(N, 3, 8, 12\), got"):
        small()(tv.zeros(*shape))


# -- published sizes ----------------------------------------------------------------------------


def counted(size, depth, decoder_depth, patches):
    """Parameters and fixed positions of a published network, by hand."""
    s = MAE_SIZES[size]
    numbers = 3 * s["patch_size"] ** 2

    def block(dim, mlp_dim):
        return 4 * dim + (dim + 1) * 4 * dim + (dim + 1) * mlp_dim + (mlp_dim + 1) * dim

    dim, narrow = s["dim"], s["decoder_dim"]
    tokens = dim + narrow + (1 + patches) * (dim + narrow)
    maps = (numbers + 1) * dim + (dim + 1) * narrow + (narrow + 1) * numbers
    blocks = depth * block(dim, s["mlp_dim"]) + decoder_depth * block(narrow, s["decoder_mlp_dim"])
    return tokens + maps + blocks + 2 * dim + 2 * narrow


@pytest.mark.parametrize("size", ["B/16", "L/16"])
def test_the_network_of_a_size_has_the_numbers_that_the_formula_says(size):
    """With one layer each and a small image, so that it is quickly built."""
    side = 2 * MAE_SIZES[size]["patch_size"]
    model = mae(size, image_size=side, depth=1, decoder_depth=1)
    assert sum(v.numel() for v in model.state_dict().values()) == counted(size, 1, 1, 4)


def test_the_published_sizes_are_those_of_the_paper():
    decoder = {"decoder_dim": 512, "decoder_depth": 8, "decoder_heads": 16, "decoder_mlp_dim": 2048}
    published = {"B/16": (16, 768, 12, 12), "L/16": (16, 1024, 24, 16), "H/14": (14, 1280, 32, 16)}
    for size, (patch, dim, depth, heads) in published.items():
        encoder = {"patch_size": patch, "dim": dim, "depth": depth, "heads": heads}
        assert MAE_SIZES[size] == {**encoder, "mlp_dim": 4 * dim, **decoder}


def test_an_unknown_size_is_refused():
    with pytest.raises(ValueError, match=r"unknown size 'S/16'.*B/16, L/16, H/14"):
        mae("S/16")
