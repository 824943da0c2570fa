"""The order of axes and of the elements along them."""

import itertools

import numpy as np
import pytest

import tinyvision as tv

X = np.arange(24.0).reshape(2, 3, 4)


def t():
    return tv.tensor(X)


@pytest.mark.parametrize("axes", list(itertools.permutations(range(3))))
def test_permute_puts_each_axis_in_its_new_place(axes):
    for found in (t().permute(*axes), tv.permute(t(), axes), t().permute(*[a - 3 for a in axes])):
        assert found.shape == tuple(X.shape[axis] for axis in axes)
        for place in np.ndindex(found.shape):
            old = [0, 0, 0]
            for axis, i in zip(axes, place, strict=True):
                old[axis] = i
            assert found.numpy()[place] == X[tuple(old)]


def test_permuting_and_transposing_share_memory():
    x = t()
    x.transpose(0, 2).permute(1, 0, 2)[0, 0, 0] = 99
    assert x[0, 0, 0].item() == 99


@pytest.mark.parametrize("axes", [(0, 1), (0, 0, 1), (0, 1, -3)])
def test_permute_refuses_axes_left_out_or_named_twice(axes):
    with pytest.raises(ValueError, match="each of the 3 axes must be named exactly once"):
        t().permute(*axes)


@pytest.mark.parametrize(("a", "b"), [(0, 1), (-1, 0), (1, 1)])
def test_transpose_swaps_two_axes(a, b):
    np.testing.assert_array_equal(t().transpose(a, b).numpy(), np.swapaxes(X, a, b))


@pytest.mark.parametrize(
    ("source", "destination"), [(0, -1), (2, 0), ((0, 1), (1, 2)), ((0, 2), (2, 0)), ((), ())]
)
def test_movedim_moves_axes_and_keeps_the_order_of_the_others(source, destination):
    found = tv.movedim(t(), source, destination).numpy()
    np.testing.assert_array_equal(found, np.moveaxis(X, source, destination))


def test_movedim_refuses_more_axes_than_places():
    with pytest.raises(ValueError, match="2 axes cannot go to 1 places"):
        tv.movedim(t(), (0, 1), (0,))


def test_t_and_the_transposed_properties():
    matrix = X[0]
    assert tv.tensor(matrix).t().tolist() == matrix.T.tolist()
    assert tv.tensor(matrix).T.tolist() == matrix.T.tolist()
    assert t().mT.tolist() == np.swapaxes(X, 1, 2).tolist()
    assert tv.tensor([1.0, 2.0]).t().tolist() == [1.0, 2.0]


def test_t_refuses_more_than_two_axes():
    with pytest.raises(ValueError, match=r"t\(\) needs at most two axes.*\(2, 3, 4\)"):
        t().t()


@pytest.mark.parametrize("dims", [(), (0,), (1, 2), (-1, 0)])
def test_flip_turns_the_elements_round(dims):
    np.testing.assert_array_equal(tv.flip(t(), dims).numpy(), np.flip(X, dims))


def test_flip_copies():
    x = t()
    x.flip(0).zero_()
    assert x.sum().item() == X.sum()


@pytest.mark.parametrize(
    ("shifts", "dims"),
    [(1, 0), (-5, 2), ((1, 2), (0, 1)), ((3, -1), (-1, 0)), (7, None), ((7,), None)],
)
def test_roll_lets_what_leaves_enter_at_the_other_end(shifts, dims):
    np.testing.assert_array_equal(tv.roll(t(), shifts, dims).numpy(), np.roll(X, shifts, dims))


def test_roll_wants_one_shift_an_axis():
    with pytest.raises(ValueError, match="roll: 2 shifts for 1 axes"):
        tv.roll(t(), (1, 2), 0)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x.transpose(0, 3),
        lambda x: x.permute(0, 1, 3),
        lambda x: x.flip(3),
        lambda x: x.roll(1, 3),
        lambda x: x.movedim(3, 0),
    ],
)
def test_an_axis_that_is_not_there_is_named(function):
    with pytest.raises(IndexError, match=r"dim 3 is out of range for a tensor of 3 axes: -3\.\.2"):
        function(t())


def test_numbers_without_axes_stay_as_they_are():
    x = tv.tensor(3.0)
    for same in (x.t(), x.T, x.permute(), x.flip(()), x.roll(1), x.transpose(0, -1)):
        assert same.item() == 3.0


@pytest.mark.parametrize("k", range(-5, 6))
@pytest.mark.parametrize("dims", [(0, 1), (1, 0), (2, 0), [-1, 1]])
def test_turns_by_quarters_are_numpys(k, dims):
    np.testing.assert_array_equal(t().rot90(k, dims).numpy(), np.rot90(X, k, dims), strict=True)


def test_flips_by_name_are_numpys():
    np.testing.assert_array_equal(tv.fliplr(t()).numpy(), np.fliplr(X))
    np.testing.assert_array_equal(tv.flipud(t()).numpy(), np.flipud(X))


def test_adjoints_are_transposed_matrices():
    for found in (tv.adjoint(t()), t().mH, t().mT):
        np.testing.assert_array_equal(found.numpy(), X.swapaxes(1, 2))
    np.testing.assert_array_equal(tv.tensor(X[0]).H.numpy(), X[0].T)
    assert tv.swapaxes(t(), 0, 2).shape == tv.swapdims(t(), 0, 2).shape == (4, 3, 2)
    assert tv.moveaxis(t(), 0, 2).shape == (3, 4, 2)


@pytest.mark.parametrize(
    ("turn", "message"),
    [
        (lambda: tv.fliplr(tv.ones(2)), r"fliplr needs at least two axes, got shape \(2,\)"),
        (lambda: tv.flipud(tv.tensor(1)), "flipud needs at least one axis"),
        (lambda: tv.rot90(tv.ones(2)), "rot90 needs at least two axes"),
        (lambda: tv.rot90(t(), 1, (0, 1, 2)), r"in the plane of two axes, got dims=\(0, 1, 2\)"),
        (lambda: tv.rot90(t(), 1, (0, -3)), "names an axis twice"),
        (lambda: tv.adjoint(tv.ones(2)), "adjoint needs at least two axes"),
        (lambda: tv.ones(2, 2, 2).H, "needs at most two axes"),
    ],
)
def test_turns_that_need_more_axes_are_refused(turn, message):
    with pytest.raises(ValueError, match=message):
        turn()
