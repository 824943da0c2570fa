"""`Embedding`: a table of vectors, one for each number."""

from __future__ import annotations

from typing import Any

from ..autograd.modes import no_grad
from ..autograd.tensor import Tensor
from ..ops.indexing.embedding import checked_padding, embedding, refuse_sparse
from ..ops.shapes.create import empty
from .linear import cpu_only, positive
from .module import Module
from .parameter import Parameter


class Embedding(Module):
    """A table of vectors, looked up by number: integers (...) -> (..., embedding_dim).

    ``weight`` has shape (num_embeddings, embedding_dim), standard normal at first. The row
    ``padding_idx``, if given, is zero at first and gets no gradient. ``max_norm``, ``norm_type``
    and ``scale_grad_by_freq`` as for :func:`tinyvision.nn.functional.embedding`.

    Raises:
        ValueError: a size that is not positive, a weight of another shape, or ``sparse``, which
            is not supported.
        IndexError: padding_idx is not a row.

    >>> import tinyvision as tv
    >>> tv.nn.Embedding(10, 3)(tv.tensor([[1, 2, 4, 5], [4, 3, 2, 9]])).shape
    (2, 4, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: Any = "float32",
    ) -> None:
        super().__init__()
        positive(num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        refuse_sparse(sparse)
        cpu_only(device)
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = (
            None if padding_idx is None else checked_padding(padding_idx, num_embeddings)
        )
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        shape = (num_embeddings, embedding_dim)
        if _weight is None:
            self.weight = Parameter(empty(shape, dtype=dtype or "float32"), not _freeze)
            self.reset_parameters()
        elif _weight.shape == shape:
            self.weight = Parameter(_weight, not _freeze)
        else:
            raise ValueError(
                f"weight must have shape {shape}, (num_embeddings, embedding_dim), got "
                f"{_weight.shape}"
            )

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Embedding:
        """An embedding around a table (num_embeddings, embedding_dim), sharing its memory.

        Args:
            embeddings: the table, as it is; the padding row is not set to zero.
            freeze: whether the table stays as it is in training.
            padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse: as in the class.

        >>> import tinyvision as tv
        >>> tv.nn.Embedding.from_pretrained(tv.eye(3))(tv.tensor(1))
        tensor([0., 1., 0.])
        """
        if embeddings.ndim != 2:
            raise ValueError(
                "embeddings must have 2 axes (num_embeddings, embedding_dim), got shape "
                f"{embeddings.shape}"
            )
        num_embeddings, embedding_dim = embeddings.shape
        return cls(
            num_embeddings,
            embedding_dim,
            padding_idx,
            max_norm,
            norm_type,
            scale_grad_by_freq,
            sparse,
            embeddings,
            freeze,
        )

    def reset_parameters(self) -> None:
        """Draw the table anew."""
        with no_grad():
            self.weight.normal_()
            if self.padding_idx is not None:
                self.weight[self.padding_idx] = 0.0

    def forward(self, input: Tensor) -> Tensor:
        """Integers (...) -> (..., embedding_dim)."""
        return embedding(
            input,
            self.weight,
            self.padding_idx,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
        )

    def extra_repr(self) -> str:
        parts = [f"{self.num_embeddings}, {self.embedding_dim}"]
        for name, default in (
            ("padding_idx", None),
            ("max_norm", None),
            ("norm_type", 2.0),
            ("scale_grad_by_freq", False),
        ):
            value = getattr(self, name)
            if value != default:
                parts.append(f"{name}={value}")
        return ", ".join(parts)
