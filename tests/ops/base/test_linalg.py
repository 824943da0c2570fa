"""Products of matrices against loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import tinyvision as tv

rng = np.random.default_rng(0)


def draw(*shape):
    return rng.normal(size=shape)


def t(values, **options):
    return tv.tensor(np.asarray(values), **options)


def naive_product(x, y):
    """(M, K) times (K, N), number by number."""
    out = np.zeros((len(x), y.shape[1]))
    for i, j in np.ndindex(out.shape):
        out[i, j] = sum(x[i, k] * y[k, j] for k in range(x.shape[1]))
    return out


def naive_matmul(x, y):
    """Batches broadcast, one matrix at a time."""
    batch = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    x, y = (np.broadcast_to(a, (*batch, *a.shape[-2:])) for a in (x, y))
    out = np.zeros((*batch, x.shape[-2], y.shape[-1]))
    for place in np.ndindex(batch):
        out[place] = naive_product(x[place], y[place])
    return out


@given(
    mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0),
    st.tuples(*[st.integers(0, 3)] * 3),
)
def test_matmul_multiplies_every_pair_of_matrices_in_batches_that_broadcast(batch, sizes):
    m, k, n = sizes
    x, y = draw(*batch.input_shapes[0], m, k), draw(*batch.input_shapes[1], k, n)
    found = tv.matmul(t(x), t(y)).numpy()
    assert found.shape == (*batch.result_shape, m, n)
    np.testing.assert_allclose(found, naive_matmul(x, y), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    ("x_shape", "y_shape", "shape"),
    [
        ((3,), (3,), ()),
        ((3,), (3, 2), (2,)),
        ((2, 3), (3,), (2,)),
        ((4, 2, 3), (3,), (4, 2)),
        ((3,), (4, 3, 2), (4, 2)),
        ((5, 4, 2, 3), (3,), (5, 4, 2)),
        ((0,), (0,), ()),
    ],
)
def test_a_vector_is_a_row_on_the_left_and_a_column_on_the_right(x_shape, y_shape, shape):
    x, y = draw(*x_shape), draw(*y_shape)
    wide_x, wide_y = x if x.ndim > 1 else x[None], y if y.ndim > 1 else y[:, None]
    expected = naive_matmul(wide_x, wide_y).reshape(shape)
    for found in (tv.matmul(t(x), t(y)), t(x) @ t(y)):
        assert found.shape == shape
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12, atol=1e-13)


def test_the_named_products():
    a, b, u, v = draw(2, 3), draw(3, 4), draw(3), draw(3)
    np.testing.assert_allclose(tv.mm(t(a), t(b)).numpy(), naive_product(a, b), rtol=1e-12)
    np.testing.assert_allclose(tv.mv(t(a), t(u)).numpy(), naive_product(a, u[:, None])[:, 0])
    assert tv.dot(t(u), t(v)).item() == pytest.approx(sum(x * y for x, y in zip(u, v, strict=True)))
    np.testing.assert_allclose(tv.outer(t(u), t(v)).numpy(), [[x * y for y in v] for x in u])
    x, y = draw(5, 2, 3), draw(5, 3, 4)
    np.testing.assert_allclose(tv.bmm(t(x), t(y)).numpy(), naive_matmul(x, y), rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int64", "int32"])
def test_products_keep_the_type(dtype):
    assert tv.matmul(tv.ones(2, 3, dtype=dtype), tv.ones(3, 2, dtype=dtype)).dtype == dtype


def test_float16_products_are_added_up_in_float32():
    ones = tv.ones(1, 5000, dtype=tv.float16)  # float16 counts no further than 2048 by ones
    assert (ones @ ones.T).item() == 5000.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tv.matmul(t(1.0), tv.ones(2)), "at least one axis in each operand; use \\*"),
        (
            lambda: tv.matmul(tv.ones(2, 3), tv.ones(4, 2)),
            r"the last axis of the first has 3 elements, axis -2 of the second has 4.*\.mT",
        ),
        (lambda: tv.matmul(tv.ones(2, 3), tv.ones(2)), "axis 0 of the second has 2"),
        (lambda: tv.ones(2, 2, 3) @ tv.ones(3, 3, 2), "the batch axes .* do not fit: 2 and 3"),
        (lambda: tv.mm(tv.ones(2, 3), tv.ones(3)), r"mm needs tensors of 2 axes, got shape \(3,\)"),
        (lambda: tv.bmm(tv.ones(2, 3), tv.ones(3, 2)), "bmm needs tensors of 3 axes"),
        (lambda: tv.bmm(tv.ones(1, 2, 3), tv.ones(4, 3, 2)), "batches of 1 and 4 matrices differ"),
        (lambda: tv.mv(tv.ones(2, 3), tv.ones(3, 1)), "mv needs tensors of 1 axes"),
        (lambda: tv.dot(tv.ones(2, 1), tv.ones(2)), "dot needs tensors of 1 axes"),
        (lambda: tv.dot(tv.ones(2), tv.ones(3)), r"shapes \(2,\) and \(3,\)"),
        (lambda: tv.outer(tv.ones(2, 1), tv.ones(2)), "outer needs tensors of 1 axes"),
    ],
)
def test_shapes_that_do_not_fit_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: tv.ones(2, 3) @ tv.ones(3, 2, dtype=tv.float64),
        lambda: tv.einsum("i,i", tv.ones(2), tv.ones(2, dtype=tv.float64)),
    ],
)
def test_types_that_differ_are_refused_with_the_remedy(call):
    with pytest.raises(RuntimeError, match="one operand is float32, the other float64; convert"):
        call()
