import numpy as np
import pytest

import tinyvision as tv

x = np.array([1.5, -2.0, 0.0])


@pytest.mark.parametrize("count", [None, 0, 1, 2, 5])
@pytest.mark.parametrize("increasing", [False, True])
def test_powers_are_numpys(count, increasing):
    found = tv.vander(tv.tensor(x), count, increasing).numpy()
    np.testing.assert_allclose(found, np.vander(x, count, increasing), rtol=1e-14)


def test_powers_of_several_vectors_rise():
    many = np.stack([x, x + 1])
    found = tv.linalg.vander(tv.tensor(many), N=4).numpy()
    np.testing.assert_allclose(found, many[..., None] ** np.arange(4), rtol=1e-14)
    assert tv.linalg.vander(tv.zeros(2, 0)).shape == (2, 0, 0)


def test_powers_are_derived():
    a = tv.tensor([3.0], requires_grad=True)
    tv.vander(a, 4).sum().backward()
    assert a.grad.tolist() == [3 * 9 + 2 * 3 + 1]


def test_integers_become_wide():
    assert tv.vander(tv.tensor([200], dtype=tv.uint8), 3).tolist() == [[40000, 200, 1]]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: tv.vander(tv.ones(1, 1)), r"vander needs a vector, got shape \(1, 1\)"),
        (lambda: tv.vander(tv.ones(1), -1), "N must be at least 0, got -1"),
        (lambda: tv.linalg.vander(tv.ones(2), N=1), "N must be at least 2, got 1"),
    ],
)
def test_what_has_no_powers_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
