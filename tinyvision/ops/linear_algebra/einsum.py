"""Einstein sums: products summed over named axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...threads import get_num_threads, in_parts, one_blas_thread
from ..base.broadcast import reshape_to, stretch_to
from ..base.index import pick
from ..base.linalg import check_same_type
from ..base.order import transpose
from ..base.product import WORTH_SHARING


@primitive
def _contract(*xs, terms, result):
    """Einstein sum; `terms` names the axes of each array, each letter once per array."""
    equation = f"{','.join(terms)}->{result}"
    if len(xs) == 1 or not result or get_num_threads() == 1:
        with one_blas_thread():
            return np.einsum(equation, *xs, optimize=len(xs) > 1)
    sizes: dict[str, int] = {}
    for x, term in zip(xs, terms, strict=True):
        sizes |= zip(term, x.shape, strict=True)
    longest = max(result, key=lambda letter: sizes[letter])  # which threads share
    out = np.empty([sizes[letter] for letter in result], np.result_type(*xs))

    def part(start, stop):
        few = [_few(x, term, longest, start, stop) for x, term in zip(xs, terms, strict=True)]
        np.einsum(equation, *few, optimize=True, out=_few(out, result, longest, start, stop))

    work = math.prod(sizes.values()) // max(sizes[longest], 1)
    in_parts(sizes[longest], part, math.ceil(WORTH_SHARING / max(work, 1)))
    return out


def _few(x, term, letter, start, stop):
    """Of the axis with this letter the places from start to stop; all, if there is no such axis."""
    return x[(*[slice(None)] * term.index(letter), slice(start, stop))] if letter in term else x


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
        TypeError: the equation is not text.
        ValueError: the equation does not fit the operands.
        RuntimeError: the operands' types differ.

    >>> import tinyvision as tv
    >>> tv.einsum("ij,j->i", tv.tensor([[1.0, 2.0], [3.0, 4.0]]), tv.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = tuple(operands[0])
    if not isinstance(equation, str):
        raise TypeError(f"einsum: the equation must be text, got {type(equation).__name__}")
    terms, result, operands = _parse_equation(equation, operands)
    for x in operands[1:]:
        check_same_type("einsum", operands[0], x)
    prepared = [_diagonals(x, term) for x, term in zip(operands, terms, strict=True)]
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
            f"einsum: the result {right!r} of {equation!r} must name axes of the operands, "
            "each once"
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
