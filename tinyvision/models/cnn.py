"""The article's convolutional network (section 5.1)."""

from __future__ import annotations

from .. import nn
from ..autograd.tensor import Tensor


class CNN(nn.Module):
    """Two convolutions, each halved by pooling, and three linear layers; 261,982 parameters.

    Attributes are named as in the article: ``conv1``, ``pool``, ``conv2``, ``fc1``, ``fc2``,
    ``fc3``.

    Source: the article, section 5.1; in the manner of LeCun et al., "Gradient-based learning
    applied to document recognition" (1998).

    >>> import tinyvision as tv
    >>> model = tv.models.CNN()
    >>> model(tv.zeros(2, 3, 32, 32)).shape
    (2, 10)
    >>> sum(p.numel() for p in model.parameters())
    261982
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=3, padding=1)
        self.fc1 = nn.Linear(32 * 8 * 8, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Images (N, 3, 32, 32) -> scores (N, 10).

        Raises:
            ValueError: images of another shape.
        """
        if x.ndim != 4 or x.shape[1:] != (3, 32, 32):
            raise ValueError(
                f"CNN takes images of shape (N, 3, 32, 32), got {x.shape}; "
                "tinyvision.data.to_3x32x32 brings others to that shape"
            )
        relu = nn.functional.relu
        # The article writes pool(relu(...)). Relu turns no two numbers around, so that the largest
        # may as well be taken first: scores and gradients are the same, bit by bit, and relu has a
        # quarter of the pixels to go through.
        x = relu(self.pool(self.conv1(x)))  # (N, 3, 32, 32) -> (N, 16, 16, 16)
        x = relu(self.pool(self.conv2(x)))  # (N, 16, 16, 16) -> (N, 32, 8, 8)
        x = x.flatten(1)  # (N, 32, 8, 8) -> (N, 2048)
        x = relu(self.fc1(x))
        x = relu(self.fc2(x))
        return self.fc3(x)
