"""
Where a patch was
=================

**Question.** A bag of patches does not know where each of them was. Does it matter, and how do we
tell it?

**You will build** a reader of digits that sees patches without order, a table that gives each place
a vector of its own, and the fixed table of sines and cosines.

**Needs** lesson 06. **Runs in** about 6 s.

**Expect** fewer than three of four new digits read without positions, more than nine of ten with
learned ones, and something in between with a table that needs no learning. Every number here is
asserted below.
"""

# %%
import numpy as np

import tinyvision as tv
from tinyvision import nn
from tinyvision.lessons import predict, show
from tinyvision.nn import functional as F

train_images, train_labels = tv.data.load_digits("train")
test_images, test_labels = tv.data.load_digits("test")


def patches_of(images):
    """(N, 8, 8) of 0 to 16 -> (N, 16, 4): sixteen patches of 2 by 2."""
    return tv.models.patchify(tv.tensor(images[:, None] / 16).float(), 2)


x_train, y_train = patches_of(train_images), tv.tensor(train_labels)
x_test, y_test = patches_of(test_images), tv.tensor(test_labels)

# %% [markdown]
# A reader without a sense of place
# ---------------------------------
# The simplest network on patches: embed each one (lesson 06), let a small layer look at each by
# itself, take the mean of all, and decide. Wherever ``position`` comes in, it is added to the
# embedded patches. For now it is nothing.


# %%
class Reader(nn.Module):
    def __init__(self, position=None):
        super().__init__()
        self.embed = nn.Linear(4, 32)
        self.look = nn.Linear(32, 64)
        self.decide = nn.Linear(64, 10)
        self.position = position

    def forward(self, patches):  # (N, 16, 4)
        tokens = self.embed(patches)  # (N, 16, 32)
        if self.position is not None:
            tokens = tokens + self.position  # (N, 16, 32) + (16, 32)
        return self.decide(F.relu(self.look(tokens)).mean(1))  # (N, 16, 64) -> (N, 64) -> (N, 10)


def train(model):
    """Twenty times through the digits; returns the share of new digits read."""
    optimizer = tv.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(20):
        for batch in tv.randperm(len(x_train)).split(64):
            loss = F.cross_entropy(model(x_train[batch]), y_train[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with tv.no_grad():
        return (model(x_test).argmax(1) == y_test).float().mean().item()


tv.manual_seed(0)
without = Reader()
accuracy = {"no position": train(without)}
print(f"without positions: {accuracy['no position']:.1%} of the new digits")
assert 0.4 < accuracy["no position"] < 0.75

# %% [markdown]
# It is better than guessing, but poor. Now shuffle the sixteen patches of every test image, all in
# the same way, and ask it again.

# %%
order = tv.randperm(16)
with tv.no_grad():
    asked, again = without(x_test), without(x_test[:, order])
same = np.allclose(asked.numpy(), again.numpy(), atol=1e-4)
predict(
    "Shuffle the patches. Does the network still give the same scores?",
    bool(same),
    hint="What does a mean know about order?",
)
assert same
assert (asked.argmax(1) == again.argmax(1)).all()

# %%
shuffled = tv.models.unpatchify(x_test[:, order], 2, 8, channels=1).numpy()[:, 0]
items = []
for place in (3, 4, 6):
    name = f"a {test_labels[place]}"
    items += [(name, test_images[place], {"numbers": False, "note": ""}), "="]
    items += [("shuffled", shuffled[place], {"numbers": False, "note": ""}), "\n"]
figure = tv.viz.matrices(
    items,
    "Without positions these are the same to the network",
    "the same sixteen patches in another order",
)
show(figure, "shuffled", "left and right get the same scores")

# %% [markdown]
# Attention does not help
# -----------------------
# Do not think that the transformer's encoder mends this. You will build it in lessons 08 to 10;
# here we only ask it one question. Shuffle what goes in, and what comes out is shuffled in the same
# way, and else unchanged. That is **permutation equivariance**. The mean of it all is the same
# again.

# %%
encoder = tv.models.Encoder(32, depth=2, heads=4, dim_head=8, mlp_dim=64).eval()
with tv.no_grad():
    tokens = without.embed(x_test[:20])  # (20, 16, 32)
    straight, turned = encoder(tokens).numpy(), encoder(tokens[:, order]).numpy()
assert np.allclose(turned, straight[:, order.numpy()], atol=1e-4)
assert np.allclose(turned.mean(1), straight.mean(1), atol=1e-4)
print("encoder(shuffled) = shuffled encoder: it has no sense of place either")

# %% [markdown]
# A vector for each place
# -----------------------
# The article (section 3.2.2) says what to do: give each place a vector of its own and add it to the
# patch that stands there. There are 16 places, so it is a table of (16, 32), the same for every
# image: ``(N, 16, 32) + (16, 32)``. The table can be learned like any other weight.

# %%
learned = Reader(nn.Parameter(tv.randn(16, 32) * 0.5))
accuracy["learned"] = train(learned)
with tv.no_grad():
    asked, again = learned(x_test), learned(x_test[:, order])
still = float((asked.argmax(1) == again.argmax(1)).float().mean())
print(f"learned positions: {accuracy['learned']:.1%}; shuffled, {still:.0%} of answers stay")
assert accuracy["learned"] > 0.9
assert still < 0.5  # now it cares where a patch is

# %% [markdown]
# A trap: broadcasting
# --------------------
# NumPy and we match axes from the right. ``(N, 16, 32) + (16, 32)`` is right. But give the table a
# needless axis, ``(16, 1, 32)``, and the 16 stands against the *images*. With any other number of
# images that is an error. With exactly 16 images it runs, and is wrong: each image gets one vector
# for all of its places.

# %%
table = learned.position.detach()
try:
    x_test[:20, :, :1] + table[:, None]
    complained = False
except ValueError as error:
    complained = True
    print("20 images:", str(error).split(":")[0])
tokens = tv.zeros(16, 16, 32)
wrong, right = tokens + table[:, None], tokens + table
assert complained
assert wrong.shape == right.shape == (16, 16, 32)  # no error, and yet:
assert (wrong[0] == table[0]).all()  # image 0 has the vector of place 0 everywhere
assert (right[0] == table).all()

# %% [markdown]
# A table that needs no learning
# ------------------------------
# One can also write the table down. Give place ``p`` the sine and cosine of ``p * w`` for several
# frequencies ``w``: fast waves tell neighbours apart, slow ones the far ends. Like the hands of a
# clock.


# %%
def waves(places, dim, slowest):
    """(places, dim): dim / 2 sines, then dim / 2 cosines; the slowest turns so much more slowly."""
    frequency = slowest ** -(np.arange(dim // 2) / (dim // 2))
    angle = np.arange(places)[:, None] * frequency  # (places, 1) * (dim/2,) -> (places, dim/2)
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=1)


line = waves(32, 16, 100.0)
figure = tv.viz.matrices(
    [("rows: 32 places; columns: 8 sines, then 8 cosines", line, {"numbers": False})],
    "A fixed table of positions",
    "red: 1, white: 0, blue: −1; the waves grow longer from left to right, twice",
)
show(figure, "waves", "each row is the vector of one place")

# %% [markdown]
# Why sines and cosines? Because of a formula from school: ``sin a sin b + cos a cos b`` is
# ``cos(a - b)``. So the dot product of two places depends on how far apart they are, and not on
# where they are.

# %%
products = line @ line.T  # (32, 16) @ (16, 32) -> (32, 32)
closed = [np.cos(apart * 100.0 ** -(np.arange(8) / 8)).sum() for apart in range(32)]
predict(
    f"Places 3 and 5 have the dot product {products[3, 5]:.3f}. What have places 20 and 22?",
    float(np.round(products[20, 22], 3)),
    hint="They are as far apart.",
)
for p, q in np.ndindex(32, 32):
    assert np.isclose(products[p, q], closed[abs(p - q)], rtol=1e-9)

# %%
figure = tv.viz.lines(
    {"of places 0, 1, 2, ...": products[0], "of places 10, 11, ...": products[10][10:]},
    "how far apart",
    "dot product",
    "Only the distance counts",
    "the vector of one place with those of the places after it",
)
show(figure, "distance", "both curves lie on each other")

# %% [markdown]
# In an image a place has a row and a column. Half of the numbers tell the one, half the other. The
# library's table does so. Usually the slowest wave is 10,000 times as slow as the fastest; our grid
# of 4 by 4 is small, and 10 suits it. Each small map compares one place with all: yellow is alike.
# Each is brightest at its own place, and fades with the distance.

# %%
grid = tv.models.sincos_position_embedding((4, 4), 32, temperature=10.0)
column, row = np.arange(16) % 4, np.arange(16) // 4
one = waves(4, 16, 10.0)
assert np.allclose(grid.numpy(), np.concatenate([one[column], one[row]], axis=1), atol=1e-6)
show(tv.viz.position_similarity(grid, (4, 4)), "similarity", "one map for each of 4 × 4 places")
likeness = grid @ grid.T
assert (likeness.argmax(1) == tv.arange(16)).all()
assert likeness[0, 0] > likeness[0, 1] > likeness[0, 2] > likeness[0, 3]

# %%
accuracy["sines and cosines"] = train(Reader(grid))
figure = tv.viz.bars(
    {name: round(100 * share, 1) for name, share in accuracy.items()},
    "Digits read by a bag of patches",
    "held-out digits, in per cent; patches of 2 by 2",
    unit="%",
)
show(figure, "accuracy", "a sense of place is worth more than a fifth of the digits")
assert accuracy["learned"] - accuracy["no position"] > 0.2
assert accuracy["no position"] < accuracy["sines and cosines"] < accuracy["learned"]

# %% [markdown]
# The fixed table helps, the learned one more. Our reader has a single layer to make sense of the
# waves; a transformer with many layers does well with either. Lesson 12 uses the fixed one, lesson
# 11 the learned one.
#
# What you have now
# -----------------
# - patches without positions are a bag: shuffle them, and nothing changes
# - a vector for each place, added to the patch, mends it
# - sines and cosines make a table in which only distance counts
#
# In the exercise you mend a broadcast. Next, lesson 08: how patches look at each other.
