"""The properties every primitive and every function made of primitives must have.

The table of cases is `tinyvision/proofs`. Values are checked in the test files of the
families; here it is derivatives, types, layouts, sizes and mutation.
"""

import inspect
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from tinyvision.autograd import GradcheckError, gradcheck, gradgradcheck, registry
from tinyvision.proofs.check import checkable, evaluate, gradients, leaf, start_of
from tinyvision.proofs.table import all_cases

CASES = all_cases()

# Each property is tried on so many calls of each case: the dearer or the simpler, the fewer.
half = settings(max_examples=settings.default.max_examples // 2)
quarter = settings(max_examples=settings.default.max_examples // 4)
few = settings(max_examples=settings.default.max_examples * 3 // 20)

# -- the table --------------------------------------------------------------------------------


def test_every_primitive_has_a_case():
    missing = set(registry) - {case.answers_for for case in CASES}
    assert not missing, (
        f"primitives without a gradient case in tinyvision/proofs/cases: {sorted(missing)}"
    )


def test_every_case_answers_for_a_primitive_that_exists():
    named = {case.answers_for for case in CASES if case.answers_for is not None}
    assert named <= set(registry)


def test_no_two_cases_have_the_same_name():
    names = [case.name for case in CASES]
    assert sorted(names) == sorted(set(names))


def test_no_case_hides_the_derivative_of_a_primitive():
    """A primitive with rules has a case that checks them."""
    ruled = {name for name, p in registry.items() if p.rules or p.joint}
    checked = {case.answers_for for case in CASES if case.differentiable}
    assert ruled <= checked


def skip_unless_differentiable(case):
    if not case.differentiable:
        pytest.skip("has no gradient")


def draw(data, case):
    return data.draw(case.calls, label="call")


# -- derivatives ------------------------------------------------------------------------------


@given(data=st.data())
@half
def test_first_derivatives_agree_with_differences_entry_by_entry(case, data):
    skip_unless_differentiable(case)
    function, leaves = checkable(case, draw(data, case))
    gradcheck(function, leaves, rtol=1e-6 if case.smooth else 1e-5)


@given(data=st.data())
@quarter
def test_second_derivatives_agree_with_differences_along_random_directions(case, data):
    skip_unless_differentiable(case)
    if case.flat:
        pytest.skip("its derivative is zero")
    function, leaves = checkable(case, draw(data, case))
    gradgradcheck(function, leaves, rtol=1e-6 if case.smooth else 1e-5, fast_mode=True)


@pytest.mark.long
@given(data=st.data())
@few
def test_second_derivatives_of_few_elements_agree_entry_by_entry(case, data):
    skip_unless_differentiable(case)
    if case.flat:
        pytest.skip("its derivative is zero")
    small = case.calls.filter(lambda call: sum(call.args[i].size for i in call.floating) <= 12)
    function, leaves = checkable(case, data.draw(small, label="call"))
    gradgradcheck(function, leaves, rtol=1e-6 if case.smooth else 1e-5)


def test_a_rule_that_is_wrong_by_a_thousandth_is_noticed(case, monkeypatch):
    """Tests the tester: each rule is spoilt in turn, and the first check must then fail."""
    if not case.differentiable or case.flat or case.answers_for is None:
        pytest.skip("has no rules of its own that give a slope")
    primitive = registry[case.answers_for]
    rules = [*primitive.rules.items(), *([("joint", primitive.joint)] if primitive.joint else [])]
    for argument, rule in rules:
        if not reaches(case, primitive, argument):
            continue
        with monkeypatch.context() as patch:
            patch.setattr(primitive, "_plans", {})
            spoilt = replace(rule, function=spoil(rule.function))
            if argument == "joint":
                patch.setattr(primitive, "joint", spoilt)
            else:
                patch.setattr(primitive, "rules", {**primitive.rules, argument: spoilt})
            assert is_caught(case), f"a wrong rule for {argument!r} goes unnoticed"


def reaches(case, primitive, argument):
    """Whether the case has a call whose gradients the rule gives: all of a call's are wanted."""
    if case.function is not None:
        return True

    def by_joint_rule(call):
        return primitive.joint and call.floating and primitive.joint_wanted <= set(call.floating)

    if argument == "joint":
        return exists(case, by_joint_rule)
    place = primitive.arguments.index(argument)
    return exists(case, lambda call: place in call.floating and not by_joint_rule(call))


def spoil(rule):
    def wrong(*args, **kwargs):
        gradient = rule(*args, **kwargs)
        if isinstance(gradient, (tuple, list)):
            return tuple(None if g is None else g * 1.001 for g in gradient)
        return None if gradient is None else gradient * 1.001

    wrong.__signature__ = inspect.signature(rule)
    return wrong


def is_caught(case):
    def fails(call):
        function, leaves = checkable(case, call)
        try:
            gradcheck(function, leaves)
        except GradcheckError:
            return True
        return False

    return exists(case, fails)


def exists(case, condition):
    """Whether one of the calls that the case draws meets the condition."""
    generate = settings(phases=[Phase.generate], max_examples=50)
    try:
        find(case.calls, condition, settings=generate)
    except NoSuchExample:
        return False
    return True


@given(data=st.data())
@few
def test_recording_the_derivative_does_not_change_a_bit_of_it(case, data):
    skip_unless_differentiable(case)
    call = draw(data, case)
    plain, recorded = gradients(case, call), gradients(case, call, create_graph=True)
    for one, other in zip(plain, recorded, strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)


@given(data=st.data())
@few
def test_linear_functions_and_their_gradients_are_adjoint(case, data):
    """<A x, y> = <x, A* y>: exact, so it holds for large steps where differences are rough."""
    if not case.linear:
        pytest.skip("is not linear")
    call = draw(data, case)
    answer, leaves = evaluate(case, call)
    start = start_of(answer)
    forward = float((answer.detach().numpy() * start).sum())
    found = gradients(case, call, start)
    products = [
        0.0 if g is None else float((g * x.detach().numpy()).sum())
        for g, x in zip(found, leaves, strict=True)
    ]
    size = float(np.abs(answer.detach().numpy() * start).sum())
    if case.linear == "together":
        products = [sum(products)]
    for product in products:
        assert product == pytest.approx(forward, rel=1e-12, abs=1e-12 * (1.0 + size))


# -- types and shapes -------------------------------------------------------------------------


@given(data=st.data())
@few
def test_answer_and_gradients_keep_type_and_shape(case, data):
    drawn = draw(data, case)
    for dtype in (np.float32, np.float64):
        call = drawn.replaced(lambda array, dtype=dtype: array.astype(dtype))
        answer, leaves = evaluate(case, call)
        if case.keeps_dtype:
            assert answer.dtype == dtype
        if case.differentiable:
            for gradient, leaf in zip(gradients(case, call), leaves, strict=True):
                if gradient is not None:
                    assert (gradient.dtype, gradient.shape) == (leaf.dtype, leaf.shape)


@given(data=st.data())
@few
def test_float32_agrees_with_float64(case, data):
    if not case.differentiable or not case.keeps_dtype:
        pytest.skip("no derivative, or another type by definition")
    single = draw(data, case).replaced(lambda array: array.astype(np.float32))
    double = single.replaced(lambda array: array.astype(np.float64))
    answer = evaluate(case, double)[0]
    start = start_of(answer).astype(np.float32)
    found = [evaluate(case, single)[0].detach().numpy(), *gradients(case, single, start)]
    exact = [answer.detach().numpy(), *gradients(case, double, start.astype(np.float64))]
    for one, other in zip(found, exact, strict=True):
        if other is not None:
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5 * size_of(other))


def size_of(array):
    """The largest magnitude: what float32's rounding of cancelling terms is relative to."""
    return max(1.0, float(np.abs(array).max(initial=0.0)))


@given(data=st.data())
@few
def test_float16_works_or_is_refused_by_name(case, data):
    if not case.keeps_dtype:
        pytest.skip("another type by definition")
    half = draw(data, case).replaced(lambda array: array.astype(np.float16))
    if not case.half:
        with pytest.raises((TypeError, RuntimeError), match="float16"):
            evaluate(case, half)
        return
    answer, leaves = evaluate(case, half)
    exact = evaluate(case, half.replaced(lambda array: array.astype(np.float64)))[0]
    assert answer.dtype == np.float16
    if case.smooth and not case.flat:
        a, b = answer.detach().numpy().astype(np.float64), exact.detach().numpy()
        np.testing.assert_allclose(a, b, rtol=1e-2, atol=1e-2 * size_of(b))
    if case.differentiable:
        for gradient, leaf in zip(gradients(case, half), leaves, strict=True):
            assert gradient is None or (gradient.dtype, gradient.shape) == (leaf.dtype, leaf.shape)


def test_size_zero_works(case):
    assert case.empty, f"{case.name}: give at least one call with an axis of size 0"
    for call in case.empty:
        assert any(isinstance(arg, np.ndarray) and arg.size == 0 for arg in call.args)
        answer, leaves = evaluate(case, call)
        if case.differentiable:
            for create_graph in (False, True):
                found = gradients(case, call, create_graph=create_graph)
                for gradient, leaf in zip(found, leaves, strict=True):
                    assert gradient is None or gradient.shape == leaf.shape
                    if answer.numel() == 0 and gradient is not None:
                        np.testing.assert_array_equal(gradient, np.zeros(leaf.shape))


# -- memory -----------------------------------------------------------------------------------


@given(data=st.data())
@few
def test_arguments_are_not_changed(case, data):
    call = draw(data, case)
    values = [*call.args, *call.config.values()]
    before = [np.array(value) for value in values if isinstance(value, np.ndarray)]
    if case.differentiable:
        answer, _ = evaluate(case, call)
        start = start_of(answer)
        before.append(start.copy())
        values.append(start)
        gradients(case, call, start)
        gradients(case, call, start, create_graph=True)
    else:
        evaluate(case, call)
    after = [value for value in values if isinstance(value, np.ndarray)]
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


def transposed(array):
    return np.array(array.T, order="C").T  # also without axes, unlike ascontiguousarray


def rolled_axes(array):
    """The last axis lies outermost in memory: neither C nor Fortran order."""
    return np.moveaxis(np.moveaxis(array, -1, 0).copy(), 0, -1) if array.ndim else array.copy()


def reversed_(array):
    back = tuple(slice(None, None, -1) for _ in array.shape)
    return array[(..., *back)].copy()[(..., *back)]


def strided(array):
    wide = np.full([2 * size + 1 for size in array.shape], 7, array.dtype)
    places = (..., *[slice(1, None, 2) for _ in array.shape])
    wide[places] = array
    return wide[places]


def read_only(array):
    copied = array.copy()
    copied.flags.writeable = False
    return copied


def big_endian(array):
    return array.astype(array.dtype.newbyteorder(">"))


LAYOUTS = (transposed, rolled_axes, reversed_, strided, read_only, big_endian)


@given(data=st.data())
@few
def test_memory_layout_does_not_matter(case, data):
    call = draw(data, case)
    expected = evaluate(case, call)[0].detach().numpy()
    start = start_of(expected)
    slopes = gradients(case, call, start) if case.differentiable else []
    for layout in LAYOUTS:
        name = layout.__name__

        def laid_out(array, layout=layout):
            return leaf(layout(array))

        found = evaluate(case, call, laid_out)[0].detach().numpy()
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12, err_msg=name)
        if case.differentiable:
            for g, slope in zip(
                gradients(case, call, layout(start), wrap=laid_out), slopes, strict=True
            ):
                if slope is not None:
                    np.testing.assert_allclose(g, slope, rtol=1e-10, atol=1e-12, err_msg=name)
