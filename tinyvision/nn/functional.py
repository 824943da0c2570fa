"""The functions of `torch.nn.functional`, by its names; each lives in `tinyvision.ops`."""

from ..ops.activation import (
    elu,
    gelu,
    hardtanh,
    leaky_relu,
    logsigmoid,
    relu,
    relu6,
    sigmoid,
    silu,
    softplus,
)
from ..ops.adaptive_pool import adaptive_avg_pool2d, adaptive_max_pool2d
from ..ops.attention import scaled_dot_product_attention
from ..ops.conv import conv2d
from ..ops.embedding import embedding
from ..ops.exponential import tanh
from ..ops.fold import fold, unfold
from ..ops.index import one_hot
from ..ops.interpolate import interpolate
from ..ops.layer_norm import group_norm, layer_norm
from ..ops.linalg import linear
from ..ops.loss import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    kl_div,
    l1_loss,
    mse_loss,
    nll_loss,
)
from ..ops.normalize import batch_norm
from ..ops.pad import pad
from ..ops.pool import avg_pool2d, max_pool2d
from ..ops.random import dropout, dropout2d
from ..ops.softmax import log_softmax, softmax

__all__ = [
    "conv2d", "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d",
    "linear", "relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "softplus", "hardtanh",
    "sigmoid", "logsigmoid", "tanh", "softmax", "log_softmax",
    "dropout", "dropout2d", "batch_norm", "layer_norm", "group_norm", "pad", "one_hot",
    "scaled_dot_product_attention",
    "embedding", "unfold", "fold", "interpolate",
    "cross_entropy", "nll_loss", "mse_loss", "l1_loss", "binary_cross_entropy_with_logits",
    "kl_div",
]  # fmt: skip
