"""What every layer must do. The table has a case for each layer that tinyvision.nn makes public.

A new layer needs a line in LAYERS; the class Layer says what stands there.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn
from tinyvision.autograd import gradcheck

# Containers compute nothing themselves; test_containers.py is about them.
NOT_LAYERS = {"Module", "Sequential", "ModuleList", "ModuleDict"}

LABELS = np.array([2, 0, 1, 2])
ANSWERS = np.linspace(0.1, 0.9, 12).reshape(4, 3)


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes:
        make: makes it anew.
        shape: that of an input, the batch first.
        shown: its repr; of one that has parts, the first line.
        saved: names and shapes of its state_dict, in order.
        target: what a loss compares with.
        numbers: the input itself, where it holds integers.
        call: calls the layer, where that takes more than `layer(input, target)`; one tensor.
        random: whether it draws numbers.
    """

    make: Callable[[], nn.Module]
    shape: tuple[int, ...]
    shown: str
    saved: dict[str, tuple[int, ...]] = field(default_factory=dict)
    target: np.ndarray | None = None
    numbers: np.ndarray | None = None
    call: Callable[..., tv.Tensor] = lambda layer, *arguments: layer(*arguments)
    random: bool = False

    @property
    def type(self) -> type:
        return type(self.make())


IMAGES = (4, 4, 7, 6)  # (N, C, H, W)
ROWS = (4, 3)  # (N, features)
WORDS = (4, 5, 6)  # (N, words, features)
RUNNING = {"running_mean": (4,), "running_var": (4,), "num_batches_tracked": ()}

HEADS = {"in_proj_weight": (18, 6), "in_proj_bias": (18,)}
HEADS |= {"out_proj.weight": (6, 6), "out_proj.bias": (6,)}
ENCODER = {f"self_attn.{name}": shape for name, shape in HEADS.items()}
ENCODER |= {"linear1.weight": (8, 6), "linear1.bias": (8,)}
ENCODER |= {"linear2.weight": (6, 8), "linear2.bias": (6,)}
ENCODER |= {f"norm{i}.{name}": (6,) for i in (1, 2) for name in ("weight", "bias")}


def encoder_layer():
    return nn.TransformerEncoderLayer(6, 2, 8, dropout=0.0, batch_first=True)


LAYERS = [
    Layer(
        lambda: nn.Linear(3, 5),
        ROWS,
        "Linear(in_features=3, out_features=5, bias=True)",
        {"weight": (5, 3), "bias": (5,)},
    ),
    Layer(
        lambda: nn.Linear(6, 5, bias=False),
        IMAGES,
        "Linear(in_features=6, out_features=5, bias=False)",
        {"weight": (5, 6)},
    ),
    Layer(
        lambda: nn.Conv2d(4, 6, 3, padding="same"),
        IMAGES,
        "Conv2d(4, 6, kernel_size=(3, 3), stride=(1, 1), padding=same)",
        {"weight": (6, 4, 3, 3), "bias": (6,)},
    ),
    Layer(
        lambda: nn.Conv2d(4, 6, (3, 2), 2, 1, 2, 2, bias=False, padding_mode="circular"),
        IMAGES,
        "Conv2d(4, 6, kernel_size=(3, 2), stride=(2, 2), padding=(1, 1), dilation=(2, 2), "
        "groups=2, bias=False, padding_mode=circular)",
        {"weight": (6, 2, 3, 2)},
    ),
    Layer(
        lambda: nn.BatchNorm2d(4),
        IMAGES,
        "BatchNorm2d(4, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)",
        {"weight": (4,), "bias": (4,), **RUNNING},
    ),
    Layer(
        lambda: nn.BatchNorm1d(3, momentum=None, track_running_stats=False),
        ROWS,
        "BatchNorm1d(3, eps=1e-05, momentum=None, affine=True, bias=True, "
        "track_running_stats=False)",
        {"weight": (3,), "bias": (3,)},
    ),
    Layer(
        lambda: nn.BatchNorm1d(4, affine=False),
        (4, 4, 5),
        "BatchNorm1d(4, eps=1e-05, momentum=0.1, affine=False, bias=False, "
        "track_running_stats=True)",
        RUNNING,
    ),
    Layer(
        lambda: nn.LayerNorm((7, 6)),
        IMAGES,
        "LayerNorm((7, 6), eps=1e-05, elementwise_affine=True, bias=True)",
        {"weight": (7, 6), "bias": (7, 6)},
    ),
    Layer(
        lambda: nn.GroupNorm(2, 4),
        IMAGES,
        "GroupNorm(2, 4, eps=1e-05, affine=True, bias=True)",
        {"weight": (4,), "bias": (4,)},
    ),
    Layer(
        lambda: nn.MaxPool2d((2, 3), 1, 1),
        IMAGES,
        "MaxPool2d(kernel_size=(2, 3), stride=1, padding=1, dilation=1, ceil_mode=False)",
    ),
    Layer(lambda: nn.AvgPool2d(2), IMAGES, "AvgPool2d(kernel_size=2, stride=2, padding=0)"),
    Layer(lambda: nn.AdaptiveAvgPool2d(2), IMAGES, "AdaptiveAvgPool2d(output_size=2)"),
    Layer(lambda: nn.AdaptiveMaxPool2d((3, 2)), IMAGES, "AdaptiveMaxPool2d(output_size=(3, 2))"),
    Layer(lambda: nn.Flatten(), IMAGES, "Flatten(start_dim=1, end_dim=-1)"),
    Layer(lambda: nn.Unflatten(1, (3, 1)), ROWS, "Unflatten(dim=1, unflattened_size=(3, 1))"),
    Layer(lambda: nn.Identity(), ROWS, "Identity()"),
    Layer(
        lambda: nn.Embedding(5, 3),
        ROWS,
        "Embedding(5, 3)",
        {"weight": (5, 3)},
        numbers=np.array([[0, 1, 2], [4, 4, 0], [3, 1, 1], [2, 0, 3]]),
    ),
    Layer(
        lambda: nn.Unfold((2, 3), stride=2),
        IMAGES,
        "Unfold(kernel_size=(2, 3), dilation=1, padding=0, stride=2)",
    ),
    Layer(
        lambda: nn.Fold((5, 3), 2, stride=(3, 1)),
        (4, 8, 4),
        "Fold(output_size=(5, 3), kernel_size=2, dilation=1, padding=0, stride=(3, 1))",
    ),
    Layer(
        lambda: nn.Upsample(scale_factor=2, mode="bilinear"),
        IMAGES,
        "Upsample(scale_factor=2.0, mode='bilinear')",
    ),
    Layer(
        lambda: nn.MultiheadAttention(6, 2, batch_first=True),
        WORDS,
        "MultiheadAttention(",
        HEADS,
        call=lambda layer, x: layer(x, x, x)[0],
    ),
    Layer(encoder_layer, WORDS, "TransformerEncoderLayer(", ENCODER),
    Layer(
        lambda: nn.TransformerEncoder(encoder_layer(), 2),
        WORDS,
        "TransformerEncoder(",
        {f"layers.{i}.{name}": shape for i in (0, 1) for name, shape in ENCODER.items()},
    ),
    Layer(lambda: nn.Dropout(0.25), IMAGES, "Dropout(p=0.25, inplace=False)", random=True),
    Layer(lambda: nn.Dropout2d(0.25), IMAGES, "Dropout2d(p=0.25, inplace=False)", random=True),
    Layer(lambda: nn.ReLU(), ROWS, "ReLU()"),
    Layer(lambda: nn.ReLU6(), ROWS, "ReLU6()"),
    Layer(lambda: nn.LeakyReLU(0.2), ROWS, "LeakyReLU(negative_slope=0.2)"),
    Layer(lambda: nn.ELU(), ROWS, "ELU(alpha=1.0)"),
    Layer(lambda: nn.GELU(), ROWS, "GELU(approximate='none')"),
    Layer(lambda: nn.SiLU(), ROWS, "SiLU()"),
    Layer(lambda: nn.Softplus(2.0), ROWS, "Softplus(beta=2.0, threshold=20.0)"),
    Layer(lambda: nn.Hardtanh(-2.0, 0.5), ROWS, "Hardtanh(min_val=-2.0, max_val=0.5)"),
    Layer(lambda: nn.Sigmoid(), ROWS, "Sigmoid()"),
    Layer(lambda: nn.LogSigmoid(), ROWS, "LogSigmoid()"),
    Layer(lambda: nn.Tanh(), ROWS, "Tanh()"),
    Layer(lambda: nn.Softmax(1), ROWS, "Softmax(dim=1)"),
    Layer(lambda: nn.LogSoftmax(dim=-1), ROWS, "LogSoftmax(dim=-1)"),
    Layer(lambda: nn.CrossEntropyLoss(), ROWS, "CrossEntropyLoss()", target=LABELS),
    Layer(lambda: nn.NLLLoss(), ROWS, "NLLLoss()", target=LABELS),
    Layer(lambda: nn.MSELoss(), ROWS, "MSELoss()", target=ANSWERS),
    Layer(lambda: nn.L1Loss(), ROWS, "L1Loss()", target=ANSWERS),
    Layer(lambda: nn.BCEWithLogitsLoss(), ROWS, "BCEWithLogitsLoss()", target=ANSWERS),
    Layer(lambda: nn.KLDivLoss(), ROWS, "KLDivLoss()", target=ANSWERS),
]

each = pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.shown.replace(" ", ""))


@pytest.fixture(autouse=True)
def _seeded():
    state = tv.get_rng_state()
    tv.manual_seed(0)
    yield
    tv.set_rng_state(state)


def inputs(layer, batch=None, dtype=np.float32):
    """An input whose gradient is wanted if it can be, and the target if the layer is a loss."""
    count = layer.shape[0] if batch is None else batch
    if layer.numbers is not None:
        return [tv.tensor(layer.numbers[:count])]
    drawn = np.random.default_rng(0).normal(0.0, 1.5, layer.shape)[:count]
    arguments = [tv.tensor(drawn.astype(dtype), requires_grad=True)]
    if layer.target is not None:
        target = layer.target[:count]
        arguments.append(tv.tensor(target if target.dtype.kind == "i" else target.astype(dtype)))
    return arguments


def go_back(out, seed=1):
    """Backward from a random gradient: a plain sum has none behind a normalisation."""
    drawn = np.random.default_rng(seed).normal(0.0, 1.0, out.shape)
    out.backward(tv.tensor(np.asarray(drawn, out.dtype)))


def test_every_public_layer_has_a_case():
    public = {
        name
        for name in nn.__all__
        if isinstance(found := getattr(nn, name), type) and issubclass(found, nn.Module)
    }
    missing = public - {layer.type.__name__ for layer in LAYERS} - NOT_LAYERS
    assert not missing, f"layers without a case in LAYERS: {sorted(missing)}"


@each
def test_every_parameter_and_the_input_get_a_gradient_that_is_not_all_zero(layer):
    module, arguments = layer.make(), inputs(layer)
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
    module, arguments = layer.make().double(), inputs(layer, dtype=np.float64)
    places = [
        (part._parameters, name)
        for part in module.modules()
        for name, parameter in part._parameters.items()
        if parameter is not None
    ]
    values = [parameters[name].detach().requires_grad_() for parameters, name in places]

    def function(x, *values):
        for (parameters, name), value in zip(places, values, strict=True):
            parameters[name] = value  # past the check that it is an nn.Parameter
        return layer.call(module, x, *arguments[1:])

    assert gradcheck(function, [arguments[0], *values], rtol=1e-5, fast_mode=True)


@each
def test_a_batch_of_nothing_has_its_shape_and_gives_zero_gradients(layer):
    module, arguments = layer.make(), inputs(layer, batch=0)
    out = layer.call(module, *arguments)
    if layer.target is None:
        assert out.shape == (0, *layer.call(layer.make(), *inputs(layer)).shape[1:])
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
    module, arguments = layer.make().to(dtype), inputs(layer, dtype=dtype)
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
    module, arguments = layer.make().eval(), inputs(layer)
    expected, found = (
        layer.call(each, *arguments).detach().numpy() for each in (module, copy.deepcopy(module))
    )
    np.testing.assert_array_equal(found, expected)


@each
def test_a_layer_takes_over_the_state_of_another(layer):
    source, target, arguments = layer.make(), layer.make(), inputs(layer)
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
