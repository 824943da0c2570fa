"""
Convolution by hand
===================

**Question.** How does a network look at an image: not at a pixel, and not at the whole, but at
what is around each place?

**You will build** a convolution three times: by hand, as loops, as one product of matrices.

**Needs** lesson 01. **Runs in** about 6 s.

**Expect** a first output of 37 where the article prints 35; the same numbers from loops, matrix,
library and SciPy; 64 windows of 9 pixels on a digit. Every number here is asserted below.
"""

# %%
import numpy as np
import scipy.signal

import tinyvision as tv
from tinyvision.lessons import predict, show, views
from tinyvision.nn import functional as F

# %% [markdown]
# The window on the top left
# --------------------------
# Here is the example of the article (section 4.1): an image ``X`` of 3 by 3 pixels and a kernel
# ``W`` of 2 by 2 weights. Lay the kernel on the top left corner. Multiply each weight with the
# pixel under it. Add up. That is the first number of the output.
#
# As a formula: $y_{ij} = \sum_m \sum_n w_{mn} x_{i+m,j+n}$, or in code
# ``Y[i, j] = sum over m, n of W[m, n] * X[i + m, j + n]``.

# %%
X = np.arange(1, 10).reshape(3, 3)
W = np.array([[1, 2], [3, 4]])
print(views.convolution(X, W, at=(0, 0)))
assert 1 * 1 + 2 * 2 + 3 * 4 + 4 * 5 == 37

# %% [markdown]
# Then the window moves on, to the right and down. There are four places, so four numbers.


# %%
def convolve(image, kernel, stride=1, padding=0):
    """The formula, word for word."""
    image = np.pad(image, padding)  # a frame of zeros
    height, width = kernel.shape
    rows = range(0, image.shape[0] - height + 1, stride)  # where a window begins
    columns = range(0, image.shape[1] - width + 1, stride)
    out = np.zeros((len(rows), len(columns)))
    for i, top in enumerate(rows):
        for j, left in enumerate(columns):
            for m in range(height):
                for n in range(width):
                    out[i, j] += kernel[m, n] * image[top + m, left + n]
    return out


Y = convolve(X, W).astype(int)
predict(
    "Work out all four numbers, row by row.",
    Y,
    hint="The first is 37. The second window is 2 3 / 5 6.",
)

# %%
show(tv.viz.sliding_window(X, W), "four_windows", "each of the four places written out")
assert Y.tolist() == [[37, 47], [67, 77]]

# %% [markdown]
# What the article prints
# -----------------------
# The article prints other numbers for this very example. Three of its four are wrong. It pairs the
# weights 1 2 3 4 with 1 2 3 4 instead of with the window 1 2 4 5; and even that sum is 30, not 35.

# %%
printed = tv.verify.ARTICLE[0].printed
for i, j in np.ndindex(2, 2):
    verdict = "agrees" if int(printed[i][j]) == Y[i, j] else "differs"
    print(f"Y[{i}, {j}]  the article {printed[i][j]}  its formula {Y[i, j]}  {verdict}")
assert printed == (("35", "47"), ("75", "87"))
assert 1 * 1 + 2 * 2 + 3 * 3 + 4 * 4 == 30
assert sum(int(printed[i][j]) != Y[i, j] for i, j in np.ndindex(2, 2)) == 3

# %% [markdown]
# In mathematics a convolution first turns the kernel by half a turn. Networks do not: theirs is
# called cross-correlation there. A turned kernel does not explain the article either: it gives
# 23, 33, 53, 63. SciPy, which knows nothing of us, has both.

# %%
turned = scipy.signal.convolve2d(X, W, mode="valid")
assert turned.tolist() == [[23, 33], [53, 63]]
assert (scipy.signal.correlate2d(X, W, mode="valid") == Y).all()
assert (convolve(X, W[::-1, ::-1]) == turned).all()

# %% [markdown]
# On a real image
# ---------------
# This kernel takes what is on the right minus what is on the left. So it answers strongly where
# the ink begins or ends: at edges that stand upright. Watch the window go over a piece of a digit.

# %%
images, labels = tv.data.load_digits("test")
digit = images[3].astype(float)
upright = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
frames = tv.viz.window_frames(digit[2:7, 3:8], upright)
print(views.image(digit))
assert len(frames) == 9  # places of a window of 3 on a piece of 5
show(frames, "window", "one place after the other", seconds=1.0)

# %% [markdown]
# Other weights look for other things. One of these four gives back the image as it is.

# %%
kernels = {
    "A": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "B": np.ones((3, 3)) / 9,
    "C": upright,
    "D": upright.T,
}
outputs = {name: convolve(digit, kernel, padding=1) for name, kernel in kernels.items()}
same = [name for name, out in outputs.items() if (out == digit).all()]
for name, kernel in kernels.items():
    print(name, np.round(kernel, 2).tolist())
predict(
    "Which kernel changes nothing?",
    same[0],
    choices=list(kernels),
    hint="Its window must give the pixel in the middle.",
)
assert same == ["A"]

# %%
titles = ("the image itself", "blurred", "upright edges", "lying edges")
top = [(name, kernel, {"digits": 2}) for name, kernel in kernels.items()]
below = [(t, out, {"numbers": False}) for t, out in zip(titles, outputs.values(), strict=True)]
figure = tv.viz.matrices(
    [*top, "\n", *below],
    "One digit, four kernels",
    "above: the kernel; below: what it makes of a three\n"
    "red: positive, white: 0, blue: negative; where nothing is negative: black is 0",
)
show(figure, "kernels", "what four kernels make of a three")

# %% [markdown]
# How many windows fit
# --------------------
# A window of 3 leaves 6 places on a row of 8. **Padding** adds a frame of zeros, so that the
# output can be as large as the image. **Stride** is how far the window moves each time. A window
# may begin at 0, ``stride``, ``2 * stride`` ... up to ``size + 2 * padding - kernel``, and that
# last place counts too. So there are ``(size + 2 * padding - kernel) // stride + 1``. Whoever
# forgets the ``+ 1`` loses the last window.

# %%
size, kernel, padding, stride = 8, 3, 1, 2
places = (size + 2 * padding - kernel) // stride + 1
predict(
    "An image 8 wide, a kernel of 3, padding 1, stride 2: how wide is the output?",
    places,
    hint="Windows begin at 0, 2, 4, 6 of 10 pixels.",
)
assert places == 4
assert convolve(digit, upright).shape == (6, 6)
assert convolve(digit, upright, padding=1).shape == (8, 8)
assert convolve(digit, upright, stride=stride, padding=padding).shape == (4, 4)

# %% [markdown]
# Loops become one product
# ------------------------
# Four loops are slow in Python. So we lay every window out as a row, in a table. Then one product
# of matrices does all the windows at once. The table is called **im2col**, from image to columns;
# here they are rows. It takes up to 9 times the room of the image, and it is worth it.


# %%
def im2col(image, height, width):
    """Every window as a row."""
    places = np.ndindex(image.shape[0] - height + 1, image.shape[1] - width + 1)
    return np.array([image[i : i + height, j : j + width].ravel() for i, j in places])


table = im2col(X, 2, 2)  # (4 windows, 4 pixels)
product = table @ W.ravel()  # (4, 4) @ (4,) -> (4,)
assert (product.reshape(2, 2) == Y).all()
figure = tv.viz.matrices(
    [
        ("every window, a row each", table, {"colours": "plain", "frames": [(0, 0, 1, 4)]}), "·",
        ("W, as a column", W.ravel(), {"colours": "plain"}), "=",
        ("Y", product, {"colours": "plain", "frames": [(0, 0, 1, 1)]}),
    ],
    "A convolution is one product of matrices",
    "framed: the first window, and the number it gives",
)  # fmt: skip
show(figure, "im2col", "the article's example as a product")
table = im2col(np.pad(digit, 1), 3, 3)
print(f"of an 8 × 8 digit with padding 1: {table.shape[0]} windows of {table.shape[1]} pixels")
assert table.shape == (64, 9)
assert table.size == 9 * digit.size

# %% [markdown]
# The library
# -----------
# ``F.conv2d`` does it like this too, for many images, many channels and many kernels at once: an
# image is ``(N, C, H, W)``, the kernels are ``(O, C, KH, KW)``. Over the channels it simply adds.
# All four of us agree: loops, table, library, SciPy.

# %%
image, weights = tv.tensor(digit[None, None]), tv.tensor(upright[None, None].astype(float))
library = F.conv2d(image, weights, padding=1).numpy()[0, 0]
scipys = scipy.signal.correlate2d(digit, upright, mode="same")
assert (library == scipys).all()
assert (library == outputs["C"]).all()
assert (library.ravel() == table @ upright.ravel()).all()

tv.manual_seed(0)
colour, kernels = tv.randn(1, 3, 8, 8, dtype=tv.float64), tv.randn(16, 3, 3, 3, dtype=tv.float64)
by_channel = sum(
    scipy.signal.correlate2d(colour.numpy()[0, c], kernels.numpy()[5, c], mode="valid")
    for c in range(3)
)
assert np.allclose(F.conv2d(colour, kernels).numpy()[0, 5], by_channel, rtol=1e-9)
print("loops = table = library = SciPy")

# %% [markdown]
# Move the image, and the answer moves along
# ------------------------------------------
# The same weights are used at every place. So a stroke gives the same answer wherever it stands.
# That is called shift equivariance, and it is why one kernel is enough for the whole image.

# %%
moved = np.roll(digit, 1, axis=1)  # its last column is empty, nothing comes in at the left
assert not digit[:, -1].any()
before, after = convolve(digit, upright, padding=1), convolve(moved, upright, padding=1)
assert (after[:, 2:] == before[:, 1:-1]).all()
figure = tv.viz.matrices(
    [
        ("a digit", digit, {"numbers": False}), "→",
        ("its upright edges", before, {"numbers": False}), "\n",
        ("moved by one pixel", moved, {"numbers": False}), "→",
        ("its upright edges", after, {"numbers": False}),
    ],
    "The image moves, the edges move along",
    "red: ink begins here, blue: it ends, white: nothing changes",
)  # fmt: skip
show(figure, "shift", "shift first or convolve first: the same")

# %% [markdown]
# The way back
# ------------
# A convolution only multiplies and adds, so it *is* a matrix: a row for each output, a column for
# each pixel. It has 36 places, but 4 different weights in them; the rest is zero. Going back, a
# gradient is multiplied with the same matrix turned over, $K^T$. The test of that is one line:
# $\langle Kx, y \rangle = \langle x, K^T y \rangle$, the sum of ``(K @ x) * y`` is the sum of
# ``x * (K.T @ y)``, for any ``x`` and ``y``.

# %%
K = np.zeros((4, 9))
for row, (i, j) in enumerate(np.ndindex(2, 2)):
    where = np.zeros((3, 3))
    where[i : i + 2, j : j + 2] = W  # the kernel lies here
    K[row] = where.ravel()
assert (K @ X.ravel() == Y.ravel()).all()
assert (K.size, len(np.unique(K[K != 0]))) == (36, 4)
figure = tv.viz.matrices(
    [
        ("K: a row for each output", K, {"colours": "image"}), "·",
        ("X", X.ravel(), {"colours": "plain"}), "=", ("Y", Y.ravel(), {"colours": "plain"}),
    ],
    "The same convolution as one large matrix",
    "black: 0, a pixel that the window does not see",
)  # fmt: skip
show(figure, "matrix", "four weights, used again in every row")

x, y = tv.randn(3, 3, dtype=tv.float64, requires_grad=True), tv.randn(2, 2, dtype=tv.float64)
forward = F.conv2d(x[None, None], tv.tensor(W[None, None] * 1.0))[0, 0]
(forward * y).sum().backward()  # leaves K.T @ y in x.grad
left, right = (forward * y).sum().item(), (x * x.grad).sum().item()
print(f"<Kx, y> = {left:.12f}\n<x, KTy> = {right:.12f}")
assert abs(left - right) < 1e-12
assert np.allclose(x.grad.numpy().ravel(), K.T @ y.numpy().ravel(), rtol=1e-12)
assert np.allclose(x.grad.numpy(), scipy.signal.convolve2d(y.numpy(), W), rtol=1e-12)

# %% [markdown]
# SciPy gave the way back as a convolution with the kernel turned by half a turn. There the turn
# comes in after all.
#
# What you have now
# -----------------
# - a kernel is laid on every place; products are added up; it is not turned
# - padding and stride decide how many places there are
# - loops, a table of windows, a large sparse matrix: one and the same
# - the same weights everywhere: the image moves, the answer moves along
#
# In the exercise a convolution has lost its last window. Next, lesson 03: making images smaller.
