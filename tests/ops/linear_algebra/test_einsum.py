"""Einstein sums against NumPy's, and against their own definition."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinyvision as tv
from tinyvision.ops.linear_algebra import einsum

SIZES = {"i": 2, "j": 3, "k": 4, "b": 5, "a": 2, "B": 3, "A": 1}
rng = np.random.default_rng(0)


def operands(equation, dots=()):
    terms = equation.replace(" ", "").split("->")[0].split(",")
    return [
        rng.normal(
            size=[n for c in term.replace("...", ".") for n in (dots if c == "." else (SIZES[c],))]
        )
        for term in terms
    ]


def naive_einsum(equation, *xs):
    """The definition: every letter runs through its axis, and products are added up."""
    left, result = equation.split("->")
    terms = left.split(",")
    letters = sorted(set(left) - {","})
    out = np.zeros([SIZES[letter] for letter in result])
    for numbers in itertools.product(*[range(SIZES[letter]) for letter in letters]):
        at = dict(zip(letters, numbers, strict=True))
        product = 1.0
        for term, x in zip(terms, xs, strict=True):
            product *= x[tuple(at[letter] for letter in term)]
        out[tuple(at[letter] for letter in result)] += product
    return out


@given(st.data())
def test_any_equation_means_what_its_definition_says(data):
    terms = data.draw(st.lists(st.text("ijk", max_size=3), min_size=1, max_size=3))
    letters = sorted(set("".join(terms)))
    result = "".join(data.draw(st.permutations(letters))[: data.draw(st.integers(0, len(letters)))])
    equation = f"{','.join(terms)}->{result}"
    xs = [rng.normal(size=[SIZES[letter] for letter in term]) for term in terms]
    found = tv.einsum(equation, *[tv.tensor(x) for x in xs]).numpy()
    np.testing.assert_allclose(found, naive_einsum(equation, *xs), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    "equation",
    [
        "ij,jk",  # implicit: what stands once, in alphabetical order
        "ji",
        "ii",
        "iij",
        "bA,aB",  # capitals come first
        "ij,ij",
        " i j , j k -> i k ",
        "ii->i",
        "iji->j",
        "iii->i",
        "ij->",
        "i,j,k->kji",
        "bij,bjk,bk->bi",
    ],
)
def test_equations_mean_what_they_mean_to_numpy(equation):
    xs = operands(equation)
    found = tv.einsum(equation, *[tv.tensor(x) for x in xs]).numpy()
    np.testing.assert_allclose(found, np.einsum(equation, *xs), rtol=1e-12, atol=1e-13)
    listed = tv.einsum(equation, [tv.tensor(x) for x in xs]).numpy()
    np.testing.assert_array_equal(found, listed)


@pytest.mark.parametrize("dots", [(), (2,), (2, 1, 3)])
@pytest.mark.parametrize(
    "equation",
    [
        "...ij,...jk->...ik",
        "...ij,...jk",
        "i...->...i",
        "...,...->...",
        "...ii->...i",
        "...ij,jk->...ik",
    ],
)
def test_an_ellipsis_stands_for_any_axes(equation, dots):
    xs = operands(equation, dots)
    found = tv.einsum(equation, *[tv.tensor(x) for x in xs]).numpy()
    np.testing.assert_allclose(found, np.einsum(equation, *xs), rtol=1e-12, atol=1e-13)


def test_axes_under_an_ellipsis_broadcast():
    x, y = rng.normal(size=(4, 1, 2, 3)), rng.normal(size=(5, 3, 2))
    found = tv.einsum("...ij,...jk->...ik", tv.tensor(x), tv.tensor(y)).numpy()
    np.testing.assert_allclose(found, x @ y, rtol=1e-12)


def test_an_ellipsis_left_out_of_the_result_is_summed_over():
    x = rng.normal(size=(2, 3, 4))
    found = tv.einsum("...i->i", tv.tensor(x)).numpy()
    np.testing.assert_allclose(found, x.sum(axis=(0, 1)), rtol=1e-12)


def test_an_axis_of_size_one_broadcasts_under_a_letter():
    x, y = rng.normal(size=(2, 1)), rng.normal(size=(3, 4))
    found = tv.einsum("ij,jk->ik", tv.tensor(x), tv.tensor(y)).numpy()
    np.testing.assert_allclose(found, np.broadcast_to(x, (2, 3)) @ y, rtol=1e-12)


def test_einsum_keeps_float32():
    assert tv.einsum("ij,jk->ik", tv.ones(2, 3), tv.ones(3, 2)).dtype == tv.float32


@pytest.mark.parametrize(
    ("equation", "shapes", "message"),
    [
        ("ij,jk->ik", [(2, 3)], "names 2 operands, but 1 were given"),
        ("ij->i", [(2, 3), (2,)], "names 1 operands, but 2 were given"),
        ("ijk->i", [(2, 3)], r"'ijk' in 'ijk->i' does not fit operand 0 of shape \(2, 3\)"),
        ("i1->i", [(2, 3)], "'i1' .* does not fit operand 0"),
        ("...ijk->i", [(2, 3)], "does not fit operand 0"),
        (
            "ij,jk->ik",
            [(2, 3), (4, 2)],
            "axis 'j' in .* has size 3 in one operand and 4 in operand 1",
        ),
        ("ii->i", [(2, 3)], "axis 'i'"),
        ("ij->ii", [(2, 3)], "must name axes of the operands, each once"),
        ("ij->k", [(2, 3)], "must name axes of the operands, each once"),
    ],
)
def test_equations_that_do_not_fit_are_explained(equation, shapes, message):
    with pytest.raises(ValueError, match=message):
        tv.einsum(equation, *[tv.zeros(*shape) for shape in shapes])


def test_an_equation_must_be_text():
    with pytest.raises(TypeError, match="the equation must be text, got Tensor"):
        tv.einsum(tv.zeros(2), [0])


@pytest.mark.parametrize(
    "equation", ["bij,bjk->bik", "ij,jk->ki", "ab,cb,c->ca", "i,j->ji", "i,i->"]
)
@pytest.mark.parametrize("count", [2, 3])
def test_threads_give_the_numbers_of_one(equation, count, monkeypatch):
    draw = np.random.default_rng(0).integers
    sizes = dict(zip("abcijk", (2, 3, 4, 5, 6, 7), strict=True))
    terms = equation.split("->")[0].split(",")
    # Whole numbers, so that the order in which they are added does not matter.
    xs = [tv.from_numpy(draw(-9, 9, [sizes[a] for a in term]).astype(float)) for term in terms]
    before = tv.get_num_threads()
    try:
        tv.set_num_threads(1)
        expected = tv.einsum(equation, *xs)
        monkeypatch.setattr(einsum, "WORTH_SHARING", 1)
        tv.set_num_threads(count)
        assert tv.equal(tv.einsum(equation, *xs), expected)
    finally:
        tv.set_num_threads(before)
