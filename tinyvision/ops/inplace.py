"""Changes in place: ``x.add_(y)``, ``x[i] = y`` and their like.

Each is the ordinary operation followed by `assign`, which writes the answer into the tensor's own
memory and moves the tensor to the new place in the graph.
"""

from __future__ import annotations

import functools

import numpy as np

from ..autograd.modes import is_grad_enabled
from ..autograd.tensor import Tensor, unwrap
from . import arithmetic, choose, exponential, power
from .activation import relu, sigmoid
from .assign import assign, changed, check_changeable, store
from .gather import masked_fill
from .index import plain_index, replace
from .random import _numpy


def _in_place(function, name):
    """The in-place twin of a function of a tensor."""

    @functools.wraps(function)
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
    src = src if isinstance(src, Tensor) else self.new_tensor(src)
    if src.dtype != self.dtype:
        src = src.to(self.dtype)
    if src.shape != self.shape:
        src = src.expand(self.shape)
    if is_grad_enabled() and (self._requires_grad or src._requires_grad):
        # As an operation on both, so that the old place in the graph gets a gradient of zero.
        return assign(self, replace(self, src, index=...), "copy_")
    return assign(self, src._array, "copy_")


def fill_(self, value):
    """One value everywhere.

    >>> import tinyvision as tv
    >>> tv.zeros(2).fill_(7)
    tensor([7., 7.])
    """
    return copy_(self, self.new_tensor(value) if not isinstance(value, Tensor) else value)


def zero_(self):
    """Zeros everywhere.

    >>> import tinyvision as tv
    >>> tv.ones(2).zero_()
    tensor([0., 0.])
    """
    return fill_(self, 0)


def uniform_(self, a=0.0, b=1.0, *, generator=None):
    """Uniform numbers in [a, b).

    >>> import tinyvision as tv
    >>> bool((tv.empty(5).uniform_(2, 3) >= 2).all())
    True
    """
    drawn = _numpy(generator).uniform(a, b, self.shape)
    return assign(self, np.asarray(drawn).astype(self.dtype), "uniform_")


def normal_(self, mean=0.0, std=1.0, *, generator=None):
    """Normal numbers.

    >>> import tinyvision as tv
    >>> tv.empty(5).normal_(mean=3.0, std=0.0)
    tensor([3., 3., 3., 3., 3.])
    """
    drawn = _numpy(generator).normal(mean, std, self.shape)
    return assign(self, np.asarray(drawn).astype(self.dtype), "normal_")


def setitem(self, index, value) -> None:
    """``x[index] = value``; the gradient of what was replaced is zero.

    Raises:
        IndexError: out of range.
        ValueError: the value does not fit the place.
    """
    check_changeable(self, "x[...] = value")
    where = plain_index(index)
    if isinstance(value, Tensor) and value.dtype != self.dtype:
        value = value.to(self.dtype)
    recorded = is_grad_enabled() and (
        self._requires_grad or (isinstance(value, Tensor) and value._requires_grad)
    )
    place = self._array[where].shape
    shape = getattr(value, "shape", ())
    if np.prod(shape) != 1 and np.broadcast_shapes(shape, place) != place:
        raise ValueError(
            f"x[...] = value: a value of shape {shape} does not fit a place of {place}"
        )
    if recorded:
        assign(self, replace(self, value, index=where), "x[...] = value")
    else:  # nothing to record: no need to copy the tensor
        self._array[where] = unwrap(value)
        changed(self, "x[...] = value")
