"""Cases of layers: activations."""

from ... import nn
from ..layer import IMAGES, ROWS, Layer

LAYERS = [
    Layer(lambda: nn.ReLU(), ROWS, "ReLU()"),
    Layer(lambda: nn.ReLU6(), ROWS, "ReLU6()"),
    Layer(lambda: nn.LeakyReLU(0.2), ROWS, "LeakyReLU(negative_slope=0.2)"),
    Layer(lambda: nn.PReLU(), ROWS, "PReLU(num_parameters=1)", {"weight": (1,)}),
    Layer(lambda: nn.PReLU(4), IMAGES, "PReLU(num_parameters=4)", {"weight": (4,)}),
    Layer(lambda: nn.RReLU(), ROWS, "RReLU(lower=0.125, upper=0.3333333333333333)", random=True),
    Layer(lambda: nn.ELU(), ROWS, "ELU(alpha=1.0)"),
    Layer(lambda: nn.CELU(2.0), ROWS, "CELU(alpha=2.0)"),
    Layer(lambda: nn.SELU(), ROWS, "SELU()"),
    Layer(lambda: nn.GELU(), ROWS, "GELU(approximate='none')"),
    Layer(lambda: nn.SiLU(), ROWS, "SiLU()"),
    Layer(lambda: nn.Mish(), ROWS, "Mish()"),
    Layer(lambda: nn.Softsign(), ROWS, "Softsign()"),
    Layer(lambda: nn.Tanhshrink(), ROWS, "Tanhshrink()"),
    Layer(lambda: nn.GLU(1), IMAGES, "GLU(dim=1)"),
    Layer(lambda: nn.Softplus(2.0), ROWS, "Softplus(beta=2.0, threshold=20.0)"),
    Layer(lambda: nn.Hardtanh(-2.0, 0.5), ROWS, "Hardtanh(min_val=-2.0, max_val=0.5)"),
    Layer(lambda: nn.Threshold(0.1, -2.0), ROWS, "Threshold(threshold=0.1, value=-2.0)"),
    Layer(lambda: nn.Hardsigmoid(), ROWS, "Hardsigmoid()"),
    Layer(lambda: nn.Hardswish(), ROWS, "Hardswish()"),
    Layer(lambda: nn.Hardshrink(), ROWS, "Hardshrink(0.5)"),
    Layer(lambda: nn.Softshrink(0.25), ROWS, "Softshrink(0.25)"),
    Layer(lambda: nn.Sigmoid(), ROWS, "Sigmoid()"),
    Layer(lambda: nn.LogSigmoid(), ROWS, "LogSigmoid()"),
    Layer(lambda: nn.Tanh(), ROWS, "Tanh()"),
    Layer(lambda: nn.Softmax(1), ROWS, "Softmax(dim=1)"),
    Layer(lambda: nn.Softmax2d(), IMAGES, "Softmax2d()"),
    Layer(lambda: nn.LogSoftmax(dim=-1), ROWS, "LogSoftmax(dim=-1)"),
    Layer(lambda: nn.Softmin(1), ROWS, "Softmin(dim=1)"),
]
