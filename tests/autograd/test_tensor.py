import copy
import pickle

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd.tensor import to_array

# -- making one -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (1.0, "float32"),
        (1, "int64"),
        (True, "bool"),
        ([1.0, 2.0], "float32"),
        ([1, 2], "int64"),
        ([[1, 2.5]], "float32"),
        ([True, False], "bool"),
        ([], "float32"),
        (np.float64(1.0), "float64"),
        (np.zeros(2), "float64"),
        (np.zeros(2, np.float16), "float16"),
        (np.zeros(2, np.uint8), "uint8"),
        ([np.float64(1.0)], "float64"),
        ([np.zeros(2), np.zeros(2)], "float64"),
    ],
)
def test_a_tensor_takes_python_numbers_in_torchs_types_and_keeps_those_of_arrays(data, dtype):
    assert tv.tensor(data).dtype == dtype


def test_a_tensor_is_made_of_nested_lists_of_numbers_and_tensors():
    made = tv.tensor([[tv.tensor(1.0), 2.0], (3.0, tv.tensor(4.0))])
    assert made.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_a_tensor_of_tensors_is_outside_their_graph():
    x = tv.tensor(1.0, requires_grad=True)
    assert not tv.tensor([x, x]).requires_grad


def test_the_data_type_can_be_chosen():
    assert tv.tensor([1, 2], dtype=tv.float64).dtype == np.float64


@pytest.mark.parametrize("data", ["text", [1.0, None], [object()], 1j, np.array(["a"])])
def test_a_tensor_of_something_else_than_numbers_is_refused(data):
    with pytest.raises(TypeError, match="floats, integers or booleans"):
        tv.tensor(data)


def test_tensor_copies():
    array = np.zeros(2)
    made = tv.tensor(array)
    array[0] = 1
    assert made.tolist() == [0, 0]


def test_the_class_copies_to_float32_as_torchs_does():
    array = np.ones(2)
    made = tv.Tensor(array)
    array[0] = 5
    assert made.dtype == np.float32
    assert made.tolist() == [1, 1]


def test_from_numpy_and_as_tensor_share_memory():
    array = np.zeros(2)
    for made in (tv.from_numpy(array), tv.as_tensor(array)):
        array[0] += 1
        assert made.tolist() == array.tolist()


def test_as_tensor_gives_back_a_tensor_of_the_wanted_type():
    x = tv.zeros(2)
    assert tv.as_tensor(x) is x
    assert tv.as_tensor(x, tv.float32) is x
    assert tv.as_tensor(x, tv.float64).dtype == np.float64


def test_from_numpy_takes_arrays_only():
    with pytest.raises(TypeError, match=r"needs a NumPy array, got list; use tensor\(\)"):
        tv.from_numpy([1.0])


@pytest.mark.parametrize("dtype", [">f4", ">i8", ">f8"])
def test_bytes_in_the_other_order_are_turned_round(dtype):
    made = tv.tensor(np.array([1, 2], dtype))
    assert made.dtype.isnative
    assert made.tolist() == [1, 2]


def test_to_array_does_not_copy_what_is_an_array_already():
    array = np.zeros(3)
    assert np.shares_memory(to_array(array), array)


# -- what it tells ----------------------------------------------------------------------------


def test_a_tensor_knows_its_sizes():
    x = tv.zeros(2, 3, dtype=tv.float64)
    assert x.shape == x.size() == (2, 3)
    assert x.size(-1) == 3
    assert x.ndim == x.dim() == 2
    assert x.numel() == 6
    assert (x.element_size(), x.nbytes) == (8, 48)


def test_strides_are_counted_in_elements():
    x = tv.zeros(2, 3)
    assert x.stride() == (3, 1)
    assert x.t().stride() == (1, 3)
    assert x.t().stride(0) == 1
    assert x.is_contiguous()
    assert not x.t().is_contiguous()


def test_item_and_number_conversions_give_python_numbers():
    x = tv.tensor([2.5])
    assert (x.item(), float(x), int(x)) == (2.5, 2.5, 2)
    assert type(x.item()) is float
    assert type(tv.tensor(3).item()) is int
    assert type(tv.tensor(True).item()) is bool


def test_tolist_nests_as_the_shape_does():
    assert tv.tensor([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]
    assert tv.tensor(1.5).tolist() == 1.5


@pytest.mark.parametrize("convert", [tv.Tensor.item, float, int])
def test_several_elements_are_not_one_number(convert):
    with pytest.raises(RuntimeError, match=r"one element, this one has shape \(2,\)"):
        convert(tv.zeros(2))


def test_one_element_has_a_truth_and_several_have_none():
    assert tv.tensor(1.0)
    assert not tv.tensor([[0]])
    with pytest.raises(RuntimeError, match=r"ambiguous; use any\(\) or all\(\)"):
        bool(tv.zeros(2))
    with pytest.raises(RuntimeError, match="ambiguous"):
        bool(tv.zeros(0))


def test_an_integer_tensor_is_an_index_and_a_float_is_none():
    assert [10, 20][tv.tensor(1)] == 20
    with pytest.raises(TypeError, match="only an integer tensor can be an index"):
        [10, 20][tv.tensor(1.0)]


def test_len_and_iteration_go_along_the_first_axis():
    x = tv.tensor([[1, 2], [3, 4]])
    assert len(x) == 2
    assert [row.tolist() for row in x] == [[1, 2], [3, 4]]


def test_a_tensor_without_axes_has_neither_length_nor_elements():
    with pytest.raises(TypeError, match=r"no length; use item\(\)"):
        len(tv.tensor(1.0))
    with pytest.raises(TypeError, match=r"cannot be iterated over; use item\(\)"):
        iter(tv.tensor(1.0))


def test_iterating_keeps_the_derivative():
    x = tv.tensor([2.0, 3.0], requires_grad=True)
    first, second = x
    (first * second).backward()
    assert x.grad.tolist() == [3, 2]


def test_in_asks_for_an_element():
    x = tv.tensor([1.0, 2.0])
    assert 2.0 in x
    assert tv.tensor(1.0) in x
    assert 5 not in x


def test_a_tensor_is_hashed_by_identity():
    x, y = tv.zeros(1), tv.zeros(1)
    assert len({x, y, x}) == 2


@pytest.mark.parametrize(
    ("tensor", "text"),
    [
        (tv.tensor(1.5), "tensor(1.5)"),
        (tv.tensor([1.0, 2.0]), "tensor([1., 2.])"),
        (tv.tensor([1, 2]), "tensor([1, 2])"),
        (tv.tensor([True, False]), "tensor([ True, False])"),
        (tv.tensor([1.0], dtype=tv.float64), "tensor([1.], dtype=float64)"),
        (tv.zeros(0), "tensor([])"),
        (tv.zeros(2, 0), "tensor([], size=(2, 0))"),
        (tv.tensor([1.0], requires_grad=True), "tensor([1.], requires_grad=True)"),
        (tv.tensor([1.0], requires_grad=True) * 2, "tensor([2.], grad_fn=<MulBackward>)"),
        (tv.tensor([[1.0], [2.0]]), "tensor([[1.],\n        [2.]])"),
    ],
)
def test_repr_shows_values_and_what_is_out_of_the_ordinary(tensor, text):
    assert repr(tensor) == text


def test_repr_of_many_elements_is_short():
    assert len(repr(tv.zeros(100_000))) < 200


def test_one_number_can_be_formatted():
    assert f"{tv.tensor(3.14159):.2f}" == "3.14"
    assert f"{tv.tensor([1.0])}" == "tensor([1.])"


# -- NumPy ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        np.cos,
        np.asarray,
        np.array,
        np.sum,
        np.linalg.norm,
        lambda t: np.add(t, np.ones(2)),
        lambda t: np.matmul(t, np.ones((2, 2))),
        lambda t: np.concatenate([t, t]),
        lambda t: np.stack([t, t]),
        lambda t: np.array([t, t]),
        lambda t: np.where(np.array([True, False]), t, 0),
        lambda t: np.testing.assert_allclose(t, t),
    ],
)
def test_numpy_is_refused_rather_than_given_values_without_their_derivative(call):
    with pytest.raises(TypeError, match="lose its derivative"):
        call(tv.tensor([1.0, 2.0], requires_grad=True))


@pytest.mark.parametrize("left", [np.array([1.0, 2.0]), np.float64(2.0), np.float32(2.0)])
@pytest.mark.parametrize(
    "operate",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a * b,
        lambda a, b: a / b,
        lambda a, b: a**b,
        lambda a, b: a // b,
        lambda a, b: a % b,
    ],
)
def test_an_array_on_the_left_of_an_operator_gives_a_tensor(operate, left):
    right = tv.tensor([3.0, 4.0], dtype=tv.float64, requires_grad=True)
    result = operate(left, right)
    assert isinstance(result, tv.Tensor)
    np.testing.assert_allclose(result.detach().numpy(), operate(left, np.array([3.0, 4.0])))


def test_an_array_on_the_left_of_a_comparison_gives_a_tensor():
    assert (np.array([1.0, 5.0]) < tv.tensor([3.0, 4.0])).tolist() == [True, False]


def test_an_array_is_not_changed_in_place_by_a_tensor():
    array = np.ones(2)
    with pytest.raises(TypeError, match="ufunc"):
        array += tv.ones(2)


def test_numpy_gives_the_array_itself():
    x = tv.zeros(2)
    x.numpy()[0] = 5
    assert x.tolist() == [5, 0]


def test_numpy_of_a_tensor_that_requires_a_gradient_must_be_meant():
    x = tv.zeros(2, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"x.detach\(\).numpy\(\)"):
        x.numpy()
    assert x.numpy(force=True).tolist() == [0, 0]
    assert x.detach().numpy().tolist() == [0, 0]


# -- copies -----------------------------------------------------------------------------------


def test_a_deep_copy_has_its_own_memory_and_gradient():
    x = tv.tensor([1.0, 2.0], requires_grad=True)
    (x * x).sum().backward()
    y = copy.deepcopy(x)
    assert y.requires_grad
    assert (y.tolist(), y.grad.tolist()) == ([1, 2], [2, 4])
    assert not np.shares_memory(x._array, y._array)
    assert not np.shares_memory(x.grad._array, y.grad._array)


def test_a_deep_copy_of_a_structure_keeps_what_is_shared():
    x = tv.zeros(1)
    a, b = copy.deepcopy([x, x])
    assert a is b


def test_a_deep_copy_is_of_the_same_class():
    assert type(copy.deepcopy(tv.nn.Parameter(tv.zeros(1)))) is tv.nn.Parameter


def test_a_deep_copy_would_lose_the_graph():
    x = tv.zeros(1, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"use x.detach\(\).clone\(\)"):
        copy.deepcopy(x * 2)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_is_refused(protocol):
    with pytest.raises(TypeError, match="tensors are not pickled"):
        pickle.dumps(tv.zeros(1), protocol)


# -- requires_grad ----------------------------------------------------------------------------


def test_requires_grad_can_be_given_and_taken_from_a_leaf():
    x = tv.zeros(1)
    assert not x.requires_grad
    assert x.requires_grad_() is x
    assert x.requires_grad
    x.requires_grad = False
    assert not (x * 2).requires_grad


@pytest.mark.parametrize("dtype", [tv.int64, tv.uint8, tv.bool])
def test_only_floats_can_require_a_gradient(dtype):
    with pytest.raises(RuntimeError, match="only floating-point tensors can require gradients"):
        tv.zeros(2, dtype=dtype).requires_grad_()
    with pytest.raises(RuntimeError, match=r"convert it first: x.float\(\)"):
        tv.tensor([1, 2], requires_grad=True)


def test_requires_grad_cannot_be_taken_from_the_result_of_an_operation():
    y = tv.zeros(1, requires_grad=True) * 2
    with pytest.raises(RuntimeError, match=r"use x.detach\(\)"):
        y.requires_grad = False
    y.requires_grad = True
    assert y.requires_grad


def test_leaves_are_what_no_recorded_operation_made():
    x = tv.zeros(1, requires_grad=True)
    assert x.is_leaf
    assert x.grad_fn is None
    assert not (x * 2).is_leaf
    assert repr((x * 2).grad_fn) == "<MulBackward>"
    assert (tv.zeros(1) * 2).is_leaf
    assert x.detach().is_leaf


def test_integer_results_are_never_part_of_the_graph():
    x = tv.tensor([1.5], requires_grad=True)
    for result in (x > 1, x.argmax(), x.to(tv.int64), x.isnan()):
        assert not result.requires_grad


# -- other views of the same tensor -----------------------------------------------------------


def test_detach_shares_memory_and_version():
    x = tv.tensor([1.0], requires_grad=True)
    y = x * 2
    d = y.detach()
    assert not d.requires_grad
    assert np.shares_memory(d._array, y._array)
    z = (y * y).sum()
    d.zero_()
    with pytest.raises(RuntimeError, match="changed in place"):
        z.backward()


def test_detach_in_place_makes_a_leaf():
    x = tv.tensor([1.0], requires_grad=True)
    y = (x * 2).detach_()
    assert y.is_leaf
    assert not y.requires_grad


def test_data_is_the_memory_outside_the_graph():
    x = tv.tensor([1.0], requires_grad=True)
    x.data.mul_(3)
    assert x.tolist() == [3]
    assert not x.data.requires_grad


def test_assigning_data_gives_the_tensor_the_memory_of_the_new_value():
    x = tv.tensor([1.0], requires_grad=True)
    new = tv.tensor([5.0, 6.0])
    x.data = new
    assert x.tolist() == [5, 6]
    assert x.requires_grad
    new.add_(1)
    assert x.tolist() == [6, 7]


def test_data_can_be_assigned_an_array_and_another_float_type():
    x = tv.tensor([1.0], requires_grad=True)
    x.data = np.array([2.0])
    assert x.dtype == np.float64


def test_data_of_a_tensor_that_requires_a_gradient_cannot_be_integers():
    x = tv.tensor([1.0], requires_grad=True)
    with pytest.raises(RuntimeError, match=r"got data of type int64.*data.float\(\)"):
        x.data = tv.tensor([1])


def test_a_change_of_the_memory_given_by_data_is_noticed():
    x = tv.tensor([1.0], requires_grad=True)
    new = tv.tensor([5.0])
    x.data = new
    loss = (x * x).sum()
    new.add_(1)
    with pytest.raises(RuntimeError, match="changed in place"):
        loss.backward()


def test_a_parameter_shares_the_version_of_the_tensor_it_is_made_from():
    w = tv.tensor([1.0])
    p = tv.nn.Parameter(w)
    loss = (p * p).sum()
    w.add_(1)
    with pytest.raises(RuntimeError, match="changed in place"):
        loss.backward()


# -- grad -------------------------------------------------------------------------------------


def test_grad_is_none_until_backward():
    assert tv.zeros(1, requires_grad=True).grad is None


def test_grad_can_be_assigned_and_taken_away():
    x = tv.zeros(2, requires_grad=True)
    x.grad = tv.ones(2)
    assert x.grad.tolist() == [1, 1]
    x.grad = None
    assert x.grad is None


@pytest.mark.parametrize("wrong", [tv.ones(3), tv.ones(()), tv.ones(2, dtype=tv.float64)])
def test_grad_must_have_the_tensors_shape_and_type(wrong):
    x = tv.zeros(2, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"cannot belong to a tensor of shape \(2,\)"):
        x.grad = wrong


def test_grad_must_be_a_tensor():
    with pytest.raises(TypeError, match="grad must be a tensor or None, got ndarray"):
        tv.zeros(2).grad = np.ones(2)


@pytest.mark.parametrize("ask", [tv.Tensor.size, tv.Tensor.stride])
@pytest.mark.parametrize("dim", [2, -3])
def test_the_size_of_an_axis_that_is_not_there_is_refused(ask, dim):
    with pytest.raises(IndexError, match=rf"dim {dim} is out of range .* \(2, 3\): -2\.\.1"):
        ask(tv.zeros(2, 3), dim)
    with pytest.raises(IndexError, match=r"of shape \(\): it has no axes"):
        ask(tv.tensor(1), 0)


def test_the_same_is_known_by_several_names():
    x = tv.zeros(2, 3)
    assert x.ndimension() == x.dim() == x.ndim == 2
    assert x.nelement() == x.numel() == 6
    assert x.itemsize == x.element_size() == 4
    assert x.data_ptr() == x.view(6).data_ptr()
    assert x[1].data_ptr() == x.data_ptr() + 12
