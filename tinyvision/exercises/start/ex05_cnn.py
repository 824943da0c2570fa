"""Exercise 05: the article's convolutional network.

Images of 3 x 32 x 32 go in, 10 scores come out. The article (section 5.1) builds it so:

    conv1   3 -> 16 channels, kernel 3, padding 1      (16, 32, 32)
    ReLU, then max pooling of 2 by 2                   (16, 16, 16)
    conv2   16 -> 32 channels, kernel 3, padding 1     (32, 16, 16)
    ReLU, then max pooling of 2 by 2                   (32, 8, 8)
    flattened to one row of numbers for each image     (2048,)
    fc1     to 120 numbers, then ReLU
    fc2     to 84 numbers, then ReLU
    fc3     to 10 scores, and nothing after them

Together these layers learn 261,982 numbers.

Check it with: tinyvision check 05
"""

import tinyvision as tv
from tinyvision import nn


class CNN(nn.Module):
    """Two convolutions and three linear layers."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        # TODO 1: the other layers, by the names above: self.conv2, self.fc1, self.fc2, self.fc3

    def forward(self, x):
        """Images (N, 3, 32, 32) -> scores (N, 10)."""
        x = self.pool(nn.functional.relu(self.conv1(x)))
        # TODO 2: and then?
        return x


if __name__ == "__main__":
    model = CNN()
    print("numbers to learn:", sum(p.numel() for p in model.parameters()))
    print("scores of two images:", model(tv.zeros(2, 3, 32, 32)).shape)
