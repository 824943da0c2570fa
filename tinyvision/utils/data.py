"""Data sets and loaders, by the names of `torch.utils.data`; they live in `tinyvision.data`."""

from ..data import (
    BatchSampler,
    DataLoader,
    Dataset,
    RandomSampler,
    SequentialSampler,
    Subset,
    TensorDataset,
    default_collate,
    random_split,
)

__all__ = [
    "Dataset", "TensorDataset", "Subset", "random_split", "DataLoader", "default_collate",
    "SequentialSampler", "RandomSampler", "BatchSampler",
]  # fmt: skip
