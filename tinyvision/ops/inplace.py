"""Changes in place: ``x.add_(y)``, ``x[i] = y`` and their like.

Each is the ordinary operation followed by `assign`, which writes the answer into the tensor's own
memory and moves the tensor to the new place in the graph.
"""

from __future__ import annotations

import functools
from types import ModuleType

from ..autograd.modes import is_grad_enabled
from ..autograd.tensor import Tensor
from .base import choose
from .base.assign import assign, changed, check_changeable, store
from .base.index import ready_index, replace
from .base.promote import check_fits
from .elementwise import (
    activation,
    arithmetic,
    bits,
    compare,
    division,
    exponential,
    finite,
    hyperbolic,
    logarithms,
    plus_product,
    power,
    rounding,
    signs,
    special,
    trigonometric,
)
from .indexing import gather, put, scatter
from .reductions import scan, statistics
from .shapes import triangle


def _in_place(function, name):
    """The in-place twin of a function of a tensor."""

    @functools.wraps(function, updated=())  # without the attributes that make a primitive
    def twin(self, *args, **kwargs):
        return store(name, self, function, *args, **kwargs)

    twin.__name__ = twin.__qualname__ = name
    twin.__doc__ = f"As :func:`{name[:-1]}`, storing the result in the tensor itself."
    return twin


# What has a twin of the same name with an underscore behind it, by the module where it stands.
_TABLE: dict[ModuleType, str] = {
    arithmetic: "add sub mul neg lerp addcmul",
    division: "div floor_divide remainder fmod addcdiv",
    power: "pow float_power ldexp hypot square sqrt rsqrt reciprocal",
    exponential: "exp exp2 expm1 log log2 log10 log1p",
    logarithms: "xlogy logit",
    trigonometric: "sin cos tan asin acos atan atan2 sinc deg2rad rad2deg",
    hyperbolic: "sinh cosh tanh asinh acosh atanh",
    special: "erf erfc erfinv lgamma digamma",
    choose: "sign abs clamp clamp_min clamp_max",
    signs: "sgn copysign heaviside",
    rounding: "floor ceil round trunc frac",
    finite: "nan_to_num",
    compare: "eq ne lt le gt ge logical_and logical_or logical_xor logical_not",
    bits: "bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_left_shift bitwise_right_shift",
    activation: "sigmoid",
    gather: "masked_fill",
    scatter: "scatter scatter_add scatter_reduce",
    put: "index_add index_copy index_fill index_put masked_scatter put",
    scan: "cumsum cumprod",
    statistics: "renorm",
    plus_product: "addmm addmv addr addbmm baddbmm",
    triangle: "tril triu",
}

TWINS = {
    f"{name}_": _in_place(getattr(module, name), f"{name}_")
    for module, names in _TABLE.items()
    for name in names.split()
}
"""The in-place twin of a function, by its name."""


def copy_(self, src):
    """Take over the values of another tensor, broadcast to this one's shape.

    >>> import tinyvision as tv
    >>> tv.zeros(2).copy_(tv.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """
    check_changeable(self, "copy_")
    return overwrite(self, src, "copy_")


def overwrite(x, value, name):
    """Give the tensor other values, as an operation of its own in the graph; returns the tensor."""
    if isinstance(value, (bool, int, float)):
        check_fits(value, x.dtype)
    value = value.to(x.dtype) if isinstance(value, Tensor) else x.new_tensor(value)
    if value.shape != x.shape:
        value = value.expand(x.shape)
    if is_grad_enabled() and (x._requires_grad or value._requires_grad):
        # As an operation on both, so that the old place in the graph gets a gradient of zero.
        return assign(x, replace(x, value, index=...), name)
    return assign(x, value._array, name)


def fill_(self, value):
    """One value everywhere.

    >>> import tinyvision as tv
    >>> tv.zeros(2).fill_(7)
    tensor([7., 7.])
    """
    check_changeable(self, "fill_")
    return overwrite(self, value, "fill_")


def zero_(self):
    """Zeros everywhere.

    >>> import tinyvision as tv
    >>> tv.ones(2).zero_()
    tensor([0., 0.])
    """
    check_changeable(self, "zero_")
    return overwrite(self, 0, "zero_")


def setitem(self, index, value) -> None:
    """``x[index] = value``; the gradient of what was replaced is zero.

    Raises:
        IndexError: out of range.
        ValueError: the value does not fit the place.
    """
    name = "x[...] = value"
    check_changeable(self, name)
    where = ready_index(index, self.shape)
    value = value.to(self.dtype) if isinstance(value, Tensor) else self.new_tensor(value)
    value = _fitted(value, self._array[where].shape)
    if is_grad_enabled() and (self._requires_grad or value._requires_grad):
        assign(self, replace(self, value, index=where), name)
    else:  # nothing to record: no need to copy the tensor
        self._array[where] = value._array
        changed(self, name)


def _fitted(value, place):
    """The value without leading axes of size 1 that the place has not.

    Raises:
        ValueError: it cannot be broadcast to the place.
    """
    extra = max(value.ndim - len(place), 0)
    kept = value.shape[extra:]
    fits = all(n in (1, size) for n, size in zip(kept[::-1], place[::-1], strict=False))
    if not fits or any(n != 1 for n in value.shape[:extra]):
        raise ValueError(
            f"x[...] = value: a value of shape {value.shape} does not fit a place of shape "
            f"{place}; sizes must be equal, or 1 in the value"
        )
    return value.reshape(kept) if extra else value
