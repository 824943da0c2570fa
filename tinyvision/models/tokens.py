"""From patches to one vector: the class token, and the mean (the article, section 3.2)."""

from __future__ import annotations

from ..autograd.tensor import Tensor
from ..ops.shapes.join import cat


def prepend_class_token(patches: Tensor, token: Tensor) -> Tensor:
    """Put the class token before the patches of each image.

    Args:
        patches: (N, T, dim).
        token: (1, dim); or (0, dim) for none.

    Returns:
        (N, T + 1, dim), or the patches themselves without a token.

    Raises:
        ValueError: the features differ.

    Source: Dosovitskiy et al., "An Image is Worth 16x16 Words" (2021), section 3.1; Devlin et al.,
    "BERT" (2019).

    >>> import tinyvision as tv
    >>> prepend_class_token(tv.zeros(2, 3, 4), tv.ones(1, 4))[:, :, 0]
    tensor([[1., 0., 0., 0.],
            [1., 0., 0., 0.]])
    """
    if patches.ndim != 3 or token.ndim != 2 or token.shape[1] != patches.shape[2]:
        raise ValueError(
            f"patches (N, T, dim) and a class token (1, dim) need the same features, got "
            f"{patches.shape} and {token.shape}"
        )
    if not len(token):
        return patches
    return cat([token.unsqueeze(0).expand(len(patches), -1, -1), patches], 1)


def pool_tokens(tokens: Tensor, pool: str, class_tokens: int = 1) -> Tensor:
    """One vector an image: its class token, or the mean of its patches.

    Args:
        tokens: (N, class_tokens + T, dim).
        pool: 'cls' or 'mean'.
        class_tokens: how many tokens before the patches are none.

    Returns:
        (N, dim).

    Raises:
        ValueError: another ``pool``, or 'cls' without a class token.

    >>> import tinyvision as tv
    >>> x = tv.tensor([[[9.0], [1.0], [3.0]]])
    >>> pool_tokens(x, "cls"), pool_tokens(x, "mean")
    (tensor([[9.]]), tensor([[2.]]))
    """
    if pool not in ("cls", "mean"):
        raise ValueError(f"pool must be 'cls' (class token) or 'mean', got {pool!r}")
    if pool == "cls":
        if not class_tokens:
            raise ValueError(
                "pool='cls' classifies by the class token; class_token=False takes it away"
            )
        return tokens[:, 0]
    return tokens[:, class_tokens:].mean(1)
