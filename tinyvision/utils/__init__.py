"""`tinyvision.utils.data`, where PyTorch users look for data loaders."""

from . import data

__all__ = ["data"]
