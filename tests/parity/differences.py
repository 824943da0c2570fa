"""Where tinyvision differs from torch on purpose, as behaviour one can run.

    python -m tests.parity.differences > DIFFERENCES.md

Each difference is a small program that is run with both libraries. The page shows what came out,
and `test_differences.py` fails where the two agree after all or the page is out of date.
"""

from __future__ import annotations

import inspect
import re
import tempfile
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import tinyvision as tv
from tests.parity.missing_names import missing
from tests.parity.op_db_exceptions import EXCEPTIONS
from tests.parity.signature_tables import ABSENT, EXTRA, NOT_COMPARED


@dataclass(frozen=True)
class Difference:
    """One behaviour: what it is about, why it differs, and a program that shows it."""

    title: str
    why: str
    program: Callable[[Any], Any]

    def outcome(self, library: Any) -> str:
        """What the program gives with a library, in a line."""
        try:
            result = self.program(library)
        except Exception as error:
            text = " ".join(str(error).split())
            text = re.split(r"(?<=\w)[.;] ", text)[0]
            return f"{type(error).__name__}: {text[:200]}"
        return " ".join(repr(result).split())

    def code(self) -> str:
        """The program as it stands in this file."""
        lines = inspect.getsource(self.program).splitlines()
        return textwrap.dedent("\n".join(lines[1:]))


DIFFERENCES: list[Difference] = []


def difference(title: str, why: str) -> Callable[[Callable], Callable]:
    """Add the program that follows to the list."""

    def add(program: Callable) -> Callable:
        DIFFERENCES.append(Difference(title, why, program))
        return program

    return add


# -- tensors ----------------------------------------------------------------------------------


@difference("Data types are NumPy's", "There is nothing to convert between the two.")
def _(t):
    return t.ones(1).dtype == np.dtype("float32")


@difference("A shape is a plain tuple", "It needs no class of its own; `numel()` counts elements.")
def _(t):
    return type(t.ones(2, 3).shape).__name__


@difference(
    "`view` copies where memory does not allow a view",
    "Images lie channels-last in memory, where torch's code expects them to lie channels-first.",
)
def _(t):
    return t.ones(2, 3).t().view(6).shape


@difference(
    "NumPy functions refuse a tensor",
    "They would drop its derivative without a word. The error names tinyvision's function.",
)
def _(t):
    return np.exp(t.zeros(2))


@difference(
    "Functions also take plain arrays",
    "Without a tensor they are the NumPy functions they were written as. Rules rely on that.",
)
def _(t):
    return type(t.exp(np.zeros(2))).__name__


@difference(
    "Memory formats are accepted and ignored",
    "Images lie channels-last as it is; the shape is (N, C, H, W) all the same.",
)
def _(t):
    x = t.ones(1, 2, 2, 2).contiguous(memory_format=t.channels_last)
    return x.is_contiguous()


@difference(
    "A number that its type cannot hold is compared as it is",
    "PyTorch cuts it to the type first: 300 becomes 44 as a byte.",
)
def _(t):
    return (t.tensor([200], dtype=t.uint8) < 300).item()


@difference(
    "Activations take integers",
    "They become float32, as in `exp` and `sqrt`; PyTorch has that for some activations only.",
)
def _(t):
    return t.nn.functional.gelu(t.tensor([1])).dtype == t.float32


@difference(
    "Of two numbers put in one place the one that stays has the gradient",
    "PyTorch gives it to both, which is not the derivative.",
)
def _(t):
    x = t.tensor([[[1.0, 2.0]]], requires_grad=True)
    t.nn.functional.max_unpool1d(x, t.tensor([[[3, 3]]]), 2).sum().backward()
    return x.grad.tolist()


@difference(
    "The slope of the absolute value is unknown where the value is",
    "PyTorch takes the sign of NaN for 0.",
)
def _(t):
    x = t.tensor(float("nan"), requires_grad=True)
    x.abs().backward()
    return x.grad.item()


# -- recording --------------------------------------------------------------------------------


@difference(
    "A recorded view cannot be changed in place",
    "What a view shares with its base is not tracked through the graph. Write to the base: "
    "`y[0] = 1.0`.",
)
def _(t):
    y = t.ones(2, requires_grad=True) * 1
    y[:1].fill_(2.0)
    return y.tolist()


@difference(
    "A tensor whose memory was changed through another is refused when used again",
    "Torch goes on with the gradient of the old value.",
)
def _(t):
    y = t.ones(2, requires_grad=True) * 1
    y.detach().fill_(2.0)
    return (y * 3).tolist()


@difference(
    "`detect_anomaly` examines the way forward, too",
    "Most NaN are made there, and the line that made them is the one to mend.",
)
def _(t):
    with t.autograd.detect_anomaly(check_nan=True):
        return t.tensor([-1.0]).log().item()


@difference("`gradcheck` is stricter by default", "A rule that is wrong by 0.05 % is wrong.")
def _(t):
    def rounded(x):
        return (x * 1.0005).detach() + x - x.detach()

    x = t.ones(2, dtype=t.float64, requires_grad=True)
    return t.autograd.gradcheck(rounded, x, raise_exception=False)


# -- randomness and files ---------------------------------------------------------------------


@difference(
    "Random numbers are others",
    "They come from NumPy's generators; a seed gives the same ones in every run.",
)
def _(t):
    t.manual_seed(0)
    return round(t.rand(1).item(), 3)


@difference(
    "Only tensors are saved, in NumPy's format",
    "A pickle can run code when it is opened.",
)
def _(t):
    with tempfile.TemporaryDirectory() as folder:
        t.save({"w": t.ones(1), "when": object}, f"{folder}/weights.npz")
    return "saved"


# -- errors -----------------------------------------------------------------------------------


@difference(
    "Shapes that do not fit are a ValueError",
    "Nothing went wrong at run time: a value was not what it should be. The message says which.",
)
def _(t):
    return t.ones(2, 3) + t.ones(2)


# -- the page ---------------------------------------------------------------------------------


def page(torch: Any) -> str:
    """DIFFERENCES.md."""
    parts = [
        "# Where tinyvision differs from PyTorch on purpose\n\n"
        "Names, parameters, defaults, shapes and values are PyTorch's. This page lists what is "
        "not. It is\nwritten by `python -m tests.parity.differences > DIFFERENCES.md`; the tests "
        "fail where it is out of date, or\na difference has gone.\n\n"
        "## Behaviour\n\nEach program was run with both libraries, `t` being the one or the other."
    ]
    for each in DIFFERENCES:
        parts.append(
            f"### {each.title}\n\n{each.why}\n\n```python\n{_body(each.code())}\n```\n\n"
            f"| | |\n|---|---|\n| PyTorch | {_cell(each.outcome(torch))} |\n"
            f"| tinyvision | {_cell(each.outcome(tv))} |"
        )
    rows = "\n".join(f"| {_operations(k.names)} | {k.reason} |" for k in EXCEPTIONS)
    parts.append(
        "## Samples of PyTorch's own test-suite that come out differently\n\n"
        "`python -m tests.parity.op_db` puts them to both libraries.\n\n"
        f"| operations | why |\n|---|---|\n{rows}"
    )
    rows = "\n".join(f"| `{name}` | {why} |" for name, why in ABSENT.items())
    parts.append(
        "## Parameters that are not there\n\nWherever PyTorch has them; `out`, `layout` and "
        f"`pin_memory` aside.\n\n| parameter | why |\n|---|---|\n{rows}"
    )
    rows = "\n".join(
        f"| `{name}({parameter})` | {why} |" for (name, parameter), why in EXTRA.items()
    )
    rows += "\n" + "\n".join(f"| `{name}` | {why} |" for name, why in NOT_COMPARED.items())
    parts.append(f"## Signatures that differ\n\n| | why |\n|---|---|\n{rows}")
    sections = [
        f"**{reason}** {', '.join(f'`{name}`' for name in names)}"
        for reason, names in missing(torch).items()
    ]
    parts.append(
        "## Names that are not there\n\nWhat PyTorch has in `torch`, `Tensor`, `torch.nn`, "
        "`torch.nn.functional`, `torch.linalg`,\n`torch.optim` and their like, and tinyvision has "
        "not.\n\n" + "\n\n".join(sections)
    )
    return "\n\n".join(parts) + "\n"


def _body(code: str) -> str:
    """The lines of a program under its decorator and its name."""
    lines = code.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("def ")) + 1
    return textwrap.dedent("\n".join(lines[first:]))


def _operations(pattern: str) -> str:
    """The names a pattern of the table stands for, as text."""
    if pattern.startswith("(?!"):
        return "all but those of `nn`"
    plain = pattern.replace("\\", "")
    return (
        ", ".join(f"`{name}`" for name in plain.split("|"))
        if "(" not in plain
        else ("`" + plain.replace("|", "` or `") + "`")
    )


def _cell(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


if __name__ == "__main__":
    import warnings

    import torch

    warnings.simplefilter("ignore")
    print(page(torch), end="")
