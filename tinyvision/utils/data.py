"""Data sets and loaders, by the names of `torch.utils.data`; they live in `tinyvision.data`."""

from ..data import (
    BatchSampler,
    ChainDataset,
    ConcatDataset,
    DataLoader,
    Dataset,
    DistributedSampler,
    IterableDataset,
    RandomSampler,
    Sampler,
    SequentialSampler,
    StackDataset,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    default_collate,
    default_convert,
    get_worker_info,
    random_split,
)

__all__ = [
    "Dataset", "TensorDataset", "Subset", "random_split",
    "ConcatDataset", "StackDataset", "IterableDataset", "ChainDataset",
    "DataLoader", "get_worker_info", "default_collate", "default_convert",
    "Sampler", "SequentialSampler", "RandomSampler", "SubsetRandomSampler",
    "WeightedRandomSampler", "BatchSampler", "DistributedSampler",
]  # fmt: skip
