"""Running a verification."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from .article import ARTICLE
from .draws import draw_problems
from .example import Example
from .report import Report


def run(examples: Sequence[Example] = ARTICLE, seed: int = 0, draws: int = 8) -> Report:
    """Recompute the article's worked examples, and hold the operators against two other routes.

    The operators are `nn.functional.conv2d`, `matmul` and `softmax`. The routes are exact
    arithmetic by plain loops, and SciPy. They are compared on the examples and on problems drawn at
    random, in float64 and float32.

    Args:
        examples: what to recompute.
        seed: of the random problems.
        draws: how many convolutions, and as many attention problems, to draw.

    >>> report = run()
    >>> report.ok
    True
    >>> [(row.quantity, row.article, row.computed) for row in report.rows[:2]]
    [('y11', 35, 37), ('y11, as written', 35, 30)]
    """
    problems = [*(example.problem() for example in examples), *draw_problems(seed, draws)]
    return Report(
        examples=[example.work_out() for example in examples],
        operators=[check for problem in problems for check in problem.check()],
    )


def pictures(folder: str | os.PathLike[str], examples: Sequence[Example] = ARTICLE) -> list[Path]:
    """Draw the worked examples, step by step, as PNG files.

    Args:
        folder: where to write them; made if it is missing.
        examples: what to draw.

    Returns:
        The files written.

    Raises:
        OSError: the folder cannot be created or written to.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in pictures(folder)]
    ['convolution-4.1.png', 'attention-4.2.png']
    """
    from ..viz import save_figure  # Matplotlib is slow to import, and only needed here

    return [
        save_figure(example.figure(), Path(folder) / f"{example.name}-{example.section}.png")
        for example in examples
    ]
