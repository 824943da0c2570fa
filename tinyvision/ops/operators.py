"""The one table that binds operators and methods to `Tensor`.

Every name a tensor answers to, beyond what `tinyvision/autograd/tensor.py` defines, stands here.
"""

from __future__ import annotations

import numpy as np

from ..autograd.primitive import Primitive
from ..autograd.tensor import Tensor
from ..device import CPU
from ..memory_format import takes_memory_format
from . import inplace, random_inplace
from .base import broadcast, choose, index, linalg, order, shape
from .base.pointwise import Pointwise
from .base.promote import as_type
from .chance import random, sample
from .elementwise import (
    activation,
    arithmetic,
    bits,
    close,
    compare,
    division,
    exponential,
    finite,
    hyperbolic,
    logarithms,
    piecewise,
    plus_product,
    power,
    rounding,
    signs,
    special,
    trigonometric,
    types,
)
from .indexing import gather, histogram, put, scatter, unique
from .layers import softmax
from .linear_algebra import (
    cholesky,
    decompositions,
    determinant,
    matrix_exp,
    products,
    pseudo_inverse,
    solve,
    svd,
)
from .reductions import norm, quantile, reduce, scan, select, statistics
from .shapes import diagonal, grids, join, like, slices, stacks, triangle


def _swapped(function):
    """The operator with a tensor on its right: ``1 - x``."""
    run = function.run_two if isinstance(function, Pointwise) else function
    return lambda self, other: run(other, self)


_OPERANDS = (Tensor, bool, int, float, np.ndarray, np.generic)


def _or_not(function):
    """The operator, answering NotImplemented where the other operand is no number or tensor."""

    def operator(self, other):
        return function(self, other) if isinstance(other, _OPERANDS) else NotImplemented

    return operator


def _operator(function):
    if isinstance(function, Pointwise):
        return function.shortcut(_or_not(function.run_in_general))
    return _or_not(function)


def _matmul_right(self, other):
    return linalg.matmul(other, self)


OPERATORS = {
    "__add__": arithmetic.sum_of_two,
    "__sub__": arithmetic.difference_of_two,
    "__mul__": arithmetic.mul,
    "__truediv__": division.div,
    "__floordiv__": division.floor_divide,
    "__mod__": division.remainder,
    "__pow__": power.pow,
    "__matmul__": linalg.matmul,
    "__radd__": _swapped(arithmetic.sum_of_two),
    "__rsub__": _swapped(arithmetic.difference_of_two),
    "__rmul__": _swapped(arithmetic.mul),
    "__rtruediv__": _swapped(division.div),
    "__rfloordiv__": _swapped(division.floor_divide),
    "__rmod__": _swapped(division.remainder),
    "__rpow__": _swapped(power.pow),
    "__rmatmul__": _matmul_right,
    "__eq__": compare.eq,
    "__ne__": compare.ne,
    "__lt__": compare.lt,
    "__le__": compare.le,
    "__gt__": compare.gt,
    "__ge__": compare.ge,
    "__and__": bits.bitwise_and,
    "__or__": bits.bitwise_or,
    "__xor__": bits.bitwise_xor,
    "__lshift__": bits.bitwise_left_shift,
    "__rshift__": bits.bitwise_right_shift,
    "__rand__": bits.bitwise_and,
    "__ror__": bits.bitwise_or,
    "__rxor__": bits.bitwise_xor,
    "__rlshift__": _swapped(bits.bitwise_left_shift),
    "__rrshift__": _swapped(bits.bitwise_right_shift),
    "__iadd__": inplace.TWINS["add_"],
    "__isub__": inplace.TWINS["sub_"],
    "__imul__": inplace.TWINS["mul_"],
    "__itruediv__": inplace.TWINS["div_"],
    "__ifloordiv__": inplace.TWINS["floor_divide_"],
    "__imod__": inplace.TWINS["remainder_"],
    "__ipow__": inplace.TWINS["pow_"],
    "__iand__": inplace.TWINS["bitwise_and_"],
    "__ior__": inplace.TWINS["bitwise_or_"],
    "__ixor__": inplace.TWINS["bitwise_xor_"],
    "__ilshift__": inplace.TWINS["bitwise_left_shift_"],
    "__irshift__": inplace.TWINS["bitwise_right_shift_"],
}

UNARY = {
    "__neg__": arithmetic.neg,
    "__pos__": lambda self: self,
    "__abs__": choose.abs,
    "__invert__": bits.bitwise_not,
    "__getitem__": index.getitem,
    "__setitem__": inplace.setitem,
}

# Methods of the same name as the function.
METHODS = {
    arithmetic: "add sub mul neg positive lerp addcmul",
    division: "div floor_divide remainder fmod addcdiv",
    power: "pow float_power ldexp hypot square sqrt rsqrt reciprocal",
    exponential: "exp exp2 expm1 log log2 log10 log1p",
    logarithms: "logaddexp logaddexp2 xlogy logit",
    trigonometric: "sin cos tan asin acos atan atan2 sinc deg2rad rad2deg",
    hyperbolic: "sinh cosh tanh asinh acosh atanh",
    special: "erf erfc erfinv lgamma digamma",
    choose: "sign abs maximum minimum fmax fmin clamp clamp_min clamp_max",
    signs: "sgn signbit copysign heaviside",
    rounding: "floor ceil round trunc frac",
    finite: "isnan isinf isfinite isposinf isneginf isreal nan_to_num",
    compare: "eq ne lt le gt ge logical_and logical_or logical_xor logical_not",
    bits: "bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_left_shift bitwise_right_shift",
    activation: "relu relu_ sigmoid",
    piecewise: "hardshrink prelu",
    softmax: "softmax log_softmax logsumexp",
    reduce: "sum mean var std prod all any sum_to_size",
    scan: "cumsum cumprod cummax cummin logcumsumexp diff",
    select: "argmax argmin max min amax amin aminmax argsort sort msort topk",
    quantile: "kthvalue median nanmedian mode quantile nanquantile",
    statistics: "count_nonzero nansum nanmean cov corrcoef dist renorm",
    histogram: "bincount histc",
    unique: "unique unique_consecutive",
    gather: "gather take_along_dim index_select masked_select masked_fill",
    scatter: "scatter scatter_add scatter_reduce",
    put: "index_add index_copy index_fill index_put take put masked_scatter",
    slices: "select narrow unfold select_scatter slice_scatter",
    diagonal: "diagonal diag diag_embed diagflat diagonal_scatter fill_diagonal_",
    index: "nonzero argwhere",
    broadcast: "broadcast_to",
    types: "is_complex is_signed is_nonzero is_same_size",
    shape: "reshape view view_as flatten unflatten squeeze unsqueeze expand expand_as repeat tile "
    "clone contiguous reshape_as ravel",
    order: "permute transpose swapaxes movedim t flip roll fliplr flipud rot90 adjoint",
    join: "split chunk unbind",
    stacks: "tensor_split split_with_sizes hsplit vsplit dsplit",
    grids: "repeat_interleave",
    linalg: "matmul mm bmm mv dot outer",
    plus_product: "addmm addmv addr addbmm baddbmm",
    products: "vdot inner cross trace kron matrix_power",
    determinant: "det logdet slogdet",
    solve: "inverse",
    pseudo_inverse: "pinverse",
    cholesky: "cholesky cholesky_inverse cholesky_solve",
    matrix_exp: "matrix_exp",
    decompositions: "qr",
    svd: "svd",
    norm: "norm",
    triangle: "tril triu",
    like: "new_tensor new_zeros new_ones new_empty new_full",
    sample: "multinomial",
    random: "bernoulli",
    random_inplace: "uniform_ normal_ bernoulli_ exponential_ geometric_ cauchy_ log_normal_ "
    "random_",
    inplace: "copy_ fill_ zero_",
}

ALIASES = {
    "absolute": "abs",
    "clip": "clamp",
    "divide": "div",
    "multiply": "mul",
    "negative": "neg",
    "subtract": "sub",
    "true_divide": "div",
    "fix": "trunc",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arctan2": "atan2",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "greater": "gt",
    "greater_equal": "ge",
    "less": "lt",
    "less_equal": "le",
    "not_equal": "ne",
    "swapdims": "transpose",
    "moveaxis": "movedim",
    "ger": "outer",
}


@takes_memory_format
def to(self, *args, dtype=None, device=None, non_blocking=False, copy=False):
    """In another data type: ``x.to(tv.float64)``, or that of another tensor, ``x.to(y)``.

    A device is accepted if it is 'cpu'; there is no other, nor anything to block on.

    Raises:
        ValueError: another device.

    >>> import tinyvision as tv
    >>> tv.tensor([1.5]).to(tv.int64)
    tensor([1])
    """
    for wanted in (*args, device):
        if isinstance(wanted, Tensor):
            dtype = wanted.dtype
        elif isinstance(wanted, str) and wanted.split(":")[0] in ("cpu", "cuda", "mps", "xpu"):
            if wanted != "cpu":
                raise ValueError(f"tinyvision computes on the CPU only, got device {wanted!r}")
        elif not isinstance(wanted, bool) and wanted is not None:
            dtype = wanted
    out = self if dtype is None else as_type(self, np.dtype(dtype))
    return out.clone() if copy and out is self else out


def _conversion(dtype):
    def convert(self):
        return as_type(self, np.dtype(dtype))

    convert.__doc__ = f"In the data type {dtype}."
    return convert


CONVERSIONS = {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "long": "int64",
    "int": "int32",
    "short": "int16",
    "char": "int8",
    "byte": "uint8",
    "bool": "bool",
}


def type_as(self, other):
    """In the data type of another tensor.

    >>> import tinyvision as tv
    >>> tv.tensor([1, 2]).type_as(tv.zeros(1))
    tensor([1., 2.])
    """
    return as_type(self, other.dtype)


def where(self, condition, other):
    """The tensor itself where the condition holds, ``other`` elsewhere.

    >>> import tinyvision as tv
    >>> x = tv.tensor([-1.0, 2.0])
    >>> x.where(x > 0, 0.0)
    tensor([0., 2.])
    """
    return choose.where(condition, self, other)


def polygamma(self, n):
    """The derivative of order ``n`` of :func:`digamma`.

    >>> import tinyvision as tv
    >>> tv.tensor([1.0, 2.0]).polygamma(1)
    tensor([1.6449, 0.6449])
    """
    return special.polygamma(n, self)


def cpu(self):
    """On the processor, where it is anyway.

    >>> import tinyvision as tv
    >>> tv.ones(1).cpu().device
    device(type='cpu')
    """
    return self


OTHERS = {
    "cpu": cpu,
    "device": property(lambda self: CPU, doc="Where it is: always the processor."),
    "isclose": close.isclose,
    "allclose": close.allclose,
    "equal": close.equal,
    "polygamma": polygamma,
    "where": where,
    "to": to,
    "type": to,
    "type_as": type_as,
    "T": property(
        lambda self: self.permute(*reversed(range(self.ndim))),
        doc="With its axes in reverse order.",
    ),
    "mT": property(order.adjoint),
    "H": property(order.t),
    "mH": property(order.adjoint),
}


def bind() -> None:
    """Fill in the class; called once, when the package is imported."""
    for name, function in OPERATORS.items():
        setattr(Tensor, name, _operator(function))
    for name, function in UNARY.items():
        setattr(Tensor, name, _method(function))
    for module, names in METHODS.items():
        for name in names.split():
            setattr(Tensor, name, _method(getattr(module, name)))
    for name, twin in inplace.TWINS.items():
        setattr(Tensor, name, twin)
    for alias, name in ALIASES.items():
        setattr(Tensor, alias, getattr(Tensor, name))
        if f"{name}_" in inplace.TWINS:
            setattr(Tensor, f"{alias}_", getattr(Tensor, f"{name}_"))
    for name, dtype in CONVERSIONS.items():
        setattr(Tensor, name, _conversion(dtype))
    for name, method in OTHERS.items():
        setattr(Tensor, name, method)


def _method(function):
    """A function as a method; primitives are objects, which Python would not bind."""
    if not isinstance(function, Primitive):
        return function

    def method(self, *args, **kwargs):
        return function(self, *args, **kwargs)

    method.__name__ = method.__qualname__ = function.name
    method.__doc__ = function.__doc__
    return method
