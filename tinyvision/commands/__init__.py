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
    label_curve,
    lessons,
    notebook,
    pretrain,
    probe,
    reset,
    site,
    solution,
    start,
    step,
    summary,
    tour,
    train,
    verify,
)

COMMANDS = (
    step, lessons, notebook, site, start, check, hint, solution, reset,
    tour, verify, gradcheck, train, pretrain, finetune, probe, label_curve, eval, explain,
    classify, summary, data, doctor,
)  # fmt: skip
"""In the order in which the help lists them."""
