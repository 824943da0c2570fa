"""The linear layer against sums written out, with any number of threads and rows left out."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.autograd import grad
from tinyvision.ops.layers import linear as module

linear = tv.nn.functional.linear
rng = np.random.default_rng(0)


def draw(*shape):
    return rng.normal(size=shape)


def t(values, **options):
    return tv.tensor(np.asarray(values), **options)


@pytest.mark.parametrize("lead", [(), (2,), (0,), (2, 5), (2, 0, 4)])
@pytest.mark.parametrize("biased", [True, False])
def test_linear_multiplies_the_last_axis_with_each_row_of_the_weight(lead, biased):
    x, weight, bias = draw(*lead, 3), draw(4, 3), draw(4) if biased else np.zeros(4)
    expected = np.empty((*lead, 4))
    for place in np.ndindex(lead):
        for o in range(4):
            expected[(*place, o)] = sum(x[place] * weight[o]) + bias[o]
    found = linear(t(x), t(weight), t(bias) if biased else None).numpy()
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def test_a_weight_of_one_axis_gives_one_number_each():
    x, weight = draw(2, 5, 3), draw(3)
    found = linear(t(x), t(weight), t(0.5)).numpy()
    np.testing.assert_allclose(found, (x * weight).sum(-1) + 0.5, rtol=1e-12)


def test_a_batch_of_nothing_has_zero_gradients():
    weight, bias = t(draw(4, 3), requires_grad=True), t(draw(4), requires_grad=True)
    linear(tv.zeros(0, 3, dtype=tv.float64), weight, bias).sum().backward()
    np.testing.assert_array_equal(weight.grad.numpy(), np.zeros((4, 3)))
    np.testing.assert_array_equal(bias.grad.numpy(), np.zeros(4))


def test_the_bias_gradient_of_two_million_rows_is_accurate():
    bias = tv.zeros(2, requires_grad=True)
    out = linear(tv.zeros(2_000_000, 1), tv.zeros(2, 1), bias)
    g = np.full((2_000_000, 2), 0.1, np.float32)
    for layout in (g, np.asfortranarray(g)):
        bias.grad = None
        out.backward(tv.from_numpy(layout), retain_graph=True)
        exact = 2_000_000 * float(np.float32(0.1))
        np.testing.assert_allclose(bias.grad.numpy(), [exact, exact], rtol=1e-5)


# -- gradients --------------------------------------------------------------------------------


def gradients(slope, x, weight, bias=None):
    leaves = [t(each, requires_grad=True) for each in (x, weight, bias) if each is not None]
    return [each.numpy() for each in grad(linear(*leaves), leaves, t(slope))]


def products(slope, x, weight, bias=None):
    """The same as in a textbook."""
    rows, x_rows = slope.reshape(-1, slope.shape[-1]), x.reshape(-1, x.shape[-1])
    of_bias = [] if bias is None else [rows.sum(axis=0)]
    return [slope @ weight, rows.T @ x_rows, *of_bias]


@pytest.fixture
def _shared_out(threads, monkeypatch):
    """Among each of several numbers of threads, however small the products."""
    monkeypatch.setattr(module, "WORTH_SHARING", 0)


@pytest.fixture(params=[70, module._TILE], ids=["few rows in a tile", "all rows in one"])
def _tiles(request, monkeypatch):
    monkeypatch.setattr(module, "_TILE", request.param)


@pytest.mark.usefixtures("_shared_out", "_tiles")
@pytest.mark.parametrize("lead", [(), (2,), (50,), (7, 5), (1100,)], ids=str)
@pytest.mark.parametrize("biased", [True, False])
def test_answer_and_gradients_are_the_products_of_a_textbook(lead, biased):
    x, weight, slope = draw(*lead, 3), draw(4, 3), draw(*lead, 4)
    bias = draw(4) if biased else None
    found = linear(t(x), t(weight), t(bias) if biased else None).numpy()
    np.testing.assert_allclose(found, x @ weight.T + (bias if biased else 0), atol=1e-13)
    arrays = slope, x, weight, bias
    for one, other in zip(gradients(*arrays), products(*arrays), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@pytest.mark.usefixtures("_shared_out")
def test_a_number_of_threads_gives_the_same_bits_each_time():
    arrays = [each.astype("float32") for each in (draw(999, 8), draw(999, 7), draw(8, 7), draw(8))]
    for one, other in zip(gradients(*arrays), gradients(*arrays), strict=True):
        np.testing.assert_array_equal(one, other)


def test_tiles_cover_all_rows_once_and_are_left_out_where_weights_are_large():
    weight = np.empty((128, 384))
    for start, stop in ((0, 0), (0, 1), (5, 4160), (2080, 4161)):
        tiles = list(module._tiles(start, stop, row=512, weight=weight))
        rows = [row for tile in tiles for row in range(tile.start, tile.stop)]
        assert rows == list(range(start, stop))
        assert all(tile.stop - tile.start <= module._TILE // 512 for tile in tiles)
    assert list(module._tiles(0, 9000, row=1536, weight=np.empty((768, 768)))) == [slice(0, 9000)]


@pytest.mark.parametrize("wanted", ["x", "weight", "bias", "x and bias", "weight and bias"])
def test_only_the_gradients_that_are_wanted_are_made(wanted):
    arrays = {"x": draw(5, 3), "weight": draw(4, 3), "bias": draw(4)}
    leaves = {name: t(x, requires_grad=name in wanted.split()) for name, x in arrays.items()}
    slope = draw(5, 4)
    linear(*leaves.values()).backward(t(slope))
    expected = products(slope, *arrays.values())
    for (name, leaf), right in zip(leaves.items(), expected, strict=True):
        if name in wanted.split():
            np.testing.assert_allclose(leaf.grad.numpy(), right, atol=1e-13)
        else:
            assert leaf.grad is None


# -- rows whose gradient is 0 -----------------------------------------------------------------


@pytest.mark.usefixtures("_shared_out")
@pytest.mark.parametrize("counting", [[], [0], [3, 17, 18], range(60)], ids=str)
def test_rows_without_a_gradient_change_nothing(counting):
    x, weight, slope = draw(20, 5, 3), draw(4, 3), np.zeros((100, 4))
    slope[list(counting)] = draw(len(counting), 4)
    slope = slope.reshape(20, 5, 4)
    arrays = slope, x, weight, draw(4)
    for one, other in zip(gradients(*arrays), products(*arrays), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("value", [np.inf, np.nan])
@pytest.mark.parametrize("where", ["x", "weight"])
def test_zero_times_infinity_stays_nan_there(where, value):
    x, weight, slope = draw(6, 3), draw(4, 3), np.zeros((6, 4))
    slope[0] = 1.0
    (x if where == "x" else weight)[2, 1] = value  # of a row, or for all rows
    arrays = slope, x, weight, draw(4)
    for one, other in zip(gradients(*arrays), products(*arrays), strict=True):
        np.testing.assert_array_equal(np.isnan(one), np.isnan(other))


# -- what does not fit ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: linear(tv.ones(2, 3), tv.ones(4, 2)), "must have 2 elements"),
        (lambda: linear(t(1.0), tv.ones(4, 2)), "must have 2 elements"),
        (lambda: linear(tv.ones(2, 3), tv.ones(4, 3, 1)), "weight must have 2 axes"),
        (
            lambda: linear(tv.ones(2, 3), tv.ones(4, 3), tv.ones(3)),
            r"bias must have shape \(4,\) \(out_features\), got \(3,\)",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: linear(tv.ones(2, 3), tv.ones(4, 3, dtype=tv.float64)),
        lambda: linear(tv.ones(2, 3), tv.ones(4, 3), tv.ones(4, dtype=tv.float64)),
    ],
)
def test_types_that_differ_are_refused_with_the_remedy(call):
    with pytest.raises(RuntimeError, match="one operand is float32, the other float64; convert"):
        call()


def test_an_array_of_another_type_beside_a_tensor_is_told_how_to_become_one():
    with pytest.raises(RuntimeError, match=r"tv\.from_numpy\(x\)\.to\(tv\.float32\)"):
        tv.nn.Linear(3, 2)(np.ones((2, 3)))
