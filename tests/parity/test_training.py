"""The article's network, trained: our losses follow torch's for fifty steps.

The digits come through `tinyvision.data`; both networks see the same batches and start from the
same weights, those torch draws.

In float32 the settings matter. Where two pixels of a pooling window, or a unit and 0, are all but
equal, rounding decides between them, and the paths part: at other seeds and rates torch ends up
between 1e-7 and 1e-1 away from *itself* if its first weights are changed by one unit in the last
place. With the settings below it stays within 3e-6 of itself, and so can be followed.
"""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.data import load_digits, to_3x32x32

torch = pytest.importorskip("torch")

STEPS, BATCH = 50, 32


class TorchCNN(torch.nn.Module):
    """The article's listing (section 5.1), in torch."""

    def __init__(self):
        super().__init__()
        nn = torch.nn
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=3, padding=1)
        self.fc1 = nn.Linear(32 * 8 * 8, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = x.view(-1, 32 * 8 * 8)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


def batches(dtype):
    """Fifty batches of the training digits in a fixed random order."""
    images, labels = load_digits("train")
    order = np.random.default_rng(0).permutation(len(images))
    for step in range(STEPS):
        chosen = order[np.arange(step * BATCH, (step + 1) * BATCH) % len(order)]
        yield to_3x32x32(images[chosen], max_value=16).astype(dtype), labels[chosen]


def train(library, model, dtype, make_optimiser):
    """The loss of every step, and the weights at the end."""
    optimiser = make_optimiser(library.optim, model.parameters())
    losses = []
    for x, y in batches(dtype):
        optimiser.zero_grad()
        loss = library.nn.functional.cross_entropy(model(library.tensor(x)), library.tensor(y))
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return np.array(losses), {k: v.detach().numpy() for k, v in model.state_dict().items()}


OPTIMISERS = {
    "SGD with momentum": lambda optim, params: optim.SGD(params, lr=0.02, momentum=0.9),
    "Adam": lambda optim, params: optim.Adam(params, lr=1e-3),
}


# Adam divides by the size of the gradient, so in float32 it steps along mere rounding.
@pytest.mark.parametrize(
    ("name", "dtype", "limit"),
    [
        ("SGD with momentum", "float64", 1e-9),
        ("SGD with momentum", "float32", 1e-3),
        ("Adam", "float64", 1e-9),
    ],
)
def test_fifty_steps_of_the_articles_network_follow_torch(name, dtype, limit):
    torch.manual_seed(0)
    theirs = TorchCNN().to(getattr(torch, dtype))
    ours = tv.models.CNN().to(dtype)
    start = {key: value.numpy().copy() for key, value in theirs.state_dict().items()}
    assert list(ours.state_dict()) == list(start)
    ours.load_state_dict(start)

    my_losses, my_weights = train(tv, ours, dtype, OPTIMISERS[name])
    losses, weights = train(torch, theirs, dtype, OPTIMISERS[name])

    largest = np.abs(my_losses - losses).max()
    apart = max(np.abs(my_weights[key] - weights[key]).max() for key in weights)
    print(f"\n{name}, {dtype}: losses differ by at most {largest:.1e}, weights by {apart:.1e}")
    assert losses[-5:].mean() < 0.75 * losses[:5].mean(), "nothing was learnt, nothing compared"
    assert largest <= limit
    assert apart <= limit


def test_the_drawn_networks_predict_the_same_digits():
    torch.manual_seed(1)
    theirs = TorchCNN()
    ours = tv.models.CNN()
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    images, _ = load_digits("test")
    x = to_3x32x32(images, max_value=16)
    with torch.no_grad(), tv.no_grad():
        a, b = theirs(torch.tensor(x)).numpy(), ours(tv.tensor(x)).numpy()
    np.testing.assert_allclose(b, a, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(b.argmax(axis=1), a.argmax(axis=1))
