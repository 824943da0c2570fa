"""Distances and angles of vectors as modules."""

from __future__ import annotations

from ..autograd.tensor import Tensor
from ..ops.reductions import distance as f
from .module import Module


class CosineSimilarity(Module):
    """The cosine of the angle between vectors along an axis.

    >>> import tinyvision as tv
    >>> tv.nn.CosineSimilarity()(tv.tensor([[1.0, 0.0]]), tv.tensor([[1.0, 1.0]]))
    tensor([0.7071])
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        self.dim = dim
        self.eps = eps

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Two tensors -> one without the axis ``dim``."""
        return f.cosine_similarity(x1, x2, self.dim, self.eps)


class PairwiseDistance(Module):
    """The p-norm of the difference of vectors, row by row.

    >>> import tinyvision as tv
    >>> tv.nn.PairwiseDistance(eps=0.0)(tv.tensor([[3.0, 4.0]]), tv.zeros(1, 2))
    tensor([5.])
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        super().__init__()
        self.norm = p
        self.eps = eps
        self.keepdim = keepdim

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Two of (N, D) -> (N)."""
        return f.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)
