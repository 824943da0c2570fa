"""Exercise 14: an experiment of your own.

Everything you need is here: two networks, real digits, training and measuring. Ask them something
you do not know the answer to. Write down what you expect before you run it; being wrong is the
best that can happen.

    Who needs fewer images? Change IMAGES to 100, to 300, to 1438.
    Who survives a shift? Move the test images one pixel to the side: shifted() below.
    Who reads a shuffled image? Give every image the same new order of pixels, in both sets.
    What is the class token worth? Give the ViT pool="mean".

Nothing is checked here. Run it with: python ex14_cnn_or_vit.py
"""

import numpy as np

import tinyvision as tv
from tinyvision import nn

QUESTION = "TODO: what do you want to know?"
GUESS = "TODO: what do you expect?"
IMAGES = 300  # to learn from; there are 1438
STEPS = 150  # of training
SEED = 0


def make_cnn():
    """A small convolutional network for images of 8 x 8."""
    return nn.Sequential(
        nn.Conv2d(1, 16, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * 4 * 4, 10),
    )  # fmt: skip


def make_vit():
    """A small Vision Transformer for images of 8 x 8."""
    return tv.models.ViT(
        image_size=8, patch_size=2, num_classes=10, dim=32, depth=2, heads=4, mlp_dim=64,
        channels=1, dim_head=8, pool="cls",
    )  # fmt: skip


def train(model, images, labels, steps=STEPS):
    """So many steps with 64 images each, drawn at random."""
    rng = np.random.default_rng(SEED)
    optimizer = tv.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(steps):
        chosen = rng.integers(len(images), size=64)
        scores = model(tv.tensor(images[chosen]))
        loss = nn.functional.cross_entropy(scores, tv.tensor(labels[chosen]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def accuracy(model, images, labels):
    """The share of images whose largest score is that of their label."""
    with tv.no_grad():
        answers = model(tv.tensor(images)).numpy().argmax(axis=1)
    return (answers == labels).mean()


def load(part):
    """Images (N, 1, 8, 8) from 0 to 1, and labels: part is "train" or "test"."""
    images, labels = tv.data.load_digits(part)
    return (images[:, None] / 16).astype(np.float32), labels


def shifted(images, right):
    """The images moved to the right by so many pixels; what leaves comes in again on the left."""
    return np.roll(images, right, axis=3)


def main():
    """Train both, and compare."""
    print("Question:", QUESTION)
    print("Guess:   ", GUESS)
    images, labels = load("train")
    test_images, test_labels = load("test")
    for name, make in (("CNN", make_cnn), ("ViT", make_vit)):
        tv.manual_seed(SEED)
        model = make()
        train(model, images[:IMAGES], labels[:IMAGES])
        plain = accuracy(model, test_images, test_labels)
        moved = accuracy(model, shifted(test_images, 1), test_labels)
        print(f"{name}: {plain:.1%} of the test images right, {moved:.1%} when shifted by a pixel")


if __name__ == "__main__":
    main()
