"""Textbook mistakes in derivative rules: each is caught, and what is said names the mistake."""

import re

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import GradcheckError, gradcheck, gradgradcheck, primitive, registry
from tinyvision.autograd.causes import Evidence, likely_cause
from tinyvision.autograd.differences import Comparison

SQUARE = np.array([[0.4, 1.3, 0.8], [0.9, 0.6, 1.1], [0.3, 0.7, 1.7]])
WIDE = SQUARE[:2]


@pytest.fixture
def with_rules():
    """A primitive of a NumPy function and given rules, for this test only."""
    before = set(registry)

    def make(function, **rules):
        made = primitive(function)
        made.defvjp(**rules)
        return made

    yield make
    for name in set(registry) - before:
        del registry[name]


def leaf(array):
    return tv.tensor(array, requires_grad=True)


def blamed(function, *arrays, check=gradcheck, **options):
    with pytest.raises(GradcheckError) as caught:
        check(function, [leaf(array) for array in arrays], **options)
    return str(caught.value)


# -- first order ------------------------------------------------------------------------------


def product(x, w):
    return x @ w


def test_a_matrix_not_transposed_in_the_rule_of_a_product(with_rules):
    function = with_rules(product, x=lambda g, w: g @ w, w=lambda g, x: x.T @ g)
    assert "applies a matrix where it should apply its transpose" in blamed(
        function, WIDE[:1], SQUARE
    )


def test_a_transposition_that_is_not_undone(with_rules):
    def turned(x):
        return x.T

    assert "the gradient is transposed, its axes 0 and 1 swapped" in blamed(
        with_rules(turned, x=lambda g: g), SQUARE
    )


def test_rules_of_two_arguments_that_are_swapped(with_rules):
    def times(x, y):
        return x * y

    function = with_rules(times, x=lambda g, x: g * x, y=lambda g, y: g * y)
    assert "the rules are swapped: this is the gradient of input 1" in blamed(
        function, WIDE, WIDE[::-1].copy()
    )


def test_the_diagonal_of_softmax_alone(with_rules):
    def soft(x):
        e = np.exp(x - x.max())
        return e / e.sum()

    function = with_rules(soft, x=lambda g, ans: g * ans * (1.0 - ans))
    assert "the rule gives the diagonal only" in blamed(function, WIDE[0])


def shifted(x, bias):
    return x + bias


def test_a_mean_over_the_batch_where_the_gradient_of_a_bias_is_a_sum(with_rules):
    function = with_rules(shifted, x=lambda g: g, bias=lambda g: g.sum(0) / len(g))
    text = blamed(function, WIDE, SQUARE[2])
    assert "a factor of 2 is missing, as when a mean should be a sum (2 is the size of axis 0" in (
        text
    )
    assert "with respect to input 1" in text


def test_a_bias_that_hears_of_the_first_row_only(with_rules):
    function = with_rules(shifted, x=lambda g: g, bias=lambda g: g[0])
    assert "copies of a broadcast input are not all summed" in blamed(function, WIDE, SQUARE[2])


def test_a_bias_whose_gradient_is_not_summed_at_all(with_rules):
    function = with_rules(shifted, x=lambda g: g, bias=lambda g: g)
    assert "does the rule undo broadcasting?" in blamed(function, WIDE, SQUARE[2])


def test_a_sum_where_the_loss_is_a_mean(with_rules):
    def average(x):
        return x.mean()

    function = with_rules(average, x=lambda g, x: g + 0.0 * x)
    assert (
        "counted 6 times, as when a sum should be a mean (6 is the number of entries of the "
        in (blamed(function, WIDE))
    )


def test_a_flip_that_is_not_undone(with_rules):
    def backwards(x):
        return x[:, ::-1]

    assert "reversed along axis 1" in blamed(with_rules(backwards, x=lambda g: g), WIDE)


def test_a_roll_that_is_not_undone(with_rules):
    def onwards(x):
        return np.roll(x, 1, axis=1)

    function = with_rules(onwards, x=lambda g: tv.roll(g, 1, 1))
    assert "the right numbers in the wrong places" in blamed(function, WIDE)


def test_a_rule_that_forgets_the_gradient_it_is_given(with_rules):
    def e_to_the(x):
        return np.exp(x)

    function = with_rules(e_to_the, x=lambda g, ans: ans + 0.0 * g)
    assert "the rule does not multiply by g" in blamed(function, WIDE)


def squared(x):
    return x * x


@pytest.mark.parametrize(
    ("factor", "cause"),
    [
        (-1.0, "the sign is wrong."),
        (-3.0, "the sign is wrong, and counted 3 times"),
        (-0.5, "the sign is wrong, and a factor of 2 is missing"),
        (1.001, "1.001 times what it should be, everywhere"),
    ],
)
def test_a_constant_factor(with_rules, factor, cause):
    text = blamed(with_rules(squared, x=lambda g, x: g * x * (2.0 * factor)), WIDE)
    assert cause in text
    assert "6 of 36 such entries are wrong" in text


def test_a_rule_that_is_wrong_in_no_common_way(with_rules):
    assert "fits none of the common mistakes" in blamed(
        with_rules(squared, x=lambda g, x: g * x * x * x), WIDE
    )


# -- in place ---------------------------------------------------------------------------------


def test_a_rule_that_changes_the_gradient_it_is_given(with_rules):
    def rule(g, x):
        g *= 2.0
        return g * x

    assert "changes in place the gradient it is given for output 0" in blamed(
        with_rules(squared, x=rule), WIDE
    )


def test_a_rule_that_changes_what_was_kept_for_it(with_rules):
    def rule(g, x):
        x *= 2.0
        return g * x

    assert "the backward pass changes input 0 in place" in blamed(with_rules(squared, x=rule), WIDE)


def test_a_function_that_changes_its_input(with_rules):
    def careless(x):
        x *= 2.0
        return x * 1.0

    assert "the function changes input 0 in place" in blamed(
        with_rules(careless, x=lambda g: g * 2.0), WIDE
    )


# -- bends ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fast", [False, True])
def test_a_bend_is_told_by_its_two_slopes(fast):
    text = blamed(lambda x: x.abs(), np.array([1e-8]), fast_mode=fast)
    assert re.search(r"its slope is -0.98\d* before and 1 behind|its slope is .* behind", text)
    assert "check at another point" in text


# -- second order -----------------------------------------------------------------------------


def recorded_only(second):
    """Right in value; what is recorded, and so the second derivative, follows `second`."""
    return lambda g, x: second(g, x) if isinstance(g, tv.Tensor) else 2.0 * g * x


@pytest.mark.parametrize(
    ("second", "cause"),
    [
        (lambda g, x: g * 2.0 * x.detach(), "the gradient is lost on the way"),
        (lambda g, x: g * 2.0 * (2.0 * x.detach() - x), "the sign is wrong"),
        (lambda g, x: g * 2.0 * (3.0 * x - 2.0 * x.detach()), "counted 3 times"),
        (lambda g, x: g * (x + x.detach()), "a factor of 2 is missing"),
    ],
)
def test_a_rule_right_in_value_whose_own_derivative_is_wrong(with_rules, second, cause):
    function = with_rules(squared, x=recorded_only(second))
    assert gradcheck(function, leaf(WIDE))
    text = blamed(function, WIDE, check=gradgradcheck)
    assert "wrong derivative of the gradient of input 0 at [0, 0] with respect to input 0" in text
    assert cause in text


def test_the_gradient_to_start_with_has_a_name_too(with_rules):
    function = with_rules(
        squared, x=recorded_only(lambda g, x: tv.tensor(g.detach().numpy()) * 2.0 * x)
    )
    text = blamed(function, WIDE, check=gradgradcheck)
    assert "the gradient of input 0 at [0, 0] with respect to grad_output 0 at [0, 0]" in text
    assert "is lost on the way" in text


# -- the guess itself, and the largest error --------------------------------------------------


def test_a_number_that_is_not_finite_is_no_pattern():
    claimed = np.array([[np.nan, 1.0], [np.inf, 2.0]])
    evidence = Evidence(claimed, np.ones((2, 2)), claimed != 1.0, (2,), (2,))
    assert likely_cause(evidence) == "the rule itself; it fits none of the common mistakes."


@pytest.mark.parametrize("method", ["every_entry", "random_directions"])
def test_the_error_is_within_rtol_exactly_where_the_check_passes(with_rules, method):
    off = with_rules(squared, x=lambda g, x: g * x * (2.0 + 2e-4))  # by 1e-4
    for rtol in (0.9e-4, 1.1e-4):
        comparison = Comparison(off, [leaf(WIDE)], rtol=rtol, atol=1e-9 * rtol)
        try:
            getattr(comparison, method)()
            passed = True
        except GradcheckError:
            passed = False
        assert passed == (comparison.error <= rtol)
        assert comparison.error == pytest.approx(1e-4, rel=1e-2)


def test_an_infinite_difference_does_not_pass_for_agreement(with_rules):
    def pole(x):
        with np.errstate(divide="ignore"):
            return np.where(x > 1.0, np.inf, x)

    with pytest.raises(GradcheckError, match="central differences say inf"):
        gradcheck(with_rules(pole, x=lambda g: g), leaf(np.array([1.0])))
