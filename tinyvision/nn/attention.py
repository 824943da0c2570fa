"""`MultiheadAttention`, in torch's layout."""

from __future__ import annotations

from typing import Any

from ..autograd.tensor import Tensor
from ..ops.base.choose import where
from ..ops.layers.attention import attend, scaled_dot_product_attention
from ..ops.layers.linear import linear
from ..ops.shapes.create import empty, zeros
from ..ops.shapes.join import cat
from . import init
from .linear import Linear, positive
from .module import Module
from .parameter import Parameter


class MultiheadAttention(Module):
    """Several attentions side by side, each on projections of its own, joined by one more.

    Self-attention if query, key and value are the same tensor, cross-attention otherwise.
    Parameters: ``in_proj_weight`` (3E, E) and ``in_proj_bias`` (3E,) for query, key and value, in
    that order (three separate weights if ``kdim`` or ``vdim`` differ), ``out_proj``; with
    ``add_bias_kv`` also ``bias_k`` and ``bias_v``.

    Args:
        embed_dim: E, features of the query and of the answer.
        num_heads: must divide E.
        dropout: this share of the weights is dropped while training.
        bias: whether projections add a bias.
        add_bias_kv: append one learned key and value.
        add_zero_attn: append one key and value of zeros.
        kdim, vdim: features of key and value, if other than E.
        batch_first: (N, L, E) rather than (L, N, E).

    Raises:
        ValueError: the heads do not divide E.

    Source: Vaswani et al., "Attention Is All You Need" (2017), section 3.2.2.

    >>> import tinyvision as tv
    >>> x = tv.randn(2, 5, 8)
    >>> out, weights = tv.nn.MultiheadAttention(8, 2, batch_first=True)(x, x, x)
    >>> out.shape, weights.shape
    ((2, 5, 8), (2, 5, 5))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = "float32",
    ) -> None:
        super().__init__()
        positive(embed_dim=embed_dim, num_heads=num_heads)
        if embed_dim % num_heads:
            raise ValueError(
                f"num_heads={num_heads} must divide embed_dim={embed_dim}; each head gets an equal "
                "share of the features"
            )
        dtype = dtype or "float32"
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.add_zero_attn = add_zero_attn
        together = self.kdim == self.vdim == embed_dim
        weights = {
            "q_proj_weight": None if together else (embed_dim, embed_dim),
            "k_proj_weight": None if together else (embed_dim, self.kdim),
            "v_proj_weight": None if together else (embed_dim, self.vdim),
            "in_proj_weight": (3 * embed_dim, embed_dim) if together else None,
        }
        for name, shape in weights.items():
            made = None if shape is None else Parameter(empty(*shape, dtype=dtype))
            self.register_parameter(name, made)
        self.register_parameter(
            "in_proj_bias", Parameter(empty(3 * embed_dim, dtype=dtype)) if bias else None
        )
        self.out_proj = Linear(embed_dim, embed_dim, bias=bias, dtype=dtype)
        for name in ("bias_k", "bias_v"):
            made = Parameter(empty(1, 1, embed_dim, dtype=dtype)) if add_bias_kv else None
            self.register_parameter(name, made)
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        """torch's initial values: Xavier-uniform projections, biases 0."""
        for weight in (
            self.in_proj_weight,
            self.q_proj_weight,
            self.k_proj_weight,
            self.v_proj_weight,
        ):
            if weight is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None:
            init.zeros_(self.in_proj_bias)
            init.zeros_(self.out_proj.bias)
        for bias in (self.bias_k, self.bias_v):
            if bias is not None:
                init.xavier_normal_(bias)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Attend.

        Args:
            query: (L, N, E), or (N, L, E) with ``batch_first``, or one example (L, E).
            key, value: likewise with S places, and kdim or vdim features.
            key_padding_mask: (N, S); True, or -inf, where a key is padding and not looked at.
            need_weights: whether to return the weights.
            attn_mask: (L, S) or (N * num_heads, L, S); True, or -inf, where a query must *not* look
                at a key (the opposite of the function's mask), or numbers added to the scores.
            average_attn_weights: return the mean over the heads rather than each head's weights.
            is_causal: a hint that ``attn_mask`` is causal; needs the mask.

        Returns:
            The answer in the query's layout, and the weights (N, L, S) or (N, num_heads, L, S), or
            None.

        Raises:
            ValueError: shapes do not fit.
        """
        if is_causal and attn_mask is None:
            raise ValueError("is_causal is only a hint here: pass the causal attn_mask as well")
        single = query.ndim == 2
        if single:
            query, key, value = (t.unsqueeze(0) for t in (query, key, value))
            if key_padding_mask is not None:
                key_padding_mask = key_padding_mask.unsqueeze(0)
        elif not self.batch_first:
            query, key, value = (t.transpose(0, 1) for t in (query, key, value))
        self._check(query, key, value)
        q, k, v = self._projected(query, key, value)  # each (N, places, E)
        k, v, extra = self._with_extra_keys(k, v)
        mask = self._mask(attn_mask, key_padding_mask, q, k.shape[1] - extra, extra)
        q, k, v = (self._heads(x) for x in (q, k, v))
        dropout = self.dropout if self.training else 0.0
        if need_weights:
            out, weights = attend(q, k, v, mask, dropout)
        else:  # by blocks, where that is possible
            out = scaled_dot_product_attention(q, k, v, mask, dropout)
        # (N, heads, L, d) -> (N, L, heads, d) -> (N, L, E)
        out = self.out_proj(out.transpose(1, 2).flatten(2))
        if single:
            out = out.squeeze(0)
        elif not self.batch_first:
            out = out.transpose(0, 1)
        if not need_weights:
            return out, None
        if average_attn_weights:
            weights = weights.mean(1)
        return out, weights.squeeze(0) if single else weights

    def _check(self, query: Tensor, key: Tensor, value: Tensor) -> None:
        for name, tensor, features in (
            ("query", query, self.embed_dim),
            ("key", key, self.kdim),
            ("value", value, self.vdim),
        ):
            if tensor.ndim != 3 or tensor.shape[-1] != features:
                raise ValueError(
                    f"MultiheadAttention: {name} must have 3 axes (2 for one example) and "
                    f"{features} features, got shape {tensor.shape}"
                )
        if key.shape[:2] != value.shape[:2]:
            raise ValueError(f"key {key.shape} and value {value.shape} must have equal places")
        if query.shape[0] != key.shape[0]:
            raise ValueError(
                f"MultiheadAttention: {query.shape[0]} queries but {key.shape[0]} keys in the "
                f"batch; is batch_first={self.batch_first} meant?"
            )

    def _projected(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, ...]:
        if self.in_proj_weight is not None and query is key is value:
            return linear(query, self.in_proj_weight, self.in_proj_bias).chunk(3, -1)
        if self.in_proj_weight is not None:
            weights = self.in_proj_weight.chunk(3)
        else:
            weights = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
        biases = (None,) * 3 if self.in_proj_bias is None else self.in_proj_bias.chunk(3)
        return tuple(
            linear(x, weight, bias)
            for x, weight, bias in zip((query, key, value), weights, biases, strict=True)
        )

    def _with_extra_keys(self, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor, int]:
        """Append the learned and the zero key and value, where wanted."""
        extra = 0
        if self.bias_k is not None:
            shape = (k.shape[0], 1, self.embed_dim)
            k, v = cat([k, self.bias_k.expand(shape)], 1), cat([v, self.bias_v.expand(shape)], 1)
            extra += 1
        if self.add_zero_attn:
            nothing = zeros(k.shape[0], 1, self.embed_dim, dtype=k.dtype)
            k, v = cat([k, nothing], 1), cat([v, nothing], 1)
            extra += 1
        return k, v, extra

    def _heads(self, x: Tensor) -> Tensor:
        # (N, places, E) -> (N, places, heads, d) -> (N, heads, places, d)
        return x.unflatten(-1, (self.num_heads, self.head_dim)).transpose(1, 2)

    def _mask(self, attn_mask, key_padding_mask, q, keys: int, extra: int) -> Tensor | None:
        """Both masks as one to add to the scores (N or 1, heads or 1, L or 1, S)."""
        batch, queries = q.shape[:2]
        total = None
        if attn_mask is not None:
            if attn_mask.shape == (batch * self.num_heads, queries, keys):
                attn_mask = attn_mask.unflatten(0, (batch, self.num_heads))
            elif attn_mask.shape != (queries, keys):
                raise ValueError(
                    f"attn_mask must be {(queries, keys)} or "
                    f"{(batch * self.num_heads, queries, keys)}, got {attn_mask.shape}"
                )
            total = _additive(attn_mask, q)
        if key_padding_mask is not None:
            if key_padding_mask.shape != (batch, keys):
                raise ValueError(
                    f"key_padding_mask must be {(batch, keys)}, got {key_padding_mask.shape}"
                )
            padding = _additive(key_padding_mask, q).unflatten(0, (batch, 1, 1))
            total = padding if total is None else total + padding
        if total is not None and extra:  # the appended keys may always be looked at
            total = cat([total, zeros(*total.shape[:-1], extra, dtype=total.dtype)], -1)
        return total


def _additive(mask: Tensor, like: Tensor) -> Tensor:
    """A boolean mask (True = do not look) as numbers to add."""
    if mask.dtype.kind != "b":
        return mask.to(like.dtype)
    return where(mask, -float("inf"), zeros(1, dtype=like.dtype))
