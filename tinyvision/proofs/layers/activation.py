"""Cases of layers: activations."""

from ... import nn
from ..layer import ROWS, Layer

LAYERS = [
    Layer(lambda: nn.ReLU(), ROWS, "ReLU()"),
    Layer(lambda: nn.ReLU6(), ROWS, "ReLU6()"),
    Layer(lambda: nn.LeakyReLU(0.2), ROWS, "LeakyReLU(negative_slope=0.2)"),
    Layer(lambda: nn.ELU(), ROWS, "ELU(alpha=1.0)"),
    Layer(lambda: nn.GELU(), ROWS, "GELU(approximate='none')"),
    Layer(lambda: nn.SiLU(), ROWS, "SiLU()"),
    Layer(lambda: nn.Softplus(2.0), ROWS, "Softplus(beta=2.0, threshold=20.0)"),
    Layer(lambda: nn.Hardtanh(-2.0, 0.5), ROWS, "Hardtanh(min_val=-2.0, max_val=0.5)"),
    Layer(lambda: nn.Sigmoid(), ROWS, "Sigmoid()"),
    Layer(lambda: nn.LogSigmoid(), ROWS, "LogSigmoid()"),
    Layer(lambda: nn.Tanh(), ROWS, "Tanh()"),
    Layer(lambda: nn.Softmax(1), ROWS, "Softmax(dim=1)"),
    Layer(lambda: nn.LogSoftmax(dim=-1), ROWS, "LogSoftmax(dim=-1)"),
]
