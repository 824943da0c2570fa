"""How tensors are shown."""

import math

import pytest

import tinyvision as tv


@pytest.fixture(autouse=True)
def as_before():
    yield
    tv.set_printoptions(profile="default")


def test_the_number_of_digits():
    x = tv.tensor([1 / 3, 2.0])
    assert repr(x) == "tensor([0.3333, 2.    ])"
    tv.set_printoptions(precision=1)
    assert repr(x) == "tensor([0.3, 2. ])"


def test_where_the_middle_is_left_out():
    x = tv.arange(5)
    tv.set_printoptions(threshold=4, edgeitems=1)
    assert repr(x) == "tensor([0, ..., 4])"
    tv.set_printoptions(threshold=math.inf)
    assert repr(x) == "tensor([0, 1, 2, 3, 4])"


def test_the_width_of_a_line():
    tv.set_printoptions(linewidth=20)
    assert max(map(len, repr(tv.arange(20)).splitlines())) <= 20


def test_powers_of_ten_for_all_or_none():
    x = tv.tensor([12345.0, 1e-3])
    tv.set_printoptions(sci_mode=True, precision=2)
    assert repr(x) == "tensor([1.23e+04, 1.00e-03])"
    assert repr(tv.tensor([1])) == "tensor([1])"
    tv.set_printoptions(sci_mode=False, precision=3)
    assert repr(tv.tensor([123456.0, 1e-9])) == "tensor([123456.000, 0.000])"


def test_profiles():
    x = tv.rand(40, 40)
    assert "..." in repr(x)
    tv.set_printoptions(profile="full")
    assert "..." not in repr(x)
    tv.set_printoptions(profile="short")
    assert repr(tv.tensor([1 / 3])) == "tensor([0.33])"


def test_what_is_not_given_stays():
    tv.set_printoptions(precision=2)
    tv.set_printoptions(edgeitems=1)
    assert repr(tv.tensor([1 / 3])) == "tensor([0.33])"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"profile": "long"}, r"profile must be one of \['default', 'short', 'full'\], got 'long'"),
        ({"precision": -1}, "precision must be at least 0, got -1"),
        ({"threshold": math.nan}, "threshold must be at least 0, got nan"),
    ],
)
def test_what_has_no_meaning_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        tv.set_printoptions(**options)
