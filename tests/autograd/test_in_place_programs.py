"""Random programs that change tensors in place: the gradient is right, or there is an error.

The oracle is forward mode on bare arrays. Every tensor of a program has a double: its values, and
beside them their derivatives with respect to all leaf elements, as one more axis. A view of a
tensor is a NumPy view of both, a change in place changes both in place. So the oracle knows no
graph, no versions and no views but NumPy's own.
"""

import re
from collections import Counter

import numpy as np
from hypothesis import settings

import tinyvision as tv

LEAVES = 2
SHAPE = (2, 3)
COUNT = LEAVES * 6  # leaf elements, hence derivatives of each number


class Double:
    def __init__(self, value, slope=None):
        self.value = value
        self.slope = np.zeros((*value.shape, COUNT)) if slope is None else slope

    @property
    def shape(self):
        return self.value.shape

    def view(self, function):
        return Double(function(self.value), function(self.slope))

    def store(self, new, recorded):
        value, slope = np.broadcast_to(new.value, self.shape), new.slope
        self.value[...] = value
        if recorded:
            self.slope[...] = slope


def add(a, b):
    return Double(a.value + b.value, a.slope + b.slope)


def mul(a, b):
    return Double(a.value * b.value, a.slope * b.value[..., None] + b.slope * a.value[..., None])


def curve(function, derivative):
    return lambda a: Double(function(a.value), a.slope * derivative(a.value)[..., None])


UNARY = {
    "sin": curve(np.sin, np.cos),
    "tanh": curve(np.tanh, lambda v: 1 - np.tanh(v) ** 2),
    "neg": curve(np.negative, lambda v: -np.ones_like(v)),
    "clone": lambda a: Double(a.value.copy(), a.slope.copy()),
    "relu": curve(lambda v: v * (v > 0), lambda v: 1.0 * (v > 0)),
}
UNARY_IN_PLACE = ["tanh_", "neg_", "relu_"]
BINARY = {"add": add, "mul": mul}
VIEWS = {
    "first row": lambda t: t[0],
    "last row": lambda t: t[-1],
    "last columns": lambda t: t[:, 1:],
    "every other": lambda t: t[::2],
    "transposed": lambda t: t.mT if isinstance(t, tv.Tensor) else t.swapaxes(0, 1),
    "flat": lambda t: t.reshape(-1) if isinstance(t, tv.Tensor) else _flat(t),
}
REFUSALS = "changed in place|in place while|view of|read-only"


def _flat(array):
    slopes = array.shape[-1:] if array.shape[-1] == COUNT else ()
    return array.reshape(-1, *slopes)


class Program:
    """Runs steps on tensors and their doubles side by side."""

    def __init__(self, seed, moved=0.0, all_recorded=False):
        self.all_recorded = all_recorded
        rng = np.random.default_rng(seed)
        self.numbers = rng.uniform(-1, 1, 64)
        self.tensors, self.doubles = [], []
        self.arrays = [rng.uniform(-1, 1, SHAPE)]
        for place in range(LEAVES):
            value = rng.uniform(0.2, 1.0, SHAPE) + moved
            slope = np.zeros((6, COUNT))
            slope[:, place * 6 : place * 6 + 6] = np.eye(6)
            self.put(tv.tensor(value, requires_grad=True), Double(value, slope.reshape(*SHAPE, -1)))
        self.leaves = list(self.tensors)
        buffer = rng.uniform(0.2, 1.0, SHAPE)
        self.put(tv.tensor(buffer), Double(buffer))
        self.put(self.tensors[0] * self.tensors[1], mul(self.doubles[0], self.doubles[1]))
        self.seen = Counter()

    def put(self, tensor, double):
        self.tensors.append(tensor)
        self.doubles.append(double)

    def at(self, number):
        place = number % len(self.tensors)
        return self.tensors[place], self.doubles[place]

    def run(self, step):
        kind, *numbers = step
        try:
            getattr(self, kind)(*numbers)
        except RuntimeError as error:
            self.refused(error)
        for tensor, double in zip(self.tensors, self.doubles, strict=True):
            assert _differ(tensor._array, double.value) < 1e-12

    def refused(self, error):
        assert re.search(REFUSALS, str(error)), error
        self.seen["refused"] += 1

    # -- steps --------------------------------------------------------------------------------

    def unary(self, a, which):
        name = list(UNARY)[which % len(UNARY)]
        tensor, double = self.at(a)
        self.put(getattr(tensor, name)(), UNARY[name](double))

    def binary(self, a, b, which):
        name = list(BINARY)[which % len(BINARY)]
        (x, dx), (y, dy) = self.at(a), self.at(b)
        if _fit(x.shape, y.shape):
            self.put(getattr(x, name)(y), BINARY[name](dx, dy))

    def view(self, a, which):
        function = list(VIEWS.values())[which % len(VIEWS)]
        tensor, double = self.at(a)
        if _can_be_viewed(tensor, double):
            self.put(function(tensor), double.view(function))

    def view_unrecorded(self, a, which):
        function = list(VIEWS.values())[which % len(VIEWS)]
        tensor, double = self.at(a)
        if _can_be_viewed(tensor, double):
            with tv.no_grad():
                seen = function(tensor)
            self.put(seen, Double(function(double.value)))

    def detach(self, a):
        tensor, double = self.at(a)
        self.put(tensor.detach(), Double(double.value))

    def change(self, a, b, which, mode):
        """x.add_(y), x.mul_(y), x.copy_(y), x.tanh_(): also x.mul_(x)."""
        recorded = self.all_recorded or mode % 4 > 0
        (x, dx), (y, dy) = self.at(a), self.at(b)
        names = [*UNARY_IN_PLACE, "add_", "mul_", "copy_"]
        name = names[which % len(names)]
        if name in UNARY_IN_PLACE:
            new = UNARY[name[:-1]](dx)
            others = []
        elif _fits_into(y.shape, x.shape):
            new = dy if name == "copy_" else BINARY[name[:-1]](dx, dy)
            new = Double(new.value.copy(), new.slope.copy())
            others = [y]
        else:
            return
        with tv.set_grad_enabled(recorded):
            getattr(x, name)(*others)
        dx.store(new, recorded)

    def assign(self, a, b, which, mode):
        """x[place] = y."""
        recorded = self.all_recorded or mode % 4 > 0
        (x, dx), (y, dy) = self.at(a), self.at(b)
        place = [..., 0, slice(1, None), [-1]][which % 4]
        if x.ndim == 0 or not _fits_into(y.shape, dx.value[place].shape):
            return
        value, slope = dy.value.copy(), dy.slope.copy()
        with tv.set_grad_enabled(recorded):
            x[place] = y
        dx.value[place] = value
        if recorded:
            dx.slope[place] = slope

    def assign_number(self, a, which):
        x, dx = self.at(a)
        place = [..., 0, slice(1, None), [-1]][which % 4]
        if x.ndim:
            x[place] = 0.5
            dx.value[place] = 0.5
            dx.slope[place] = 0.0

    def add_to_part(self, a, b):
        """x[0] += y."""
        (x, dx), (y, dy) = self.at(a), self.at(b)
        if x.ndim == 2 and y.shape == x.shape[1:]:
            new = add(Double(dx.value[0], dx.slope[0]), dy)
            x[0] += y
            dx.value[0], dx.slope[0] = new.value, new.slope

    def change_data(self, a, which):
        x, dx = self.at(a)
        x.data.mul_(1.5) if which % 2 else x.detach().zero_()
        dx.value[...] = dx.value * 1.5 if which % 2 else 0.0

    def assign_data(self, a, b):
        (x, dx), (y, dy) = self.at(a), self.at(b)
        if x.shape == y.shape:
            x.data = y
            dx.value, dx.slope = dy.value, dx.slope.copy()

    def optimiser_step(self, a):
        place = a % LEAVES
        leaf, double = self.leaves[place], self.doubles[place]
        leaf.grad = tv.ones_like(leaf)
        tv.optim.SGD([leaf], lr=0.25).step()
        leaf.grad = None
        double.value[...] -= 0.25

    def times_array(self, a):
        tensor, double = self.at(a)
        if tensor.shape == SHAPE:
            self.put(tensor * self.arrays[0], mul(double, Double(self.arrays[0].copy())))

    def change_array(self):
        self.arrays[0] *= 0.5

    def check(self, a):
        """The gradient of the sum of a tensor, each element weighed differently."""
        tensor, double = self.at(a)
        if not tensor.requires_grad:
            self.seen["constant"] += 1
            assert tensor._node is None
            assert not double.slope.any()
            return
        found = tv.autograd.grad(
            tensor, self.leaves, self.weights(double), retain_graph=True, materialize_grads=True
        )
        got = np.concatenate([g.numpy().ravel() for g in found])
        assert _differ(got, self.gradient(a)) < 1e-10, got
        self.seen["compared"] += 1

    # -- for the check ------------------------------------------------------------------------

    def weights(self, double):
        return tv.tensor(self.numbers[: double.value.size].reshape(double.shape))

    def gradient(self, a):
        """By the oracle: of the weighed sum of a tensor, for all leaf elements in a row."""
        _, double = self.at(a)
        return np.tensordot(self.weights(double).numpy(), double.slope, axes=double.value.ndim)

    def second_derivative(self, a):
        """By the library: how that gradient changes as all leaf elements grow together."""
        tensor, double = self.at(a)
        first = tv.autograd.grad(
            tensor, self.leaves, self.weights(double), create_graph=True, materialize_grads=True
        )
        total = sum((slope.sum() for slope in first), tv.zeros((), dtype=tv.float64))
        if not total.requires_grad:
            return np.zeros(COUNT)
        found = tv.autograd.grad(total, self.leaves, retain_graph=True, materialize_grads=True)
        return np.concatenate([g.numpy().ravel() for g in found])


def _differ(a, b):
    return np.abs(a - b).max(initial=0.0)


def _can_be_viewed(tensor, double):
    """Flattening copies what is not contiguous; both must do the same."""
    layouts = {array.flags.c_contiguous for array in (tensor._array, double.value, double.slope)}
    return tensor.ndim == 2 and len(layouts) == 1


def _fit(a, b):
    return all(m == n or 1 in (m, n) for m, n in zip(a[::-1], b[::-1], strict=False))


def _fits_into(a, b):
    return _fit(a, b) and np.broadcast_shapes(a, b) == b


# How often each step is drawn, and how many numbers it takes.
STEPS = {
    "unary": (2, 2),
    "binary": (2, 3),
    "view": (3, 2),
    "view_unrecorded": (1, 2),
    "detach": (1, 1),
    "change": (4, 4),
    "assign": (3, 4),
    "assign_number": (1, 2),
    "add_to_part": (1, 2),
    "change_data": (1, 2),
    "assign_data": (1, 2),
    "optimiser_step": (1, 1),
    "times_array": (1, 1),
    "change_array": (1, 0),
    "check": (2, 1),
}


# What leaves the graph: differences would see a dependence that derivatives rightly do not.
LEAVING = {"view_unrecorded", "detach", "change_data", "assign_data"}


def _draw_program(rng, without=frozenset()):
    names = [name for name in STEPS if name not in without]
    often = np.array([STEPS[name][0] for name in names], float)
    kinds = rng.choice(names, rng.integers(2, 14), p=often / often.sum())
    return [(str(kind), *rng.integers(0, 60, STEPS[str(kind)][1]).tolist()) for kind in kinds]


def test_a_program_gives_the_right_gradient_or_an_error():
    seen = Counter()
    for seed in range(settings.default.max_examples * 200):
        program = _draw_program(np.random.default_rng(seed))
        running = Program(seed)
        try:
            for step in program:
                running.run(step)
            for place in range(len(running.tensors)):
                running.run(("check", place))
        except AssertionError as error:
            raise AssertionError(f"program {seed}: {program}") from error
        seen.update(running.seen)
    # Refusing everything would be right as well, and worth nothing.
    assert seen["compared"] > 2 * seen["refused"] > 0, seen


def test_a_program_gives_the_right_second_derivative_or_an_error():
    seen = Counter()
    eps = 1e-5
    for seed in range(settings.default.max_examples * 25):
        program = _draw_program(np.random.default_rng(seed), without=LEAVING)
        here, above, below = (Program(seed, moved, all_recorded=True) for moved in (0.0, eps, -eps))
        for running in (here, above, below):
            for step in program:
                running.run(step)
        for place, tensor in enumerate(here.tensors):
            if not tensor.requires_grad:
                continue
            try:
                got = here.second_derivative(place)
            except RuntimeError as error:
                here.refused(error)
                continue
            expected = (above.gradient(place) - below.gradient(place)) / (2 * eps)
            assert _differ(got, expected) < 1e-6, (seed, program, place, got, expected)
            here.seen["compared"] += 1
        seen.update(here.seen)
    assert seen["compared"] > seen["refused"] > 0, seen
