"""Clipping gradients, and parameters as one vector."""

import math
import re

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.nn import utils


def with_gradients(*gradients, dtype="float64"):
    """Parameters whose gradients are the given ones."""
    parameters = []
    for gradient in gradients:
        array = np.asarray(gradient, dtype)
        parameter = tv.zeros(*array.shape, dtype=array.dtype, requires_grad=True)
        parameter.grad = tv.tensor(array)
        parameters.append(parameter)
    return parameters


def gradients_of(parameters):
    return np.concatenate([p.grad.numpy().ravel() for p in parameters])


@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0, math.inf])
def test_long_gradients_are_shortened_together_to_the_norm(norm_type):
    values = [[3.0, -4.0], [[12.0]], [0.5, 0.25]]
    parameters = with_gradients(*values)
    before = gradients_of(parameters)
    norm = np.linalg.norm(before, norm_type)
    returned = utils.clip_grad_norm_(parameters, 1.0, norm_type)
    assert returned.item() == pytest.approx(norm, rel=1e-15)
    np.testing.assert_allclose(gradients_of(parameters), before / (norm + 1e-6), rtol=1e-14)


def test_short_gradients_are_left_as_they_are():
    parameters = with_gradients([0.3, -0.4])
    assert utils.clip_grad_norm_(parameters, 1.0).item() == 0.5
    assert gradients_of(parameters).tolist() == [0.3, -0.4]


def test_parameters_without_gradients_do_not_count():
    parameters = [tv.zeros(2, requires_grad=True), *with_gradients([3.0, 4.0])]
    assert utils.clip_grad_norm_(parameters, 10.0).item() == 5.0
    assert utils.clip_grad_norm_(parameters[:1], 10.0).item() == 0.0


def test_one_parameter_and_a_generator_of_them_will_do():
    (parameter,) = with_gradients([3.0, 4.0])
    assert utils.clip_grad_norm_(parameter, 10.0).item() == 5.0
    assert utils.clip_grad_norm_((p for p in [parameter]), 10.0).item() == 5.0


def test_the_norm_of_float16_gradients_does_not_overflow():
    parameters = with_gradients([300.0, 400.0], dtype="float16")
    assert utils.clip_grad_norm_(parameters, 1.0).item() == 500.0
    np.testing.assert_allclose(gradients_of(parameters), [0.6, 0.8], rtol=1e-3)


def test_an_empty_gradient_does_not_disturb():
    assert utils.clip_grad_norm_(with_gradients([], [3.0]), 9.0, math.inf).item() == 3.0


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_norm_that_is_no_number_is_refused_if_asked_and_leaves_the_gradients(bad):
    parameters = with_gradients([bad, 1.0])
    with pytest.raises(RuntimeError, match=f"the norm of the gradients is {bad}"):
        utils.clip_grad_norm_(parameters, 1.0, error_if_nonfinite=True)
    assert parameters[0].grad.tolist()[1] == 1.0


def test_nan_spreads_to_all_gradients_if_not_refused():
    parameters = with_gradients([math.nan], [1.0])
    assert math.isnan(utils.clip_grad_norm_(parameters, 1.0))
    assert np.isnan(gradients_of(parameters)).all()


def test_clipping_by_value_limits_each_element():
    parameters = with_gradients([3.0, -0.5], [-7.0])
    utils.clip_grad_value_(parameters, 1)
    assert gradients_of(parameters).tolist() == [1.0, -0.5, -1.0]


def test_parameters_go_into_one_vector_and_back():
    parameters = [tv.tensor([[1.0, 2.0], [3.0, 4.0]]), tv.tensor([5.0])]
    vector = utils.parameters_to_vector(parameters)
    assert vector.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    utils.vector_to_parameters(vector * 10, parameters)
    assert parameters[0].tolist() == [[10.0, 20.0], [30.0, 40.0]]
    assert parameters[1].tolist() == [50.0]


def test_a_vector_of_another_length_is_refused_and_changes_nothing():
    parameters = [tv.zeros(2)]
    with pytest.raises(ValueError, match=re.escape("have 2 elements, the vector 3")):
        utils.vector_to_parameters(tv.ones(3), parameters)
    assert parameters[0].tolist() == [0.0, 0.0]


def test_clipping_in_two_halves_is_clipping():
    whole, halves = (with_gradients([3.0, -4.0], [[12.0]]) for _ in range(2))
    utils.clip_grad_norm_(whole, 2.0)
    total = utils.get_total_norm([p.grad for p in halves])
    assert total.item() == 13.0
    assert total.dtype == np.float64
    utils.clip_grads_with_norm_(halves, 2.0, total)
    assert gradients_of(halves).tolist() == gradients_of(whole).tolist()


def test_the_total_norm_of_one_tensor_and_of_none():
    assert utils.get_total_norm(tv.tensor([3.0, -4.0]), math.inf).item() == 4.0
    assert utils.get_total_norm([]).item() == 0.0
    with pytest.raises(RuntimeError, match="the norm of the gradients is inf, so they cannot be"):
        utils.get_total_norm([tv.tensor([math.inf])], error_if_nonfinite=True)
