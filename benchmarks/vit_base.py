"""ViT-Base/16 on one image of 224 by 224, here and in PyTorch, with the same random weights.

The logits are compared first. Then the two are timed in turn, ours, theirs, ours, theirs, by wall
time on all the threads asked for. What counts is the ratio.

    python benchmarks/vit_base.py [--pairs 20] [--threads 2]

Needs `pip install torch==2.13.0`.
"""

import argparse
import statistics
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import tinyvision as tv
from tinyvision.threads import blas_threads


class Block(nn.Module):
    """An encoder layer as timm has it."""

    def __init__(self, dim: int = 768, heads: int = 12) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(dim, 1e-6), nn.LayerNorm(dim, 1e-6)
        self.attn = nn.ModuleDict({"qkv": nn.Linear(dim, 3 * dim), "proj": nn.Linear(dim, dim)})
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(dim, 4 * dim), "fc2": nn.Linear(4 * dim, dim)})

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        n, t, dim = x.shape
        qkv = self.attn["qkv"](self.norm1(x)).reshape(n, t, 3, self.heads, dim // self.heads)
        out = F.scaled_dot_product_attention(*qkv.permute(2, 0, 3, 1, 4))
        x = x + self.attn["proj"](out.transpose(1, 2).reshape(n, t, dim))
        return x + self.mlp["fc2"](F.gelu(self.mlp["fc1"](self.norm2(x))))


class TorchViT(nn.Module):
    """ViT-Base/16 with timm's names."""

    def __init__(self) -> None:
        super().__init__()
        self.cls_token = nn.Parameter(torch.randn(1, 1, 768) * 0.02)
        self.pos_embed = nn.Parameter(torch.randn(1, 197, 768) * 0.02)
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, 768, 16, 16)})
        self.blocks = nn.Sequential(*[Block() for _ in range(12)])
        self.norm = nn.LayerNorm(768, 1e-6)
        self.head = nn.Linear(768, 1000)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = self.patch_embed["proj"](images).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 0])


def main() -> None:
    """Compare, time, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    theirs = TorchViT().eval()
    ours = tv.models.vit("B/16").eval()
    tv.interop.load_timm(ours, {k: tv.tensor(v.numpy()) for k, v in theirs.state_dict().items()})
    image = np.random.default_rng(0).standard_normal((1, 3, 224, 224)).astype(np.float32)
    here, there = tv.tensor(image), torch.tensor(image)

    def run_ours():
        with tv.inference_mode(), blas_threads(options.threads):
            return ours(here).numpy()

    def run_theirs():
        with torch.inference_mode():
            return theirs(there).numpy()

    difference = float(np.abs(run_ours() - run_theirs()).max())
    count = sum(p.numel() for p in ours.parameters())
    print(f"{count:,} parameters; logits differ by {difference:.1e}")
    if difference > 1e-4:
        sys.exit("the two do not compute the same")
    times: dict[str, list[float]] = {"tinyvision": [], "torch": []}
    for _ in range(options.pairs):
        for name, run in (("tinyvision", run_ours), ("torch", run_theirs)):
            started = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - started)
    for name, taken in times.items():
        low, middle, high = min(taken), statistics.median(taken), max(taken)
        print(f"{name:<12} median {middle * 1e3:6.0f} ms  ({low * 1e3:.0f} to {high * 1e3:.0f})")
    ratios = [a / b for a, b in zip(times["tinyvision"], times["torch"], strict=True)]
    print(
        f"tinyvision / torch, {options.threads} threads: median of {options.pairs} pairs "
        f"{statistics.median(ratios):.2f}"
    )


if __name__ == "__main__":
    main()
