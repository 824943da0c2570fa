"""`tinyvision.utils.data`, where PyTorch users look for data loaders; what a network is made of."""

from ..ops.multiply_adds import count_multiply_adds
from . import data
from .summarize import Row, Summary, summary

__all__ = ["data", "summary", "Summary", "Row", "count_multiply_adds"]
