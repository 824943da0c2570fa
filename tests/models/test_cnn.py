"""models.CNN, and the article's own listing of it, run as it was printed."""

import re
from pathlib import Path

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import models, nn

PARAMETERS = 261_982
SHAPES = {
    "conv1.weight": (16, 3, 3, 3),
    "conv1.bias": (16,),
    "conv2.weight": (32, 16, 3, 3),
    "conv2.bias": (32,),
    "fc1.weight": (120, 2048),
    "fc1.bias": (120,),
    "fc2.weight": (84, 120),
    "fc2.bias": (84,),
    "fc3.weight": (10, 84),
    "fc3.bias": (10,),
}


def images(count=4, dtype=np.float32):
    drawn = np.random.default_rng(0).normal(size=(count, 3, 32, 32))
    return tv.tensor(drawn.astype(dtype))


def labels(count=4):
    return tv.tensor(np.arange(count) % 10)


# -- the article's listing --------------------------------------------------------------------

REPLACED = {
    "import torch": "import tinyvision as torch",
    "import torch.nn as nn": "import tinyvision.nn as nn",
}


@pytest.fixture(scope="module")
def printed():
    """The listing as the article prints it, from the file that comes with the package."""
    text = Path(tv.verify.__file__).with_name("article_5_1.md").read_text(encoding="utf-8")
    (listing,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    return listing


@pytest.fixture(scope="module")
def adapted(printed):
    """The listing with its two import lines replaced."""
    return "".join(
        REPLACED.get(line.rstrip("\n"), line.rstrip("\n")) + "\n" for line in printed.splitlines()
    )


@pytest.fixture(scope="module")
def article_cnn(adapted):
    """The class that the listing defines."""
    names = {"__name__": "article"}
    exec(compile(adapted, "article_5_1.md", "exec"), names)
    return names["CNN"]


def test_two_lines_of_the_listing_are_replaced_and_no_other(printed, adapted):
    before, after = printed.splitlines(), adapted.splitlines()
    changed = {a: b for a, b in zip(before, after, strict=True) if a != b}
    assert changed == REPLACED


def test_the_listing_computes_scores_of_ten_classes_and_a_gradient_for_every_parameter(
    article_cnn,
):
    model = article_cnn()
    scores = model(images())
    assert scores.shape == (4, 10)
    nn.CrossEntropyLoss()(scores, labels()).backward()
    for name, parameter in model.named_parameters():
        assert bool((parameter.grad != 0).any()), name


def test_the_listing_has_the_number_of_parameters_of_its_shapes(article_cnn):
    assert sum(p.numel() for p in article_cnn().parameters()) == PARAMETERS


def test_the_listing_and_the_model_compute_the_same_from_the_same_parameters(article_cnn):
    theirs, ours = article_cnn(), models.CNN()
    ours.load_state_dict(theirs.state_dict())
    x = images()
    np.testing.assert_array_equal(ours(x).detach().numpy(), theirs(x).detach().numpy())
    for model in (theirs, ours):
        nn.CrossEntropyLoss()(model(x), labels()).backward()
    for one, other in zip(theirs.parameters(), ours.parameters(), strict=True):
        np.testing.assert_array_equal(one.grad.numpy(), other.grad.numpy())


# -- the model --------------------------------------------------------------------------------


def test_parameters_have_the_articles_names_and_shapes():
    model = models.CNN()
    assert {name: value.shape for name, value in model.state_dict().items()} == SHAPES
    assert sum(p.numel() for p in model.parameters()) == PARAMETERS
    assert isinstance(model.pool, nn.MaxPool2d)


def test_the_forward_pass_is_the_articles_written_in_functions():
    model, x = models.CNN().double(), images(2, np.float64)
    state = {name: value.numpy() for name, value in model.state_dict().items()}
    y = x.numpy()
    for name in ("conv1", "conv2"):
        padded = np.pad(y, [(0, 0), (0, 0), (1, 1), (1, 1)])
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
        y = np.einsum("ncijmk,ocmk->noij", windows, state[f"{name}.weight"])
        y = np.maximum(y + state[f"{name}.bias"].reshape(1, -1, 1, 1), 0)
        n, c, h, w = y.shape
        y = y.reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))  # (N, C, H/2, W/2)
    y = y.reshape(2, 2048)
    for name in ("fc1", "fc2", "fc3"):
        y = y @ state[f"{name}.weight"].T + state[f"{name}.bias"]
        y = y if name == "fc3" else np.maximum(y, 0)
    np.testing.assert_allclose(model(x).detach().numpy(), y, rtol=1e-10)


def test_relu_after_pooling_gives_the_bits_of_the_articles_relu_before_it():
    """Also where pixels are equal, zero or infinite: forward, and in the gradient of each pixel."""
    values = np.array([-np.inf, -1.0, -0.5, 0.0, 0.5, 1.0, np.inf, np.nan], np.float32)
    pixels = np.random.default_rng(0).choice(values, (50, 3, 6, 6))
    relu, pool = nn.functional.relu, nn.MaxPool2d(2, 2)
    answers = []
    for function in (lambda x: pool(relu(x)), lambda x: relu(pool(x))):
        x = tv.tensor(pixels, requires_grad=True)
        out = function(x)
        out.backward(tv.arange(1.0, out.numel() + 1.0).reshape(out.shape))
        answers.append((out.detach().numpy(), x.grad.numpy()))
    for before, after in zip(*answers, strict=True):
        np.testing.assert_array_equal(before, after, strict=True)


def test_a_batch_of_no_images_gives_no_scores_and_zero_gradients():
    model = models.CNN()
    scores = model(images(0))
    assert scores.shape == (0, 10)
    scores.sum().backward()
    for name, parameter in model.named_parameters():
        assert not bool((parameter.grad != 0).any()), name


def test_the_same_seed_makes_the_same_model():
    state = tv.get_rng_state()
    found = []
    for _ in range(2):
        tv.manual_seed(0)
        found.append(models.CNN().fc1.weight.detach().numpy())
    tv.set_rng_state(state)
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("shape", [(2, 3, 28, 28), (2, 1, 32, 32), (3, 32, 32)])
def test_images_of_another_shape_are_refused(shape):
    message = re.escape(f"CNN takes images of shape (N, 3, 32, 32), got {shape}")
    with pytest.raises(ValueError, match=message):
        models.CNN()(tv.zeros(*shape))


def test_eight_images_can_be_learnt_by_heart():
    state = tv.get_rng_state()
    tv.manual_seed(0)
    model = models.CNN()
    tv.set_rng_state(state)
    optimizer = tv.optim.Adam(model.parameters(), lr=2e-3)
    x, y, losses = images(8), labels(8), []
    for _ in range(25):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[0] == pytest.approx(np.log(10), abs=0.2)  # at first, all classes alike
    assert losses[-1] < 0.05
    assert model.eval()(x).argmax(1).tolist() == y.tolist()
