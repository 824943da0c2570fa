"""What all optimisers share: groups, state, saving, resuming, closures."""

import re

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn, optim

MAKERS = {
    "SGD": lambda params: optim.SGD(params, lr=0.1, momentum=0.9, weight_decay=0.01),
    "Adam": lambda params: optim.Adam(params, lr=0.01, amsgrad=True),
    "AdamW": lambda params: optim.AdamW(params, lr=0.01),
    "Adamax": lambda params: optim.Adamax(params, lr=0.01),
    "NAdam": lambda params: optim.NAdam(params, lr=0.01, weight_decay=0.01),
    "RAdam": lambda params: optim.RAdam(params, lr=0.01, betas=(0.9, 0.9)),
    "RMSprop": lambda params: optim.RMSprop(params, momentum=0.9, centered=True),
    "Adagrad": lambda params: optim.Adagrad(params, lr=0.1),
    "Adadelta": lambda params: optim.Adadelta(params, eps=1e-4),
}
each = pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))


def model():
    """A small network, the same each time, with a parameter of no axes among its own."""
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    rng = np.random.default_rng(0)
    net.scale = nn.Parameter(tv.tensor(1.5))
    with tv.no_grad():
        for parameter in net.parameters():
            parameter.copy_(tv.tensor(np.asarray(rng.normal(size=parameter.shape))))
    return net


def train(net, optimizer, steps, first=0):
    for step in range(first, first + steps):
        x = tv.tensor(np.random.default_rng(step).normal(size=(5, 3)), dtype=tv.float32)
        optimizer.zero_grad()
        (net(x) * net.scale).square().mean().backward()
        optimizer.step()


def weights(net):
    return [parameter.detach().numpy().copy() for parameter in net.parameters()]


# -- stepping ---------------------------------------------------------------------------------


@each
def test_a_parameter_without_a_gradient_is_left_alone(make):
    used, unused = tv.ones(2, requires_grad=True), tv.ones(2, requires_grad=True)
    optimizer = make([used, unused])
    used.sum().backward()
    optimizer.step()
    assert used.tolist() != [1.0, 1.0]
    assert unused.tolist() == [1.0, 1.0]
    assert unused not in optimizer.state


@each
def test_a_parameter_keeps_its_identity_its_memory_and_its_place_as_a_leaf(make):
    param = tv.ones(2, requires_grad=True)
    memory = param.detach().numpy()
    optimizer = make([param])
    param.sum().backward()
    optimizer.step()
    assert param.is_leaf
    assert param.requires_grad
    np.testing.assert_array_equal(memory, param.detach().numpy())


@each
def test_a_strided_parameter_is_changed_where_it_lies(make):
    base = np.ones((4, 6))
    param = tv.from_numpy(base[::2, ::3]).requires_grad_()
    optimizer = make([param])
    param.sum().backward()
    optimizer.step()
    assert (base[::2, ::3] != 1.0).all()
    assert (base[1::2] == 1.0).all()


@each
def test_a_graph_that_needs_the_old_values_notices_the_step(make):
    param = tv.ones(2, requires_grad=True)
    optimizer = make([param])
    loss = (param * param).sum()
    loss.backward(retain_graph=True)
    optimizer.step()
    with pytest.raises(RuntimeError, match=r"was changed in place \(by \w+.step\)"):
        loss.backward()


@each
def test_the_closure_is_called_with_recording_on_and_its_loss_returned(make):
    param = tv.full((1,), 3.0, requires_grad=True)
    optimizer = make([param])

    def closure():
        optimizer.zero_grad()
        loss = (param * param).sum()
        loss.backward()
        return loss

    with tv.no_grad():
        loss = optimizer.step(closure)
    assert loss.item() == 9.0
    assert param.item() < 3.0


@each
def test_step_returns_nothing_without_a_closure(make):
    assert make([tv.ones(1, requires_grad=True)]).step() is None


@each
def test_zero_grad_forgets_gradients_or_fills_them_with_zeros(make):
    param, other = tv.ones(2, requires_grad=True), tv.ones(1, requires_grad=True)
    optimizer = make([param, other])
    param.sum().backward()
    optimizer.zero_grad(set_to_none=False)
    assert param.grad.tolist() == [0.0, 0.0]
    assert other.grad is None
    optimizer.zero_grad()
    assert param.grad is None


@each
def test_a_loss_falls(make):
    net = model()
    optimizer = make(net.parameters())
    x = tv.tensor(np.random.default_rng(0).normal(size=(16, 3)), dtype=tv.float32)
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        loss = net(x).square().mean()
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    assert losses[-1] < 0.5 * losses[0]


# -- groups -----------------------------------------------------------------------------------


def test_each_group_has_options_of_its_own_and_the_defaults_for_the_rest():
    one, two = (tv.ones(1, requires_grad=True) for _ in range(2))
    optimizer = optim.SGD([{"params": [one], "lr": 1.0}, {"params": two}], lr=0.1)
    (one + two).sum().backward()
    optimizer.step()
    assert one.item() == 0.0
    assert two.item() == pytest.approx(0.9)
    assert [group["lr"] for group in optimizer.param_groups] == [1.0, 0.1]
    assert optimizer.param_groups[1]["momentum"] == 0


def test_a_group_added_later_is_trained_too():
    one, two = (tv.ones(1, requires_grad=True) for _ in range(2))
    optimizer = optim.SGD([one], lr=0.5)
    optimizer.add_param_group({"params": two, "lr": 0.25})
    (one + two).sum().backward()
    optimizer.step()
    assert (one.item(), two.item()) == (0.5, 0.75)


def test_named_parameters_can_be_given_as_they_are():
    net = model()
    optimizer = optim.SGD(net.named_parameters(), lr=0.1)
    assert len(optimizer.param_groups[0]["params"]) == 5


def leaf():
    return tv.zeros(1, requires_grad=True)


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ([], ValueError, "the optimiser got no parameters; is the model empty?"),
        (leaf(), TypeError, "params must be a list of tensors"),
        ([1.0], TypeError, "an optimiser trains tensors, got float"),
        ([leaf() * 2], ValueError, "an optimiser cannot train the result of an operation"),
        ([leaf()] * 1 + [{"params": [1]}], TypeError, "an optimiser trains tensors, got dict"),
        ([{"params": [leaf()], "rate": 1}], ValueError, "SGD has no option ['rate']; it knows"),
        ([{"lr": 1.0}], ValueError, "a parameter group needs 'params', got only ['lr']"),
    ],
)
def test_what_cannot_be_trained_is_refused(params, error, message):
    with pytest.raises(error, match=re.escape(message)):
        optim.SGD(params)


def test_a_parameter_given_twice_is_refused_also_in_another_group():
    param = leaf()
    with pytest.raises(ValueError, match="a parameter is given twice"):
        optim.SGD([param, param])
    optimizer = optim.SGD([param])
    with pytest.raises(ValueError, match="a parameter is given twice"):
        optimizer.add_param_group({"params": [param]})


@pytest.mark.parametrize(
    ("make", "option", "message"),
    [
        (optim.SGD, {"lr": -1.0}, "lr must be at least 0.0, got -1.0"),
        (optim.Adam, {"betas": (0.9, 1.0)}, "betas[1] must be at least 0 and below 1, got 1.0"),
        (optim.SGD, {"nesterov": True}, "nesterov needs a momentum above 0"),
    ],
)
def test_options_of_a_group_are_checked_as_well(make, option, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make([{"params": [leaf()], **option}])


# -- saving and resuming ----------------------------------------------------------------------


@each
def test_training_resumed_from_saved_state_goes_on_bit_by_bit(make, tmp_path):
    net = model()
    optimizer = make(net.parameters())
    train(net, optimizer, 5)
    tv.save({"model": net.state_dict(), "optimizer": optimizer.state_dict()}, tmp_path / "c.npz")
    train(net, optimizer, 5, first=5)

    fresh = model()
    resumed = make(fresh.parameters())
    saved = tv.load(tmp_path / "c.npz")
    fresh.load_state_dict(saved["model"])
    resumed.load_state_dict(saved["optimizer"])
    train(fresh, resumed, 5, first=5)
    for one, other in zip(weights(net), weights(fresh), strict=True):
        np.testing.assert_array_equal(one, other)


@each
def test_loaded_state_is_a_copy(make):
    net, twin = model(), model()
    optimizer, other = make(net.parameters()), make(twin.parameters())
    train(net, optimizer, 2)
    other.load_state_dict(optimizer.state_dict())
    before = weights(net)
    saved = [dict(state) for state in optimizer.state_dict()["state"].values()]
    kept = [{k: np.copy(v) for k, v in state.items()} for state in saved]
    train(twin, other, 2)
    for one, two in zip(saved, kept, strict=True):
        for name in one:
            np.testing.assert_array_equal(one[name], two[name])
    for one, two in zip(weights(net), before, strict=True):
        np.testing.assert_array_equal(one, two)


def test_a_state_dict_numbers_the_parameters_through_all_groups():
    one, two, three = (tv.ones(1, requires_grad=True) for _ in range(3))
    optimizer = optim.SGD([{"params": [one, two]}, {"params": three}], lr=0.1, momentum=0.9)
    three.sum().backward()
    optimizer.step()
    saved = optimizer.state_dict()
    assert [group["params"] for group in saved["param_groups"]] == [[0, 1], [2]]
    assert list(saved["state"]) == [2]
    assert saved["state"][2]["momentum_buffer"].tolist() == [1.0]


def test_options_come_with_the_state():
    param = tv.ones(1, requires_grad=True)
    optimizer = optim.SGD([param], lr=0.1)
    optimizer.load_state_dict(optim.SGD([param], lr=0.7, momentum=0.5).state_dict())
    assert optimizer.param_groups[0]["lr"] == 0.7
    assert optimizer.param_groups[0]["momentum"] == 0.5
    assert optimizer.param_groups[0]["params"] == [param]


def test_state_is_converted_to_the_type_of_its_parameter():
    single, double = tv.ones(2, requires_grad=True), tv.ones(2).double().requires_grad_()
    source, target = optim.Adam([double]), optim.Adam([single])
    double.sum().backward()
    source.step()
    target.load_state_dict(source.state_dict())
    assert target.state[single]["exp_avg"].dtype == np.float32
    assert target.state[single]["step"] == 1


def test_a_step_kept_as_an_array_counts_on_as_an_integer():
    """torch keeps it as a float32 tensor, in which 0.999**step would be rounded."""
    param = tv.ones(2, requires_grad=True)
    optimizer = optim.Adam([param])
    state = saved(optimizer)
    state["state"][0]["step"] = np.asarray(3.0, np.float32)
    optimizer.load_state_dict(state)
    saved(optimizer)
    assert optimizer.state[param]["step"] == 4
    assert type(optimizer.state[param]["step"]) is int


def saved(optimizer):
    for group in optimizer.param_groups:
        for param in group["params"]:
            param.grad = tv.ones_like(param)
    optimizer.step()
    return optimizer.state_dict()


def parameters(*shapes):
    return [tv.zeros(*shape, requires_grad=True) for shape in shapes]


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"weight": 1}, "is a dictionary with 'state' and 'param_groups'; is this the model's?"),
        ([1], "is a dictionary with 'state' and 'param_groups'"),
        (saved(optim.Adam(parameters((2,)))), "the saved optimiser has groups of [1] parameters"),
        (
            saved(optim.Adam(parameters((2,), (4,)))),
            "the saved exp_avg has shape (4,), its parameter (3,)",
        ),
        (
            saved(optim.SGD(parameters((2,), (3,)))),
            "has no ['amsgrad', 'betas', 'eps'], which Adam needs; was it of another kind?",
        ),
    ],
)
def test_state_that_does_not_fit_is_refused_and_changes_nothing(state, message):
    optimizer = optim.Adam(parameters((2,), (3,)), lr=0.5)
    with pytest.raises(ValueError, match=re.escape(message)):
        optimizer.load_state_dict(state)
    assert optimizer.state == {}
    assert optimizer.param_groups[0]["lr"] == 0.5


def test_repr_lists_the_options_of_each_group():
    optimizer = optim.SGD([{"params": [leaf()]}, {"params": [leaf()], "lr": 1.0}], lr=0.1)
    lines = repr(optimizer).splitlines()
    assert lines[0] == "SGD ("
    assert lines[1] == "Parameter Group 0"
    assert "    lr: 0.1" in lines
    assert "    lr: 1.0" in lines
    assert lines[-1] == ")"


def test_an_optimiser_without_a_rule_says_so():
    param = leaf()
    optimizer = optim.Optimizer([param], {"lr": 0.1})
    param.sum().backward()
    with pytest.raises(NotImplementedError, match="Optimizer has no update rule yet"):
        optimizer.step()
