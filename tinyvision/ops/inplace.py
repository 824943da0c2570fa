"""Changes in place: ``x.add_(y)``, ``x[i] = y`` and their like.

Each is the ordinary operation followed by `assign`, which writes the answer into the tensor's own
memory and moves the tensor to the new place in the graph.
"""

from __future__ import annotations

import functools

from ..autograd.modes import is_grad_enabled
from ..autograd.tensor import Tensor
from . import arithmetic, choose, exponential, power
from .activation import relu, sigmoid
from .assign import assign, changed, check_changeable, store
from .gather import masked_fill
from .index import plain_index, replace
from .random import _numpy


def _in_place(function, name):
    """The in-place twin of a function of a tensor."""

    @functools.wraps(function, updated=())  # without the attributes that make a primitive
    def twin(self, *args, **kwargs):
        return store(name, self, function, *args, **kwargs)

    twin.__name__ = twin.__qualname__ = name
    twin.__doc__ = f"As :func:`{name[:-1]}`, storing the result in the tensor itself."
    return twin


add_ = _in_place(arithmetic.add, "add_")
sub_ = _in_place(arithmetic.sub, "sub_")
mul_ = _in_place(arithmetic.mul, "mul_")
div_ = _in_place(arithmetic.div, "div_")
pow_ = _in_place(power.pow, "pow_")
neg_ = _in_place(arithmetic.neg, "neg_")
sqrt_ = _in_place(power.sqrt, "sqrt_")
exp_ = _in_place(exponential.exp, "exp_")
log_ = _in_place(exponential.log, "log_")
tanh_ = _in_place(exponential.tanh, "tanh_")
sigmoid_ = _in_place(sigmoid, "sigmoid_")
relu_ = _in_place(relu, "relu_")
abs_ = _in_place(choose.abs, "abs_")
clamp_ = _in_place(choose.clamp, "clamp_")
masked_fill_ = _in_place(masked_fill, "masked_fill_")


def copy_(self, src):
    """Take over the values of another tensor, broadcast to this one's shape.

    >>> import tinyvision as tv
    >>> tv.zeros(2).copy_(tv.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """
    check_changeable(self, "copy_")
    return _overwrite(self, src, "copy_")


def _overwrite(x, value, name):
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
    return _overwrite(self, value, "fill_")


def zero_(self):
    """Zeros everywhere.

    >>> import tinyvision as tv
    >>> tv.ones(2).zero_()
    tensor([0., 0.])
    """
    check_changeable(self, "zero_")
    return _overwrite(self, 0, "zero_")


def uniform_(self, a=0.0, b=1.0, *, generator=None):
    """Uniform numbers in [a, b).

    >>> import tinyvision as tv
    >>> bool((tv.empty(5).uniform_(2, 3) >= 2).all())
    True
    """
    check_changeable(self, "uniform_")
    return _overwrite(self, _numpy(generator).uniform(a, b, self.shape), "uniform_")


def normal_(self, mean=0.0, std=1.0, *, generator=None):
    """Normal numbers.

    >>> import tinyvision as tv
    >>> tv.empty(5).normal_(mean=3.0, std=0.0)
    tensor([3., 3., 3., 3., 3.])
    """
    check_changeable(self, "normal_")
    return _overwrite(self, _numpy(generator).normal(mean, std, self.shape), "normal_")


def setitem(self, index, value) -> None:
    """``x[index] = value``; the gradient of what was replaced is zero.

    Raises:
        IndexError: out of range.
        ValueError: the value does not fit the place.
    """
    name = "x[...] = value"
    check_changeable(self, name)
    where = plain_index(index)
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
