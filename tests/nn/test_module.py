"""nn.Module: what is registered, what is shown, what is saved, and what is refused."""

import copy
import re

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn


class Block(nn.Module):
    """A part with a parameter, a buffer, a buffer that is not saved, and a part."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(tv.ones(2))
        self.register_buffer("count", tv.tensor(0))
        self.register_buffer("cache", tv.zeros(3), persistent=False)
        self.inner = nn.Linear(2, 2, bias=False)

    def forward(self, x):
        return self.inner(x) * self.scale


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Block()
        self.last = nn.Linear(2, 1)

    def forward(self, x):
        return self.last(self.first(x))


# -- registering ------------------------------------------------------------------------------


def test_parameters_come_with_dotted_names_own_ones_first():
    names = [name for name, _ in Net().named_parameters()]
    assert names == ["first.scale", "first.inner.weight", "last.weight", "last.bias"]


def test_parameters_without_those_of_parts():
    assert [name for name, _ in Block().named_parameters(recurse=False)] == ["scale"]


def test_buffers_come_with_dotted_names_saved_or_not():
    assert [name for name, _ in Net().named_buffers()] == ["first.count", "first.cache"]


def test_modules_come_parents_first():
    names = [name for name, _ in Net().named_modules()]
    assert names == ["", "first", "first.inner", "last"]
    assert [name for name, _ in Net().named_children()] == ["first", "last"]


def test_a_prefix_is_put_before_every_name():
    names = [name for name, _ in Block().named_parameters(prefix="body")]
    assert names == ["body.scale", "body.inner.weight"]


def test_a_shared_parameter_is_named_once_and_twice_if_asked():
    net = Net()
    net.last.weight = net.first.inner.weight
    assert "last.weight" not in dict(net.named_parameters())
    assert "last.weight" in dict(net.named_parameters(remove_duplicate=False))


def test_a_shared_part_is_named_once_and_twice_if_asked():
    layer = nn.Linear(2, 2)
    twins = nn.Sequential(layer, layer)
    assert [name for name, _ in twins.named_modules()] == ["", "0"]
    assert [name for name, _ in twins.named_modules(remove_duplicate=False)] == ["", "0", "1"]
    assert len(list(twins.parameters())) == 2
    assert len(dict(twins.named_parameters(remove_duplicate=False))) == 4
    assert len(list(twins.children())) == 1


def test_a_plain_tensor_is_an_attribute_only():
    net = nn.Module()
    net.x = tv.ones(2)
    assert list(net.parameters()) == []
    assert list(net.buffers()) == []
    assert net.x.tolist() == [1.0, 1.0]


def test_a_name_belongs_to_the_kind_it_was_assigned_last():
    net = Block()
    net.count = nn.Parameter(tv.zeros(1))
    assert "count" in dict(net.named_parameters())
    assert "count" not in dict(net.named_buffers())
    net.plain = 1
    net.plain = nn.Identity()
    assert "plain" in dict(net.named_children())
    assert "plain" not in vars(net)


def test_a_parameter_that_takes_the_name_of_an_unsaved_buffer_is_saved():
    net = Block()
    net.cache = nn.Parameter(tv.zeros(1))
    assert "cache" in net.state_dict()


def test_none_takes_a_registered_value_away_but_keeps_its_name():
    net = Block()
    net.scale = net.count = net.inner = None
    assert net.scale is None
    assert list(net.parameters()) == []
    assert list(net.children()) == []
    net.scale = nn.Parameter(tv.ones(1))
    assert list(net.state_dict()) == ["scale"]


@pytest.mark.parametrize("name", ["scale", "count", "cache", "inner"])
def test_a_deleted_attribute_is_gone(name):
    net = Block()
    delattr(net, name)
    assert not hasattr(net, name)
    assert not any(key.startswith(name) for key in net.state_dict())


def test_a_deleted_plain_attribute_is_gone():
    net = nn.Module()
    net.x = 1
    del net.x
    with pytest.raises(AttributeError, match="Module has no attribute 'x'"):
        net.x


def test_deleting_what_is_not_there_is_refused():
    with pytest.raises(AttributeError, match="x"):
        del nn.Module().x


def test_dir_lists_what_is_registered():
    assert {"scale", "count", "inner", "forward"} <= set(dir(Block()))


@pytest.mark.parametrize("value", [nn.Parameter(tv.ones(1)), nn.Identity()])
def test_assigning_before_init_is_refused(value):
    class Hasty(nn.Module):
        def __init__(self):
            self.x = value

    with pytest.raises(AttributeError, match=re.escape("assign x before Module.__init__() was")):
        Hasty()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("scale", tv.ones(2), "scale is a parameter; assign an nn.Parameter or None, not Tensor"),
        ("inner", 3, "inner is a module; assign a module or None"),
        ("count", 3, "count is a buffer; assign a tensor or None"),
    ],
)
def test_a_registered_name_takes_its_own_kind_only(name, value, message):
    with pytest.raises(TypeError, match=message):
        setattr(Block(), name, value)


@pytest.mark.parametrize(
    ("register", "value"),
    [
        ("register_parameter", nn.Parameter(tv.ones(1))),
        ("register_buffer", tv.ones(1)),
        ("add_module", nn.Identity()),
    ],
)
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.b", "a name must be a string without dots, got 'a.b'"),
        ("", "a name must be a string without dots, got ''"),
        ("forward", "Module has an attribute 'forward' already"),
        ("training", "Module has an attribute 'training' already"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(register, value, name, message):
    with pytest.raises(KeyError, match=message):
        getattr(nn.Module(), register)(name, value)


@pytest.mark.parametrize(
    ("register", "value", "message"),
    [
        ("register_parameter", tv.ones(1), "x must be an nn.Parameter or None, got Tensor"),
        ("register_buffer", 1.0, "buffer x must be a tensor or None, got float"),
        ("add_module", print, "x must be a module, got builtin_function_or_method"),
    ],
)
def test_registering_another_kind_is_refused(register, value, message):
    with pytest.raises(TypeError, match=message):
        getattr(nn.Module(), register)("x", value)


def test_get_submodule_follows_a_dotted_name():
    net = Net()
    assert net.get_submodule("first.inner") is net.first.inner
    assert net.get_submodule("") is net
    with pytest.raises(AttributeError, match=re.escape("Block has no part 'x' (of 'first.x')")):
        net.get_submodule("first.x")


# -- calling ----------------------------------------------------------------------------------


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match="Module has no forward method yet"):
        nn.Module()(1)


def test_hooks_see_and_replace_arguments_and_outputs_in_order_until_removed():
    net = nn.Identity()
    net.register_forward_pre_hook(lambda module, args: (args[0] * 2,))
    net.register_forward_pre_hook(lambda module, args: args[0] + 1)  # one argument needs no tuple
    after = net.register_forward_hook(lambda module, args, out: out * 10)
    seen = net.register_forward_hook(lambda module, args, out: None)
    assert net(tv.tensor(3.0)).item() == 70.0
    after.remove()
    after.remove()  # a second time does nothing
    seen.remove()
    assert net(tv.tensor(3.0)).item() == 7.0


def test_a_hook_may_remove_itself_while_it_runs():
    net, calls = nn.Identity(), []

    def once(module, args, out):
        calls.append(1)
        handle.remove()

    handle = net.register_forward_hook(once)
    net(1)
    net(1)
    assert calls == [1]


def test_apply_visits_parts_before_the_whole():
    seen = []
    net = Net()
    assert net.apply(seen.append) is net
    assert seen == [net.first.inner, net.first, net.last, net]


# -- modes ------------------------------------------------------------------------------------


def test_train_and_eval_reach_every_part():
    net = Net()
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    assert net.train() is net
    assert all(module.training for module in net.modules())


def test_train_takes_a_truth_value_only():
    with pytest.raises(ValueError, match="takes True or False, got 'no'"):
        nn.Module().train("no")


def test_parameters_are_frozen_and_thawed_together():
    net = Net().requires_grad_(False)
    assert not any(p.requires_grad for p in net.parameters())
    assert all(p.requires_grad for p in net.requires_grad_().parameters())


def test_zero_grad_forgets_gradients_or_fills_them_with_zeros():
    net = Net()
    net(tv.ones(1, 2)).sum().backward()
    net.zero_grad(set_to_none=False)
    assert net.last.weight.grad.tolist() == [[0.0, 0.0]]
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_to_converts_floats_with_their_gradients_and_leaves_integers():
    net = Net()
    net(tv.ones(1, 2)).sum().backward()
    parameter = net.last.weight
    assert net.double() is net
    assert net.last.weight is parameter  # so that an optimiser still knows it
    assert parameter.dtype == parameter.grad.dtype == np.float64
    assert net.first.cache.dtype == np.float64
    assert net.first.count.dtype == np.int64
    assert net.half().last.weight.dtype == np.float16
    assert net.float().to("cpu").last.weight.dtype == np.float32


def test_to_an_integer_type_or_another_device_is_refused():
    with pytest.raises(TypeError, match="can be converted to floats only, not int64"):
        Net().to(tv.int64)
    with pytest.raises(ValueError, match="on the CPU only, got device 'cuda'"):
        Net().to("cuda")


# -- saving and loading -----------------------------------------------------------------------


def test_a_state_dict_has_torchs_names_and_order_and_leaves_out_what_is_not_saved():
    assert {name: value.shape for name, value in Net().state_dict().items()} == {
        "first.scale": (2,),
        "first.count": (),
        "first.inner.weight": (2, 2),
        "last.weight": (1, 2),
        "last.bias": (1,),
    }
    names = ["first.scale", "first.count", "first.inner.weight", "last.weight", "last.bias"]
    assert list(Net().state_dict()) == names
    assert list(Block().state_dict(prefix="a.")) == ["a.scale", "a.count", "a.inner.weight"]


def test_a_state_dict_shares_memory_and_is_outside_the_graph():
    net = Net()
    state = net.state_dict()
    assert np.shares_memory(state["last.bias"].numpy(), net.last.bias.detach().numpy())
    assert not state["last.bias"].requires_grad
    assert net.state_dict(keep_vars=True)["last.bias"] is net.last.bias


def test_loading_copies_values_into_the_parameters_that_are_there():
    source, target = Net(), Net()
    parameters = list(target.parameters())
    result = target.load_state_dict(source.state_dict())
    assert result == ([], [])
    for old, new, given in zip(parameters, target.parameters(), source.parameters(), strict=True):
        assert old is new
        np.testing.assert_array_equal(new.detach().numpy(), given.detach().numpy())
        assert not np.shares_memory(new.detach().numpy(), given.detach().numpy())


def test_loading_keeps_the_types_of_the_module_and_takes_arrays_too():
    net = nn.Linear(2, 1)
    net.load_state_dict({"weight": np.array([[1.0, 2.0]]), "bias": np.array([3])})
    assert net.weight.dtype == net.bias.dtype == np.float32
    assert net(tv.tensor([1.0, 1.0])).item() == 6.0


def test_a_fit_that_is_not_strict_says_what_was_missing_and_what_was_too_many():
    net = nn.Linear(2, 1)
    before = net.bias.detach().clone()
    result = net.load_state_dict({"weight": tv.ones(1, 2), "w": tv.ones(1)}, strict=False)
    assert result.missing_keys == ["bias"]
    assert result.unexpected_keys == ["w"]
    assert net.weight.tolist() == [[1.0, 1.0]]
    assert bool((net.bias == before).all())


def test_a_strict_error_lists_everything_and_changes_nothing():
    net = Net()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    wrong = {
        "first.scale": tv.zeros(3),
        "first.count": "many",
        "last.weight": tv.zeros(1, 2),
        "last.bias": np.array(["x"]),
        "extra": tv.zeros(1),
        "more": tv.zeros(1),
    }
    with pytest.raises(RuntimeError) as caught:
        net.load_state_dict(wrong)
    assert str(caught.value).splitlines() == [
        "the state_dict does not fit Net:",
        "  missing: first.inner.weight",
        "  unexpected: extra, more",
        "  first.scale: shape (2,) expected, got shape (3,)",
        "  first.count: shape () expected, got str",
        "  last.bias: a tensor holds floats, integers or booleans; got data of type <U1 from "
        "ndarray",
    ]
    for name, value in net.state_dict().items():
        assert bool((value == before[name]).all()), name


def test_a_shape_that_differs_is_refused_even_if_not_strict():
    with pytest.raises(RuntimeError, match=re.escape("bias: shape (1,) expected, got shape (2,)")):
        nn.Linear(2, 1).load_state_dict({"bias": tv.zeros(2)}, strict=False)


def test_a_state_dict_must_be_a_dictionary():
    with pytest.raises(TypeError, match="a state_dict is a dictionary, got list"):
        nn.Linear(1, 1).load_state_dict([1])


def test_assign_takes_over_memory_and_type_and_keeps_the_parameter_trainable():
    net = nn.Linear(2, 1, bias=False)
    parameter, given = net.weight, tv.ones(1, 2, dtype=tv.float64)
    net.load_state_dict({"weight": given}, assign=True)
    assert net.weight is parameter
    assert net.weight.requires_grad
    assert net.weight.dtype == np.float64
    assert np.shares_memory(net.weight.detach().numpy(), given.numpy())


def test_assign_copies_an_array_that_could_not_be_trained():
    array = np.ones((1, 2), np.float32)
    array.flags.writeable = False
    net = nn.Linear(2, 1, bias=False)
    net.load_state_dict({"weight": array}, assign=True)
    with tv.no_grad():
        net.weight.add_(1.0)
    assert net.weight.tolist() == [[2.0, 2.0]]


def test_assign_refuses_integers_for_a_parameter():
    with pytest.raises(RuntimeError, match="float32 cannot be replaced by int64; use assign=False"):
        nn.Linear(2, 1).load_state_dict(
            {"weight": tv.zeros(1, 2, dtype=tv.int64), "bias": tv.zeros(1)}, assign=True
        )


def test_loading_is_noticed_by_a_graph_that_still_needs_the_old_values():
    net = nn.Linear(2, 1)
    x = tv.ones(1, 2, requires_grad=True)
    out = net(x)
    net.load_state_dict(nn.Linear(2, 1).state_dict())
    with pytest.raises(RuntimeError, match="was changed in place"):
        out.sum().backward()


# -- copies -----------------------------------------------------------------------------------


def test_a_deep_copy_shares_nothing_and_keeps_what_was_shared_inside():
    net = Net()
    net.last.weight = net.first.scale
    net(tv.ones(1, 2)).sum().backward()
    twin = copy.deepcopy(net)
    assert twin.last.weight is twin.first.scale
    assert type(twin.last.weight) is nn.Parameter
    assert twin.last.weight.requires_grad
    np.testing.assert_array_equal(twin.last.bias.grad.numpy(), net.last.bias.grad.numpy())
    with tv.no_grad():
        twin.first.scale.zero_()
        twin.first.count.add_(1)
    assert net.first.scale.tolist() == [1.0, 1.0]
    assert net.first.count.item() == 0


# -- showing ----------------------------------------------------------------------------------


def test_repr_shows_parts_indented_as_torch_does():
    assert repr(Net()) == (
        "Net(\n"
        "  (first): Block(\n"
        "    (inner): Linear(in_features=2, out_features=2, bias=False)\n"
        "  )\n"
        "  (last): Linear(in_features=2, out_features=1, bias=True)\n"
        ")"
    )


def test_repr_shows_settings_before_parts():
    class Wide(nn.Module):
        def __init__(self):
            super().__init__()
            self.part = nn.ReLU()

        def extra_repr(self):
            return "width=3"

    assert repr(Wide()) == "Wide(\n  width=3\n  (part): ReLU()\n)"


def test_a_parameter_shows_that_it_is_one():
    shown = repr(nn.Parameter(tv.zeros(2)))
    assert shown == "Parameter containing:\ntensor([0., 0.], requires_grad=True)"
