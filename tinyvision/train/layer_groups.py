"""Which parameters learn, how fast, and which decay: the groups an optimiser is given."""

from __future__ import annotations

from typing import Any

from .. import nn
from ..models import ViT

ALL_BUT_HEAD = "all-but-head"
_TOKENS = ("cls_token", "mask_token", "pos_embedding", "pos_embed")


def decays(name: str, parameter: Any) -> bool:
    """Whether a parameter is pulled towards 0: weights are; biases, norms and tokens are not.

    >>> import tinyvision as tv
    >>> layer = tv.nn.Linear(2, 3)
    >>> [decays(name, p) for name, p in layer.named_parameters()]
    [True, False]
    """
    return parameter.ndim > 1 and name.rpartition(".")[2] not in _TOKENS


def decay_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Parameters that learn in two groups, with and without weight decay; an empty one is left out.

    Args:
        model: whose parameters; frozen ones (``requires_grad=False``) are left out.
        weight_decay: of the first group. The second, of parameters with one axis and of tokens and
            positions, has none.

    >>> import tinyvision as tv
    >>> groups = decay_groups(tv.nn.Linear(2, 3), 0.05)
    >>> [(len(group["params"]), group["weight_decay"]) for group in groups]
    [(1, 0.05), (1, 0.0)]
    """
    learning = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    groups = [
        {
            "params": [p for name, p in learning if decays(name, p) == decaying],
            "weight_decay": weight_decay if decaying else 0.0,
        }
        for decaying in (True, False)
    ]
    return [group for group in groups if group["params"]]


def layer_of(name: str, depth: int) -> int:
    """The layer of a ViT's parameter: 0 embeds patches, 1 to ``depth`` encode, then the head.

    >>> layer_of("pos_embedding", 4), layer_of("transformer.layers.2.0.norm.weight", 4)
    (0, 3)
    >>> layer_of("mlp_head.weight", 4)
    5
    """
    if name.startswith("transformer.layers."):
        return int(name.split(".")[2]) + 1
    embedding = name.startswith(("to_patch_embedding.", "cls_token", "pos_embedding"))
    return 0 if embedding else depth + 1


def layer_groups(
    model: ViT, lr: float, *, weight_decay: float, layer_decay: float = 0.75
) -> list[dict[str, Any]]:
    """Groups whose learning rate falls with the distance from the head.

    Layer l of 0 to depth + 1 learns at ``lr * layer_decay ** (depth + 1 - l)``: what pre-training
    taught the early layers is changed least. Each layer is split as by :func:`decay_groups`.

    Args:
        model: whose parameters; frozen ones are left out.
        lr: of the head.
        weight_decay: of weights.
        layer_decay: from one layer to that before it; 1 for the same rate everywhere.

    Returns:
        The groups, the head's first.

    Raises:
        ValueError: ``layer_decay`` is not in (0, 1].
        TypeError: another network than a ViT.

    Source: Clark et al., "ELECTRA" (2020); Bao et al., "BEiT" (2022).

    >>> import tinyvision as tv
    >>> model = tv.models.ViT(image_size=8, patch_size=4, num_classes=2, dim=8, depth=1, heads=1,
    ...                       mlp_dim=8, dim_head=8)
    >>> groups = layer_groups(model, 0.1, weight_decay=0.05, layer_decay=0.5)
    >>> sorted({group["lr"] for group in groups})
    [0.025, 0.05, 0.1]
    """
    _check_vit(model, "layer_groups")
    if not 0 < layer_decay <= 1:
        raise ValueError(
            f"layer_decay must be above 0 and at most 1, got {layer_decay}; 0.75 is usual, 1 gives "
            "every layer the same rate"
        )
    depth = len(model.transformer.layers)
    split: dict[tuple[int, bool], list[Any]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            place = (layer_of(name, depth), decays(name, parameter))
            split.setdefault(place, []).append(parameter)
    return [
        {
            "params": split[layer, decaying],
            "lr": lr * layer_decay ** (depth + 1 - layer),
            "weight_decay": weight_decay if decaying else 0.0,
        }
        for layer, decaying in sorted(split, reverse=True)
    ]


def freeze(model: ViT, what: int | str) -> ViT:
    """Make a part of a ViT keep its weights, to the bit. Returns the model.

    Args:
        model: what is to be frozen in part.
        what: how many encoder layers, and the embedding before them; 0 freezes nothing.
            'all-but-head' leaves the last linear layer alone to learn.

    Raises:
        ValueError: no such number of layers.
        TypeError: another network than a ViT.

    >>> import tinyvision as tv
    >>> model = tv.models.ViT(image_size=8, patch_size=4, num_classes=2, dim=8, depth=1, heads=1,
    ...                       mlp_dim=8, dim_head=8)
    >>> [n for n, p in freeze(model, "all-but-head").named_parameters() if p.requires_grad]
    ['mlp_head.weight', 'mlp_head.bias']
    """
    _check_vit(model, "freeze")
    depth = len(model.transformer.layers)
    if what != ALL_BUT_HEAD and not (
        isinstance(what, int) and not isinstance(what, bool) and 0 <= what <= depth
    ):
        raise ValueError(
            f"freeze must be a number of layers from 0 to {depth}, or {ALL_BUT_HEAD!r}, got "
            f"{what!r}"
        )
    for name, parameter in model.named_parameters():
        if isinstance(what, str):
            frozen = not name.startswith("mlp_head.")
        else:
            frozen = 0 < what >= layer_of(name, depth)
        if frozen:
            parameter.requires_grad_(False)
    return model


def _check_vit(model: Any, function: str) -> None:
    if not isinstance(model, ViT):
        raise TypeError(
            f"{function} knows the layers of a ViT, got {type(model).__name__}; decay_groups takes "
            "any network"
        )
