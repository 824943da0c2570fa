"""The article's networks."""

from .cnn import CNN

__all__ = ["CNN"]
