"""
Learning without labels
=======================

**Question.** Labels are work: somebody has to say what is on each image. What can a network learn
from images alone?

**You will build** a masked autoencoder: half of the patches are hidden, and it guesses them.

**Needs** lessons 06, 07, 10 and 11. **Runs in** about 18 s.

**Expect** a mean image that is off by 0.076 (mean squared error of a hidden pixel) on digits it has
not seen, and to learn whether a network does better. Every number here is asserted below.
"""

# %%
import numpy as np

import tinyvision as tv
from tinyvision.lessons import predict, show

tv.set_num_threads(1)  # small arrays: quickest so, and the same numbers on every machine
rng = np.random.default_rng(0)

# %% [markdown]
# Hide and guess
# --------------
# Take an image, hide some of its patches, and let the network guess them from the rest. The answer
# is in the image itself, so no label is needed. To guess well it must learn what strokes do: that
# they go on, that they bend, that a ring closes.
#
# Which patches are hidden? Draw a random number for each, and sort. Those with the least numbers
# are kept. That is a shuffle, and each image gets its own.

# %%
noise = np.array([0.7, 0.2, 0.9, 0.1, 0.5, 0.4])
shuffle = noise.argsort()  # which patch comes first, second, ...
kept, hidden = shuffle[:3], shuffle[3:]
restore = shuffle.argsort()  # where in the shuffled row each patch went
assert kept.tolist() == [3, 1, 5]
letters = np.array(list("abcdef"))
assert letters[shuffle].tolist() == ["d", "b", "f", "e", "a", "c"]
assert (letters[shuffle][restore] == letters).all()  # and back again
row = {"colours": "plain"}
panels = [
    ("noise, patches 0 to 5", noise[None], row), "→", ("sorted: kept", kept[None], row),
    ("hidden", hidden[None], row), "→", ("the way back", restore[None], row),
]  # fmt: skip
heading = "A shuffle by sorting noise"
caption = "the way back: patch 0 is at place 4 of the shuffled row, patch 1 at place 1, ..."
show(tv.viz.matrices(panels, heading, caption), "shuffle", "sort, keep the first half, and back")

masking = tv.models.random_masking(tv.tensor(noise[None]), 0.5)  # the library's
assert masking.keep[0].tolist() == kept.tolist()
assert masking.restore[0].tolist() == restore.tolist()
assert masking.mask[0].tolist() == [1, 0, 1, 0, 1, 0]  # 1 where a patch is hidden

# %% [markdown]
# The paper (He et al., 2022) hides three quarters of 196 patches of a photograph. Our digits have
# 16 patches of 2 by 2 pixels, and each says more about the digit. So we hide half of them.

# %%
many = tv.models.random_masking(tv.rand(2000, 16), 0.5)
predict(
    "16 patches. How many would the encoder see if three quarters were hidden?",
    tv.models.random_masking(tv.rand(1, 16), 0.75).keep.shape[1],
)
assert (many.mask.sum(1) == 8).all()  # half of each image
assert abs(many.mask.mean(0) - 0.5).max() < 0.05  # no place is preferred
assert (many.mask[0] != many.mask[1]).any()  # each image has its own

# %% [markdown]
# Only what was hidden counts
# ---------------------------
# The loss is the mean squared error of the hidden patches. What the network says about patches it
# saw does not count: copying is no art. So those targets may be anything.


# %%
def loss_of(guess, target, mask):
    """The mean over hidden patches; guess and target (N, T, numbers), mask (N, T)."""
    total, count = 0.0, 0
    for n, t in np.argwhere(mask == 1):
        total += ((guess[n, t] - target[n, t]) ** 2).mean()
        count += 1
    return total / count


guess, target = rng.normal(size=(2, 3, 6, 4))
mask = tv.models.random_masking(rng.random((3, 6)), 0.5).mask.numpy()
loss = loss_of(guess, target, mask)
elsewhere = np.where(mask[..., None] == 0, 99.0, target)  # other targets where it could see
predict(
    "Replace the targets of the patches it saw by 99. Does the loss change?",
    loss_of(guess, elsewhere, mask) != loss,
)
assert loss_of(guess, elsewhere, mask) == loss
assert ((guess - elsewhere) ** 2).mean() > 1000  # a loss over all patches would notice

leaf = tv.tensor(guess, requires_grad=True)
library = tv.models.mae_loss.removed_patches_loss(leaf, tv.tensor(elsewhere), tv.tensor(mask))
library.backward()
np.testing.assert_allclose(library.item(), loss, rtol=1e-12)
assert (leaf.grad.numpy()[mask == 0] == 0).all()  # nothing is taught there
np.testing.assert_allclose(  # and here the closed form: 2 (guess - target) / numbers
    leaf.grad.numpy()[mask == 1], 2 * (guess - target)[mask == 1] / (9 * 4), rtol=1e-12
)

# %% [markdown]
# Encoder and decoder
# -------------------
# The **encoder** is a Vision Transformer that gets the kept patches only: half the work. Then a
# **mask token**, one learned vector, is put in every hidden place, everything goes back to its
# place in the image, positions are added once more, and a light **decoder** predicts pixels. It is
# thrown away afterwards: what we want is the encoder.
#
# Positions are the fixed sines and cosines of lesson 07. The library's waves are made for large
# grids. Ours has 4 by 4 places, so we write shorter waves over them.

# %%
(train, _), (test, _) = tv.data.load_digits("train"), tv.data.load_digits("test")  # no labels
mean, spread = float(train.mean()), float(train.std())
x, held_out = (((part[:, None] - mean) / spread).astype(np.float32) for part in (train, test))
tv.manual_seed(0)
model = tv.models.MAE(
    image_size=8, patch_size=2, channels=1, dim=48, depth=1, heads=4, mlp_dim=96,
    decoder_dim=48, decoder_depth=1, decoder_heads=4, decoder_mlp_dim=96, mask_ratio=0.5,
)  # fmt: skip
waves = tv.models.sincos_position_embedding((4, 4), 48, class_token=True, temperature=5.0)
model.pos_embed[0], model.decoder_pos_embed[0] = waves, waves


def by_hand(images, keep, restore):
    """What ``model`` computes, step by step: (N, 1, 8, 8) -> (N, 16, 4)."""
    n, place = len(images), model.pos_embed[0]
    rows = tv.arange(n)[:, None]
    seen = tv.models.patchify(images, 2)[rows, keep]  # (N, 8, 4): the kept patches
    seen = model.patch_embed(seen) + place[1:][keep]  # (N, 8, 48)
    token = (model.cls_token[0] + place[:1]).expand(n, 1, -1)
    seen = model.norm(model.blocks(tv.cat([token, seen], 1)))  # (N, 9, 48)
    seen = model.decoder_embed(seen)
    all_ = tv.cat([seen[:, 1:], model.mask_token.expand(n, 8, -1)], 1)  # (N, 16, 48), shuffled
    all_ = tv.cat([seen[:, :1], all_[rows, restore]], 1) + model.decoder_pos_embed
    return model.decoder_pred(model.decoder_norm(model.decoder_blocks(all_))[:, 1:])


noise = tv.rand(len(test), 16, generator=tv.Generator().manual_seed(1))  # the same masks each time
drawn = tv.models.random_masking(noise, 0.5)
with tv.no_grad():
    found = by_hand(tv.tensor(held_out), drawn.keep, drawn.restore)
    np.testing.assert_allclose(
        found.numpy(), model(tv.tensor(held_out), noise).pred.numpy(), atol=1e-5
    )

# %% [markdown]
# What is there to beat?
# ----------------------
# Who sees nothing can still guess: the mean of all training images. This is the bar. A network that
# does not pass it has not looked. (Many do not, for a long time, and their loss still falls
# nicely.)


# %%
def errors():
    """Mean squared error of hidden pixels (0 black, 1 white): the network's, the mean image's."""
    seen = model.reconstruct(
        tv.tensor(held_out), noise, mean=mean / 16, std=spread / 16, mean_image=x.mean(axis=0)
    )
    return seen.error, seen.baseline_error


print("untrained network: {:.3f}, mean image: {:.3f}".format(*errors()))
assert errors()[0] > 2 * errors()[1]
assert abs(errors()[1] - 0.076) < 0.001

# %% [markdown]
# Training
# --------

# %%
epochs, batches, history = 40, 23, []
optimizer = tv.optim.AdamW(model.parameters(), lr=6e-3, betas=(0.9, 0.95), weight_decay=0.0)
schedule = tv.train.warm_up_and_cosine(optimizer, epochs * batches)
for _ in range(epochs):
    for places in np.array_split(tv.randperm(len(x)).numpy(), batches):
        loss = model(tv.tensor(x[places])).loss  # other masks every time
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    history.append(errors()[0])
network, baseline = errors()
predict("Does it beat the mean image on digits it has not seen?", network < baseline)
print(f"trained network: {network:.3f}")
assert network < 0.05 < 0.07 < baseline
assert history[0] > baseline > history[9]

# %% [markdown]
# At first it is worse than the mean image. Then it begins to use what it sees.
#
# How good is that? There is a guess that can be written down. If pixels were drawn from a bell
# curve with the mean and the covariance of the training images, the best guess of the hidden ones
# would be linear in those that are seen: $m_h + C_{hs} C_{ss}^{-1} (x_s - m_s)$.

# %%
flat = tv.models.patchify(tv.tensor(train[:, None] / 16), 2).flatten(1).numpy()  # (1438, 64)
middle, C = flat.mean(axis=0), np.cov(flat.T) + 1e-3 * np.eye(64)
squares = []
for image, hide in zip(test, drawn.mask.numpy(), strict=True):
    pixels = tv.models.patchify(tv.tensor(image[None, None] / 16), 2).flatten().numpy()
    h = np.repeat(hide == 1, 4)  # each patch has four pixels
    best = middle[h] + C[np.ix_(h, ~h)] @ np.linalg.solve(C[np.ix_(~h, ~h)], (pixels - middle)[~h])
    squares.append((best - pixels[h]) ** 2)
linear = float(np.mean(squares))
print(f"mean image {baseline:.3f}, best linear guess {linear:.3f}, network {network:.3f}")
curves = {
    "mean image": np.full(epochs, baseline), "the network": history,
    "best linear guess": np.full(epochs, linear),
}  # fmt: skip
curves = {name: (np.arange(1, epochs + 1), values) for name, values in curves.items()}
heading = "Hidden patches of digits it has not seen"
figure = tv.viz.lines(curves, "epoch", "mean squared error", heading, "0 is black, 1 is white")
show(figure, "training", "it passes the mean image, and comes to the formula")
assert abs(linear - 0.038) < 0.001
assert abs(network - linear) < 0.01

# %% [markdown]
# After 40 epochs the network is about where the formula is. Trained longer it goes further; that is
# for an evening. Now look at what it guesses.

# %%
seen = model.reconstruct(
    tv.tensor(held_out), noise, mean=mean / 16, std=spread / 16, mean_image=x.mean(axis=0)
)
some = slice(10, 15)
figure = tv.viz.reconstructions(
    seen.original[some], seen.predicted[some], seen.mask[some], 2, seen.baseline[some]
)
show(figure, "guesses", "hidden in blue, guessed, and put back")
better = np.mean(
    [
        ((seen.predicted[i] - seen.original[i]) ** 2)[:, seen.removed[i]].mean()
        < ((seen.baseline[i] - seen.original[i]) ** 2)[:, seen.removed[i]].mean()
        for i in range(len(test))
    ]
)
print(f"it beats the mean image on {better:.0%} of the held-out digits")
assert better > 0.8

# %% [markdown]
# What you have now
# -----------------
# - a shuffle that hides patches, and its way back
# - a loss that looks at hidden patches only
# - an encoder that has learned about strokes, without a single label
#
# In the exercise you mend a loss that counts the wrong patches. Next, lesson 13: is such an encoder
# worth anything, if there are a few labels after all?
