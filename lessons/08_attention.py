"""
Attention by hand
=================

**Question.** How can a patch find, among all patches, the few that matter to it?

**You will build** scaled dot-product attention: first as loops, then as three lines of NumPy.
**Needs** lessons 04 and 06.  **Runs in** about 3 s.

**Expect** (2.035972, 1.035972, 3.964028, 2.964028) from the article's own example, where it prints
(2.36, 1.18, 3.64, 2.82). You will see which of its numbers are wrong, and why.
"""

# %%
import math

import numpy as np
from scipy import special

import tinyvision as tv
from tinyvision import viz
from tinyvision.lessons import predict, show, views
from tinyvision.nn import functional as F

rng = np.random.default_rng(0)

# %% [markdown]
# A question, some keys, some values
# ----------------------------------
# A convolution looks at neighbours. But whether a stroke belongs to a 3 or to an 8 may be settled
# at the far end of the image. Attention lets every patch look everywhere, and choose.
#
# Three vectors play three parts:
#
# - the **query**: what a patch is looking for,
# - a **key** for each patch: what that patch has to offer,
# - a **value** for each patch: what it hands over if it is chosen.
#
# This is the example of the article, section 4.2. One query, two keys; the values are the keys.

# %%
q = np.array([1.0, 2.0, 3.0, 4.0])
K = np.array([[2.0, 1.0, 4.0, 3.0], [4.0, 3.0, 2.0, 1.0]])
V = K

# %% [markdown]
# Step 1: how well does a key fit?
# --------------------------------
# Multiply number by number and add up: the dot product. It is large where both vectors are large
# in the same places.


# %%
def dot(a, b):
    total = 0.0
    for x, y in zip(a, b, strict=True):
        total += x * y
    return total


scores = np.array([dot(q, k) for k in K])
predict("The two scores q · k₁ and q · k₂?", scores, hint="q · k₁ = 1·2 + 2·1 + 3·4 + 4·3")
assert scores.tolist() == [28, 20]
assert (scores == K @ q).all()  # NumPy's name for it

# %% [markdown]
# Step 2: divide by √d
# --------------------
# The vectors have d = 4 numbers, so the scores are divided by √4 = 2. Why one does that, we will
# measure further down.

# %%
scaled = scores / math.sqrt(len(q))
assert scaled.tolist() == [14, 10]

# %% [markdown]
# Step 3: from scores to shares
# -----------------------------
# Softmax makes positive numbers of the scores and divides each by their sum. So they add up to 1
# and can be read as shares: $w_i = e^{s_i} / \sum_j e^{s_j}$, in code ``exp(s) / exp(s).sum()``.
#
# One thing more: ``exp(1000)`` is too large for the machine. Only differences of scores count, for
# a number added to all of them cancels. So the greatest is taken off first.


# %%
def softmax(s):
    powers = [math.exp(x - max(s)) for x in s]
    return np.array([p / sum(powers) for p in powers])


weights = softmax(scaled)
predict("The larger of the two weights?", max(weights), hint="1 / (1 + exp(10 - 14))")
np.testing.assert_allclose(weights, [0.982014, 0.017986], atol=5e-7)
np.testing.assert_allclose(weights, special.softmax(scaled), rtol=1e-14)  # SciPy's
np.testing.assert_allclose(weights[0], 1 / (1 + math.exp(-4)), rtol=1e-14)  # by hand
np.testing.assert_allclose(softmax(scaled + 1000), weights, rtol=1e-14)  # only differences count

# %% [markdown]
# Step 4: mix the values by these shares
# --------------------------------------

# %%
output = weights[0] * V[0] + weights[1] * V[1]
print(views.attention(q, K, V))
show(viz.attention_steps(q, K, V), "steps", "from the query on the left to the output on the right")
np.testing.assert_allclose(output, [2.035972, 1.035972, 3.964028, 2.964028], atol=5e-7)
library = F.scaled_dot_product_attention(*(tv.tensor(a) for a in (q[None], K, V)))
np.testing.assert_allclose(library.numpy()[0], output, rtol=1e-12)

# %% [markdown]
# What the article prints
# -----------------------
# The article's formula is right, and you have just followed it. Its printed numbers are not:
#
# - q · k₁ is given as 26. Its own four products, 2 + 2 + 12 + 12, make 28.
# - The division by √4 is left out.
# - The weights are given as 0.82 and 0.18. Softmax of the article's own 26 and 20 gives 0.997527
#   and 0.002473; of 28 and 20, undivided, 0.999665 and 0.000335. Only 26 and 20 divided by 4, which
#   is d and not its root, give 0.817574 and 0.182426: two slips, and rounded.
# - The output is given as (2.36, 1.18, 3.64, 2.82). Even 0.82 and 0.18 make it
#   (2.36, 1.36, 3.64, 2.64).
#
# Texts have errors, also good ones, perhaps also this one. So recompute.

# %%
printed = tv.verify.ARTICLE[1]
print("           the article prints          its formula gives")
for name, says, gives in (
    ("scores", printed.scores, scores),
    ("weights", printed.weights, weights.round(6)),
    ("output", printed.output, output.round(6)),
):
    print(f"{name:<9}  {', '.join(says):<26}  {', '.join(f'{x:.7g}' for x in gives)}")
assert printed.scores == ("26", "20")
assert 2 + 2 + 12 + 12 == 28
assert printed.weights == ("0.82", "0.18")
assert printed.output == ("2.36", "1.18", "3.64", "2.82")
np.testing.assert_allclose(softmax([26, 20]), [0.997527, 0.002473], atol=5e-7)
np.testing.assert_allclose(softmax([26 / 4, 20 / 4]), [0.817574, 0.182426], atol=5e-7)
np.testing.assert_allclose(softmax([28, 20]), [0.999665, 0.000335], atol=5e-7)
np.testing.assert_allclose(0.82 * V[0] + 0.18 * V[1], [2.36, 1.36, 3.64, 2.64], rtol=1e-12)

# %% [markdown]
# Many queries at once
# --------------------
# In a network every patch asks. With the queries as rows of Q the whole of attention is
# $\mathrm{softmax}(QK^T/\sqrt{d})\,V$: three lines. Row i of the weights says where query i looks.


# %%
def attention(Q, K, V):
    scores = Q @ K.T / math.sqrt(K.shape[1])  # (L, d) @ (d, S) -> (L, S)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)  # each row by its own sum
    return weights @ V, weights  # (L, S) @ (S, D) -> (L, D)


Q, K, V = rng.normal(size=(3, 8)), rng.normal(size=(5, 8)), rng.normal(size=(5, 2))
out, weights = attention(Q, K, V)
for i in range(3):  # the same by loops, one query at a time
    row = softmax([dot(Q[i], k) / math.sqrt(8) for k in K])
    np.testing.assert_allclose(weights[i], row, rtol=1e-12)
    np.testing.assert_allclose(out[i], sum(w * v for w, v in zip(row, V, strict=True)), rtol=1e-12)
np.testing.assert_allclose(weights, special.softmax(Q @ K.T / math.sqrt(8), axis=1), rtol=1e-12)
np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-12)  # the shares of each query

# %% [markdown]
# Three laws
# ----------
# They follow from the formula. A program that breaks one of them is wrong, whatever it prints.

# %%
same = np.tile(K[0], (5, 1))
predict(
    "Five keys, all equal. What share does each get?",
    attention(Q, same, V)[1][0, 0],
    hint="Nothing tells them apart, and the shares add up to 1.",
)
np.testing.assert_allclose(attention(Q, same, V)[0], np.tile(V.mean(axis=0), (3, 1)), rtol=1e-12)

order = rng.permutation(5)
predict(
    "Shuffle the keys, and the values in the same way. Is the output another one?",
    not np.allclose(attention(Q, K[order], V[order])[0], out),
    hint="A sum does not care in which order it is added up.",
)
assert not np.allclose(attention(Q, K[order], V)[0], out)  # shuffling the keys alone does harm

# %% [markdown]
# So attention does not know where a key stands. Lesson 07 gave the patches their positions: here
# you see why.
#
# Why divide by √d?
# -----------------
# A dot product of d numbers is a sum of d products. If all numbers are drawn with mean 0 and
# variance 1, each product has variance 1, and the variances add up.

# %%
sizes = [4, 16, 64, 256, 1024]
raw = {d: np.einsum("nd,nkd->nk", rng.normal(size=(500, d)), rng.normal(size=(500, 16, d)))
       for d in sizes}  # 500 queries, each with 16 keys  # fmt: skip
variance = {d: raw[d].var() for d in sizes}
predict(
    "d = 64 random numbers of variance 1. Which variance has q · k?",
    min((1, 8, 64), key=lambda guess: abs(guess - variance[64])),
    choices=(1, 8, 64),
)
for d in sizes:
    assert abs(variance[d] / d - 1) < 0.1, (d, variance[d])
    assert abs((raw[d] / math.sqrt(d)).var() - 1) < 0.1

# %% [markdown]
# Dividing by √d brings the variance back to 1, whatever d is. Without it scores grow with d, and
# softmax of large scores is all or nothing: one key takes everything. Worse, it can then not be
# taught otherwise. The slope of a weight w with respect to its own score is w · (1 - w), and that
# is 0 when w is 0 or 1.

# %%
sharp = {d: special.softmax(raw[d], axis=1) for d in sizes}
soft = {d: special.softmax(raw[d] / math.sqrt(d), axis=1) for d in sizes}


def drawn(of_weights, heading, what):
    curves = {"divided by √d": soft, "not divided": sharp}
    curves = {name: (sizes, [of_weights(w[d]) for d in sizes]) for name, w in curves.items()}
    caption = "random queries and keys: the mean of 500 queries with 16 keys each"
    return viz.lines(
        curves, "d, the numbers in a query (log scale)", what, heading, caption, log="x"
    )


figure = drawn(lambda w: w.max(axis=1).mean(), "Undivided, one key takes it all", "largest weight")
show(figure, "largest", "the largest of 16 weights, by the length of the vectors")
figure = drawn(
    lambda w: (w * (1 - w)).mean(), "... and then there is no slope to learn by", "w (1 − w)"
)
show(figure, "slope", "how much a weight moves when its score moves a little")
assert sharp[1024].max(axis=1).mean() > 0.9  # all or nothing
assert all(0.2 < soft[d].max(axis=1).mean() < 0.4 for d in sizes)  # about the same at every d
assert (sharp[1024] * (1 - sharp[1024])).mean() < 0.2 * (soft[1024] * (1 - soft[1024])).mean()

# %% [markdown]
# Masks: what must not be looked at
# ---------------------------------
# Give a score of minus infinity, and ``exp`` makes a weight of exactly 0 of it. The others share
# the whole. In the library ``attn_mask`` is True where a query *may* look.

# %%
Q = rng.normal(size=(5, 8))
mask = np.tril(np.ones((5, 5), dtype=bool))  # each may look at itself and at those before it
open_, closed = (
    special.softmax(np.where(m, Q @ K.T / math.sqrt(8), -np.inf), axis=1)
    for m in (mask | True, mask)
)
assert (closed[~mask] == 0).all()
np.testing.assert_allclose(closed.sum(axis=1), 1, rtol=1e-12)
masked = F.scaled_dot_product_attention(*map(tv.tensor, (Q, K, V)), attn_mask=tv.tensor(mask))
np.testing.assert_allclose(masked.numpy(), closed @ V, rtol=1e-12)
look = {"decimals": 2, "limit": 1}
panels = [("all may be looked at", open_, look), "→", ("masked", closed, look)]
heading = "Attention weights: a row for each query, a column for each key"
caption = (
    "every row adds up to 1; a masked key gets 0, and the others share what it had\n"
    "0 is nothing at all; 0.00 is a small weight, rounded; white is 1, in both"
)
show(viz.matrices(panels, heading, caption), "mask", "before and after the mask")

# %% [markdown]
# It has a derivative, so it can learn
# ------------------------------------
# The output is the weights times V, so the gradient of V is the weights, transposed, times the
# gradient that arrives. That of Q and K goes through softmax; tinyvision has the rule. We hold all
# three against central differences, (f(x + h) - f(x - h)) / 2h, number by number.

# %%
parts = [tv.tensor(a, requires_grad=True) for a in (Q, K, V)]
arrives = rng.normal(size=(5, 2))
(F.scaled_dot_product_attention(*parts) * tv.tensor(arrives)).sum().backward()
np.testing.assert_allclose(parts[2].grad.numpy(), open_.T @ arrives, rtol=1e-10)
for part in parts:
    array = part.detach().numpy().copy()
    numbers = [Q, K, V]
    place = next(i for i, p in enumerate(parts) if p is part)
    for index in np.ndindex(array.shape):
        heights = []
        for step in (1e-5, -1e-5):
            moved = array.copy()
            moved[index] += step
            numbers[place] = moved
            heights.append((attention(*numbers)[0] * arrives).sum())
        slope = (heights[0] - heights[1]) / 2e-5
        assert abs(slope - part.grad.numpy()[index]) < 1e-7

# %% [markdown]
# A real digit looks at itself
# ----------------------------
# Take the 16 patches of a digit as queries, keys and values alike, each less the mean patch and
# brought to length 1. Then q · k is the cosine of the angle between two patches: 1 for the same
# piece of stroke, whatever its ink. Scores are multiplied by 4, to make the choice a clear one.
#
# Nothing has been learned yet. Still, the framed patch asks, and finds its like.

# %%
images, labels = tv.data.load_digits("test")
digit = images[31] / 16
patches = tv.models.patchify(tv.tensor(digit[None, None]), 2).numpy()[0]  # (16, 4)
patches = patches - patches.mean(axis=0)
patches /= np.linalg.norm(patches, axis=1, keepdims=True)
out, weights = attention(8 * patches, patches, patches)  # 8 / √4 = 4
asks = 5
cosines = patches @ patches[asks]
best = np.argsort(-weights[asks])
predict(
    "Patch 5 holds a piece of the 0's left side. After itself, which does it look at most?",
    str(best[1]),  # the name of a patch
    hint="The stroke goes on below. Patches count from 0, in reading order, 4 in a row.",
)
show(viz.attention_maps(digit, weights[None], 2, query=asks), "digit", "a stroke finds strokes")
assert best[0] == asks
assert (np.diff(cosines[best]) < 1e-12).all()  # the more alike, the more it is looked at
np.testing.assert_allclose(weights[asks], special.softmax(4 * cosines), rtol=1e-12)

# %% [markdown]
# In a network, queries, keys and values are not the patches themselves. Each is a linear map of
# them, with weights that are learned: what to look for, what to offer, what to hand over.
#
# What you have now
# -----------------
# - a score for each key, divided by √d, made a share by softmax: the values are mixed by these
# - three laws: shares add up to 1, equal keys give the mean, the order of the keys does not matter
# - masks, for what must not be looked at
# - the right numbers of the article's example
#
# In the exercise somebody has forgotten √d, and taken softmax along the wrong axis. Next, lesson
# 09: one question at a time is not enough.
