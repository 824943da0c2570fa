"""Sequential, ModuleList and ModuleDict: as lists and dictionaries, with torch's names."""

import re

import pytest

import tinyvision as tv
from tinyvision import nn


def layers(count):
    return [nn.Linear(1, 1) for _ in range(count)]


def names(container):
    return [name for name, _ in container.named_children()]


class Double(nn.Module):
    def forward(self, x):
        return x * 2


class Increment(nn.Module):
    def forward(self, x):
        return x + 1


# -- Sequential -------------------------------------------------------------------------------


def test_modules_are_called_in_order():
    assert nn.Sequential(Double(), Increment())(3) == 7
    assert nn.Sequential(Increment(), Double())(3) == 8


def test_an_empty_sequence_gives_back_its_input():
    assert nn.Sequential()(3) == 3


def test_a_sequence_of_named_modules_keeps_the_names():
    net = nn.Sequential({"twice": Double(), "more": Increment()})
    assert names(net) == ["twice", "more"]
    assert isinstance(net.twice, Double)
    assert net(3) == 7


def test_a_slice_of_a_sequence_keeps_names_and_parameters():
    net = nn.Sequential(*layers(4))
    tail = net[2:]
    assert type(tail) is nn.Sequential
    assert list(tail.state_dict()) == ["2.weight", "2.bias", "3.weight", "3.bias"]
    assert tail[0] is net[2]


# -- what Sequential and ModuleList share -----------------------------------------------------


def sequence(modules):
    return nn.Sequential(*modules)


each = pytest.mark.parametrize("make", [sequence, nn.ModuleList], ids=["Sequential", "ModuleList"])


@each
def test_index_length_and_iteration(make):
    parts = layers(3)
    container = make(parts)
    assert len(container) == 3
    assert list(container) == parts
    assert container[0] is parts[0]
    assert container[-1] is parts[2]


@each
@pytest.mark.parametrize("index", [3, -4])
def test_an_index_out_of_range_is_refused(make, index):
    container = make(layers(3))
    message = re.escape(f"index {index} is out of range for 3 modules")
    with pytest.raises(IndexError, match=message):
        container[index]
    with pytest.raises(IndexError, match=message):
        container[index] = nn.Identity()


@each
def test_a_module_is_replaced_where_it_stood(make):
    container, new = make(layers(3)), nn.Identity()
    container[-2] = new
    assert container[1] is new
    assert names(container) == ["0", "1", "2"]


@each
def test_a_module_taken_out_leaves_no_gap_in_the_numbers(make):
    parts = layers(4)
    container = make(parts)
    del container[1]
    assert list(container) == [parts[0], parts[2], parts[3]]
    assert names(container) == ["0", "1", "2"]
    del container[:2]
    assert list(container) == [parts[3]]


@each
def test_modules_are_added_at_the_end_and_in_between(make):
    one, two, three, four = layers(4)
    container = make([one])
    assert container.append(four) is container
    assert container.insert(1, two) is container
    assert container.insert(-1, three) is container
    assert list(container) == [one, two, three, four]
    assert container.extend(layers(2)) is container
    assert names(container) == ["0", "1", "2", "3", "4", "5"]


@each
def test_parameters_of_all_parts_are_found(make):
    assert len(list(make(layers(3)).parameters())) == 6


@each
def test_what_is_not_a_module_is_refused(make):
    with pytest.raises(TypeError, match="0 must be a module, got int"):
        make([1])


# -- ModuleList -------------------------------------------------------------------------------


def test_a_slice_of_a_list_is_a_list_numbered_anew():
    parts = layers(4)
    tail = nn.ModuleList(parts)[1:3]
    assert type(tail) is nn.ModuleList
    assert list(tail) == parts[1:3]
    assert names(tail) == ["0", "1"]


def test_a_list_cannot_be_called():
    with pytest.raises(NotImplementedError, match="ModuleList has no forward method"):
        nn.ModuleList()(1)


def test_a_list_shows_equal_neighbours_once():
    shown = repr(nn.ModuleList([nn.ReLU(), nn.ReLU(), nn.Sequential(nn.Tanh()), nn.ReLU()]))
    assert shown == (
        "ModuleList(\n"
        "  (0-1): 2 x ReLU()\n"
        "  (2): Sequential(\n"
        "    (0): Tanh()\n"
        "  )\n"
        "  (3): ReLU()\n"
        ")"
    )
    assert repr(nn.ModuleList()) == "ModuleList()"


# -- ModuleDict -------------------------------------------------------------------------------


def test_a_dictionary_of_modules_behaves_like_one():
    one, two, three = layers(3)
    container = nn.ModuleDict({"one": one})
    container["two"] = two
    container.update([("three", three), ("two", one)])
    assert list(container) == list(container.keys()) == ["one", "two", "three"]
    assert list(container.values()) == [one, one, three]
    assert dict(container.items())["three"] is three
    assert len(container) == 3
    assert "two" in container
    assert container["two"] is one
    assert container.pop("three") is three
    del container["two"]
    assert "two" not in container
    assert list(container.state_dict()) == ["one.weight", "one.bias"]
    container.clear()
    assert len(container) == 0


def test_a_dictionary_refuses_what_is_not_a_module():
    with pytest.raises(TypeError, match="a must be a module, got Tensor"):
        nn.ModuleDict({"a": tv.ones(1)})


def test_a_name_that_would_hide_a_method_is_refused():
    with pytest.raises(KeyError, match="ModuleDict has an attribute 'keys' already"):
        nn.ModuleDict({"keys": nn.ReLU()})
