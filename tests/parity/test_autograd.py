"""The graph against torch: accumulation, retained graphs, derivatives of derivatives, hooks."""

import numpy as np
import pytest

import tinyvision as tv

torch = pytest.importorskip("torch")

LIBRARIES = [tv, torch]


def both(scenario, **tolerance):
    """Run a scenario, which returns a list of tensors, numbers or None, with both libraries."""
    ours, theirs = scenario(tv), scenario(torch)
    assert len(ours) == len(theirs)
    for place, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        if other is None or isinstance(other, (bool, str, list, tuple)):
            assert mine == other, f"place {place}"
        else:
            mine, other = (np.asarray(plain(value)) for value in (mine, other))
            assert mine.shape == other.shape, f"place {place}"
            limits = {"rtol": 1e-10, "atol": 1e-12, **tolerance}
            np.testing.assert_allclose(mine, other, **limits, err_msg=f"place {place}")


def plain(value):
    return value.detach().numpy() if hasattr(value, "detach") else value


def leaf(t, *values):
    return t.tensor([*values], dtype=t.float64, requires_grad=True)


def test_gradients_accumulate():
    def scenario(t):
        x = leaf(t, 1.0, 2.0)
        (x * x).sum().backward()
        (x**3).sum().backward()
        return [x.grad]

    both(scenario)


def test_a_retained_graph_serves_again():
    def scenario(t):
        x = leaf(t, 1.0, 2.0)
        y = (x**3).sum()
        y.backward(retain_graph=True)
        y.backward()
        return [x.grad]

    both(scenario)


def test_a_graph_is_used_up_by_backward():
    for t in LIBRARIES:
        x = leaf(t, 1.0, 2.0)
        y = (x**3).sum()
        y.backward()
        with pytest.raises(RuntimeError, match=r"retain_graph=True"):
            y.backward()


def test_a_shared_part_of_two_graphs_is_used_up_by_the_first():
    for t in LIBRARIES:
        x = leaf(t, 1.0, 2.0)
        shared = x.exp()
        shared.sum().backward()
        with pytest.raises(RuntimeError, match=r"retain_graph=True"):
            (shared * 2).sum().backward()


def test_gradients_of_vectors_take_cotangents():
    def scenario(t):
        x = leaf(t, 1.0, 2.0, 3.0)
        y, z = x * x, x.exp()
        weights = t.tensor([1.0, -1.0, 0.5], dtype=t.float64)
        t.autograd.backward([y, z.sum()], [weights, None])
        return [x.grad]

    both(scenario)


def test_grad_leaves_the_leaves_alone():
    def scenario(t):
        x, unused = leaf(t, 1.0, 2.0), leaf(t, 1.0)
        y = (x**2).sum()
        found = t.autograd.grad(y, [x, unused], allow_unused=True)
        return [*found, x.grad, unused.grad, x.is_leaf, y.is_leaf, y.requires_grad]

    both(scenario)


def test_materialised_gradients_are_zeros():
    def scenario(t):
        x, unused = leaf(t, 1.0, 2.0), leaf(t, 1.0)
        return t.autograd.grad((x**2).sum(), [x, unused], materialize_grads=True)

    both(scenario)


def test_gradients_inside_the_graph_are_found():
    def scenario(t):
        x = leaf(t, 1.0, 2.0)
        y = x * x
        z = (y.exp() + x).sum()
        return t.autograd.grad(z, [y, x])

    both(scenario)


def test_backward_towards_some_inputs_only():
    def scenario(t):
        x, y = leaf(t, 1.0, 2.0), leaf(t, 3.0, 4.0)
        (x * y).sum().backward(inputs=[x])
        return [x.grad, y.grad]

    both(scenario)


def test_kept_gradients_and_hooks_agree():
    def scenario(t):
        x = leaf(t, 1.0, 2.0)
        y = x * x
        y.retain_grad()
        seen = []
        handle = y.register_hook(lambda g: seen.append(g.clone()))
        x.register_hook(lambda g: g * 10)
        y.exp().sum().backward()
        handle.remove()
        (x * x).sum().backward()
        return [x.grad, y.grad, *seen]

    both(scenario)


def test_detached_values_are_constants():
    def scenario(t):
        x = leaf(t, 1.0, 2.0)
        y = (x * x).detach()
        z = (x * y).sum()
        z.backward()
        with t.no_grad():
            w = x * 2
        return [x.grad, y.requires_grad, w.requires_grad, w.is_leaf]

    both(scenario)


def test_the_same_tensor_used_in_many_places_collects_all():
    def scenario(t):
        x = leaf(t, 0.5, 1.5)
        y = x
        for _ in range(10):
            y = y * x + t.sin(y) + x
        y.sum().backward()
        return [x.grad]

    both(scenario)


@pytest.mark.parametrize("order", [2, 3, 4])
def test_derivatives_of_derivatives_agree(order):
    def scenario(t):
        x = leaf(t, 0.3, 0.7, -1.1)
        y = (t.exp(x) * t.sin(x * x) + x**5 / (1 + x * x)).sum()
        found = []
        for _ in range(order):
            (g,) = t.autograd.grad(y, x, create_graph=True)
            found.append(g)
            y = g.sum()
        return found

    both(scenario)


# Keeping the graph in .grad is what the test is about; torch warns of the cycle it makes.
@pytest.mark.filterwarnings("ignore:Using backward.. with create_graph=True")
def test_backward_can_itself_be_derived():
    def scenario(t):
        x = leaf(t, 0.3, 0.7)
        (x**4).sum().backward(create_graph=True)
        first = x.grad
        x.grad = None
        (first * first).sum().backward()
        found = [first, x.grad]
        x.grad = None
        return found

    both(scenario)


def small_cnn(t, dtype):
    """A network with smooth bends and pooling, its weights equal in both libraries."""
    rng = np.random.default_rng(4)
    nn = t.nn
    net = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.GELU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 3, 3, stride=2, padding=1),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(3, 4),
    ).to(getattr(t, dtype))
    for parameter in net.parameters():
        drawn = rng.normal(size=tuple(parameter.shape)) * 0.5
        parameter.data = t.tensor(drawn, dtype=getattr(t, dtype))
    return net


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_gradient_penalty_of_a_network_agrees(dtype):
    def scenario(t):
        net = small_cnn(t, dtype)
        rng = np.random.default_rng(6)
        kind = getattr(t, dtype)
        x = t.tensor(rng.normal(size=(5, 2, 8, 8)), dtype=kind, requires_grad=True)
        labels = t.tensor(rng.integers(0, 4, 5))
        loss = t.nn.functional.cross_entropy(net(x), labels)
        (gx,) = t.autograd.grad(loss, x, create_graph=True)
        penalty = ((gx * gx).sum((1, 2, 3)).sqrt() - 1).square().mean()
        (loss + 10 * penalty).backward()
        return [loss, penalty, x.grad, *[p.grad for p in net.parameters()]]

    if dtype == "float64":
        both(scenario, rtol=1e-9, atol=1e-10)
    else:
        both(scenario, rtol=1e-4, atol=1e-5)


def test_the_product_of_a_hessian_and_a_vector_agrees():
    def scenario(t):
        net = small_cnn(t, "float64")
        rng = np.random.default_rng(6)
        x = t.tensor(rng.normal(size=(3, 2, 8, 8)))
        loss = net(x).square().mean()
        params = list(net.parameters())
        gradients = t.autograd.grad(loss, params, create_graph=True)
        vectors = [t.tensor(rng.normal(size=tuple(p.shape))) for p in params]
        product = sum((g * v).sum() for g, v in zip(gradients, vectors, strict=True))
        return t.autograd.grad(product, params)

    both(scenario, rtol=1e-9, atol=1e-10)


# -- changes in place -------------------------------------------------------------------------


def test_a_value_changed_after_it_was_saved_is_refused():
    for t in LIBRARIES:
        x = leaf(t, 1.0, 2.0)
        y = x.exp()
        y.mul_(2)
        with pytest.raises(RuntimeError, match=r"(?i)in.?place"):
            y.sum().backward()


def test_a_value_that_is_not_needed_may_change():
    def scenario(t):
        x = leaf(t, 1.0, 2.0)
        y = x * 3
        y.add_(1).mul_(2)
        (y * x).sum().backward()
        return [x.grad, y]

    both(scenario)


def test_a_parameter_changed_without_recording_counts_from_then_on():
    def scenario(t):
        x = leaf(t, 1.0, 2.0)
        with t.no_grad():
            x.mul_(3)
        (x * x).sum().backward()
        return [x, x.grad]

    both(scenario)


def test_a_parameter_changed_between_forward_and_backward_is_refused():
    for t in LIBRARIES:
        x = leaf(t, 1.0, 2.0)
        y = (x * x).sum()
        with t.no_grad():
            x.add_(1)
        with pytest.raises(RuntimeError, match=r"(?i)in.?place"):
            y.backward()


def test_elements_assigned_in_the_graph_agree():
    def scenario(t):
        x, v = leaf(t, 1.0, 2.0, 3.0), leaf(t, 5.0)
        y = x * 2
        y[1] = v[0] * v[0]
        y[2:] = y[2:] + 1
        (y * y).sum().backward()
        return [y, x.grad, v.grad]

    both(scenario)


def test_modes_agree():
    def scenario(t):
        found = [t.is_grad_enabled()]
        with t.no_grad():
            found.append(t.is_grad_enabled())
            with t.enable_grad():
                found.append(t.is_grad_enabled())
        with t.set_grad_enabled(False):
            found.append(t.is_grad_enabled())
        with t.inference_mode():
            found += [t.is_grad_enabled(), t.is_inference_mode_enabled()]

        @t.no_grad()
        def inside():
            return t.is_grad_enabled()

        return [*found, inside(), t.is_grad_enabled()]

    both(scenario)


@pytest.mark.parametrize("create_graph", [False, True])
def test_derivatives_of_functions_are_torchs(create_graph):
    arrays = np.random.default_rng(0).uniform(0.5, 1.5, size=(2, 2, 3))

    def program(x, y):
        return (x * y).sin() @ x.t(), (x**3).sum() * y[0]

    def flat(found):
        if isinstance(found, tuple):
            return [array for item in found for array in flat(item)]
        return [found.detach().numpy()]

    results = []
    for t in (tv, torch):
        x, y = (t.tensor(array) for array in arrays)
        f = t.autograd.functional
        vs = (t.ones(2, 2).double(), t.tensor(arrays[0, 0]))
        results.append(
            flat(f.jacobian(program, (x, y), create_graph))
            + flat(f.hessian(lambda x, y: program(x, y)[0].sum(), (x, y), create_graph))
            + flat(f.vjp(program, (x, y), vs, create_graph))
            + flat(f.jvp(program, (x, y), (y, x), create_graph))
        )
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13)
