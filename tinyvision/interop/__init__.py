"""Weights that people already have: files and names of the PyTorch world and of Google's JAX.

>>> import tinyvision as tv
>>> model = tv.models.vit("Ti/16", image_size=32, num_classes=5, depth=1)
>>> weights = tv.interop.to_timm(model)
>>> tv.interop.detect_family(weights)
'timm'
>>> tv.interop.vit_from_state_dict(weights)(tv.zeros(1, 3, 32, 32)).shape
(1, 5)
"""

from .configs import vit_from_config
from .families import detect_family
from .files import load_npz, load_safetensors, save_safetensors
from .infer import vit_from_state_dict
from .libraries import (
    load_google,
    load_hf,
    load_timm,
    load_torchvision,
    load_vit_pytorch,
    to_google,
    to_hf,
    to_timm,
    to_torchvision,
)
from .mae import load_mae, vit_from_mae

__all__ = [
    "load_safetensors", "save_safetensors", "load_npz",
    "detect_family", "vit_from_state_dict", "vit_from_config",
    "load_timm", "load_hf", "load_torchvision", "load_vit_pytorch", "load_google",
    "to_timm", "to_hf", "to_torchvision", "to_google",
    "load_mae", "vit_from_mae",
]  # fmt: skip
