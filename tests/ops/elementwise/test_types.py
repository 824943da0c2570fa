"""Data types: promotion, conversion, reach."""

import numpy as np
import pytest

import tinyvision as tv


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("uint8", "int8", "int16"),
        ("int64", "float16", "float16"),
        ("float16", "float32", "float32"),
        ("bool", "uint8", "uint8"),
        ("bool", "bool", "bool"),
    ],
)
def test_types_are_promoted_by_kind_then_by_width(one, other, expected):
    assert tv.promote_types(one, other) == tv.promote_types(other, one) == expected


def test_a_number_has_a_kind_but_no_width():
    assert tv.result_type(tv.ones(1, dtype=tv.float16), 1e300) == tv.float16
    assert tv.result_type(tv.tensor([1]), 1.5) == tv.float32
    assert tv.result_type(1, True) == tv.int64
    assert tv.result_type(1, 2.5) == tv.float32
    with pytest.raises(TypeError, match="expected a number, an array or a tensor, got str"):
        tv.result_type(tv.ones(1), "1")


def test_a_kind_cannot_be_cast_down():
    assert tv.can_cast(tv.int64, tv.uint8)
    assert tv.can_cast(tv.bool, tv.float16)
    assert not tv.can_cast(tv.float16, tv.int64)
    assert not tv.can_cast(tv.int8, tv.bool)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_finfo_gives_python_numbers(dtype):
    found, expected = tv.finfo(dtype), np.finfo(dtype)
    for name in ("max", "min", "eps", "tiny", "smallest_normal", "resolution"):
        assert type(getattr(found, name)) is float
        assert getattr(found, name) == getattr(expected, name)
    assert (found.dtype, found.bits) == (dtype, expected.bits)
    assert dtype in repr(found)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "int64"])
def test_iinfo_gives_the_bounds(dtype):
    found = tv.iinfo(dtype)
    bits = int(dtype.lstrip("uint"))
    low = 0 if dtype.startswith("u") else -(2 ** (bits - 1))
    assert (found.min, found.max, found.bits) == (low, low + 2**bits - 1, bits)


def test_the_reach_of_another_kind_is_refused():
    with pytest.raises(TypeError, match="finfo needs a floating type, got int64; use iinfo"):
        tv.finfo(tv.int64)
    with pytest.raises(TypeError, match="iinfo needs an integer type, got float32; use finfo"):
        tv.iinfo(tv.float32)


def test_names_of_types_and_constants():
    assert tv.get_default_dtype() == tv.float32
    assert isinstance(tv.zeros(1).dtype, tv.dtype)
    assert isinstance(tv.zeros(1).shape, tv.Size)
    assert tv.is_floating_point(tv.zeros(1))
    assert not tv.is_floating_point(tv.tensor([1]))
    assert tv.numel(tv.zeros(2, 3)) == 6
    assert (tv.pi, tv.e, tv.inf) == (np.pi, np.e, np.inf)
    assert np.isnan(tv.nan)


def test_questions_about_a_tensor():
    x = tv.zeros(2, 1)
    assert x.is_signed()
    assert not tv.zeros(1, dtype=tv.bool).is_signed()
    assert not x.is_complex()
    assert x.is_same_size(tv.ones(2, 1))
    assert not x.is_same_size(tv.ones(2))
    assert tv.tensor([3]).is_nonzero()
    assert not tv.tensor(0.0).is_nonzero()
    with pytest.raises(RuntimeError, match="ambiguous"):
        tv.is_nonzero(tv.ones(2))
