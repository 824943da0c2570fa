"""What published Vision Transformers call their weights: one table for each family.

A table leads from our name to theirs, or to a layout and their names where the arrays differ.
``{i}`` is the layer's number, ``{p}`` stands for weight or bias, ``{scale}`` for scale or bias.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from . import layouts
from .layouts import PLAIN, STACKED, TOKENS, Layout

Table = Mapping[str, "str | tuple[Layout, *tuple[str, ...]]"]


@dataclass(frozen=True)
class Family:
    """How one kind of file names and lays out the weights of a Vision Transformer.

    Attributes:
        name: what :func:`~tinyvision.interop.detect_family` calls it.
        eps: of its normalisations.
        table: our names and theirs.
        prefix: what ``{prefix}`` in the table stands for.
        approximate: its GELU.
    """

    name: str
    eps: float
    table: Table
    prefix: str = ""
    approximate: str = "none"

    def find(self, ours: str) -> tuple[Layout, list[str]] | None:
        """The layout and their names of our parameter; None if the family has no such.

        >>> FAMILIES["hf"][0].find("transformer.layers.3.0.norm.bias")[1]
        ['vit.encoder.layer.3.layernorm_before.bias']
        """
        place = re.fullmatch(r"(?P<head>.*?(?:layers|blocks)\.)(?P<i>\d+)(?P<tail>\..*)", ours)
        general = f"{place['head']}{{i}}{place['tail']}" if place else ours
        stem, _, leaf = general.rpartition(".")
        row = self.table.get(general) or self.table.get(f"{stem}.{{p}}")
        if row is None:
            return None
        layout, *templates = (PLAIN, row) if isinstance(row, str) else row
        fields = {
            "i": place["i"] if place else "",
            "p": leaf,
            "scale": "scale" if leaf == "weight" else leaf,
            "prefix": self.prefix,
        }
        return layout, [template.format(**fields) for template in templates]

    def recognise(self, names: Iterable[str]) -> int:
        """How many of two telling names are there: the patches' and the first layer's."""
        there = set(names)
        telling = ("to_patch_embedding.2.weight", "transformer.layers.0.0.to_qkv.weight")
        return sum(self.find(ours)[1][0] in there for ours in telling)  # type: ignore[index]


TIMM: Table = {
    "cls_token": (TOKENS, "cls_token"),
    "pos_embedding": (TOKENS, "pos_embed"),
    "to_patch_embedding.2.weight": (layouts.CONVOLUTION, "patch_embed.proj.weight"),
    "to_patch_embedding.2.bias": "patch_embed.proj.bias",
    "transformer.layers.{i}.0.norm.{p}": "blocks.{i}.norm1.{p}",
    "transformer.layers.{i}.0.to_qkv.{p}": "blocks.{i}.attn.qkv.{p}",
    "transformer.layers.{i}.0.to_out.0.{p}": "blocks.{i}.attn.proj.{p}",
    "transformer.layers.{i}.1.net.0.{p}": "blocks.{i}.norm2.{p}",
    "transformer.layers.{i}.1.net.1.{p}": "blocks.{i}.mlp.fc1.{p}",
    "transformer.layers.{i}.1.net.4.{p}": "blocks.{i}.mlp.fc2.{p}",
    "transformer.norm.{p}": "norm.{p}",
    "pool_norm.{p}": "fc_norm.{p}",
    "mlp_head.{p}": "head.{p}",
}

TORCHVISION: Table = {
    "cls_token": (TOKENS, "class_token"),
    "pos_embedding": (TOKENS, "encoder.pos_embedding"),
    "to_patch_embedding.2.weight": (layouts.CONVOLUTION, "conv_proj.weight"),
    "to_patch_embedding.2.bias": "conv_proj.bias",
    "transformer.layers.{i}.0.norm.{p}": "encoder.layers.encoder_layer_{i}.ln_1.{p}",
    "transformer.layers.{i}.0.to_qkv.{p}": (
        PLAIN, "encoder.layers.encoder_layer_{i}.self_attention.in_proj_{p}"
    ),
    "transformer.layers.{i}.0.to_out.0.{p}": (
        PLAIN, "encoder.layers.encoder_layer_{i}.self_attention.out_proj.{p}"
    ),
    "transformer.layers.{i}.1.net.0.{p}": "encoder.layers.encoder_layer_{i}.ln_2.{p}",
    "transformer.layers.{i}.1.net.1.{p}": "encoder.layers.encoder_layer_{i}.mlp.0.{p}",
    "transformer.layers.{i}.1.net.4.{p}": "encoder.layers.encoder_layer_{i}.mlp.3.{p}",
    "transformer.norm.{p}": "encoder.ln.{p}",
    "mlp_head.{p}": "heads.head.{p}",
}  # fmt: skip

# Hugging Face's transformers: as its files have always had it, and as version 5 has it in memory.
_HF_SHARED: Table = {
    "cls_token": (TOKENS, "{prefix}embeddings.cls_token"),
    "pos_embedding": (TOKENS, "{prefix}embeddings.position_embeddings"),
    "to_patch_embedding.2.weight": (
        layouts.CONVOLUTION, "{prefix}embeddings.patch_embeddings.projection.weight"
    ),
    "to_patch_embedding.2.bias": "{prefix}embeddings.patch_embeddings.projection.bias",
    "transformer.norm.{p}": "{prefix}layernorm.{p}",
    "mlp_head.{p}": "classifier.{p}",
}  # fmt: skip

HF_FILE: Table = {
    **_HF_SHARED,
    "transformer.layers.{i}.0.norm.{p}": "{prefix}encoder.layer.{i}.layernorm_before.{p}",
    "transformer.layers.{i}.0.to_qkv.{p}": (
        STACKED,
        "{prefix}encoder.layer.{i}.attention.attention.query.{p}",
        "{prefix}encoder.layer.{i}.attention.attention.key.{p}",
        "{prefix}encoder.layer.{i}.attention.attention.value.{p}",
    ),
    "transformer.layers.{i}.0.to_out.0.{p}": (
        PLAIN, "{prefix}encoder.layer.{i}.attention.output.dense.{p}"
    ),
    "transformer.layers.{i}.1.net.0.{p}": "{prefix}encoder.layer.{i}.layernorm_after.{p}",
    "transformer.layers.{i}.1.net.1.{p}": "{prefix}encoder.layer.{i}.intermediate.dense.{p}",
    "transformer.layers.{i}.1.net.4.{p}": "{prefix}encoder.layer.{i}.output.dense.{p}",
}  # fmt: skip

HF_MEMORY: Table = {
    **_HF_SHARED,
    "transformer.layers.{i}.0.norm.{p}": "{prefix}layers.{i}.layernorm_before.{p}",
    "transformer.layers.{i}.0.to_qkv.{p}": (
        STACKED,
        "{prefix}layers.{i}.attention.q_proj.{p}",
        "{prefix}layers.{i}.attention.k_proj.{p}",
        "{prefix}layers.{i}.attention.v_proj.{p}",
    ),
    "transformer.layers.{i}.0.to_out.0.{p}": "{prefix}layers.{i}.attention.o_proj.{p}",
    "transformer.layers.{i}.1.net.0.{p}": "{prefix}layers.{i}.layernorm_after.{p}",
    "transformer.layers.{i}.1.net.1.{p}": "{prefix}layers.{i}.mlp.fc1.{p}",
    "transformer.layers.{i}.1.net.4.{p}": "{prefix}layers.{i}.mlp.fc2.{p}",
}

# Ours are vit-pytorch's names; it changed them twice.
VIT_PYTORCH: Table = {
    name: name
    for name in (
        "cls_token",
        "pos_embedding",
        "to_patch_embedding.1.{p}",
        "to_patch_embedding.2.{p}",
        "to_patch_embedding.3.{p}",
        "transformer.layers.{i}.0.norm.{p}",
        "transformer.layers.{i}.0.to_qkv.{p}",
        "transformer.layers.{i}.0.to_out.0.{p}",
        "transformer.layers.{i}.1.net.0.{p}",
        "transformer.layers.{i}.1.net.1.{p}",
        "transformer.layers.{i}.1.net.4.{p}",
        "transformer.norm.{p}",
        "mlp_head.{p}",
    )
}

VIT_PYTORCH_BEFORE_1_4: Table = {
    **VIT_PYTORCH,
    "transformer.layers.{i}.0.to_qkv.{p}": "transformer.layers.{i}.0.fn.to_qkv.{p}",
    "transformer.layers.{i}.0.to_out.0.{p}": "transformer.layers.{i}.0.fn.to_out.0.{p}",
    "transformer.layers.{i}.1.net.0.{p}": "transformer.layers.{i}.1.norm.{p}",
    "transformer.layers.{i}.1.net.1.{p}": "transformer.layers.{i}.1.fn.net.0.{p}",
    "transformer.layers.{i}.1.net.4.{p}": "transformer.layers.{i}.1.fn.net.3.{p}",
    "transformer.norm.{p}": "mlp_head.0.{p}",
    "mlp_head.{p}": "mlp_head.1.{p}",
}

VIT_PYTORCH_BEFORE_1_0: Table = {
    **{ours: row for ours, row in VIT_PYTORCH_BEFORE_1_4.items() if "patch" not in ours},
    "to_patch_embedding.2.{p}": "to_patch_embedding.1.{p}",
}

_GOOGLE_LAYER = "Transformer/encoderblock_{i}/"
_GOOGLE_ATTENTION = _GOOGLE_LAYER + "MultiHeadDotProductAttention_1/"
_QUERY_KEY_VALUE = ("query", "key", "value")

GOOGLE: Table = {
    "cls_token": (TOKENS, "cls"),
    "pos_embedding": (TOKENS, "Transformer/posembed_input/pos_embedding"),
    "to_patch_embedding.2.weight": (layouts.FLAX_CONVOLUTION, "embedding/kernel"),
    "to_patch_embedding.2.bias": "embedding/bias",
    "transformer.layers.{i}.0.norm.{p}": _GOOGLE_LAYER + "LayerNorm_0/{scale}",
    "transformer.layers.{i}.0.to_qkv.weight": (
        layouts.FLAX_QKV, *(f"{_GOOGLE_ATTENTION}{part}/kernel" for part in _QUERY_KEY_VALUE)
    ),
    "transformer.layers.{i}.0.to_qkv.bias": (
        layouts.FLAX_QKV_BIAS, *(f"{_GOOGLE_ATTENTION}{part}/bias" for part in _QUERY_KEY_VALUE)
    ),
    "transformer.layers.{i}.0.to_out.0.weight": (
        layouts.FLAX_OUT, _GOOGLE_ATTENTION + "out/kernel"
    ),
    "transformer.layers.{i}.0.to_out.0.bias": _GOOGLE_ATTENTION + "out/bias",
    "transformer.layers.{i}.1.net.0.{p}": _GOOGLE_LAYER + "LayerNorm_2/{scale}",
    "transformer.layers.{i}.1.net.1.weight": (
        layouts.FLAX_DENSE, _GOOGLE_LAYER + "MlpBlock_3/Dense_0/kernel"
    ),
    "transformer.layers.{i}.1.net.1.bias": _GOOGLE_LAYER + "MlpBlock_3/Dense_0/bias",
    "transformer.layers.{i}.1.net.4.weight": (
        layouts.FLAX_DENSE, _GOOGLE_LAYER + "MlpBlock_3/Dense_1/kernel"
    ),
    "transformer.layers.{i}.1.net.4.bias": _GOOGLE_LAYER + "MlpBlock_3/Dense_1/bias",
    "transformer.norm.{p}": "Transformer/encoder_norm/{scale}",
    "mlp_head.weight": (layouts.FLAX_DENSE, "head/kernel"),
    "mlp_head.bias": "head/bias",
}  # fmt: skip

_HF = Family("hf", 1e-12, HF_FILE, prefix="vit.")

# The ways a family's files are written, the usual one first.
FAMILIES: dict[str, tuple[Family, ...]] = {
    "vit_pytorch": (
        Family("vit_pytorch", 1e-5, VIT_PYTORCH),
        Family("vit_pytorch", 1e-5, VIT_PYTORCH_BEFORE_1_4),
        Family("vit_pytorch", 1e-5, VIT_PYTORCH_BEFORE_1_0),
    ),
    "timm": (Family("timm", 1e-6, TIMM),),
    "hf": (
        _HF,
        replace(_HF, table=HF_MEMORY),
        replace(_HF, prefix=""),
        replace(_HF, table=HF_MEMORY, prefix=""),
    ),
    "torchvision": (Family("torchvision", 1e-6, TORCHVISION),),
    # JAX's GELU is the tanh formula unless told otherwise.
    "google": (Family("google", 1e-6, GOOGLE, approximate="tanh"),),
}


def detect_family(state_dict: Mapping[str, object]) -> str:
    """Tell from the names whose weights these are.

    Returns:
        'vit_pytorch', 'timm' (MAE's encoder has its names), 'hf', 'torchvision' or 'google'.

    Raises:
        ValueError: nobody's that we know.

    >>> detect_family({"patch_embed.proj.weight": ..., "blocks.0.attn.qkv.weight": ...})
    'timm'
    """
    best = max(
        (variant for variants in FAMILIES.values() for variant in variants),
        key=lambda variant: variant.recognise(state_dict),
    )
    if not best.recognise(state_dict):
        some = ", ".join(list(map(str, state_dict))[:5]) or "none"
        raise ValueError(
            f"these are not the names of a Vision Transformer of {', '.join(FAMILIES)}; the first "
            f"of the {len(state_dict)} names: {some}"
        )
    return best.name


def variant_of(family: str, names: Iterable[str]) -> Family:
    """The way this family's file is written.

    Raises:
        ValueError: an unknown family.
    """
    if family not in FAMILIES:
        raise ValueError(f"unknown family {family!r}; choose one of {', '.join(FAMILIES)}")
    names = set(names)
    return max(FAMILIES[family], key=lambda variant: variant.recognise(names))
