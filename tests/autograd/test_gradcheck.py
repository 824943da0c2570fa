"""The gradient check is itself checked: a rule that is a little wrong must not pass."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import (
    GradcheckError,
    gradcheck,
    gradgradcheck,
    primitive,
    registry,
)

POINTS = np.array([[0.4, 1.3, 0.8], [0.9, 0.6, 1.1]])
MODES = pytest.mark.parametrize("fast", [False, True], ids=["full", "fast"])

# Primitives by name, and a function of one input that calls each with it as the first argument.
FUNCTIONS = {
    "exp": lambda x: tv.exp(x),
    "sin": lambda x: tv.sin(x),
    "log": lambda x: tv.log(x),
    "tanh": lambda x: tv.tanh(x),
    "sqrt": lambda x: tv.sqrt(x),
    "sigmoid": lambda x: tv.sigmoid(x),
    "mul": lambda x: x * tv.tensor(POINTS[::-1].copy()),
    "true_div": lambda x: x / tv.tensor(POINTS[::-1].copy()),
    "sum_over": lambda x: x.sum(dim=1) ** 2,
    "matrix_product": lambda x: (x @ tv.tensor(POINTS.T.copy())) ** 2,
    "permute_axes": lambda x: x.t() ** 2,
    "pick": lambda x: x[:, 1:] ** 2,
    "correlate": lambda x: (
        tv.nn.functional.conv2d(x[None, None], tv.ones(1, 1, 2, 2).double()) ** 2
    ),
}


def point():
    return tv.tensor(POINTS, requires_grad=True)


@pytest.fixture
def wrong_rule(monkeypatch):
    """Puts another rule for the first argument in the place of a primitive's own."""

    def replace(name, distort):
        rules = registry[name].rules
        argument, right = next(iter(rules.items()))
        function = right.function

        def wrong(g, *saved, **config):
            return distort(function(g, *saved, **config))

        changed = type(right)(wrong, right.reads, right.config, right.wants_needs)
        monkeypatch.setitem(rules, argument, changed)
        monkeypatch.setattr(registry[name], "_plans", {})

    return replace


@pytest.fixture
def define():
    before = set(registry)
    yield lambda function: primitive(function)
    for name in set(registry) - before:
        del registry[name]


@pytest.fixture
def square_with(define):
    """``x * x`` with a rule of one's own."""

    def make(rule):
        def peculiar(x):
            return x * x

        made = define(peculiar)
        made.defvjp(x=rule)
        return made

    return make


# -- it passes what is right ------------------------------------------------------------------


@MODES
@pytest.mark.parametrize("name", FUNCTIONS)
def test_right_rules_pass(name, fast):
    assert gradcheck(FUNCTIONS[name], point(), fast_mode=fast)
    assert gradgradcheck(FUNCTIONS[name], point(), fast_mode=fast)


@MODES
def test_functions_of_several_inputs_and_outputs_pass(fast):
    x, y = point(), point()

    def function(a, b, scale, flag):
        assert flag == "any object"
        return a * b * scale, a.sum(), b > 0, b.argmax()

    inputs = [x, y, tv.tensor(3.0, dtype=tv.float64), "any object"]
    assert gradcheck(function, inputs, fast_mode=fast)
    assert gradgradcheck(function, inputs, fast_mode=fast)


@MODES
def test_an_output_that_depends_on_no_input_is_no_reason_to_fail(fast):
    def function(x):
        return x * x, tv.ones(3, dtype=tv.float64)

    assert gradcheck(function, point(), fast_mode=fast)
    assert gradgradcheck(function, point(), fast_mode=fast)


@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 0)])
@MODES
def test_inputs_without_axes_or_elements_pass(shape, fast):
    x = tv.ones(shape, dtype=tv.float64, requires_grad=True)
    assert gradcheck(lambda x: x * x, x, fast_mode=fast)


def test_the_inputs_are_left_as_they_were():
    x = point()
    gradcheck(lambda x: x.exp(), x)
    gradgradcheck(lambda x: x.exp(), x)
    np.testing.assert_array_equal(x.detach().numpy(), POINTS)
    assert x.grad is None


def test_the_check_works_inside_no_grad():
    with tv.no_grad():
        assert gradcheck(tv.exp, point())
        assert gradgradcheck(tv.exp, point())


# -- a rule that is a little wrong ------------------------------------------------------------


@MODES
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_rule_wrong_by_a_thousandth_is_caught(wrong_rule, name, fast):
    wrong_rule(name, lambda slope: slope * 1.001)
    with pytest.raises(GradcheckError, match="wrong derivative of output 0"):
        gradcheck(FUNCTIONS[name], point(), fast_mode=fast)


@MODES
def test_a_rule_wrong_in_one_element_only_is_caught(wrong_rule, fast):
    mask = np.ones((2, 3))
    mask[1, 2] = 1.001
    wrong_rule("exp", lambda slope: slope * mask)
    with pytest.raises(GradcheckError, match="wrong derivative"):
        gradcheck(tv.exp, point(), fast_mode=fast)


@MODES
@pytest.mark.parametrize(
    "rule",
    [  # 2 g x in value, its derivatives: doubled; lost; lost for x; lost for g
        lambda g, x: g * 2.0 * _twice_as_steep(x),
        lambda g, x: tv.as_tensor(2.0 * _values(g) * _values(x)),
        lambda g, x: g * 2.0 * _values(x),
        lambda g, x: _values(g) * 2.0 * x,
    ],
)
def test_a_rule_right_at_first_order_and_wrong_at_the_second_is_caught(square_with, rule, fast):
    def plain_or_recorded(g, x):
        return rule(g, x) if isinstance(g, tv.Tensor) else 2.0 * g * x

    function = square_with(plain_or_recorded)
    assert gradcheck(function, point(), fast_mode=fast)
    with pytest.raises(GradcheckError, match="wrong derivative"):
        gradgradcheck(function, point(), fast_mode=fast)


def _values(tensor):
    return tensor.detach().numpy()


def _twice_as_steep(x):
    return x + x - x.detach()


@MODES
def test_a_rule_wrong_by_a_thousandth_at_second_order_only_is_caught(square_with, fast):
    function = square_with(
        lambda g, x: (
            g * 2.0 * (x * 1.001 - x.detach() * 0.001) if isinstance(g, tv.Tensor) else 2.0 * g * x
        )
    )
    assert gradcheck(function, point(), fast_mode=fast)
    with pytest.raises(GradcheckError, match="wrong derivative"):
        gradgradcheck(function, point(), fast_mode=fast)


# -- the other faults, and what the message says about them -----------------------------------


@MODES
def test_a_wrong_sign_is_named(square_with, fast):
    with pytest.raises(GradcheckError, match="Likely cause: the sign is wrong"):
        gradcheck(square_with(lambda g, x: g * x * -2.0), point(), fast_mode=fast)


@MODES
@pytest.mark.parametrize("lose", [lambda x: x.detach() * x.detach(), lambda x: x.detach() ** 2])
def test_a_lost_gradient_is_named(lose, fast):
    with pytest.raises(GradcheckError, match="Likely cause: the gradient is lost on the way"):
        gradcheck(lose, point(), fast_mode=fast)


def test_a_gradient_lost_for_one_input_names_that_input():
    with pytest.raises(GradcheckError, match=r"with respect to input 1 at \[0, 0\].*is lost"):
        gradcheck(lambda a, b: a * b.detach(), [point(), point()])


def test_a_forgotten_mask_is_named():
    with pytest.raises(GradcheckError, match="a gradient where the value does not change"):
        gradcheck(_straight_through, point())


def _straight_through(x):
    """Rounds, and claims the slope 1."""
    return x - (x.detach() - x.detach().round())


@MODES
@pytest.mark.parametrize(
    ("factor", "cause"),
    [(3.0, "counted 3 times, as when a sum should be a mean"), (0.25, "a factor of 4 is missing")],
)
def test_a_whole_factor_is_named(square_with, factor, cause, fast):
    with pytest.raises(GradcheckError, match=f"Likely cause: {cause}"):
        gradcheck(square_with(lambda g, x: g * x * (2.0 * factor)), point(), fast_mode=fast)


@MODES
def test_a_gradient_of_the_wrong_shape_is_named(define, fast):
    def stretched(x):
        return x + np.zeros((2, 3))

    made = define(stretched)
    made.defvjp(x=lambda g: g)
    x = tv.ones(3, dtype=tv.float64, requires_grad=True)
    with pytest.raises(GradcheckError, match=r"\(2, 3\), the input \(3,\); does the rule undo"):
        gradcheck(made, x, fast_mode=fast)


@MODES
def test_a_function_that_draws_random_numbers_is_named(fast):
    rng = np.random.default_rng(0)
    with pytest.raises(GradcheckError, match=r"output 0 differs by .* from one call to the next"):
        gradcheck(lambda x: x * rng.standard_normal(), point(), fast_mode=fast)


@MODES
def test_a_rule_that_draws_random_numbers_is_named(square_with, fast):
    rng = np.random.default_rng(0)
    function = square_with(lambda g, x: g * x * 2.0 + 1e-9 * rng.standard_normal(x.shape))
    with pytest.raises(
        GradcheckError, match=r"gradient of output 0 with respect to input 0 differs by .* backward"
    ):
        gradcheck(function, point(), fast_mode=fast)
    assert gradcheck(function, point(), fast_mode=fast, nondet_tol=1e-6)


def test_the_message_names_output_input_entry_and_both_numbers():
    def function(a, b):
        return a * 1.0, a * 1.0 + _wrong_at_one_place(b)

    with pytest.raises(
        GradcheckError,
        match=r"output 1 at \[1, 2\] with respect to input 1 at \[1, 2\]: the rule says 0, "
        r"central differences say 1 .*they differ by 1, .*is allowed",
    ):
        gradcheck(function, [point(), point()])


def _wrong_at_one_place(b):
    mask = np.zeros((2, 3), bool)
    mask[1, 2] = True
    return tv.where(tv.tensor(mask), b.detach(), b)


def test_the_fast_message_names_output_and_input():
    with pytest.raises(GradcheckError, match="output 0 with respect to input 1, along random dir"):
        gradcheck(lambda a, b: a + b.detach(), [point(), point()], fast_mode=True)


def test_a_bend_is_a_likely_cause_too():
    x = tv.tensor([1e-7], dtype=tv.float64, requires_grad=True)
    with pytest.raises(GradcheckError, match="a bend or jump of the function within eps"):
        gradcheck(lambda x: x.relu(), x)


@MODES
@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
def test_the_check_can_return_false_instead(wrong_rule, check, fast):
    wrong_rule("exp", lambda slope: slope * 1.001)
    assert check(tv.exp, point(), fast_mode=fast, raise_exception=False) is False


# -- what it cannot check ---------------------------------------------------------------------


@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
def test_float32_is_refused(check):
    x = tv.ones(2, requires_grad=True)
    with pytest.raises(ValueError, match=r"input 0 is float32.*use float64: x.double\(\)"):
        check(tv.exp, x)


@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
def test_without_an_input_that_requires_a_gradient_there_is_nothing_to_check(check):
    with pytest.raises(ValueError, match="no input requires a gradient"):
        check(tv.exp, tv.ones(2, dtype=tv.float64))


def test_an_input_that_overlaps_itself_is_refused():
    x = tv.ones(1, dtype=tv.float64).expand(3).requires_grad_()
    with pytest.raises(ValueError, match=r"one number in several places.*x.contiguous\(\)"):
        gradcheck(tv.exp, x)


def test_an_output_without_a_graph_has_no_second_derivative_to_check():
    with pytest.raises(ValueError, match="no output requires a gradient"):
        gradgradcheck(lambda x: x.detach(), point())


# -- gradgradcheck's own start ----------------------------------------------------------------


def test_the_gradients_to_start_with_can_be_given():
    start = tv.tensor(POINTS * 2, requires_grad=True)
    assert gradgradcheck(tv.exp, point(), start)
    assert gradgradcheck(tv.exp, point(), [start])


def test_as_many_gradients_to_start_with_as_outputs():
    with pytest.raises(ValueError, match="1 outputs, but 2 grad_outputs"):
        gradgradcheck(tv.exp, point(), [point(), point()])
