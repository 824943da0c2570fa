"""
Downhill
========

**Question.** A gradient says which way is up. How far should one go the other way, and can one go
more cleverly than straight down?

**You will build** gradient descent, momentum and Adam, each in a few lines.

**Needs** lesson 01. **Runs in** about 4 s.

**Expect** in a valley 50 times as steep across as along, after 40 steps: gradient descent has a
fifth of its way left, momentum less than a fiftieth. Every number here is asserted below.
"""

# %%
import numpy as np

import tinyvision as tv
from tinyvision.lessons import predict, show
from tinyvision.nn import functional as F

# %% [markdown]
# One weight
# ----------
# Take ``f(w) = w²``, whose lowest place is 0. Its gradient is ``2w``. Gradient descent goes against
# it: ``w = w - lr * 2w``. The learning rate ``lr`` is how far. So each step multiplies ``w`` by
# ``1 - 2 * lr``, and after ``k`` steps it is ``(1 - 2 * lr)**k`` times what it was. We know exactly
# what will happen, and can test the loop against it.


# %%
def descend(w, lr, steps, gradient=lambda w: 2 * w):
    """Where gradient descent has been, from the start on."""
    path = [w]
    for _ in range(steps):
        w = w - lr * gradient(w)
        path.append(w)
    return np.array(path)


for lr in (0.1, 0.5, 0.9):
    path = descend(4.0, lr, 8)
    print(f"lr {lr}: " + " ".join(f"{w:6.2f}" for w in path))
    assert np.allclose(path, 4.0 * (1 - 2 * lr) ** np.arange(9), rtol=1e-9, atol=1e-12)

# %% [markdown]
# 0.1 creeps. 0.5 is there in one step: ``1 - 2 * 0.5`` is 0. 0.9 jumps over the lowest place to the
# other side, and still comes nearer. And 1.1?

# %%
diverges = bool(abs(descend(4.0, 1.1, 100)[-1]) > 4.0)
predict(
    "On f(w) = w², does lr = 1.1 run away?", diverges, hint="Each step multiplies w by 1 - 2.2."
)
assert diverges
assert descend(4.0, 0.5, 1)[1] == 0.0

# %%
print("lr 1.1: " + " ".join(f"{w:6.2f}" for w in descend(4.0, 1.1, 8)))
assert np.allclose(descend(4.0, 1.1, 8), 4.0 * (-1.2) ** np.arange(9), rtol=1e-9)
w = np.linspace(-7, 7, 101)
walks = {f"lr {lr}": descend(4.0, lr, 5) for lr in (0.1, 0.9, 1.1)}
figure = tv.viz.lines(
    {"f(w) = w²": (w, w**2), **{name: (walk, walk**2) for name, walk in walks.items()}},
    "weight w", "f(w)", "Five steps from w = 4, at three learning rates",
    "0.1 creeps; 0.9 jumps from side to side, but down; 1.1 jumps up and away",
    ylim=(-2, 50), ground=["f(w) = w²"],
)  # fmt: skip
show(figure, "rates", "creeping, jumping, running away")

# %% [markdown]
# But is 1.1 too much in itself? Take a flatter bowl, ``f(w) = w² / 2``. Its gradient is ``w``.

# %%
flat = descend(4.0, 1.1, 100, gradient=lambda w: w)
predict(
    "On f(w) = w² / 2, does lr = 1.1 run away?",
    bool(abs(flat[-1]) > 4.0),
    hint="Each step multiplies w by 1 - 1.1.",
)
assert abs(flat[-1]) < 1e-90

# %% [markdown]
# So no learning rate is right by itself. It has to fit the curvature, the second derivative: here
# 2, there 1. Gradient descent runs away as soon as ``lr`` is greater than ``2 / curvature``: 1 for
# the first bowl, 2 for the second.
#
# Two weights: a valley
# ---------------------
# With two weights there are two curvatures. Take ``f(w) = (w₁² + 50 * w₂²) / 2``: a valley that is
# 50 times as steep across as along. The steep direction allows no more than ``lr = 2 / 50 = 0.04``.
# Along the valley, where nothing is dangerous, that is tiny.
#
# **Momentum** helps: keep a velocity, and let each gradient only change it. Along the valley the
# steps add up. Across it they point to and fro, and cancel.

# %%
CURVATURE = np.array([1.0, 50.0])
START, STEPS = np.array([4.0, 1.0]), 40


def valley(u, v):
    return (CURVATURE[0] * u**2 + CURVATURE[1] * v**2) / 2


def momentum(w, lr, m, steps):
    velocity, path = np.zeros(2), [w]
    for _ in range(steps):
        velocity = m * velocity + CURVATURE * w  # what is left of the speed, and the gradient
        w = w - lr * velocity
        path.append(w)
    return np.array(path)


plain = descend(START, 0.039, STEPS, gradient=lambda w: CURVATURE * w)
heavy = momentum(START, 0.039, 0.8, STEPS)
left_plain, left_heavy = (abs(path[-1] / START).max() for path in (plain, heavy))
print(f"left of the way after {STEPS} steps: plain {left_plain:.1%}, momentum {left_heavy:.1%}")
assert np.allclose(plain, START * (1 - 0.039 * CURVATURE) ** np.arange(41)[:, None], rtol=1e-9)
assert 0.18 < left_plain < 0.22
assert left_heavy < 1 / 50

# %% [markdown]
# Momentum has a closed form, too. A step turns the pair (weight, velocity) into a new pair by one
# matrix of 2 by 2, so ``k`` steps are its ``k``-th power. That is the judge of our loop.

# %%
for direction, a in enumerate(CURVATURE):
    step = np.array([[1 - 0.039 * a, -0.039 * 0.8], [a, 0.8]])
    after = np.linalg.matrix_power(step, STEPS) @ [START[direction], 0.0]
    assert np.isclose(after[0], heavy[-1, direction], rtol=1e-9)

# %% [markdown]
# **Adam** goes another way. It keeps a running mean of the gradient, and one of its square, and
# divides the one by the root of the other. What is left is a direction, not a size: each weight
# moves by about ``lr`` per step, steep or flat.


# %%
def adam(w, lr, steps, scale=1.0, b1=0.9, b2=0.999):
    mean, square, path = np.zeros(2), np.zeros(2), [w]
    for k in range(1, steps + 1):
        g = scale * CURVATURE * w
        mean = b1 * mean + (1 - b1) * g
        square = b2 * square + (1 - b2) * g**2
        # Both begin at 0; dividing by 1 - b**k makes up for that.
        w = w - lr * (mean / (1 - b1**k)) / (np.sqrt(square / (1 - b2**k)) + 1e-8)
        path.append(w)
    return np.array(path)


adaptive = adam(START, 0.3, STEPS)
figure = tv.viz.descent_paths(
    valley, {"gradient descent": plain, "momentum": heavy, "Adam": adaptive},
    (-1.6, 4.6, -1.5, 1.5), "Three ways down a valley",
    f"{STEPS} steps each; grey lines join places of the same height", lowest=(0, 0),
)  # fmt: skip
show(
    figure,
    "valley",
    "plain: to and fro and slow; momentum: faster; Adam: a smooth path that overshoots",
)
assert np.allclose(adaptive[1] - START, -0.3, rtol=1e-6)  # lr in either direction
assert np.allclose(adam(START, 0.3, STEPS, scale=1000.0), adaptive, atol=1e-6)
assert abs(descend(START, 0.039, STEPS, gradient=lambda w: 1000 * CURVATURE * w)).max() > 1e6

# %% [markdown]
# Multiply the loss by 1,000, and Adam walks the same path. Gradient descent would run away. That is
# why Adam needs less tuning. The library has all three, and they agree with ours to the last
# digits.


# %%
def library(make):
    w = tv.tensor(START, requires_grad=True)
    optimizer, path = make([w]), [START]
    for _ in range(STEPS):
        optimizer.zero_grad()
        valley(w[0], w[1]).backward()
        optimizer.step()
        path.append(w.detach().numpy().copy())
    return np.array(path)


assert np.allclose(library(lambda p: tv.optim.SGD(p, lr=0.039)), plain, rtol=1e-9)
assert np.allclose(library(lambda p: tv.optim.SGD(p, lr=0.039, momentum=0.8)), heavy, atol=1e-12)
assert np.allclose(library(lambda p: tv.optim.Adam(p, lr=0.3)), adaptive, atol=1e-9)
print("ours = the library's, step for step")

# %% [markdown]
# Real images
# -----------
# Now the 650 weights of lesson 01 and 1,408 digits. What does the learning rate do there? Thirty
# steps with each rate, from the same start.

# %%
images, labels = tv.data.load_digits("train")
x, y = tv.tensor(images[:1408] / 16).float().flatten(1), tv.tensor(labels[:1408])


def train(make, steps, batch=1408):
    """The loss after each so many steps; batches are taken one after the other."""
    layer = tv.nn.Linear(64, 10)
    tv.nn.init.zeros_(layer.weight)
    tv.nn.init.zeros_(layer.bias)
    optimizer, seen = make(layer.parameters()), []
    for step in range(steps):
        part = slice(step * batch % 1408, step * batch % 1408 + batch)
        loss = F.cross_entropy(layer(x[part]), y[part])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if (step + 1) * batch % 1408 == 0:  # all images were seen once more
            with tv.no_grad():
                seen.append(F.cross_entropy(layer(x), y).item())
    return seen


rates = 10.0 ** np.arange(-3, 2.1, 0.5)
sweep = {
    "SGD": [train(lambda p, lr=lr: tv.optim.SGD(p, lr), 30)[-1] for lr in rates],
    "momentum 0.9": [train(lambda p, lr=lr: tv.optim.SGD(p, lr, 0.9), 30)[-1] for lr in rates],
    "Adam": [train(lambda p, lr=lr: tv.optim.Adam(p, lr), 30)[-1] for lr in rates],
}
best = {name: rates[np.argmin(losses)] for name, losses in sweep.items()}
for name, lr in best.items():
    print(f"{name:13} best at lr = {lr:.2g}, loss {min(sweep[name]):.3f}")
figure = tv.viz.lines(
    {name: (rates, losses) for name, losses in sweep.items()},
    "learning rate", "loss after 30 steps (nats)", "Too small learns nothing, too large neither",
    "a linear classifier of 1,408 digits; guessing costs ln 10 = 2.3 nats", log="xy",
)  # fmt: skip
show(figure, "sweep", "each optimiser has its own best rate")
for name, losses in sweep.items():
    assert min(losses[0], losses[-1]) > 3 * min(losses), name
assert best["SGD"] > best["momentum 0.9"] > best["Adam"]
assert round(np.log(10), 1) == 2.3

# %% [markdown]
# Always look for the middle of that curve. Mind that each optimiser has its own.
#
# Few images at a time
# --------------------
# Must one look at all images before a single step? The mean gradient of 44 batches of 32 *is* the
# gradient of all 1,408. So the gradient of one batch is right on average, and costs a 44th. This is
# **stochastic** gradient descent, the S in SGD.

# %%
weight = tv.zeros(64, 10, requires_grad=True)


def gradient(part):
    (found,) = tv.autograd.grad(F.cross_entropy(x[part] @ weight, y[part]), [weight])
    return found.numpy()


batches = [gradient(slice(i, i + 32)) for i in range(0, 1408, 32)]
assert len(batches) == 44
assert np.allclose(np.mean(batches, axis=0), gradient(slice(None)), atol=1e-6)

few = train(lambda p: tv.optim.SGD(p, 0.3), 5 * 44, batch=32)
many = train(lambda p: tv.optim.SGD(p, 0.3), 5)
predict(
    "Five times through all: 220 steps of 32 images or 5 of 1,408? Which loss is lower?",
    "32" if few[-1] < many[-1] else "1408",
    choices=["32", "1408"],
    hint="Both look at as many images. One takes 44 times as many steps.",
)

# %%
figure = tv.viz.lines(
    {
        "32 at a time": [np.log(10), *few],
        "all 1,408 at once": [np.log(10), *many],
    },
    "times through the images", "loss (nats)", "Many rough steps beat few exact ones",
    "SGD, learning rate 0.3; both look at as many images", ylim=(0, 2.5),
)  # fmt: skip
show(figure, "batches", "220 steps against 5")
print(f"32 at a time: loss {few[-1]:.2f}; all at once: {many[-1]:.2f}")
assert few[-1] < 0.5 < 1.5 < many[-1]

# %% [markdown]
# What you have now
# -----------------
# - the learning rate has to fit the curvature: above 2 / curvature it runs away
# - momentum adds up steps along a valley; Adam forgets how steep it is
# - batches are rough and cheap, and right on average
#
# In the exercise you write momentum. Next, lesson 05: a whole network.
