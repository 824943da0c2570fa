"""Grad-CAM: where in its last maps a network of convolutions found what speaks for a class."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.backward import grad
from ..autograd.modes import enable_grad
from ..autograd.tensor import Tensor, from_numpy
from ..nn.module import Module
from .classes import check_images, classes_of, evaluating


def grad_cam(model: Module, images: Tensor, target: Any = None, layer: Any = None) -> np.ndarray:
    """How much each place of a layer's maps speaks for a class.

    Every map is weighted by how much the class's score rises with it, on average over its places;
    the weighted maps are added up, and what speaks against the class is cut off::

        weight[n, c] = mean over i, j of  d score[n] / d map[n, c, i, j]
        answer[n, i, j] = max(0, sum over c of  weight[n, c] * map[n, c, i, j])

    It runs in evaluation mode; the network's mode and gradients stay as they are.

    Args:
        model: takes images, gives scores (N, classes).
        images: (N, C, H, W), as the network takes them.
        target: the class, or one for each image; the best of each if not given.
        layer: the module whose answer (N, channels, h, w) is looked at, or its dotted name; the
            last to give such maps, of more than one place, if not given. Of several calls the last.

    Returns:
        (N, h, w), from 0 up.

    Raises:
        TypeError: the images are no tensor; a target or a layer of another kind.
        ValueError: images, scores or maps of another shape, or a class that is not there.
        AttributeError: no layer of that name.

    Source: Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
    Localization" (2017), equations 1 and 2.

    >>> import tinyvision as tv
    >>> grad_cam(tv.models.CNN(), tv.zeros(2, 3, 32, 32), target=7).shape
    (2, 8, 8)
    """
    check_images(images)
    modules = list(model.modules()) if layer is None else [_module(model, layer)]
    maps: list[Tensor] = []

    def cut(_module: Module, _args: Any, out: Any) -> Any:
        """Let the graph begin at these maps: only what comes after them is derived."""
        if layer is not None and not _are_maps(out):
            shape = out.shape if isinstance(out, Tensor) else type(out).__name__
            raise ValueError(f"layer must give maps (N, channels, h, w), but it gives {shape}")
        if not _are_maps(out) or (layer is None and out.shape[2] * out.shape[3] == 1):
            return None
        maps.append(out.detach().requires_grad_())
        return maps[-1].clone()  # which what follows may change in place

    handles = [module.register_forward_hook(cut) for module in modules]
    try:
        with evaluating(model), enable_grad():
            scores = model(images)
    finally:
        for handle in handles:
            handle.remove()
    if not maps:
        raise ValueError(
            "no layer gives maps (N, channels, h, w) of more than one place"
            if layer is None
            else "the layer is not called by the network; name another"
        )
    chosen = classes_of(target, scores.detach())
    places = from_numpy(chosen)[:, None]  # (N,) -> (N, 1)
    with enable_grad():
        total = scores.gather(1, places).sum()
    (slopes,) = grad(total, [maps[-1]], allow_unused=True)
    if slopes is None:
        raise ValueError("the scores do not depend on the layer's maps; name another layer")
    weights = slopes.numpy().mean(axis=(2, 3), keepdims=True)  # (N, C, h, w) -> (N, C, 1, 1)
    summed = (weights * maps[-1].detach().numpy()).sum(axis=1)  # (N, C, h, w) -> (N, h, w)
    return np.maximum(summed, 0)


def _are_maps(out: Any) -> bool:
    return isinstance(out, Tensor) and out.ndim == 4 and out.dtype.kind == "f"


def _module(model: Module, layer: Any) -> Module:
    if isinstance(layer, str):
        return model.get_submodule(layer)
    if not isinstance(layer, Module):
        raise TypeError(f"layer must be a module or its dotted name, got {layer!r}")
    return layer
