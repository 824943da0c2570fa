"""Starting the processes of a group, by the names of `torch.multiprocessing`."""

from .processes import (
    ProcessContext,
    ProcessExitedException,
    ProcessRaisedException,
    spawn,
    start_processes,
)

__all__ = [
    "spawn", "start_processes", "ProcessContext",
    "ProcessRaisedException", "ProcessExitedException",
]  # fmt: skip
