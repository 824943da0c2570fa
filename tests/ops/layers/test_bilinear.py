"""The bilinear form against its definition in NumPy."""

import re

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("leading", [(), (5,), (2, 3)])
@pytest.mark.parametrize("biased", [False, True])
def test_it_is_the_sum_over_both_inputs(leading, biased):
    x, y, weight = normal(*leading, 3), normal(*leading, 4, seed=1), normal(2, 3, 4, seed=2)
    bias = normal(2, seed=3) if biased else None
    found = F.bilinear(*(None if a is None else tv.from_numpy(a) for a in (x, y, weight, bias)))
    expected = np.einsum("...i,oij,...j->...o", x, weight, y) + (bias if biased else 0)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12, atol=1e-14, strict=True)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((5, 3), (5, 4), (2, 3)), "weight must be (out, in1, in2), got shape (2, 3)"),
        (((5, 3), (6, 4), (2, 3, 4)), "must have equal axes but for the last"),
        (((5, 3), (5, 5), (2, 3, 4)), "must have 3 and 4 elements, as weight (2, 3, 4) says"),
        (((5, 3), (5, 4), (2, 3, 4), (3,)), "bias must have shape (2,), got (3,)"),
        (((), (4,), (2, 3, 4)), "must have equal axes but for the last"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(shapes, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        F.bilinear(*(tv.zeros(shape) for shape in shapes))


@pytest.mark.parametrize("other", range(1, 4))
def test_types_that_differ_are_refused(other):
    operands = [tv.zeros(3), tv.zeros(4), tv.zeros(2, 3, 4), tv.zeros(2)]
    operands[other] = operands[other].double()
    with pytest.raises(RuntimeError, match="one operand is float32, the other float64"):
        F.bilinear(*operands)
