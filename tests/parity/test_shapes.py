"""Moving elements against torch: reshape, permute, join, cut, repeat, pad."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

CASES = {
    "reshape": lambda t, x: t.reshape(x, (4, -1)),
    "view": lambda t, x: x.view(2, 2, -1),
    "view of a slice": lambda t, x: x[:, :2].reshape(-1),
    "flatten": lambda t, x: (t.flatten(x), t.flatten(x, 1), x.flatten(0, 1)),
    "unflatten": lambda t, x: t.unflatten(x, 2, (2, -1)),
    "squeeze": lambda t, x: (x[:, :1].squeeze(1), x[:1, :1].squeeze(), x.squeeze(0)),
    "squeeze several": lambda t, x: t.squeeze(x[:1, :1], (0, 2)),
    "unsqueeze": lambda t, x: (t.unsqueeze(x, 0), x.unsqueeze(-1), x.unsqueeze(-2)),
    "expand": lambda t, x: x[:, :1].expand(5, -1, 3, -1),
    "expand_as": lambda t, x: x[:1].expand_as(x),
    "broadcast_to": lambda t, x: t.broadcast_to(x[:, :1], (2, 3, 4)),
    "permute": lambda t, x: (t.permute(x, (2, 0, 1)), x.permute(-1, 0, 1)),
    "transpose": lambda t, x: (t.transpose(x, 0, -1), x.swapaxes(0, 1)),
    "T and mT": lambda t, x: (x[0].T, x.mT, x[0].t()),
    "movedim": lambda t, x: (t.movedim(x, 0, -1), t.movedim(x, (0, 2), (1, 0))),
    "flip": lambda t, x: (t.flip(x, (0, 2)), x.flip(1), x.flip(0, 1)),
    "roll": lambda t, x: (t.roll(x, 2), t.roll(x, (1, -2), (0, 2)), x.roll(-4, 1)),
    "split": lambda t, x: (t.split(x, 2, 2), t.split(x, [1, 0, 3], -1), x.split(3)),
    "chunk": lambda t, x: (t.chunk(x, 3, 2), x.chunk(2, 1), x.chunk(5, 2)),
    "unbind": lambda t, x: (t.unbind(x), x.unbind(2)),
    "repeat": lambda t, x: (x.repeat(2, 1, 3), x.repeat(2, 1, 1, 2)),
    "tile": lambda t, x: (t.tile(x, (2,)), t.tile(x, (2, 1, 1, 2))),
    "cat": lambda t, x: (t.cat([x, x * 2], 1), t.cat((x, x[:1]), 0), t.cat([x, x], -1)),
    "cat with an empty one": lambda t, x: t.cat([x, t.ones(0, dtype=x.dtype), x], 1),
    "stack": lambda t, x: (t.stack([x, x]), t.stack((x, -x), -1), t.stack([x, x], 2)),
    "clone": lambda t, x: x.clone(),
    "contiguous": lambda t, x: x.permute(2, 1, 0).contiguous(),
    "tril": lambda t, x: (t.tril(x), t.tril(x, 1), x.tril(-1)),
    "triu": lambda t, x: (t.triu(x), t.triu(x, 2), x.triu(-1)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_moved_elements_and_their_derivatives_agree(agree, normal, case):
    # Squared, so that the second derivative is not zero.
    agree(lambda t, x: case(t, x * x), normal(2, 3, 4))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_moved_integers_agree(agree, case):
    agree(case, np.arange(24).reshape(2, 3, 4))


EMPTY = ["flip", "roll", "permute", "transpose", "clone", "flatten", "unsqueeze", "repeat", "tril"]


@pytest.mark.parametrize("name", EMPTY)
def test_moving_nothing_agrees(agree, name):
    if name == "flatten":
        agree(lambda t, x: (t.flatten(x), t.flatten(x, 1)), np.zeros((2, 0, 4)))
    elif name == "roll":
        agree(lambda t, x: t.roll(x, 1, 0), np.zeros((2, 0, 4)))
    else:
        agree(CASES[name], np.zeros((2, 0, 4)))


# -- padding ----------------------------------------------------------------------------------

WIDTHS = [(1, 2), (0, 0, 2, 1), (1, 2, 2, 1), (-1, 2), (1, -1, -1, 0), (-1, -1, -1, -1)]


@pytest.mark.parametrize("widths", [*WIDTHS, (1, 1, 0, 2, 3, 0), (0, 1, 1, 0, 2, 2, 1, 1)], ids=str)
@pytest.mark.parametrize("value", [None, 0.0, 2.5, -np.inf])
def test_constant_borders_agree(agree, normal, widths, value):
    agree(lambda t, x: t.nn.functional.pad(x * x, widths, value=value), normal(2, 3, 4, 5), order=1)


@pytest.mark.parametrize(
    "widths", [(1, 2, 2, 1), (3, 0, 0, 2), (2, 2, 1, 1), (0, 0, 0, 0)], ids=str
)
@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_filled_borders_agree(agree, normal, mode, widths):
    agree(lambda t, x: t.nn.functional.pad(x * x, widths, mode), normal(2, 3, 4, 5))


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_borders_of_one_axis_agree(agree, normal, mode):
    agree(lambda t, x: t.nn.functional.pad(x, (2, 3), mode), normal(2, 3, 5))


@pytest.mark.parametrize("mode", ["replicate", "circular"])
def test_negative_widths_crop_in_every_mode(agree, normal, mode):
    agree(lambda t, x: t.nn.functional.pad(x, (-1, 2, 1, -2), mode), normal(2, 3, 4, 5))
