"""The words of the command line, a file each: ``add`` tells the parser, ``run`` does the work.

What a word needs is imported only as it runs: `tinyvision --help` answers at once.
"""

from . import (
    classify,
    data,
    doctor,
    eval,
    explain,
    finetune,
    gradcheck,
    label_curve,
    pretrain,
    probe,
    summary,
    tour,
    train,
    verify,
)

COMMANDS = (
    tour, verify, gradcheck, train, pretrain, finetune, probe, label_curve, eval, explain,
    classify, summary, data, doctor,
)  # fmt: skip
"""In the order in which the help lists them."""
