"""The autograd core: tensors, primitives, the graph and the way back through it."""

from .backward import backward, grad
from .gradcheck import GradcheckError, gradcheck, gradgradcheck
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
    "Tensor", "Node", "Primitive", "primitive", "registry",
    "backward", "grad", "gradcheck", "gradgradcheck", "GradcheckError",
    "no_grad", "enable_grad", "inference_mode", "set_grad_enabled",
    "is_grad_enabled", "is_inference_mode_enabled",
]  # fmt: skip
