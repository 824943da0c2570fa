"""The transformer's encoder (the article, sections 3.2.3 to 3.2.5): attention, feed-forward, layer.

Parts are named and laid out as in the widely used `vit-pytorch`, so its weights load as they are.
"""

from __future__ import annotations

from .. import nn
from ..autograd.tensor import Tensor
from ..ops.layers.attention import attend, self_attention


class MultiHeadSelfAttention(nn.Module):
    """Every patch looks at every patch, in several ways at once: (N, T, dim) -> (N, T, dim).

    The input is normalised, mapped to a query, a key and a value per head, attended over, and the
    heads' answers are joined by a linear map (left out if there is one head as wide as ``dim``).

    Args:
        dim: features.
        heads: how many attentions.
        dim_head: features of each.
        dropout: of the weights, and of the answer.
        qkv_bias: whether the map to query, key and value adds a bias.
        eps: of the normalisation.
        project_out: whether a linear map joins the heads; unless there is one head as wide as
            ``dim`` if not given.

    Raises:
        ValueError: a size that is not positive.

    Source: the article, section 3.2.4; Vaswani et al. (2017).

    >>> import tinyvision as tv
    >>> MultiHeadSelfAttention(16, heads=2, dim_head=8)(tv.randn(1, 5, 16)).shape
    (1, 5, 16)
    """

    def __init__(
        self,
        dim: int,
        heads: int = 8,
        dim_head: int = 64,
        dropout: float = 0.0,
        qkv_bias: bool = False,
        eps: float = 1e-5,
        project_out: bool | None = None,
    ) -> None:
        super().__init__()
        inner = heads * dim_head
        if project_out is None:
            project_out = heads > 1 or dim_head != dim
        if not project_out and inner != dim:
            raise ValueError(
                f"without project_out the heads must fill dim={dim} by themselves, got "
                f"{heads} heads of {dim_head}"
            )
        self.heads = heads
        self.dim_head = dim_head
        self.dropout = dropout
        self.norm = nn.LayerNorm(dim, eps)
        self.to_qkv = nn.Linear(dim, inner * 3, bias=qkv_bias)
        self.to_out: nn.Module = nn.Identity()
        if project_out:
            self.to_out = nn.Sequential(nn.Linear(inner, dim), nn.Dropout(dropout))

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, dim) -> (N, T, dim)."""
        if self.training and self.dropout:
            return self.attend(x)[0]
        return self._joined(self_attention(self._projected(x)))

    def attend(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The answer, and the weights (N, heads, T, T): row i says where patch i looks."""
        # (N, T, 3, h, d) -> 3 x (N, h, T, d)
        q, k, v = self._projected(x).permute(2, 0, 3, 1, 4).unbind()
        out, weights = attend(q, k, v, dropout_p=self.dropout if self.training else 0.0)
        return self._joined(out.transpose(1, 2)), weights

    def _projected(self, x: Tensor) -> Tensor:
        """(N, T, dim) -> (N, T, 3, heads, dim_head): query, key and value of each head."""
        return self.to_qkv(self.norm(x)).reshape(*x.shape[:2], 3, self.heads, self.dim_head)

    def _joined(self, out: Tensor) -> Tensor:
        """(N, T, heads, dim_head) -> (N, T, dim)."""
        return self.to_out(out.flatten(2))


class FeedForward(nn.Module):
    """A small network at each place by itself: normalise, widen, GELU, narrow.

    Source: the article, section 3.2.5; Vaswani et al. (2017).

    >>> import tinyvision as tv
    >>> FeedForward(16, 32)(tv.randn(1, 5, 16)).shape
    (1, 5, 16)
    """

    def __init__(
        self,
        dim: int,
        hidden_dim: int,
        dropout: float = 0.0,
        eps: float = 1e-5,
        approximate: str = "none",
    ) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.LayerNorm(dim, eps),
            nn.Linear(dim, hidden_dim),
            nn.GELU(approximate),
            nn.Dropout(dropout),
            nn.Linear(hidden_dim, dim),
            nn.Dropout(dropout),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, dim) -> (N, T, dim)."""
        return self.net(x)


class EncoderLayer(nn.ModuleList):
    """Attention, then feed-forward, each normalised first and added to its input.

    Source: the article, section 3.2.5.

    >>> import tinyvision as tv
    >>> layer = EncoderLayer(MultiHeadSelfAttention(16, 2, 8), FeedForward(16, 32))
    >>> layer(tv.zeros(1, 5, 16)).shape
    (1, 5, 16)
    """

    def __init__(self, attention: MultiHeadSelfAttention, feed_forward: FeedForward) -> None:
        super().__init__([attention, feed_forward])

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, dim) -> (N, T, dim)."""
        attention, feed_forward = self
        x = attention(x) + x
        return feed_forward(x) + x


class Encoder(nn.Module):
    """Encoder layers one after the other, and a normalisation at the end.

    Args:
        dim, depth, heads, dim_head, mlp_dim, dropout: features, layers, attention heads, features
            of each head, features inside the feed-forward network, share dropped.
        qkv_bias, eps, approximate: of the layers.
        final_norm: whether the last normalisation is there.
        project_out: of the attention.

    >>> import tinyvision as tv
    >>> Encoder(16, depth=2, heads=2, dim_head=8, mlp_dim=32)(tv.zeros(1, 5, 16)).shape
    (1, 5, 16)
    """

    def __init__(
        self,
        dim: int,
        depth: int,
        heads: int,
        dim_head: int,
        mlp_dim: int,
        dropout: float = 0.0,
        qkv_bias: bool = False,
        eps: float = 1e-5,
        approximate: str = "none",
        final_norm: bool = True,
        project_out: bool | None = None,
    ) -> None:
        super().__init__()
        self.norm: nn.Module = nn.LayerNorm(dim, eps) if final_norm else nn.Identity()
        self.layers = nn.ModuleList(
            EncoderLayer(
                MultiHeadSelfAttention(dim, heads, dim_head, dropout, qkv_bias, eps, project_out),
                FeedForward(dim, mlp_dim, dropout, eps, approximate),
            )
            for _ in range(depth)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, dim) -> (N, T, dim)."""
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)
