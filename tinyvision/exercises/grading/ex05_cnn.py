"""Exercise 05: the network's parameters, its scores by SciPy, and whether it can learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.ndimage import correlate

import tinyvision as tv
from tinyvision import nn

from ..checks import Example, Grading, Mistake, law
from ..trial import Trial

_SHAPES = {
    "conv1.weight": (16, 3, 3, 3), "conv1.bias": (16,),
    "conv2.weight": (32, 16, 3, 3), "conv2.bias": (32,),
    "fc1.weight": (120, 2048), "fc1.bias": (120,),
    "fc2.weight": (84, 120), "fc2.bias": (84,),
    "fc3.weight": (10, 84), "fc3.bias": (10,),
}  # fmt: skip


# -- what the trials are written in -----------------------------------------------------------


def pictures(count: int, seed: int = 0) -> tv.Tensor:
    """Images (count, 3, 32, 32) of random pixels, some below 0."""
    drawn = np.random.default_rng(seed).normal(0.0, 1.0, (count, 3, 32, 32))
    return tv.tensor(drawn.astype(np.float32))


def shapes(model: Any) -> dict[str, tuple[int, ...]]:
    """The parameters' names and shapes."""
    return {name: tuple(p.shape) for name, p in model.named_parameters()}


def fill(model: Any) -> Any:
    """The model, each parameter set to numbers that hang on its name alone."""
    for name, parameter in model.named_parameters():
        parameter.detach()[...] = tv.tensor(_weights(name, tuple(parameter.shape)))
    return model


def _weights(name: str, shape: tuple[int, ...]) -> Any:
    rng = np.random.default_rng(sum(name.encode()))
    inputs = int(np.prod(shape[1:])) if len(shape) > 1 else 1
    return rng.normal(0.0, 1.5 / np.sqrt(inputs), shape).astype(np.float32)


def train(model: Any, steps: int = 60) -> float:
    """The share of 8 images that the model gets right after so many steps with them."""
    images, labels = tv.data.load_digits("train")
    x = tv.tensor(tv.data.to_3x32x32(images[:8], max_value=16))
    y = tv.tensor(labels[:8])
    optimizer = tv.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(steps):
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return float((model(x).argmax(1) == y).float().mean().item())


# -- the right answer, by SciPy ---------------------------------------------------------------


def _scores(images: Any) -> Any:
    weights = {name: _weights(name, shape).astype(float) for name, shape in _SHAPES.items()}
    x = images.numpy().astype(float)
    for layer in ("conv1", "conv2"):
        kernels, bias = weights[f"{layer}.weight"], weights[f"{layer}.bias"]
        x = np.stack([_convolved(image, kernels) for image in x]) + bias[:, None, None]
        n, c, h, w = x.shape
        x = np.maximum(x, 0).reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))
    x = x.reshape(len(x), -1)
    for layer in ("fc1", "fc2", "fc3"):
        x = x @ weights[f"{layer}.weight"].T + weights[f"{layer}.bias"]
        x = np.maximum(x, 0) if layer != "fc3" else x
    return x


def _convolved(image: Any, kernels: Any) -> Any:
    """(C, H, W) with (O, C, 3, 3), a frame of zeros around the image -> (O, H, W)."""
    return np.stack([
        sum(correlate(plane, k, mode="constant") for plane, k in zip(image, kernel, strict=True))
        for kernel in kernels
    ])  # fmt: skip


# -- mistakes ---------------------------------------------------------------------------------


def _network(
    first: dict[str, Any] | None = None,
    second: dict[str, Any] | None = None,
    after: tuple[bool, ...] = (True, True, True, True),
    pool: Any = None,
    pools: int = 2,
    end: Any = lambda x: x,
    joined: int = 32 * 8 * 8,
    sizes: tuple[int, int, int] = (120, 84, 10),
    flatten: int = 1,
    only: int = 3,
) -> Any:
    """The network with some things changed: see the table."""

    class CNN(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(**{**_CONV1, **(first or {})})
            self.pool = pool() if pool else nn.MaxPool2d(2)
            self.conv2 = nn.Conv2d(**{**_CONV2, **(second or {})})
            self.fc1 = nn.Linear(joined, sizes[0])
            self.fc2 = nn.Linear(sizes[0], sizes[1])
            self.fc3 = nn.Linear(sizes[1], sizes[2])

        def forward(self, x: Any) -> Any:
            layers = (self.conv1, self.conv2, self.fc1, self.fc2)
            for number, (layer, bend) in enumerate(zip(layers, after, strict=True)):
                if number == 2:
                    x = x.flatten(flatten)
                if number == 3 and only < 3:
                    continue
                x = layer(x)
                x = nn.functional.relu(x) if bend else x
                if number < pools:
                    x = self.pool(x)
            return end(self.fc3(x))

    return CNN


_CONV1 = {"in_channels": 3, "out_channels": 16, "kernel_size": 3, "padding": 1}
_CONV2 = {"in_channels": 16, "out_channels": 32, "kernel_size": 3, "padding": 1}
_RELU = "After {} there is no ReLU: without it two layers in a row are no more than one."
_MISTAKES: tuple[tuple[str, dict[str, Any]], ...] = (
    (_RELU.format("conv1"), {"after": (False, True, True, True)}),
    (_RELU.format("conv2"), {"after": (True, False, True, True)}),
    (_RELU.format("fc1"), {"after": (True, True, False, True)}),
    (_RELU.format("fc2"), {"after": (True, True, True, False)}),
    (_RELU.format("fc1 and fc2"), {"after": (True, True, False, False)}),
    (_RELU.format("the convolutions"), {"after": (False, False, True, True)}),
    ("There is no ReLU at all: without it all layers together are no more than one.",
     {"after": (False,) * 4}),
    ("A ReLU follows fc3: it cuts scores below 0 off. Nothing comes after fc3.",
     {"end": nn.functional.relu}),
    ("A softmax follows fc3: the scores are wanted as they are, the loss has the softmax in it.",
     {"end": lambda x: nn.functional.softmax(x, 1)}),
    ("A log-softmax follows fc3: the scores are wanted as they are, the loss has it in it.",
     {"end": lambda x: nn.functional.log_softmax(x, 1)}),
    ("A sigmoid follows fc3: the scores are wanted as they are.", {"end": lambda x: x.sigmoid()}),
    ("The pooling takes the mean; the article's takes the maximum.",
     {"pool": lambda: nn.AvgPool2d(2)}),
    ("conv2 has no padding: 16 pixels become 14, so 7 after pooling, where fc1 counts on 8.",
     {"second": {"padding": 0}}),
    ("conv2 has no padding: 16 pixels become 14, so 7 after pooling. (fc1 was made to fit.)",
     {"second": {"padding": 0}, "joined": 32 * 7 * 7}),
    ("The second pooling is missing: the maps still have 16 by 16 pixels, and fc1 counts on 8 by "
     "8.", {"pools": 1}),
    ("The second pooling is missing: the maps still have 16 by 16 pixels. (fc1 was made to fit.)",
     {"pools": 1, "joined": 32 * 16 * 16}),
    ("Flatten from axis 1 on: axis 0 counts the images and must stay.", {"flatten": 0}),
    ("fc1 takes 32 channels of 8 by 8 pixels: 2048 numbers, not the channels alone.",
     {"joined": 32}),
    ("fc1 takes 32 channels of 8 by 8 pixels, not 32 by 32 of the image before pooling.",
     {"joined": 32 * 32 * 32}),
    ("conv2 has a kernel of 5; the article's is 3.", {"second": {"kernel_size": 5, "padding": 2}}),
    ("conv2 gives 16 channels; the article's gives 32.",
     {"second": {"out_channels": 16}, "joined": 16 * 8 * 8}),
    ("conv2 has no bias; the article's layers have one.", {"second": {"bias": False}}),
    ("fc3 gives another number of scores than 10.", {"sizes": (120, 84, 1)}),
)  # fmt: skip
MISTAKES = tuple(Mistake(cause, {"CNN": _network(**changes)}) for cause, changes in _MISTAKES)

_SCORES = "fill(CNN())(pictures(2))"

GRADING = Grading(
    names={"CNN": None},
    checks=(
        Example(
            "its parameters",
            Trial("shapes(CNN())", _SHAPES),
            "Compare names and sizes with the table at the top of the file.",
        ),
        Example(
            "how many numbers it learns",
            Trial("sum(p.numel() for p in CNN().parameters())", 261982),
        ),
        Example("the shape of its scores", Trial("CNN()(pictures(2)).shape", (2, 10))),
        law(
            "its scores, against SciPy",
            st.fixed_dictionaries({"count": st.integers(1, 2), "seed": st.integers(0, 9)}),
            "fill(CNN())(pictures(count, seed))",
            lambda count, seed: _scores(pictures(count, seed)),
            "The layers are right; do they follow each other as in the table?",
            draws=4,
            rtol=1e-4,
        ),
        Example(
            "it learns 8 digits by heart",
            Trial("train(CNN())", 1.0),
            "The scores are right, but training does not change them: does forward detach "
            "something, or make layers anew?",
            probe=False,
        ),
    ),
    mistakes=MISTAKES,
    probes=(Trial(_SCORES, None, rtol=1e-4),),
    extras={
        "pictures": pictures, "shapes": shapes, "fill": fill, "train": train,
    },
)  # fmt: skip
