"""nn.Parameter: a trainable leaf around the memory it is given."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn


def test_a_parameter_shares_the_memory_of_its_tensor():
    x = tv.zeros(2)
    parameter = nn.Parameter(x)
    x.fill_(3.0)
    assert parameter.tolist() == [3.0, 3.0]


def test_a_parameter_is_a_leaf_even_if_made_from_a_result():
    x = tv.ones(2, requires_grad=True)
    parameter = nn.Parameter(x * 2)
    assert parameter.is_leaf
    assert parameter.requires_grad
    parameter.sum().backward()
    assert x.grad is None


def test_a_parameter_need_not_be_trained():
    assert not nn.Parameter(tv.zeros(2), requires_grad=False).requires_grad


def test_arrays_and_lists_become_parameters():
    assert nn.Parameter(np.zeros(2)).dtype == np.float64
    assert nn.Parameter([1.0, 2.0]).dtype == np.float32


def test_integers_cannot_be_trained():
    with pytest.raises(RuntimeError, match="only floating-point tensors can require gradients"):
        nn.Parameter(tv.zeros(2, dtype=tv.int64))


def test_what_is_computed_from_a_parameter_is_a_plain_tensor():
    assert type(nn.Parameter(tv.ones(2)) * 2) is tv.Tensor
    assert type(nn.Parameter(tv.ones(2)).detach()) is tv.Tensor
