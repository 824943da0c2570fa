"""Loading weights by the names of each library, and writing them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..autograd.tensor import Tensor
from ..models.vit import ViT
from .convert import export, load_into


def load_timm(
    model: ViT,
    state_dict: Mapping[str, Any],
    *,
    ignore: Iterable[str] = (),
    grid: tuple[int, int] | None = None,
) -> ViT:
    """Load weights that have timm's names; the encoder of MAE has the same.

    Args:
        model: a ViT of the same sizes, with ``qkv_bias=True, patch_norm=False, eps=1e-6,
            project_out=True``; :func:`vit_from_state_dict` makes one.
        state_dict: their names and tensors or arrays.
        ignore: beginnings of their names that are to be left alone: neither needed nor taken. For
            MAE's decoder ``("decoder", "mask_token")``; to keep the model's own classifier
            ``("head",)``.
        grid: the patches (down, across) that their position embeddings are for, where it is
            neither the model's grid nor a square. For another grid than the model's they are
            interpolated (bicubic).

    Returns:
        The model.

    Raises:
        RuntimeError: a name is missing, not expected, or of another shape. The message lists them
            all; the model is as it was.
        TypeError: the model is not a ViT.

    >>> import tinyvision as tv
    >>> sizes = dict(image_size=8, patch_size=4, num_classes=3, dim=8, depth=1, heads=2, mlp_dim=16)
    >>> sizes |= dict(dim_head=4, qkv_bias=True, patch_norm=False, eps=1e-6)
    >>> a, b = tv.models.ViT(**sizes), tv.models.ViT(**sizes)
    >>> x = tv.randn(1, 3, 8, 8)
    >>> bool((load_timm(b, to_timm(a))(x) == a(x)).all())
    True
    """
    return load_into(model, state_dict, "timm", ignore, grid)


def load_hf(
    model: ViT,
    state_dict: Mapping[str, Any],
    *,
    ignore: Iterable[str] = (),
    grid: tuple[int, int] | None = None,
) -> ViT:
    """Load weights that have the names of Hugging Face's transformers (ViT, ViTMAE).

    With or without ``vit.`` at the beginning, named as in files or as version 5 has them in memory.
    The model is as for :func:`load_timm`, but with ``eps=1e-12``; arguments and errors are the
    same. ``ignore=("pooler",)`` leaves the pooling layer of a bare ViTModel alone.

    >>> import tinyvision as tv
    >>> model = tv.models.vit("Ti/16", image_size=32, depth=1, eps=1e-12)
    >>> load_hf(model, {"vit.embeddings.cls_token": tv.zeros(1, 1, 192)})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    RuntimeError: the weights do not fit ViT by hf's names:
      missing: vit.embeddings.position_embeddings, ...
    """
    return load_into(model, state_dict, "hf", ignore, grid)


def load_torchvision(
    model: ViT,
    state_dict: Mapping[str, Any],
    *,
    ignore: Iterable[str] = (),
    grid: tuple[int, int] | None = None,
) -> ViT:
    """Load weights that have torchvision's names; model, arguments and errors as `load_timm`."""
    return load_into(model, state_dict, "torchvision", ignore, grid)


def load_vit_pytorch(
    model: ViT,
    state_dict: Mapping[str, Any],
    *,
    ignore: Iterable[str] = (),
    grid: tuple[int, int] | None = None,
) -> ViT:
    """Load weights of vit-pytorch, of any version.

    Since version 1.16.1 they fit ``model.load_state_dict`` as they are. Before, tokens had an axis
    more; before 1.4.0 layers were named otherwise; before 1.0.0 patches were not normalised
    (``patch_norm=False``). Arguments and errors as :func:`load_timm`.

    Raises:
        ValueError: the weights have a class token but the model pools by the mean: before version
            1.16.0 the class token was averaged in, which a :class:`ViT` does not do.
    """
    return load_into(model, state_dict, "vit_pytorch", ignore, grid)


def load_google(
    model: ViT,
    state_dict: Mapping[str, Any],
    *,
    ignore: Iterable[str] = (),
    grid: tuple[int, int] | None = None,
) -> ViT:
    """Load weights of Google's ``.npz`` files (see :func:`load_npz`).

    The model is as for :func:`load_timm`, and with ``approximate='tanh'`` it computes GELU as these
    weights were trained with. Arguments and errors are the same.
    """
    return load_into(model, state_dict, "google", ignore, grid)


def to_timm(model: ViT) -> dict[str, Tensor]:
    """A ViT's weights under timm's names, as copies.

    Raises:
        ValueError: the model has parts that timm's networks have not, or lacks some that they have.

    >>> import tinyvision as tv
    >>> to_timm(tv.models.vit("Ti/16", image_size=32, depth=1))["patch_embed.proj.weight"].shape
    (192, 3, 16, 16)
    """
    return export(model, "timm")


def to_hf(model: ViT) -> dict[str, Tensor]:
    """A ViT's weights as Hugging Face's files have them; copies and errors as :func:`to_timm`.

    >>> import tinyvision as tv
    >>> list(to_hf(tv.models.vit("Ti/16", image_size=32, depth=1)))[:2]
    ['vit.embeddings.cls_token', 'vit.embeddings.position_embeddings']
    """
    return export(model, "hf")


def to_torchvision(model: ViT) -> dict[str, Tensor]:
    """A ViT's weights under torchvision's names; copies and errors as :func:`to_timm`."""
    return export(model, "torchvision")


def to_google(model: ViT) -> dict[str, Tensor]:
    """A ViT's weights as Google's files have them; copies and errors as :func:`to_timm`."""
    return export(model, "google")
