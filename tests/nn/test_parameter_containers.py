"""`ParameterList` and `ParameterDict`."""

import re

import pytest

import tinyvision as tv
from tinyvision import nn


def shapes(parameters):
    return [parameter.shape for parameter in parameters]


def test_a_list_registers_what_it_holds():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.scales = nn.ParameterList(nn.Parameter(tv.ones(n)) for n in (1, 2))

    net = Net()
    assert [name for name, _ in net.named_parameters()] == ["scales.0", "scales.1"]
    assert list(net.state_dict()) == ["scales.0", "scales.1"]


def test_plain_tensors_become_parameters_that_share_their_memory():
    given = tv.zeros(2)
    (parameter,) = nn.ParameterList([given])
    assert isinstance(parameter, nn.Parameter)
    assert parameter.requires_grad
    given.fill_(3.0)
    assert parameter.tolist() == [3.0, 3.0]


def test_a_list_is_used_like_one():
    parameters = nn.ParameterList(tv.zeros(n) for n in range(4))
    assert len(parameters) == 4
    assert parameters[-1].shape == (3,)
    assert shapes(parameters[1:3]) == [(1,), (2,)]
    assert isinstance(parameters[1:], nn.ParameterList)
    parameters[-4] = tv.zeros(9)
    parameters += [tv.zeros(5)]
    parameters.append(tv.zeros(6)).extend([tv.zeros(7)])
    assert shapes(parameters) == [(9,), (1,), (2,), (3,), (5,), (6,), (7,)]
    assert parameters.pop(0).shape == (9,)
    assert parameters.pop().shape == (7,)
    assert [name for name, _ in parameters.named_parameters()] == list("01234")


def test_a_dictionary_is_used_like_one():
    parameters = nn.ParameterDict({"a": tv.zeros(1), "b": nn.Parameter(tv.zeros(2))})
    parameters["c"] = tv.zeros(3)
    parameters.update([("d", tv.zeros(4))])
    parameters.update(nn.ParameterDict({"e": tv.zeros(5)}))
    assert list(parameters) == list(parameters.keys()) == list("abcde")
    assert shapes(parameters.values()) == [(1,), (2,), (3,), (4,), (5,)]
    assert dict(parameters.items())["b"] is parameters["b"]
    assert "c" in parameters
    assert parameters.get("x") is None
    assert parameters.setdefault("a", tv.zeros(9)).shape == (1,)
    assert parameters.setdefault("x", tv.zeros(9)).shape == (9,)
    assert parameters.popitem()[0] == "x"
    assert parameters.pop("a").shape == (1,)
    del parameters["b"]
    assert [name for name, _ in parameters.named_parameters()] == list("cde")
    parameters.clear()
    assert len(parameters) == 0
    assert repr(parameters) == "ParameterDict()"


def test_both_are_loaded_from_a_state_dict():
    for made in (nn.ParameterList([tv.zeros(2)]), nn.ParameterDict({"a": tv.zeros(2)})):
        (name,) = made.state_dict()
        made.load_state_dict({name: tv.ones(2)})
        (parameter,) = made.parameters()
        assert parameter.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.ParameterList([3]), TypeError, "parameters are tensors, got int; keep other"),
        (lambda: nn.ParameterList(tv.zeros(2)), TypeError, "extend takes a list of tensors; use"),
        (lambda: nn.ParameterList([])[0], IndexError, "index 0 is out of range for 0 parameters"),
        (lambda: nn.ParameterDict({"a": "b"}), TypeError, "parameters are tensors, got str"),
        (lambda: nn.ParameterDict({"a.b": tv.zeros(1)}), KeyError, "a string without dots"),
    ],
)
def test_what_cannot_be_held_is_refused(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()
