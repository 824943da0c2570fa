"""Products of matrices: matmul with batches, linear, einsum, dot, outer, norm."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..autograd.primitive import primitive
from .arithmetic import pow, sqrt, square
from .broadcast import reshape_to, restore_axes, stretch_to, sum_over, sum_to
from .index import pick
from .promote import as_type, check_dims
from .select import amax, amin
from .order import permute_axes, transpose


@primitive
def matrix_product(x, y):
    """(..., M, K) @ (..., K, N) -> (..., M, N), leading axes broadcast."""
    return np.matmul(x, y)


def _swap(x):
    """Swap the last two axes."""
    return permute_axes(x, axes=(*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


matrix_product.defvjp(
    x=lambda g, y, x_shape: sum_to(matrix_product(g, _swap(y)), x_shape),
    y=lambda g, x, y_shape: sum_to(matrix_product(_swap(x), g), y_shape),
)


def _same_type(name, x, y):
    if x.dtype != y.dtype:
        raise RuntimeError(
            f"{name}: one operand is {x.dtype}, the other {y.dtype}; convert one: x.to(y.dtype)"
        )


def matmul(input, other):
    """The matrix product; vectors count as a row on the left and a column on the right.

    Leading axes are batches and broadcast: ``(..., M, K) @ (..., K, N) -> (..., M, N)``.

    Raises:
        ValueError: an operand has no axes, the inner sizes differ, or batches do not fit.
        RuntimeError: the types differ.

    >>> import tinyvision as tv
    >>> tv.matmul(tv.tensor([[1.0, 2.0], [3.0, 4.0]]), tv.tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    if input.ndim == 0 or other.ndim == 0:
        raise ValueError("matmul needs at least one axis in each operand; use * for numbers")
    _same_type("matmul", input, other)
    inner = other.shape[-2] if other.ndim > 1 else other.shape[0]
    if input.shape[-1] != inner:
        raise ValueError(
            f"matmul: shapes {input.shape} and {other.shape}: the last axis of the first has "
            f"{input.shape[-1]} elements, axis {-2 if other.ndim > 1 else 0} of the second has "
            f"{inner}; they must be equal. Is one to be transposed (.mT)?"
        )
    batches = (input.shape[:-2], other.shape[:-2])
    for i in range(1, min(map(len, batches)) + 1):
        m, n = batches[0][-i], batches[1][-i]
        if m != n and 1 not in (m, n):
            raise ValueError(
                f"matmul: the batch axes of {input.shape} and {other.shape} do not fit: {m} and {n}"
            )
    x = reshape_to(input, shape=(1, *input.shape)) if input.ndim == 1 else input
    y = reshape_to(other, shape=(*other.shape, 1)) if other.ndim == 1 else other
    out = matrix_product(x, y)
    if input.ndim == 1 or other.ndim == 1:
        rows = () if input.ndim == 1 else (out.shape[-2],)
        columns = () if other.ndim == 1 else (out.shape[-1],)
        out = reshape_to(out, shape=(*out.shape[:-2], *rows, *columns))
    return out


def mm(input, mat2):
    """The product of two matrices, without broadcasting.

    >>> import tinyvision as tv
    >>> tv.mm(tv.ones(2, 3), tv.ones(3, 1))
    tensor([[3.],
            [3.]])
    """
    _check_axes("mm", 2, input, mat2)
    return matmul(input, mat2)


def bmm(input, mat2):
    """The products of two batches of matrices, without broadcasting.

    >>> import tinyvision as tv
    >>> tv.bmm(tv.ones(4, 2, 3), tv.ones(4, 3, 1)).shape
    (4, 2, 1)
    """
    _check_axes("bmm", 3, input, mat2)
    if input.shape[0] != mat2.shape[0]:
        raise ValueError(f"bmm: batches of {input.shape[0]} and {mat2.shape[0]} matrices differ")
    return matmul(input, mat2)


def mv(input, vec):
    """A matrix times a vector.

    >>> import tinyvision as tv
    >>> tv.mv(tv.ones(2, 3), tv.ones(3))
    tensor([3., 3.])
    """
    _check_axes("mv", 2, input)
    _check_axes("mv", 1, vec)
    return matmul(input, vec)


def dot(input, tensor):
    """The inner product of two vectors.

    >>> import tinyvision as tv
    >>> tv.dot(tv.tensor([1.0, 2.0]), tv.tensor([3.0, 4.0]))
    tensor(11.)
    """
    _check_axes("dot", 1, input, tensor)
    return matmul(input, tensor)


def outer(input, vec2):
    """Every product of an element of one vector with one of the other.

    >>> import tinyvision as tv
    >>> tv.outer(tv.tensor([1.0, 2.0]), tv.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    _check_axes("outer", 1, input, vec2)
    return reshape_to(input, shape=(*input.shape, 1)) * vec2


def _check_axes(name: str, axes: int, *tensors) -> None:
    for tensor in tensors:
        if tensor.ndim != axes:
            raise ValueError(f"{name} needs tensors of {axes} axes, got shape {tensor.shape}")


# -- linear -----------------------------------------------------------------------------------


@primitive
def _linear(x, weight, bias):
    out = x @ weight.T  # (P, K) @ (K, O) -> (P, O)
    if bias is not None:
        out += bias
    return out


_linear.defvjp(
    x=lambda g, weight: matrix_product(g, weight),
    weight=lambda g, x: matrix_product(_swap(g), x),
    bias=lambda g: sum_over(g, axes=(0,), keepdim=False),
)


def linear(input, weight, bias=None):
    """``input @ weight.T + bias``, on the last axis.

    Args:
        input: (..., in_features).
        weight: (out_features, in_features).
        bias: (out_features,) or None.

    Returns:
        (..., out_features).

    Raises:
        ValueError: the sizes do not fit.
        RuntimeError: the types differ.

    >>> import tinyvision as tv
    >>> F = tv.nn.functional
    >>> F.linear(tv.tensor([1.0, 2.0]), tv.tensor([[1.0, 0.0], [1.0, 1.0]]), tv.tensor([0.0, 10.0]))
    tensor([ 1., 13.])
    """
    if weight.ndim == 1:
        weight_rows = reshape_to(weight, shape=(1, *weight.shape))
        return reshape_to(linear(input, weight_rows, bias), shape=input.shape[:-1])
    if weight.ndim != 2:
        raise ValueError(f"linear: weight must have 2 axes (out, in), got shape {weight.shape}")
    if input.ndim == 0 or input.shape[-1] != weight.shape[1]:
        raise ValueError(
            f"linear: the last axis of the input, of shape {input.shape}, must have "
            f"{weight.shape[1]} elements (in_features of weight {weight.shape}); "
            "flatten or reshape the input, or change in_features"
        )
    _same_type("linear", input, weight)
    if bias is not None:
        _same_type("linear: weight and bias", weight, bias)
        if bias.shape not in (weight.shape[:1], ()):
            raise ValueError(
                f"linear: bias must have shape {weight.shape[:1]} (out_features), got {bias.shape}"
            )
        bias = stretch_to(bias, shape=weight.shape[:1]) if bias.ndim == 0 else bias
    rows = math.prod(input.shape[:-1])
    flat = input if input.ndim == 2 else reshape_to(input, shape=(rows, input.shape[-1]))
    out = _linear(flat, weight, bias)
    return out if input.ndim == 2 else reshape_to(out, shape=(*input.shape[:-1], weight.shape[0]))


# -- einsum -----------------------------------------------------------------------------------


@primitive
def _contract(*xs, terms, result):
    """Einstein sum; `terms` names the axes of each array, each letter once per array."""
    return np.einsum(f"{','.join(terms)}->{result}", *xs, optimize=len(xs) > 1)


def _contract_rule(g, xs, *, terms, result, needs):
    gradients: list[Any] = []
    for i, need in enumerate(needs):
        if not need:
            gradients.append(None)
            continue
        others = [x for j, x in enumerate(xs) if j != i]
        names = [term for j, term in enumerate(terms) if j != i]
        found = set(result).union(*names)
        reachable = "".join(letter for letter in terms[i] if letter in found)
        gradient = _contract(g, *others, terms=(result, *names), result=reachable)
        # A letter that stands in this term only was summed over: its gradient is the same along it.
        shape = xs[i].shape
        kept = tuple(n if a in found else 1 for a, n in zip(terms[i], shape, strict=True))
        gradients.append(stretch_to(reshape_to(gradient, shape=kept), shape=shape))
    return gradients


_contract.defvjp_joint(_contract_rule)


def einsum(equation, *operands):
    """Sum of products by named axes, as ``'bij,bjk->bik'``; ``...`` stands for any axes.

    Raises:
        ValueError: the equation does not fit the operands.

    >>> import tinyvision as tv
    >>> tv.einsum("ij,j->i", tv.tensor([[1.0, 2.0], [3.0, 4.0]]), tv.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = tuple(operands[0])
    terms, result, operands = _parse_equation(equation, operands)
    dtype = operands[0].dtype
    for x in operands[1:]:
        dtype = np.promote_types(dtype, x.dtype)
    prepared = [
        _diagonals(as_type(x, dtype), term) for x, term in zip(operands, terms, strict=True)
    ]
    return _contract(
        *[x for x, _ in prepared], terms=tuple(term for _, term in prepared), result=result
    )


def _parse_equation(equation: str, operands: tuple):
    """Axis names per operand and of the result, with ``...`` spelled out."""
    text = equation.replace(" ", "")
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(operands) or not operands:
        raise ValueError(
            f"einsum: {equation!r} names {len(terms)} operands, but {len(operands)} were given"
        )
    free = [c for c in "ZYXWVUTSRQPONMLKJIHGFEDCBAzyxwvutsrqponmlkjihgfedcba" if c not in text]
    widest = max(x.ndim - len(t.replace("...", "")) for x, t in zip(operands, terms, strict=True))
    dots = "".join(free[: max(widest, 0)]) if "..." in left else ""
    spelled: list[str] = []
    shaped: list[Any] = []
    sizes: dict[str, int] = {}
    for position, (term, x) in enumerate(zip(terms, operands, strict=True)):
        if "..." in term:
            extra = x.ndim - len(term.replace("...", ""))
            term = term.replace("...", dots[len(dots) - extra :] if extra > 0 else "")
        if len(term) != x.ndim or not (term.isalpha() or not term):
            raise ValueError(
                f"einsum: {terms[position]!r} in {equation!r} does not fit operand {position} "
                f"of shape {x.shape}; name each of its {x.ndim} axes by one letter"
            )
        # Broadcast axes of size 1 (torch allows them) are dropped: summing over one changes nothing.
        spelled.append(term)
        shaped.append(x)
        for letter, size in zip(term, x.shape, strict=True):
            if sizes.get(letter, 1) == 1:
                sizes[letter] = size
            elif size not in (1, sizes[letter]):
                raise ValueError(
                    f"einsum: axis {letter!r} in {equation!r} has size {sizes[letter]} in one "
                    f"operand and {size} in operand {position}"
                )
    for position, (term, x) in enumerate(zip(spelled, shaped, strict=True)):
        shape = tuple(sizes[letter] for letter in term)
        if shape != x.shape:
            shaped[position] = stretch_to(x, shape=shape)
    if arrow:
        result = right.replace("...", dots)
    else:
        letters = "".join(spelled)
        result = dots + "".join(
            sorted(c for c in set(letters) if letters.count(c) == 1 and c not in dots)
        )
    if len(set(result)) != len(result) or not set(result) <= set("".join(spelled)):
        raise ValueError(
            f"einsum: the result {right!r} of {equation!r} must name axes of the operands, each once"
        )
    return spelled, result, tuple(shaped)


def _diagonals(x, term: str):
    """Take the diagonal of axes that share a letter, so that each letter stands once."""
    for letter in sorted(set(term)):
        while term.count(letter) > 1:
            first = term.index(letter)
            second = term.index(letter, first + 1)
            x = transpose(transpose(x, first, 0), second, 1)
            names = list(term)
            names[first], names[0] = names[0], names[first]
            names[second], names[1] = names[1], names[second]
            places = np.arange(x.shape[0])
            x = pick(x, index=(places, places))
            term = letter + "".join(names[2:])
    return x, term


# -- norms ------------------------------------------------------------------------------------


def norm(input, p="fro", dim=None, keepdim=False):
    """The p-norm of the elements along axes; 'fro' and 2 are the Euclidean length.

    Its slope at 0 is 0.

    >>> import tinyvision as tv
    >>> tv.norm(tv.tensor([3.0, 4.0]))
    tensor(5.)
    """
    axes = check_dims(dim, input.ndim)
    magnitude = abs(input)
    if p == math.inf:
        return amax(magnitude, axes, keepdim)
    if p == -math.inf:
        return amin(magnitude, axes, keepdim)
    if p in ("fro", 2):
        return _length(input, axes=axes, keepdim=keepdim)
    if isinstance(p, str):
        raise ValueError(f"norm: p must be a number or 'fro', got {p!r}")
    if p == 0:
        return sum_over(as_type(input != 0, input.dtype), axes=axes, keepdim=keepdim)
    if p == 1:
        return sum_over(magnitude, axes=axes, keepdim=keepdim)
    return pow(sum_over(pow(magnitude, p), axes=axes, keepdim=keepdim), 1.0 / p)


@primitive
def _length(x, *, axes, keepdim):
    return sqrt(sum_over(square(x), axes=axes, keepdim=keepdim))


def _length_rule(g, ans, x, *, axes):
    g, ans = restore_axes(g, x.shape, axes), restore_axes(ans, x.shape, axes)
    return x * (g / (ans + (ans == 0)))  # x is 0 where the length is, and so is the slope


_length.defvjp(x=_length_rule)
