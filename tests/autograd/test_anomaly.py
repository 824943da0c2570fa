"""Anomaly detection: the operation and the line that first made a NaN or an infinity."""

import math
import re
import threading

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn.functional as F
from tinyvision.autograd import advice, detect_anomaly, registry, set_detect_anomaly

THIS_FILE = re.escape(__file__)
INF = math.inf


def leaf(*values, dtype=tv.float32):
    return tv.tensor(values, dtype=dtype, requires_grad=True)


# -- forward ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: leaf(1.0, 0.0).log(),
            r"log made 1 of 2 .*1 -inf.*-inf at \[1\], where input is 0",
        ),
        (lambda: leaf(-1.0, 0.0).log(), r"2 of 2 values not finite \(1 NaN, 1 -inf\)"),
        (lambda: leaf(-1.0).log(), r"logarithm of 0 is -inf.*log_softmax"),
        (lambda: leaf(-2.0).log1p(), r"log1p needs numbers above -1"),
        (lambda: leaf(-2.0).sqrt(), r"no real root.*x.clamp\(min=0\)"),
        (lambda: leaf(0.0).rsqrt(), r"needs x above 0"),
        (lambda: leaf(0.0).reciprocal(), r"reciprocal made .*divided by 0"),
        (lambda: leaf(0.0, 3.0) / 0.0, r"div made 2 of 2 .*1 NaN, 1 inf.*divided by 0"),
        (lambda: leaf(3.0) / tv.zeros(2, 1), r"input is 3.0, other is 0.0.*\(1,\), other \(2, 1\)"),
        (lambda: leaf(5.0).var(), r"divided by 0.*variance of one element"),
        (lambda: leaf(-8.0) ** 0.5, r"pow made 1 .*negative number has no power of a fraction"),
        (lambda: leaf(1.0, 89.0).exp(), r"exp of more than 88.7 overflows float32"),
        (lambda: leaf(12.0, dtype=tv.float16).exp(), r"exp of more than 11.1 overflows float16"),
        (lambda: leaf(1e30) * 1e30, r"mul made .*outgrew their type: lower the learning rate"),
        (lambda: tv.full((2, 2), 1e30) @ tv.full((2, 2), 1e30), r"matmul made 4 of 4"),
        (lambda: leaf(1e5).half(), r"cast made .*outgrew their type.*float16 ends at 65504"),
        (lambda: tv.softmax(leaf(-INF, -INF), 0), r"softmax made 2 .*nothing but -inf"),
        (lambda: leaf(1.0, 1.0).atanh(), r"atanh made 2 .*the function is not finite there"),
        (lambda: tv.zeros(0, 2).median(), r"was given no elements at all"),
        (lambda: leaf(INF) - INF, r"sub made .*out of values without a NaN.*inf - inf"),
        (lambda: leaf(0.0) * INF, r"mul made 1 of 1 .*0 \* inf"),
    ],
)
def test_the_operation_is_named_with_what_it_was_given_and_the_likely_cause(make, message):
    with detect_anomaly(), pytest.raises(RuntimeError, match=message):
        make()


def test_the_line_that_called_the_operation_is_named():
    x = leaf(0.0)
    with detect_anomaly(), pytest.raises(RuntimeError, match=THIS_FILE + r":\d+: x.log\(\)$"):
        x.log()


def test_the_users_line_is_named_where_a_layer_calls_the_operation():
    model = tv.nn.Linear(1, 1, bias=False)
    model.weight.data.fill_(3e38)
    with detect_anomaly(), pytest.raises(RuntimeError, match=THIS_FILE + r":\d+: model\(.*Linear"):
        model(tv.full((1, 1), 10.0))


def test_a_layer_is_named_as_well():
    model = tv.nn.Sequential(tv.nn.Linear(1, 1), tv.nn.LogSoftmax(1))
    model[0].bias.data.fill_(INF)
    with (
        detect_anomaly(),
        pytest.raises(RuntimeError, match=r"log_softmax made.*in layer '1': Log"),
    ):
        model(tv.ones(1, 1))


def test_operations_that_are_not_recorded_are_looked_at_too():
    with tv.no_grad(), detect_anomaly(), pytest.raises(RuntimeError, match="log made"):
        tv.zeros(1).log()


def test_a_change_in_place_is_looked_at_too():
    with detect_anomaly(), pytest.raises(RuntimeError, match="sqrt made"):
        tv.tensor([-1.0]).sqrt_()


@pytest.mark.parametrize(
    "compute",
    [
        lambda x: x.masked_fill(x > 0, -INF),
        lambda x: tv.where(x > 0, x, -INF),
        lambda x: tv.softmax(x.masked_fill(x > 1, -INF), 0),
        lambda x: tv.log_softmax(x.masked_fill(x > 1, -INF), 0),
        lambda x: tv.logsumexp(x.masked_fill(x > 1, -INF), 0),
        lambda x: x + tv.tensor([-INF, 0.0, 0.0]),
        lambda x: x.masked_fill(x > 1, -INF) * 2.0,
        lambda x: F.pad(x, (1, 1), value=-INF),
        lambda x: x.clamp(max=INF),
        lambda x: tv.full_like(x, math.nan) * x.detach(),
        lambda x: x.exp().sum() > 3,
        lambda x: F.max_pool2d(x.reshape(1, 1, 3, 1), (3, 1), padding=(1, 0)),
        lambda x: F.scaled_dot_product_attention(
            x.reshape(1, 3, 1), x.reshape(1, 3, 1), x.reshape(1, 3, 1), is_causal=True
        ),
    ],
)
def test_what_was_put_there_on_purpose_is_no_anomaly(compute):
    with detect_anomaly():
        answer = compute(leaf(1.0, 2.0, 0.5))
        if answer.requires_grad:
            answer.masked_fill(~tv.isfinite(answer), 0.0).sum().backward()


def test_nothing_is_looked_at_outside():
    with detect_anomaly():
        pass
    assert leaf(0.0).log().item() == -INF


# -- backward ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: leaf(4.0, 0.0).sqrt(),
            r"the derivative of sqrt made 1 of 2 values not finite \(1 inf\) in the gradient of "
            r"its argument 'input', of shape \(2,\).*slope of the root at 0 is infinite",
        ),
        (lambda: leaf(0.0) ** 0.5, r"derivative of pow .*power below 1 at 0 is infinite"),
        (lambda: leaf(1e-30) ** 2 * leaf(1.0) * 1e38 * 1e38, r"derivative of mul .*outgrew"),
    ],
)
def test_a_rule_that_makes_an_infinity_is_named(make, message):
    with detect_anomaly():
        y = make()
        with pytest.raises(RuntimeError, match=message):
            y.sum().backward()


def test_backward_names_the_line_of_the_forward_pass():
    with detect_anomaly():
        y = leaf(0.0).sqrt()
        with pytest.raises(RuntimeError, match=r"was called at .*:\d+: y = leaf\(0.0\).sqrt\(\)$"):
            y.backward(tv.ones(1))


def test_backward_says_how_to_learn_the_line_if_only_it_was_watched():
    y = leaf(0.0).sqrt()
    with (
        detect_anomaly(),
        pytest.raises(RuntimeError, match=r"forward pass under .*detect_anomaly"),
    ):
        y.backward(tv.ones(1))


def test_backward_says_if_the_forward_pass_held_nan_already():
    y = leaf(math.nan) * leaf(1.0)
    with detect_anomaly(), pytest.raises(RuntimeError, match=r"held NaN already: look at the forw"):
        y.sum().backward()


def test_a_gradient_that_was_given_is_no_anomaly():
    x = leaf(1.0)
    with detect_anomaly():
        (x * 2.0).backward(tv.tensor([math.nan]))
    assert x.grad.isnan().all()


def test_a_recorded_derivative_names_the_rule_and_not_its_parts():
    with detect_anomaly():
        x = leaf(0.0)
        y = x.sqrt()
        with pytest.raises(RuntimeError, match="the derivative of sqrt made"):
            tv.autograd.grad(y.sum(), x, create_graph=True)


def test_second_derivatives_are_right_while_it_watches():
    x = leaf(3.0)
    with detect_anomaly():
        (slope,) = tv.autograd.grad((x**3).sum(), x, create_graph=True)
        (curvature,) = tv.autograd.grad(slope.sum(), x)
    assert curvature.item() == pytest.approx(18.0)


# -- the mode ---------------------------------------------------------------------------------


def test_answers_and_gradients_are_the_same_as_without():
    def run():
        tv.manual_seed(0)
        model = tv.nn.Sequential(tv.nn.Conv2d(1, 2, 3), tv.nn.ReLU(), tv.nn.Flatten())
        loss = F.cross_entropy(model(tv.randn(2, 1, 4, 4)), tv.tensor([0, 3]))
        loss.backward()
        return [loss.item(), *(p.grad.tolist() for p in model.parameters())]

    plain = run()
    with detect_anomaly():
        assert run() == plain


def test_the_mode_can_be_asked_for_and_ends_with_the_block():
    assert not tv.is_anomaly_enabled()
    with detect_anomaly(check_nan=False):
        assert tv.is_anomaly_enabled()
        assert not tv.is_anomaly_check_nan_enabled()
        with detect_anomaly():
            assert tv.is_anomaly_check_nan_enabled()
        assert not tv.is_anomaly_check_nan_enabled()
    assert not tv.is_anomaly_enabled()


def test_the_mode_ends_with_the_error():
    with pytest.raises(RuntimeError, match="log made"), detect_anomaly():
        leaf(0.0).log()
    assert not tv.is_anomaly_enabled()


def test_set_detect_anomaly_works_as_a_statement_and_as_a_context():
    try:
        set_detect_anomaly(True)
        assert tv.is_anomaly_enabled()
        with set_detect_anomaly(False):
            assert not tv.is_anomaly_enabled()
        assert tv.is_anomaly_enabled()
    finally:
        set_detect_anomaly(False)
    assert not tv.is_anomaly_enabled()


def test_each_thread_has_a_mode_of_its_own():
    seen = []
    with detect_anomaly():
        thread = threading.Thread(target=lambda: seen.append(leaf(0.0).log().item()))
        thread.start()
        thread.join()
    assert seen == [-INF]


def test_without_looking_for_nan_the_line_is_noted_all_the_same():
    with detect_anomaly(check_nan=False):
        y = leaf(0.0).log().exp()
        y.grad_fn.saved[0][...]  # something was saved
        z = y * leaf(2.0)
        y.add_(1.0)
    with pytest.raises(RuntimeError, match=THIS_FILE + r":\d+: z = y \* leaf\(2.0\)"):
        z.backward(tv.ones(1))


# -- the advice -------------------------------------------------------------------------------


def test_every_operation_with_advice_is_a_primitive():
    tables = (
        *(advice._FORWARD, advice._BACKWARD, advice._SHOWN),
        *(advice.ELEMENTWISE, advice._GROWING),
    )
    for table in tables:
        assert set(table) <= set(registry)


def test_the_first_frame_outside_the_package_is_found_in_code_without_a_file():
    scope = {"tv": tv, "x": leaf(0.0)}
    with detect_anomaly(), pytest.raises(RuntimeError, match=r"Called at <typed>:2$"):
        exec(compile("y = 1\nx.log()", "<typed>", "exec"), scope)


def test_arrays_are_no_operands_that_are_lost():
    with detect_anomaly(), pytest.raises(RuntimeError, match=r"other is 0.0"):
        leaf(1.0) / np.zeros(1, np.float32)
