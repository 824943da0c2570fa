"""The functions of `torch.nn.functional`, by its names; each lives in `tinyvision.ops`."""

from typing import TYPE_CHECKING

from ..absent import teller as _teller
from ..ops.base.index import one_hot
from ..ops.chance.dropout import (
    alpha_dropout,
    dropout,
    dropout1d,
    dropout2d,
    dropout3d,
    feature_alpha_dropout,
)
from ..ops.convolution.conv import conv1d, conv2d
from ..ops.convolution.conv_transpose import conv_transpose1d, conv_transpose2d
from ..ops.convolution.fold import fold, unfold
from ..ops.elementwise.activation import (
    glu,
    logsigmoid,
    mish,
    relu,
    relu_,
    sigmoid,
    silu,
    softplus,
    softsign,
    tanhshrink,
)
from ..ops.elementwise.elu import celu, celu_, elu, elu_, selu, selu_
from ..ops.elementwise.gelu import gelu
from ..ops.elementwise.hyperbolic import tanh
from ..ops.elementwise.piecewise import (
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    hardtanh_,
    leaky_relu,
    leaky_relu_,
    prelu,
    relu6,
    rrelu,
    rrelu_,
    softshrink,
    threshold,
    threshold_,
)
from ..ops.indexing.embedding import embedding
from ..ops.layers.attention import scaled_dot_product_attention
from ..ops.layers.bilinear import bilinear
from ..ops.layers.linear import linear
from ..ops.layers.softmax import gumbel_softmax, log_softmax, softmax, softmin
from ..ops.losses.likelihood import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    gaussian_nll_loss,
    kl_div,
    poisson_nll_loss,
)
from ..ops.losses.loss import cross_entropy, huber_loss, l1_loss, mse_loss, nll_loss, smooth_l1_loss
from ..ops.losses.margin_loss import (
    hinge_embedding_loss,
    margin_ranking_loss,
    multi_margin_loss,
    multilabel_margin_loss,
    multilabel_soft_margin_loss,
    soft_margin_loss,
)
from ..ops.losses.metric_loss import (
    cosine_embedding_loss,
    triplet_margin_loss,
    triplet_margin_with_distance_loss,
)
from ..ops.normalisation.instance_norm import instance_norm
from ..ops.normalisation.layer_norm import group_norm, layer_norm, rms_norm
from ..ops.normalisation.local_response_norm import local_response_norm
from ..ops.normalisation.normalize import batch_norm
from ..ops.pooling.adaptive_pool import adaptive_avg_pool2d, adaptive_max_pool2d
from ..ops.pooling.avg_pool import avg_pool2d
from ..ops.pooling.grid_sample import affine_grid, grid_sample
from ..ops.pooling.interpolate import interpolate, upsample_bilinear, upsample_nearest
from ..ops.pooling.lp_pool import lp_pool1d, lp_pool2d
from ..ops.pooling.pool import max_pool2d
from ..ops.pooling.pool1d import adaptive_avg_pool1d, adaptive_max_pool1d, avg_pool1d, max_pool1d
from ..ops.pooling.unpool import max_unpool1d, max_unpool2d
from ..ops.reductions.distance import cosine_similarity, normalize, pairwise_distance, pdist
from ..ops.shapes.pad import pad
from ..ops.shapes.pixel_shuffle import channel_shuffle, pixel_shuffle, pixel_unshuffle

__all__ = [
    "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d",
    "max_pool1d", "max_pool2d", "avg_pool1d", "avg_pool2d", "lp_pool1d", "lp_pool2d",
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool1d", "adaptive_max_pool2d",
    "max_unpool1d", "max_unpool2d", "pixel_shuffle", "pixel_unshuffle", "channel_shuffle",
    "grid_sample", "affine_grid", "upsample_nearest", "upsample_bilinear",
    "instance_norm", "rms_norm", "local_response_norm",
    "linear", "relu", "relu6", "leaky_relu", "prelu", "rrelu", "elu", "celu", "selu", "gelu",
    "silu", "mish", "softplus", "softsign", "tanhshrink", "glu", "threshold", "hardtanh",
    "hardsigmoid", "hardswish", "hardshrink", "softshrink", "sigmoid", "logsigmoid", "tanh",
    "relu_", "leaky_relu_", "rrelu_", "elu_", "celu_", "selu_", "hardtanh_", "threshold_",
    "softmax", "log_softmax", "softmin", "gumbel_softmax",
    "dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout",
    "batch_norm", "layer_norm", "group_norm", "pad", "one_hot",
    "scaled_dot_product_attention",
    "embedding", "unfold", "fold", "interpolate",
    "bilinear", "normalize", "cosine_similarity", "pairwise_distance", "pdist",
    "cross_entropy", "nll_loss", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss",
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "kl_div", "poisson_nll_loss",
    "gaussian_nll_loss", "soft_margin_loss", "hinge_embedding_loss", "margin_ranking_loss",
    "multi_margin_loss", "multilabel_margin_loss", "multilabel_soft_margin_loss",
    "cosine_embedding_loss", "triplet_margin_loss", "triplet_margin_with_distance_loss",
]  # fmt: skip

if not TYPE_CHECKING:  # asked only for what is not there
    __getattr__ = _teller("nn.functional", __name__)
