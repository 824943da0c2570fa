"""
A number that knows its derivative
==================================

**Question.** A network has thousands of weights. How does one backward pass find, for each of them,
which way to turn it?

**You will build** a number that remembers where it came from, and the loop that goes back.

**Needs** nothing but school calculus. **Runs in** about 3 s.

**Expect** three ways to one and the same slope; a number at which two slopes arrive, and an order
of steps that loses one of them; 650 derivatives from one pass. Every number here is asserted below.
"""

# %%
import numpy as np

import tinyvision as tv
from tinyvision.lessons import predict, show, views

# %% [markdown]
# One weight, one pixel
# ---------------------
# The smallest network there is: a pixel ``x``, a weight ``w``, an offset ``b``. It answers
# ``w * x + b``, and we wish it had answered 8. The loss is the square of what is missing.
#
# To learn is to make the loss smaller. So we ask: if ``w`` grows a little, does the loss grow or
# shrink? That is the sign of the derivative dL/dw.


# %%
def loss(w, x=2.0, b=-1.0, wanted=8.0):
    return (w * x + b - wanted) ** 2


print("answer", 3.0 * 2.0 - 1.0, " wanted", 8.0, " loss", loss(3.0))

# The plainest way to a slope: go a small step to either side. This is a central difference.
h = 1e-5
measured = (loss(3.0 + h) - loss(3.0 - h)) / (2 * h)
predict(
    "At w = 3, is the slope of the loss positive or negative?",
    "negative" if measured < 0 else "positive",
    choices=["positive", "negative"],
    hint="The answer is 5, and 8 is wanted. Would a larger w bring it nearer?",
)
assert loss(3.0) == 9.0
assert abs(measured - (-12)) < 1e-6

# %% [markdown]
# The slope is -12: for each step of ``w`` to the right the loss falls by about twelve such steps.
# The dashed line is that slope. Only at its one point does it tell the truth about the curve.

# %%
weights, ends = np.linspace(1.5, 6.5, 101), np.array([1.5, 4.5])
curves = {
    "the loss": (weights, loss(weights)),
    "here: w = 3": ([3.0], [9.0]),
    "slope −12": (ends, 9 - 12 * (ends - 3)),
}
figure = tv.viz.lines(
    curves, "weight w", "loss", "Which way is down?", ylim=(-10, 40), ground=["the loss"]
)
show(figure, "slope", "at w = 3 the loss falls to the right")

# %% [markdown]
# Small steps, each with a rule
# -----------------------------
# Differences are simple, but they run the network twice for every weight. The chain rule does it
# in one go. Take the computation apart into steps so small that each has a rule from school:
#
# - ``a = w * x``: if ``w`` grows by 1, ``a`` grows by ``x``
# - ``y = a + b``: if ``a`` grows by 1, ``y`` grows by 1
# - ``e = y - wanted``: the same, 1
# - ``L = e * e``: the slope is ``2 * e``
#
# Then multiply along the way: ``dL/dw = 2 * e * 1 * 1 * x``.

# %%
w, x, b, wanted = 3.0, 2.0, -1.0, 8.0
a = w * x
y = a + b
e = y - wanted
L = e * e
by_hand = 2 * e * 1 * 1 * x
print(f"a = {a}, y = {y}, e = {e}, L = {L}; dL/dw = 2·({e})·{x} = {by_hand}")
assert by_hand == -12.0

# %% [markdown]
# A number that remembers
# -----------------------
# A program can do that if each number remembers what it was made from, and the slope of that step.
# This is the whole idea of this library, in two dozen lines.


# %%
class Number:
    def __init__(self, value, made_from=()):
        self.value = value
        self.made_from = made_from  # pairs (number, slope)
        self.grad = 0.0

    def __add__(self, other):
        return Number(self.value + other.value, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        # If self grows by 1, the product grows by other; and the other way round.
        slopes = [(self, other.value), (other, self.value)]
        return Number(self.value * other.value, slopes)


def go_back(order):
    """Each number hands on what has arrived at it, times the slope of the step."""
    for number in order:
        number.grad = 0.0
    order[0].grad = 1.0  # dL/dL
    for number in order:
        for source, slope in number.made_from:
            source.grad += number.grad * slope


w, x, b, wanted = Number(3.0), Number(2.0), Number(-1.0), Number(-8.0)
a = w * x
y = a + b
e = y + wanted
L = e * e
go_back([L, e, wanted, y, b, a, x, w])
print("dL/dw", w.grad, " dL/dx", w.value * 2 * e.value, " dL/db", b.grad)
assert w.grad == -12.0
assert x.grad == -18.0
assert b.grad == -6.0

# %% [markdown]
# Why the order matters
# ---------------------
# Now let a number be used twice: ``s = 3 * w``, then ``d = s * s``, then ``L = s + d``. The road
# from ``L`` back to ``w`` leads through ``s`` on two ways, and ``s`` must not hand anything on
# before both have arrived.

# %%
w, three = Number(2.0), Number(3.0)
s = three * w
d = s * s
L = s + d

go_back([L, s, d, three, w])  # s hands on before d has told it anything
wrong = w.grad
go_back([L, d, s, three, w])  # s waits for d
right = w.grad

# The judge knows nothing of graphs: differences of the formula 3w + (3w)².
judge = ((3 * (2 + h) + (3 * (2 + h)) ** 2) - (3 * (2 - h) + (3 * (2 - h)) ** 2)) / (2 * h)
predict(
    "Order 'L, s, d, w' gives 3. Order 'L, d, s, w' gives another number. Which?",
    right,
    hint="At s = 6 the slope dL/ds is 1 + 2·6. Then times 3.",
)
print(f"the wrong order says {wrong:g}, differences say {judge:.4f}")
assert wrong == 3.0
assert right == 39.0
assert s.grad == 1 + 12 == 13
assert abs(judge - 39.0) < 1e-6

# %% [markdown]
# So the rule: **a number hands on only when all it went into have spoken.** Such an order is called
# topological. It is easy to come by. A number is made after those it is made from, so if we count
# numbers as they are made, falling counts are such an order. This library does just that.
#
# The picture shows what each number is (value) and what has arrived at it (grad). At ``s`` two
# arrows leave, so two gradients come back, 1 and 12, and **they add up** to 13.

# %%
w = tv.tensor(2.0, requires_grad=True)
with views.watch():  # so that the numbers in the middle are kept for us to see
    s = 3 * w
    d = s * s
    L = s + d
    L.backward()
print(views.graph(L, w=w, s=s, d=d))
vertices = tv.autograd.graph.graph_of(L, {"w": w, "s": s, "d": d, "L": L})
show(tv.viz.computation_graph(vertices), "graph", "value and gradient of every step")
assert w.grad.item() == 39.0

# %% [markdown]
# Gradients add up
# ----------------
# A weight of a convolution is used at every pixel. The slopes of all its uses add up. For
# ``w * 5 + w * 7`` that is 5 + 7.
#
# The same holds between two backward passes: the second adds to the first. That is why every
# training loop has a ``zero_grad()``. Forget it, and this is what you see.

# %%
w = tv.tensor(2.0, requires_grad=True)
(w * 5 + w * 7).backward()
first = w.grad.item()
(w * 5 + w * 7).backward()
predict(
    "w.grad was 12 after the first backward(). What is it after the second?",
    w.grad.item(),
    hint="Nobody has set it back to 0.",
)
assert (first, w.grad.item()) == (12.0, 24.0)

# %% [markdown]
# The judge: central differences
# ------------------------------
# How far can one trust $(f(x+h) - f(x-h)) / 2h$? The error has two parts. With a large step the
# curve bends away: a tenth of the step makes a hundredth of the error. With a tiny step two nearly
# equal numbers are subtracted and their last digits are all that is left. In between lies a good
# step, and there the judge is right to nine digits. Here for the sine at 1, whose slope is cos 1.

# %%
steps = 10.0 ** -np.arange(1, 13)
slopes = (np.sin(1 + steps) - np.sin(1 - steps)) / (2 * steps)
errors = np.abs(slopes - np.cos(1))
figure = tv.viz.lines(
    {"error": (steps, np.maximum(errors, 1e-16))},
    "step h", "error of the slope", "A step can be too large, and too small",
    "central differences of the sine at 1, in float64", log="xy",
)  # fmt: skip
show(figure, "judge", "1e-5 is a good step, 0.1 too large, 1e-12 too small")
assert 50 < errors[0] / errors[1] < 200  # a tenth of the step, a hundredth of the error
assert errors[4] < 1e-9 < 1e-7 < errors[11]  # h = 1e-5 is good, h = 1e-12 is not

# %% [markdown]
# A real image, 650 weights
# -------------------------
# Ten digits, 64 pixels: 640 weights and 10 offsets make the simplest classifier. One image, one
# backward pass, and every weight knows its slope. Differences would run the network 1,300 times.

# %%
images, labels = tv.data.load_digits("test")
x = tv.tensor(images[3:4] / 16).reshape(1, 64)  # one image of 64 pixels, from 0 to 1
label = int(labels[3])
print(views.image(images[3]))

weight = tv.zeros(10, 64, dtype=tv.float64, requires_grad=True)
offset = tv.zeros(10, dtype=tv.float64, requires_grad=True)
scores = tv.nn.functional.linear(x, weight, offset)  # (1, 64) -> (1, 10)
loss = tv.nn.functional.cross_entropy(scores, tv.tensor([label]))
loss.backward()

count = weight.numel() + offset.numel()
print(f"it shows a {label}; {count} weights, loss {loss.item():.3f}")
assert (label, count, 2 * count) == (3, 650, 1300)

# %% [markdown]
# Red: a larger weight would make the loss larger. Blue: smaller. The right digit's weights are blue
# wherever there is ink, so one step downhill draws a three into them: the slopes are the image
# times -0.9. The weights of the other digits are red there. Where there is no ink, nothing is
# learned.

# %%
gradient = weight.grad.numpy().reshape(10, 8, 8)
figure = tv.viz.matrices(
    [
        ("the image", images[3], {"numbers": False}),
        "→",
        ("slopes of the 64 weights for 3", gradient[3], {"numbers": False, "limit": 1.0}),
        ("the same for 8", gradient[8], {"numbers": False, "colours": "signed"}),
    ],
    "What one backward pass knows",
    "red: more of this weight makes the loss larger; blue: smaller; white: no matter",
)
show(figure, "gradient", "for the right digit: the image itself, times −0.9")
assert (gradient[:, images[3] == 0] == 0).all()  # no ink, nothing learned
assert (gradient[3] <= 0).all()
assert (np.delete(gradient, 3, axis=0) >= 0).all()
assert np.allclose(gradient[3], -0.9 * images[3] / 16, rtol=1e-12)
# Closed form: (probability − 1 for the right digit, else − 0) times the pixel.
probabilities = np.full(10, 0.1)
closed = (probabilities - (np.arange(10) == label))[:, None] * x.numpy()
assert np.allclose(gradient.reshape(10, 64), closed, rtol=1e-12)

# %% [markdown]
# And the judge agrees, for all 650 of them.

# %%
checked = tv.autograd.gradcheck(
    lambda w, b: tv.nn.functional.cross_entropy(x @ w.T + b, tv.tensor([label])), [weight, offset]
)
assert checked
print(f"{count} slopes agree with central differences")

# %% [markdown]
# What you have now
# -----------------
# - a slope says which way to turn a weight
# - small steps with rules, multiplied along the way, give all slopes in one pass
# - the order must be topological, and gradients add up
# - central differences judge it all
#
# Next, lesson 02: the operation that looks at images. In the exercise you write the rule of the
# product, and then ``go_back`` without being told the order.
