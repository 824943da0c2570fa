"""Multiply-adds are those of the formulas, counted one by one."""

import itertools
import threading

import pytest

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision.ops.multiply_adds import count_multiply_adds


def counted(function):
    with count_multiply_adds() as count:
        function()
    return count


def naive_convolution(x, w, stride, padding, groups):
    """How often a loop over all windows multiplies, pixels of the border included."""
    n, _, height, width = x
    out, channels, kh, kw = w
    down = (height + 2 * padding - kh) // stride + 1
    across = (width + 2 * padding - kw) // stride + 1
    places = itertools.product(range(n), range(out), range(down), range(across))
    return sum(channels * kh * kw for _ in places)


@pytest.mark.parametrize(
    ("x", "w", "stride", "padding", "groups"),
    [
        ((2, 3, 5, 6), (4, 3, 3, 2), 1, 0, 1),
        ((1, 4, 7, 7), (6, 2, 3, 3), 2, 1, 2),
        ((1, 1, 2, 2), (1, 1, 2, 2), 1, 0, 1),
    ],
)
def test_a_convolution_multiplies_every_window_with_every_kernel(x, w, stride, padding, groups):
    count = counted(
        lambda: F.conv2d(tv.ones(x), tv.ones(w), stride=stride, padding=padding, groups=groups)
    )
    assert count.total == naive_convolution(x, w, stride, padding, groups)
    assert set(count.by_operation) == {"correlate"}


def test_a_transposed_convolution_spreads_every_pixel_over_a_window():
    count = counted(lambda: F.conv_transpose2d(tv.ones(2, 3, 4, 5), tv.ones(3, 6, 2, 3), stride=2))
    assert count.total == (2 * 4 * 5) * 3 * 6 * 2 * 3


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ((3,), (3,), 3),
        ((2, 3), (3, 4), 24),
        ((5, 2, 3), (3, 4), 120),
        ((5, 1, 2, 3), (6, 3, 4), 720),
        ((0, 3), (3, 4), 0),
    ],
)
def test_products_of_matrices(x, y, expected):
    assert counted(lambda: tv.ones(x) @ tv.ones(y)).total == expected


def test_a_linear_map_multiplies_every_row_with_the_weight():
    assert counted(lambda: tv.nn.Linear(7, 5)(tv.ones(2, 3, 7))).total == 2 * 3 * 7 * 5


@pytest.mark.parametrize("dropout", [0.0, 0.5])
@pytest.mark.parametrize("recorded", [False, True])
def test_attention_multiplies_queries_with_keys_and_weights_with_values(dropout, recorded):
    q, k, v = tv.ones(2, 4, 5, 8), tv.ones(2, 4, 7, 8), tv.ones(2, 4, 7, 3)
    q.requires_grad_(recorded)
    count = counted(lambda: F.scaled_dot_product_attention(q, k, v, dropout_p=dropout))
    assert count.total == 2 * 4 * 5 * 7 * (8 + 3)


def test_self_attention_counts_as_attention_of_its_parts():
    layer = tv.models.MultiHeadSelfAttention(16, heads=2, dim_head=8)
    count = counted(lambda: layer(tv.ones(3, 5, 16)))
    assert count.by_operation["attention"] == 3 * 2 * 5 * 5 * (8 + 8)
    assert count.by_operation["linear"] == 3 * 5 * 16 * (3 * 16 + 16)


def test_an_einstein_sum_multiplies_every_combination_of_its_letters():
    assert counted(lambda: tv.einsum("bij,bjk->bik", tv.ones(2, 3, 4), tv.ones(2, 4, 5))).total == (
        2 * 3 * 4 * 5
    )


def test_an_einstein_sum_of_three_is_taken_pair_by_pair():
    terms = tv.ones(2, 3), tv.ones(3, 4), tv.ones(4, 5)
    count = counted(lambda: tv.einsum("ij,jk,kl->il", *terms))
    assert count.total in (2 * 3 * 4 + 2 * 4 * 5, 3 * 4 * 5 + 2 * 3 * 5)


def test_an_einstein_sum_of_one_multiplies_nothing():
    assert counted(lambda: tv.einsum("ij->j", tv.ones(2, 3))).total == 0


def test_work_on_single_elements_is_left_out():
    x = tv.ones(2, 3, 4, 4)
    count = counted(lambda: tv.nn.BatchNorm2d(3)(F.relu(x) * 3 + x).mean())
    assert count.total == 0


def test_what_happens_outside_or_in_another_thread_is_not_counted():
    product = lambda: tv.ones(2, 3) @ tv.ones(3, 4)  # noqa: E731
    product()
    with count_multiply_adds() as count:
        other = threading.Thread(target=product)
        other.start()
        other.join()
    product()
    assert count.total == 0


def test_blocks_may_be_nested_and_errors_end_them():
    with count_multiply_adds() as outer:
        inner = count_multiply_adds()
        with pytest.raises(ValueError, match="must be equal"), inner:
            tv.ones(2, 3) @ tv.ones(3, 4) @ tv.ones(5)
        tv.ones(1, 3) @ tv.ones(3, 4)
    tv.ones(2, 3) @ tv.ones(3, 4)
    assert (inner.total, outer.total) == (24, 36)


def test_of_a_users_function_what_happens_inside_is_counted():
    class linear(tv.autograd.Function):  # the name of a primitive
        @staticmethod
        def forward(ctx, x):
            return x @ tv.ones(3, 4)

        @staticmethod
        def backward(ctx, g):
            return g @ tv.ones(4, 3)

    count = counted(lambda: linear.apply(tv.ones(2, 3)))
    assert dict(count.by_operation) == {"matrix_product": 24}


def test_the_way_back_is_not_counted():
    w = tv.ones(3, 4, requires_grad=True)
    y = (tv.ones(2, 3) @ w).sum()
    assert counted(y.backward).total == 0
