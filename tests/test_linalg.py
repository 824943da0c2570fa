"""The namespace `tv.linalg`."""

import pytest

import tinyvision as tv


@pytest.mark.parametrize("name", tv.linalg.__all__)
def test_every_listed_name_is_there(name):
    assert callable(getattr(tv.linalg, name))


def test_diagonals_of_matrices():
    x = tv.arange(24).view(2, 3, 4)
    assert tv.linalg.diagonal(x, offset=1).tolist() == [[1, 6, 11], [13, 18, 23]]
    assert tv.linalg.diagonal(x, dim1=0, dim2=1).shape == (4, 2)
