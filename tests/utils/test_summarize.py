"""A summary's counts are closed forms; its memory is what the process really holds."""

import gc
import json
import tracemalloc

import pytest

import tinyvision as tv
from tinyvision import nn
from tinyvision.utils import summary


def vit_multiply_adds(size, patch, channels, dim, depth, inner, mlp, classes, class_token=1):
    """The sum of all products of a Vision Transformer, written out."""
    patches = (size // patch) ** 2
    places = patches + class_token
    embedding = patches * (patch * patch * channels) * dim
    qkv = places * dim * 3 * inner
    attention = places * places * inner + places * places * inner
    out = places * inner * dim
    feed_forward = places * dim * mlp + places * mlp * dim
    return embedding + depth * (qkv + attention + out + feed_forward) + dim * classes


# The article's network: two convolutions of 3 by 3 at 32 by 32 and at 16 by 16, three linear maps.
CNN = {
    "conv1": 32 * 32 * 16 * (3 * 3 * 3),
    "conv2": 16 * 16 * 32 * (3 * 3 * 16),
    "fc1": 2048 * 120,
    "fc2": 120 * 84,
    "fc3": 84 * 10,
}


@pytest.mark.parametrize("batch", [1, 3])
def test_the_cnns_multiply_adds_are_the_closed_form(batch):
    found = summary(tv.models.CNN(), (batch, 3, 32, 32))
    rows = {row.name: row for row in found.rows}
    assert found.multiply_adds == batch * sum(CNN.values())
    assert {name: rows[name].multiply_adds for name in CNN} == {
        name: batch * count for name, count in CNN.items()
    }
    assert rows["conv2"].output == ((batch, 32, 16, 16),)
    assert rows["fc1"].parameters == 2048 * 120 + 120
    assert found.parameters == 261_982


@pytest.fixture(scope="module")
def base():
    return summary(tv.models.vit("B/16"), (1, 3, 224, 224))


def test_vit_base_takes_17_56_billion_multiply_adds(base):
    expected = vit_multiply_adds(224, 16, 3, 768, 12, 768, 3072, 1000)
    assert round(expected / 1e9, 2) == 17.56
    assert base.multiply_adds == expected
    assert base.parameters == 86_567_656


def test_its_attention_products_are_counted_and_shown(base):
    attention = 12 * 2 * 197 * 197 * 768
    assert base.by_operation["attention"] == attention
    assert sum(base.by_operation.values()) == base.multiply_adds
    assert f"  attention  {attention:,} = 715.33 M" in str(base)
    assert "multiply-adds  17,563,828,224 = 17.56 G" in str(base)


@pytest.mark.parametrize("pool", ["cls", "mean"])
def test_a_small_vits_multiply_adds_are_the_closed_form(pool):
    model = tv.models.ViT(
        image_size=12, patch_size=4, num_classes=5, dim=8, depth=2, heads=3, dim_head=4,
        mlp_dim=10, channels=1, pool=pool,
    )  # fmt: skip
    expected = vit_multiply_adds(12, 4, 1, 8, 2, 12, 10, 5, class_token=int(pool == "cls"))
    assert summary(model, (2, 1, 12, 12)).multiply_adds == 2 * expected


MODELS = {
    "cnn": (tv.models.CNN, (8, 3, 32, 32)),
    "vit": (
        lambda: tv.models.ViT(
            image_size=16, patch_size=4, num_classes=10, dim=64, depth=2, heads=4, mlp_dim=128,
            dim_head=16,
        ),
        (64, 3, 16, 16),
    ),
    "views": (lambda: nn.Sequential(nn.Flatten(), nn.Linear(768, 50), nn.Tanh()), (64, 3, 16, 16)),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_what_is_kept_for_the_way_back_is_what_memory_grows_by(name):
    build, shape = MODELS[name]
    model = build()
    inputs = tv.zeros(shape)
    model(inputs)  # what is made once is made now
    found = summary(model, inputs)
    # Other threads of the tests' process may make something meanwhile, but hardly three times.
    grown = min(_grown_by(model, inputs) for _ in range(3))
    # An answer that no rule reads is not counted, nor the graph itself, some kilobytes a node.
    assert found.kept <= grown <= found.kept + model(inputs)._array.nbytes + 150_000


def _grown_by(model, inputs):
    """The memory that an answer and its graph take."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        _held = model(inputs)  # with its graph
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


def test_the_rows_inside_a_row_add_up_to_it():
    model = MODELS["vit"][0]()
    rows = summary(model, MODELS["vit"][1]).rows
    for place, row in enumerate(rows):
        inside = []
        for other in rows[place + 1 :]:
            if other.depth <= row.depth:
                break
            if other.depth == row.depth + 1:
                inside.append(other)
        if inside:
            assert sum(each.multiply_adds for each in inside) == row.multiply_adds
            assert sum(each.kept for each in inside) == row.kept


def test_a_layer_called_twice_has_two_rows_and_is_counted_once():
    shared = nn.Linear(4, 4)
    found = summary(nn.Sequential(shared, nn.ReLU(), shared), (1, 4))
    linear = [row for row in found.rows if row.layer == "Linear"]
    assert [row.parameters for row in linear] == [20, None]
    assert found.parameters == 20
    assert "as above" in str(found)


@pytest.mark.parametrize("several", [False, True])
def test_what_a_users_function_saves_is_kept(several):
    class Double(tv.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x * 3)
            return (x * 2, x * 4) if several else x * 2

        @staticmethod
        def backward(ctx, *g):
            return g[0] * 2

    class Layer(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(tv.ones(100))

        def forward(self, x):
            return Double.apply(self.weight)

    assert summary(Layer(), (1,)).kept == 400


def test_frozen_layers_keep_nothing():
    model = nn.Sequential(nn.Linear(4, 4), nn.Tanh()).requires_grad_(False)
    assert summary(model, (1, 4)).kept == 0


def test_parts_that_are_not_called_count_with_the_whole():
    layer = nn.MultiheadAttention(8, 2, batch_first=True)

    class Self(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = layer

        def forward(self, x):
            return self.attention(x, x, x)

    found = summary(Self(), (1, 5, 8))
    assert found.multiply_adds == 5 * 8 * 24 + 2 * 5 * 5 * 8 + 5 * 8 * 8
    assert found.rows[1].output == ((1, 5, 8), (1, 5, 5))


def test_the_network_is_left_as_it_was():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Dropout(0.5))
    model[1].eval()
    tv.manual_seed(3)
    state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with tv.no_grad():
        found = summary(model, (2, 1, 8, 8))
    assert found.kept > 0  # recorded all the same
    assert [part.training for part in model] == [True, False, True]
    assert model.training
    assert all(p.grad is None for p in model.parameters())
    assert all(bool((state[name] == x).all()) for name, x in model.state_dict().items())
    after = tv.rand(1)
    tv.manual_seed(3)
    assert bool((after == tv.rand(1)).all())
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())


def test_it_runs_in_the_precision_of_the_network():
    found = summary(nn.Linear(3, 4).double(), (1, 3))
    assert found.parameter_bytes == 8 * 16


def test_it_is_left_as_it_was_after_an_error_too():
    model = tv.models.CNN()
    with pytest.raises(ValueError, match="CNN takes images"):
        summary(model, (1, 1, 32, 32))
    assert model.training
    assert not any(m._forward_hooks for m in model.modules())


def test_json_has_all_of_it():
    found = summary(tv.models.CNN(), (1, 3, 32, 32)).as_dict()
    again = json.loads(json.dumps(found))
    assert again["multiply_adds"] == sum(CNN.values())
    assert [row["layer"] for row in again["layers"] if row["depth"] == 1][:2] == [
        "Conv2d", "MaxPool2d",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "shape", "error", "message"),
    [
        (lambda x: x, (1,), TypeError, "takes a module.*function"),
        (nn.ReLU(), "3", TypeError, "whole numbers like"),
        (nn.ReLU(), (1.5,), TypeError, "whole numbers like"),
        (nn.ReLU(), (-1,), ValueError, "must not be negative"),
    ],
)
def test_what_it_cannot_run_is_refused(model, shape, error, message):
    with pytest.raises(error, match=message):
        summary(model, shape)
