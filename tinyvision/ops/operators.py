"""The one table that binds operators and methods to `Tensor`.

Every name a tensor answers to, beyond what `tinyvision/autograd/tensor.py` defines, stands here.
"""

from __future__ import annotations

import numpy as np

from ..autograd.primitive import Primitive
from ..autograd.tensor import Tensor
from ..device import CPU
from . import (
    activation,
    arithmetic,
    choose,
    close,
    compare,
    create,
    exponential,
    gather,
    index,
    inplace,
    join,
    linalg,
    norm,
    order,
    power,
    reduce,
    select,
    shape,
    softmax,
)
from .promote import as_type


def _swapped(function):
    """The operator with a tensor on its right: ``1 - x``."""
    return lambda self, other: function(other, self)


def _or_not(function):
    """The operator, answering NotImplemented where the other operand is no number or tensor."""

    def operator(self, other):
        if not isinstance(other, (Tensor, bool, int, float, np.ndarray, np.generic)):
            return NotImplemented
        return function(self, other)

    return operator


def _matmul_right(self, other):
    return linalg.matmul(other, self)


OPERATORS = {
    "__add__": arithmetic.add,
    "__sub__": arithmetic.sub,
    "__mul__": arithmetic.mul,
    "__truediv__": arithmetic.div,
    "__floordiv__": arithmetic.floor_divide,
    "__mod__": arithmetic.remainder,
    "__pow__": power.pow,
    "__matmul__": linalg.matmul,
    "__radd__": _swapped(arithmetic.add),
    "__rsub__": _swapped(arithmetic.sub),
    "__rmul__": _swapped(arithmetic.mul),
    "__rtruediv__": _swapped(arithmetic.div),
    "__rfloordiv__": _swapped(arithmetic.floor_divide),
    "__rmod__": _swapped(arithmetic.remainder),
    "__rpow__": _swapped(power.pow),
    "__rmatmul__": _matmul_right,
    "__eq__": compare.eq,
    "__ne__": compare.ne,
    "__lt__": compare.lt,
    "__le__": compare.le,
    "__gt__": compare.gt,
    "__ge__": compare.ge,
    "__and__": compare.bitwise_and,
    "__or__": compare.bitwise_or,
    "__xor__": compare.bitwise_xor,
    "__rand__": compare.bitwise_and,
    "__ror__": compare.bitwise_or,
    "__rxor__": compare.bitwise_xor,
    "__iadd__": inplace.add_,
    "__isub__": inplace.sub_,
    "__imul__": inplace.mul_,
    "__itruediv__": inplace.div_,
    "__ipow__": inplace.pow_,
}

UNARY = {
    "__neg__": arithmetic.neg,
    "__pos__": lambda self: self,
    "__abs__": choose.abs,
    "__invert__": compare.bitwise_not,
    "__getitem__": index.getitem,
    "__setitem__": inplace.setitem,
}

# Methods of the same name as the function.
METHODS = {
    arithmetic: "add sub mul div floor_divide remainder neg",
    power: "pow square sqrt rsqrt reciprocal",
    exponential: "exp expm1 log log2 log10 log1p erf sin cos tanh",
    choose: "sign floor ceil round trunc abs maximum minimum clamp",
    compare: "eq ne lt le gt ge logical_and logical_or logical_xor logical_not bitwise_and "
    "bitwise_or bitwise_xor bitwise_not isnan isinf isfinite",
    activation: "relu sigmoid",
    softmax: "softmax log_softmax logsumexp",
    reduce: "sum mean var std prod cumsum all any",
    select: "argmax argmin max min amax amin argsort sort topk",
    gather: "gather take_along_dim scatter_add index_select masked_select masked_fill",
    index: "nonzero",
    shape: "reshape view view_as flatten unflatten squeeze unsqueeze expand expand_as repeat tile "
    "clone contiguous",
    order: "permute transpose movedim t flip roll",
    join: "split chunk unbind",
    linalg: "matmul mm bmm mv dot outer",
    norm: "norm",
    create: "tril triu new_tensor new_zeros new_ones",
    inplace: "add_ sub_ mul_ div_ pow_ neg_ sqrt_ exp_ log_ tanh_ sigmoid_ relu_ abs_ clamp_ "
    "masked_fill_ copy_ fill_ zero_ uniform_ normal_",
}

ALIASES = {
    "absolute": "abs",
    "clip": "clamp",
    "divide": "div",
    "multiply": "mul",
    "negative": "neg",
    "subtract": "sub",
    "true_divide": "div",
    "swapaxes": "transpose",
    "swapdims": "transpose",
    "moveaxis": "movedim",
}


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
    return lambda self: as_type(self, np.dtype(dtype))


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


def cpu(self):
    """On the processor, where it is anyway.

    >>> import tinyvision as tv
    >>> tv.ones(1).cpu().device
    device(type='cpu')
    """
    return self


OTHERS = {
    "cpu": cpu,
    "device": property(lambda self: CPU),
    "isclose": close.isclose,
    "allclose": close.allclose,
    "equal": close.equal,
    "where": where,
    "to": to,
    "type": to,
    "type_as": type_as,
    "T": property(lambda self: self.permute(*reversed(range(self.ndim)))),
    "mT": property(lambda self: self.transpose(-2, -1)),
}


def bind() -> None:
    """Fill in the class; called once, when the package is imported."""
    for name, function in OPERATORS.items():
        setattr(Tensor, name, _or_not(function))
    for name, function in UNARY.items():
        setattr(Tensor, name, _method(function))
    for module, names in METHODS.items():
        for name in names.split():
            setattr(Tensor, name, _method(getattr(module, name)))
    for alias, name in ALIASES.items():
        setattr(Tensor, alias, getattr(Tensor, name))
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
