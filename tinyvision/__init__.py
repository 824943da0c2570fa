"""tinyvision: a deep-learning framework for vision, written from scratch in NumPy, to learn from.

PyTorch's names throughout: ``import tinyvision as torch`` runs a good deal of PyTorch code.

>>> import tinyvision as tv
>>> x = tv.tensor([1.0, 2.0, 3.0], requires_grad=True)
>>> (x**2).sum().backward()
>>> x.grad
tensor([2., 4., 6.])
"""

import importlib
from typing import Any

import numpy as np

from . import autograd, ops
from .autograd import (
    Tensor,
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from .autograd.tensor import as_tensor, from_numpy, tensor
from .device import cuda, device
from .memory import keep_freed_memory
from .ops.activation import relu, sigmoid
from .ops.arithmetic import add, div, floor_divide, mul, neg, remainder, sub
from .ops.broadcast import broadcast_to
from .ops.choose import abs, ceil, clamp, floor, maximum, minimum, round, sign, trunc, where
from .ops.close import allclose, equal, isclose
from .ops.compare import (
    bitwise_and,
    bitwise_not,
    bitwise_or,
    bitwise_xor,
    eq,
    ge,
    gt,
    isfinite,
    isinf,
    isnan,
    le,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    lt,
    ne,
)
from .ops.create import (
    arange,
    empty,
    empty_like,
    eye,
    full,
    full_like,
    linspace,
    ones,
    ones_like,
    tril,
    triu,
    zeros,
    zeros_like,
)
from .ops.einsum import einsum
from .ops.exponential import cos, erf, exp, expm1, log, log1p, log2, log10, sin, tanh
from .ops.gather import (
    gather,
    index_select,
    masked_fill,
    masked_select,
    scatter_add,
    take_along_dim,
)
from .ops.index import nonzero
from .ops.join import cat, chunk, split, stack, unbind
from .ops.linalg import bmm, dot, matmul, mm, mv, outer
from .ops.norm import norm
from .ops.order import flip, movedim, permute, roll, t, transpose
from .ops.power import pow, reciprocal, rsqrt, sqrt, square
from .ops.promote import is_tensor
from .ops.random import (
    Generator,
    bernoulli,
    get_rng_state,
    initial_seed,
    manual_seed,
    rand,
    rand_like,
    randint,
    randn,
    randn_like,
    randperm,
    set_rng_state,
)
from .ops.reduce import all, any, cumsum, mean, prod, std, sum, var
from .ops.select import amax, amin, argmax, argmin, argsort, max, min, sort, topk
from .ops.shape import clone, flatten, repeat, reshape, squeeze, tile, unflatten, unsqueeze
from .ops.softmax import log_softmax, logsumexp, softmax
from .serialization import load, save

__version__ = "0.1.0"

float16 = half = np.dtype("float16")
float32 = float = np.dtype("float32")
float64 = double = np.dtype("float64")
int8 = np.dtype("int8")
int16 = short = np.dtype("int16")
int32 = int = np.dtype("int32")
int64 = long = np.dtype("int64")
uint8 = np.dtype("uint8")
bool = np.dtype("bool")

clip, concat, concatenate, multiply, subtract, divide = clamp, cat, cat, mul, sub, div

keep_freed_memory()

# Loaded when first used, so that `import tinyvision` stays as quick as its arithmetic needs.
_LAZY = {"nn", "optim", "data", "models", "train", "utils", "viz", "verify", "interop"}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module 'tinyvision' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
