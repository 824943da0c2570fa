"""
The Vision Transformer
======================

**Question.** The article's second listing breaks off in the middle of a line, at ``pool='``. What
would have come, and does it read?

**You will build** a Vision Transformer from the parts of lessons 06 to 10, and train it.

**Needs** lessons 06 to 10. **Runs in** about 10 s.

**Expect** eight digits learned by heart within 40 steps; more than 92 % of the held-out digits read
after 10 epochs. Every number here is asserted below.
"""

# %%
import numpy as np

import tinyvision as tv
from tinyvision import nn, viz
from tinyvision.lessons import predict, show
from tinyvision.nn import functional as F

tv.set_num_threads(1)  # small arrays: quickest so, and the same numbers on every machine

# %% [markdown]
# From the parts
# --------------
# Cut the image into patches and embed them (lesson 06). Put one more token in front, the **class
# token**: it belongs to no patch, and will be asked for the answer. Add positions (lesson 07). Send
# all through encoder layers (lessons 08 to 10). Read the class token, and let a linear layer
# decide. That is all.


# %%
class OwnViT(nn.Module):
    def __init__(self, patches, numbers, classes, dim, depth, heads, mlp_dim):
        super().__init__()
        self.embed = nn.Linear(numbers, dim)
        self.class_token = nn.Parameter(tv.randn(1, dim))
        self.position = nn.Parameter(tv.randn(patches + 1, dim))
        self.encoder = tv.models.Encoder(dim, depth, heads, dim // heads, mlp_dim)
        self.head = nn.Linear(dim, classes)

    def forward(self, images):  # (N, 1, 8, 8)
        x = self.embed(tv.models.patchify(images, 2))  # (N, 16, dim)
        token = self.class_token.expand(len(x), 1, -1)
        x = tv.cat([token, x], 1) + self.position  # (N, 17, dim)
        return self.head(self.encoder(x)[:, 0])  # (N, classes)


# %% [markdown]
# The library's has the signature that the article began, and more choices. With the same weights in
# the same places both must give the same scores.

# %%
small = {
    "image_size": 8, "patch_size": 2, "channels": 1, "num_classes": 10, "dim": 32, "depth": 2,
    "heads": 4, "dim_head": 8, "mlp_dim": 64, "patch_norm": False,
}  # fmt: skip
tv.manual_seed(0)
model = tv.models.ViT(**small, pool="cls")
own = OwnViT(16, 4, 10, 32, 2, 4, 64)
assert sum(p.numel() for p in own.parameters()) == sum(p.numel() for p in model.parameters())
own.embed, own.encoder, own.head = model.to_patch_embedding[2], model.transformer, model.mlp_head
own.class_token, own.position = model.cls_token, model.pos_embedding

(train, y), (test, answers) = tv.data.load_digits("train"), tv.data.load_digits("test")
x, held_out = (
    ((part[:, None] - train.mean()) / train.std()).astype(np.float32) for part in (train, test)
)  # (1438, 1, 8, 8) and (359, 1, 8, 8), of mean 0 and deviation 1
with tv.no_grad():
    images = tv.tensor(held_out[:4])
    np.testing.assert_allclose(own(images).numpy(), model(images).numpy(), atol=1e-5)

# %% [markdown]
# More or fewer parameters than the CNN?
# --------------------------------------
# For the images of the article's CNN, 3 by 32 by 32: patches of 4 by 4, 64 features, 3 layers.
# First count, piece by piece; then let the library count.


# %%
def parameters(patches, numbers, classes, dim, depth, mlp_dim, patch_norm, qkv_bias):
    embed = numbers * dim + dim + patch_norm * 2 * (numbers + dim)
    tokens = dim + (patches + 1) * dim  # the class token, and the positions
    attention = 2 * dim + 3 * (dim * dim + qkv_bias * dim) + dim * dim + dim
    feed_forward = 2 * dim + (dim * mlp_dim + mlp_dim) + (mlp_dim * dim + dim)
    return embed + tokens + depth * (attention + feed_forward) + 2 * dim + dim * classes + classes


vit = tv.models.ViT(
    image_size=32, patch_size=4, num_classes=10, dim=64, depth=3, heads=4, dim_head=16, mlp_dim=128
)
count = {
    "the article's CNN": sum(p.numel() for p in tv.models.CNN().parameters()),
    "of these, in its layer fc1": sum(p.numel() for p in tv.models.CNN().fc1.parameters()),
    "a ViT for the same images": sum(p.numel() for p in vit.parameters()),
}
predict(
    "Has this ViT more or fewer parameters than the article's CNN with its 261,982?",
    "fewer" if count["a ViT for the same images"] < count["the article's CNN"] else "more",
    choices=("more", "fewer"),
    hint="A layer has about 4 · 64 · 64 + 2 · 64 · 128 weights, and there are 3.",
)
assert count["the article's CNN"] == 261_982
assert count["a ViT for the same images"] == parameters(64, 48, 10, 64, 3, 128, True, False)
assert count["a ViT for the same images"] == 108_202
assert count["of these, in its layer fc1"] == 245_880
show(
    viz.bars(count, "Parameters", "for 3 × 32 × 32 pixels, ten classes"),
    "parameters",
    "one linear layer makes the CNN large",
)

# %% [markdown]
# Nearly all of the CNN's stand in one linear layer. The ViT has no such layer: it uses the same
# weights at every patch. Size is a choice, though. The published ViT-B/16, for 224 by 224 pixels
# and 1000 classes, has 86,567,656, by the same count.

# %%
tiny = sum(p.numel() for p in tv.models.vit("Ti/16").parameters())
assert parameters(14 * 14, 3 * 16 * 16, 1000, 192, 12, 768, False, True) == tiny == 5_717_416
assert parameters(14 * 14, 3 * 16 * 16, 1000, 768, 12, 3072, False, True) == 86_567_656

# %% [markdown]
# Can it learn at all?
# --------------------
# Before training for real: eight digits by heart. A network that cannot do that has a mistake in
# it. And its answer must hang on the image. Implementations are known that gave every image the
# same scores, and looked busy doing so.

# %%
eight, names = tv.tensor(x[:8]), tv.tensor(y[:8])
optimizer = tv.optim.AdamW(model.parameters(), lr=1e-2)
losses = []
for _ in range(40):
    loss = F.cross_entropy(model(eight), names)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
figure = viz.lines({"loss": losses}, "step", "loss (nats, log)", "Eight digits by heart", log="y")
show(figure, "eight", "a network that cannot do this has a mistake in it")
assert losses[-1] < 0.02
assert (model(eight).argmax(1).numpy() == y[:8]).all()

pixels = tv.tensor(held_out[:1], requires_grad=True)
model(pixels).max().backward()
felt = tv.models.patchify(pixels.grad, 2).abs().sum(-1)
assert (felt > 0).all()  # the score hangs on each of the 16 patches

# %% [markdown]
# The class token goes into the encoder the same for every image. What it says at the end, it has
# heard from the patches.

# %%
with tv.no_grad():
    two = model.embed(tv.tensor(held_out[:2]))  # (2, 17, 32), the class token first
    before = bool((two[0, 0] == two[1, 0]).all())
    after = bool(np.allclose(*model.transformer(two)[:, 0].numpy(), atol=0.1))
predict("Two images: do their class tokens differ before the encoder?", not before)
assert before
assert not after

# %% [markdown]
# Training
# --------


# %%
def fit(model, epochs, change=lambda images: images):
    """Train on the digits; the history, one entry an epoch."""
    batches, history = 23, {"train_loss": [], "test_accuracy": []}
    optimizer = tv.optim.AdamW(model.parameters(), lr=5e-3)
    schedule = tv.train.warm_up_and_cosine(optimizer, epochs * batches)
    for _ in range(epochs):
        losses = []
        for places in np.array_split(tv.randperm(len(x)).numpy(), batches):
            loss = F.cross_entropy(model(tv.tensor(change(x[places]))), tv.tensor(y[places]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        history["train_loss"].append(float(np.mean(losses)))
        right = tv.train.evaluate(model, held_out).argmax(1) == answers
        history["test_accuracy"].append(float(right.mean()))
    return history


tv.manual_seed(0)
model = tv.models.ViT(**small)
history = fit(model, epochs=10)
print(f"{history['test_accuracy'][-1]:.1%} of {len(answers)} held-out digits are read")
show(viz.training_curves(history), "training", "ten epochs on 1,438 digits")
assert history["test_accuracy"][-1] > 0.92

# %% [markdown]
# A convolution is told that neighbouring pixels belong together. A Vision Transformer has to find
# out, here from 1,438 images. Lesson 14 holds the two against each other.
#
# What did it look at? **Attention rollout** follows the class token's attention back through all
# layers, to the patches.

# %%
shown = 31
weights = [layer[0] for layer in model.attention(tv.tensor(held_out[shown : shown + 1]))]
assert [w.shape for w in weights] == [(4, 17, 17)] * 2
flow = viz.attention_rollout(weights)
np.testing.assert_allclose(flow.sum(axis=1), 1, rtol=1e-5)
by_hand = np.eye(17)
for w in weights:  # half of each layer's output comes through attention, half straight on
    by_hand = (w.mean(axis=0) + np.eye(17)) / 2 @ by_hand
np.testing.assert_allclose(flow, by_hand, atol=1e-6)
show(viz.rollout(test[shown] / 16, weights, 2), "rollout", "what reaches the class token")

# %% [markdown]
# What do positions learn?
# ------------------------
# The positions started as random vectors, as all of them differ enough to be told apart. To see
# what they learn, start them near 0. And train once with the digits as they are, each in the middle
# of its frame, and once with each digit moved by up to one pixel, anew every time.


# %%
def neighbours(positions):
    """How alike are the positions of patches side by side, and of patches three steps apart?"""
    p = positions[1:] - positions[1:].mean(axis=0)  # without the class token's
    p = p / np.linalg.norm(p, axis=1, keepdims=True)
    row, column = np.divmod(np.arange(16), 4)
    steps = abs(row[:, None] - row) + abs(column[:, None] - column)
    return float((p @ p.T)[steps == 1].mean()), float((p @ p.T)[steps == 3].mean())


moved = tv.data.RandomCrop((8, 8), padding=1, fill=float(x.min()))
for name, change in (("still", lambda images: images), ("moved", moved)):
    tv.manual_seed(0)
    one = tv.models.ViT(**{**small, "depth": 1})
    nn.init.trunc_normal_(one.pos_embedding, std=0.02)
    fit(one, 8, change)
    near, far = neighbours(one.pos_embedding.detach().numpy())
    print(f"digits {name}: patches side by side {near:+.2f}, three steps apart {far:+.2f}")
    show(
        viz.position_similarity(one.pos_embedding, 4), name, f"digits {name}: how alike places are"
    )
    assert near < 0 if name == "still" else near > 0.1 > 0 > far

# %% [markdown]
# With digits that stand still, neighbours become *un*like: each place means something of its own,
# and has to be told from the next. With digits that move, neighbours become alike: what stands on
# one patch may stand on the next one tomorrow. Positions learn what the images teach.
#
# What you have now
# -----------------
# - the Vision Transformer that the article began, out of your own parts
# - a class token that starts the same for every image and hears the rest from the patches
# - two tests for any network: eight images by heart, and an answer that hangs on the image
#
# In the exercise you add the class token. Next, lesson 12: learning from images without any label.
