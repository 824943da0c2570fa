import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import grad
from tinyvision.ops.inplace import TWINS

VALUES = [[0.3, 0.7, 0.5], [0.9, 0.2, 0.6]]

OTHER = tv.tensor([[0.5, 0.25, 0.8]])

# The arguments of those in-place methods that take any.
ARGUMENTS = {
    **dict.fromkeys(["add_", "sub_", "mul_", "div_", "pow_", "float_power_"], (2.0,)),
    **dict.fromkeys(["floor_divide_", "remainder_", "fmod_"], (0.35,)),
    **dict.fromkeys(["atan2_", "copysign_", "hypot_", "ldexp_", "xlogy_", "heaviside_"], (OTHER,)),
    **dict.fromkeys(["addcmul_", "addcdiv_"], (OTHER, OTHER + 1.0)),
    "lerp_": (OTHER, 0.25),
    "clamp_": (0.4, 0.65),
    "clamp_min_": (0.4,),
    "clamp_max_": (0.65,),
    **dict.fromkeys(["eq_", "ne_", "lt_", "le_", "gt_", "ge_"], (0.6,)),
    **dict.fromkeys(["logical_and_", "logical_or_", "logical_xor_"], (OTHER,)),
    "masked_fill_": (tv.tensor([True, False, True]), 5.0),
    "masked_scatter_": (tv.tensor([True, False, True]), tv.arange(4.0)),
    **dict.fromkeys(["cumsum_", "cumprod_"], (1,)),
    **dict.fromkeys(["scatter_", "scatter_add_"], (0, tv.tensor([[1, 0, 1]]), OTHER)),
    "scatter_reduce_": (0, tv.tensor([[1, 0, 1]]), OTHER, "sum"),
    **dict.fromkeys(["index_add_", "index_copy_"], (0, tv.tensor([1]), OTHER)),
    "index_fill_": (0, tv.tensor([1]), 5.0),
    "index_put_": ((tv.tensor([1]), tv.tensor([2])), tv.tensor([5.0])),
    "put_": (tv.tensor([4, 0]), tv.tensor([5.0, 6.0])),
    "renorm_": (2, 0, 1.0),
    "addmm_": (tv.tensor([[0.5], [2.0]]), OTHER[:1]),
    "addmv_": (tv.tensor([[0.5], [2.0]]), tv.tensor([3.0])),
    "addr_": (tv.tensor([0.5, 2.0]), OTHER[0]),
    "addbmm_": (tv.tensor([[[0.5], [2.0]]]), OTHER[None, :1]),
    "baddbmm_": (tv.tensor([[[0.5], [2.0]]]), OTHER[None, :1]),
}
BITS = {
    **dict.fromkeys(["bitwise_and_", "bitwise_or_", "bitwise_xor_"], (6,)),
    **dict.fromkeys(["bitwise_left_shift_", "bitwise_right_shift_"], (1,)),
    "bitwise_not_": (),
}
# Numbers of the domain or the shape, for those that have not all of 0..1, or not every shape.
POINTS = {
    "acosh_": [[1.3, 1.7], [2.5, 4.0]],
    "addmv_": [0.3, 0.7],
    "baddbmm_": [VALUES],
}
FLAT = [
    *("heaviside_", "eq_", "ne_", "lt_", "le_", "gt_", "ge_"),
    *("logical_and_", "logical_or_", "logical_xor_", "logical_not_"),
]
CHANGES = sorted(TWINS.keys() - BITS.keys())
DERIVED = sorted(TWINS.keys() - BITS.keys() - set(FLAT))


def leaf():
    return tv.tensor(VALUES, dtype=tv.float64, requires_grad=True)


# -- the same as the ordinary operation -------------------------------------------------------


def double(argument):
    floats = isinstance(argument, tv.Tensor) and argument.is_floating_point()
    return argument.double() if floats else argument


def arguments_of(name):
    return [double(argument) for argument in ARGUMENTS.get(name, ())]


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_in_place_stores_what_the_operation_returns(name):
    x = tv.tensor(POINTS.get(name, VALUES), dtype=tv.float64)
    memory = x._array
    expected = getattr(x, name[:-1])(*arguments_of(name))
    assert getattr(x, name)(*arguments_of(name)) is x
    assert x._array is memory
    assert x.tolist() == expected.tolist()


@pytest.mark.parametrize("name", BITS)
def test_bits_change_in_place(name):
    x = tv.tensor([1, 2, 12])
    expected = getattr(x, name[:-1])(*BITS[name])
    assert getattr(x, name)(*BITS[name]) is x
    assert x.tolist() == expected.tolist()


@pytest.mark.parametrize("name", DERIVED)
def test_a_change_in_place_has_the_derivatives_of_the_operation(name):
    scale = 1.5 if name == "acosh_" else 0.9

    def ordinary(x):
        return getattr(x * scale, name[:-1])(*arguments_of(name))

    def in_place(x):
        return getattr(x * scale, name)(*arguments_of(name))

    x = leaf()
    if name in POINTS:
        x = tv.tensor(POINTS[name], dtype=tv.float64, requires_grad=True)
    for one, two in zip(slopes(ordinary, x), slopes(in_place, x), strict=True):
        np.testing.assert_allclose(two, one, rtol=1e-14)


@pytest.mark.parametrize("name", FLAT)
def test_what_has_no_derivative_leaves_none_of_the_value_it_replaces(name):
    x = leaf()
    y = x * 2
    getattr(y, name)(*arguments_of(name))
    (y.sum() + x.sum()).backward()
    assert x.grad.tolist() == [[1, 1, 1], [1, 1, 1]]


def test_a_comparison_is_stored_as_numbers_of_the_tensors_type():
    x = tv.tensor([0.5, 2.0])
    assert x.gt_(1).tolist() == [0.0, 1.0]
    assert x.dtype == tv.float32


def test_integers_are_stored_modulo_the_range_of_the_tensors_type():
    x = tv.tensor([1, 200], dtype=tv.uint8)
    assert x.add_(tv.tensor([300])).tolist() == [(1 + 300) % 256, (200 + 300) % 256]


@pytest.mark.parametrize(
    "change", [lambda x: x.div_(2), lambda x: x.sqrt_(), lambda x: x.float_power_(2)]
)
def test_floats_are_not_stored_among_integers(change):
    with pytest.raises(RuntimeError, match="cannot be stored in place in a tensor of int64"):
        change(tv.tensor([1, 2]))


@pytest.mark.parametrize(
    ("alias", "name"), [("clip_", "clamp_"), ("arcsin_", "asin_"), ("greater_", "gt_")]
)
def test_an_alias_has_its_twin_too(alias, name):
    assert getattr(tv.Tensor, alias) is getattr(tv.Tensor, name)


def slopes(function, x):
    """First derivative, and second if there is one."""
    (first,) = grad((function(x) ** 2).sum(), x, create_graph=True)
    (second,) = grad(first.sum(), x)
    return first.detach().numpy(), second.numpy()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("x += y", 8.0),
        ("x -= y", 4.0),
        ("x *= y", 12.0),
        ("x /= y", 3.0),
        ("x **= y", 36.0),
        ("x //= y", 3.0),
        ("x %= y", 0.0),
    ],
)
def test_augmented_assignment_is_in_place(statement, expected):
    x = tv.tensor([6.0])
    scope = {"x": x, "y": 2}
    exec(statement, scope)
    assert scope["x"] is x
    assert x.tolist() == [expected]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [("x &= y", 2), ("x |= y", 6), ("x ^= y", 4), ("x <<= y", 24), ("x >>= y", 1)],
)
def test_augmented_assignment_of_bits_is_in_place(statement, expected):
    x = tv.tensor([6])
    scope = {"x": x, "y": 2}
    exec(statement, scope)
    assert scope["x"] is x
    assert x.tolist() == [expected]


def test_arguments_of_a_change_get_their_derivatives_too():
    x, w = leaf(), leaf()
    y = x * 1.0
    y.mul_(w)
    y.add_(w, alpha=3)
    y.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), VALUES)
    np.testing.assert_allclose(w.grad.numpy(), np.array(VALUES) + 3)


def test_a_tensor_changed_by_itself_has_lost_what_its_derivative_needs():
    y = leaf() * 1.0
    y.mul_(y)
    np.testing.assert_allclose(y.detach().numpy(), np.array(VALUES) ** 2)
    with pytest.raises(RuntimeError, match="changed in place"):
        y.sum().backward()


def test_a_constant_that_is_changed_by_a_graph_joins_it():
    w, buffer = leaf(), tv.zeros(2, 3, dtype=tv.float64)
    buffer.add_(w)
    assert buffer.requires_grad
    assert not buffer.is_leaf
    buffer.sum().backward()
    assert w.grad.tolist() == [[1, 1, 1], [1, 1, 1]]


@pytest.mark.parametrize("inplace", [False, True])
def test_the_layers_option_inplace_changes_nothing_but_the_memory(inplace):
    x = leaf()
    y = (x - 0.5) * 1.0
    z = tv.nn.functional.relu(y, inplace=inplace)
    assert (z is y) == inplace
    z.sum().backward()
    assert x.grad.tolist() == (np.array(VALUES) > 0.5).tolist()


# -- overwriting ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("overwrite", "expected"),
    [
        (lambda x: x.copy_(tv.tensor([1.0, 2.0, 3.0])), [[1, 2, 3], [1, 2, 3]]),
        (lambda x: x.copy_(5), [[5, 5, 5], [5, 5, 5]]),
        (lambda x: x.copy_(np.array([[1], [2]])), [[1, 1, 1], [2, 2, 2]]),
        (lambda x: x.copy_(tv.tensor([1, 2, 3])), [[1, 2, 3], [1, 2, 3]]),
        (lambda x: x.fill_(7), [[7, 7, 7], [7, 7, 7]]),
        (lambda x: x.fill_(tv.tensor(7)), [[7, 7, 7], [7, 7, 7]]),
        (lambda x: x.zero_(), [[0, 0, 0], [0, 0, 0]]),
        (lambda x: x.normal_(3.0, 0.0), [[3, 3, 3], [3, 3, 3]]),
        (lambda x: x.uniform_(2.0, 2.0), [[2, 2, 2], [2, 2, 2]]),
    ],
)
def test_what_is_overwritten_has_no_gradient(overwrite, expected):
    x = leaf()
    y = x * 2
    assert overwrite(y) is y
    assert y.tolist() == expected
    (y.sum() + x.sum()).backward()
    assert x.grad.tolist() == [[1, 1, 1], [1, 1, 1]]


def test_copy_passes_the_gradient_to_its_source():
    x, w = leaf(), tv.tensor([1.0, 2.0, 3.0], dtype=tv.float64, requires_grad=True)
    y = x * 2
    y.copy_(w)
    (y * y).sum().backward()
    assert w.grad.tolist() == [4, 8, 12]
    assert x.grad.tolist() == [[0, 0, 0], [0, 0, 0]]


def test_copy_under_no_grad_takes_values_only():
    x, buffer = leaf(), tv.zeros(2, 3, dtype=tv.float64)
    y = x * 2
    with tv.no_grad():
        buffer.copy_(y)
    assert not buffer.requires_grad
    buffer.add_(1)
    y.sum().backward()
    assert x.grad.tolist() == [[2, 2, 2], [2, 2, 2]]


def test_a_copied_value_is_not_shared():
    x, y = tv.zeros(2), tv.ones(2)
    x.copy_(y)
    y.add_(1)
    assert x.tolist() == [1, 1]


def test_random_numbers_in_place_come_from_the_generator():
    one, two = (
        tv.empty(1000).uniform_(2, 3, generator=tv.Generator().manual_seed(0)) for _ in range(2)
    )
    assert one.tolist() == two.tolist()
    assert 2 <= min(one.tolist()) <= 2.1
    assert 2.9 <= max(one.tolist()) < 3
    drawn = tv.empty(10_000).normal_(5.0, 2.0, generator=tv.Generator().manual_seed(0))
    assert abs(drawn.mean().item() - 5) < 0.1
    assert abs(drawn.std().item() - 2) < 0.1


# -- x[...] = value ---------------------------------------------------------------------------

PLACES = {
    "one element": (0, 1),
    "a row": 1,
    "a column": (slice(None), 2),
    "a slice": (slice(None), slice(1, None)),
    "everything": ...,
    "backwards": (slice(None, None, -1),),
    "a list": [1, 0],
    "a list of columns": (slice(None), [2, 0]),
    "a mask": np.array([[True, False, True], [False, True, False]]),
    "a tensor": tv.tensor([1]),
    "a new axis": (None, 0),
}


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("value", [5.0, "tensor"])
def test_assigning_to_a_place_does_what_numpy_does(name, value):
    place = PLACES[name]
    plain = place._array if isinstance(place, tv.Tensor) else place
    expected = np.array(VALUES, np.float32)
    if value == "tensor":
        value = np.arange(expected[plain].size, dtype=np.float32).reshape(expected[plain].shape)
    expected[plain] = value
    x = tv.tensor(VALUES)
    x[place] = tv.tensor(value) if isinstance(value, np.ndarray) else value
    np.testing.assert_array_equal(x.numpy(), expected)


@pytest.mark.parametrize("name", PLACES)
def test_assigning_to_a_place_passes_the_gradients_on(name):
    place = PLACES[name]
    plain = place._array if isinstance(place, tv.Tensor) else place
    weights = np.arange(1.0, 7.0).reshape(2, 3)
    x = leaf()
    w = tv.tensor(np.ones(weights[plain].shape), requires_grad=True)
    y = x * 2
    y[place] = w
    (y * tv.tensor(weights)).sum().backward()
    kept = np.ones((2, 3), bool)
    kept[plain] = False
    np.testing.assert_array_equal(x.grad.numpy(), 2 * weights * kept)
    np.testing.assert_array_equal(w.grad.numpy(), weights[plain])


@pytest.mark.parametrize("shape", [(), (1,), (3,), (1, 3), (1, 1, 3), (2, 1), (2, 3), (1, 1)])
def test_a_value_is_broadcast_to_the_place_and_its_gradient_summed(shape):
    x = leaf()
    w = tv.tensor(np.full(shape, 5.0), requires_grad=True)
    y = x * 2
    y[...] = w
    y.sum().backward()
    assert y.tolist() == [[5, 5, 5], [5, 5, 5]]
    np.testing.assert_array_equal(w.grad.numpy(), np.full(shape, 6 / w.numel()))


@pytest.mark.parametrize("shape", [(1,), (1, 1)])
def test_one_number_with_axes_fits_a_single_place(shape):
    x, w = leaf(), tv.ones(shape, dtype=tv.float64, requires_grad=True)
    y = x * 2
    y[0, 1] = w
    y.sum().backward()
    assert y[0, 1].item() == 1
    assert w.grad.tolist() == tv.ones(shape).tolist()


def test_a_place_named_twice_keeps_the_last_value_and_gives_only_that_a_gradient():
    w = tv.tensor([1.0, 2.0, 3.0], dtype=tv.float64, requires_grad=True)
    y = tv.zeros(3, dtype=tv.float64)
    y[[0, 1, 0]] = w
    assert y.tolist() == [3, 2, 0]
    (y * y).sum().backward()
    assert w.grad.tolist() == [0, 4, 6]


@pytest.mark.parametrize("shape", [(2,), (2, 2), (3, 3), (2, 3, 1), (0,), (2, 1, 3)])
def test_a_value_that_does_not_fit_is_refused_by_name(shape):
    x = tv.tensor(VALUES)
    with pytest.raises(ValueError, match=r"value of shape .* does not fit a place of shape \(2, 3"):
        x[...] = tv.ones(shape)
    assert x.tolist() == tv.tensor(VALUES).tolist()


def test_a_place_outside_is_refused():
    with pytest.raises(IndexError, match="out of bounds"):
        tv.zeros(2)[5] = 1.0


def test_a_value_of_another_type_is_converted_and_so_is_its_gradient():
    w = tv.tensor([1.0], requires_grad=True)
    y = tv.zeros(2, dtype=tv.float64)
    y[:1] = w
    assert y.dtype == np.float64
    y.sum().backward()
    assert w.grad.dtype == np.float32


def test_changes_of_the_index_afterwards_do_not_count():
    x, index = leaf(), np.array([0])
    y = x * 2
    y[index] = 0.0
    index[0] = 1
    y.sum().backward()
    assert x.grad.tolist() == [[0, 0, 0], [2, 2, 2]]


# -- types ------------------------------------------------------------------------------------


def test_the_tensor_keeps_its_type_and_the_other_its_gradient():
    x = tv.zeros(2)
    w = tv.ones(2, dtype=tv.float64, requires_grad=True)
    x.add_(w)
    assert x.dtype == np.float32
    x.sum().backward()
    assert w.grad.dtype == np.float64
    assert w.grad.tolist() == [1, 1]


def test_a_float_is_not_stored_among_integers_in_place():
    x = tv.tensor([1, 2])
    with pytest.raises(
        RuntimeError, match=r"add_: the result is float32.*tensor of int64; convert"
    ):
        x.add_(0.5)
    assert x.tolist() == [1, 2]


def test_a_result_of_another_shape_is_not_stored_in_place():
    x = tv.zeros(3)
    with pytest.raises(ValueError, match=r"add_: the result has shape \(2, 3\).*of shape \(3,\)"):
        x.add_(tv.ones(2, 3))
    assert x.tolist() == [0, 0, 0]


# -- what is refused --------------------------------------------------------------------------

EVERY_CHANGE = pytest.mark.parametrize(
    "change",
    [
        lambda x: x.add_(1),
        lambda x: x.copy_(1),
        lambda x: x.zero_(),
        lambda x: x.fill_(2),
        lambda x: x.uniform_(),
        lambda x: x.normal_(),
        lambda x: x.__setitem__(0, 1.0),
        lambda x: x.__iadd__(1),
    ],
)


@EVERY_CHANGE
def test_a_leaf_that_requires_a_gradient_is_not_changed_while_recording(change):
    x = leaf()
    with pytest.raises(RuntimeError, match=r"a leaf tensor that requires a gradient.*no_grad\(\)"):
        change(x)
    assert x.tolist() == VALUES
    with tv.no_grad():
        change(x)
    assert x.is_leaf


@EVERY_CHANGE
def test_read_only_memory_is_not_changed(change):
    x = tv.ones(1, 3).expand(2, 3)
    with pytest.raises(RuntimeError, match=r"memory is read-only.*use x.clone\(\) first"):
        change(x)


def test_random_numbers_are_not_used_up_by_a_refused_change():
    generator = tv.Generator().manual_seed(0)
    with pytest.raises(RuntimeError, match="uniform_"):
        leaf().uniform_(generator=generator)
    fresh = tv.Generator().manual_seed(0)
    assert tv.rand(3, generator=generator).tolist() == tv.rand(3, generator=fresh).tolist()


def test_a_recorded_change_of_a_view_is_refused_as_its_base_would_not_learn_of_it():
    w, base = leaf(), tv.zeros(2, 3, dtype=tv.float64)
    with pytest.raises(RuntimeError, match=r"view of another one.*base\[index\] = value"):
        base[0].add_(w[0])
    assert base.tolist() == [[0, 0, 0], [0, 0, 0]]
    base[0] = w[0]
    base.sum().backward()
    assert w.grad.tolist() == [[1, 1, 1], [0, 0, 0]]


def test_a_recorded_change_is_refused_while_a_view_outside_the_graph_lives():
    w, base = leaf(), tv.zeros(2, 3, dtype=tv.float64)
    view = base[0]
    with pytest.raises(RuntimeError, match="another tensor is a view of this one"):
        base.add_(w)
    assert view.tolist() == [0, 0, 0]
    del view
    base.add_(w)
    assert base.requires_grad


def test_a_view_made_before_a_recorded_change_is_refused_when_it_is_used():
    x = leaf()
    y = x * 2
    view = y[0]
    y.mul_(3)
    for use in (lambda: view * 2, lambda: view.sum(), lambda: view.backward(tv.ones(3).double())):
        with pytest.raises(RuntimeError, match=r"made by PickBackward, was changed.*by mul_"):
            use()
    assert (y[0] * 2).requires_grad


@pytest.mark.parametrize("make", [lambda x: x * 2, lambda x: (x * 2).mul_(3)])
def test_a_tensor_changed_behind_the_back_of_its_graph_is_refused_when_it_is_used(make):
    y = make(leaf())
    with tv.no_grad():
        y.add_(1)
    for use in (lambda: y * 2, lambda: y.sum(), lambda: y.backward(tv.ones_like(y))):
        with pytest.raises(RuntimeError, match=r"by add_\) where its graph did not see it"):
            use()


def test_an_unrecorded_change_of_a_view_changes_its_base():
    base = tv.zeros(2, 3)
    base[0].add_(1)
    base.t()[2] = 5.0
    assert base.tolist() == [[1, 1, 5], [0, 0, 5]]


def test_adding_to_a_part_of_a_constant_works():
    base = tv.zeros(2, 3)
    base[0] += 1
    base[:, 1] *= 3
    assert base.tolist() == [[1, 3, 1], [0, 0, 0]]


# -- a saved value that changes ---------------------------------------------------------------

WAYS = {
    "an operation": lambda y: y.add_(1),
    "assignment to a place": lambda y: y.__setitem__(0, 9.0),
    "a view": lambda y: y.detach()[0].zero_(),
    "detach": lambda y: y.detach().mul_(2),
    "data": lambda y: y.data.mul_(2),
    "assignment to data": lambda y: setattr(y, "data", tv.ones(2, 3, dtype=tv.float64)),
    "no_grad": lambda y: tv.no_grad()(y.zero_)(),
    "inference_mode": lambda y: tv.inference_mode()(y.zero_)(),
    "an optimiser": lambda y: step(y.detach()),
    "init": lambda y: tv.nn.init.zeros_(y.detach()),
    "batch norm": lambda y: track(y.detach().reshape(-1)),
    "clipping": lambda y: clip(y.detach()),
    "loading": lambda y: load(y.detach()),
}


def step(memory):
    memory.requires_grad_()
    memory.grad = tv.ones_like(memory)
    tv.optim.Adam([memory], lr=0.1).step()


def track(memory):
    batch = tv.ones(4, 6, dtype=tv.float64)
    tv.nn.functional.batch_norm(batch, memory, memory.clone(), training=True)


def clip(memory):
    parameter = tv.zeros_like(memory, requires_grad=True)
    parameter.grad = memory
    tv.nn.utils.clip_grad_norm_([parameter], 1e-3)


def load(memory):
    layer = tv.nn.Linear(3, 2, bias=False).double()
    layer.weight = tv.nn.Parameter(memory)
    layer.load_state_dict({"weight": tv.zeros(2, 3, dtype=tv.float64)})


@pytest.mark.parametrize("name", WAYS)
def test_a_saved_value_that_changes_in_place_is_refused(name):
    x = leaf()
    y = x * 2
    loss = (y * y).sum()
    WAYS[name](y)
    with pytest.raises(RuntimeError, match=r"MulBackward needs its argument '.*changed in place"):
        loss.backward()


@pytest.mark.parametrize("name", WAYS)
def test_a_saved_answer_that_changes_in_place_is_refused(name):
    y = leaf().exp()
    loss = y.sum()
    WAYS[name](y)
    with pytest.raises(RuntimeError, match="ExpBackward needs its answer, which was changed"):
        loss.backward()


@pytest.mark.parametrize("name", WAYS)
def test_a_saved_constant_that_changes_in_place_is_refused(name):
    x, constant = leaf(), tv.ones(2, 3, dtype=tv.float64)
    loss = (x * constant).sum()
    WAYS[name](constant)
    with pytest.raises(RuntimeError, match="needs its argument 'other', which was changed"):
        loss.backward()


def test_the_message_names_what_made_the_change_and_the_remedy():
    y = leaf() * 2
    loss = (y * y).sum()
    y.clamp_(0, 1)
    with pytest.raises(RuntimeError, match=r"\(by clamp_\).*make a clone\(\) before"):
        loss.backward()


def test_a_value_that_is_not_saved_may_change():
    x = leaf()
    y = x * 2
    loss = (y + 1).sum()
    y.zero_()
    loss.backward()
    assert x.grad.tolist() == [[2, 2, 2], [2, 2, 2]]


def test_the_step_between_two_backward_passes_is_noticed_once_the_graph_is_kept():
    w = leaf()
    optimizer = tv.optim.SGD([w], lr=0.1)
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    optimizer.step()
    with pytest.raises(RuntimeError, match=r"changed in place \(by SGD.step\)"):
        loss.backward()
