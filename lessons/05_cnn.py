"""
The article's network reads digits
==================================

**Question.** Put convolution, pooling and fully connected layers in a row, and go downhill. Can the
whole read handwriting it has never seen?

**You will build** the article's CNN (section 5.1) step by step, test it on eight images, train it,
and look inside.

**Needs** lessons 02, 03, 04. **Runs in** about 8 s.

**Expect** more than nine tenths of the weights in one layer, a loss below 0.01 on eight images
learned by heart, and more than nine of ten new digits read after four times through the images.
Every number here is asserted below.
"""

# %%
import numpy as np
import scipy.signal

import tinyvision as tv
from tinyvision.lessons import predict, show, views
from tinyvision.nn import functional as F

# %% [markdown]
# Images for the network
# ----------------------
# The article's network takes colour images of 32 by 32. Our digits are 8 by 8 and grey. So each
# pixel becomes a block of 4 by 4, and grey becomes three equal channels. The values are moved to
# mean 0 and spread 1, as networks like it.

# %%
train_pixels, train_labels = tv.data.load_digits("train")
test_pixels, test_labels = tv.data.load_digits("test")
mean, spread = float(train_pixels.mean() / 16), float(train_pixels.std() / 16)


def prepare(pixels):
    """(N, 8, 8) of 0 to 16 -> (N, 3, 32, 32)."""
    return (tv.tensor(tv.data.to_3x32x32(pixels, 16)) - mean) / spread


x_train, y_train = prepare(train_pixels), tv.tensor(train_labels)
x_test, y_test = prepare(test_pixels), tv.tensor(test_labels)
print("to learn from", x_train.shape, " held out", x_test.shape)
assert (len(x_train), len(x_test)) == (1438, 359)
assert abs(x_train.mean().item()) < 1e-4
assert abs(x_train.numpy().std() - 1) < 1e-4

# %% [markdown]
# How large is it?
# ----------------
# ``conv1`` has 16 kernels of 3 by 3 on 3 channels, and an offset for each: ``16 * 3 * 3 * 3 + 16``.
# ``conv2`` has 32 kernels on 16 channels. After two poolings 32 channels of 8 by 8 are left, 2,048
# numbers. ``fc1`` takes them to 120, ``fc2`` to 84, ``fc3`` to 10 scores.

# %%
tv.manual_seed(0)
model = tv.models.CNN()
layers = {
    "conv1": 16 * 3 * 3 * 3 + 16,
    "conv2": 32 * 16 * 3 * 3 + 32,
    "fc1": 2048 * 120 + 120,
    "fc2": 120 * 84 + 84,
    "fc3": 84 * 10 + 10,
}
counted = sum(p.numel() for p in model.parameters())
predict(
    "How many numbers does it learn in all?", counted, hint="448 + 4,640 + 245,880 + 10,164 + 850"
)

# %%
figure = tv.viz.bars(layers, f"What the network learns: {counted:,} numbers")
show(figure, "parameters", "nearly all of them stand in the first fully connected layer")
assert list(layers.values()) == [448, 4640, 245880, 10164, 850]
assert counted == sum(layers.values()) == 261982
for name, count in layers.items():
    assert sum(p.numel() for p in getattr(model, name).parameters()) == count
assert layers["fc1"] / counted > 0.9

# %% [markdown]
# More than nine tenths of them are in ``fc1``. A convolution gets by with few weights, as it uses
# them at every place.
#
# Forward, one step at a time
# ---------------------------
# Between two layers stands **relu**: it leaves positive numbers alone and makes negative ones 0.
# Without it, layer upon layer would be no more than one layer: products and sums only. This is the
# article's network, written out.


# %%
def stages(images):
    """What becomes of images, (N, 3, 32, 32), on the way to their scores."""
    seen = {}
    x = seen["conv1"] = model.conv1(images)  # (N, 16, 32, 32)
    x = seen["relu, pool"] = F.max_pool2d(F.relu(x), 2)  # (N, 16, 16, 16)
    x = seen["conv2"] = model.conv2(x)  # (N, 32, 16, 16)
    x = seen["relu, pool again"] = F.max_pool2d(F.relu(x), 2)  # (N, 32, 8, 8)
    x = F.relu(model.fc1(x.flatten(1)))  # (N, 2048) -> (N, 120)
    x = F.relu(model.fc2(x))  # (N, 84)
    seen["scores"] = model.fc3(x)  # (N, 10)
    return seen


with tv.no_grad():
    seen = stages(x_test[:4])
    for name, numbers in seen.items():
        print(f"{name:17} {numbers.shape}")
    assert np.allclose(seen["scores"].numpy(), model(x_test[:4]).numpy(), atol=1e-5)

# SciPy's word on channel 7 of the first layer: one correlation for each colour, added up.
image, kernels = np.pad(x_test[0].numpy(), ((0, 0), (1, 1), (1, 1))), model.conv1.weight.detach()
scipys = sum(scipy.signal.correlate2d(image[c], kernels[7, c].numpy(), "valid") for c in range(3))
scipys = scipys + model.conv1.bias[7].item()
assert np.allclose(scipys, seen["conv1"][0, 7].numpy(), atol=1e-4)

# %% [markdown]
# The loss before it knows anything
# ---------------------------------
# Ten scores become ten probabilities (softmax). The loss is minus the logarithm of the one that the
# right digit got: cross-entropy. Who knows nothing gives each digit a tenth.

# %%
with tv.no_grad():
    start = F.cross_entropy(model(x_test), y_test).item()
predict(
    "What is the loss before learning, to one digit behind the point?",
    round(start, 1),
    hint="Minus the natural logarithm of 1/10.",
)
assert abs(start - np.log(10)) < 0.05
assert round(np.log(10), 1) == 2.3

# %% [markdown]
# First, eight images by heart
# ----------------------------
# Before a long training comes a short test: can it learn eight images by heart? If not, something
# is broken: a gradient, a label, the learning rate. It takes a second and saves hours.


# %%
def step(images, labels):
    """One step downhill; returns the loss before it, and how many were right."""
    scores = model(images)
    loss = F.cross_entropy(scores, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item(), int((scores.argmax(1) == labels).sum())


tv.manual_seed(0)
model = tv.models.CNN()
optimizer = tv.optim.Adam(model.parameters(), lr=0.001)
by_heart = [step(x_train[:8], y_train[:8])[0] for _ in range(30)]
print(f"loss on eight images: {by_heart[0]:.2f} -> {by_heart[-1]:.5f}")
figure = tv.viz.lines(
    {"eight images": by_heart},
    "step",
    "loss (nats per image)",
    "Eight images learned by heart",
    log="y",
)
show(figure, "by_heart", "it falls and falls: the machinery works")
assert by_heart[-1] < 0.01

# %% [markdown]
# Then all of them
# ----------------
# The same step, on batches of 32, four times through 1,438 images in a new order each time. After
# each we ask it about the 359 digits it has not seen. Those count.

# %%
tv.manual_seed(1)
model = tv.models.CNN()  # a fresh one
optimizer = tv.optim.Adam(model.parameters(), lr=0.001)
history = []
for epoch in range(4):
    total, right = 0.0, 0
    for batch in tv.randperm(len(x_train)).split(32):
        loss, hits = step(x_train[batch], y_train[batch])
        total, right = total + loss * len(batch), right + hits
    with tv.no_grad():
        scores = model(x_test)
    row = {
        "train_loss": total / len(x_train),
        "train_accuracy": right / len(x_train),
        "test_loss": F.cross_entropy(scores, y_test).item(),
        "test_accuracy": (scores.argmax(1) == y_test).float().mean().item(),
    }
    history.append(row)
    print(f"epoch {epoch + 1}: loss {row['train_loss']:.3f}, new {row['test_accuracy']:.1%} right")
show(tv.viz.training_curves(history), "curves", "both fall: it learns, and not only by heart")
assert history[-1]["test_accuracy"] > 0.9
assert history[-1]["train_loss"] < history[0]["train_loss"] / 5

# %% [markdown]
# What it has learned to look for
# -------------------------------
# The 16 kernels of the first layer. As grey has three equal channels, only the sum of the three
# matters, so we show that. Do you find edges among them, as in lesson 02? Nobody told them to.

# %%
kernels = model.conv1.weight.detach().sum(1, keepdim=True)  # (16, 3, 3, 3) -> (16, 1, 3, 3)
grey = F.conv2d(x_test[:1, :1], kernels, model.conv1.bias, padding=1)
assert np.allclose(grey.detach().numpy(), model.conv1(x_test[:1]).detach().numpy(), atol=1e-4)
show(tv.viz.filters(kernels, "The kernels of conv1"), "kernels", "16 learned kernels")

# %% [markdown]
# And what it sees in one image, stage by stage. At first one still reads the digit. At the end
# there are 32 small maps that say "there is something of kind 17 at the upper left".

# %%
with tv.no_grad():
    seen = stages(x_test[3:4])
maps = {name: numbers[0] for name, numbers in seen.items() if name != "scores"}
figure = tv.viz.feature_maps(test_pixels[3] / 16, maps, given=x_test[3].shape)
show(figure, "maps", "a three on its way through the network")
chances = F.softmax(seen["scores"][0], 0)
assert maps["relu, pool again"].shape == (32, 8, 8)
print(views.image(test_pixels[3]))
print(views.bars(chances))
assert chances.argmax() == 3

# %% [markdown]
# Where it is wrong
# -----------------
# A table of what is taken for what, and the mistakes it was surest of. Would you have read them?

# %%
with tv.no_grad():
    chances = F.softmax(model(x_test), 1).numpy()
table = tv.viz.confusion_matrix(test_labels, chances.argmax(1), 10)
names = [str(digit) for digit in range(10)]
show(tv.viz.confusion(table, names), "confusion", "on the diagonal: read as it should be")
figure = tv.viz.most_wrong(test_pixels / 16, test_labels, chances, names, count=8)
show(figure, "mistakes", "the surest mistakes")
assert table.sum() == 359
assert table.trace() / 359 == (chances.argmax(1) == test_labels).mean()

# %% [markdown]
# What you have now
# -----------------
# - the article's CNN, 261,982 numbers, each with its derivative
# - a test that finds most bugs: eight images by heart
# - a network that reads new digits, and pictures of how
#
# In the exercise you assemble it yourself. The first evening is done. The second begins with
# another way to look at an image: lesson 06 cuts it into patches.
