"""Layers against torch: the state and its order, outputs and gradients, first values."""

import numpy as np
import pytest

import tinyvision as tv

torch = pytest.importorskip("torch")

# torch pads a copy for an even kernel with 'same', and says so
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")

LAYERS = {
    "Linear": (lambda nn: nn.Linear(5, 3), (4, 5)),
    "Linear on more axes": (lambda nn: nn.Linear(5, 3), (2, 4, 5)),
    "Linear without bias": (lambda nn: nn.Linear(5, 3, bias=False), (4, 5)),
    "Conv2d": (lambda nn: nn.Conv2d(3, 4, 3), (2, 3, 6, 7)),
    "Conv2d with options": (
        lambda nn: nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), (1, 2), 2, False),
        (2, 4, 8, 7),
    ),
    "Conv2d same": (lambda nn: nn.Conv2d(3, 4, (2, 3), padding="same"), (2, 3, 6, 7)),
    "Conv2d valid": (lambda nn: nn.Conv2d(3, 4, 3, padding="valid"), (2, 3, 6, 7)),
    "Conv2d reflect": (
        lambda nn: nn.Conv2d(3, 4, 3, padding=(1, 2), padding_mode="reflect"),
        (2, 3, 6, 7),
    ),
    "Conv2d replicate": (
        lambda nn: nn.Conv2d(3, 4, 4, padding="same", padding_mode="replicate"),
        (2, 3, 6, 7),
    ),
    "Conv2d circular": (
        lambda nn: nn.Conv2d(3, 4, 3, 2, padding=1, padding_mode="circular"),
        (2, 3, 6, 7),
    ),
    "Conv2d of one image": (lambda nn: nn.Conv2d(3, 4, 3), (3, 6, 7)),
    "BatchNorm1d": (lambda nn: nn.BatchNorm1d(5), (6, 5)),
    "BatchNorm1d of sequences": (lambda nn: nn.BatchNorm1d(5, momentum=0.3), (6, 5, 4)),
    "BatchNorm2d": (lambda nn: nn.BatchNorm2d(3), (4, 3, 5, 6)),
    "BatchNorm2d averaging all": (lambda nn: nn.BatchNorm2d(3, momentum=None), (4, 3, 5, 6)),
    "BatchNorm2d without affine": (lambda nn: nn.BatchNorm2d(3, affine=False), (4, 3, 5, 6)),
    "BatchNorm2d without running values": (
        lambda nn: nn.BatchNorm2d(3, eps=1e-2, track_running_stats=False),
        (4, 3, 5, 6),
    ),
    "BatchNorm2d without bias": (lambda nn: nn.BatchNorm2d(3, bias=False), (4, 3, 5, 6)),
    "LayerNorm": (lambda nn: nn.LayerNorm(5), (2, 4, 5)),
    "LayerNorm over two axes": (lambda nn: nn.LayerNorm((4, 5), 1e-2, bias=False), (2, 4, 5)),
    "LayerNorm without affine": (
        lambda nn: nn.LayerNorm([5], elementwise_affine=False),
        (2, 4, 5),
    ),
    "GroupNorm": (lambda nn: nn.GroupNorm(2, 6), (3, 6, 4, 5)),
    "GroupNorm without affine": (lambda nn: nn.GroupNorm(3, 6, 1e-2, False), (3, 6, 4)),
    "MaxPool2d": (lambda nn: nn.MaxPool2d(2, 2), (2, 3, 6, 7)),
    "MaxPool2d with options": (
        lambda nn: nn.MaxPool2d(3, 2, 1, ceil_mode=True, return_indices=True),
        (2, 3, 6, 7),
    ),
    "AvgPool2d": (lambda nn: nn.AvgPool2d(2), (2, 3, 6, 7)),
    "AvgPool2d with options": (
        lambda nn: nn.AvgPool2d(3, 2, 1, True, count_include_pad=False),
        (2, 3, 6, 7),
    ),
    "AdaptiveAvgPool2d": (lambda nn: nn.AdaptiveAvgPool2d((2, None)), (2, 3, 6, 7)),
    "AdaptiveMaxPool2d": (lambda nn: nn.AdaptiveMaxPool2d(3), (2, 3, 6, 7)),
    "Unfold": (lambda nn: nn.Unfold((2, 3), padding=1, stride=2), (2, 3, 6, 7)),
    "Fold": (lambda nn: nn.Fold((4, 5), 2), (2, 12, 12)),
    "Upsample": (lambda nn: nn.Upsample(scale_factor=2, mode="bilinear"), (2, 3, 4, 5)),
    "Upsample of signals": (lambda nn: nn.Upsample(7, mode="linear"), (2, 3, 4)),
    "UpsamplingNearest2d": (lambda nn: nn.UpsamplingNearest2d(scale_factor=2), (2, 3, 4, 5)),
    "UpsamplingBilinear2d": (lambda nn: nn.UpsamplingBilinear2d((5, 3)), (2, 3, 4, 5)),
    "Conv1d": (lambda nn: nn.Conv1d(4, 6, 3, 2, 1, 2, 2), (2, 4, 9)),
    "Conv1d reflect": (
        lambda nn: nn.Conv1d(4, 6, 4, padding="same", bias=False, padding_mode="reflect"),
        (2, 4, 9),
    ),
    "Conv1d of one signal": (lambda nn: nn.Conv1d(4, 6, 3), (4, 9)),
    "ConvTranspose1d": (lambda nn: nn.ConvTranspose1d(4, 6, 3, 2, 1, 1, 2), (2, 4, 5)),
    "ConvTranspose2d": (lambda nn: nn.ConvTranspose2d(4, 6, 3), (2, 4, 5, 4)),
    "ConvTranspose2d with options": (
        lambda nn: nn.ConvTranspose2d(4, 6, (3, 2), (3, 2), 1, (2, 1), 2, False, (1, 2)),
        (2, 4, 5, 4),
    ),
    "InstanceNorm1d": (lambda nn: nn.InstanceNorm1d(3), (4, 3, 5)),
    "InstanceNorm1d of one signal": (
        lambda nn: nn.InstanceNorm1d(3, affine=True, track_running_stats=True),
        (3, 5),
    ),
    "InstanceNorm2d": (lambda nn: nn.InstanceNorm2d(3, 1e-2, affine=True), (4, 3, 5, 6)),
    "InstanceNorm2d with running values": (
        lambda nn: nn.InstanceNorm2d(3, momentum=0.3, track_running_stats=True),
        (4, 3, 5, 6),
    ),
    "RMSNorm": (lambda nn: nn.RMSNorm(5), (2, 4, 5)),
    "RMSNorm over two axes": (lambda nn: nn.RMSNorm((4, 5), 1e-2, False), (2, 4, 5)),
    "LocalResponseNorm": (lambda nn: nn.LocalResponseNorm(2, 0.5, 0.6, 2.0), (2, 5, 3, 4)),
    "MaxPool1d": (lambda nn: nn.MaxPool1d(3, 2, 1, 1, True, True), (2, 3, 8)),
    "AvgPool1d": (lambda nn: nn.AvgPool1d(3, 2, 1, True, False), (2, 3, 8)),
    "LPPool1d": (lambda nn: nn.LPPool1d(2, 3, 2, True), (2, 3, 8)),
    "LPPool2d": (lambda nn: nn.LPPool2d(2, (2, 3), ceil_mode=True), (2, 3, 5, 7)),
    "AdaptiveAvgPool1d": (lambda nn: nn.AdaptiveAvgPool1d(3), (2, 3, 8)),
    "AdaptiveMaxPool1d": (lambda nn: nn.AdaptiveMaxPool1d(3, True), (2, 3, 8)),
    "ZeroPad1d": (lambda nn: nn.ZeroPad1d((1, 2)), (2, 3, 4)),
    "ZeroPad2d": (lambda nn: nn.ZeroPad2d((1, 2, -1, 0)), (2, 3, 4, 5)),
    "ConstantPad1d": (lambda nn: nn.ConstantPad1d(1, 2.5), (2, 3, 4)),
    "ConstantPad2d": (lambda nn: nn.ConstantPad2d(1, 2.5), (2, 3, 4, 5)),
    "ReflectionPad1d": (lambda nn: nn.ReflectionPad1d((1, 2)), (3, 4)),
    "ReflectionPad2d": (lambda nn: nn.ReflectionPad2d((1, 2, 0, 3)), (2, 3, 4, 5)),
    "ReplicationPad1d": (lambda nn: nn.ReplicationPad1d((1, 5)), (2, 3, 4)),
    "ReplicationPad2d": (lambda nn: nn.ReplicationPad2d((1, 2, 0, 3)), (3, 4, 5)),
    "CircularPad1d": (lambda nn: nn.CircularPad1d((1, 4)), (2, 3, 4)),
    "CircularPad2d": (lambda nn: nn.CircularPad2d((1, 2, 0, 3)), (2, 3, 4, 5)),
    "PixelShuffle": (lambda nn: nn.PixelShuffle(2), (2, 8, 3, 4)),
    "PixelUnshuffle": (lambda nn: nn.PixelUnshuffle(2), (2, 3, 4, 6)),
    "ChannelShuffle": (lambda nn: nn.ChannelShuffle(3), (2, 6, 4)),
    "Flatten": (lambda nn: nn.Flatten(), (2, 3, 4)),
    "Flatten of two axes": (lambda nn: nn.Flatten(0, 1), (2, 3, 4)),
    "Unflatten": (lambda nn: nn.Unflatten(1, (2, 3)), (4, 6)),
    "Identity": (lambda nn: nn.Identity(7, unused=True), (2, 3)),
    "Dropout of nothing": (lambda nn: nn.Dropout(0.0), (4, 5)),
    "Dropout of all": (lambda nn: nn.Dropout(1.0), (4, 5)),
    "Dropout2d of all": (lambda nn: nn.Dropout2d(1.0), (4, 5, 2, 2)),
    "ReLU": (lambda nn: nn.ReLU(), (3, 4)),
    "ReLU6": (lambda nn: nn.ReLU6(), (3, 4)),
    "LeakyReLU": (lambda nn: nn.LeakyReLU(0.2), (3, 4)),
    "PReLU": (lambda nn: nn.PReLU(), (3, 4)),
    "PReLU of channels": (lambda nn: nn.PReLU(3), (2, 3, 4)),
    "RReLU": (lambda nn: nn.RReLU(0.3, 0.3), (3, 4)),
    "ELU": (lambda nn: nn.ELU(0.5), (3, 4)),
    "CELU": (lambda nn: nn.CELU(0.5), (3, 4)),
    "SELU": (lambda nn: nn.SELU(), (3, 4)),
    "Mish": (lambda nn: nn.Mish(), (3, 4)),
    "Softsign": (lambda nn: nn.Softsign(), (3, 4)),
    "Tanhshrink": (lambda nn: nn.Tanhshrink(), (3, 4)),
    "GLU": (lambda nn: nn.GLU(1), (3, 4)),
    "Threshold": (lambda nn: nn.Threshold(0.5, -2), (3, 4)),
    "Hardswish": (lambda nn: nn.Hardswish(), (3, 4)),
    "Hardshrink": (lambda nn: nn.Hardshrink(), (3, 4)),
    "Softshrink": (lambda nn: nn.Softshrink(0.2), (3, 4)),
    "GELU": (lambda nn: nn.GELU(), (3, 4)),
    "GELU tanh": (lambda nn: nn.GELU("tanh"), (3, 4)),
    "SiLU": (lambda nn: nn.SiLU(), (3, 4)),
    "Softplus": (lambda nn: nn.Softplus(2.0, 1.0), (3, 4)),
    "Hardtanh": (lambda nn: nn.Hardtanh(-0.5, 0.5), (3, 4)),
    "Sigmoid": (lambda nn: nn.Sigmoid(), (3, 4)),
    "LogSigmoid": (lambda nn: nn.LogSigmoid(), (3, 4)),
    "Tanh": (lambda nn: nn.Tanh(), (3, 4)),
    "Softmax": (lambda nn: nn.Softmax(dim=1), (3, 4)),
    "LogSoftmax": (lambda nn: nn.LogSoftmax(dim=-1), (3, 4)),
    "Softmin": (lambda nn: nn.Softmin(0), (3, 4)),
    "Softmax2d": (lambda nn: nn.Softmax2d(), (2, 3, 4, 5)),
    "Sequential": (
        lambda nn: nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1),
            nn.BatchNorm2d(4),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Sequential(nn.Linear(36, 5), nn.Tanh()),
            nn.Linear(5, 2, bias=False),
        ),
        (4, 3, 6, 6),
    ),
}


def test_an_embedding_agrees(agree, normal):
    rows = np.array([[0, 4, 2], [1, 1, 4]])
    theirs, ours = pair_of(lambda nn: nn.Embedding(5, 3, padding_idx=1))

    def case(t, rows):
        layer = ours if t is tv else theirs
        out = layer(rows)
        return out, *t.autograd.grad((out * out).sum(), list(layer.parameters()))

    agree(case, rows, order=0)


def state_of(module):
    return {name: t.detach().numpy().copy() for name, t in module.state_dict().items()}


def pair_of(build, dtype="float64"):
    """A layer of torch and one of ours with the same parameters, drawn anew so that none is 0."""
    theirs, ours = build(torch.nn).to(getattr(torch, dtype)), build(tv.nn).to(dtype)
    rng = np.random.default_rng(5)
    state = {}
    for name, value in state_of(theirs).items():
        drawn = rng.random(value.shape) + 0.5 if name.endswith("running_var") else None
        if value.dtype.kind == "f":
            drawn = rng.normal(size=value.shape) if drawn is None else drawn
            state[name] = drawn.astype(value.dtype)
        else:
            state[name] = value
    theirs.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    ours.load_state_dict(state)
    return theirs, ours


@pytest.mark.parametrize("name", LAYERS)
def test_the_state_has_the_same_names_shapes_types_and_order(name):
    build, _ = LAYERS[name]
    theirs, ours = state_of(build(torch.nn)), state_of(build(tv.nn))
    assert list(ours) == list(theirs)
    for key, value in theirs.items():
        assert (ours[key].shape, ours[key].dtype) == (value.shape, value.dtype), key
    parameters = [key for key, _ in build(torch.nn).named_parameters()]
    assert [key for key, _ in build(tv.nn).named_parameters()] == parameters


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_shown_as_in_torch(name):
    build, _ = LAYERS[name]
    assert repr(build(tv.nn)) == repr(build(torch.nn))


@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", LAYERS)
def test_outputs_gradients_and_buffers_agree(agree, normal, name, dtype, training):
    build, shape = LAYERS[name]
    theirs, ours = pair_of(build, dtype)
    theirs.train(training)
    ours.train(training)

    def case(t, x):
        layer = ours if t is tv else theirs
        outputs = []
        for factor in (1.0, 0.5):  # a second call finds the buffers of the first
            out = layer(x * factor)
            outputs += out if isinstance(out, tuple) else [out]
        parameters = list(layer.parameters())
        gradients = []
        if parameters:
            loss = sum((out * out).sum() for out in outputs if out.is_floating_point())
            gradients = t.autograd.grad(loss, parameters, retain_graph=True)
        return [*outputs, *gradients, *[buffer.clone() for buffer in layer.buffers()]]

    tolerance = None if dtype == "float64" else {"rtol": 1e-4, "atol": 1e-4}
    agree(case, normal(*shape), dtype=dtype, order=1, tolerance=tolerance)


LOSSES = {
    "MSELoss": (lambda nn: nn.MSELoss(), "floats"),
    "MSELoss sum": (lambda nn: nn.MSELoss(reduction="sum"), "floats"),
    "L1Loss": (lambda nn: nn.L1Loss(), "floats"),
    "CrossEntropyLoss": (lambda nn: nn.CrossEntropyLoss(), "labels"),
    "CrossEntropyLoss with options": (
        lambda nn: nn.CrossEntropyLoss(ignore_index=1, label_smoothing=0.1, reduction="sum"),
        "labels",
    ),
    "CrossEntropyLoss of probabilities": (lambda nn: nn.CrossEntropyLoss(), "floats"),
    "NLLLoss": (lambda nn: nn.NLLLoss(), "labels"),
    "SmoothL1Loss": (lambda nn: nn.SmoothL1Loss(beta=0.5), "floats"),
    "HuberLoss": (lambda nn: nn.HuberLoss("sum", 0.5), "floats"),
    "PoissonNLLLoss": (lambda nn: nn.PoissonNLLLoss(full=True), "floats"),
    "HingeEmbeddingLoss": (lambda nn: nn.HingeEmbeddingLoss(0.3), "floats"),
    "MultiMarginLoss": (lambda nn: nn.MultiMarginLoss(2, 0.5), "labels"),
    "MultiLabelSoftMarginLoss": (lambda nn: nn.MultiLabelSoftMarginLoss(), "floats"),
    "BCEWithLogitsLoss": (lambda nn: nn.BCEWithLogitsLoss(), "floats"),
    "KLDivLoss": (lambda nn: nn.KLDivLoss(reduction="batchmean"), "floats"),
    "KLDivLoss of logarithms": (
        lambda nn: nn.KLDivLoss(reduction="batchmean", log_target=True),
        "floats",
    ),
}


WITHOUT_A_SECOND_DERIVATIVE = {"MultiMarginLoss"}  # in torch


@pytest.mark.parametrize(
    "build",
    [
        lambda nn: nn.Bilinear(4, 4, 5),
        lambda nn: nn.CosineSimilarity(),
        lambda nn: nn.PairwiseDistance(3.0, keepdim=True),
    ],
    ids=["Bilinear", "CosineSimilarity", "PairwiseDistance"],
)
def test_layers_of_two_inputs_agree(agree, normal, build):
    theirs, ours = pair_of(build)
    assert repr(ours) == repr(theirs)
    agree(lambda t, *x: (ours if t is tv else theirs)(*x), normal(3, 4), normal(3, 4))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("Dropout1d", {}),
        ("Dropout3d", {"p": 0.2, "inplace": True}),
        ("AlphaDropout", {}),
        ("FeatureAlphaDropout", {"p": 0.2}),
    ],
)
def test_what_drops_is_shown_as_in_torch(name, options):
    assert repr(getattr(tv.nn, name)(**options)) == repr(getattr(torch.nn, name)(**options))


@pytest.mark.parametrize("name", LOSSES)
def test_losses_agree(agree, normal, name):
    build, kind = LOSSES[name]
    target = np.array([0, 1, 3]) if kind == "labels" else np.abs(normal(3, 4))
    order = 1 if name in WITHOUT_A_SECOND_DERIVATIVE else 2
    agree(lambda t, x, y: build(t.nn)(x, y), normal(3, 4), target, order=order)


def test_weighted_losses_agree_and_keep_their_weights_as_buffers(agree, normal):
    def case(t, x, y):
        weight = t.tensor([0.5, 1.0, 2.0, 0.1], dtype=t.float64)
        loss = t.nn.CrossEntropyLoss(weight)
        assert list(loss.state_dict()) == ["weight"]
        binary = t.nn.BCEWithLogitsLoss(weight, pos_weight=weight * 2)
        assert list(binary.state_dict()) == ["weight", "pos_weight"]
        return loss(x, y), binary(x, t.sigmoid(x.detach()))

    agree(case, normal(3, 4), np.array([0, 1, 3]))


# -- first values -----------------------------------------------------------------------------

DRAWN = {
    "Linear": lambda nn: nn.Linear(50, 40),
    "Bilinear": lambda nn: nn.Bilinear(8, 5, 60),
    "wide Linear": lambda nn: nn.Linear(3, 400),
    "Conv2d": lambda nn: nn.Conv2d(8, 16, (3, 5)),
    "grouped Conv2d": lambda nn: nn.Conv2d(8, 32, 3, groups=4),
    "Conv1d": lambda nn: nn.Conv1d(8, 32, 3),
    "grouped ConvTranspose2d": lambda nn: nn.ConvTranspose2d(8, 32, 3, groups=4),
    "MultiheadAttention": lambda nn: nn.MultiheadAttention(24, 3),
}


def moments(draws):
    values = np.concatenate([np.abs(draw).ravel() for draw in draws])
    return values.max(), values.mean(), (values**2).mean()


@pytest.mark.parametrize("name", DRAWN)
def test_first_values_have_torchs_bounds_and_moments(name):
    build = DRAWN[name]
    torch.manual_seed(0)
    tv.manual_seed(0)
    theirs = [state_of(build(torch.nn)) for _ in range(100)]
    ours = [state_of(build(tv.nn)) for _ in range(100)]
    for key in theirs[0]:
        # 100 draws are at least 1,600 numbers: the mean of |u| is known to about 1.5 %
        mine, other = (moments([draw[key] for draw in draws]) for draws in (ours, theirs))
        np.testing.assert_allclose(mine, other, rtol=0.06, err_msg=key)


FORMULAS = {
    "uniform_": lambda init, x: init.uniform_(x, -2.0, 3.0),
    "normal_": lambda init, x: init.normal_(x, 1.0, 0.5),
    "trunc_normal_": lambda init, x: init.trunc_normal_(x, 0.5, 1.0, -1.0, 1.5),
    "constant_": lambda init, x: init.constant_(x, 1.5),
    "ones_": lambda init, x: init.ones_(x),
    "zeros_": lambda init, x: init.zeros_(x),
    "xavier_uniform_": lambda init, x: init.xavier_uniform_(x, gain=2.0),
    "xavier_normal_": lambda init, x: init.xavier_normal_(x),
    "kaiming_uniform_": lambda init, x: init.kaiming_uniform_(x, a=0.3),
    "kaiming_uniform_ fan_out": lambda init, x: init.kaiming_uniform_(x, mode="fan_out"),
    "kaiming_normal_": lambda init, x: init.kaiming_normal_(x, nonlinearity="relu"),
    "kaiming_normal_ tanh": lambda init, x: init.kaiming_normal_(x, nonlinearity="tanh"),
}


@pytest.mark.parametrize("shape", [(200, 300), (40, 50, 3, 5)], ids=str)
@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_formulas_of_first_values_have_torchs_distribution(formula, shape):
    torch.manual_seed(0)
    tv.manual_seed(0)
    theirs = formula(torch.nn.init, torch.empty(shape)).numpy().ravel()
    ours = formula(tv.nn.init, tv.empty(shape)).numpy().ravel()
    scale = max(float(theirs.std()), 1e-6)
    quantiles = [0.0005, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.9995]
    # 30,000 to 60,000 numbers: the outer quantiles are known to about a tenth of a deviation
    gap = np.abs(np.quantile(ours, quantiles) - np.quantile(theirs, quantiles)) / scale
    assert gap[1:-1].max() < 0.05
    assert gap.max() < 0.3


@pytest.mark.parametrize(
    ("nonlinearity", "param"),
    [
        *(("linear", None), ("conv2d", None), ("sigmoid", None), ("tanh", None), ("relu", None)),
        *(("leaky_relu", None), ("leaky_relu", 0.3), ("selu", None)),
    ],
)
def test_gains_agree(nonlinearity, param):
    theirs = torch.nn.init.calculate_gain(nonlinearity, param)
    assert tv.nn.init.calculate_gain(nonlinearity, param) == pytest.approx(theirs, rel=1e-15)


# -- the machinery of modules -----------------------------------------------------------------


def build_net(nn):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(2, 3)
            self.second = self.first  # shared
            self.blocks = nn.ModuleList([nn.Linear(3, 3), nn.BatchNorm1d(3)])
            self.heads = nn.ModuleDict({"a": nn.Linear(3, 1), "b": nn.Identity()})
            self.register_parameter("nothing", None)
            self.scale = nn.Parameter(nn.Linear(1, 1).weight.detach().clone())
            self.register_buffer("kept", nn.Linear(1, 1).weight.detach().clone())
            self.register_buffer("forgotten", self.kept.clone(), persistent=False)

    return Net()


LISTINGS = {
    "state_dict": lambda net: list(net.state_dict()),
    "state_dict with a prefix": lambda net: list(net.state_dict(prefix="model.")),
    "parameters": lambda net: [name for name, _ in net.named_parameters()],
    "parameters of this module": lambda net: [n for n, _ in net.named_parameters(recurse=False)],
    "parameters with a prefix": lambda net: [name for name, _ in net.named_parameters("p")],
    "parameters with repeats": lambda net: [
        name for name, _ in net.named_parameters(remove_duplicate=False)
    ],
    "buffers": lambda net: [name for name, _ in net.named_buffers()],
    "modules": lambda net: [name for name, _ in net.named_modules()],
    "modules with repeats": lambda net: [
        name for name, _ in net.named_modules(remove_duplicate=False)
    ],
    "children": lambda net: [name for name, _ in net.named_children()],
    "sizes": lambda net: [tuple(p.shape) for p in net.parameters()],
    "number of modules": lambda net: len(list(net.modules())),
    "list": lambda net: [type(m).__name__ for m in net.blocks] + [len(net.blocks)],
    "slice": lambda net: [type(m).__name__ for m in net.blocks[1:]],
    "dict": lambda net: [*net.heads.keys(), "a" in net.heads, len(net.heads)],
    "repr": lambda net: repr(net.blocks) + repr(net.heads["a"]) + repr(net.first),
    "submodule": lambda net: type(net.get_submodule("blocks.1")).__name__,
    "modes": lambda net: [net.eval().training, net.blocks.training, net.train().training],
}


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=LISTINGS)
def test_networks_list_their_parts_as_torchs_do(listing):
    assert listing(build_net(tv.nn)) == listing(build_net(torch.nn))


def test_a_state_that_does_not_fit_is_reported_as_in_torch():
    for t in (tv, torch):
        net = build_net(t.nn)
        state = dict(net.state_dict())
        del state["scale"]
        state["more"] = t.zeros(1)
        with pytest.raises(RuntimeError, match=r"(?s)scale.*more|more.*scale"):
            net.load_state_dict(state)
        missing, unexpected = net.load_state_dict(state, strict=False)
        assert (missing, unexpected) == (["scale"], ["more"])
