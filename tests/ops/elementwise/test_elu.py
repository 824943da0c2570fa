"""What only the exponential units can do; their values and slopes are in test_activation.py."""

import numpy as np
import pytest
from scipy import integrate, stats

import tinyvision as tv
import tinyvision.nn.functional as F


@pytest.mark.parametrize("power", [1, 2])
def test_selu_keeps_the_mean_and_the_variance_of_standard_normal_numbers(power):
    """Its two constants are the solution of this pair of equations."""

    def weighed(z):
        return F.selu(tv.tensor([z], dtype=tv.float64)).item() ** power * stats.norm.pdf(z)

    moment = sum(integrate.quad(weighed, *limits)[0] for limits in [(-12, 0), (0, 12)])
    assert moment == pytest.approx({1: 0.0, 2: 1.0}[power], abs=1e-9)


@pytest.mark.parametrize("alpha", [0.3, 1.0, 5.0])
def test_celu_is_smooth_at_zero_for_every_alpha(alpha):
    x = tv.tensor([-1e-9, 1e-9], dtype=tv.float64, requires_grad=True)
    F.celu(x, alpha).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 1.0, rtol=1e-8)


def test_a_celu_without_width_is_refused():
    with pytest.raises(ValueError, match="celu: alpha must not be 0"):
        F.celu(tv.zeros(1), 0.0)


@pytest.mark.parametrize(
    ("change", "function"),
    [(F.elu_, F.elu), (tv.celu_, F.celu), (tv.selu_, F.selu)],
    ids=["elu_", "celu_", "selu_"],
)
def test_with_an_underscore_it_changes_its_input(change, function):
    x = tv.tensor([-1.0, 2.0])
    expected = function(x).tolist()
    assert change(x) is x
    assert x.tolist() == expected
