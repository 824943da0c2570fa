"""NumPy's functions on a tensor: refused, by an error that says what to write instead."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import numpy_calls

x = tv.tensor([1.0, 2.0], requires_grad=True)
array = np.array([3.0, 4.0], np.float32)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: np.exp(x), r"np.exp was given a tensor.*use tv.exp\(...\), or x.detach\(\).numpy"),
        (lambda: np.mean(x), r"np.mean was .*tv.mean\(...\)"),
        (lambda: np.sum(x, axis=0), r"tv.sum\(...\).*Here axis= is called dim="),
        (lambda: np.concatenate([x, x]), r"tv.cat\(\[x, y\], dim=0\)"),
        (lambda: np.stack([x, array]), r"tv.stack\(...\)"),
        (lambda: np.vstack([x, x]), r"tv.cat\(\[x, y\], dim=0\)"),
        (lambda: np.power(x, 2), r"tv.pow\(x, y\)"),
        (lambda: np.multiply(x, array), r"tv.multiply\(...\)"),
        (lambda: np.expand_dims(x, 0), r"tv.unsqueeze\(x, dim\)"),
        (lambda: np.transpose(x), r"tv.permute\(x, dims\)"),
        (lambda: np.max(x), r"x.amax\(\)"),
        (lambda: np.where(array > 0, x, 0), r"tv.where\(...\)"),
        (lambda: np.linalg.norm(x), r"np.linalg.norm was .*tv.norm\(x\)"),
        (lambda: np.swapaxes(x, 0, 0), r"tv.transpose\(x, dim0, dim1\)"),
        (lambda: np.fft.fft(x), r"np.fft.fft was .*; use x.detach\(\).numpy\(\) if no"),
        (lambda: np.add.reduce(x), r"np.add.reduce was .*; use x.detach\(\)"),
        (lambda: np.add(array, x, where=[True, False]), r"tv.add\(...\)"),
        (lambda: np.add(array, array, out=x), r"would write into an array"),
        (lambda: np.array(x), r"x.detach\(\).numpy\(\)"),
        (lambda: np.array([x, x]), r"tv.stack\(list\)"),
        (lambda: array.__iadd__(x), r"write array = array \+ x"),
    ],
)
def test_the_refusal_names_what_to_use(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_every_function_named_in_the_table_exists():
    for text in numpy_calls._INSTEAD.values():
        for word in text.replace("(", " ").replace(",", " ").split():
            if word.startswith("tv."):
                found = tv
                for name in word.split(".")[1:]:
                    found = getattr(found, name)
                assert callable(found), word
            elif word.startswith("x."):
                assert hasattr(tv.Tensor, word[2:]), word


def test_an_array_on_the_left_of_an_operator_keeps_the_derivative():
    y = tv.tensor([1.0, 2.0], requires_grad=True)
    (array * y).sum().backward()
    assert y.grad.tolist() == [3.0, 4.0]


@pytest.mark.parametrize(
    ("operate", "expected"),
    [
        (lambda a, b: a @ b, 11.0),
        (lambda a, b: a < b, [False, False]),
        (lambda a, b: a >= b, [True, True]),
        (lambda a, b: a == b, [False, False]),
        (lambda a, b: a != b, [True, True]),
        (lambda a, b: a - b, [2.0, 2.0]),
    ],
)
def test_operators_that_numpy_asks_of_the_tensor_are_the_right_way_round(operate, expected):
    answer = operate(array, x)
    assert isinstance(answer, tv.Tensor)
    assert answer.tolist() == expected


def test_masks_combine_with_arrays():
    mask = tv.tensor([True, False])
    assert (np.array([True, True]) & mask).tolist() == [True, False]
    assert (np.array([True, True]) ^ mask).tolist() == [False, True]


def test_shape_and_size_may_be_asked_for():
    assert (np.shape(x), np.ndim(x), np.size(x)) == ((2,), 1, 2)
