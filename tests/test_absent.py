"""Who asks for a name of PyTorch that is not here is told why."""

import pytest

import tinyvision as tv


@pytest.mark.parametrize(
    ("place", "name", "reason"),
    [
        (tv, "compile", "no compiler"),
        (tv, "jit", "no compiler"),
        (tv, "fft", "no Fourier transforms"),
        (tv, "abs_", "In-place functions are methods"),
        (tv, "conv2d", "Functions of layers are in `nn.functional`"),
        (tv.nn, "LSTM", "no recurrent layers"),
        (tv.nn, "LazyLinear", "Sizes are given"),
        (tv.nn.functional, "conv3d", "no volumes"),
        (tv.linalg, "eig", "no complex numbers"),
        (tv.optim, "LBFGS", "Not built"),
        (tv.tensor([1.0]), "t_", "x = x.t()"),
    ],
)
def test_a_name_that_is_not_here_comes_with_the_reason(place, name, reason):
    with pytest.raises(AttributeError, match=f"has no attribute '{name}'") as error:
        getattr(place, name)
    assert reason in str(error.value)
    assert "DIFFERENCES.md" in str(error.value)


@pytest.mark.parametrize("place", [tv, tv.nn, tv.nn.functional, tv.linalg, tv.optim])
def test_a_mistyped_name_gets_no_reason_but_python_can_find_the_near_one(place):
    with pytest.raises(AttributeError) as error:
        _ = place.lineer
    assert str(error.value) == f"module '{place.__name__}' has no attribute 'lineer'"
    assert (error.value.name, error.value.obj) == ("lineer", place)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (tv, "quantiles"),
        (tv, "tril_indicess"),
        (tv, "mmemory_format"),
        (tv.nn, "Dropou3d"),
        (tv.nn.functional, "scaled_dot_prduct_attention"),
        (tv.tensor([1.0]), "quantiel"),
        (tv.tensor([1.0]), "devices"),
    ],
)
def test_a_mistyped_name_that_looks_like_one_that_is_not_here_gets_no_reason(place, name):
    with pytest.raises(AttributeError) as error:
        getattr(place, name)
    assert "DIFFERENCES" not in str(error.value)


@pytest.mark.parametrize("place", [tv, tv.nn, tv.tensor([1.0])])
def test_what_python_asks_for_itself_gets_no_reason(place):
    assert not hasattr(place, "__wrapped_copy")
    with pytest.raises(AttributeError) as error:
        _ = place._copy
    assert "DIFFERENCES" not in str(error.value)
