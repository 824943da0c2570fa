"""Optimisers against torch: thirty steps on a small problem, groups, state, clipping."""

import numpy as np
import pytest

import tinyvision as tv

torch = pytest.importorskip("torch")

SETTINGS = {
    "SGD": ("SGD", {"lr": 0.01}),
    "SGD momentum": ("SGD", {"lr": 0.01, "momentum": 0.9}),
    "SGD dampening": ("SGD", {"lr": 0.01, "momentum": 0.9, "dampening": 0.3}),
    "SGD nesterov": ("SGD", {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    "SGD weight decay": ("SGD", {"lr": 0.01, "weight_decay": 0.1}),
    "SGD all": ("SGD", {"lr": 0.01, "momentum": 0.8, "weight_decay": 0.1, "nesterov": True}),
    "SGD maximize": ("SGD", {"lr": 1e-4, "momentum": 0.5, "maximize": True, "weight_decay": 0.1}),
    "Adam": ("Adam", {"lr": 0.05}),
    "Adam betas": ("Adam", {"lr": 0.05, "betas": (0.7, 0.8), "eps": 1e-3}),
    "Adam without averages": ("Adam", {"lr": 0.05, "betas": (0.0, 0.0)}),
    "Adam weight decay": ("Adam", {"lr": 0.05, "weight_decay": 0.1}),
    "Adam amsgrad": ("Adam", {"lr": 0.05, "amsgrad": True}),
    "Adam maximize": ("Adam", {"lr": 0.05, "maximize": True, "weight_decay": 0.1}),
    "AdamW": ("AdamW", {"lr": 0.05}),
    "AdamW weight decay": ("AdamW", {"lr": 0.05, "weight_decay": 0.5, "betas": (0.8, 0.9)}),
    "AdamW amsgrad": ("AdamW", {"lr": 0.05, "amsgrad": True, "weight_decay": 0.2}),
    "AdamW maximize": ("AdamW", {"lr": 0.05, "maximize": True}),
    "RMSprop": ("RMSprop", {}),
    "RMSprop options": ("RMSprop", {"lr": 0.02, "alpha": 0.9, "eps": 0.1, "weight_decay": 0.1}),
    "RMSprop momentum": ("RMSprop", {"momentum": 0.8, "maximize": True}),
    "RMSprop centered": ("RMSprop", {"centered": True, "alpha": 0.5, "momentum": 0.5}),
    "Adagrad": ("Adagrad", {"lr": 0.1}),
    "Adagrad options": (
        "Adagrad",
        {"lr_decay": 0.2, "weight_decay": 0.1, "initial_accumulator_value": 0.3, "eps": 0.01},
    ),
    "Adagrad maximize": ("Adagrad", {"maximize": True}),
    "Adadelta": ("Adadelta", {}),
    "Adadelta options": (
        "Adadelta",
        {"lr": 0.5, "rho": 0.6, "eps": 1e-3, "weight_decay": 0.1, "maximize": True},
    ),
    "Adamax": ("Adamax", {}),
    "Adamax options": (
        "Adamax",
        {"lr": 0.05, "betas": (0.7, 0.8), "eps": 1e-3, "weight_decay": 0.1, "maximize": True},
    ),
    "NAdam": ("NAdam", {"lr": 0.05}),
    "NAdam options": (
        "NAdam",
        {"lr": 5e-3, "betas": (0.7, 0.9), "eps": 0.1, "weight_decay": 0.1, "maximize": True},
    ),
    "NAdam decoupled": (
        "NAdam",
        {"momentum_decay": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True},
    ),
    "RAdam": ("RAdam", {"lr": 0.05}),
    "RAdam options": (
        "RAdam",
        {"lr": 0.05, "betas": (0.7, 0.8), "eps": 0.01, "weight_decay": 0.1, "maximize": True},
    ),
    "RAdam decoupled": ("RAdam", {"weight_decay": 0.1, "decoupled_weight_decay": True}),
}


@pytest.fixture(autouse=True)
def numbers_of_64_bits():
    """torch keeps NAdam's product of momenta in its default type."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


DATA = np.random.default_rng(0).normal(size=(20, 4))
TARGETS = np.random.default_rng(1).normal(size=(20, 2))


class Problem:
    """A small network in one of the two libraries, with the same weights in both."""

    def __init__(self, package, dtype):
        rng = np.random.default_rng(2)
        shapes = [(4, 5), (5,), (5, 2), (2,)]
        self.package = package
        self.params = [
            package.tensor(rng.normal(size=shape).astype(dtype), requires_grad=True)
            for shape in shapes
        ]
        self.x, self.y = (package.tensor(array.astype(dtype)) for array in (DATA, TARGETS))

    def loss(self):
        w1, b1, w2, b2 = self.params
        out = self.package.tanh(self.x @ w1 + b1) @ w2 + b2
        return ((out - self.y) ** 2).mean()

    def values(self):
        return np.concatenate([p.detach().numpy().ravel() for p in self.params])


def path(library, name, settings, dtype="float64", steps=30, groups=None):
    """The parameters after every step."""
    problem = Problem(library, dtype)
    params = problem.params if groups is None else groups(problem.params)
    optimiser = getattr(library.optim, name)(params, **settings)
    visited = []
    for step in range(steps):
        optimiser.zero_grad()
        problem.loss().backward()
        if step == 3:
            problem.params[1].grad = None  # a parameter without a gradient stays as it is
        optimiser.step()
        visited.append(problem.values())
    return np.array(visited)


@pytest.mark.parametrize("case", SETTINGS.values(), ids=SETTINGS)
def test_thirty_steps_follow_torchs(case):
    np.testing.assert_allclose(path(tv, *case), path(torch, *case), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("case", SETTINGS.values(), ids=SETTINGS)
def test_thirty_steps_follow_torchs_in_float32(case):
    ours, theirs = (path(library, *case, dtype="float32") for library in (tv, torch))
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", sorted({name for name, _ in SETTINGS.values()}))
def test_groups_have_options_of_their_own(name):
    def groups(params):
        return [
            {"params": params[:2], "lr": 0.02, "weight_decay": 0.3},
            {"params": params[2:3]},
            {"params": params[3]},
        ]

    ours, theirs = (path(t, name, {"lr": 0.01}, groups=groups) for t in (tv, torch))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def test_named_parameters_are_taken_as_well():
    def groups(params):
        return [(f"p{i}", param) for i, param in enumerate(params)]

    ours, theirs = (path(t, "SGD", {"lr": 0.01}, groups=groups) for t in (tv, torch))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def test_a_closure_gives_the_loss():
    values = []
    for library in (tv, torch):
        problem = Problem(library, "float64")
        optimiser = library.optim.SGD(problem.params, lr=0.1)

        def closure(problem=problem, optimiser=optimiser):
            optimiser.zero_grad()
            loss = problem.loss()
            loss.backward()
            return loss

        values.append([optimiser.step(closure).item() for _ in range(3)])
    np.testing.assert_allclose(values[0], values[1], rtol=1e-12)


def saved(library, name, settings):
    problem = Problem(library, "float64")
    optimiser = getattr(library.optim, name)(problem.params, **settings)
    for _ in range(2):
        optimiser.zero_grad()
        problem.loss().backward()
        optimiser.step()
    return optimiser.state_dict()


# Options that choose between torch's implementations of the same arithmetic.
IMPLEMENTATION = {"foreach", "fused", "capturable", "differentiable", "decoupled_weight_decay"}


@pytest.mark.parametrize("case", SETTINGS.values(), ids=SETTINGS)
def test_the_saved_state_is_laid_out_as_torchs(case):
    ours, theirs = saved(tv, *case), saved(torch, *case)
    assert list(ours) == list(theirs)
    assert ours["state"].keys() == theirs["state"].keys()
    for number, entries in theirs["state"].items():
        given = {name: value for name, value in entries.items() if value is not None}
        assert set(ours["state"][number]) == set(given)
        for name, value in given.items():
            mine = ours["state"][number][name]
            array = mine.detach().numpy() if isinstance(mine, tv.Tensor) else np.asarray(mine)
            np.testing.assert_allclose(array, np.asarray(value), rtol=1e-12, atol=1e-12)
    for mine, group in zip(ours["param_groups"], theirs["param_groups"], strict=True):
        left_out = IMPLEMENTATION - set(mine)
        assert mine == {name: value for name, value in group.items() if name not in left_out}


@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0, float("inf")])
@pytest.mark.parametrize("max_norm", [0.1, 1.0, 1e6])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_clipping_by_norm_agrees(max_norm, norm_type, dtype):
    results = []
    for library in (tv, torch):
        problem = Problem(library, dtype)
        problem.loss().backward()
        problem.params[1].grad = None
        total = library.nn.utils.clip_grad_norm_(problem.params, max_norm, norm_type)
        gradients = [p.grad.numpy().ravel() for p in problem.params if p.grad is not None]
        results.append(np.concatenate([[total.item()], *gradients]))
    rtol = 1e-12 if dtype == "float64" else 1e-5
    np.testing.assert_allclose(results[0], results[1], rtol=rtol)


def test_clipping_by_value_agrees():
    results = []
    for library in (tv, torch):
        problem = Problem(library, "float64")
        problem.loss().backward()
        library.nn.utils.clip_grad_value_(problem.params, 0.1)
        results.append(np.concatenate([p.grad.numpy().ravel() for p in problem.params]))
    np.testing.assert_allclose(results[0], results[1], rtol=1e-12)


def test_parameters_as_one_vector_agree():
    vectors = []
    for library in (tv, torch):
        problem = Problem(library, "float64")
        utils = library.nn.utils
        vector = utils.parameters_to_vector(problem.params)
        utils.vector_to_parameters(vector.detach() * 2, problem.params)
        vectors.append([vector.detach().numpy(), problem.values()])
    np.testing.assert_array_equal(vectors[0], vectors[1])
