"""Masked autoencoders: published weights into one, and a classifier out of its encoder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .. import nn
from ..models.mae import MAE
from ..models.vit import ViT
from .convert import Loading, arrays_of
from .families import HF_FILE, HF_MEMORY, TIMM, Family, Table
from .layouts import PLAIN, STACKED
from .libraries import load_timm

_DECODER = ("mask_token", "decoder_pos_embed", "decoder_embed.{p}", "decoder_norm.{p}",
            "decoder_pred.{p}")  # fmt: skip


def _hf_table(vit: Table, layer: str = "decoder.decoder_layers") -> Table:
    """Our MAE's names, which are timm's, and those of Hugging Face: joined by the ViT's names."""
    table: dict[str, Any] = {name: f"decoder.{name}" for name in _DECODER}
    for place, row in vit.items():
        both: Any = (TIMM[place], row)
        ours, theirs = (r if isinstance(r, tuple) else (PLAIN, r) for r in both)
        # Arrays are laid out as timm's, so only query, key and value need to be joined.
        layout = STACKED if theirs[0] is STACKED else PLAIN
        name, names = ours[1], theirs[1:]
        table[name] = (layout, *names)
        if name.startswith("blocks."):
            tails = (each.partition("{i}")[2] for each in names)
            layers = (f"{layer}.{{i}}{tail}" for tail in tails)
            table[f"decoder_{name}"] = (layout, *layers)
    return table


_HF = [
    _hf_table(HF_FILE),
    _hf_table(HF_MEMORY),
    _hf_table(HF_FILE, "decoder.decoder_encoder.layer"),  # what version 5 writes into files
]

# The ways MAE's weights are written: as published, and in Hugging Face's files and memory. The last
# two are encoders alone, as `ViTMAEModel` has them.
_FAMILIES = (
    Family("MAE", 1e-6, {name: name for name in _HF[0]}),
    *(Family("hf", 1e-12, table, prefix) for prefix in ("vit.", "") for table in _HF),
)


def load_mae(model: MAE, state_dict: Mapping[str, Any], *, ignore: Iterable[str] = ()) -> MAE:
    """Load published weights into a masked autoencoder.

    Args:
        model: an MAE of the same sizes; for weights of Hugging Face with ``eps=1e-12``.
        state_dict: names and tensors or arrays, as facebookresearch published them or as Hugging
            Face has ``ViTMAEForPreTraining``, in files or in memory; which, is found out.
        ignore: beginnings of their names that are to be left alone: neither needed nor taken. For
            files that hold the encoder only ``("decoder", "mask_token")``; for images of another
            size than the weights were trained on ``("pos_embed", "decoder_pos_embed")``, which
            leaves the model the sines and cosines for its own.

    Returns:
        The model.

    Raises:
        RuntimeError: a name is missing, not expected, or of another shape. The message lists them
            all; the model is as it was.
        TypeError: the model is not an MAE.

    >>> import tinyvision as tv
    >>> a, b = tv.models.MAE(depth=1), tv.models.MAE(depth=1)
    >>> encoder = a.encoder_state_dict()
    >>> b = load_mae(b, encoder, ignore=("decoder", "mask_token"))
    >>> bool((b.cls_token == a.cls_token).all()), bool((b.mask_token == a.mask_token).all())
    (True, False)
    """
    if not isinstance(model, MAE):
        raise TypeError(
            f"load_mae loads into an MAE, got {type(model).__name__}; an MAE's encoder goes into a "
            "ViT by load_timm or load_hf"
        )
    state = arrays_of(state_dict)

    def found(family: Family) -> int:
        names = (family.find(ours)[1] for ours in model.state_dict())  # type: ignore[index]
        return sum(all(name in state for name in each) for each in names)

    loading = Loading(model, state, max(_FAMILIES, key=found), ignore, None)
    # All arrays are ready before the first parameter changes.
    model.load_state_dict(loading.run(), strict=False)
    return model


def vit_from_mae(mae: MAE, num_classes: int, *, pool: str = "mean", **options: Any) -> ViT:
    """A classifier with the encoder of a masked autoencoder: to fine-tune it, or to probe it.

    The weights are copied. As in the paper's fine-tuning the patches are averaged and then
    normalised anew, the head starts near 0 (deviation 2e-5), and positions are trained.

    Args:
        mae: what was pre-trained.
        num_classes: scores to give; 0 for the pooled features themselves.
        pool: 'mean' of the patches, or 'cls', the class token after the encoder's normalisation,
            as the paper's linear probe has it.
        options: of :class:`~tinyvision.models.ViT`; they win. ``dropout`` to fine-tune with;
            another ``image_size``, for which positions are interpolated; ``norm_after_pool=False``
            for the mean of patches under the encoder's own normalisation.

    Raises:
        TypeError: not an MAE.
        ValueError: options that make no ViT.
        RuntimeError: options for which the encoder's weights do not fit.

    Source: He et al., "Masked Autoencoders Are Scalable Vision Learners" (2022), appendix A.

    >>> import tinyvision as tv
    >>> pretrained = tv.models.MAE(image_size=28, channels=1)
    >>> vit_from_mae(pretrained, num_classes=10)(tv.zeros(2, 1, 28, 28)).shape
    (2, 10)
    """
    if not isinstance(mae, MAE):
        raise TypeError(
            f"vit_from_mae takes an MAE, got {type(mae).__name__}; vit_from_state_dict makes a ViT "
            "of bare weights"
        )
    settings = vit_settings(mae, num_classes, pool=pool, **options)
    vit = ViT(**settings)
    vit.to(mae.cls_token.dtype)
    # What stands behind the patches' mean is new: the paper starts it afresh.
    new = ("norm", "fc_norm", "head") if settings["norm_after_pool"] else ("head",)
    load_timm(vit, mae.encoder_state_dict(), ignore=new, grid=mae.grid)
    if num_classes:
        nn.init.trunc_normal_(vit.mlp_head.weight, std=2e-5)
        nn.init.zeros_(vit.mlp_head.bias)
    return vit


def vit_settings(
    mae: MAE, num_classes: int, *, pool: str = "mean", **options: Any
) -> dict[str, Any]:
    """The keyword arguments of the ViT that :func:`vit_from_mae` makes."""
    attention: Any = mae.blocks[0].attn
    return {
        "image_size": mae.image_size,
        "patch_size": mae.patch_size,
        "channels": mae.channels,
        "num_classes": num_classes,
        "dim": mae.norm.weight.shape[0],
        "depth": len(mae.blocks),
        "heads": attention.heads,
        "dim_head": attention.dim_head,
        "mlp_dim": mae.mlp_dim,
        "pool": pool,
        "class_token": True,
        "norm_after_pool": pool == "mean",
        "qkv_bias": True,
        "patch_norm": False,
        "project_out": True,
        "eps": mae.eps,
        **options,
    }
