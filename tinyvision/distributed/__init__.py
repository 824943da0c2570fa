"""Several processes of one machine that train together, by the names of `torch.distributed`.

:func:`tinyvision.multiprocessing.spawn` starts them,
:class:`tinyvision.nn.parallel.DistributedDataParallel` trains a network in them.
"""

from .collectives import ReduceOp, all_gather, all_reduce, barrier, broadcast, reduce
from .group import (
    destroy_process_group,
    get_rank,
    get_world_size,
    init_process_group,
    is_available,
    is_initialized,
)

__all__ = [
    "init_process_group", "destroy_process_group", "is_available", "is_initialized",
    "get_rank", "get_world_size",
    "ReduceOp", "all_reduce", "reduce", "broadcast", "all_gather", "barrier",
]  # fmt: skip
