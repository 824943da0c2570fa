"""`LocalResponseNorm`: each pixel against the same pixel of neighbouring channels."""

from __future__ import annotations

from ..autograd.tensor import Tensor
from ..ops.normalisation.local_response_norm import local_response_norm
from .module import Module


class LocalResponseNorm(Module):
    """Normalise over channels; see :func:`tinyvision.nn.functional.local_response_norm`.

    Source: Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks"
    (2012).

    >>> import tinyvision as tv
    >>> tv.nn.LocalResponseNorm(5)(tv.zeros(1, 8, 4, 4)).shape
    (1, 8, 4, 4)
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, ...), normalised; its shape stays."""
        return local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
