"""Initial values of parameters, in place; torch's formulas and names."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..autograd.modes import no_grad
from ..autograd.tensor import Tensor
from ..ops.chance.random import randn, randperm


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """How much a layer's weights should be enlarged before the given activation.

    >>> round(calculate_gain("relu"), 4)
    1.4142
    """
    gains = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5.0 / 3.0, "relu": math.sqrt(2.0), "selu": 0.75}
    gains |= dict.fromkeys(("conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d"), 1.0)
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else float(param)
        return math.sqrt(2.0 / (1.0 + slope**2))
    if nonlinearity not in gains:
        raise ValueError(
            f"unknown nonlinearity {nonlinearity!r}; choose one of {sorted([*gains, 'leaky_relu'])}"
        )
    return gains[nonlinearity]


def _fans(tensor: Tensor) -> tuple[int, int]:
    """How many numbers one output is made from, and how many outputs one input goes to."""
    if tensor.ndim < 2:
        raise ValueError(
            f"fan in and fan out need at least two axes (out, in, ...), got shape {tensor.shape}"
        )
    area = math.prod(tensor.shape[2:])
    return tensor.shape[1] * area, tensor.shape[0] * area


def _fan(tensor: Tensor, mode: str) -> int:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode must be 'fan_in' or 'fan_out', got {mode!r}")
    return _fans(tensor)[mode == "fan_out"]


@no_grad
def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Tensor:
    """Uniform in [a, b)."""
    return tensor.uniform_(a, b, generator=generator)


@no_grad
def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Any = None) -> Tensor:
    """Normal with the given mean and standard deviation."""
    return tensor.normal_(mean, std, generator=generator)


@no_grad
def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Any = None,
) -> Tensor:
    """Normal, cut off below ``a`` and above ``b``: drawn through the inverse of the distribution.

    >>> import tinyvision as tv
    >>> bool((tv.nn.init.trunc_normal_(tv.empty(100)).abs() <= 2).all())
    True
    """
    from scipy.special import ndtr, ndtri  # used here only

    low, high = ndtr((a - mean) / std), ndtr((b - mean) / std)
    tensor.uniform_(float(low), float(high), generator=generator)
    drawn = ndtri(tensor._array.astype("float64")) * std + mean
    return tensor.copy_(tensor.new_tensor(drawn)).clamp_(a, b)


@no_grad
def constant_(tensor: Tensor, val: float) -> Tensor:
    """One value everywhere."""
    return tensor.fill_(val)


def zeros_(tensor: Tensor) -> Tensor:
    """Zeros everywhere."""
    return constant_(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """Ones everywhere."""
    return constant_(tensor, 1.0)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Uniform within ``gain * sqrt(6 / (fan_in + fan_out))``.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
    networks" (2010).
    """
    bound = gain * math.sqrt(6.0 / sum(_fans(tensor)))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Normal with standard deviation ``gain * sqrt(2 / (fan_in + fan_out))``."""
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / sum(_fans(tensor))), generator)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Tensor:
    """Uniform within ``gain * sqrt(3 / fan)``.

    Source: He et al., "Delving Deep into Rectifiers" (2015).
    """
    bound = calculate_gain(nonlinearity, a) * math.sqrt(3.0 / _fan(tensor, mode))
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Tensor:
    """Normal with standard deviation ``gain / sqrt(fan)``. Source: He et al. (2015)."""
    std = calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode))
    return normal_(tensor, 0.0, std, generator)


@no_grad
def orthogonal_(tensor: Tensor, gain: float = 1, generator: Any = None) -> Tensor:
    """A random matrix whose rows, or columns if they are fewer, are orthogonal, of length ``gain``.

    All axes but the first are taken as one.

    Raises:
        ValueError: fewer than two axes.

    Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks" (2014).

    >>> import tinyvision as tv
    >>> w = tv.nn.init.orthogonal_(tv.empty(2, 3, dtype=tv.float64))
    >>> tv.allclose(w @ w.T, tv.eye(2, dtype=tv.float64))
    True
    """
    if tensor.ndim < 2:
        raise ValueError(f"orthogonal_ needs at least two axes, got shape {tensor.shape}")
    if tensor.numel() == 0:
        return tensor
    rows = tensor.shape[0]
    columns = tensor.numel() // rows
    drawn = randn(max(rows, columns), min(rows, columns), generator=generator, dtype="float64")
    q, r = np.linalg.qr(drawn._array)
    # The signs are chosen by the decomposition; without them every orthogonal matrix is as likely.
    q = q * np.sign(np.diag(r))
    array = gain * (q if rows >= columns else q.T)
    return tensor.copy_(tensor.new_tensor(array.reshape(tensor.shape)))


@no_grad
def eye_(tensor: Tensor) -> Tensor:
    """The identity: ones where row and column are of the same number, zeros elsewhere.

    Raises:
        ValueError: not a matrix.

    >>> import tinyvision as tv
    >>> tv.nn.init.eye_(tv.empty(2, 3))
    tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """
    if tensor.ndim != 2:
        raise ValueError(f"eye_ fills matrices, got shape {tensor.shape}")
    return tensor.copy_(tensor.new_tensor(np.eye(tensor.shape[0], tensor.shape[1])))


@no_grad
def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Kernels (O, I, ...) of a convolution that hands channel i of each group on as its channel i.

    Raises:
        ValueError: not a kernel of 1, 2 or 3 axes, or ``groups`` does not divide the outputs.

    >>> import tinyvision as tv
    >>> tv.nn.init.dirac_(tv.empty(1, 1, 3))
    tensor([[[0., 1., 0.]]])
    """
    if tensor.ndim not in (3, 4, 5):
        raise ValueError(
            f"dirac_ fills kernels of 3 to 5 axes (out, in, ...), got shape {tensor.shape}"
        )
    outputs, inputs, *window = tensor.shape
    if groups < 1 or outputs % groups:
        raise ValueError(f"groups={groups} must divide the {outputs} output channels")
    kernel = np.zeros(tensor.shape, tensor.dtype)
    middle = tuple(size // 2 for size in window)
    size = outputs // groups
    for group in range(groups):
        for channel in range(min(size, inputs)):
            kernel[(group * size + channel, channel, *middle)] = 1
    return tensor.copy_(tensor.new_tensor(kernel))


@no_grad
def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Any = None) -> Tensor:
    """A normal matrix with the given share of each column, rounded up, zero at random places.

    Raises:
        ValueError: not a matrix, or a share outside 0 to 1.

    Source: Martens, "Deep learning via Hessian-free optimization" (2010).

    >>> import tinyvision as tv
    >>> w = tv.nn.init.sparse_(tv.empty(10, 3), sparsity=0.25)
    >>> (w == 0).sum(0)
    tensor([3, 3, 3])
    """
    if tensor.ndim != 2:
        raise ValueError(f"sparse_ fills matrices, got shape {tensor.shape}")
    if not 0.0 <= sparsity <= 1.0:
        raise ValueError(f"sparsity must be between 0 and 1, got {sparsity}")
    normal_(tensor, 0.0, std, generator)
    rows, columns = tensor.shape
    for column in range(columns):
        chosen = randperm(rows, generator=generator)._array[: math.ceil(sparsity * rows)]
        tensor._array[chosen, column] = 0
    return tensor


def reset_weight_and_bias(weight: Tensor, bias: Tensor | None) -> None:
    """torch's default for Linear and Conv2d: both uniform within ``1 / sqrt(fan_in)``."""
    kaiming_uniform_(weight, a=math.sqrt(5))
    if bias is not None:
        fan_in, _ = _fans(weight)
        bound = 1.0 / math.sqrt(fan_in) if fan_in else 0.0
        uniform_(bias, -bound, bound)
