"""
The encoder layer
=================

**Question.** What does it take to put many layers on top of each other, so that all of them learn?

**You will build** layer normalisation and its rule for the gradient, a feed-forward part, the
residual connection, and from them and lesson 09 one whole encoder layer.

**Needs** lessons 01, 04 and 09. **Runs in** about 9 s.

**Expect** a layer that you count and build, and after twelve layers with neither normalisation nor
residual connection a gradient less than a billionth of what it was. Every number here is asserted
below.
"""

# %%
import numpy as np
from scipy import special, stats

import tinyvision as tv
from tinyvision import nn
from tinyvision.lessons import predict, show
from tinyvision.nn import functional as F

tv.set_num_threads(1)  # small arrays: quickest so, and the same numbers on every machine
rng = np.random.default_rng(0)

# %% [markdown]
# Layer normalisation
# -------------------
# Numbers that pass through many layers drift: they grow, or they fade. The remedy is blunt. Take
# the features of one patch, subtract their mean, divide by their spread:
# $\hat x = (x - \mu) / \sqrt{\sigma^2 + \epsilon}$, in code ``(x - mean) / sqrt(var + eps)``. The
# small ``eps`` keeps a patch without any variance from being divided by 0.


# %%
def layer_norm(x, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + eps)


row = np.array([2.0, 4.0, 6.0, 8.0])
normal = layer_norm(row)
predict("The variance of 2, 4, 6, 8 is 5. And after layer_norm?", normal.var())
assert abs(normal.mean()) < 1e-12
assert abs(normal.var() - 1) < 1e-5  # a hair below 1, because of eps
np.testing.assert_allclose(layer_norm(row, eps=0), stats.zscore(row), rtol=1e-12)  # SciPy's
x = rng.normal(3, 2, size=(5, 8))
np.testing.assert_allclose(layer_norm(x), F.layer_norm(tv.tensor(x), (8,)).numpy(), rtol=1e-9)

# %% [markdown]
# What it does not see
# --------------------
# Add a number to all features: the mean takes it away again. Multiply all by a positive number: the
# division takes it away again. So of a faint patch and a strong one only the pattern is left. Here
# each patch of a digit is normalised by itself.

# %%
np.testing.assert_allclose(layer_norm(3 * x + 7, eps=0), layer_norm(x, eps=0), rtol=1e-10)
np.testing.assert_allclose(layer_norm(-x), -layer_norm(x), rtol=1e-10)  # the sign it does see

digit = tv.data.load_digits("test")[0][31] / 16
faint = 0.3 * digit + 0.5


def by_patch(image):
    patches = layer_norm(tv.models.patchify(tv.tensor(image[None, None]), 2).numpy(), eps=1e-12)
    return tv.models.unpatchify(tv.tensor(patches), 2, 8, 1).numpy()[0, 0]


np.testing.assert_allclose(by_patch(faint), by_patch(digit), atol=1e-5)
panels = [
    item
    for title, image in (("a digit", digit), ("the same, faint", faint))
    for item in ((title, image, {"colours": "image", "limit": 1, "numbers": False}), "→",
                 ("each patch normalised", by_patch(image), {"numbers": False}), "\n")
]  # fmt: skip
heading = "Layer normalisation keeps the pattern, not the strength"
caption = "patches of 2 by 2 pixels; red is above the patch's mean, blue below"
show(tv.viz.matrices(panels, heading, caption), "patterns", "faint or strong: the same patches")

# %% [markdown]
# The rule for its gradient
# -------------------------
# Let ``g`` be the gradient that arrives at $\hat x$. What does x get? The output does not change if
# all features of x rise together, nor if x is stretched along $\hat x$. So the gradient of x has no
# part along (1, 1, ..., 1) and none along $\hat x$. Take both parts out of ``g``, and divide by the
# spread, as the forward pass did. That is the whole rule:
# $dx = (g - \mathrm{mean}(g) - \hat x\,\mathrm{mean}(g\hat x)) / \sqrt{\sigma^2 + \epsilon}$.


# %%
def layer_norm_rule(g, x, eps=1e-5):
    xhat, spread = layer_norm(x, eps), np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    common = g.mean(axis=-1, keepdims=True)
    stretch = xhat * (g * xhat).mean(axis=-1, keepdims=True)
    return (g - common - stretch) / spread


g = rng.normal(size=x.shape)
dx = layer_norm_rule(g, x)
leaf = tv.tensor(x, requires_grad=True)
(F.layer_norm(leaf, (8,)) * tv.tensor(g)).sum().backward()
np.testing.assert_allclose(dx, leaf.grad.numpy(), rtol=1e-9, atol=1e-12)  # the library's

slopes = np.zeros_like(x)
for place in np.ndindex(x.shape):  # central differences, number by number
    step = np.zeros_like(x)
    step[place] = 1e-5
    slopes[place] = ((layer_norm(x + step) - layer_norm(x - step)) * g).sum() / 2e-5
np.testing.assert_allclose(dx, slopes, atol=1e-8)

assert abs(dx.sum(axis=-1)).max() < 1e-12  # no part along 1
exact = layer_norm_rule(g, x, eps=0)
assert abs((exact * layer_norm(x, eps=0)).sum(axis=-1)).max() < 1e-12  # none along xhat
assert abs((dx * layer_norm(x)).sum(axis=-1)).max() < 1e-4  # eps leaves a trace of it

arrives, xhat = np.array([1.0, 0.0, 0.0, 0.0]), layer_norm(row)
common, stretch = np.full(4, arrives.mean()), xhat * (arrives * xhat).mean()
rest = arrives - common - stretch
look = {"colours": "signed", "limit": 1}
columns = [arrives, common, stretch, rest, layer_norm_rule(arrives, row)]
titles = ["g arrives", "common", "stretch", "rest", "dx = rest / √5"]
notes = ["", "along (1, 1, 1, 1)", "along x̂", "", "√5: the spread of x"]
labelled = zip(titles, columns, notes, strict=True)
panels = [(t, c.round(2), look | {"note": n}) for t, c, n in labelled]
panels = [x for pair in zip(panels, "−−=→ ", strict=True) for x in pair][:-1]
heading = "What layer normalisation lets through on the way back"
caption = "x = (2, 4, 6, 8), and x̂ is x normalised: two parts of the gradient g are taken away"
show(tv.viz.matrices(panels, heading, caption), "rule", "the gradient's way through")

# %% [markdown]
# The feed-forward part
# ---------------------
# Attention moves findings from patch to patch. Something has to think about them: a small network,
# at each patch by itself, that widens the features, bends them, and narrows them again. The bend is
# GELU, x · Φ(x) with the bell curve's Φ: a ReLU with a soft corner.

# %%
u = np.linspace(-4, 4, 81)
gelu = F.gelu(tv.tensor(u)).numpy()
np.testing.assert_allclose(gelu, u * special.ndtr(u), atol=1e-12)
curves = {"GELU": (u, gelu), "ReLU": (u, np.maximum(u, 0))}
heading = "The bend in the feed-forward part"
show(tv.viz.lines(curves, "x", "what comes out", heading), "gelu", "GELU is a soft ReLU")

# %% [markdown]
# The residual connection
# -----------------------
# ``x = x + part(x)`` instead of ``x = part(x)``: a part only adds to what is there. On the way back
# the gradient meets a sum, and a sum hands it to both sides whole. So there is a way from the last
# layer to the first on which nothing is lost. Without it, every layer multiplies.

# %%
share = 0.5**12
predict("Each of 12 layers passes on half of the gradient. Which share arrives?", share)
assert share < 1 / 4000

# %% [markdown]
# Now measure it: twelve layers of attention and feed-forward, on real digits, new and untrained.
# With and without normalisation, with and without residual connection.

# %%
train, y = tv.data.load_digits("train")
pixels = tv.tensor((train[:, None] - train.mean()) / train.std()).float()
patches, y = tv.models.patchify(pixels, 2), tv.tensor(y)  # (1438, 16, 4)


class Deep(nn.Module):
    def __init__(self, depth, norm, residual):
        super().__init__()
        self.embed, self.head, self.residual = nn.Linear(4, 32), nn.Linear(32, 10), residual
        self.position = nn.Parameter(0.02 * tv.randn(16, 32))
        self.parts = nn.ModuleList()
        for _ in range(depth):
            attention = tv.models.MultiHeadSelfAttention(32, 4, 8)
            feed_forward = tv.models.FeedForward(32, 64)
            if not norm:
                attention.norm, feed_forward.net[0] = nn.Identity(), nn.Identity()
            self.parts.extend([attention, feed_forward])

    def forward(self, patches):
        x = self.embed(patches) + self.position
        self.stages = []  # what stands after each layer
        for part in self.parts:
            x = x + part(x) if self.residual else part(x)
            self.stages.append(x)
        return self.head(F.layer_norm(x, (32,)).mean(1))


def network(depth, name):
    tv.manual_seed(0)
    return Deep(depth, norm="norm" in name, residual="residual" in name)


names = ["norm and residual", "residual only", "norm only", "neither"]
sizes, told = {}, {}
for name in names:
    model = network(12, name)
    loss = F.cross_entropy(model(patches[:128]), y[:128])
    stages = model.stages[1::2]
    gradients = tv.autograd.grad(loss, stages)
    sizes[name] = np.array([float(g.norm()) for g in gradients])
    last = stages[-1].detach().numpy()  # (128, 16, 32)
    told[name] = last.std(axis=0).mean() / last.std()
curves = {name: (np.arange(1, 13), size / size[-1]) for name, size in sizes.items()}
heading = "How much of the gradient is left on the way back: read from right to left"
caption = "the slope of the loss by what a layer gives out: its length, as a share of layer 12's"
figure = tv.viz.lines(curves, "layer (the loss is behind the 12th)", "share of the length (log)",
                      heading, caption, log="y", wide=["norm and residual"])  # fmt: skip
show(figure, "gradient", "twelve layers, untrained, one batch of 128 digits")
left = {name: curves[name][1][0] for name in names}
print("of the gradient at layer 12, at layer 1:", {n: f"{s:.2g}" for n, s in left.items()})
assert left["neither"] < 1e-9  # less than a billionth: nothing arrives
assert 0.03 < left["norm only"] < 30  # normalisation keeps the size, by dividing by the spread
assert 0.3 < left["residual only"] < 10
assert 0.3 < left["norm and residual"] < 10

# %% [markdown]
# So normalisation alone would do? Its gradient has a decent size. But is there anything left to
# learn from? Look at what stands after the last layer: how much of its spread is between images?

# %%
print("spread between images after layer 12:", {n: f"{s:.0%}" for n, s in told.items()})
assert told["norm only"] < 0.15 < 0.3 < told["norm and residual"]
assert told["neither"] < 0.01

# %% [markdown]
# Normalisation kept the numbers large, but not what they say: twelve times everything was replaced
# by a mixture of itself, and almost nothing of the image is left. The residual connection keeps
# the image. Which of the four can learn?

# %%
curves = {}
for name in names:
    model = network(8, name)
    optimizer = tv.optim.AdamW(model.parameters(), lr=2e-3)
    order, losses = np.random.default_rng(0), []
    for _ in range(45):
        places = order.integers(0, len(patches), 32)
        loss = F.cross_entropy(model(patches[places]), y[places])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    means = np.reshape(losses, (9, 5)).mean(axis=1)  # of five steps each: a batch is a small one
    curves[name] = (np.arange(5, 46, 5), means)
heading, caption = "Eight layers learn, if they may add", "guessing gives ln 10 = 2.30"
figure = tv.viz.lines(curves, "steps", "loss (nats), mean of 5 steps", heading, caption)
show(figure, "learning", "the first 45 steps on real digits")
final = {name: curve[1][-1] for name, curve in curves.items()}
assert max(final["norm and residual"], final["residual only"]) < 2.15
assert min(final["norm only"], final["neither"]) > 2.2
assert round(np.log(10), 2) == 2.30

# %% [markdown]
# Honestly: at eight layers the residual connection does the work, and normalisation adds little.
# It earns its place in deeper networks, at larger learning rates and over longer training.
#
# One whole layer
# ---------------
# The article's layer, with everything in its place: normalise, attend, add; normalise, think, add.
# (In the first Transformer, 2017, normalisation came after the addition. In Vision Transformers it
# comes before, which trains more calmly.)

# %%
attention, feed_forward = tv.models.MultiHeadSelfAttention(32, 4, 8), tv.models.FeedForward(32, 64)
layer = tv.models.EncoderLayer(attention, feed_forward)
with tv.no_grad():
    for p in layer.parameters():  # no 1 and no 0 left, behind which an error could hide
        p += 0.1 * tv.randn(*p.shape)


def encoder_layer(x):
    """(N, T, 32) -> (N, T, 32), with the weights of the library's layer."""
    qkv = (attention.norm(x) @ attention.to_qkv.weight.T).reshape(*x.shape[:2], 3, 4, 8)
    q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each (N, heads, T, 8): the order of lesson 09
    heads = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
    x = x + heads @ attention.to_out[0].weight.T + attention.to_out[0].bias
    norm, widen, _, _, narrow, _ = feed_forward.net  # between them GELU, and dropout of nothing
    return x + narrow(F.gelu(widen(norm(x))))


tokens = tv.randn(2, 16, 32)
with tv.no_grad():
    np.testing.assert_allclose(encoder_layer(tokens).numpy(), layer(tokens).numpy(), atol=1e-5)
norms, joined, widened, narrowed = 2 * (32 + 32), 32 * 32 + 32, 32 * 64 + 64, 64 * 32 + 32
predict(
    "How many parameters has the layer? 32 features, 64 inside; no bias on query, key and value.",
    sum(p.numel() for p in layer.parameters()),
    hint="Norms 128; query, key, value 3072; joining the heads 1056; widen 2112; narrow 2080.",
)
assert sum(p.numel() for p in layer.parameters()) == 8448
assert norms + 3 * 32 * 32 + joined + widened + narrowed == 8448

# %% [markdown]
# What you have now
# -----------------
# - layer normalisation, and its rule: take out what the output does not see, divide by the spread
# - the residual connection: a way for the gradient on which nothing is lost
# - a feed-forward part at each patch, and the whole layer
#
# In the exercise you write the rule of layer normalisation. Next, lesson 11: a dozen of these
# layers on top of each other, patches and positions below, a classifier above.
