"""Vision Transformers: a small one's training step and inference, and ViT-Base/16 on one image.

The small one: images 32 x 32, patches 4 x 4, 128 features, 6 layers of 4 heads of 32, 256 hidden
features, batch 64, AdamW. The network in PyTorch uses `scaled_dot_product_attention`, its best.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import tinyvision as tv

from .race import Contest

SMALL = {"image_size": 32, "patch_size": 4, "dim": 128, "depth": 6, "heads": 4, "mlp_dim": 256}
BASE = {"image_size": 224, "patch_size": 16, "dim": 768, "depth": 12, "heads": 12, "mlp_dim": 3072}


class Block(nn.Module):
    """An encoder layer as timm has it."""

    def __init__(self, dim: int, heads: int, mlp_dim: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(dim, 1e-6), nn.LayerNorm(dim, 1e-6)
        self.attn = nn.ModuleDict({"qkv": nn.Linear(dim, 3 * dim), "proj": nn.Linear(dim, dim)})
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(dim, mlp_dim), "fc2": nn.Linear(mlp_dim, dim)})

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        n, t, dim = x.shape
        qkv = self.attn["qkv"](self.norm1(x)).reshape(n, t, 3, self.heads, dim // self.heads)
        out = F.scaled_dot_product_attention(*qkv.permute(2, 0, 3, 1, 4))
        x = x + self.attn["proj"](out.transpose(1, 2).reshape(n, t, dim))
        return x + self.mlp["fc2"](F.gelu(self.mlp["fc1"](self.norm2(x))))


class TorchViT(nn.Module):
    """A Vision Transformer with timm's names."""

    def __init__(self, image_size, patch_size, dim, depth, heads, mlp_dim, classes) -> None:
        super().__init__()
        tokens = (image_size // patch_size) ** 2 + 1
        self.cls_token = nn.Parameter(torch.randn(1, 1, dim) * 0.02)
        self.pos_embed = nn.Parameter(torch.randn(1, tokens, dim) * 0.02)
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, dim, patch_size, patch_size)})
        self.blocks = nn.Sequential(*[Block(dim, heads, mlp_dim) for _ in range(depth)])
        self.norm = nn.LayerNorm(dim, 1e-6)
        self.head = nn.Linear(dim, classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = self.patch_embed["proj"](images).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 0])


def pair(sizes: dict[str, int], classes: int) -> tuple[tv.nn.Module, TorchViT]:
    """The same network with the same weights here and in PyTorch."""
    torch.manual_seed(0)
    theirs = TorchViT(**sizes, classes=classes)
    weights = {name: value.numpy().copy() for name, value in theirs.state_dict().items()}
    return tv.interop.vit_from_state_dict(weights, heads=sizes["heads"]), theirs


def stepper(library, model, images, labels) -> Callable[[], object]:
    """One step of AdamW; returns the loss before it."""
    optimizer = library.optim.AdamW(model.parameters(), lr=1e-4)

    def step() -> object:
        loss = library.nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return step


def data() -> tuple[np.ndarray, np.ndarray]:
    """A batch of images for the small one, and their labels."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((64, 3, 32, 32), dtype=np.float32), rng.integers(0, 10, 64)


def step() -> Contest:
    """A training step of the small one."""
    images, labels = data()
    ours, theirs = pair(SMALL, 10)
    return Contest(
        "ViT training step",
        {
            "tinyvision": stepper(tv, ours.train(), tv.tensor(images), tv.tensor(labels)),
            "torch": stepper(torch, theirs, torch.tensor(images), torch.tensor(labels)),
        },
    )


def inference() -> Contest:
    """The scores of 64 images by the small one."""
    return _inference("ViT inference", SMALL, classes=10, batch=64)


def base() -> Contest:
    """The scores of one image by ViT-Base/16 at 224 x 224."""
    return _inference("ViT-Base/16, one image", BASE, classes=1000, batch=1)


def _inference(name: str, sizes: dict[str, int], classes: int, batch: int) -> Contest:
    ours, theirs = pair(sizes, classes)
    ours, theirs = ours.eval(), theirs.eval()
    size = sizes["image_size"]
    images = np.random.default_rng(0).standard_normal((batch, 3, size, size), dtype=np.float32)
    here, there = tv.tensor(images), torch.tensor(images)

    def run_ours() -> object:
        with tv.inference_mode():
            return ours(here)

    def run_theirs() -> object:
        with torch.inference_mode():
            return theirs(there)

    return Contest(name, {"tinyvision": run_ours, "torch": run_theirs})
