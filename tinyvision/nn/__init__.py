"""Layers and networks, by the names of `torch.nn`."""

from typing import TYPE_CHECKING

from ..absent import teller as _teller
from . import functional, init, parallel, utils
from .activation import (
    GELU,
    GLU,
    LogSigmoid,
    Mish,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Softsign,
    Tanh,
    Tanhshrink,
)
from .attention import MultiheadAttention
from .bilinear import Bilinear
from .containers import ModuleDict, ModuleList, Sequential
from .conv import Conv1d, Conv2d
from .conv_transpose import ConvTranspose1d, ConvTranspose2d
from .distance import CosineSimilarity, PairwiseDistance
from .dropout import (
    AlphaDropout,
    Dropout,
    Dropout1d,
    Dropout2d,
    Dropout3d,
    FeatureAlphaDropout,
)
from .elu import CELU, ELU, SELU
from .embedding import Embedding
from .fold import Fold, Unfold
from .instance_norm import InstanceNorm1d, InstanceNorm2d
from .layer_norm import GroupNorm, LayerNorm, RMSNorm
from .likelihood import (
    BCELoss,
    BCEWithLogitsLoss,
    GaussianNLLLoss,
    KLDivLoss,
    PoissonNLLLoss,
)
from .linear import Flatten, Identity, Linear, Unflatten
from .local_response_norm import LocalResponseNorm
from .loss import CrossEntropyLoss, HuberLoss, L1Loss, MSELoss, NLLLoss, SmoothL1Loss
from .lp_pool import LPPool1d, LPPool2d
from .margin_loss import (
    HingeEmbeddingLoss,
    MarginRankingLoss,
    MultiLabelMarginLoss,
    MultiLabelSoftMarginLoss,
    MultiMarginLoss,
    SoftMarginLoss,
)
from .metric_loss import CosineEmbeddingLoss, TripletMarginLoss, TripletMarginWithDistanceLoss
from .module import Module
from .norm import BatchNorm1d, BatchNorm2d
from .padding import (
    CircularPad1d,
    CircularPad2d,
    ConstantPad1d,
    ConstantPad2d,
    ReflectionPad1d,
    ReflectionPad2d,
    ReplicationPad1d,
    ReplicationPad2d,
    ZeroPad1d,
    ZeroPad2d,
)
from .parameter import Buffer, Parameter
from .parameter_containers import ParameterDict, ParameterList
from .piecewise import (
    Hardshrink,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    PReLU,
    ReLU6,
    RReLU,
    Softshrink,
    Threshold,
)
from .pixel_shuffle import ChannelShuffle, PixelShuffle, PixelUnshuffle
from .pool import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, MaxPool2d
from .pool1d import AdaptiveAvgPool1d, AdaptiveMaxPool1d, AvgPool1d, MaxPool1d
from .softmax import LogSoftmax, Softmax, Softmax2d, Softmin
from .transformer import TransformerEncoder, TransformerEncoderLayer
from .unpool import MaxUnpool1d, MaxUnpool2d
from .upsample import Upsample, UpsamplingBilinear2d, UpsamplingNearest2d

__all__ = [
    "Module", "Parameter", "Buffer", "Sequential", "ModuleList", "ModuleDict",
    "ParameterList", "ParameterDict",
    "Linear", "Conv1d", "Conv2d", "ConvTranspose1d", "ConvTranspose2d",
    "Flatten", "Unflatten", "Identity",
    "MaxPool1d", "AvgPool1d", "LPPool1d", "LPPool2d", "AdaptiveAvgPool1d", "AdaptiveMaxPool1d",
    "MaxUnpool1d", "MaxUnpool2d", "PixelShuffle", "PixelUnshuffle", "ChannelShuffle",
    "ZeroPad1d", "ZeroPad2d", "ConstantPad1d", "ConstantPad2d", "ReflectionPad1d",
    "ReflectionPad2d", "ReplicationPad1d", "ReplicationPad2d", "CircularPad1d", "CircularPad2d",
    "UpsamplingNearest2d", "UpsamplingBilinear2d", "InstanceNorm1d", "InstanceNorm2d", "RMSNorm",
    "LocalResponseNorm",
    "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d",
    "MultiheadAttention", "TransformerEncoderLayer", "TransformerEncoder",
    "Embedding", "Unfold", "Fold", "Upsample",
    "BatchNorm1d", "BatchNorm2d", "LayerNorm", "GroupNorm", "Dropout", "Dropout1d",
    "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout",
    "ReLU", "ReLU6", "LeakyReLU", "PReLU", "RReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish",
    "Softplus", "Softsign", "Tanhshrink", "GLU", "Threshold", "Hardtanh", "Hardsigmoid",
    "Hardswish", "Hardshrink", "Softshrink", "Sigmoid", "LogSigmoid", "Tanh",
    "Softmax", "Softmax2d", "LogSoftmax", "Softmin",
    "Bilinear", "CosineSimilarity", "PairwiseDistance",
    "CrossEntropyLoss", "NLLLoss", "MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss",
    "BCELoss", "BCEWithLogitsLoss", "KLDivLoss", "PoissonNLLLoss", "GaussianNLLLoss",
    "SoftMarginLoss", "HingeEmbeddingLoss", "MarginRankingLoss", "MultiMarginLoss",
    "MultiLabelMarginLoss", "MultiLabelSoftMarginLoss", "CosineEmbeddingLoss",
    "TripletMarginLoss", "TripletMarginWithDistanceLoss",
    "functional", "init", "parallel", "utils",
]  # fmt: skip

if not TYPE_CHECKING:  # asked only for what is not there
    __getattr__ = _teller("nn", __name__)
