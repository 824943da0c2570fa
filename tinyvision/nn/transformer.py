"""`TransformerEncoderLayer` and `TransformerEncoder`, in torch's layout."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from ..autograd.tensor import Tensor
from ..ops.elementwise.activation import relu
from ..ops.elementwise.gelu import gelu
from .attention import MultiheadAttention
from .containers import ModuleList
from .dropout import Dropout
from .layer_norm import LayerNorm
from .linear import Linear, positive
from .module import Module

_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"relu": relu, "gelu": gelu}


class TransformerEncoderLayer(Module):
    """Self-attention, then a small network at each place; each normalised and added to its input.

    Args:
        d_model: features.
        nhead: attention heads.
        dim_feedforward: features inside the small network.
        dropout: of the weights, and of what each half adds.
        activation: 'relu', 'gelu', or a function.
        layer_norm_eps: of both normalisations.
        batch_first: (N, L, E) rather than (L, N, E).
        norm_first: normalise before each half (as Vision Transformers do) rather than after.
        bias: whether linear and normalisation layers have one.

    Raises:
        ValueError: an unknown activation; heads that do not divide the features.

    Source: Vaswani et al. (2017); norm_first: Xiong et al., "On Layer Normalization in the
    Transformer Architecture" (2020).

    >>> import tinyvision as tv
    >>> layer = tv.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, norm_first=True)
    >>> layer(tv.randn(2, 5, 8)).shape
    (2, 5, 8)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Tensor], Tensor] = relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = "float32",
    ) -> None:
        super().__init__()
        if isinstance(activation, str):
            if activation not in _ACTIVATIONS:
                raise ValueError(f"activation must be 'relu' or 'gelu', got {activation!r}")
            activation = _ACTIVATIONS[activation]
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype
        )
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype=dtype)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype=dtype)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)
        self.activation = activation

    def forward(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        """(N, L, E) or (L, N, E) -> the same; masks as in :class:`MultiheadAttention`."""

        def attention(x: Tensor) -> Tensor:
            out, _ = self.self_attn(
                x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal
            )
            return self.dropout1(out)

        def feed_forward(x: Tensor) -> Tensor:
            return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))

        x = src
        if self.norm_first:
            x = x + attention(self.norm1(x))
            return x + feed_forward(self.norm2(x))
        x = self.norm1(x + attention(x))
        return self.norm2(x + feed_forward(x))


class TransformerEncoder(Module):
    """Several encoder layers, copies of one, with a normalisation at the end if given.

    >>> import tinyvision as tv
    >>> layer = tv.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    >>> tv.nn.TransformerEncoder(layer, 3)(tv.randn(2, 5, 8)).shape
    (2, 5, 8)
    """

    def __init__(
        self,
        encoder_layer: TransformerEncoderLayer,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        positive(num_layers=num_layers)
        self.layers = ModuleList([copy.deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self,
        src: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        """Through all layers; the shape stays."""
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, bool(is_causal))
        return src if self.norm is None else self.norm(src)
