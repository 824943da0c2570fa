"""The article's CNN in two other frameworks written in NumPy: MyGrad and HIPS autograd.

As one would write it with what each offers: MyGrad has convolution and pooling layers; autograd
differentiates NumPy, so the convolution is nine shifted images and one tensordot, the pooling a
maximum over a reshaped image.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def cnn_steppers(
    images: np.ndarray, labels: np.ndarray, weights: list[np.ndarray], rate: float, momentum: float
) -> dict[str, Callable[[], object]]:
    """Training steps of those peers that are installed."""
    found = {}
    for name, make in (("MyGrad", mygrad_step), ("HIPS autograd", autograd_step)):
        try:
            found[name] = make(images, labels, weights, rate, momentum)
        except ImportError:
            print(f"{name} is not installed: pip install mygrad autograd")
    return found


def mygrad_step(images, labels, weights, rate, momentum) -> Callable[[], object]:
    import mygrad
    from mygrad.nnet.activations import relu
    from mygrad.nnet.layers import conv_nd, max_pool
    from mygrad.nnet.losses import softmax_crossentropy

    parameters = [mygrad.tensor(w.copy()) for w in weights]
    speeds = [np.zeros_like(w) for w in weights]

    def forward():
        w1, b1, w2, b2, *dense = parameters
        x = images
        for w, b in ((w1, b1), (w2, b2)):
            x = relu(conv_nd(x, w, stride=1, padding=1) + b.reshape(1, -1, 1, 1))
            x = max_pool(x, (2, 2), 2)
        x = x.reshape(len(images), -1)
        for w, b in zip(dense[::2], dense[1::2], strict=True):
            x = mygrad.matmul(x, w.T) + b
            x = relu(x) if w is not dense[-2] else x
        return softmax_crossentropy(x, labels)

    def step() -> object:
        loss = forward()
        loss.backward()
        for parameter, speed in zip(parameters, speeds, strict=True):
            speed *= momentum
            speed += parameter.grad
            parameter.data -= rate * speed
        return loss.data

    return step


def autograd_step(images, labels, weights, rate, momentum) -> Callable[[], object]:
    import autograd.numpy as anp
    from autograd import value_and_grad

    parameters = [w.copy() for w in weights]
    speeds = [np.zeros_like(w) for w in weights]

    def conv(x, w, b):  # 3 x 3, padding 1
        _, _, height, width = x.shape
        padded = anp.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), "constant")
        shifted = [padded[:, :, i : i + height, j : j + width] for i in range(3) for j in range(3)]
        columns = anp.stack(shifted, axis=2)  # (N, C, 9, H, W)
        kernel = anp.reshape(w, (w.shape[0], w.shape[1], 9))
        out = anp.tensordot(columns, kernel, axes=((1, 2), (1, 2)))  # (N, H, W, O)
        return anp.transpose(out + b, (0, 3, 1, 2))

    def pool(x):
        n, c, h, w = x.shape
        return anp.max(anp.reshape(x, (n, c, h // 2, 2, w // 2, 2)), axis=(3, 5))

    def loss_of(values):
        w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = values
        x = pool(anp.maximum(conv(images, w1, b1), 0))
        x = pool(anp.maximum(conv(x, w2, b2), 0))
        x = anp.reshape(x, (len(images), -1))
        x = anp.maximum(anp.dot(x, w3.T) + b3, 0)
        x = anp.maximum(anp.dot(x, w4.T) + b4, 0)
        x = anp.dot(x, w5.T) + b5
        top = anp.max(x, axis=1, keepdims=True)
        logs = x - top - anp.log(anp.sum(anp.exp(x - top), axis=1, keepdims=True))
        return -anp.mean(logs[np.arange(len(labels)), labels])

    slopes = value_and_grad(loss_of)

    def step() -> object:
        loss, gradients = slopes(parameters)
        for parameter, speed, gradient in zip(parameters, speeds, gradients, strict=True):
            speed *= momentum
            speed += gradient
            parameter -= rate * speed
        return loss

    return step
