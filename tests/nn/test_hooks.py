"""Hooks before and after forward, and when backward passes by."""

import re

import pytest

import tinyvision as tv
from tinyvision import nn


class Scale(nn.Module):
    """x * weight + shift."""

    def __init__(self, weight=3.0):
        super().__init__()
        self.weight = nn.Parameter(tv.tensor(weight))

    def forward(self, x, shift=0.0):
        if shift is None:
            raise ValueError("no shift")
        return x * self.weight + shift


def test_hooks_run_in_the_order_they_were_registered_or_in_front():
    seen = []
    net = Scale()
    for register in (net.register_forward_hook, net.register_forward_pre_hook):
        register(lambda *args: seen.append("first"))
        register(lambda *args: seen.append("second"))
        register(lambda *args: seen.append("in front"), prepend=True)
    net(tv.ones(1))
    assert seen == ["in front", "first", "second"] * 2


def test_hooks_with_keywords_see_and_replace_them():
    net = Scale()
    net.register_forward_pre_hook(
        lambda module, args, kwargs: ((args[0] * 2,), {"shift": kwargs["shift"] + 1}),
        with_kwargs=True,
    )
    seen = []
    net.register_forward_hook(
        lambda module, args, kwargs, out: seen.append((args[0].item(), kwargs, out.item())),
        with_kwargs=True,
    )
    assert net(tv.tensor(5.0), shift=1.0).item() == 32
    assert seen == [(10.0, {"shift": 2.0}, 32.0)]


def test_a_pre_hook_with_keywords_must_return_a_pair():
    net = Scale()
    net.register_forward_pre_hook(lambda module, args, kwargs: args, with_kwargs=True)
    with pytest.raises(RuntimeError, match="returns None or a pair of the new args and kwargs"):
        net(tv.ones(1))


def test_a_hook_that_is_always_called_is_called_after_an_error_too():
    seen = []
    net = Scale()
    net.register_forward_hook(lambda module, args, out: seen.append(out), always_call=True)
    net.register_forward_hook(lambda module, args, out: seen.append("not this one"))
    with pytest.raises(ValueError, match="no shift"):
        net(tv.ones(1), None)
    assert seen == [None]


def test_but_not_twice_if_the_error_is_that_of_a_later_hook():
    seen = []

    def wrong(module, args, out):
        raise ValueError("wrong")

    net = Scale()
    net.register_forward_hook(lambda module, args, out: seen.append(out.item()), always_call=True)
    net.register_forward_hook(wrong)
    with pytest.raises(ValueError, match="wrong"):
        net(tv.ones(1))
    assert seen == [3.0]


# -- backward -------------------------------------------------------------------------------------


def test_a_backward_hook_sees_the_gradients_of_arguments_and_outputs():
    seen = []
    net = nn.Sequential(Scale(3.0), Scale(5.0))
    net[1].register_full_backward_hook(
        lambda module, inside, outside: seen.append((module, inside[0].item(), outside[0].item()))
    )
    x = tv.tensor(2.0, requires_grad=True)
    (net(x) * 7).backward()
    assert seen == [(net[1], 35.0, 7.0)]
    assert (x.grad.item(), net[1].weight.grad.item()) == (105, 42)


def test_hooks_may_replace_the_gradients_on_both_sides():
    net = Scale()
    net.register_full_backward_pre_hook(lambda module, outside: (outside[0] * 10,))
    net.register_full_backward_hook(lambda module, inside, outside: inside[0] + outside[0])
    x = tv.tensor(2.0, requires_grad=True)
    net(x).backward()
    assert net.weight.grad.item() == 20
    assert x.grad.item() == 40


def test_arguments_without_a_gradient_are_none():
    seen = []
    net = Scale()
    net.register_full_backward_hook(lambda module, inside, outside: seen.append(inside))
    net(tv.ones(1)).backward()
    net(tv.ones(1, requires_grad=True), 2.0).backward()
    assert seen[0] == (None,)
    assert [None if g is None else g.item() for g in seen[1]] == [3.0, None]


def test_several_outputs_have_a_gradient_each():
    class Halves(nn.Module):
        def forward(self, x):
            return x * 1, x * 2

    seen = []
    net = Halves()
    net.register_full_backward_hook(lambda module, inside, outside: seen.append(outside))
    first, second = net(tv.ones(1, requires_grad=True))
    (first * 3 + second * 5).backward()
    net(tv.ones(1, requires_grad=True))[1].backward()
    assert [g.item() for g in seen[0]] == [3, 5]
    assert seen[1][0] is None


def test_a_backward_hook_can_be_removed():
    net, seen = Scale(), []
    handle = net.register_full_backward_hook(lambda *args: seen.append(1))
    net(tv.ones(1)).backward()
    handle.remove()
    net(tv.ones(1)).backward()
    assert seen == [1]


def test_the_gradient_can_be_derived_again_through_hooks():
    net = Scale()
    net.register_full_backward_hook(lambda module, inside, outside: inside[0] * inside[0])
    x = tv.tensor(2.0, requires_grad=True)
    (slope,) = tv.autograd.grad(net(x) ** 2, x, create_graph=True)  # (2 (3 x) 3)^2
    assert slope.item() == (18 * 2) ** 2


def test_as_many_gradients_must_come_back():
    net = Scale()
    net.register_full_backward_hook(lambda module, inside, outside: inside * 2)
    with pytest.raises(RuntimeError, match=re.escape("1 gradients (grad_input) and returned 2")):
        net(tv.ones(1, requires_grad=True)).backward()


# -- of tensors -----------------------------------------------------------------------------------


def test_a_hook_after_accumulation_sees_the_whole_gradient():
    x, seen = tv.tensor(2.0, requires_grad=True), []
    x.register_hook(lambda g: g * 10)
    handle = x.register_post_accumulate_grad_hook(lambda p: seen.append((p, p.grad.item())))
    (x * x).backward()
    x.backward()
    handle.remove()
    x.backward()
    assert seen == [(x, 40.0), (x, 50.0)]


def test_such_a_hook_may_step_an_optimiser_and_forget_the_gradient():
    net = nn.Linear(2, 1)
    before = net.weight.detach().clone()
    for parameter in net.parameters():
        optimiser = tv.optim.SGD([parameter], lr=0.1)

        def step(leaf, optimiser=optimiser):
            optimiser.step()
            optimiser.zero_grad()

        parameter.register_post_accumulate_grad_hook(step)
    net(tv.ones(1, 2)).sum().backward()
    assert net.weight.grad is None
    assert tv.allclose(net.weight, before - 0.1)


def test_it_is_not_called_where_nothing_is_accumulated():
    x, seen = tv.tensor(2.0, requires_grad=True), []
    x.register_post_accumulate_grad_hook(seen.append)
    tv.autograd.grad(x * x, x)
    assert seen == []


def test_only_a_leaf_accumulates():
    with pytest.raises(RuntimeError, match=r"needs a leaf: .* inside the graph use register_hook"):
        (tv.ones(1, requires_grad=True) * 2).register_post_accumulate_grad_hook(print)


# -- finding parameters and buffers ----------------------------------------------------------------


def test_parameters_and_buffers_by_dotted_name():
    net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.BatchNorm1d(2))
    assert net.get_parameter("1.weight") is net[1].weight
    assert net.get_buffer("1.running_mean") is net[1].running_mean
    with pytest.raises(AttributeError, match=r"Linear has no parameter 'bias' \(of '0.bias'\);"):
        net.get_parameter("0.bias")
    with pytest.raises(AttributeError, match="BatchNorm1d has no buffer 'weight'"):
        net.get_buffer("1.weight")
    with pytest.raises(AttributeError, match="Sequential has no part '7'"):
        net.get_parameter("7.weight")


def test_a_buffer_is_registered_by_assignment():
    net = nn.Module()
    net.kept = nn.Buffer(tv.zeros(2))
    net.passing = nn.Buffer(tv.ones(1), persistent=False)
    assert [name for name, _ in net.named_buffers()] == ["kept", "passing"]
    assert list(net.state_dict()) == ["kept"]
    assert list(net.parameters()) == []
    net.kept = nn.Buffer(tv.ones(3), persistent=False)
    assert list(net.state_dict()) == []


def test_a_buffer_cannot_be_assigned_before_init():
    class Early(nn.Module):
        def __init__(self):
            self.kept = nn.Buffer(tv.zeros(1))

    with pytest.raises(AttributeError, match=r"cannot assign kept before Module.__init__\(\)"):
        Early()
