"""Data: the files and data sets, datasets and loaders, and transforms of images."""

from .cifar import read_cifar10
from .collate import default_collate, default_convert
from .dataset import ConcatDataset, Dataset, StackDataset, Subset, TensorDataset, random_split
from .distributed_sampler import DistributedSampler
from .download import download_dataset, verify_dataset
from .embedded import load_digits
from .folder import data_folder
from .idx import read_idx
from .image_folder import ImageFolder
from .iterable import ChainDataset, IterableDataset
from .loader import DataLoader, get_worker_info
from .samplers import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)
from .sets import ImageSet, dataset_names, load_dataset
from .transforms import (
    Compose,
    CutMix,
    MixUp,
    Normalize,
    Pad,
    RandomChoice,
    RandomCrop,
    RandomHorizontalFlip,
    ToCNNInput,
    ToFloat,
    to_3x32x32,
)

__all__ = [
    "Dataset", "TensorDataset", "Subset", "random_split",
    "ConcatDataset", "StackDataset", "IterableDataset", "ChainDataset",
    "DataLoader", "get_worker_info", "default_collate", "default_convert",
    "Sampler", "SequentialSampler", "RandomSampler", "SubsetRandomSampler",
    "WeightedRandomSampler", "BatchSampler", "DistributedSampler",
    "ImageSet", "load_dataset", "dataset_names", "load_digits", "read_idx", "read_cifar10",
    "ImageFolder", "download_dataset", "verify_dataset", "data_folder",
    "Compose", "ToFloat", "Normalize", "Pad", "RandomCrop", "RandomHorizontalFlip",
    "MixUp", "CutMix", "RandomChoice", "ToCNNInput", "to_3x32x32",
]  # fmt: skip
