"""
Smaller images, and a decision
==============================

**Question.** A convolution gives as many numbers as it was given, or more. How do we get from there
to ten scores, one for each digit?

**You will build** max and average pooling with their way back, and a layer that connects all with
all.

**Needs** lesson 02. **Runs in** about 3 s.

**Expect** digits that change by 86 % when moved by a pixel, and by 45 % once pooled; a linear layer
of 650 numbers that reads more than nine of ten new digits. Every number here is asserted below.
"""

# %%
import numpy as np
import scipy.ndimage

import tinyvision as tv
from tinyvision.lessons import predict, show, views
from tinyvision.nn import functional as F

images, labels = tv.data.load_digits("test")
digit = images[3].astype(float)

# %% [markdown]
# One number for four
# -------------------
# Cut the image into windows of 2 by 2. Keep one number of each: the largest (max pooling), or the
# mean (average pooling). The image is then half as high and half as wide. Nothing is learned here:
# pooling has no weights.


# %%
def pool(image, summary):
    """One number for each window of 2 by 2."""
    out = np.zeros((image.shape[0] // 2, image.shape[1] // 2))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = summary(image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])
    return out


largest, mean = pool(digit, np.max), pool(digit, np.mean)
window = {"frames": [(0, 2, 2, 2)]}
figure = tv.viz.matrices(
    [
        ("a digit", digit, window), "→",
        ("max pooling", largest, {"frames": [(0, 1, 1, 1)]}),
        ("average pooling", mean, {"frames": [(0, 1, 1, 1)]}),
    ],
    "Pooling: one number for each window of 2 by 2",
    "framed: a window, and what becomes of it",
)  # fmt: skip
show(figure, "pooling", "8 12 / 11 8 becomes 12 or 9.75")
assert digit[:2, 2:4].tolist() == [[8, 12], [11, 8]]
assert (largest[0, 1], mean[0, 1]) == (12, 9.75)

# %% [markdown]
# Can a mean be larger than the largest? No, so the right picture is nowhere brighter than the
# middle one. The library pools whole batches, ``(N, C, H, W)``, channel by channel. SciPy judges.

# %%
assert (mean <= largest).all()
batch = tv.tensor(digit[None, None])  # (1, 1, 8, 8)
assert (F.max_pool2d(batch, 2).numpy()[0, 0] == largest).all()
assert (F.avg_pool2d(batch, 2).numpy()[0, 0] == mean).all()
assert (scipy.ndimage.maximum_filter(digit, size=2)[1::2, 1::2] == largest).all()
assert np.allclose(scipy.ndimage.uniform_filter(digit, size=2)[1::2, 1::2], mean, atol=1e-12)

# %%
pooled = F.max_pool2d(tv.zeros(1, 16, 32, 32), 2)
predict(
    "Max pooling by 2 is given (1, 16, 32, 32). What shape does it give?",
    pooled.shape,
    hint="Height and width are halved. Images and channels are left alone.",
)
assert pooled.shape == (1, 16, 16, 16)

# %% [markdown]
# What is it good for?
# --------------------
# A writer does not hit the same pixel twice. We move each of the 359 test digits by one pixel and
# add up how much its pixels change, as a share of its ink. Then the same after pooling.


# %%
def change(one, other):
    return float((one - other).abs().sum() / one.abs().sum())


batch = tv.tensor(images[:, None] / 16)  # (359, 1, 8, 8), from 0 to 1
moved = F.pad(batch, (1, 0))[..., :8]  # a column of zeros comes in at the left
changes = {
    "pixels": change(batch, moved),
    "average pooling": change(F.avg_pool2d(batch, 2), F.avg_pool2d(moved, 2)),
    "max pooling": change(F.max_pool2d(batch, 2), F.max_pool2d(moved, 2)),
}
predict(
    "Move the digits by a pixel. What changes least?",
    min(changes, key=changes.get),
    choices=list(changes),
    hint="The largest of a window often stays in the window.",
)
percent = {name: round(100 * share) for name, share in changes.items()}
figure = tv.viz.bars(
    percent,
    "How much changes if a digit moves by one pixel",
    "sum of the changes of 359 digits, in per cent of their ink",
    unit="%",
)
show(figure, "shift", "a pooled image forgives a small move")
assert percent == {"pixels": 86, "average pooling": 63, "max pooling": 45}

# %% [markdown]
# So pooling makes images smaller and forgives small moves. The price: where exactly a stroke was is
# forgotten.
#
# The way back
# ------------
# A gradient arrives at each number of the small image. To which pixels does it go?
#
# - **average**: each of the four pixels had a quarter of the say, so each gets a quarter
# - **max**: only the largest had a say, so it gets all of it. If the others grow a little, nothing
#   changes
#
# Where two are the largest, the first in reading order gets it all, here and in PyTorch.

# %%
x = np.array([[1.0, 5, 0, 0], [2, 4, 7, 0], [3, 3, 0, 1], [3, 3, 2, 9]])
arriving = np.array([[1.0, 2], [3, 4]])
to_max, to_average = np.zeros((4, 4)), np.zeros((4, 4))
for i, j in np.ndindex(2, 2):
    window = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
    m, n = np.unravel_index(window.argmax(), (2, 2))  # where the largest stands: the first of them
    to_max[2 * i + m, 2 * j + n] = arriving[i, j]
    to_average[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] = arriving[i, j] / 4
predict(
    "The window 1 5 / 2 4 is max pooled, and a gradient of 1 arrives. Which pixel gets it?",
    int(x[to_max == 1][0]),
    choices=[1, 5, 2, 4],
    hint="Which of them had a say?",
)

# %%
wins = [(0, 1, 1, 1), (1, 2, 1, 1), (2, 0, 1, 1), (3, 3, 1, 1)]
figure = tv.viz.matrices(
    [
        ("the image", x, {"colours": "plain", "frames": wins}),
        ("gradient that arrives", arriving, {"colours": "signed"}), "→",
        ("by max pooling", to_max, {"colours": "signed", "limit": 4, "frames": wins}),
        ("by average pooling", to_average, {"colours": "signed", "limit": 4}),
    ],
    "Where the gradient goes",
    "framed: the largest pixel of each window; below left four are equal, and the first wins",
)  # fmt: skip
show(figure, "gradient", "max: all to the winner; average: a quarter each")
for pooling, by_hand in ((F.max_pool2d, to_max), (F.avg_pool2d, to_average)):
    image = tv.tensor(x[None, None], requires_grad=True)
    pooling(image, 2).backward(tv.tensor(arriving[None, None]))
    assert (image.grad.numpy()[0, 0] == by_hand).all()
    assert image.grad.sum() == arriving.sum() == 10  # nothing is lost, nothing comes in

# Central differences, at numbers without ties.
tv.manual_seed(0)
image = tv.randn(2, 3, 6, 6, dtype=tv.float64, requires_grad=True)
assert tv.autograd.gradcheck(lambda x: F.max_pool2d(x, 2), [image])
assert tv.autograd.gradcheck(lambda x: F.avg_pool2d(x, 2), [image])

# %% [markdown]
# The mass of the gradient stays the same: 10 arrive, 10 go on. If windows overlap, a pixel may win
# twice; then its gradients add up, as in lesson 01.

# %%
image = tv.tensor([[[[0.0, 9.0, 0.0]]]], requires_grad=True)
F.max_pool2d(image, (1, 2), stride=1).sum().backward()  # windows 0 9 and 9 0
print("the 9 wins both windows, its gradient is", image.grad.numpy()[0, 0, 0, 1])
assert image.grad.tolist() == [[[[0.0, 2.0, 0.0]]]]

# %% [markdown]
# All with all
# ------------
# In the end a decision is wanted: ten scores, the highest wins. A **fully connected** layer looks
# at everything at once. Each score has a weight for each pixel, and an offset:
# ``score[k] = sum over i of W[k, i] * x[i] + b[k]``. Lesson 01 used one. Here it learns from 1,438
# digits; how such learning is done is lesson 04.

# %%
train_images, train_labels = tv.data.load_digits("train")
x, y = tv.tensor(train_images / 16).float().flatten(1), tv.tensor(train_labels)
layer = tv.nn.Linear(64, 10)
tv.nn.init.zeros_(layer.weight)  # a layer by itself may begin at 0, and is nicer to look at
optimizer = tv.optim.SGD(layer.parameters(), lr=0.5, momentum=0.9)
for _ in range(100):
    loss = F.cross_entropy(layer(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

scores = layer(batch.float().flatten(1)).detach()
accuracy = float((scores.argmax(1).numpy() == labels).mean())
count = sum(p.numel() for p in layer.parameters())
print(f"{count} numbers learned; {accuracy:.1%} of the new digits are read")
print("scores for the three, from 0 to 9:")
print(views.bars(tv.nn.functional.softmax(scores[3], 0)))
assert (len(x), count) == (1438, 650)
assert accuracy > 0.9
assert scores[3].argmax() == 3

by_loops = [
    sum(layer.weight[k, i].item() * batch.flatten(1)[3, i].item() for i in range(64))
    + layer.bias[k].item()
    for k in range(10)
]
assert np.allclose(by_loops, scores[3].numpy(), rtol=1e-4, atol=1e-4)

# %% [markdown]
# Its weights can be looked at: 64 for each digit, laid out as the image they belong to. Red says
# "ink here speaks for this digit", blue "against it". The 0 wants a ring and no ink inside.

# %%
weight = layer.weight.detach().reshape(10, 1, 8, 8)
figure = tv.viz.filters(weight, "What each digit's 64 weights look for")
show(figure, "weights", "numbered by digit: red speaks for it, blue against it")
assert weight[0, 0, 3:5, 3:5].numpy().mean() < 0 < weight[0, 0, 3:5, [2, 5]].numpy().mean()

# %% [markdown]
# A fully connected layer is a convolution, too: one whose kernels are as large as the image, so
# that there is only one place for them.

# %%
as_convolution = F.conv2d(batch.float(), weight, layer.bias)
assert as_convolution.shape == (359, 10, 1, 1)
assert np.allclose(as_convolution.detach().numpy()[:, :, 0, 0], scores.numpy(), atol=1e-4)

# %% [markdown]
# Through the article's network
# -----------------------------
# Now all of it in a row. The article's CNN convolves and pools twice, lays what is left out in a
# row, and lets three fully connected layers decide. Mind how the numbers first become more, then
# fewer.

# %%
shape, sizes = (3, 32, 32), {"image 3 × 32 × 32": 3072}
for channels in (16, 32):
    shape = (channels, *shape[1:])  # a convolution of 3 by 3 with padding 1 keeps the size
    sizes[f"convolve {channels} × {shape[1]} × {shape[2]}"] = int(np.prod(shape))
    shape = (channels, shape[1] // 2, shape[2] // 2)
    sizes[f"pool {channels} × {shape[1]} × {shape[2]}"] = int(np.prod(shape))
sizes |= {"fc1": 120, "fc2": 84, "fc3: the scores": 10}
print(list(sizes.values()))

model, x = tv.models.CNN(), tv.zeros(1, 3, 32, 32)
seen = [x.numel()]
for layer in (model.conv1, model.pool, model.conv2, model.pool):
    x = layer(x)
    seen.append(x.numel())
assert seen == list(sizes.values())[:5] == [3072, 16384, 4096, 8192, 2048]
figure = tv.viz.bars(sizes, "How many numbers one image is, from layer to layer")
show(figure, "shapes", "3,072 numbers go in, 10 scores come out")

# %% [markdown]
# What you have now
# -----------------
# - pooling keeps the largest, or the mean, of each window; it learns nothing
# - gradients go to the winner, or a quarter to each; none is lost
# - a fully connected layer weighs everything for each score
#
# In the exercise you send the gradient back through max pooling. Next, lesson 04: how the weights
# get better.
