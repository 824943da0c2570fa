"""The words of the command line, a file each: ``add`` tells the parser, ``run`` does the work.

What a word needs is imported only as it runs: `tinyvision --help` answers at once.
"""

from . import (
    check,
    classify,
    data,
    doctor,
    eval,
    explain,
    finetune,
    gradcheck,
    hint,
    pretrain,
    probe,
    reset,
    solution,
    start,
    summary,
    tour,
    train,
    verify,
)

COMMANDS = (
    tour, verify, gradcheck, train, pretrain, finetune, probe, eval, explain, classify, summary,
    data, doctor, start, check, hint, reset, solution,
)  # fmt: skip
"""In the order in which the help lists them."""
