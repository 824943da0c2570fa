"""Views of an operation as plain text: what a terminal shows, each number from the running code."""

from .attention import attention
from .convolution import convolution
from .graph import graph
from .shades import bars, image

__all__ = ["convolution", "attention", "graph", "image", "bars"]
