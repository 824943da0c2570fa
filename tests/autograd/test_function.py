"""Operations of one's own: recorded, gone back through, derived again, refused where wrong."""

import gc
import math
import weakref

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import Function, grad, gradcheck, gradgradcheck
from tinyvision.autograd.function import once_differentiable


def leaf(*values):
    return tv.tensor(values if len(values) != 1 else values[0], dtype=tv.float64).requires_grad_()


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 3 * x**2


class Exp(Function):
    """Saves its answer."""

    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        return g * y


class SumAndProduct(Function):
    """Two answers, of which the second is saved."""

    @staticmethod
    def forward(ctx, x, y):
        product = x * y
        ctx.save_for_backward(x, y, product)
        return x + y, product

    @staticmethod
    def backward(ctx, g_sum, g_product):
        x, y, product = ctx.saved_tensors
        return g_sum + g_product * product / x, g_sum + g_product * product / y


class Scaled(Function):
    """The style without ctx in forward; a number among the arguments."""

    @staticmethod
    def forward(x, factor=3.0):
        return x * factor

    @staticmethod
    def setup_context(ctx, inputs, output):
        _, ctx.factor = inputs

    @staticmethod
    def backward(ctx, g):
        return g * ctx.factor, None


def test_the_gradient_is_what_backward_says():
    x = leaf(1.0, 2.0)
    Cube.apply(x).sum().backward()
    assert x.grad.tolist() == [3, 12]


def test_nothing_is_recorded_inside_forward():
    seen = []

    class Watch(Function):
        @staticmethod
        def forward(ctx, x):
            seen.append(tv.is_grad_enabled())
            return x * 2

    y = Watch.apply(leaf(1.0))
    assert seen == [False]
    assert y.grad_fn.name == "WatchBackward"
    assert len(y.grad_fn.next_functions) == 1


def test_without_a_wanted_gradient_the_answer_is_outside_the_graph():
    assert not Cube.apply(tv.ones(1)).requires_grad
    with tv.no_grad():
        assert not Cube.apply(leaf(1.0)).requires_grad


@pytest.mark.parametrize("function", [Cube.apply, Exp.apply, Scaled.apply])
def test_written_in_tensor_operations_it_can_be_derived_again(function):
    x = tv.tensor(np.random.default_rng(0).normal(size=(2, 3)), requires_grad=True)
    assert gradcheck(function, (x,))
    assert gradgradcheck(function, (x,))


def test_two_answers_are_derived_again_also_through_the_saved_one():
    rng = np.random.default_rng(1)
    x, y = (tv.tensor(rng.uniform(1, 2, size=3), requires_grad=True) for _ in range(2))

    def both(x, y):
        total, product = SumAndProduct.apply(x, y)
        return (total * product).exp() + product

    assert gradcheck(both, (x, y))
    assert gradgradcheck(both, (x, y))


def test_exp_has_all_its_derivatives():
    x = y = leaf(0.5)
    slope = Exp.apply(x)
    for _ in range(4):
        (slope,) = grad(slope, x, create_graph=True)
        assert slope.item() == pytest.approx(math.exp(y.item()))


def test_backward_runs_once_with_the_sums_of_all_gradients():
    calls = []

    class Twice(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1, x * 2

        @staticmethod
        def backward(ctx, a, b):
            calls.append((a.item(), b.item()))
            return a + 2 * b

    x = leaf(1.0)
    a, b = Twice.apply(x)
    (a * 3 + b * 5 + a).backward()
    assert calls == [(4, 5)]
    assert x.grad.item() == 14


def test_an_answer_that_is_not_used_has_a_gradient_of_zeros():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    SumAndProduct.apply(x, y)[0].sum().backward()
    assert x.grad.tolist() == y.grad.tolist() == [1, 1]


def test_or_of_none_if_asked_for():
    seen = []

    class Halves(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.set_materialize_grads(False)
            return x * 1, x * 1

        @staticmethod
        def backward(ctx, a, b):
            seen.append((a, b))
            return a

    Halves.apply(leaf(1.0))[0].backward()
    assert seen[0][1] is None


def test_answers_may_be_marked_or_be_integers_or_no_tensors_and_have_no_gradient():
    seen = []

    class Sorted(Function):
        @staticmethod
        def forward(ctx, x):
            values, order = x.sort()
            marked = values * 2
            ctx.mark_non_differentiable(marked)
            ctx.order = order
            return values, order, marked, "text"

        @staticmethod
        def backward(ctx, g, *others):
            seen.extend(others)
            return tv.zeros_like(g).scatter(0, ctx.order, g)

    x = leaf(3.0, 1.0, 2.0)
    values, order, marked, text = Sorted.apply(x)
    assert [t.requires_grad for t in (values, order, marked)] == [True, False, False]
    assert text == "text"
    (values * tv.tensor([1.0, 10.0, 100.0], dtype=tv.float64)).sum().backward()
    assert x.grad.tolist() == [100, 1, 10]
    assert [g.tolist() for g in seen[:2]] == [[0, 0, 0], [0, 0, 0]]
    assert [g.dtype for g in seen[:2]] == [tv.int64, tv.float64]
    assert seen[2] is None


def test_needs_input_grad_says_which_gradients_are_wanted():
    seen = []

    class Add(Function):
        @staticmethod
        def forward(ctx, x, n, y):
            seen.append(ctx.needs_input_grad)
            return x + n + y

        @staticmethod
        def backward(ctx, g):
            seen.append(ctx.needs_input_grad)
            return g, None, g

    y = tv.zeros(1, dtype=tv.float64)
    Add.apply(leaf(1.0), 2, y).backward()
    assert seen == [(True, False, False)] * 2
    assert y.grad is None


def test_defaults_and_keywords_are_arguments_like_others():
    x = leaf(2.0)
    assert Scaled.apply(x).item() == 6
    y = Scaled.apply(x, factor=5.0)
    y.backward()
    assert (y.item(), x.grad.item()) == (10, 5)


def test_a_gradient_in_the_broadcast_shape_or_another_type_is_fitted():
    class Wide(Function):
        @staticmethod
        def forward(ctx, x):
            return x.expand(4, 2, 3)

        @staticmethod
        def backward(ctx, g):
            return g.float()

    x = leaf(1.0, 2.0, 3.0)
    Wide.apply(x).sum().backward()
    assert x.grad.tolist() == [8, 8, 8]
    assert x.grad.dtype == tv.float64
    column = tv.ones(2, 1, dtype=tv.float64, requires_grad=True)
    Wide.apply(column).sum().backward()
    assert column.grad.tolist() == [[12], [12]]


def test_an_argument_handed_on_becomes_another_tensor():
    class Reverse(Function):
        """The identity, with the gradient turned round."""

        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def backward(ctx, g):
            return -g

    x = leaf(1.0, 2.0)
    y = Reverse.apply(x)
    assert y is not x
    assert x.is_leaf
    assert y.data_ptr() == x.data_ptr()
    y.sum().backward()
    assert x.grad.tolist() == [-1, -1]


def test_a_saved_leaf_comes_back_itself_and_a_saved_none_as_none():
    seen = []

    class Keep(Function):
        @staticmethod
        def forward(ctx, x, bias):
            ctx.save_for_backward(x, bias)
            return x * 1

        @staticmethod
        def backward(ctx, g):
            seen.extend(ctx.saved_tensors)
            return g, None

    x = leaf(1.0)
    Keep.apply(x, None).backward()
    assert seen[0] is x
    assert seen[1] is None


def test_an_intermediate_value_may_be_saved_but_its_derivative_is_not_known():
    class Square(Function):
        @staticmethod
        def forward(ctx, x):
            double = x * 2
            ctx.save_for_backward(double)
            return x * x

        @staticmethod
        def backward(ctx, g):
            (double,) = ctx.saved_tensors
            return g * double

    x = leaf(3.0)
    (slope,) = grad(Square.apply(x), x, create_graph=True)
    assert slope.item() == 6
    assert not slope.requires_grad


def test_hooks_and_retain_grad_work_on_each_of_several_answers():
    x, y, seen = leaf(2.0), leaf(3.0), []
    total, product = SumAndProduct.apply(x, y)
    product.register_hook(lambda g: seen.append(g.item()))
    total.retain_grad()
    (total + 7 * product).backward()
    assert seen == [7]
    assert total.grad.item() == 1


def test_a_gradient_with_respect_to_an_answer():
    total, product = SumAndProduct.apply(leaf(2.0), leaf(3.0))
    assert grad(total * product, [product, total]) == (tv.tensor(5.0), tv.tensor(6.0))


def test_the_graph_is_freed_unless_it_is_retained():
    x = leaf(2.0)
    y = Cube.apply(x)
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == 24
    with pytest.raises(RuntimeError, match="backward a second time through CubeBackward"):
        y.backward()


@pytest.mark.parametrize("function", [Exp, SumAndProduct])
def test_memory_goes_with_the_last_name(function):
    x, y = leaf(1.0), leaf(2.0)
    gc.disable()
    try:
        answer = function.apply(*(x, y)[: 1 if function is Exp else 2])
        answer = answer[1] if isinstance(answer, tuple) else answer
        gone = weakref.ref(answer)
        memory = weakref.ref(answer._array)
        del answer
        assert gone() is None
        assert memory() is None
    finally:
        gc.enable()


def test_the_user_may_not_change_a_gradient_that_others_hold():
    class Careless(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g.mul_(2)

    with pytest.raises(RuntimeError, match=r"memory is read-only.*use x.clone\(\) first"):
        Careless.apply(leaf(1.0)).backward()


def test_a_saved_tensor_changed_in_place_is_refused():
    x = leaf(1.0, 2.0) * 1
    y = Cube.apply(x)
    x.add_(1)
    with pytest.raises(RuntimeError, match=r"CubeBackward needs its argument 'x', which was chang"):
        y.sum().backward()
    z = Exp.apply(leaf(1.0))
    w = z * 2
    z.mul_(2)
    with pytest.raises(RuntimeError, match="ExpBackward needs its answer, which was changed in"):
        z.backward()
    w.detach()


# -- once differentiable ------------------------------------------------------------------------


class Sine(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return tv.as_tensor(np.sin(x.detach().numpy()))

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * tv.as_tensor(np.cos(x.detach().numpy()))


def test_a_derivative_that_leaves_the_graph_is_right_once():
    x = tv.tensor([0.0, math.pi], dtype=tv.float64, requires_grad=True)
    (slope,) = grad(Sine.apply(x).sum(), x, create_graph=True)
    assert slope.tolist() == [1, -1]


def test_and_refused_when_it_is_derived_again():
    x = leaf(0.5)
    (slope,) = grad(Sine.apply(x), x, create_graph=True)
    with pytest.raises(RuntimeError, match=r"marked with @once_differentiable cannot be derived"):
        slope.backward()


# -- what is refused ------------------------------------------------------------------------------


def function(forward=lambda ctx, x, n=0: x * 1, backward=None):
    methods = {"forward": staticmethod(forward)}
    if backward is not None:
        methods["backward"] = staticmethod(backward)
    return type("Mine", (Function,), methods)


@pytest.mark.parametrize(
    ("backward", "error", "message"),
    [
        (None, NotImplementedError, r"the operation has no derivative: write a static method back"),
        (lambda ctx, g: (g,), RuntimeError, r"returned 1 gradients for 2 arguments .*\(x, n\)"),
        (lambda ctx, g: (g, None, g), RuntimeError, "returned 3 gradients for 2 arguments of forw"),
        (lambda ctx, g: (g, g), RuntimeError, "argument 'n', a gradient, but it is no tensor; ret"),
        (lambda ctx, g: (2.0, None), TypeError, "its argument 'x', float; return a tensor or None"),
        (
            lambda ctx, g: (g[:2], None),
            RuntimeError,
            r"gradient of shape \(2,\) for its argument 'x', which has shape \(3,\)",
        ),
        (
            lambda ctx, g: (g.sum(), None),
            RuntimeError,
            r"gradient of shape \(\) for its argument 'x', which has shape \(3,\)",
        ),
    ],
)
def test_gradients_that_do_not_fit_are_refused(backward, error, message):
    y = function(backward=backward).apply(leaf(1.0, 2.0, 3.0), 2)
    with pytest.raises(error, match=message):
        y.sum().backward()


def test_further_gradients_of_none_do_no_harm():
    x = leaf(1.0)
    function(backward=lambda ctx, g: (g, None, None, None)).apply(x, 2).backward()
    assert x.grad.item() == 1


@pytest.mark.parametrize(
    ("forward", "error", "message"),
    [
        (lambda ctx, x: [x, x], TypeError, r"Mine.forward returned a list of tensors; return a tu"),
        (
            lambda ctx, x: x.mul_(2),
            NotImplementedError,
            "changed its argument 'x' in place .by mul_",
        ),
        (lambda ctx, x: ctx.mark_dirty(x), NotImplementedError, "mark_dirty: forward may not chan"),
        (
            lambda ctx, x: ctx.save_for_backward(x, 3),
            TypeError,
            r"save_for_backward keeps tensors, but argument 1 is int; keep .* ctx.name = value",
        ),
    ],
)
def test_what_forward_must_not_do(forward, error, message):
    with pytest.raises(error, match=message):
        function(forward).apply(leaf(1.0))


def test_an_argument_without_a_gradient_may_be_changed_in_place():
    class Average(Function):
        """Keeps a running average, as batch normalisation does."""

        @staticmethod
        def forward(ctx, x, average):
            average.mul_(0.5).add_(x, alpha=0.5)
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g * 2, None

    x, average = leaf(3.0), tv.tensor(1.0, dtype=tv.float64)
    Average.apply(x, average).backward()
    assert (x.grad.item(), average.item()) == (2, 2)


def test_methods_must_be_static():
    with pytest.raises(TypeError, match=r"Old.forward must be a static method; write @staticmeth"):

        class Old(Function):
            def forward(self, x):
                return x


def test_there_are_no_instances():
    with pytest.raises(RuntimeError, match=r"Cube is not instantiated: .* call Cube.apply\(...\)"):
        Cube()


def test_an_inference_tensor_cannot_be_saved():
    with tv.inference_mode():
        x = tv.ones(1)

    class Product(Function):
        @staticmethod
        def forward(ctx, x, y):
            ctx.save_for_backward(x, y)
            return x * y

    with pytest.raises(RuntimeError, match=r"Product: an inference tensor of shape \(1,\) would"):
        Product.apply(tv.ones(1, requires_grad=True), x)


# -- under anomaly detection, and drawn -----------------------------------------------------------


def test_anomaly_detection_names_the_operation():
    broken = function(backward=lambda ctx, g: (g * math.nan, None))
    with tv.autograd.detect_anomaly(), pytest.raises(RuntimeError, match="derivative of Mine made"):
        broken.apply(leaf(1.0)).backward()


def test_anomaly_detection_goes_through_several_answers():
    x, y = leaf(2.0), leaf(3.0)
    with tv.autograd.detect_anomaly():
        total, product = SumAndProduct.apply(x, y)
        (total + product).backward()
    assert (x.grad.item(), y.grad.item()) == (4, 3)


def test_the_picture_of_the_graph_shows_the_operation():
    assert "Cube" in str(tv.autograd.draw(Cube.apply(leaf(1.0))))
    assert "SumAndProduct" in str(tv.autograd.draw(SumAndProduct.apply(leaf(1.0), leaf(2.0))[0]))
