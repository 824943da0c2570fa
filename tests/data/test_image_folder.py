import os
import struct
import sys
import zlib

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.data import DataLoader, ImageFolder
from tinyvision.data.image_folder import EXTENSIONS, load_image

Image = pytest.importorskip("PIL.Image", reason="images need Pillow")


def picture(seed, size=(4, 5)):
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)


def save(pixels, path, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)
    return path


def png_of(width, height, pixels=b""):
    """A PNG whose header says what it likes, written from the format's description alone."""

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(pixels))
    return b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b"")


@pytest.fixture
def root(tmp_path):
    """Two cats and a dog, and some files that are no images."""
    save(picture(0), tmp_path / "cat" / "b.png")
    save(picture(1), tmp_path / "cat" / "a.PNG")
    save(picture(2), tmp_path / "dog" / "young" / "z.png")
    (tmp_path / "cat" / "notes.txt").write_text("not an image")
    (tmp_path / "readme.png").write_bytes(b"not in a class")
    return tmp_path


def test_sub_folders_are_the_classes_in_alphabetical_order(root):
    images = ImageFolder(root)
    assert images.classes == ["cat", "dog"]
    assert images.class_to_idx == {"cat": 0, "dog": 1}


def test_samples_are_sorted_by_name_within_each_class(root):
    images = ImageFolder(root)
    expected = [("cat/a.PNG", 0), ("cat/b.png", 0), ("dog/young/z.png", 1)]
    assert images.samples == [(str(root / path), index) for path, index in expected]
    assert images.imgs == images.samples
    assert images.targets == [0, 0, 1]
    assert len(images) == 3


def test_the_order_is_not_that_of_the_file_system(root, monkeypatch):
    expected = ImageFolder(root).samples
    listed = type(root).iterdir
    monkeypatch.setattr(
        type(root), "iterdir", lambda self: iter(sorted(listed(self), reverse=True))
    )
    assert ImageFolder(root).samples == expected


def test_files_of_a_folder_come_before_those_of_the_folders_in_it(tmp_path):
    save(picture(0), tmp_path / "cat" / "young" / "a.png")
    save(picture(1), tmp_path / "cat" / "z.png")
    assert [os.path.basename(path) for path, _ in ImageFolder(tmp_path).samples] == [
        "z.png",
        "a.png",
    ]


def test_an_item_is_channels_first_bytes_and_the_class(root):
    image, label = ImageFolder(root)[1]
    np.testing.assert_array_equal(image, picture(0).transpose(2, 0, 1), strict=True)
    assert image.flags["C_CONTIGUOUS"]
    assert label == 0


def test_transforms_are_applied_to_image_and_class(root):
    images = ImageFolder(root, tv.data.ToFloat(), lambda index: index + 10)
    image, label = images[2]
    np.testing.assert_allclose(image, picture(2).transpose(2, 0, 1) / 255, rtol=1e-6)
    assert image.dtype == np.float32
    assert label == 11


def test_a_loader_makes_batches_of_it(root):
    (images, labels), (last, _) = DataLoader(ImageFolder(root), batch_size=2)
    assert images.shape == (2, 3, 4, 5)
    assert images.dtype == tv.uint8
    assert labels.tolist() == [0, 0]
    np.testing.assert_array_equal(last.numpy()[0], picture(2).transpose(2, 0, 1))


def test_images_of_different_sizes_are_refused_by_the_loader_with_both_shapes(root):
    save(picture(5, (6, 6)), root / "cat" / "c.png")
    with pytest.raises(RuntimeError, match=r"\(3, 4, 5\).*\(3, 6, 6\)"):
        list(DataLoader(ImageFolder(root), batch_size=3))


def test_a_loader_of_ones_own_gets_the_path(root):
    assert ImageFolder(root, loader=os.path.basename)[0] == ("a.PNG", 0)


def test_which_files_are_images_can_be_decided(root):
    images = ImageFolder(root, is_valid_file=lambda path: path.endswith((".txt", "z.png")))
    assert [os.path.basename(path) for path, _ in images.samples] == ["notes.txt", "z.png"]
    assert images.extensions is None
    assert ImageFolder(root).extensions == EXTENSIONS


def test_classes_can_be_found_in_another_way(root):
    class Dogs(ImageFolder):
        def find_classes(self, directory):
            return ["dog"], {"dog": 0}

    assert Dogs(root).targets == [0]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x.jpg", {"quality": 100, "subsampling": 0}),
        ("x.jpeg", {"quality": 100, "subsampling": 0}),
        ("x.bmp", {}),
        ("x.ppm", {}),
        ("x.tif", {}),
        ("x.webp", {"lossless": True}),
    ],
)
def test_the_usual_formats_are_read(tmp_path, name, options):
    path = save(picture(3, (16, 8)), tmp_path / name, **options)
    error = np.abs(load_image(path).astype(int) - picture(3, (16, 8)).transpose(2, 0, 1))
    assert error.max() <= (8 if "jp" in name else 0)  # JPEG rounds


def test_grey_becomes_three_equal_channels(tmp_path):
    image = load_image(save(picture(0)[:, :, 0], tmp_path / "grey.png"))
    np.testing.assert_array_equal(image, np.stack([picture(0)[:, :, 0]] * 3))


def test_sixteen_bits_of_grey_are_scaled_not_cut_off(tmp_path):
    levels = np.array([[0, 128, 129, 257 * 100, 65535]], dtype=np.uint16)
    image = load_image(save(levels, tmp_path / "deep.png"))
    assert image[0].tolist() == [[0, 0, 1, 100, 255]]


def test_transparency_is_dropped_and_palettes_are_looked_up(tmp_path):
    pixels = np.dstack([picture(0), np.full((4, 5), 7, dtype=np.uint8)])
    expected = picture(0).transpose(2, 0, 1)
    np.testing.assert_array_equal(load_image(save(pixels, tmp_path / "see.png")), expected)
    Image.fromarray(picture(0)).quantize(256).save(tmp_path / "palette.png")
    palette = load_image(tmp_path / "palette.png")
    assert palette.shape == (3, 4, 5)


def test_a_large_header_is_refused_before_memory_is_taken(tmp_path):
    (tmp_path / "bomb.png").write_bytes(png_of(9000, 9000))
    expected = r"bomb\.png: its header says 9,000 x 9,000 pixels, at most 67,108,864.*max_pixels"
    with pytest.raises(ValueError, match=expected):
        load_image(tmp_path / "bomb.png")


@pytest.mark.parametrize("side", [12_000, 60_000])  # where Pillow warns, and where it refuses
def test_what_pillow_itself_takes_for_a_bomb_is_refused_too(tmp_path, side):
    (tmp_path / "bomb.png").write_bytes(png_of(side, side))
    with pytest.raises(ValueError, match=r"bomb\.png: .*pixels"):
        load_image(tmp_path / "bomb.png")


def test_the_limit_can_be_set(root):
    with pytest.raises(ValueError, match=r"a\.PNG: its header says 5 x 4 pixels, at most 19"):
        ImageFolder(root, max_pixels=19)[0]
    assert ImageFolder(root, max_pixels=20)[0][1] == 0


@pytest.mark.parametrize("limit", [0, -1, 1.5, True])
def test_a_limit_that_is_no_number_of_pixels_is_refused(root, limit):
    with pytest.raises(ValueError, match=f"max_pixels must be a positive integer, got {limit}"):
        ImageFolder(root, max_pixels=limit)


@pytest.mark.parametrize("name", ["x.png", "x.jpg", "x.bmp", "x.ppm", "x.tif", "x.webp"])
@pytest.mark.parametrize("kept", [0, 10, 0.5, 0.9])
def test_a_truncated_image_is_named(tmp_path, name, kept):
    path = save(picture(0, (64, 64)), tmp_path / name)
    content = path.read_bytes()
    path.write_bytes(content[: kept if kept >= 1 else int(len(content) * kept)])
    with pytest.raises(ValueError, match=rf"{name}: not an image that can be read whole .*replace"):
        load_image(path)


def test_another_format_under_an_images_name_is_refused(tmp_path):
    (tmp_path / "x.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    with pytest.raises(ValueError, match=r"x\.png: not an image that can be read"):
        load_image(tmp_path / "x.png")


def test_floating_point_pixels_are_refused(tmp_path):
    path = save(np.ones((2, 2), dtype=np.float32), tmp_path / "x.tif")
    with pytest.raises(ValueError, match="floating-point numbers, whose range is not known"):
        load_image(path)


def test_a_missing_image_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"gone\.png: no such image"):
        load_image(tmp_path / "gone.png")


def test_a_missing_folder_and_one_without_classes_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere: no such folder of images"):
        ImageFolder(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"holds no folders; .*such as cat/1\.png"):
        ImageFolder(tmp_path)


def test_a_class_without_images_is_named_unless_allowed(root):
    (root / "bird").mkdir()
    with pytest.raises(FileNotFoundError, match=r"no image of the class 'bird' \(\.jpg.*allow_emp"):
        ImageFolder(root)
    images = ImageFolder(root, allow_empty=True)
    assert images.classes == ["bird", "cat", "dog"]
    assert images.targets == [1, 1, 2]


def link(target, path, folder=False):
    try:
        path.symlink_to(target, target_is_directory=folder)
    except OSError:  # Windows, without the right to
        pytest.skip("links cannot be made here")


def test_links_that_lead_out_are_refused_and_named(root, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    save(picture(0), outside / "secret.png")
    link(outside / "secret.png", root / "cat" / "c.png")
    with pytest.raises(ValueError, match=r"c\.png: a link that leads out of .*copy what"):
        ImageFolder(root)
    (root / "cat" / "c.png").unlink()
    link(outside, root / "dog" / "more", folder=True)
    with pytest.raises(ValueError, match=r"more: a link that leads out of"):
        ImageFolder(root)
    (root / "dog" / "more").unlink()
    link(outside, root / "secrets", folder=True)
    with pytest.raises(ValueError, match=r"secrets: a link that leads out of"):
        ImageFolder(root)


def test_links_inside_the_root_are_followed_and_circles_end(root):
    link(root / "dog" / "young" / "z.png", root / "cat" / "c.png")
    link(root / "dog", root / "dog" / "young" / "round", folder=True)
    assert ImageFolder(root).targets == [0, 0, 0, 1]


def test_the_root_itself_may_be_a_link(root, tmp_path_factory):
    path = tmp_path_factory.mktemp("links") / "images"
    link(root, path, folder=True)
    assert len(ImageFolder(path)) == 3


def test_without_pillow_the_error_says_what_to_install(root, monkeypatch):
    images = ImageFolder(root)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"Pillow.*pip install 'tinyvision\[data\]'"):
        images[0]


def test_it_says_what_it_holds(root):
    assert repr(ImageFolder(root)).endswith("): 3 images of 2 classes")
