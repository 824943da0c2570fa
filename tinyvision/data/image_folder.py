"""A folder of images as a data set: one sub-folder for each class."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from .dataset import Dataset

EXTENSIONS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")
# Pillow knows more formats, some of which start other programs.
_FORMATS = ("BMP", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
MAX_PIXELS = 1 << 26  # 8192 by 8192, 192 MiB as RGB


class ImageFolder(Dataset[tuple[Any, Any]]):
    """Images in one sub-folder a class, as ``root/cat/1.png``; item i is (image, class index).

    Parameters and attributes have torchvision's names. Unlike there, an image is a uint8 array of
    shape (3, H, W), which is what this package's transforms take, and links that lead out of
    ``root`` are refused. Classes and files come in the order of their names, on every system.
    Images of different sizes need a transform that brings them to one before they fit a batch.

    Args:
        root: the folder of the folders.
        transform: applied to the image.
        target_transform: applied to the class index.
        loader: makes an image of a path; :func:`load_image` if not given.
        is_valid_file: says of a path whether it is an image; by default its extension does.
        allow_empty: whether classes without any image are allowed.
        max_pixels: larger images are refused before they are unpacked. Only for the usual loader.

    Attributes:
        classes: the names of the classes, sorted.
        class_to_idx: the index of each class.
        samples, imgs: (path, class index) of each item.
        targets: the class index of each item.
        extensions: those of images; None if ``is_valid_file`` decides.

    Raises:
        FileNotFoundError: no such folder, no classes in it, or a class without images.
        ValueError: a link that leads out of ``root``; ``max_pixels`` below 1; from items: an
            image that is damaged, truncated, or larger than ``max_pixels``.
        ImportError: reading images needs Pillow.

    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as root:
    ...     for name in ("dog", "cat"):
    ...         Path(root, name).mkdir()
    ...         Image.new("RGB", (4, 2), "red").save(f"{root}/{name}/1.png")
    ...     images = ImageFolder(root)
    ...     image, label = images[1]
    >>> images.classes, image.shape, label
    (['cat', 'dog'], (3, 2, 4), 1)
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[int], Any] | None = None,
        loader: Callable[[str], Any] | None = None,
        is_valid_file: Callable[[str], bool] | None = None,
        allow_empty: bool = False,
        *,
        max_pixels: int = MAX_PIXELS,
    ) -> None:
        if isinstance(max_pixels, bool) or not isinstance(max_pixels, int) or max_pixels < 1:
            raise ValueError(f"max_pixels must be a positive integer, got {max_pixels!r}")
        self.root = os.fspath(root)
        self.transform = transform
        self.target_transform = target_transform
        self.loader = loader or (lambda path: load_image(path, max_pixels=max_pixels))
        self.extensions = EXTENSIONS if is_valid_file is None else None
        self.classes, self.class_to_idx = self.find_classes(self.root)
        self.samples: list[tuple[str, int]] = []
        chosen = is_valid_file or (lambda path: path.lower().endswith(EXTENSIONS))
        top = Path(self.root).resolve()
        for name, index in self.class_to_idx.items():
            paths = [path for path in _files(Path(self.root, name), top, ()) if chosen(path)]
            if not paths and not allow_empty:
                known = "" if self.extensions is None else f" ({', '.join(EXTENSIONS)})"
                raise FileNotFoundError(
                    f"{Path(self.root, name)}: no image of the class {name!r}{known}; "
                    "add some, remove the folder, or pass allow_empty=True"
                )
            self.samples += [(path, index) for path in paths]
        self.imgs = self.samples
        self.targets = [index for _, index in self.samples]

    def find_classes(self, directory: str | os.PathLike[str]) -> tuple[list[str], dict[str, int]]:
        """The names of the sub-folders, sorted, and the index of each; to be overridden.

        Raises:
            FileNotFoundError: no such folder, or none in it.
        """
        folder = Path(directory)
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder}: no such folder of images; check the path")
        classes = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
        if not classes:
            raise FileNotFoundError(
                f"{folder}: holds no folders; the images of each class belong into a folder of "
                "its name, such as cat/1.png"
            )
        return classes, {name: index for index, name in enumerate(classes)}

    def __getitem__(self, index: Any) -> tuple[Any, Any]:
        path, target = self.samples[index]
        image = self.loader(path)
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            return image, self.target_transform(target)
        return image, target

    def __len__(self) -> int:
        return len(self.samples)

    def __repr__(self) -> str:
        return f"ImageFolder({self.root!r}): {len(self)} images of {len(self.classes)} classes"


def load_image(
    path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS
) -> npt.NDArray[np.uint8]:
    """Read an image file as RGB: a uint8 array of shape (3, H, W).

    Grey becomes three equal channels, transparency is dropped, of several pictures in a file the
    first is taken; the way up that a camera noted is not heeded, as in torchvision.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: not an image of a known format, truncated or otherwise damaged, or more than
            ``max_pixels`` (told by its header, before memory is taken for it).
        ImportError: Pillow is not installed.
    """
    image_module = _pillow()
    if not os.path.isfile(path):
        raise FileNotFoundError(f"{os.fspath(path)}: no such image; check the path")
    try:
        with open(path, "rb") as file, _opened(file, image_module) as image:
            width, height = image.size
            if width * height > max_pixels:
                raise _TooLarge(
                    f"{os.fspath(path)}: its header says {width:,} x {height:,} pixels, at most "
                    f"{max_pixels:,} are read; it may be made to fill the memory: make the image "
                    "smaller, or pass a larger max_pixels"
                )
            pixels = _rgb(image)
    except _TooLarge:
        raise
    except image_module.DecompressionBombError as error:  # Pillow's own limit, checked before ours
        raise ValueError(f"{os.fspath(path)}: {error}; make the image smaller") from error
    except Exception as error:  # what Pillow raises depends on the format and the damage
        what = f"{type(error).__name__}: {error}" if not isinstance(error, OSError) else error
        raise ValueError(
            f"{os.fspath(path)}: not an image that can be read whole ({what}); it is truncated, "
            "damaged or of another format: replace or remove it"
        ) from error
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))  # (H, W, 3) -> (3, H, W)


class _TooLarge(ValueError):
    """An image of more pixels than allowed."""


def _opened(file: BinaryIO, image_module: Any) -> Any:
    """An image of which only the header has been read."""
    with warnings.catch_warnings():  # it warns of many pixels, which are counted here
        warnings.simplefilter("ignore", image_module.DecompressionBombWarning)
        return image_module.open(file, formats=_FORMATS)


def _rgb(image: Any) -> npt.NDArray[np.uint8]:
    """The pixels (H, W, 3) of an opened image."""
    if image.mode.startswith("I"):  # 16 bits a pixel, which convert() would cut off at 255
        grey = np.asarray(image).astype(np.int64)
        if grey.min() < 0 or grey.max() > 65535:
            raise ValueError(f"its values run from {grey.min()} to {grey.max()}, not 0 to 65535")
        return np.repeat(((grey + 128) // 257).astype(np.uint8)[:, :, None], 3, axis=2)
    if image.mode == "F":
        raise ValueError("its pixels are floating-point numbers, whose range is not known")
    return np.asarray(image.convert("RGB"))


def _files(folder: Path, top: Path, above: tuple[Path, ...]) -> Iterator[str]:
    """The files below a folder: first its own, then those of its folders, each sorted by name."""
    real = folder.resolve()
    if not real.is_relative_to(top):
        raise ValueError(f"{folder}: {_LEADS_OUT.format(top)}")
    if real in above:  # a link to a folder it lies in
        return
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_file():
            if entry.is_symlink() and not entry.resolve().is_relative_to(top):
                raise ValueError(f"{entry}: {_LEADS_OUT.format(top)}")
            yield str(entry)
    for entry in entries:
        if entry.is_dir():
            yield from _files(entry, top, (*above, real))


_LEADS_OUT = "a link that leads out of {}; copy what it points to, or leave it out"


def _pillow() -> Any:
    try:
        from PIL import Image
    except ModuleNotFoundError as error:
        if error.name != "PIL":
            raise
        raise ImportError(
            "reading images needs Pillow, which is not installed: pip install 'tinyvision[data]'"
        ) from None
    return Image
