"""`tinyvision classify`: from files of weights and images to names of classes."""

import json
import re
import sys

import numpy as np
import pytest
from PIL import Image

import tinyvision as tv
from tinyvision.classify import load_classifier, prepare, read_image, read_weights
from tinyvision.cli import main

SMALL = {
    "image_size": 16, "patch_size": 4, "num_classes": 3, "dim": 12, "depth": 1, "heads": 3,
    "mlp_dim": 20, "dim_head": 4, "qkv_bias": True, "patch_norm": False, "eps": 1e-6,
}  # fmt: skip
HF_CONFIG = {
    "model_type": "vit", "image_size": 16, "patch_size": 4, "hidden_size": 12,
    "num_hidden_layers": 1, "num_attention_heads": 3, "intermediate_size": 20,
    "id2label": {"0": "cat", "1": "dog", "2": "owl"},
}  # fmt: skip


@pytest.fixture
def model():
    tv.manual_seed(0)
    return tv.models.ViT(**SMALL).eval()


@pytest.fixture
def weights(model, tmp_path):
    """A file of the model's weights under timm's names."""
    tv.save(tv.interop.to_timm(model), tmp_path / "weights.npz")
    return tmp_path / "weights.npz"


@pytest.fixture
def pixels():
    """A smooth image of bytes, 40 high and 60 wide, no two corners alike."""
    rows, columns = np.mgrid[:40, :60]
    waves = [np.sin(rows / 7 + c) + np.cos(columns / (5 + c)) for c in range(3)]
    return np.uint8(127.5 + 60 * np.stack(waves, -1))


@pytest.fixture
def image(pixels, tmp_path):
    Image.fromarray(pixels).save(tmp_path / "image.png")
    return tmp_path / "image.png"


def run(capsys, *words):
    """The command in this process: (exit code, standard output, standard error)."""
    code = main(["classify", *map(str, words)])
    out = capsys.readouterr()
    return code, out.out, out.err


def assert_one_line_error(result, pattern):
    code, _, error = result
    assert code == 2
    assert len(error.strip().splitlines()) == 1
    assert re.search(pattern, error), error


# -- the whole way ------------------------------------------------------------------------------


def test_the_classes_are_those_of_the_network_most_probable_first(
    capsys, model, weights, image, pixels, tmp_path
):
    small = Image.fromarray(pixels).resize((24, 16), Image.Resampling.BICUBIC)
    inputs = (np.asarray(small)[:, 4:20].transpose(2, 0, 1)[None] / 255 - 0.5) / 0.5
    scores = model(tv.tensor(inputs.astype(np.float32)))[0].detach().numpy()
    shares = np.exp(scores) / np.exp(scores).sum()

    (tmp_path / "labels.txt").write_text("cat\ndog\nowl\n")
    code, out, error = run(
        capsys, weights, image, "--heads", 3, "--labels", tmp_path / "labels.txt"
    )
    assert (code, error) == (0, "")
    found = re.findall(r"^ +([\d.]+)%  (\w+)$", out, re.MULTILINE)
    best = np.argsort(-shares)
    assert [name for _, name in found] == [("cat", "dog", "owl")[i] for i in best]
    assert [float(share) for share, _ in found] == pytest.approx(100 * shares[best], abs=0.3)


def test_each_image_has_its_answer_and_top_says_how_many_classes(capsys, weights, image):
    code, out, _ = run(capsys, weights, image, image, "--heads", "3", "--top", "2")
    assert code == 0
    assert out.count(f"\n{image}\n") == 2
    assert out.count("%  class ") == 4
    assert "3 classes, images of 16 by 16 pixels, mean 0.5 0.5 0.5" in out


def test_positions_are_interpolated_to_an_image_size(capsys, weights, image):
    code, out, _ = run(capsys, weights, image, "--heads", "3", "--image-size", "24")
    assert code == 0
    assert "images of 24 by 24 pixels" in out


# -- weights ------------------------------------------------------------------------------------


@pytest.fixture
def hf_folder(model, tmp_path):
    pytest.importorskip("safetensors")
    tv.interop.save_safetensors(tv.interop.to_hf(model), tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps(HF_CONFIG))
    return tmp_path


def test_hf_settings_beside_the_weights_are_used(hf_folder):
    processing = {"image_mean": [0.1, 0.2, 0.3], "image_std": [0.4, 0.5, 0.6]}
    (hf_folder / "preprocessor_config.json").write_text(json.dumps(processing))
    found = load_classifier(hf_folder / "model.safetensors")
    assert found.labels == ["cat", "dog", "owl"]
    assert (found.mean, found.std) == ((0.1, 0.2, 0.3), (0.4, 0.5, 0.6))
    assert found.model.transformer.layers[0][0].heads == 3
    assert found.model.transformer.norm.eps == 1e-12
    assert not found.model.training


def test_a_config_elsewhere_can_be_named(hf_folder, tmp_path):
    config = (hf_folder / "config.json").rename(tmp_path / "settings.json")
    config.write_text(json.dumps({**HF_CONFIG, "layer_norm_eps": 0.25}))
    found = load_classifier(hf_folder / "model.safetensors", config=config)
    assert found.model.transformer.norm.eps == 0.25


def test_hf_networks_take_another_image_size_too(hf_folder):
    found = load_classifier(hf_folder / "model.safetensors", image_size=24)
    assert found.image_size == found.model.image_size == (24, 24)


def test_timm_settings_beside_the_weights_are_used(weights):
    settings = {"architecture": "vit", "pretrained_cfg": {"mean": [0.1] * 3, "std": [0.2] * 3}}
    weights.with_name("config.json").write_text(json.dumps(settings))
    found = load_classifier(weights, heads=3)
    assert (found.mean, found.std) == ((0.1,) * 3, (0.2,) * 3)


def test_what_is_said_wins_over_what_lies_there(weights):
    settings = {"pretrained_cfg": {"mean": [0.1] * 3, "std": [0.2] * 3}}
    weights.with_name("config.json").write_text(json.dumps(settings))
    found = load_classifier(weights, heads=3, mean=[0.0], std=[1.0, 2.0, 3.0])
    assert (found.mean, found.std) == ((0.0,) * 3, (1.0, 2.0, 3.0))


def test_torchvision_networks_expect_images_of_imagenet(model, tmp_path):
    tv.save(tv.interop.to_torchvision(model), tmp_path / "w.npz")
    found = load_classifier(tmp_path / "w.npz", heads=3)
    assert (found.mean, found.std) == ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def test_google_and_our_own_weights_are_known(model, tmp_path):
    tv.save(tv.interop.to_google(model), tmp_path / "google.npz")
    assert load_classifier(tmp_path / "google.npz").labels == ["class 0", "class 1", "class 2"]
    tv.save(model.state_dict(), tmp_path / "ours.npz")
    assert load_classifier(tmp_path / "ours.npz", heads=3).image_size == (16, 16)


def test_the_cnn_of_the_article_is_known(capsys, image, tmp_path):
    tv.save(tv.models.CNN().state_dict(), tmp_path / "cnn.npz")
    code, out, _ = run(capsys, tmp_path / "cnn.npz", image)
    assert code == 0
    assert "261,982 parameters, 10 classes, images of 32 by 32" in out


def test_a_decoder_for_training_is_left_alone(model, tmp_path):
    decoder = {"mask_token": tv.zeros(1, 1, 8), "decoder_embed.weight": tv.zeros(8, 12)}
    tv.save(tv.interop.to_timm(model) | decoder, tmp_path / "mae.npz")
    assert len(load_classifier(tmp_path / "mae.npz", heads=3).labels) == 3


@pytest.fixture
def grey_weights(tmp_path):
    tv.manual_seed(0)
    grey = tv.models.ViT(**{**SMALL, "channels": 1})
    tv.save(tv.interop.to_timm(grey), tmp_path / "grey.npz")
    return tmp_path / "grey.npz"


def test_a_network_of_grey_images_is_given_their_mean(grey_weights, pixels):
    classifier = load_classifier(grey_weights, heads=3)
    in_colour = np.float32(pixels / 255)
    without = np.repeat(in_colour.mean(2, keepdims=True), 3, axis=2)
    first, second = (dict(classifier.top(view, 3)) for view in (in_colour, without))
    assert first == pytest.approx(second, abs=1e-4)


def test_what_is_shown_is_what_a_network_is_given_but_for_normalising(weights, grey_weights):
    noise = np.random.default_rng(0).random((16, 16, 3), np.float32)
    for path, channels in ((weights, 3), (grey_weights, 1)):
        classifier = load_classifier(path, heads=3, mean=[0.25], std=[0.5])
        shown = classifier.shown(noise)
        assert shown.shape == (channels, 16, 16)
        given = classifier.inputs(noise)[0].numpy()
        np.testing.assert_allclose(given, (shown - 0.25) / 0.5, atol=1e-6)


def test_a_network_of_grey_images_is_said_to_have_one_channel(capsys, grey_weights, image):
    words = (grey_weights, image, "--heads", 3)
    assert "grey images of 16 by 16 pixels, mean 0.5, std 0.5\n" in run(capsys, *words)[1]
    # Each colour by itself before their mean is taken: then three are the truth.
    assert "mean 0.1 0.2 0.3, std 0.5\n" in run(capsys, *words, "--mean", "0.1,0.2,0.3")[1]


# -- images -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.gif", "wrong.png", "a"])
def test_images_of_any_format_are_read(tmp_path, pixels, name):
    kind = {"wrong.png": "JPEG", "a": "PNG"}.get(name) or None
    Image.fromarray(pixels).save(tmp_path / name, kind)
    found = read_image(tmp_path / name)
    assert found.shape == (40, 60, 3)
    assert found.dtype == np.float32
    lossy = 0.15 if kind == "JPEG" or name.endswith(("jpg", "gif")) else 1e-6
    np.testing.assert_allclose(found, pixels / 255, atol=lossy)


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "1", "I;16"])
def test_grey_becomes_rgb_and_transparency_is_dropped(tmp_path, pixels, mode):
    image = Image.fromarray(pixels)
    if mode == "I;16":
        grey = np.asarray(image.convert("L"), np.uint16) * 257
        image = Image.fromarray(grey)
    else:
        image = image.convert(mode)
    image.save(tmp_path / "x.png")
    found = read_image(tmp_path / "x.png")
    expected = (
        image.convert("RGB")
        if mode != "I;16"
        else Image.fromarray(pixels).convert("L").convert("RGB")
    )
    assert found.shape == (40, 60, 3)
    np.testing.assert_allclose(found, np.asarray(expected) / 255, atol=2e-3)


@pytest.mark.parametrize("size", [(16, 16), (16, 24), (30, 20)], ids=str)
@pytest.mark.parametrize("turned", [False, True])
def test_images_are_resized_as_pillow_does_and_cut_in_the_middle(pixels, size, turned):
    # Noise shows whether all pixels count where the image shrinks; none of it is clipped.
    pixels = np.random.default_rng(0).integers(70, 180, pixels.shape, np.uint8)
    pixels = pixels.transpose(1, 0, 2) if turned else pixels
    height, width = pixels.shape[:2]
    scale = max(size[0] / height, size[1] / width)
    covering = (round(height * scale), round(width * scale))
    resized = Image.fromarray(pixels).resize(covering[::-1], Image.Resampling.BICUBIC)
    top, left = (covering[0] - size[0]) // 2, (covering[1] - size[1]) // 2
    expected = np.asarray(resized)[top : top + size[0], left : left + size[1]] / 255
    found = prepare(np.float32(pixels / 255), size, (0.0,) * 3, (1.0,) * 3)
    assert found.shape == (1, 3, *size)
    # Pillow rounds to bytes, after each of two directions.
    np.testing.assert_allclose(found[0].numpy().transpose(1, 2, 0), expected, atol=2.5 / 255)


def test_an_image_of_the_right_size_is_only_normalised(pixels):
    found = prepare(np.float32(pixels / 255), (40, 60), (0.1, 0.2, 0.3), (0.4, 0.5, 0.6)).numpy()
    expected = (pixels / 255 - [0.1, 0.2, 0.3]) / [0.4, 0.5, 0.6]
    np.testing.assert_allclose(found[0].transpose(1, 2, 0), expected, atol=1e-6)


def test_resizing_stays_between_black_and_white():
    stripes = np.zeros((64, 64, 3), np.float32)
    stripes[:, ::7] = 1.0
    found = prepare(stripes, (48, 48), (0.0,) * 3, (1.0,) * 3).numpy()
    assert found.min() >= 0.0
    assert found.max() <= 1.0


# -- what cannot be -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["w.pt", "w.pth", "w.bin", "w.pkl", "w.ckpt", "W.PT"])
def test_pickles_are_refused_with_the_way_to_convert_them(capsys, image, tmp_path, name):
    (tmp_path / name).write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
    result = run(capsys, tmp_path / name, image)
    assert_one_line_error(result, r"is a pickle, which can run any code.*save_file.*safetensors")


def test_weights_of_another_kind_are_refused(capsys, image, tmp_path):
    (tmp_path / "w.onnx").write_bytes(b"")
    assert_one_line_error(run(capsys, tmp_path / "w.onnx", image), r"neither a \.safetensors nor")


def test_files_that_are_not_what_their_names_say_are_refused(capsys, weights, image, tmp_path):
    pytest.importorskip("safetensors")
    wrong = weights.rename(tmp_path / "w.safetensors")
    assert_one_line_error(run(capsys, wrong, image), r"w\.safetensors is not a whole safetensors")
    image.rename(tmp_path / "w.npz")
    with pytest.raises(ValueError, match=r"w\.npz"):
        read_weights(tmp_path / "w.npz")


def test_without_the_library_the_error_says_what_to_install(capsys, image, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    result = run(capsys, tmp_path / "w.safetensors", image)
    assert_one_line_error(result, r'pip install "tinyvision\[interop\]"')


def test_missing_files_are_named(capsys, weights, image, tmp_path):
    heads = ("--heads", "3")
    assert_one_line_error(run(capsys, tmp_path / "none.npz", image), r"none\.npz")
    assert_one_line_error(run(capsys, weights, "none.png", *heads), r"no image none\.png")
    address = "http://localhost/cat.png"
    assert_one_line_error(run(capsys, weights, address, *heads), "no image http")
    assert_one_line_error(
        run(capsys, weights, image, *heads, "--labels", "none.txt"), r"No such file.*none\.txt"
    )


@pytest.mark.parametrize("content", [b"", b"no image", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"])
def test_a_file_that_is_no_image_is_named(capsys, weights, tmp_path, content):
    (tmp_path / "x.png").write_bytes(content)
    result = run(capsys, weights, tmp_path / "x.png", "--heads", "3")
    assert_one_line_error(result, r"x\.png is not an image that can be read")


def test_an_image_cut_off_is_named(capsys, weights, image):
    image.write_bytes(image.read_bytes()[:900])
    result = run(capsys, weights, image, "--heads", "3")
    assert_one_line_error(result, r"image\.png is not an image that can be read")


def test_names_of_another_number_of_classes_are_refused(capsys, weights, image, tmp_path):
    (tmp_path / "labels.txt").write_text("cat\ndog\n")
    words = ("--heads", "3", "--labels", tmp_path / "labels.txt")
    assert_one_line_error(run(capsys, weights, image, *words), "names 2 classes.*network has 3")
    (tmp_path / "labels.txt").write_bytes(b"\xff\xfe\x00")
    assert_one_line_error(run(capsys, weights, image, *words), "not a text file of class names")


@pytest.mark.parametrize(
    ("words", "pattern"),
    [
        ([], "do not tell the number of heads"),
        (["--heads", "5"], "heads=5 must divide"),
        (["--heads", "3", "--image-size", "18"], "height 18 is not divisible"),
        (["--heads", "3", "--std", "0"], "std must be one positive number or three"),
        (["--heads", "3", "--mean", "0.5,0.5"], "mean must be one number or three"),
        (["--heads", "3", "--mean", "nan"], "mean must be one number or three"),
        (["--heads", "3", "--mean", "dark"], "must be numbers like"),
        (["--heads", "3", "--top", "0"], "at least 1"),
        (["--heads", "3", "--config", "none.json"], r"No such file.*none\.json"),
    ],
)
def test_options_that_cannot_be_are_refused(capsys, weights, image, words, pattern):
    assert_one_line_error(run(capsys, weights, image, *words), pattern)


def test_weights_that_do_not_fit_their_config_are_named_in_one_line(capsys, hf_folder, image):
    settings = {**HF_CONFIG, "num_hidden_layers": 2}
    (hf_folder / "config.json").write_text(json.dumps(settings))
    result = run(capsys, hf_folder / "model.safetensors", image)
    assert_one_line_error(result, r"missing: vit\.encoder\.layer\.1\.layernorm_before\.weight")


def test_a_network_without_a_classifier_is_refused(capsys, image, tmp_path):
    tv.save(tv.interop.to_timm(tv.models.ViT(**{**SMALL, "num_classes": 0})), tmp_path / "w.npz")
    result = run(capsys, tmp_path / "w.npz", image, "--heads", "3")
    assert_one_line_error(result, "has no classifier")


def test_a_folder_is_answered_with_the_weights_in_it(capsys, weights, image, tmp_path):
    result = run(capsys, tmp_path, image)
    assert_one_line_error(result, rf"is a folder; give a .*file, such as {re.escape(str(weights))}")
    (tmp_path / "empty").mkdir()
    result = run(capsys, tmp_path / "empty", image)
    assert_one_line_error(result, r"is a folder; give a \.safetensors or \.npz file$")


def test_scores_that_are_not_finite_are_an_error(capsys, model, image, tmp_path):
    state = tv.interop.to_timm(model)
    state["norm.weight"].fill_(float("nan"))
    tv.save(state, tmp_path / "w.npz")
    result = run(capsys, tmp_path / "w.npz", image, "--heads", "3")
    assert_one_line_error(result, "scores are not finite")


def test_pictures_of_patches_attention_and_rollout_are_drawn_where_asked(
    capsys, weights, image, tmp_path
):
    folder = tmp_path / "pictures"
    code, out, error = run(capsys, weights, image, "--heads", 3, "--pictures", folder)
    assert code == 0, error
    names = {path.name for path in folder.iterdir()}
    stem = image.stem
    assert names == {
        f"{stem}-{what}.png" for what in ("patches", "attention", "rollout", "positions")
    }
    assert all(str(folder / name) in out for name in names)


def test_the_cnn_has_no_attention_to_draw(capsys, image, tmp_path):
    tv.save(tv.models.CNN().state_dict(), tmp_path / "cnn.npz")
    result = run(capsys, tmp_path / "cnn.npz", image, "--pictures", tmp_path)
    assert_one_line_error(result, "only a Vision Transformer has")


@pytest.mark.long
def test_what_train_vit_wrote_is_read_as_it_was_trained(capsys, tmp_path):
    assert main(["train", "vit", "--epochs", "2", "--out", str(tmp_path)]) == 0
    digits = tv.data.load_dataset("digits")
    vit = tv.train.network("vit")
    model = vit.build(digits)
    model.load_state_dict(tv.load(tmp_path / "weights.npz"))
    scores = tv.train.evaluate(model, vit.prepare(digits)(digits.test_images[:30]))
    names = [tmp_path / f"{i}.png" for i in range(30)]
    for name, pixels in zip(names, digits.test_images, strict=False):
        Image.fromarray((pixels * 15.9375).astype(np.uint8)).save(name)  # 0..16 -> 0..255
    capsys.readouterr()
    code, out, error = run(capsys, tmp_path / "weights.npz", *names, "--top", "1")
    assert code == 0, error
    answers = [int(line.split()[1]) for line in out.splitlines() if line.startswith("  ")]
    # The pixels were rounded to bytes, which may tip a close call.
    assert np.mean(np.array(answers) == scores.argmax(axis=1)) > 0.9
