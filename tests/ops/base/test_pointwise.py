"""Operations of two operands: the short cut changes nothing, and what was repeated is added up."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import registry
from tinyvision.autograd.watch import watching
from tinyvision.ops.base.pointwise import Pointwise

NAMES = sorted(name for name, made in registry.items() if isinstance(made, Pointwise))
OF_NUMBERS = sorted(set(NAMES) - {"atan2", "maximum", "minimum"})  # the others want two tensors
POINTS = np.array([[0.5, 1.5, 2.0], [2.5, 0.25, 2.0]])
OTHERS = np.array([[1.5, 0.5, 2.0], [1.25, 3.0, 0.75]])
WAYS = {
    "shortcut": lambda made: made.shortcut(lambda x, y: pytest.fail("took the general way")),
    "general": lambda made: made.run_in_general,
}
FORMS = {
    "two tensors": (POINTS, OTHERS),
    "without axes": (POINTS[0, 0], OTHERS[0, 0]),
    "a float on the right": (POINTS, 1.5),
    "an integer on the right": (POINTS, 2),
    "a float on the left": (1.5, OTHERS),
    "an integer on the left": (2, OTHERS),
}


def operands(form, dtype):
    """Those of a form; what is an array, as a tensor that wants a gradient."""
    return [
        tv.tensor(given, dtype=dtype, requires_grad=True)
        if isinstance(given, (np.ndarray, np.floating))
        else given
        for given in FORMS[form]
    ]


def answer_and_gradients(run, given):
    answer = run(*given)
    leaves = [x for x in given if isinstance(x, tv.Tensor)]
    slopes = tv.autograd.grad(answer.sum(), leaves, create_graph=True)
    curves = tv.autograd.grad(
        sum(slope.sum() for slope in slopes) + 0.0 * answer.sum(), leaves, materialize_grads=True
    )
    return [answer, *slopes, *curves]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("name", "form"),
    [
        (name, form)
        for name in NAMES
        for form in FORMS
        if name in OF_NUMBERS or form in ("two tensors", "without axes")
    ],
)
def test_the_shortcut_gives_what_the_general_way_gives_to_the_bit(name, form, dtype):
    quick, general = (
        answer_and_gradients(way(registry[name]), operands(form, dtype)) for way in WAYS.values()
    )
    for one, other in zip(quick, general, strict=True):
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        assert one._array.tobytes() == other._array.tobytes()


@pytest.mark.parametrize("way", WAYS)
def test_both_ways_leave_the_same_in_the_graph(way):
    x, y = operands("two tensors", "float64")
    node = WAYS[way](registry["mul"])(x, y).grad_fn
    assert (node.name, node.shape) == ("MulBackward", (2, 3))
    assert node.next_functions == (x, y)
    kept = {id(value) for value in node.saved if isinstance(value, np.ndarray)}
    assert kept == {id(x._array), id(y._array)}


@pytest.mark.parametrize("way", WAYS)
def test_both_ways_are_watched(way):
    seen = []
    x, y = operands("two tensors", "float64")
    with watching(lambda *operation: seen.append(operation)):
        made = WAYS[way](registry["mul"])(x, y)
    assert len(seen) == 1
    primitive, answer, args, config = seen[0]
    assert (primitive.name, answer is made, config) == ("mul", True, {})
    assert args[0] is x
    assert args[1] is y


@pytest.mark.parametrize("way", WAYS)
def test_both_ways_know_the_modes(way):
    run = WAYS[way](registry["add"])
    x, y = operands("two tensors", "float64")
    with tv.no_grad():
        assert not run(x, y).requires_grad
    with tv.inference_mode():
        assert run(x, y).is_inference()
    assert not run(x, y).is_inference()


@pytest.mark.parametrize("name", NAMES)
def test_only_operands_that_are_alike_take_the_shortcut(name):
    taken = []
    run = registry[name].shortcut(lambda x, y: taken.append((x, y)))
    x = tv.ones(2, 3)
    for other in (
        tv.ones(3),  # another shape
        tv.ones(2, 3, dtype=tv.float64),  # another type
        tv.ones(2, 3, dtype=tv.int64),
        np.ones((2, 3), np.float32),
        np.float32(1.0),
        True,
    ):
        assert run(x, other) is None
        assert run(other, x) is None
    assert run(tv.tensor([1, 2]), tv.tensor([1, 2])) is None
    assert run(tv.tensor([1, 2]), 2) is None
    assert len(taken) == 14


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(OF_NUMBERS)))
def test_what_wants_two_tensors_refuses_a_number(name):
    for given in ((tv.ones(2), 1.0), (1.0, tv.ones(2))):
        with pytest.raises(TypeError, match=f"{name} needs two tensors, got the number 1.0"):
            registry[name](*given)


# -- what was repeated is added up again ------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("one", "two"), [((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 3)), ((2, 3), (2, 1))]
)
def test_a_broadcast_operand_gets_the_sum_of_the_gradients_of_its_copies(name, one, two):
    rng = np.random.default_rng(0)
    arrays = [rng.uniform(0.5, 2.0, shape) for shape in (one, two)]
    small = [tv.tensor(array, requires_grad=True) for array in arrays]
    shape = np.broadcast_shapes(one, two)
    large = [tv.tensor(np.broadcast_to(array, shape), requires_grad=True) for array in arrays]
    weights = tv.tensor(rng.uniform(0.5, 2.0, shape))
    (registry[name](*small) * weights).sum().backward()
    (registry[name](*large) * weights).sum().backward()
    for few, many in zip(small, large, strict=True):
        extra = len(shape) - few.ndim
        axes = tuple(i for i in range(len(shape)) if i < extra or few.shape[i - extra] == 1)
        expected = many.grad._array.sum(axis=axes).reshape(few.shape)
        np.testing.assert_allclose(few.grad._array, expected, rtol=1e-12)


def test_an_operand_that_is_the_answers_shape_is_not_summed():
    x = tv.ones(2, 3, requires_grad=True)
    (x + tv.ones(3)).sum().backward()
    assert x.grad.tolist() == [[1, 1, 1], [1, 1, 1]]
