"""An error in a network names the layer, the axis, both sizes and the likely remedy."""

import numpy as np
import pytest

import tinyvision as tv
import tinyvision.nn as nn


def images(*shape):
    return tv.zeros(*shape)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(5))])

    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.ReLU(), Block())

    def forward(self, x):
        return self.features(x)


# -- where ------------------------------------------------------------------------------------


def test_the_layer_is_named_by_its_path_through_lists_and_modules():
    message = r"^BatchNorm2d has num_features=5.*\(in layer 'features.1.parts.0.1': BatchNorm2d\(5,"
    with pytest.raises(ValueError, match=message):
        Net()(images(2, 3, 8, 8))


def test_a_layer_called_by_itself_has_no_path():
    message = r"\(in Linear\(in_features=3, out_features=2, bias=True\)\)$"
    with pytest.raises(ValueError, match=message):
        nn.Linear(3, 2)(tv.zeros(2, 4))


def test_the_path_is_the_one_state_dict_uses():
    model = Net()
    with pytest.raises(ValueError, match="in layer") as raised:
        model(images(2, 3, 8, 8))
    path = str(raised.value).partition("in layer '")[2].partition("'")[0]
    assert isinstance(model.get_submodule(path), nn.BatchNorm2d)
    assert f"{path}.weight" in model.state_dict()


def test_a_layer_used_twice_has_the_first_of_its_names():
    layer = nn.Linear(3, 3)
    with pytest.raises(ValueError, match="in layer '0'"):
        nn.Sequential(layer, layer)(tv.zeros(2, 4))


def test_wrong_arguments_of_forward_name_the_layer():
    with pytest.raises(TypeError, match=r"forward\(\) takes 2 positional.*\(in layer '0': Flatten"):
        Wrong()(1)


class Wrong(nn.Module):
    def __init__(self):
        super().__init__()
        self.add_module("0", nn.Flatten())

    def forward(self, x):
        return self._modules["0"](x, x)


def test_an_error_of_the_users_own_stays_as_it_is():
    class Own(nn.Module):
        def forward(self, x):
            raise ValueError("mine")

    with pytest.raises(ValueError, match=r"^mine$"):
        nn.Sequential(Own())(1)


def test_errors_with_arguments_of_their_own_pass_unchanged():
    class Raises(nn.Module):
        def __init__(self, error):
            super().__init__()
            self.error = error

        def forward(self, x):
            raise self.error

    for error in (KeyError("k"), RuntimeError(), ValueError(3), RuntimeError("a", "b")):
        arguments = error.args
        with pytest.raises(type(error)) as raised:
            Raises(error)(1)
        assert raised.value is error
        assert raised.value.args == arguments


def test_an_error_that_is_caught_inside_leaves_the_network_as_it_was():
    class Tries(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(3, 2)

        def forward(self, x):
            try:
                return self.layer(x)
            except ValueError:
                return self.layer(tv.zeros(1, 3))

    assert Tries()(tv.zeros(1, 4)).shape == (1, 2)


# -- what -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (
            nn.Linear(256, 2),
            (8, 16, 4, 4),
            r"shape \(8, 16, 4, 4\), must have 256 elements .*got 4; axes 1 to 3 hold 256 elements "
            r"together: flatten them first, x.flatten\(1\), or nn.Flatten\(1\)",
        ),
        (nn.Linear(16, 2), (8, 5, 4, 4), r"axes 2 to 3 hold 16.*x.flatten\(2\)"),
        (nn.Linear(64, 2), (4, 4, 4), r"without a batch axis would: x.reshape\(1, -1\)"),
        (nn.Linear(12, 2), (12, 5), r"axis 0 has 12: move it to the end, x.movedim\(0, -1\)"),
        (nn.Linear(12, 2), (5, 7), r"got 7; make the layer for 7 features, or bring the input to"),
        (nn.Linear(1, 2), (), r"got none; the input has no axes; stack its numbers"),
        (
            nn.Conv2d(3, 8, 3),
            (8, 32, 32, 3),
            r"has 32 channels.*expects 3; the last axis has 3: if channels come last here, put "
            r"them before the pixels, x.permute\(0, 3, 1, 2\)",
        ),
        (nn.Conv2d(3, 8, 3), (32, 32, 3), r"x.permute\(2, 0, 1\)"),
        (nn.Conv2d(1, 8, 3), (8, 28, 28), r"8 examples of one channel.*x.unsqueeze\(1\)"),
        (nn.Conv2d(3, 8, 3), (3, 8, 28, 28), r"axis 0 has 3: the batch comes first.*x.transpose"),
        (nn.Conv2d(3, 8, 3), (8, 1, 28, 28), r"repeat the grey channel: x.repeat\(1, 3, 1, 1\)"),
        (nn.Conv2d(3, 8, 3), (8, 6, 9, 9), r"for 6 channels, or bring the input to 3"),
        (nn.Conv2d(3, 8, 3), (8, 784), r"got shape \(8, 784\); give grey images a channel axis"),
        (nn.BatchNorm2d(3), (3, 8, 8), r"give one example a batch axis, x.unsqueeze\(0\)"),
        (nn.BatchNorm2d(3), (8, 3), r"got shape \(8, 3\);.*use BatchNorm1d"),
        (nn.BatchNorm1d(3), (8, 3, 5, 5), r"x.flatten\(2\) makes one axis.*use BatchNorm2d"),
        (nn.BatchNorm1d(3), (3,), r"give one example a batch axis, x.unsqueeze\(0\) \(in"),
        (
            nn.BatchNorm2d(5),
            (2, 4, 4, 5),
            r"num_features=5, the input of shape \(2, 4, 4, 5\) has 4 channels on axis 1; the last",
        ),
    ],
)
def test_the_axis_and_both_sizes_are_named_with_the_likely_remedy(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        layer(tv.zeros(shape))


@pytest.mark.parametrize(
    ("layer", "shape", "mend"),
    [
        (nn.Linear(256, 2), (8, 16, 4, 4), lambda x: x.flatten(1)),
        (nn.Linear(12, 2), (12, 5), lambda x: x.movedim(0, -1)),
        (nn.Conv2d(3, 8, 3), (8, 32, 32, 3), lambda x: x.permute(0, 3, 1, 2)),
        (nn.Conv2d(3, 8, 3), (32, 32, 3), lambda x: x.permute(2, 0, 1)),
        (nn.Conv2d(1, 8, 3), (8, 28, 28), lambda x: x.unsqueeze(1)),
        (nn.Conv2d(3, 8, 3), (3, 8, 28, 28), lambda x: x.transpose(0, 1)),
        (nn.Conv2d(3, 8, 3), (8, 1, 28, 28), lambda x: x.repeat(1, 3, 1, 1)),
        (nn.BatchNorm2d(3), (3, 8, 8), lambda x: x.unsqueeze(0)),
        (nn.BatchNorm1d(3), (8, 3, 5, 5), lambda x: x.flatten(2)),
    ],
)
def test_the_remedies_mend_it(layer, shape, mend):
    x = tv.tensor(np.random.default_rng(0).normal(size=shape).astype(np.float32))
    with pytest.raises(ValueError):
        layer(x)
    layer(mend(x))
