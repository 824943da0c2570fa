"""
The end first
=============

**Question.** Can a page of code learn to read handwriting, and can one see how it does it?

**You will build** nothing yet. You will watch two networks learn in seconds, and look inside. The
lessons after this one take every part of them into your own hands.

**Needs** nothing. **Runs in** about 7 s.

**Expect** more than nine of ten new digits read by a convolutional network, and more than four of
five by a transformer, after seconds of learning. Every number here is asserted below.
"""

# %%
import numpy as np

import tinyvision as tv
from tinyvision import nn
from tinyvision.lessons import predict, show, views

# %% [markdown]
# How this works
# --------------
# A lesson asks you things **before** it shows the answer. Guess, even if you are not sure: who has
# guessed wrong once remembers. Begin with this image. People wrote digits on paper forms; each was
# scanned and made very small.

# %%
images, labels = tv.data.load_digits("test")
image, label = images[6], int(labels[6])
print(views.image(image))
predict(
    "Which digit is this?",
    str(label),  # a name, as a text: no digit is the greater one
    hint="One round belly, below, and a neck to the upper left.",
)

# %% [markdown]
# For the computer the image is this: 64 numbers, from 0 for paper to 16 for ink. Nothing says
# that there is a belly. That is all a network gets to see.

# %%
figure = tv.viz.matrices(
    [("what you see", image, {"numbers": False}), "=", ("what the computer has", image)],
    "An image is a table of numbers",
    "8 by 8 pixels, 0 is paper (drawn black), 16 is ink (drawn white)",
)
show(figure, "numbers", "you read it at a glance; a program has to learn to")
assert image.shape == (8, 8)
assert image.size == 64
assert (images.min(), images.max()) == (0, 16)

# %% [markdown]
# A network
# ---------
# There are 1,438 digits to learn from and 359 others to be tested with. The network below first
# looks with 16 small windows (lesson 02), throws away what is negative, keeps the strongest of each
# four (lesson 03), and then weighs everything for ten scores. The highest score is its answer.

# %%
tv.manual_seed(0)
network = nn.Sequential(
    nn.Conv2d(1, 16, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(16 * 4 * 4, 10),
)  # fmt: skip


def prepare(images):
    """(N, 8, 8) of 0 to 16 -> (N, 1, 8, 8) of 0 to 1."""
    return tv.tensor(images[:, None] / 16).float()


train_images, train_labels = tv.data.load_digits("train")
x_train, y_train = prepare(train_images), tv.tensor(train_labels)
x_test, y_test = prepare(images), tv.tensor(labels)
assert (len(x_train), len(x_test)) == (1438, 359)


def read(model):
    """The share of the new digits that a model reads."""
    with tv.no_grad():
        return (model(x_test).argmax(1) == y_test).float().mean().item()


before = read(network)
predict(
    "Its weights are random so far. How many of 100 new digits does it read?",
    min((10, 50, 90), key=lambda share: abs(share - 100 * before)),
    choices=[10, 50, 90],
    hint="Ten digits, and it has no idea.",
)
assert before < 0.25

# %% [markdown]
# Learning
# --------
# Here is all there is to learning. Ask for scores. Measure how wrong they are: the **loss**. Let
# every weight know which way to turn to make the loss smaller: ``backward()`` (lesson 01). Turn all
# of them a little that way: ``step()`` (lesson 04). Again.


# %%
def learn(model, epochs, rate):
    """Go through the digits so many times; returns the share read before, and after each."""
    shares = [read(model)]
    optimizer = tv.optim.Adam(model.parameters(), lr=rate)
    for epoch in range(1, epochs + 1):
        for batch in tv.randperm(len(x_train)).split(64):
            loss = nn.functional.cross_entropy(model(x_train[batch]), y_train[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        shares.append(read(model))
        if epoch % 2 == 0:
            print(f"  after {epoch:2} rounds: loss {loss.item():.3f}, reads {shares[-1]:.1%}")
    return shares


print("a convolutional network learns")
windows = learn(network, epochs=6, rate=0.01)
assert windows[-1] > 0.9

# %% [markdown]
# Ask it about the image of the beginning. It gives each digit a probability.

# %%
with tv.no_grad():
    chances = nn.functional.softmax(network(x_test[6:7])[0], 0)
print(views.bars(chances))
print(f"its answer: {int(chances.argmax())}")
assert chances.argmax() == label
assert abs(chances.sum().item() - 1) < 1e-5

# %% [markdown]
# And look inside. The 16 windows have learned to answer to different things: to strokes that stand,
# to strokes that lie, to edges. Nobody told them what to look for.

# %%
with tv.no_grad():
    seen = network[0](x_test[6:7])
    kept = network[2](network[1](seen))
stages = {"16 windows look": seen[0], "the strongest are kept": kept[0]}
show(tv.viz.feature_maps(image / 16, stages), "inside", "one picture for each of the 16 windows")
assert seen.shape == (1, 16, 8, 8)
assert kept.shape == (1, 16, 4, 4)

# %% [markdown]
# Another way to look
# -------------------
# A **Vision Transformer** has no windows. It cuts the image into patches (lesson 06) and lets each
# patch ask all the others what they have (lesson 08). Whom it asks is called attention, and one can
# see it. This one is tiny: two layers, each asking in two ways at once, its two heads.

# %%
transformer = tv.models.ViT(
    image_size=8, patch_size=2, channels=1, num_classes=10, dim=32, depth=2, heads=2, mlp_dim=64,
    dim_head=16, patch_norm=False,
)  # fmt: skip
print("a transformer learns")
patches = learn(transformer, epochs=10, rate=0.005)
assert patches[-1] > 0.8

# %% [markdown]
# Besides the 16 patches there is one token more, the **class token**: it gathers what the answer is
# made from. The picture shows from which patches it takes, head by head. Do not read too much into
# it: by then the first layer has already carried things from patch to patch.

# %%
weights = transformer.attention(x_test[6:7])  # for each layer (1, heads, 17, 17)
assert len(weights) == 2
assert weights[0].shape == (1, 2, 17, 17)  # 16 patches, and one token that decides
assert np.allclose(weights[0].sum(-1), 1, atol=1e-5)  # each looks 100 % in all
figure = tv.viz.attention_maps(image / 16, weights[-1][0], patch_size=2)
show(figure, "attention", "from which patches the class token takes")

# %% [markdown]
# The transformer learns more slowly. A convolution is told that neighbours belong together, and
# that a stroke is a stroke wherever it stands. A transformer has to find that out. With few images
# that is a drawback; lesson 14 measures it.

# %%
figure = tv.viz.lines(
    {
        "convolutional network": [100 * share for share in windows],
        "transformer": [100 * share for share in patches],
        "guessing": (np.array([0, 10]), np.array([10, 10])),
    },
    "times through the 1,438 digits",
    "new digits read (%)",
    "From guessing to reading",
    "359 digits that neither has seen before",
    ylim=(0, 102),
    ground=["guessing"],
)
show(figure, "result", "both learn to read; the transformer takes longer")
assert windows[2] > patches[2] + 0.1  # after two rounds the one is far ahead

# %% [markdown]
# Three evenings
# --------------
# - **The first, lessons 01 to 05: a network that sees.** Derivatives, convolution, pooling, going
#   downhill, and the article's CNN, trained by you.
# - **The second, lessons 06 to 11: a network that asks.** Patches, positions, attention, heads, the
#   encoder, and the Vision Transformer.
# - **The third, lessons 12 to 14: learning without labels.** A network that fills in what was taken
#   away, what that is worth with ten labels a class, and who wins when.
#
# Every formula you will write yourself, and hold against differences, against SciPy, against closed
# forms. Nothing is taken on trust. Next: lesson 01.
