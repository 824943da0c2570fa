"""Why a network answers as it does: which places of an image its answer hangs on.

Attention rollout, for Vision Transformers, is :func:`tinyvision.viz.attention_rollout`.
"""

from .grad_cam import grad_cam
from .occlusion import occlusion

__all__ = ["grad_cam", "occlusion"]
