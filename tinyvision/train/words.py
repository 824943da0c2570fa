"""The words of the command line that repeat a run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

_OPTIONS = (
    "data", "labels", "epochs", "batch_size", "lr", "mask_ratio", "norm_pix", "layer_decay",
    "freeze", "pool", "label_smoothing", "mixup", "cutmix", "clip", "accumulate", "seed",
)  # fmt: skip

_NOTHING = {("accumulate", 1), ("mixup", 0), ("cutmix", 0)}


def command_line(
    word: str, settings: Mapping[str, Any], *places: str, of_run: str | None = None
) -> str:
    """What makes `tinyvision` do it again; where the data are is left to the reader.

    Args:
        word: of the command.
        settings: of the run. None and False stand for options that were not given.
        places: what follows the word.
        of_run: the data of the run that is named there.

    >>> command_line("finetune", {"data": "mnist", "freeze": 0, "seed": 3}, "RUN", of_run="mnist")
    'tinyvision finetune RUN --data-dir DIR --freeze 0 --seed 3'
    """
    words = ["tinyvision", word, *places]
    for name in _OPTIONS:
        value = settings.get(name)
        option = f"--{name.replace('_', '-')}"
        if value is None or value is False or (name, value) in _NOTHING:
            continue
        if name == "data":
            # The folder of a run knows the images of its pre-training.
            words += [] if places and value == of_run else [option, str(value)]
            words += [] if value == "digits" else ["--data-dir", "DIR"]
        else:
            words += [option] if value is True else [option, str(value)]
    return shlex.join(words)
