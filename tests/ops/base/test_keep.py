"""What is put aside for the way back: only where a gradient is wanted."""

import numpy as np

import tinyvision as tv
from tinyvision.ops.base.keep import room


def test_there_is_room_only_if_a_gradient_is_wanted():
    constant, wanted = tv.zeros(2), tv.zeros(2, requires_grad=True)
    assert room(constant, wanted) == []
    assert room(constant, constant) is None
    assert room(np.zeros(2)) is None
    with tv.no_grad():
        assert room(wanted) is None
