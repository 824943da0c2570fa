"""Pictures of a page: their size, their words, a small one for the index, a GIF standing still."""

from __future__ import annotations

from pathlib import Path
from typing import Any

THUMBNAIL = (480, 320)  # pixels: twice what is shown, for fine screens
DPI = 96 / 150  # figures are saved at 150 dots an inch; a page has 96


def words_of(path: Path) -> str:
    """What a picture says in words, as `save_figure` and `save_frames` have noted in it."""
    from PIL import Image

    with Image.open(path) as image:
        if path.suffix == ".gif":
            comment = image.info.get("comment", b"")
            words = comment.decode("utf-8", "replace") if isinstance(comment, bytes) else comment
            return f"{getattr(image, 'n_frames', 1)} pictures, one after the other. {words}".strip()
        return str(getattr(image, "text", {}).get("Description", ""))


def size_of(path: Path) -> tuple[int, int]:
    """Width and height on a page, in its pixels."""
    from PIL import Image

    with Image.open(path) as image:
        factor = 1.0 if path.suffix == ".gif" else DPI
        return round(image.width * factor), round(image.height * factor)


def thumbnail(path: Path, target: Path) -> None:
    """Write a picture small, on white, as a PNG."""
    from PIL import Image

    with Image.open(path) as image:
        small = image.convert("RGB")
    small.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS)
    page: Any = Image.new("RGB", THUMBNAIL, "white")
    page.paste(small, ((page.width - small.width) // 2, (page.height - small.height) // 2))
    page.save(target, "PNG", optimize=True)


def still(path: Path, target: Path) -> None:
    """Write the last picture of a GIF, for whoever wants nothing to move."""
    from PIL import Image

    with Image.open(path) as image:
        image.seek(getattr(image, "n_frames", 1) - 1)
        image.convert("RGB").save(target, "PNG", optimize=True)
