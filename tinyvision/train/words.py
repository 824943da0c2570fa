"""The words of the command line that repeat a run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

_OPTIONS = (
    "data", "labels", "epochs", "batch_size", "lr", "mask_ratio", "norm_pix", "layer_decay",
    "freeze", "pool", "label_smoothing", "clip", "accumulate", "seed",
)  # fmt: skip


def command_line(word: str, settings: Mapping[str, Any], *places: str) -> str:
    """What makes `tinyvision` do it again; where the data are is left to the reader.

    Args:
        word: of the command.
        settings: of the run. None and False stand for options that were not given.
        places: what follows the word.

    >>> command_line("finetune", {"data": "mnist", "labels": 10, "freeze": 0}, "RUN")
    'tinyvision finetune RUN --data-dir DIR --labels 10 --freeze 0'
    """
    words = ["tinyvision", word, *places]
    for name in _OPTIONS:
        value = settings.get(name)
        option = f"--{name.replace('_', '-')}"
        if value is None or value is False or (name, value) == ("accumulate", 1):
            continue
        if name == "data":
            words += [] if places else [option, str(value)]  # the folder of a run knows it
            words += [] if value == "digits" else ["--data-dir", "DIR"]
        else:
            words += [option] if value is True else [option, str(value)]
    return shlex.join(words)
