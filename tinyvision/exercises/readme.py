"""The README in the learner's folder."""

from __future__ import annotations

from .catalogue import EXERCISES

_TEXT = """\
# Exercises

One small file for each lesson. Each tells what is to be done and has a TODO or two in it.

    tinyvision check           the first exercise that has not passed: is it right?
    tinyvision check 08        this one
    tinyvision check --watch   again each time you save; q ends it
    tinyvision hint            a hint; there are three for each exercise
    tinyvision reset 08        the file as it was; yours is kept as a .bak file
    tinyvision solution 08     ours, once yours has passed

The check prints the path of the file it grades, which is yours. It tries worked numbers first and
then many small inputs, and shows the smallest one that goes wrong. The lessons are
`tinyvision step 01` and so on.

{table}

Some files are to be filled in, others have a mistake in them to be found. They need {needs}.
How far you are is kept in `.tinyvision.json`.
"""


def readme() -> str:
    """What is written into README.md.

    >>> "ex08_attention.py" in readme()
    True
    """
    rows = ["| file | what is to be done |", "|---|---|"]
    rows += [f"| `{e.file}` | {e.title} |" for e in EXERCISES]
    return _TEXT.format(table="\n".join(rows), needs="NumPy; 05, 11, 13 and 14 use tinyvision")
