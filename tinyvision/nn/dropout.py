"""Dropout layers."""

from __future__ import annotations

from ..autograd.tensor import Tensor
from ..ops.chance import dropout as f
from .module import Module


class Dropout(Module):
    """While training, zero each element with probability p and scale the rest by 1 / (1 - p).

    Raises:
        ValueError: p is not between 0 and 1.

    Source: Srivastava et al., "Dropout" (2014).

    >>> import tinyvision as tv
    >>> tv.nn.Dropout(0.5).eval()(tv.ones(2))
    tensor([1., 1.])
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"dropout: p must be between 0 and 1, got {p}")
        self.p = p
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """The input, thinned out while training."""
        return f.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout1d(Dropout):
    """As :class:`Dropout`, whole channels of (N, C, L) at a time.

    >>> import tinyvision as tv
    >>> tv.nn.Dropout1d(0.5).eval()(tv.ones(1, 1, 2))
    tensor([[[1., 1.]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """The input, thinned out while training."""
        return f.dropout1d(input, self.p, self.training, self.inplace)


class Dropout2d(Dropout):
    """As :class:`Dropout`, whole channels of (N, C, H, W) at a time.

    >>> import tinyvision as tv
    >>> tv.nn.Dropout2d(0.5).eval()(tv.ones(1, 1, 1, 2))
    tensor([[[[1., 1.]]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """The input, thinned out while training."""
        return f.dropout2d(input, self.p, self.training, self.inplace)


class Dropout3d(Dropout):
    """As :class:`Dropout`, whole channels of (N, C, D, H, W) at a time.

    >>> import tinyvision as tv
    >>> tv.nn.Dropout3d(0.5).eval()(tv.ones(1, 1, 1, 1, 2))
    tensor([[[[[1., 1.]]]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """The input, thinned out while training."""
        return f.dropout3d(input, self.p, self.training, self.inplace)


class AlphaDropout(Dropout):
    """Dropout that keeps mean 0 and variance 1, for networks of :class:`SELU`.

    Source: Klambauer et al., "Self-Normalizing Neural Networks" (2017).

    >>> import tinyvision as tv
    >>> tv.nn.AlphaDropout(0.5).eval()(tv.ones(2))
    tensor([1., 1.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """The input, thinned out while training."""
        return f.alpha_dropout(input, self.p, self.training, self.inplace)


class FeatureAlphaDropout(Dropout):
    """As :class:`AlphaDropout`, whole channels of (N, C, ...) at a time.

    >>> import tinyvision as tv
    >>> tv.nn.FeatureAlphaDropout(0.5).eval()(tv.ones(1, 2))
    tensor([[1., 1.]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """The input, thinned out while training."""
        return f.feature_alpha_dropout(input, self.p, self.training, self.inplace)
