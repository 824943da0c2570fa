"""Hooks of modules and tensors: the same program in both libraries sees the same."""

import numpy as np
import pytest

import tinyvision as tv

# of hooks of modules no argument of which wants a gradient
pytestmark = pytest.mark.filterwarnings("ignore:Full backward hook is firing")

torch = pytest.importorskip("torch")


def numbers(value):
    if isinstance(value, tuple):
        return [numbers(item) for item in value]
    return None if value is None else np.round(value.detach().numpy(), 10).tolist()


def followed(t):
    seen, leaves = [], []
    weight = np.array([[0.5, -1.0], [2.0, 0.25], [1.0, 1.0]])
    net = t.nn.Sequential(t.nn.Linear(2, 3, bias=False), t.nn.Tanh(), t.nn.Linear(3, 1)).double()
    net.load_state_dict(
        {"0.weight": t.tensor(weight), "2.weight": t.tensor(weight[:, :1].T), "2.bias": t.ones(1)}
    )
    net[0].register_forward_pre_hook(lambda m, args: (args[0] * 2,))
    net[0].register_forward_hook(lambda m, args, out: seen.append((numbers(args), numbers(out))))
    net[1].register_forward_hook(lambda m, args, kw, out: out + len(kw), with_kwargs=True)
    net[1].register_forward_hook(lambda m, args, out: seen.append("in front"), prepend=True)
    for place in range(3):
        net[place].register_full_backward_hook(
            lambda m, inside, outside: seen.append((numbers(inside), numbers(outside)))
        )
    net[1].register_full_backward_pre_hook(lambda m, outside: (outside[0] * 3,))
    net[1].register_full_backward_hook(lambda m, inside, outside: (inside[0] + 1,))
    net[0].weight.register_post_accumulate_grad_hook(lambda p: leaves.append(numbers(p.grad)))
    for wanted in (True, False):
        x = t.tensor(np.array([[1.0, 2.0], [0.5, -0.5]]), requires_grad=wanted)
        net(x).sum().backward()
        seen.append(numbers(x.grad))
    seen.append([numbers(p.grad) for p in net.parameters()])
    return seen, leaves  # torch calls the leaves' hooks in between, ours come last


def test_hooks_see_what_torchs_see():
    assert followed(tv) == followed(torch)
