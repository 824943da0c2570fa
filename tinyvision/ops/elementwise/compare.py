"""Comparison and logic, element by element: booleans, which have no gradient."""

from __future__ import annotations

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.tensor import unwrap, wrap
from ..base.promote import comparable, kind_of, promoted_tensors, result_type


@primitive(prepare=comparable)
def eq(input, other):
    """Equal, element by element.

    >>> import tinyvision as tv
    >>> tv.eq(tv.tensor([1, 2]), 2)
    tensor([False,  True])
    """
    return np.equal(input, other)


@primitive(prepare=comparable)
def ne(input, other):
    """Not equal, element by element.

    >>> import tinyvision as tv
    >>> tv.ne(tv.tensor([1, 2]), 2)
    tensor([ True, False])
    """
    return np.not_equal(input, other)


@primitive(prepare=comparable)
def lt(input, other):
    """Less than, element by element.

    >>> import tinyvision as tv
    >>> tv.lt(tv.tensor([1, 2]), 2)
    tensor([ True, False])
    """
    return np.less(input, other)


@primitive(prepare=comparable)
def le(input, other):
    """Less or equal, element by element.

    >>> import tinyvision as tv
    >>> tv.le(tv.tensor([1, 3]), 2)
    tensor([ True, False])
    """
    return np.less_equal(input, other)


@primitive(prepare=comparable)
def gt(input, other):
    """Greater than, element by element.

    >>> import tinyvision as tv
    >>> tv.gt(tv.tensor([1, 3]), 2)
    tensor([False,  True])
    """
    return np.greater(input, other)


@primitive(prepare=comparable)
def ge(input, other):
    """Greater or equal, element by element.

    >>> import tinyvision as tv
    >>> tv.ge(tv.tensor([1, 2]), 2)
    tensor([False,  True])
    """
    return np.greater_equal(input, other)


@primitive(prepare=promoted_tensors("logical_and"))
def logical_and(input, other):
    """Both are nonzero.

    >>> import tinyvision as tv
    >>> tv.logical_and(tv.tensor([True, True]), tv.tensor([True, False]))
    tensor([ True, False])
    """
    return np.logical_and(input, other)


@primitive(prepare=promoted_tensors("logical_or"))
def logical_or(input, other):
    """At least one is nonzero.

    >>> import tinyvision as tv
    >>> tv.logical_or(tv.tensor([True, False]), tv.tensor([False, False]))
    tensor([ True, False])
    """
    return np.logical_or(input, other)


@primitive(prepare=promoted_tensors("logical_xor"))
def logical_xor(input, other):
    """Exactly one is nonzero.

    >>> import tinyvision as tv
    >>> tv.logical_xor(tv.tensor([True, False]), tv.tensor([True, True]))
    tensor([False,  True])
    """
    return np.logical_xor(input, other)


@primitive
def logical_not(input):
    """Is zero.

    >>> import tinyvision as tv
    >>> tv.logical_not(tv.tensor([True, False]))
    tensor([False,  True])
    """
    return np.logical_not(input)


def isin(elements, test_elements, *, assume_unique=False, invert=False):
    """Which elements are among the test elements (with ``invert``, which are not).

    One of the two may be a number. ``assume_unique`` promises that no element stands twice.

    Raises:
        RuntimeError: one is boolean.
        TypeError: neither is a tensor.

    >>> import tinyvision as tv
    >>> tv.isin(tv.tensor([[1, 2], [3, 4]]), tv.tensor([2, 3]))
    tensor([[False,  True],
            [ True, False]])
    """
    if "b" in (kind_of(elements), kind_of(test_elements)):
        raise RuntimeError("isin: booleans are among {False, True} anyway; convert them: x.int()")
    dtype = result_type(elements, test_elements)
    x, among = (np.asarray(unwrap(each), dtype) for each in (elements, test_elements))
    found = np.isin(x, among, assume_unique=assume_unique, invert=invert)
    return wrap(np.asarray(found))
