"""A ViT from the settings that other libraries write down."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..models.vit import ViT, share_of_head

_GELU = {"gelu": "none", "gelu_python": "none", "gelu_new": "tanh", "gelu_pytorch_tanh": "tanh"}

# What timm and torchvision take that changes nothing in a trained network's answers.
_ONLY_IN_TRAINING = {
    "drop_rate", "pos_drop_rate", "patch_drop_rate", "proj_drop_rate", "attn_drop_rate",
    "drop_path_rate", "weight_init", "pretrained", "dropout", "attention_dropout",
}  # fmt: skip


def vit_from_config(
    config: Mapping[str, Any] | str | os.PathLike[str], family: str = "hf", **options: Any
) -> ViT:
    """A ViT with random weights, built as another library's settings say.

    Dropout is not taken over: libraries drop in different places. Give ``dropout`` yourself to
    train.

    Args:
        config: for 'hf' what stands in config.json, or the path of that file or its folder; for
            'timm' and 'torchvision' the keyword arguments of their ``VisionTransformer``; for
            'vit_pytorch' those of its ``ViT``.
        family: one of these four.
        options: of :class:`~tinyvision.models.ViT`; they win.

    Raises:
        ValueError: an unknown family; a setting that is missing, not a number, or that no ViT of
            ours has.
        OSError: there is no such file.

    >>> config = {"model_type": "vit", "image_size": 32, "patch_size": 8, "num_channels": 3,
    ...           "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
    ...           "intermediate_size": 64, "layer_norm_eps": 1e-12, "num_labels": 5}
    >>> vit_from_config(config).mlp_head
    Linear(in_features=32, out_features=5, bias=True)
    """
    readers: dict[str, Callable[[_Settings], dict[str, Any]]] = {
        "hf": _from_hf, "timm": _from_timm, "torchvision": _from_torchvision,
        "vit_pytorch": _from_vit_pytorch,
    }  # fmt: skip
    if family not in readers:
        raise ValueError(f"unknown family {family!r}; choose one of {', '.join(readers)}")
    if isinstance(config, (str, os.PathLike)):
        config = read_json(Path(config, "config.json") if Path(config).is_dir() else Path(config))
    if not isinstance(config, Mapping):
        raise ValueError(f"a config is a dictionary of settings, got {type(config).__name__}")
    return ViT(**{**readers[family](_Settings(config, family)), **options})


def read_json(path: Path) -> dict[str, Any]:
    """A dictionary from a JSON file.

    Raises:
        ValueError: the file holds something else.
        OSError: there is no such file.
    """
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:  # ValueError: not JSON, or not UTF-8
        raise ValueError(f"{path} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} holds {type(content).__name__}, not a dictionary of settings")
    return content


def read_statistics(path: Path) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and deviation of each channel, from a preprocessor_config.json.

    Raises:
        ValueError: the file does not name them.
        OSError: there is no such file.
    """
    found = read_json(path)
    try:
        return tuple(found["image_mean"]), tuple(found["image_std"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path} names no image_mean and image_std, lists of numbers") from error


class _Settings:
    """Settings by name, with errors that say which is wrong."""

    def __init__(self, config: Mapping[str, Any], family: str) -> None:
        self.config = config
        self.family = family

    def number(self, name: str, default: int | None = None) -> int:
        value = self.config.get(name, default)
        if value is None:
            raise ValueError(f"the {self.family} config does not say {name}")
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"{name} in the {self.family} config must be a number, got {value!r}")
        return value

    def size(self, name: str, default: int | None = None) -> tuple[int, int]:
        """An integer or a pair, as a pair (height, width)."""
        value = self.config.get(name, default)
        pair = [value, value] if isinstance(value, int) else value
        if (
            not isinstance(pair, (list, tuple))
            or len(pair) != 2
            or not all(isinstance(v, int) and not isinstance(v, bool) and v > 0 for v in pair)
        ):
            raise ValueError(
                f"{name} in the {self.family} config must be a number or a pair, got {value!r}"
            )
        return pair[0], pair[1]

    def only(self, known: set[str]) -> None:
        """Refuse settings that would be silently lost."""
        unknown = [name for name in self.config if name not in known | _ONLY_IN_TRAINING]
        if unknown:
            raise ValueError(
                f"a ViT has no such setting of {self.family}: {', '.join(map(str, unknown))}"
            )

    def choice(self, name: str, default: Any, choices: Mapping[Any, Any]) -> Any:
        value = self.config.get(name, default)
        if not isinstance(value, (str, bool, type(None))) or value not in choices:
            raise ValueError(
                f"{name}={value!r} of {self.family} is not supported; it can be "
                f"{', '.join(map(repr, choices))}"
            )
        return choices[value]


def _from_hf(settings: _Settings) -> dict[str, Any]:
    config = settings.config
    kind = settings.choice("model_type", "vit", {"vit": "vit", "vit_mae": "vit_mae"})
    dim, heads = settings.number("hidden_size", 768), settings.number("num_attention_heads", 12)
    return {
        "image_size": settings.size("image_size", 224),
        "patch_size": settings.size("patch_size", 16),
        "channels": settings.number("num_channels", 3),
        "num_classes": _hf_classes(settings) if kind == "vit" else 0,
        "dim": dim,
        "depth": settings.number("num_hidden_layers", 12),
        "heads": heads,
        "dim_head": settings.number("head_dim", share_of_head(dim, heads)),
        "mlp_dim": settings.number("intermediate_size", 3072),
        "eps": _float(config.get("layer_norm_eps", 1e-12), "layer_norm_eps"),
        "approximate": settings.choice("hidden_act", "gelu", _GELU),
        "qkv_bias": bool(config.get("qkv_bias", True)),
        "patch_norm": False,
        "project_out": True,
    }


def _hf_classes(settings: _Settings) -> int:
    """The classes of the network in the file: none unless it is one for classification."""
    made_for = settings.config.get("architectures") or ["ViTForImageClassification"]
    if "ViTForImageClassification" not in made_for:
        return 0
    labels = settings.config.get("id2label")
    return len(labels) if isinstance(labels, Mapping) else settings.number("num_labels", 2)


def _from_timm(settings: _Settings) -> dict[str, Any]:
    config = settings.config
    settings.only({
        "img_size", "patch_size", "in_chans", "num_classes", "global_pool", "embed_dim", "depth",
        "num_heads", "mlp_ratio", "qkv_bias", "class_token", "fc_norm",
    })  # fmt: skip
    # MAE's fine-tuning says True for the mean of the patches.
    pools = {"token": "cls", "avg": "mean", True: "mean", False: "cls"}
    pool = settings.choice("global_pool", "token", pools)
    dim, heads = settings.number("embed_dim", 768), settings.number("num_heads", 12)
    after_pool = {None: pool == "mean", True: True, False: False}
    return {
        "image_size": settings.size("img_size", 224),
        "patch_size": settings.size("patch_size", 16),
        "channels": settings.number("in_chans", 3),
        "num_classes": settings.number("num_classes", 1000),
        "pool": pool,
        "dim": dim,
        "depth": settings.number("depth", 12),
        "heads": heads,
        "dim_head": share_of_head(dim, heads),
        "mlp_dim": int(dim * _float(config.get("mlp_ratio", 4.0), "mlp_ratio")),
        "eps": 1e-6,
        "qkv_bias": bool(config.get("qkv_bias", True)),
        "class_token": bool(config.get("class_token", True)),
        "norm_after_pool": settings.choice("fc_norm", None, after_pool),
        "patch_norm": False,
        "project_out": True,
    }


def _from_torchvision(settings: _Settings) -> dict[str, Any]:
    settings.only({
        "image_size", "patch_size", "num_layers", "num_heads", "hidden_dim", "mlp_dim",
        "num_classes", "representation_size",
    })  # fmt: skip
    settings.choice("representation_size", None, {None: None})
    dim, heads = settings.number("hidden_dim"), settings.number("num_heads")
    return {
        "image_size": settings.size("image_size"),
        "patch_size": settings.size("patch_size"),
        "num_classes": settings.number("num_classes", 1000),
        "dim": dim,
        "depth": settings.number("num_layers"),
        "heads": heads,
        "dim_head": share_of_head(dim, heads),
        "mlp_dim": settings.number("mlp_dim"),
        "eps": 1e-6,
        "qkv_bias": True,
        "patch_norm": False,
        "project_out": True,
    }


def _from_vit_pytorch(settings: _Settings) -> dict[str, Any]:
    settings.only({
        "image_size", "patch_size", "num_classes", "dim", "depth", "heads", "mlp_dim", "pool",
        "channels", "dim_head", "dropout", "emb_dropout",
    })  # fmt: skip
    for name in ("image_size", "patch_size"):
        settings.size(name)
    for name in ("num_classes", "dim", "depth", "heads", "mlp_dim"):
        settings.number(name)
    return dict(settings.config)


def _float(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e6:
        raise ValueError(f"{name} must be a positive number, got {value!r}")
    return float(value)
