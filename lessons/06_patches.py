"""
An image as a sequence of patches
=================================

**Question.** A transformer reads sequences: of words, say. An image is no sequence. How does it
become one?

**You will build** the cutting into patches and back, and the linear map that makes a vector of
each.

**Needs** lessons 02 and 03. **Runs in** about 3 s.

**Expect** 16 patches of 4 numbers from a digit, the same digit back to the last bit, and a patch
embedding that is a convolution in disguise. Every number here is asserted below.
"""

# %%
import numpy as np

import tinyvision as tv
from tinyvision.lessons import predict, show
from tinyvision.nn import functional as F

images, labels = tv.data.load_digits("test")
digit = images[3].astype(float)

# %% [markdown]
# Cut it up
# ---------
# Cut the image into squares of the same size, and number them as one reads: from left to right,
# then down. Each square is a **patch**, and becomes one **token** of the sequence.

# %%
tokens = (8 // 2) * (8 // 2)
show(tv.viz.patch_grid(digit, 2, limit=16), "patches", "a digit of 8 by 8 in patches of 2 by 2")
assert tokens == 16

# %%
image = tv.zeros(1, 3, 32, 32)  # what the article's networks take
patches = tv.models.patchify(image, 4)
predict(
    "An image of 32 by 32 in patches of 4 by 4: how many tokens?",
    patches.shape[1],
    hint="So many fit across, so many down.",
)
predict(
    "It has 3 channels. How many numbers is one token?",
    patches.shape[2],
    hint="Every pixel of the patch, in every channel.",
)
assert patches.shape == (1, 64, 48)

# %% [markdown]
# With loops
# ----------
# A patch is laid out as one row of numbers: its rows one after the other, and of each pixel all
# channels. Four loops say it most plainly.


# %%
def cut(image, p):
    """(C, H, W) -> (T, p * p * C): a row for each patch."""
    channels, height, width = image.shape
    rows = []
    for top in range(0, height, p):  # patches, as one reads
        for left in range(0, width, p):
            rows.append(
                [
                    image[c, top + i, left + j]
                    for i in range(p)
                    for j in range(p)
                    for c in range(channels)
                ]
            )
    return np.array(rows)


rows = cut(digit[None], 2)
print("patch 1 is", rows[1], "- the second of the first line of patches")
assert rows.shape == (16, 4)
assert rows[1].tolist() == [8, 12, 11, 8]

tv.manual_seed(0)
colour = tv.randn(1, 3, 8, 12, dtype=tv.float64)
assert (tv.models.patchify(colour, 4).numpy()[0] == cut(colour.numpy()[0], 4)).all()

# %% [markdown]
# Without loops: a trap
# ---------------------
# A patch of 2 by 2 has 4 numbers, and the digit has 64 of them. So why not simply reshape 64 into
# 16 rows of 4? The count is right. But would it be the same rows?

# %%
tempting = digit.reshape(16, 4)
predict(
    "Does digit.reshape(16, 4) give the patches?",
    bool((tempting == rows).all()),
    hint="reshape takes numbers as they lie in memory. The first four are of one line.",
)
assert not (tempting == rows).all()


# %%
def join(rows, p, size):
    """Put the patches back: the inverse of cut, for one channel."""
    across = size // p
    # (T, p*p) -> (down, across, p, p) -> (down, p, across, p) -> (H, W)
    return rows.reshape(across, across, p, p).swapaxes(1, 2).reshape(size, size)


figure = tv.viz.matrices(
    [
        ("the digit", digit, {"numbers": False}), "→",
        ("cut and put back", join(rows, 2, 8), {"numbers": False}),
        ("reshaped and put back", join(tempting, 2, 8), {"numbers": False}),
    ],
    "A patch is not what comes next in memory",
    "reshape takes four pixels of one line and calls them a square",
)  # fmt: skip
show(figure, "reshape", "right in the middle, scrambled at the right")
assert (join(rows, 2, 8) == digit).all()
assert not (join(tempting, 2, 8) == digit).all()

# %% [markdown]
# The way that works: split height into (patch row, pixel row) and width into (patch column, pixel
# column); bring the two patch axes to the front; only then join. Nothing is lost, so it can be
# undone to the last bit.

# %%
split = digit.reshape(4, 2, 4, 2)  # (patch row, pixel row, patch column, pixel column)
by_axes = split.swapaxes(1, 2).reshape(16, 4)  # (4, 4, 2, 2) -> (16, 4)
assert (by_axes == rows).all()

patches = tv.models.patchify(colour, (4, 3))
back = tv.models.unpatchify(patches, (4, 3), (8, 12), channels=3)
assert (back == colour).all()
print("patchify, then unpatchify: the same image, bit for bit")

# %% [markdown]
# From a patch to a vector
# ------------------------
# A token should be a vector of ``dim`` numbers, whatever the patch's size. One linear map does it,
# the same for every patch: ``token = W @ patch + b``. That is the **patch embedding**.
#
# Now think of lesson 02: the same weights at every place, products added up. It *is* a convolution:
# ``dim`` kernels as large as a patch, moved by a whole patch each time. Stride = kernel size.

# %%
embedding = tv.models.PatchEmbedding(patch_size=2, channels=1, dim=8, norm=False)
linear = embedding[2]  # cut, (no norm), linear, (no norm)
batch = tv.tensor(images[:, None] / 16).float()  # (359, 1, 8, 8)
embedded = embedding(batch)

kernels = linear.weight.reshape(8, 2, 2, 1).permute(0, 3, 1, 2)  # (dim, p, p, C) -> (dim, C, p, p)
convolved = F.conv2d(batch, kernels, linear.bias, stride=2)  # (359, 8, 4, 4)
as_tokens = convolved.flatten(2).transpose(1, 2)  # -> (359, 8, 16) -> (359, 16, 8)
print("tokens", embedded.shape, "- the convolution's", as_tokens.shape)
assert embedded.shape == (359, 16, 8)
assert np.allclose(embedded.detach().numpy(), as_tokens.detach().numpy(), atol=1e-6)

by_hand = rows[5] / 16 @ linear.weight.detach().numpy().T + linear.bias.detach().numpy()
assert np.allclose(by_hand, embedded[3, 5].detach().numpy(), atol=1e-6)

# %% [markdown]
# How much of a patch survives?
# -----------------------------
# If ``dim`` is smaller than the patch, something is lost. How much? Take patches of 4 by 4, 16
# numbers each, from all training digits. The best linear map to ``dim`` numbers is known: the
# singular value decomposition gives it. A transformer has to find a good one by going downhill;
# this tells how good it can be.

# %%
train, _ = tv.data.load_digits("train")
sixteens = tv.models.patchify(tv.tensor(train[:, None] / 16), 4).numpy().reshape(-1, 16)
_, strengths, directions = np.linalg.svd(sixteens, full_matrices=False)
lost = {}
restored = []
small = cut(digit[None], 4)  # the digit in four patches
for dim in (1, 2, 4, 8, 16):
    encode = directions[:dim]  # (dim, 16)
    error = sixteens - sixteens @ encode.T @ encode
    lost[dim] = float((error**2).sum() / (sixteens**2).sum())
    # Another way to the same number: what is lost is the strength of the directions left out.
    assert np.isclose(lost[dim], (strengths[dim:] ** 2).sum() / (strengths**2).sum(), atol=1e-12)
    picture = join(small @ encode.T @ encode, 4, 8)
    note = f"{lost[dim]:.1%} lost"
    restored.append((f"dim {dim}", picture.clip(0), {"numbers": False, "note": note}))
print({dim: f"{share:.1%}" for dim, share in lost.items()})
figure = tv.viz.matrices(
    [("the digit", digit, {"numbers": False}), "→", *restored],
    "A patch of 16 numbers, kept as 1, 2, 4, 8 or 16",
    "patches of 4 by 4; lost: share of the squared pixels of all training digits",
)
show(figure, "survives", "half the numbers keep nearly everything")
assert lost[1] > lost[2] > lost[4] > lost[8] > lost[16]
assert round(100 * (1 - lost[8])) == 94
assert lost[16] < 1e-12

# %% [markdown]
# Half the numbers keep 94 % of it. These are the eight directions, the "kernels" of the best
# embedding: the mean brightness first, then light on one side and dark on the other, then finer
# patterns.

# %%
directions = directions * np.sign(directions[:, :1] + 1e-12)
figure = tv.viz.filters(directions[:8].reshape(8, 1, 4, 4), "The best eight embedding kernels")
show(figure, "directions", "from coarse to fine")
assert (directions[0] > 0).all()  # the first is a mean: all weights have one sign

# %% [markdown]
# The price of small patches
# --------------------------
# From lesson 08 on every token looks at every token. ``T`` tokens make ``T * T`` pairs. A
# photograph of 224 by 224 in patches of 16 is 196 tokens.


# %%
def pairs(size, p):
    return ((size // p) ** 2) ** 2


predict(
    "Patches of 8 instead of 16: how many times as many pairs?",
    pairs(224, 8) // pairs(224, 16),
    hint="Four times as many tokens, each looking at four times as many.",
)
assert (224 // 16) ** 2 == 196
assert pairs(224, 8) == 16 * pairs(224, 16)
sides = np.array([7, 8, 14, 16, 28, 32, 56])
figure = tv.viz.lines(
    {"pairs of tokens": (sides, [pairs(224, int(p)) for p in sides])},
    "patch side (pixels)",
    "pairs of tokens",
    "Small patches are dear",
    "an image of 224 by 224; half the side, sixteen times the pairs",
    log="xy",
)
show(figure, "price", "half the side, sixteen times the pairs")

# %% [markdown]
# What you have now
# -----------------
# - an image becomes a sequence: cut, number, lay out; and back without loss
# - reshape alone scrambles; first bring the patch axes to the front
# - the patch embedding is one linear map, and a convolution whose stride is its kernel
#
# In the exercise you write ``patchify``. But mind: a sequence of patches does not say where each
# one was. That is lesson 07.
