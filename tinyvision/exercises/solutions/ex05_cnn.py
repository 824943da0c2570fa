"""Exercise 05, solved."""

import tinyvision as tv
from tinyvision import nn


class CNN(nn.Module):
    """Two convolutions and three linear layers."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=3, padding=1)
        self.fc1 = nn.Linear(32 * 8 * 8, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        """Images (N, 3, 32, 32) -> scores (N, 10)."""
        x = self.pool(nn.functional.relu(self.conv1(x)))
        x = self.pool(nn.functional.relu(self.conv2(x)))
        x = x.flatten(1)  # (N, 32, 8, 8) -> (N, 2048)
        x = nn.functional.relu(self.fc1(x))
        x = nn.functional.relu(self.fc2(x))
        return self.fc3(x)


if __name__ == "__main__":
    model = CNN()
    print("numbers to learn:", sum(p.numel() for p in model.parameters()))
    print("scores of two images:", model(tv.zeros(2, 3, 32, 32)).shape)
