"""Training a network in several processes."""

from .data_parallel import DistributedDataParallel

__all__ = ["DistributedDataParallel"]
