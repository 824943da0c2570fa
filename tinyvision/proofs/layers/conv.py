"""Cases of layers: linear maps of windows and rows."""

from ... import nn
from ..layer import IMAGES, ROWS, WORDS, Layer

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
        lambda: nn.Conv1d(5, 6, 3, padding="same"),
        WORDS,
        "Conv1d(5, 6, kernel_size=(3,), stride=(1,), padding=same)",
        {"weight": (6, 5, 3), "bias": (6,)},
    ),
    Layer(
        lambda: nn.Conv1d(5, 4, 2, 2, 1, bias=False, padding_mode="reflect"),
        WORDS,
        "Conv1d(5, 4, kernel_size=(2,), stride=(2,), padding=(1,), bias=False, "
        "padding_mode=reflect)",
        {"weight": (4, 5, 2)},
    ),
    Layer(
        lambda: nn.ConvTranspose2d(4, 6, (3, 2), 2, 1, 1, 2, False, 2),
        IMAGES,
        "ConvTranspose2d(4, 6, kernel_size=(3, 2), stride=(2, 2), padding=(1, 1), "
        "dilation=(2, 2), output_padding=(1, 1), groups=2, bias=False)",
        {"weight": (4, 3, 3, 2)},
    ),
    Layer(
        lambda: nn.ConvTranspose1d(5, 4, 3),
        WORDS,
        "ConvTranspose1d(5, 4, kernel_size=(3,), stride=(1,))",
        {"weight": (5, 4, 3), "bias": (4,)},
    ),
]
