import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import tinyvision as tv


@pytest.fixture(autouse=True)
def modes_are_left_as_they_were():
    yield
    assert tv.is_grad_enabled()
    assert not tv.is_inference_mode_enabled()


def leaf(*values):
    return tv.tensor(values, dtype=tv.float64, requires_grad=True)


def records():
    """Whether an operation is recorded here, which is what the modes are about."""
    recorded = (leaf(1.0) * 2).requires_grad
    assert recorded == tv.is_grad_enabled()
    return recorded


# -- no_grad and enable_grad ------------------------------------------------------------------


def test_operations_are_recorded_by_default():
    assert records()


def test_no_grad_and_enable_grad_nest():
    with tv.no_grad():
        assert not records()
        with tv.enable_grad():
            assert records()
            with tv.no_grad():
                assert not records()
            assert records()
        assert not records()
    assert records()


@pytest.mark.parametrize(
    "mode", [tv.no_grad, tv.inference_mode, lambda: tv.set_grad_enabled(False)]
)
def test_the_mode_ends_with_an_exception(mode):
    with pytest.raises(KeyError), mode():
        raise KeyError
    assert records()


def test_a_context_can_be_entered_again_and_inside_itself():
    mode = tv.no_grad()
    with mode:
        with mode:
            assert not records()
        assert not records()
    assert records()
    with mode:
        assert not records()


def test_contexts_that_end_out_of_order_leave_the_thread_as_they_found_it():
    first, second, third = tv.no_grad(), tv.enable_grad(), tv.no_grad()
    first.__enter__()
    second.__enter__()
    third.__enter__()
    first.__exit__(None, None, None)
    assert not records()
    third.__exit__(None, None, None)
    assert records()
    second.__exit__(None, None, None)
    assert records()


def test_leaves_made_under_no_grad_may_require_gradients():
    with tv.no_grad():
        x = leaf(1.0)
        assert x.requires_grad
        assert (x * 2).is_leaf
    assert (x * 2).requires_grad


def test_a_value_computed_under_no_grad_is_a_constant():
    x = leaf(3.0)
    with tv.no_grad():
        y = x * x
    (x * y).sum().backward()
    assert x.grad.tolist() == [9]


# -- as decorators ----------------------------------------------------------------------------


@pytest.mark.parametrize("decorate", [tv.no_grad, tv.no_grad()])
def test_no_grad_decorates_a_function_with_and_without_parentheses(decorate):
    @decorate
    def evaluate(x, *, scale=1):
        """What it does."""
        return x * scale, records()

    result, recorded = evaluate(leaf(1.0), scale=3)
    assert result.tolist() == [3]
    assert not recorded
    assert not result.requires_grad
    assert (evaluate.__name__, evaluate.__doc__) == ("evaluate", "What it does.")


@pytest.mark.parametrize(
    ("decorate", "expected"),
    [
        (tv.enable_grad, True),
        (tv.enable_grad(), True),
        (tv.inference_mode, False),
        (tv.inference_mode(), False),
        (tv.inference_mode(False), True),
    ],
)
def test_the_other_modes_decorate_too(decorate, expected):
    decorated = decorate(records)
    with tv.no_grad():
        assert decorated() is expected
        assert not records()


def test_a_decorated_function_may_call_itself():
    @tv.no_grad
    def countdown(n):
        assert not records()
        return 0 if n == 0 else countdown(n - 1)

    countdown(5)
    assert records()


def test_a_decorated_method_gets_its_instance():
    class Model:
        @tv.no_grad()
        def predict(self):
            return self, records()

    model = Model()
    assert model.predict() == (model, False)


def test_a_decorated_function_that_raises_restores_the_mode():
    @tv.no_grad
    def fail():
        raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert records()


# -- generators -------------------------------------------------------------------------------


def test_a_decorated_generator_has_its_mode_only_while_it_runs():
    @tv.no_grad()
    def batches():
        for number in range(3):
            assert not records()
            yield number

    for expected, number in enumerate(batches()):
        assert number == expected
        assert records()


def test_decorated_generators_that_take_turns_do_not_disturb_each_other():
    @tv.no_grad()
    def off():
        while True:
            yield records()

    @tv.enable_grad()
    def on():
        while True:
            yield records()

    one, other = off(), on()
    for _ in range(3):
        assert next(one) is False
        assert next(other) is True
        with tv.no_grad():
            assert next(other) is True
            assert not records()
    one.close()
    assert records()


def test_a_decorated_generator_passes_on_what_is_sent_thrown_and_returned():
    @tv.no_grad()
    def conversation():
        heard = yield "hello"
        try:
            yield heard
        except KeyError:
            assert not records()
            yield "caught"
        return "done"

    talk = conversation()
    assert next(talk) == "hello"
    assert talk.send("you") == "you"
    assert talk.throw(KeyError()) == "caught"
    with pytest.raises(StopIteration) as stop:
        next(talk)
    assert stop.value.value == "done"


def test_a_decorated_generator_that_is_closed_cleans_up_in_its_mode():
    seen = []

    @tv.no_grad()
    def careful():
        try:
            yield
        finally:
            seen.append(records())

    steps = careful()
    next(steps)
    steps.close()
    assert seen == [False]


def test_plain_generators_that_hold_a_mode_may_end_in_any_order():
    def holding(mode):
        with mode:
            yield
            yield

    one, two = holding(tv.no_grad()), holding(tv.enable_grad())
    next(one)
    next(two)
    one.close()
    assert records()
    two.close()
    assert records()


# -- set_grad_enabled -------------------------------------------------------------------------


def test_set_grad_enabled_switches_from_here_on():
    tv.set_grad_enabled(False)
    try:
        assert not records()
    finally:
        tv.set_grad_enabled(True)
    assert records()


@pytest.mark.parametrize("wanted", [False, True])
def test_set_grad_enabled_as_a_context_ends_with_it(wanted):
    with tv.set_grad_enabled(wanted):
        assert records() is wanted
        with tv.set_grad_enabled(not wanted):
            assert records() is not wanted
        assert records() is wanted
    assert records()


def test_set_grad_enabled_as_a_decorator_does_nothing_outside():
    @tv.set_grad_enabled(False)
    def evaluate():
        return records()

    assert records()
    assert evaluate() is False
    assert records()


def test_a_switch_inside_a_context_ends_with_that_context():
    with tv.no_grad():
        tv.set_grad_enabled(True)
        assert records()
    assert records()
    with tv.enable_grad():
        tv.set_grad_enabled(False)
        assert not records()
    assert records()


# -- inference_mode ---------------------------------------------------------------------------


def test_tensors_made_under_inference_mode_say_so():
    x = leaf(1.0)
    with tv.inference_mode():
        assert tv.is_inference_mode_enabled()
        y = x * 2
        assert y.is_inference()
        assert tv.ones(1).is_inference()
        assert tv.tensor([1.0]).is_inference()
    assert not y.requires_grad
    assert not x.is_inference()


def test_under_inference_mode_nothing_is_recorded_whoever_asks():
    with tv.inference_mode():
        with tv.enable_grad():
            assert not records()
            assert tv.is_inference_mode_enabled()
        with tv.set_grad_enabled(True):
            assert not records()
        tv.set_grad_enabled(True)
        assert not records()


def test_inference_mode_stays_on_inside_no_grad():
    with tv.inference_mode(), tv.no_grad():
        assert tv.is_inference_mode_enabled()
        assert tv.ones(1).is_inference()


def test_inference_mode_can_be_lifted():
    with tv.inference_mode():
        with tv.inference_mode(False):
            assert records()
            assert not tv.ones(1).is_inference()
        assert not records()


def test_an_inference_tensor_cannot_be_saved_for_backward():
    with tv.inference_mode():
        constant = tv.ones(1, dtype=tv.float64)
    x = leaf(1.0)
    with pytest.raises(RuntimeError, match=r"mul: an inference tensor.*x.clone\(\) outside"):
        x * constant
    (x * constant.clone()).backward()
    assert x.grad.tolist() == [1]


def test_an_inference_tensor_may_take_part_where_it_need_not_be_saved():
    with tv.inference_mode():
        constant = tv.ones(1, dtype=tv.float64)
    x = leaf(1.0)
    (x + constant).backward()
    assert x.grad.tolist() == [1]


def test_an_inference_tensor_cannot_require_gradients_afterwards():
    with tv.inference_mode():
        y = tv.ones(1)
    with pytest.raises(RuntimeError, match="made under inference_mode cannot require gradients"):
        y.requires_grad_()


@pytest.mark.parametrize(
    "look", [lambda t: t, lambda t: t.detach(), lambda t: t[:1], lambda t: t.view(1, 2)]
)
def test_an_inference_tensor_and_its_views_cannot_be_changed_afterwards(look):
    with tv.inference_mode():
        y = tv.ones(2)
    with pytest.raises(RuntimeError, match="under inference_mode cannot be changed outside it"):
        look(y).add_(1)
    with tv.inference_mode():
        look(y).add_(1)
    assert y.tolist()[0] == 2


def test_what_is_computed_from_an_inference_tensor_outside_is_an_ordinary_tensor():
    with tv.inference_mode():
        y = tv.ones(2)
    assert not (y * 1).is_inference()
    (y * 1).add_(1)


def test_an_ordinary_tensor_changed_under_inference_mode_is_noticed():
    x = leaf(2.0)
    loss = (x * x).sum()
    with tv.inference_mode():
        x.add_(1)
    with pytest.raises(RuntimeError, match="changed in place"):
        loss.backward()


# -- threads ----------------------------------------------------------------------------------


def in_thread(function):
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join()
    return results[0]


def test_a_mode_is_that_of_its_thread():
    with tv.no_grad():
        assert in_thread(records)
    tv.set_grad_enabled(False)
    try:
        assert in_thread(records)
    finally:
        tv.set_grad_enabled(True)
    with tv.inference_mode():
        assert not in_thread(lambda: tv.ones(1).is_inference())


def test_one_context_object_may_be_used_by_several_threads():
    mode = tv.no_grad()
    inside, outside = threading.Event(), threading.Event()

    def other():
        with mode:
            inside.set()
            outside.wait()
            return records()

    results = []
    thread = threading.Thread(target=lambda: results.append((other(), records())))
    thread.start()
    inside.wait()
    with mode:
        assert not records()
    assert records()
    outside.set()
    thread.join()
    assert results == [(False, True)]


def test_four_threads_equal_one():
    rng = np.random.default_rng(0)
    values, weights = rng.standard_normal((4, 6, 5)), rng.standard_normal((5, 5))

    def slope(place):
        x = tv.tensor(values[place], requires_grad=True)
        for _ in range(30):
            with tv.no_grad():
                (x @ tv.tensor(weights)).tanh()
            x.grad = None
            (x @ tv.tensor(weights)).tanh().sum().backward()
        return x.grad.numpy().tobytes()

    alone = [slope(place) for place in range(4)]
    together = [None] * 4

    def work(place):
        together[place] = slope(place)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_two_threads_train_two_models_in_modes_of_their_own():
    """One trains while the other stays outside the graph most of the time; each as if alone."""
    rng = np.random.default_rng(0)
    images, answers = rng.standard_normal((2, 8, 3)), rng.standard_normal((2, 8, 1))

    def train(place):
        weight = tv.tensor(np.ones((3, 1)), requires_grad=True)
        optimizer = tv.optim.SGD([weight], lr=0.1, momentum=0.9)
        x, y = tv.tensor(images[place]), tv.tensor(answers[place])
        for _ in range(50):
            loss = ((x @ weight - y) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if place == 0:
                with tv.no_grad():
                    assert not (x @ weight).requires_grad
            else:
                with tv.inference_mode():
                    assert (x @ weight).is_inference()
        return weight.detach().numpy().tobytes()

    alone = [train(0), train(1)]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(train, (0, 1))) == alone
