"""What the lessons use: a question to be answered before the answer is shown, and pictures."""

from .helpers import predict, show

__all__ = ["predict", "show"]
