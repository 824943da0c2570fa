"""Weights of other libraries into a ViT, and back, by the tables of `families`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..autograd.tensor import Tensor, wrap
from ..models.mae import MAE
from ..models.position import resize_position_embedding
from ..models.vit import ViT
from .families import Family, variant_of
from .layouts import Layout, Sizes


def arrays_of(state_dict: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """The arrays of a dictionary of tensors, arrays, or whatever NumPy takes for an array.

    Raises:
        TypeError: not a dictionary.
    """
    if not isinstance(state_dict, Mapping):
        raise TypeError(f"a state_dict is a dictionary, got {type(state_dict).__name__}")
    return {
        name: value._array if isinstance(value, Tensor) else np.asarray(value)
        for name, value in state_dict.items()
    }


def modern_tokens(state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """vit-pytorch's tokens without the batch axis of one that they had before 1.16.1."""
    for name in ("cls_token", "pos_embedding"):
        if name in state and state[name].ndim == 3 and len(state[name]) == 1:
            state[name] = state[name][0]  # (1, T, D) -> (T, D)
    return state


def square(places: int) -> tuple[int, int] | None:
    """The square grid of so many patches, if there is one."""
    side = math.isqrt(max(places, 0))
    return (side, side) if side and side * side == places else None


def load_into(
    model: ViT,
    state_dict: Mapping[str, Any],
    family: str,
    ignore: Iterable[str] = (),
    grid: tuple[int, int] | None = None,
) -> ViT:
    """Load a family's weights, completely or not at all; see :func:`load_timm`."""
    if not isinstance(model, ViT):
        raise TypeError(f"load_{family} loads into a ViT, got {type(model).__name__}")
    state = arrays_of(state_dict)
    if family == "vit_pytorch":
        state = modern_tokens(state)
        if model.pool == "mean" and "cls_token" in state and state["cls_token"].size:
            raise ValueError(
                "these weights have a class token and the model has pool='mean': vit-pytorch "
                "before 1.16.0 averaged the token in, which this ViT does not; build it with "
                "pool='cls' if they were trained so"
            )
    loading = Loading(model, state, variant_of(family, state), ignore, grid)
    # All arrays are ready before the first parameter changes.
    model.load_state_dict(loading.run(), strict=False)
    return model


class Loading:
    """Turns their arrays into the model's, and notes everything that does not fit."""

    def __init__(
        self,
        model: ViT | MAE,
        state: Mapping[str, np.ndarray],
        family: Family,
        ignore: Iterable[str],
        grid: tuple[int, int] | None,
    ) -> None:
        self.model = model
        self.sizes = sizes_of(model)
        self.state = state
        self.family = family
        self.beginnings = (ignore,) if isinstance(ignore, str) else tuple(ignore)
        self.grid = grid
        self.missing: list[str] = []
        self.misshapen: list[str] = []
        self.without: list[str] = []

    def run(self) -> dict[str, np.ndarray]:
        expected: set[str] = set()
        loaded = {}
        for ours, parameter in self.model.state_dict().items():
            found = self.family.find(ours)
            if found is None:
                if parameter.numel():
                    self.without.append(ours)
                continue
            layout, names = found
            expected.update(names)
            array = self._read(ours, parameter, layout, names)
            if array is not None:
                loaded[ours] = array
        extra = [n for n in self.state if n not in expected and not self._ignored(n)]
        self._complain(extra)
        return loaded

    def _ignored(self, name: str) -> bool:
        return str(name).startswith(self.beginnings)

    def _read(
        self, ours: str, parameter: Tensor, layout: Layout, names: list[str]
    ) -> np.ndarray | None:
        if any(self._ignored(name) for name in names):
            return None
        absent = [name for name in names if name not in self.state]
        if absent:
            if parameter.numel():  # a class token of no rows need not be written down
                self.missing.extend(absent)
            return None
        arrays = [self.state[name] for name in names]
        if ours == "pos_embedding":
            arrays = [self._fitting_positions(arrays[0], parameter, layout)]
        fits = True
        for name, array, shape in zip(
            names, arrays, their_shapes(parameter.shape, layout, self.sizes), strict=True
        ):
            if array.shape != shape:
                hint = " (grid=... says what it is for)" if ours == "pos_embedding" else ""
                self.misshapen.append(f"{name} is {array.shape}, the model needs {shape}{hint}")
                fits = False
            elif array.dtype.kind != "f":
                self.misshapen.append(f"{name} holds {array.dtype}, not floating-point numbers")
                fits = False
        return layout.read(arrays) if fits else None

    def _fitting_positions(
        self, array: np.ndarray, parameter: Tensor, layout: Layout
    ) -> np.ndarray:
        """Position embeddings for the model's grid, interpolated if they are for another.

        They come back as they are if nobody can tell what grid they are for.
        """
        (shape,) = their_shapes(parameter.shape, layout, self.sizes)
        if array.ndim != len(shape) or array.dtype.kind != "f":
            return array
        rows, dim = array.shape[-2:]
        tokens = len(self.model.cls_token)
        as_here = self.model.grid if rows == len(parameter) else square(rows - tokens)
        old = self.grid or as_here
        if old is None or old[0] * old[1] + tokens != rows or dim != shape[-1]:
            return array
        ours = resize_position_embedding(
            wrap(layout.read([array])), (old[0], old[1]), self.model.grid
        )
        return layout.write(ours.numpy(), self.sizes)[0]

    def _complain(self, extra: list[str]) -> None:
        problems = []
        if self.missing:
            problems.append(f"missing: {', '.join(self.missing)}")
        if extra:
            problems.append(
                f"unexpected (ignore=... leaves names alone by their beginning): "
                f"{', '.join(map(str, extra))}"
            )
        if self.misshapen:
            problems.append(f"of another shape: {'; '.join(self.misshapen)}")
        if self.without:
            problems.append(
                f"the model has what {self.family.name}'s networks have not (see patch_norm, "
                f"norm_after_pool): {', '.join(self.without)}"
            )
        if problems:
            raise RuntimeError(
                f"the weights do not fit {self.model.__class__.__name__} by {self.family.name}'s "
                "names:\n  " + "\n  ".join(problems)
            )


def sizes_of(model: ViT | MAE) -> Sizes:
    """What layouts need to know of a model."""
    mae = isinstance(model, MAE)
    attention: Any = model.blocks[0].attn if mae else model.transformer.layers[0][0]
    return Sizes(model.patch_size, model.channels, attention.heads, attention.dim_head)


def their_shapes(ours: tuple[int, ...], layout: Layout, sizes: Sizes) -> list[tuple[int, ...]]:
    """The shapes that an array of ours has elsewhere."""
    stand_in = np.broadcast_to(np.float32(0), ours)  # takes no memory
    return [array.shape for array in layout.write(stand_in, sizes)]


def export(model: ViT, family: str) -> dict[str, Tensor]:
    """A ViT's weights as the family has them; see :func:`to_timm`."""
    if not isinstance(model, ViT):
        raise TypeError(f"to_{family} takes a ViT, got {type(model).__name__}")
    variant = variant_of(family, ())
    sizes = sizes_of(model)
    out = {}
    state = model.state_dict()
    foreign = [name for name in state if variant.find(name) is None]
    lacking = [
        name
        for name in ("to_out.0.weight", "to_patch_embedding.2.bias")
        if not any(own.endswith(name) for own in state)
    ]
    if foreign or lacking:
        raise ValueError(
            f"this ViT cannot be written as one of {family}'s: it has {', '.join(foreign) or 'all'}"
            f" and lacks {', '.join(lacking) or 'nothing'}; build it with patch_norm=False, "
            "project_out=True"
        )
    for ours, parameter in state.items():
        if parameter.numel():
            layout, names = variant.find(ours)  # type: ignore[misc]
            for name, array in zip(names, layout.write(parameter.numpy(), sizes), strict=True):
                out[name] = wrap(np.array(array, order="C"))
    return out
