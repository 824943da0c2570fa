"""Products of matrices against torch: matmul with batches, linear, einsum."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

PRODUCTS = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3, 4)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 2)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (4, 3, 2)),
    ((1, 2, 3), (5, 3, 4)),
    ((2, 0), (0, 3)),
    ((0, 3), (3, 2)),
    ((5, 2, 3), (1, 3, 0)),
]


@pytest.mark.parametrize("shapes", PRODUCTS, ids=str)
def test_matrix_products_agree(agree, normal, shapes):
    agree(lambda t, x, y: (t.matmul(x, y), x @ y), *[normal(*shape) for shape in shapes])


@pytest.mark.parametrize("shapes", PRODUCTS, ids=str)
def test_matrix_products_agree_in_float32(agree, normal, shapes):
    drawn = [normal(*shape) for shape in shapes]
    agree(lambda t, x, y: t.matmul(x, y), *drawn, dtype="float32", order=1)


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("mm", ((2, 3), (3, 4))),
        ("bmm", ((5, 2, 3), (5, 3, 4))),
        ("mv", ((2, 3), (3,))),
        ("dot", ((3,), (3,))),
        ("outer", ((3,), (4,))),
    ],
)
def test_the_special_products_agree(agree, normal, name, shapes):
    agree(lambda t, x, y: getattr(t, name)(x, y), *[normal(*shape) for shape in shapes])


def test_products_of_integers_agree(agree):
    agree(lambda t, x: (x @ x.T, t.mv(x, x[0])), np.arange(6).reshape(2, 3))


@pytest.mark.parametrize("leading", [(), (5,), (2, 5), (0,), (2, 0)], ids=str)
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_linear_agrees(agree, normal, leading, bias, dtype):
    arrays = [normal(*leading, 3), normal(4, 3), *([normal(4)] if bias else [])]
    agree(
        lambda t, x, w, *b: t.nn.functional.linear(x, w, *b),
        *arrays,
        dtype=dtype,
        order=2 if dtype == "float64" else 1,
    )


def test_linear_with_one_row_of_weights_agrees(agree, normal):
    agree(lambda t, x, w: t.nn.functional.linear(x, w), normal(5, 3), normal(3))


EQUATIONS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ij,kj->ki", (2, 3), (4, 3)),
    ("bij,bjk->bik", (5, 2, 3), (5, 3, 4)),
    ("bhid,bhjd->bhij", (2, 3, 4, 5), (2, 3, 6, 5)),
    ("ij->ji", (2, 3)),
    ("ij->", (2, 3)),
    ("ij->j", (2, 3)),
    ("ij", (2, 3)),
    ("ba", (2, 3)),
    ("ii->i", (3, 3)),
    ("ii", (3, 3)),
    ("ii->", (3, 3)),
    ("iji->j", (3, 2, 3)),
    ("iij,j->i", (3, 3, 2), (2,)),
    ("i,i->", (3,), (3,)),
    ("i,j->ij", (3,), (4,)),
    ("i,j->ji", (3,), (4,)),
    ("i,j->", (3,), (4,)),
    ("ij,ij->ij", (2, 3), (2, 3)),
    ("i,ij,j->", (2,), (2, 3), (3,)),
    ("ab,bc,cd->ad", (2, 3), (3, 4), (4, 2)),
    ("...ij,...jk->...ik", (5, 2, 3), (5, 3, 4)),
    ("...ij,jk->...ik", (5, 6, 2, 3), (3, 4)),
    ("i...,i...->...", (3, 2), (3, 2)),
    ("...i,...i", (5, 2, 3), (2, 3)),
    ("b...c->bc...", (2, 3, 4, 5)),
    ("...->...", (2, 3)),
    (" i j , j k -> i k ", (2, 3), (3, 4)),
    ("ij,jk->ik", (2, 1), (3, 4)),
    ("bij,bjk->bik", (1, 2, 3), (5, 3, 4)),
    (",ij->ij", (), (2, 3)),
    ("nchw,ockl->nohwkl", (2, 3, 4, 4), (5, 3, 2, 2)),
]


@pytest.mark.parametrize("case", EQUATIONS, ids=str)
def test_einstein_sums_agree(agree, normal, case):
    equation, *shapes = case
    agree(lambda t, *xs: t.einsum(equation, *xs), *[normal(*shape) for shape in shapes])


def test_an_einstein_sum_takes_a_list_of_operands(agree, normal):
    agree(lambda t, x, y: t.einsum("ij,jk->ik", [x, y]), normal(2, 3), normal(3, 4))
