"""What every layer must do. Their table is `tinyvision/proofs/layers`."""

import copy

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn
from tinyvision.autograd import gradcheck
from tinyvision.proofs.table import all_layers, layer_names

LAYERS = all_layers()

each = pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.shown.replace(" ", ""))


@pytest.fixture(autouse=True)
def _seeded():
    state = tv.get_rng_state()
    tv.manual_seed(0)
    yield
    tv.set_rng_state(state)


def go_back(out, seed=1):
    """Backward from a random gradient: a plain sum has none behind a normalisation."""
    drawn = np.random.default_rng(seed).normal(0.0, 1.0, out.shape)
    out.backward(tv.tensor(np.asarray(drawn, out.dtype)))


def test_every_public_layer_has_a_case():
    missing = layer_names() - {layer.name for layer in LAYERS}
    assert not missing, f"layers without a case in tinyvision/proofs/layers: {sorted(missing)}"


@each
def test_every_parameter_and_the_input_get_a_gradient_that_is_not_all_zero(layer):
    module, arguments = layer.make(), layer.inputs()
    go_back(layer.call(module, *arguments))
    wanted = [("input", arguments[0])] if arguments[0].requires_grad else []
    for name, tensor in [*wanted, *module.named_parameters()]:
        assert tensor.grad is not None, f"{name} has no gradient"
        assert tensor.grad.shape == tensor.shape
        assert bool((tensor.grad != 0).any()), f"the gradient of {name} is all zero"


@each
def test_gradients_agree_with_differences(layer):
    if layer.random:
        pytest.skip("draws another mask each time; test_dropout.py checks its gradient")
    function, values = layer.function_of_parameters()
    assert gradcheck(function, values, rtol=1e-5, fast_mode=True)


@each
def test_a_batch_of_nothing_has_its_shape_and_gives_zero_gradients(layer):
    module, arguments = layer.make(), layer.inputs(batch=0)
    out = layer.call(module, *arguments)
    if layer.target is None:
        assert out.shape == (0, *layer.call(layer.make(), *layer.inputs()).shape[1:])
    else:
        assert bool(tv.isnan(out))
    go_back(out)
    assert not arguments[0].requires_grad or arguments[0].grad.shape == (0, *layer.shape[1:])
    for name, parameter in module.named_parameters():
        np.testing.assert_array_equal(
            parameter.grad.numpy(), np.zeros(parameter.shape), err_msg=name
        )


@each
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_type_of_the_input_is_that_of_the_answer_and_of_all_gradients(layer, dtype):
    module, arguments = layer.make().to(dtype), layer.inputs(dtype=dtype)
    out = layer.call(module, *arguments)
    go_back(out)
    gradients = [t.grad for t in (*arguments, *module.parameters()) if t.requires_grad]
    assert {t.dtype for t in (out, *gradients)} == {np.dtype(dtype)}


@each
def test_what_is_saved_has_torchs_names_and_shapes(layer):
    found = {name: value.shape for name, value in layer.make().state_dict().items()}
    assert list(found.items()) == list(layer.saved.items())


@each
def test_it_shows_itself_as_torch_does(layer):
    assert repr(layer.make()).splitlines()[0] == layer.shown


@each
def test_a_copy_computes_the_same(layer):
    module, arguments = layer.make().eval(), layer.inputs()
    expected, found = (
        layer.call(each, *arguments).detach().numpy() for each in (module, copy.deepcopy(module))
    )
    np.testing.assert_array_equal(found, expected)


@each
def test_a_layer_takes_over_the_state_of_another(layer):
    source, target, arguments = layer.make(), layer.make(), layer.inputs()
    layer.call(source, *arguments)  # moves running averages
    target.load_state_dict(source.state_dict())
    expected, found = (
        layer.call(each.eval(), *arguments).detach().numpy() for each in (source, target)
    )
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "make",
    [
        lambda device: nn.Linear(1, 1, device=device),
        lambda device: nn.Conv2d(1, 1, 1, device=device),
        lambda device: nn.BatchNorm2d(1, device=device),
    ],
    ids=["Linear", "Conv2d", "BatchNorm2d"],
)
def test_another_device_than_the_processor_is_refused(make):
    make("cpu")
    with pytest.raises(ValueError, match="on the CPU only, got device='cuda'"):
        make("cuda")
