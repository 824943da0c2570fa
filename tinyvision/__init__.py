"""tinyvision: a deep-learning framework for vision, written from scratch in NumPy, to learn from.

PyTorch's names throughout: ``import tinyvision as torch`` runs a good deal of PyTorch code.

>>> import tinyvision as tv
>>> x = tv.tensor([1.0, 2.0, 3.0], requires_grad=True)
>>> (x**2).sum().backward()
>>> x.grad
tensor([2., 4., 6.])
"""

import importlib
from math import e, inf, nan, pi
from typing import TYPE_CHECKING, Any

import numpy as np

from . import autograd, ops
from .absent import teller as _teller
from .autograd import (
    Tensor,
    enable_grad,
    inference_mode,
    is_anomaly_check_nan_enabled,
    is_anomaly_enabled,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from .autograd.printing import set_printoptions
from .autograd.tensor import as_tensor, from_numpy, tensor
from .device import cuda, device
from .memory import keep_freed_memory
from .memory_format import (
    channels_last,
    channels_last_3d,
    contiguous_format,
    memory_format,
    preserve_format,
)
from .ops.base.broadcast import broadcast_to
from .ops.base.choose import (
    abs,
    clamp,
    clamp_max,
    clamp_min,
    fmax,
    fmin,
    maximum,
    minimum,
    sign,
    where,
)
from .ops.base.index import argwhere, nonzero
from .ops.base.linalg import bmm, dot, matmul, mm, mv, outer
from .ops.base.order import (
    adjoint,
    flip,
    fliplr,
    flipud,
    movedim,
    permute,
    roll,
    rot90,
    swapaxes,
    t,
    transpose,
)
from .ops.base.promote import is_tensor
from .ops.base.shape import (
    clone,
    flatten,
    ravel,
    repeat,
    reshape,
    squeeze,
    tile,
    unflatten,
    unsqueeze,
)
from .ops.chance.random import (
    Generator,
    bernoulli,
    get_rng_state,
    initial_seed,
    manual_seed,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
    seed,
    set_rng_state,
)
from .ops.chance.sample import multinomial, normal, poisson
from .ops.elementwise.activation import relu, relu_, sigmoid
from .ops.elementwise.arithmetic import add, addcmul, lerp, mul, neg, positive, rsub, sub
from .ops.elementwise.bits import (
    bitwise_and,
    bitwise_left_shift,
    bitwise_not,
    bitwise_or,
    bitwise_right_shift,
    bitwise_xor,
)
from .ops.elementwise.close import allclose, equal, isclose
from .ops.elementwise.compare import (
    eq,
    ge,
    gt,
    isin,
    le,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    lt,
    ne,
)
from .ops.elementwise.division import addcdiv, div, floor_divide, fmod, remainder
from .ops.elementwise.elu import celu, celu_, selu, selu_
from .ops.elementwise.exponential import exp, exp2, expm1, log, log1p, log2, log10
from .ops.elementwise.finite import isfinite, isinf, isnan, isneginf, isposinf, isreal, nan_to_num
from .ops.elementwise.hyperbolic import acosh, asinh, atanh, cosh, sinh, tanh
from .ops.elementwise.logarithms import logaddexp, logaddexp2, logit, xlogy
from .ops.elementwise.piecewise import hardshrink, prelu, rrelu, rrelu_, threshold, threshold_
from .ops.elementwise.plus_product import addbmm, addmm, addmv, addr, baddbmm
from .ops.elementwise.power import float_power, hypot, ldexp, pow, reciprocal, rsqrt, sqrt, square
from .ops.elementwise.rounding import ceil, floor, frac, round, trunc
from .ops.elementwise.signs import copysign, heaviside, sgn, signbit
from .ops.elementwise.special import digamma, erf, erfc, erfinv, lgamma, polygamma
from .ops.elementwise.trigonometric import (
    acos,
    asin,
    atan,
    atan2,
    cos,
    deg2rad,
    rad2deg,
    sin,
    sinc,
    tan,
)
from .ops.elementwise.types import (
    can_cast,
    finfo,
    get_default_dtype,
    iinfo,
    is_complex,
    is_floating_point,
    is_nonzero,
    is_same_size,
    is_signed,
    numel,
    promote_types,
    result_type,
)
from .ops.indexing.gather import gather, index_select, masked_fill, masked_select, take_along_dim
from .ops.indexing.histogram import bincount, bucketize, histc, searchsorted
from .ops.indexing.put import (
    index_add,
    index_copy,
    index_fill,
    index_put,
    masked_scatter,
    put,
    take,
)
from .ops.indexing.scatter import scatter, scatter_add, scatter_reduce
from .ops.indexing.unique import unique, unique_consecutive
from .ops.inplace import zero_
from .ops.layers.bilinear import bilinear
from .ops.layers.softmax import log_softmax, logsumexp, softmax
from .ops.linear_algebra.chain import chain_matmul
from .ops.linear_algebra.cholesky import cholesky, cholesky_inverse, cholesky_solve
from .ops.linear_algebra.decompositions import qr
from .ops.linear_algebra.determinant import det, logdet, slogdet
from .ops.linear_algebra.einsum import einsum
from .ops.linear_algebra.matrix_exp import matrix_exp
from .ops.linear_algebra.products import cross, inner, kron, matrix_power, tensordot, trace, vdot
from .ops.linear_algebra.pseudo_inverse import pinverse
from .ops.linear_algebra.solve import inverse
from .ops.linear_algebra.svd import svd
from .ops.linear_algebra.vander import vander
from .ops.reductions.distance import cdist, cosine_similarity, pairwise_distance, pdist
from .ops.reductions.norm import norm
from .ops.reductions.quantile import kthvalue, median, mode, nanmedian, nanquantile, quantile
from .ops.reductions.reduce import all, any, mean, prod, std, std_mean, sum, var, var_mean
from .ops.reductions.scan import cummax, cummin, cumprod, cumsum, diff, logcumsumexp
from .ops.reductions.select import (
    amax,
    amin,
    aminmax,
    argmax,
    argmin,
    argsort,
    max,
    min,
    msort,
    sort,
    topk,
)
from .ops.reductions.statistics import corrcoef, count_nonzero, cov, dist, nanmean, nansum, renorm
from .ops.reductions.trapezoid import cumulative_trapezoid, trapezoid
from .ops.shapes.create import (
    arange,
    asarray,
    empty,
    eye,
    full,
    linspace,
    logspace,
    ones,
    scalar_tensor,
    zeros,
)
from .ops.shapes.diagonal import diag, diag_embed, diagflat, diagonal, diagonal_scatter
from .ops.shapes.grids import (
    broadcast_shapes,
    broadcast_tensors,
    cartesian_prod,
    combinations,
    meshgrid,
    repeat_interleave,
)
from .ops.shapes.join import cat, chunk, split, stack, unbind
from .ops.shapes.like import empty_like, full_like, ones_like, zeros_like
from .ops.shapes.slices import narrow, select, select_scatter, slice_scatter
from .ops.shapes.stacks import (
    atleast_1d,
    atleast_2d,
    atleast_3d,
    block_diag,
    column_stack,
    dsplit,
    dstack,
    hsplit,
    hstack,
    row_stack,
    split_with_sizes,
    tensor_split,
    vsplit,
    vstack,
)
from .ops.shapes.triangle import tril, tril_indices, triu, triu_indices
from .serialization import load, save
from .threads import get_num_threads, set_num_threads

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
dtype, Size = np.dtype, tuple

clip, concat, concatenate, multiply, subtract, divide = clamp, cat, cat, mul, sub, div
absolute, negative, fix, true_divide = abs, neg, trunc, div
arcsin, arccos, arctan, arctan2 = asin, acos, atan, atan2
arcsinh, arccosh, arctanh = asinh, acosh, atanh
greater, greater_equal, less, less_equal, not_equal = gt, ge, lt, le, ne

swapdims, moveaxis, ger = transpose, movedim, outer

keep_freed_memory()

# Loaded when first used, so that `import tinyvision` stays as quick as its arithmetic needs.
if TYPE_CHECKING:
    from . import (
        data,
        distributed,
        explain,
        interop,
        linalg,
        models,
        multiprocessing,
        nn,
        optim,
        report,
        special,
        train,
        utils,
        verify,
        viz,
    )

_LAZY = {
    "data",
    "distributed",
    "explain",
    "interop",
    "linalg",
    "models",
    "multiprocessing",
    "nn",
    "optim",
    "report",
    "special",
    "train",
    "utils",
    "verify",
    "viz",
}


_tell = _teller("torch", __name__)


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return importlib.import_module(f"{__name__}.{name}")
    return _tell(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
