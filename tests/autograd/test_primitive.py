import gc
import inspect
import weakref

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import Primitive, primitive, registry


@pytest.fixture
def define():
    """Makes primitives that are forgotten again after the test."""
    before = set(registry)
    yield lambda function, **options: primitive(**options)(function)
    for name in set(registry) - before:
        del registry[name]


@pytest.fixture
def times(define):
    """``x * y`` with rules that keep each other's argument."""

    def times(x, y):
        return x * y

    made = define(times)
    made.defvjp(x=lambda g, y: g * y, y=lambda g, x: g * x)
    return made


def leaf(*values):
    return tv.tensor(values, dtype=tv.float64, requires_grad=True)


def kept_arrays(tensor):
    return [value for value in tensor.grad_fn.saved if isinstance(value, np.ndarray)]


# -- a function of arrays ---------------------------------------------------------------------


def test_a_primitive_of_bare_arrays_is_the_function_it_was_written_as(times):
    result = times(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert type(result) is np.ndarray
    assert result.tolist() == [3, 8]


def test_a_primitive_of_numbers_returns_what_the_function_returns(times):
    assert times(2.0, 3.0) == 6.0


@pytest.mark.parametrize("other", [3.0, np.array([3.0, 4.0]), tv.tensor([3.0, 4.0])])
def test_one_tensor_among_the_arguments_makes_the_answer_a_tensor(times, other):
    assert isinstance(times(tv.tensor([1.0, 2.0]), other), tv.Tensor)
    assert isinstance(times(other, tv.tensor([1.0, 2.0])), tv.Tensor)


def test_an_answer_without_axes_is_an_array_not_a_numpy_scalar(define):
    total = define(lambda_named("total", lambda x: x.sum()))
    assert type(total(tv.ones(3))._array) is np.ndarray


def lambda_named(name, function):
    function.__name__ = name
    return function


def test_a_primitive_keeps_the_name_text_and_signature_of_its_function(define):
    def some_function(x, *, scale=1):
        """Says what it does."""
        return x * scale

    made = define(some_function)
    assert isinstance(made, Primitive)
    assert (made.name, made.__doc__) == ("some_function", "Says what it does.")
    assert list(inspect.signature(made).parameters) == ["x", "scale"]
    assert repr(made) == "<primitive some_function>"
    assert registry["some_function"] is made


def test_leading_underscores_are_no_part_of_the_name(define):
    assert define(lambda_named("_hidden", lambda x: x)).name == "hidden"


def test_two_primitives_of_one_name_are_refused(define):
    define(lambda_named("twice", lambda x: x))
    with pytest.raises(TypeError, match="two primitives of the name 'twice'"):
        define(lambda_named("twice", lambda x: x))


# -- how it may be called ---------------------------------------------------------------------


def test_arguments_may_be_named(times):
    x, y = leaf(2.0), leaf(3.0)
    product = times(y=y, x=x)
    assert product.grad_fn.name == "TimesBackward"
    product.backward()
    assert (x.grad.item(), y.grad.item()) == (3, 2)


def test_configuration_has_its_default_whether_or_not_it_is_given(define):
    def scaled(x, *, by=10.0, shift=0.0):
        return x * by + shift

    made = define(scaled)
    made.defvjp(x=lambda g, *, by: g * by)
    for call, slope in [
        (lambda x: made(x), 10),
        (lambda x: made(x, shift=1.0), 10),
        (lambda x: made(x, by=3.0), 3),
        (lambda x: made(x=x, by=3.0), 3),
    ]:
        x = leaf(1.0)
        call(x).backward()
        assert x.grad.item() == slope


@pytest.mark.parametrize(
    "call", [lambda p: p(tv.ones(1)), lambda p: p(tv.ones(1), tv.ones(1), z=1)]
)
def test_a_wrong_call_fails_as_that_of_a_function(times, call):
    with pytest.raises(TypeError, match="argument"):
        call(times)


def test_prepare_makes_the_arguments_ready_if_there_is_a_tensor(define):
    def both(x, y):
        return x * y

    seen = []

    def prepare(x, y):
        seen.append(type(y).__name__)
        return x, 10.0

    made = define(both, prepare=prepare)
    made.defvjp(x=lambda g, y: g * y)
    assert made(2.0, 3.0) == 6.0
    assert not seen
    x = leaf(1.0)
    y = made(x, 3.0)
    assert (y.item(), seen) == (10.0, ["float"])
    y.backward()
    assert x.grad.item() == 10


def test_what_prepare_makes_of_a_tensor_stays_in_its_graph(define):
    made = define(lambda_named("same", lambda x: x * 1), prepare=lambda x: (x * 3,))
    made.defvjp(x=lambda g: g)
    x = leaf(1.0)
    made(x).backward()
    assert x.grad.item() == 3


# -- rules ------------------------------------------------------------------------------------


def test_a_rule_may_read_arguments_answer_shapes_types_and_configuration(define):
    def everything(x, y, *, a, b=2):
        return x + y

    seen = {}

    def rule(g, ans, x, y_shape, x_dtype, ans_shape, *, b, a):
        seen.update(locals())
        return g

    made = define(everything)
    made.defvjp(x=rule)
    x, y = leaf(1.0, 2.0), tv.tensor([3.0, 4.0], dtype=tv.float64)
    made(x, y, a="config").sum().backward()
    assert seen["x"].tolist() == [1, 2]
    assert seen["ans"].tolist() == [4, 6]
    assert (seen["y_shape"], seen["ans_shape"], seen["x_dtype"]) == ((2,), (2,), np.float64)
    assert (seen["a"], seen["b"]) == ("config", 2)


def test_a_rule_may_take_the_whole_configuration(define):
    def configured(x, *, a, b=2):
        return x * 1

    seen = {}
    made = define(configured)
    made.defvjp(x=lambda g, **config: seen.update(config) or g)
    made(leaf(1.0), a=1).backward()
    assert seen == {"a": 1, "b": 2}


def test_a_rule_runs_on_bare_arrays(times):
    types = []
    times.defvjp(x=lambda g, y: types.extend([type(g), type(y)]) or g * y)
    times(leaf(1.0, 2.0), leaf(1.0, 2.0)).sum().backward()
    assert types == [np.ndarray, np.ndarray]


def test_a_rule_runs_on_tensors_to_be_derived_again(times):
    types = []
    times.defvjp(x=lambda g, y: types.extend([type(g), type(y)]) or g * y)
    x, y = leaf(1.0), leaf(2.0)
    (slope,) = tv.autograd.grad(times(x, y), x, create_graph=True)
    assert types == [tv.Tensor, tv.Tensor]
    assert slope.requires_grad


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (lambda g, z: g, "z"),
        (lambda g, x_size: g, "x_size"),
        (lambda g, answer: g, "answer"),
        (lambda g, y_shape_: g, "y_shape_"),
        (lambda g, config_shape: g, "config_shape"),
    ],
)
def test_a_rule_that_reads_something_unknown_is_refused_when_it_is_declared(times, rule, name):
    with pytest.raises(TypeError, match=f"a rule of times reads '{name}', which is neither"):
        times.defvjp(x=rule)


def test_a_rule_that_reads_unknown_configuration_is_refused(times):
    with pytest.raises(TypeError, match=r"a rule of times reads unknown configuration \['scale'\]"):
        times.defvjp(x=lambda g, *, scale: g)


@pytest.mark.parametrize("rule", [lambda: 1, lambda y: y, lambda y, g: g])
def test_a_rule_that_does_not_take_the_gradient_first_is_refused(times, rule):
    with pytest.raises(TypeError, match="a rule of times takes the gradient g first"):
        times.defvjp(x=rule)


def test_a_rule_for_an_argument_there_is_not_is_refused(times):
    with pytest.raises(TypeError, match="times has no single argument 'z' to give a rule"):
        times.defvjp(z=lambda g: g)


def test_a_primitive_of_any_number_of_arguments_has_no_rule_for_one_of_them(define):
    made = define(lambda_named("many", lambda *xs: sum(xs)))
    with pytest.raises(TypeError, match="no single argument 'xs'"):
        made.defvjp(xs=lambda g: g)


def test_a_joint_rule_gives_all_gradients_and_is_told_which_are_wanted(define):
    def many(*xs):
        return sum(xs[1:], start=xs[0] * 1)

    wanted = []

    def rule(g, xs, xs_shape, *, needs):
        wanted.append((needs, len(xs), xs_shape))
        return [g * (place + 1) if need else None for place, need in enumerate(needs)]

    made = define(many)
    made.defvjp_joint(rule)
    x, z = leaf(1.0), leaf(2.0)
    made(x, tv.tensor([5.0], dtype=tv.float64), z).backward()
    assert wanted == [((True, False, True), 3, ((1,), (1,), (1,)))]
    assert (x.grad.item(), z.grad.item()) == (1, 3)


def test_a_joint_rule_may_serve_only_where_certain_gradients_are_wanted(define):
    @define
    def product(x, y):
        return x * y

    asked = []

    def both(g, x, y):
        asked.append("both")
        return g * y, g * x

    product.defvjp(x=lambda g, y: g * y, y=lambda g, x: g * x)
    product.defvjp_joint(both, wanted=("x", "y"))
    x, y = (tv.tensor(n, requires_grad=True) for n in (2.0, 3.0))
    product(x, y.detach()).backward()
    assert (x.grad.item(), asked) == (3.0, [])
    product(x, y).backward()
    assert (x.grad.item(), y.grad.item(), asked) == (6.0, 2.0, ["both"])


def test_an_argument_without_a_rule_gets_no_gradient(define):
    made = define(lambda_named("one_sided", lambda x, y: x * y))
    made.defvjp(x=lambda g, y: g * y)
    x, y = leaf(2.0), leaf(3.0)
    made(x, y).backward()
    assert x.grad.item() == 3
    assert y.grad is None


def test_an_operation_without_any_rule_for_what_is_wanted_ends_the_graph(define):
    made = define(lambda_named("ruleless", lambda x: x * 1))
    assert not made(leaf(1.0)).requires_grad


# -- what is kept -----------------------------------------------------------------------------


def test_only_what_the_rules_name_is_kept():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    assert [kept is x._array for kept in kept_arrays(x.exp())] == [False]  # its answer
    assert kept_arrays(x + y) == []
    assert kept_arrays(x.reshape(2, 1)) == []
    assert kept_arrays(x.sum()) == []


def test_an_answer_is_kept_only_where_a_rule_names_it():
    y = leaf(1.0).exp()
    assert [kept is y._array for kept in kept_arrays(y)] == [True]
    z = leaf(1.0).log()
    assert not any(kept is z._array for kept in kept_arrays(z))


def test_of_a_frozen_argument_only_what_the_others_rule_reads_is_kept():
    x, frozen = leaf(1.0, 2.0), tv.tensor([3.0, 4.0], dtype=tv.float64)
    kept = kept_arrays(x * frozen)
    assert [array is frozen._array for array in kept] == [True]  # for x's rule, and x itself not
    assert kept_arrays(x + frozen) == []


def test_both_factors_are_kept_once_if_both_want_gradients():
    x, y = leaf(1.0), leaf(2.0)
    kept = kept_arrays(x * y)
    assert {id(array) for array in kept} == {id(x._array), id(y._array)}


def test_what_two_rules_read_is_kept_once(define):
    made = define(lambda_named("shared_factor", lambda x, y, z: x * y + z * y))
    made.defvjp(x=lambda g, y: g * y, z=lambda g, y, ans: g * y)
    result = made(leaf(1.0), leaf(2.0), leaf(3.0))
    assert len(kept_arrays(result)) == 2


def test_a_shape_that_is_read_keeps_no_array_alive(define):
    made = define(lambda_named("shape_reader", lambda x: x * 1))
    made.defvjp(x=lambda g, x_shape, x_dtype: g)
    x = leaf(1.0, 2.0) * 1
    array = weakref.ref(x._array)
    y = made(x)
    del x
    assert array() is None
    assert y.requires_grad


def test_an_array_among_the_arguments_is_copied_as_nobody_counts_its_changes(times):
    x, array = leaf(1.0, 2.0), np.array([3.0, 4.0])
    y = times(x, array)
    array[:] = 0
    y.sum().backward()
    assert x.grad.tolist() == [3, 4]


def test_constants_stay_constant_when_the_derivative_is_derived_again():
    x = leaf(1.0, 2.0)
    constant = tv.tensor([3.0, 4.0], dtype=tv.float64)
    scaled = x * constant
    (slope,) = tv.autograd.grad((scaled * scaled).sum(), x, create_graph=True)
    constant.zero_()
    with pytest.raises(RuntimeError, match="changed in place"):
        slope.sum().backward()


# -- views ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "look",
    [
        lambda x: x[0],
        lambda x: x[:, 1:],
        lambda x: x.flatten(),
        lambda x: x.t(),
        lambda x: x.reshape(3, 2),
        lambda x: x.view(-1),
        lambda x: x.unsqueeze(0),
        lambda x: x.expand(4, 2, 3),
        lambda x: x.permute(1, 0),
        lambda x: x.split(1)[1],
        lambda x: x.chunk(2)[0],
        lambda x: x.unbind()[0],
        lambda x: x.detach(),
        lambda x: x.data,
        lambda x: x.t()[0].reshape(-1)[1:],
    ],
)
def test_a_view_shares_the_version_of_what_it_shows(look):
    x = tv.zeros(2, 3)
    seen = look(x)
    assert np.shares_memory(seen._array, x._array)
    assert seen._version is x._version


@pytest.mark.parametrize(
    "make",
    [lambda x: x + 0, lambda x: x.clone(), lambda x: x[[0, 1]], lambda x: x.t().reshape(-1)],
)
def test_a_copy_has_a_version_of_its_own(make):
    x = tv.zeros(2, 3)
    made = make(x)
    assert not np.shares_memory(made._array, x._array)
    assert made._version is not x._version


def test_strange_views_are_recognised_too(define):
    """Of as_strided and sliding windows the base is not the array itself."""
    windows = define(
        lambda_named("windows", lambda x: np.lib.stride_tricks.sliding_window_view(x, 2))
    )
    same = define(lambda_named("same_object", lambda x: x))
    x = tv.zeros(5)
    assert windows(x)._version is x._version
    assert same(x)._version is x._version


def test_no_primitive_keeps_anything_alive_by_itself(times):
    x = leaf(1.0)
    gone = weakref.ref(times(x, x))
    gc.disable()
    try:
        assert gone() is None
    finally:
        gc.enable()
