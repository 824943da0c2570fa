"""The autograd core: tensors, primitives, the graph and the way back through it."""

from . import functional
from .anomaly import (
    detect_anomaly,
    is_anomaly_check_nan_enabled,
    is_anomaly_enabled,
    set_detect_anomaly,
)
from .backward import backward, grad
from .draw import draw
from .function import Function
from .gradcheck import GradcheckError, gradcheck, gradgradcheck
from .graph import unreached
from .modes import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from .node import Node
from .primitive import Primitive, primitive, registry
from .tensor import Tensor

__all__ = [
    "Tensor", "Function", "functional", "Node", "Primitive", "primitive", "registry",
    "backward", "grad", "gradcheck", "gradgradcheck", "GradcheckError",
    "detect_anomaly", "set_detect_anomaly", "draw", "unreached",
    "is_anomaly_enabled", "is_anomaly_check_nan_enabled",
    "no_grad", "enable_grad", "inference_mode", "set_grad_enabled",
    "is_grad_enabled", "is_inference_mode_enabled",
]  # fmt: skip
