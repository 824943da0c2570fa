"""A ViT from nothing but weights: what their shapes tell, and what they do not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..models.vit import SIZES, ViT
from ..ops.convolution.conv import pair
from .convert import arrays_of, load_into, modern_tokens, square
from .families import Family, detect_family, variant_of


def vit_from_state_dict(
    state_dict: Mapping[str, Any],
    heads: int | None = None,
    image_size: int | tuple[int, int] | None = None,
    family: str | None = None,
    *,
    ignore: Iterable[str] = (),
    grid: tuple[int, int] | None = None,
    **options: Any,
) -> ViT:
    """Build the ViT that weights belong to, and load them.

    It computes in float32, or in float64 if the weights are of that type.

    Args:
        state_dict: names and tensors or arrays, of any family.
        heads: the number of heads, which the shapes do not tell. If not given: that of the
            published network of these sizes, else one for each 64 features.
        image_size: an integer or a pair (height, width). If not given: the square that the position
            embeddings are for; for another they are interpolated.
        family: as :func:`detect_family` gives; found out if not given.
        ignore, grid: as :func:`load_timm`.
        options: of :class:`~tinyvision.models.ViT`; they win over what is found out, such as
            ``eps`` (Hugging Face's config may say another than 1e-12) or, for patches that are not
            square, ``patch_size``.

    Raises:
        ValueError: something cannot be told from the shapes; the message says what to give.
        RuntimeError: names are missing, not expected, or of another shape.

    >>> import tinyvision as tv
    >>> model = tv.models.vit("Ti/16", image_size=32, num_classes=5, depth=1)
    >>> again = vit_from_state_dict(tv.interop.to_timm(model))
    >>> again.image_size, again.patch_size, again.transformer.layers[0][0].heads
    ((32, 32), (16, 16), 3)
    """
    state = arrays_of(state_dict)
    family = family or detect_family(state)
    if family == "vit_pytorch":
        state = modern_tokens(state)
    shapes = _Shapes(state, variant_of(family, state))
    settings = {**shapes.settings(heads, options), **options}
    if "image_size" not in settings:
        settings["image_size"] = image_size or shapes.image_size(settings["patch_size"], grid)
    model = ViT(**settings)
    if shapes.raw("to_patch_embedding.2.weight").dtype == np.float64:
        model.double()
    return load_into(model, state, family, ignore, grid)


class _Shapes:
    """What can be read off the shapes of weights, as our own layers would have them."""

    def __init__(self, state: Mapping[str, np.ndarray], family: Family) -> None:
        self.state = state
        self.family = family
        self.token_axes = 2 if family.name == "vit_pytorch" else 3

    def has(self, ours: str) -> bool:
        found = self.family.find(ours)
        return found is not None and all(name in self.state for name in found[1])

    def raw(self, ours: str, ndim: int | None = None) -> np.ndarray:
        """Their (first) array for our name.

        Raises:
            ValueError: it is not there, or has another number of axes.
        """
        found = self.family.find(ours)
        if found is None or not self.has(ours):
            names = found[1] if found else [ours]
            raise ValueError(f"not the weights of a whole ViT: {', '.join(names)} is missing")
        array = self.state[found[1][0]]
        if ndim is not None and array.ndim != ndim:
            raise ValueError(
                f"{found[1][0]} must have {ndim} axes in a ViT of {self.family.name}, got shape "
                f"{array.shape}"
            )
        return array

    def settings(self, heads: int | None, options: Mapping[str, Any]) -> dict[str, Any]:
        google, theirs = self.family.name == "google", self.family.name != "vit_pytorch"
        layer = "transformer.layers.0."
        hidden = self.raw(layer + "1.net.1.weight", 2).shape
        mlp_dim, dim = hidden[::-1] if google else hidden
        pool = "cls" if self._class_tokens() else "mean"
        if self.has("pool_norm.weight"):
            pool = "mean"
        found = {
            "dim": dim,
            "mlp_dim": mlp_dim,
            "depth": self._depth(),
            "num_classes": self._classes(),
            "pool": pool,
            "class_token": bool(self._class_tokens()),
            "norm_after_pool": self.has("pool_norm.weight"),
            "qkv_bias": self.has(layer + "0.to_qkv.bias"),
            "patch_norm": self.has("to_patch_embedding.1.weight"),
            "project_out": theirs or self.has(layer + "0.to_out.0.weight"),
            "eps": self.family.eps,
            "approximate": self.family.approximate,
        }
        return {**found, **self._patches(options), **self._heads(heads, dim, mlp_dim)}

    def image_size(self, patch_size: Any, grid: tuple[int, int] | None) -> tuple[int, int]:
        tokens = self._class_tokens()
        places = self.raw("pos_embedding", self.token_axes).shape[-2] - tokens
        there = grid or square(places)
        if there is None:
            raise ValueError(
                f"{places} patches are not a square; say which grid=(down, across) the position "
                "embeddings are for, or the image_size"
            )
        patch = pair(patch_size, "patch_size")
        return there[0] * patch[0], there[1] * patch[1]

    def _class_tokens(self) -> int:
        if not self.has("cls_token"):
            return 0
        return self.raw("cls_token", self.token_axes).shape[-2]

    def _depth(self) -> int:
        depth = 0
        while self.has(f"transformer.layers.{depth}.0.norm.weight"):
            depth += 1
        return depth

    def _classes(self) -> int:
        if not self.has("mlp_head.weight"):
            return 0
        shape = self.raw("mlp_head.weight", 2).shape
        return shape[1] if self.family.name == "google" else shape[0]

    def _patches(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The patch's size and the channels: in a convolution's kernel, else by their product."""
        name = "to_patch_embedding.2.weight"
        if self.family.name == "google":
            p1, p2, channels, _ = self.raw(name, 4).shape  # (p1, p2, C, D)
            return {"patch_size": (p1, p2), "channels": channels}
        if self.family.name != "vit_pytorch":
            _, channels, p1, p2 = self.raw(name, 4).shape  # (D, C, p1, p2)
            return {"patch_size": (p1, p2), "channels": channels}
        numbers = self.raw(name, 2).shape[1]
        channels = options.get("channels", 3)
        if "patch_size" in options:
            return {"channels": channels}
        side = math.isqrt(numbers // channels) if isinstance(channels, int) and channels > 0 else 0
        if side * side * channels != numbers:
            is_square = math.isqrt(numbers) ** 2 == numbers
            grey = "channels=1 if the images are grey, else " if is_square else ""
            raise ValueError(
                f"patches of {numbers} numbers are not squares in {channels} channels; say {grey}"
                "patch_size= and channels="
            )
        return {"patch_size": side, "channels": channels}

    def _heads(self, heads: int | None, dim: int, mlp_dim: int) -> dict[str, int]:
        layer = "transformer.layers.0.0."
        if self.family.name == "google":
            _, there, dim_head = self.raw(layer + "to_qkv.weight", 3).shape  # (D, h, d)
            if heads not in (None, there):
                raise ValueError(f"these weights have {there} heads, got heads={heads!r}")
            return {"heads": there, "dim_head": dim_head}
        rows = len(self.raw(layer + "to_qkv.weight", 2))
        inner = rows if self.family.name == "hf" else rows // 3
        if heads is None:
            heads = self._usual_heads(inner, dim, mlp_dim)
        if isinstance(heads, bool) or not isinstance(heads, int) or heads < 1 or inner % heads:
            raise ValueError(f"heads={heads!r} must divide the {inner} features of the attention")
        return {"heads": heads, "dim_head": inner // heads}

    def _usual_heads(self, inner: int, dim: int, mlp_dim: int) -> int:
        if self.family.name == "vit_pytorch" and not self.has(
            "transformer.layers.0.0.to_out.0.weight"
        ):
            return 1  # the only head, as wide as dim, needs no map to join it
        for size in SIZES.values():
            if inner == dim and (size["dim"], size["mlp_dim"]) == (dim, mlp_dim):
                return size["heads"]
        if inner % 64 or not inner:
            raise ValueError(
                f"the shapes do not tell the number of heads, as the {inner} features of the "
                "attention are no multiple of 64; say heads="
            )
        return inner // 64
