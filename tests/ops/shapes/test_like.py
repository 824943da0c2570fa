"""New tensors in the shape or type of another."""

import pytest

import tinyvision as tv


def test_like_takes_shape_and_type():
    x = tv.zeros(2, 3, dtype=tv.float64)
    for made in (tv.zeros_like(x), tv.ones_like(x), tv.empty_like(x), tv.full_like(x, 3)):
        assert (made.shape, made.dtype) == ((2, 3), tv.float64)
    assert tv.ones_like(x, dtype=tv.int32).dtype == tv.int32
    assert tv.full_like(x, 3).tolist() == [[3.0] * 3] * 2
    assert x.new_zeros(4).dtype == x.new_ones(4).dtype == x.new_tensor([1, 2]).dtype == tv.float64


def test_like_of_an_expanded_tensor_can_be_written_to():
    made = tv.zeros_like(tv.zeros(1).expand(3))
    made[0] = 1
    assert made.tolist() == [1.0, 0.0, 0.0]


def test_the_methods_take_only_the_type():
    x = tv.zeros(2, 3, dtype=tv.float64)
    made = [x.new_empty(4), x.new_full((4,), 1), x.new_zeros(size=(4,)), x.new_ones((4,))]
    for each in made:
        assert (each.shape, each.dtype) == ((4,), tv.float64)
    assert x.new_full((2,), 7).tolist() == [7, 7]
    assert x.new_ones(1, dtype=tv.int8, device="cpu").dtype == tv.int8
    assert x.new_zeros(1, requires_grad=True).requires_grad


@pytest.mark.parametrize("function", [tv.zeros_like, tv.ones_like, tv.empty_like, tv.rand_like])
def test_another_device_is_refused(function):
    with pytest.raises(ValueError, match="on the CPU only"):
        function(tv.zeros(1), device="cuda")


def test_a_value_outside_the_type_is_refused():
    with pytest.raises(RuntimeError, match="300 lies outside the range of uint8"):
        tv.full_like(tv.zeros(1, dtype=tv.uint8), 300)


def test_the_order_of_axes_in_memory_is_kept():
    assert tv.full_like(tv.zeros(2, 3).t(), 1).stride() == (1, 3)
