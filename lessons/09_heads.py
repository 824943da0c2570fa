"""
Many heads
==========

**Question.** A patch may want to know two things at once. Can one attention tell it both?

**You will build** multi-head attention: first a loop over the heads, then the reshape and the
transposition that spare the loop. And you will see the most common mistake in it.

**Needs** lesson 08. **Runs in** about 8 s.

**Expect** 16,640 parameters in one head on 64 features; a wrong reshape that raises no error; a
small network with four heads that reads at least 90 % of the held-out digits, and one map for each
of its heads. Every number here is asserted below.
"""

# %%
import numpy as np
from scipy import special

import tinyvision as tv
from tinyvision import nn
from tinyvision.lessons import predict, show
from tinyvision.nn import functional as F

tv.manual_seed(0)
tv.set_num_threads(1)  # small arrays: quickest so, and the same numbers on every machine

# %% [markdown]
# One answer for two questions
# ----------------------------
# A patch wants to know what its left neighbour holds, and what the one above it holds. One
# attention gives one list of shares. The best it can do is to give each a half.

# %%
left, above = 5.0, 1.0
halves = np.array([0.5, 0.5])
one = halves @ [left, above]
exchanged = halves @ [above, left]
predict(
    "The neighbours hold 5 (left) and 1 (above); the answer is 3. Exchange them: what is it now?",
    exchanged,
    hint="0.5 · 1 + 0.5 · 5",
)
assert one == exchanged == 3

# %% [markdown]
# Two different images, one answer: the patch has learned a mean, and cannot tell who holds what.
# Two attentions side by side, each with its own shares, give two answers. Put next to each other
# they lose nothing. Such an attention is called a **head**.

# %%
heads = np.array([[1.0, 0.0], [0.0, 1.0]])  # the first looks left, the second up
assert (heads @ [left, above]).tolist() == [5, 1]
assert (heads @ [above, left]).tolist() == [1, 5]

# %% [markdown]
# A loop over the heads
# ---------------------
# Each patch is a vector of, say, 8 features. Three linear maps make its query, key and value, 8
# numbers each. With two heads, the first takes the first 4 numbers of them, the second the last 4.
# Each does what lesson 08 did. The answers are laid side by side, 8 numbers again, and a last
# linear map lets the heads' findings mix.


# %%
def multi_head(x, w_q, w_k, w_v, w_o, heads):
    """(T, dim) -> (T, dim); each w is (dim, dim) and is applied as x @ w.T, as in nn.Linear."""
    q, k, v = x @ w_q.T, x @ w_k.T, x @ w_v.T  # (T, dim) each
    size = x.shape[1] // heads
    found = []
    for h in range(heads):
        part = slice(h * size, (h + 1) * size)  # the columns of this head
        found.append(F.scaled_dot_product_attention(q[:, part], k[:, part], v[:, part]))
    return tv.cat(found, 1) @ w_o.T


T, dim = 5, 8
x = tv.randn(T, dim)
weights = [tv.randn(dim, dim) for _ in range(4)]
out = multi_head(x, *weights, heads=2)
assert out.shape == (T, dim)

layer = nn.MultiheadAttention(dim, num_heads=2, bias=False)  # the library's
with tv.no_grad():
    layer.in_proj_weight.copy_(tv.cat(weights[:3]))
    layer.out_proj.weight.copy_(weights[3])
    np.testing.assert_allclose(layer(x, x, x)[0].numpy(), out.numpy(), rtol=1e-4, atol=1e-5)

q, k, v = (tv.matmul(x, w.T).numpy().reshape(T, 2, 4) for w in weights[:3])
shares = special.softmax(np.einsum("ihd,jhd->hij", q, k) / 2, axis=-1)  # SciPy's; √4 = 2
mixed = np.einsum("hij,jhd->ihd", shares, v).reshape(T, dim) @ weights[3].numpy().T
np.testing.assert_allclose(mixed, out.numpy(), rtol=1e-4, atol=1e-5)

# %% [markdown]
# With one head the slice is everything, and what is left is lesson 08 between linear maps.

# %%
eye = tv.eye(dim)
single = multi_head(x, eye, eye, eye, eye, heads=1)
np.testing.assert_array_equal(single.numpy(), F.scaled_dot_product_attention(x, x, x).numpy())

# %% [markdown]
# What do more heads cost?
# ------------------------
# The maps for query, key, value and for joining each have 64 · 64 weights and 64 biases.


# %%
def size(heads):
    return sum(p.numel() for p in nn.MultiheadAttention(64, heads).parameters())


assert size(1) == 4 * 64 * (64 + 1) == 16_640
predict("One head on 64 features has 16,640 parameters. How many have eight heads?", size(8))
assert size(1) == size(2) == size(4) == size(8)

W = np.round(weights[0].numpy(), 1)
panels = [
    (f"{n} head{'s' * (n > 1)}", W, {"frames": [(h * 8 // n, 0, 8 // n, 8) for h in range(n)],
     "numbers": False, "note": f"{n} × {8 // n} rows"})
    for n in (1, 2, 4)
]  # fmt: skip
heading = "More heads cut the same weights into more slices"
caption = (
    "the map that makes the queries, 8 features to 8: a frame for each head\n"
    "a square is a weight: red above 0, blue below; the darker, the farther away"
)
show(tv.viz.matrices(panels, heading, caption), "slices", "64 weights, whatever the heads")

# %% [markdown]
# The multiplications stay as many, too. What grows is the number of shares: T · T for each head.
# And each head becomes narrower: eight heads on 64 features compare vectors of 8 numbers.

# %%
costs = {}
tokens = tv.randn(1, 16, 64)
for n in (1, 8):
    with tv.utils.count_multiply_adds() as counted, tv.no_grad():
        nn.MultiheadAttention(64, n, batch_first=True)(tokens, tokens, tokens)
    costs[n] = counted.total
assert costs[1] == costs[8] == 4 * 16 * 64 * 64 + 2 * 16 * 16 * 64

# %% [markdown]
# The order of a reshape
# ----------------------
# A loop over heads is slow in Python. So the heads become an axis: (T, dim) is read as (T, heads,
# size), and then heads and patches change places, to (heads, T, size). Three patches, four
# features, two heads. The number 21 stands for patch 2, feature 1.

# %%
numbered = 10 * np.arange(3)[:, None] + np.arange(4)
right = numbered.reshape(3, 2, 2).transpose(1, 0, 2)
predict("What does the second head get of patch 0?", right[1, 0], hint="Features 2 and 3.")
assert right[0].tolist() == [[0, 1], [10, 11], [20, 21]]
assert right[1].tolist() == [[2, 3], [12, 13], [22, 23]]

wrong = numbered.reshape(2, 3, 2)  # straight to (heads, T, size)
assert wrong.shape == right.shape  # no error, ever
assert wrong[0].tolist() == [[0, 1], [2, 3], [10, 11]]

panels = [
    ("the patches", numbered), "→", ("first head", right[0]), ("second head", right[1]),
    "  but not", ("first head", wrong[0]), ("second head", wrong[1]),
]  # fmt: skip
panels = [item if isinstance(item, str) else (*item, {"colours": "plain"}) for item in panels]
heading = "reshape to (T, heads, size), then transpose; not reshape to (heads, T, size)"
caption = "21 = patch 2, feature 1; a row for each patch, a column for each feature"
show(tv.viz.matrices(panels, heading, caption), "reshape", "the second way mixes patches up")

# %% [markdown]
# The wrong way has the right shape and gives finite numbers; it may even train, badly. But its
# first head takes half of patch 0 for a patch of its own, and never sees patch 2. A test finds it:
# change patch 2, and see which heads notice.

# %%
changed = numbered.copy()
changed[2] += 100
notices = (changed.reshape(3, 2, 2).transpose(1, 0, 2) != right).any(axis=(1, 2))
assert notices.tolist() == [True, True]
notices = (changed.reshape(2, 3, 2) != wrong).any(axis=(1, 2))
assert notices.tolist() == [False, True]

# the way back: change places first, then join
assert (right.transpose(1, 0, 2).reshape(3, 4) == numbered).all()
assert (right.reshape(3, 4) != numbered).any()

# %% [markdown]
# Four heads on real digits
# -------------------------
# A small Vision Transformer, one layer with four heads, learns to read digits of 8 by 8 pixels.
# How it is made is the matter of lessons 10 and 11. Here we look at its heads.

# %%
(train, y), (test, answers) = tv.data.load_digits("train"), tv.data.load_digits("test")
mean, spread = train.mean(), train.std()
x, held_out = (
    tv.tensor((part[:, None] - mean) / spread).float() for part in (train, test)
)  # (1438, 1, 8, 8) and (359, 1, 8, 8), of mean 0 and deviation 1  # fmt: skip
tv.manual_seed(0)
model = tv.models.ViT(
    image_size=8, patch_size=2, channels=1, num_classes=10, dim=32, depth=1, heads=4, dim_head=8,
    mlp_dim=64, patch_norm=False,
)  # fmt: skip
for start in (model.pos_embedding, model.cls_token):
    nn.init.trunc_normal_(start, std=0.02)  # small at first: lesson 11 says more
epochs, batches = 20, 23
optimizer = tv.optim.AdamW(model.parameters(), lr=5e-3)
schedule = tv.train.warm_up_and_cosine(optimizer, epochs * batches)
for _ in range(epochs):
    for places in np.array_split(tv.randperm(len(x)).numpy(), batches):
        loss = F.cross_entropy(model(x[places]), tv.tensor(y[places]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()


def accuracy():
    with tv.no_grad():
        return float((model(held_out).argmax(1).numpy() == answers).mean())


reads = accuracy()
print(f"{reads:.1%} of {len(answers)} held-out digits are read")
assert reads >= 0.9

# %% [markdown]
# Where does the class token look, which gathers what the answer is made of? Each head has its own
# map. Nobody told them to share the work.

# %%
shown = 31
seen = model.attention(held_out[shown : shown + 1])[0][0]  # the first layer, the first image
assert seen.shape == (4, 17, 17)  # 16 patches and the class token
np.testing.assert_allclose(seen.sum(axis=-1), 1, rtol=1e-5)
show(tv.viz.attention_maps(test[shown] / 16, seen, 2), "heads", "the four heads on one digit")
likeness = np.corrcoef(seen[:, 0])[np.triu_indices(4, 1)]  # of the class token's row, in pairs
assert likeness.min() < 0.5  # some heads look at quite other places than others

# %% [markdown]
# Does it need all four? Take one away: set to 0 the weights that join its findings to the rest.
# The network was not trained to do without it, so this shows what it leans on, not what could be
# learned with three.

# %%
joining = model.transformer.layers[0][0].to_out[0].weight  # (32, 4 · 8)
without = {"all four": reads}
for h in range(4):
    kept = joining.detach().clone()
    with tv.no_grad():
        joining[:, 8 * h : 8 * h + 8] = 0
        without[f"without head {h}"] = accuracy()
        joining.copy_(kept)
assert accuracy() == reads  # it is whole again
assert all(share < reads for name, share in without.items() if name != "all four")
per_cent = {name: round(100 * share, 1) for name, share in without.items()}
heading, caption = "What a trained network loses with a head", "held-out digits read, in per cent"
show(tv.viz.bars(per_cent, heading, caption, unit="%"), "without", "one head taken away at a time")

# %% [markdown]
# Try it: one head of 32 features instead of four of 8 (``heads=1, dim_head=32``).
#
# What you have now
# -----------------
# - several attentions side by side, each on its own slice of the features, joined by a linear map
# - as many parameters, whatever the number of heads
# - the order: reshape to (T, heads, size), then transpose; and a test that finds the other order
#
# In the exercise you mend a reshape. Next, lesson 10: attention becomes part of a layer.
