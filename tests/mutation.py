"""Do the tests notice when a line of `tinyvision/ops` is wrong?

    python -m tests.mutation                    # 100 lines, drawn at random
    python -m tests.mutation --count 20 --seed 3 --workers 1

In a copy of the repository one random place after the other is changed: a sign, an offset, a
constant, a comparison. The tests must then fail. First those that are about the file are run and,
where these see nothing, all but the comparisons with torch. Prints the mutants that nobody noticed,
and the share that somebody did. Takes about half an hour on two cores for 100 lines.
"""

from __future__ import annotations

import argparse
import ast
import concurrent.futures
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tinyvision.autograd import registry
from tinyvision.proofs.table import all_cases

ROOT = Path(__file__).parent.parent
OPERATORS = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.Lt: ("<", ">="),
    ast.LtE: ("<=", ">"),
    ast.Gt: (">", "<="),
    ast.GtE: (">=", "<"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}


@dataclass(frozen=True)
class Mutant:
    """One change of one file: the characters from `start` to `stop` become `new`."""

    path: Path
    start: int
    stop: int
    new: str

    def applied(self, source: str) -> str:
        return source[: self.start] + self.new + source[self.stop :]

    def shown(self) -> str:
        source = (ROOT / self.path).read_text(encoding="utf-8")
        number = source.count("\n", 0, self.start) + 1
        line = self.applied(source).splitlines()[number - 1].strip()
        return (
            f"{self.path}:{number}: {source[self.start : self.stop]!r} -> {self.new!r} in: {line}"
        )


class Places(ast.NodeVisitor):
    """Every place of a file that can be made wrong; texts of errors and annotations aside."""

    def __init__(self, path: Path, source: str) -> None:
        self.path, self.source = path, source
        starts = [0]
        for line in source.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        self.line_starts = starts
        self.found: list[Mutant] = []
        self.visit(ast.parse(source))

    def offset(self, line: int, column: int) -> int:
        start = self.line_starts[line - 1]
        text = self.source[start : self.line_starts[line]].encode()[:column].decode()
        return start + len(text)  # ast counts bytes

    def add(self, start: int, stop: int, new: str) -> None:
        self.found.append(Mutant(self.path, start, stop, new))

    def between(self, left: ast.expr, right: ast.expr, operator: ast.AST) -> None:
        if type(operator) not in OPERATORS:
            return
        old, new = OPERATORS[type(operator)]
        start = self.offset(left.end_lineno or 0, left.end_col_offset or 0)
        at = self.source.index(old, start, self.offset(right.lineno, right.col_offset))
        self.add(at, at + len(old), new)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self.between(node.left, node.right, node.op)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        self.between(node.left, node.comparators[0], node.ops[0])
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self.between(node.values[0], node.values[1], node.op)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.USub):
            at = self.offset(node.lineno, node.col_offset)
            self.add(at, at + 1, "+")
            if isinstance(node.operand, ast.Constant):
                return  # its sign is enough: reshape(-2) means the same as reshape(-1)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        start = self.offset(node.lineno, node.col_offset)
        stop = self.offset(node.end_lineno or 0, node.end_col_offset or 0)
        if isinstance(value, bool):
            self.add(start, stop, str(not value))
        elif isinstance(value, int):
            self.add(start, stop, str(value + 1))
        elif isinstance(value, float):
            self.add(start, stop, repr(value * 1.1 if value else 0.1))

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg != "strict":  # a guard of zip that says what is so anyway
            self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Texts are not arithmetic."""

    def visit_Raise(self, node: ast.Raise) -> None:
        """Nor are errors."""

    def visit_arg(self, node: ast.arg) -> None:
        """Nor annotations."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)


def draw(count: int, seed: int) -> list[Mutant]:
    """Mutants of as many lines, drawn at random, at most one a line."""
    lines: dict[tuple[Path, int], list[Mutant]] = {}
    for file in sorted((ROOT / "tinyvision" / "ops").rglob("*.py")):
        source, path = file.read_text(encoding="utf-8"), file.relative_to(ROOT)
        for mutant in Places(path, source).found:
            lines.setdefault((path, source.count("\n", 0, mutant.start)), []).append(mutant)
    rng = random.Random(seed)
    chosen = rng.sample(sorted(lines, key=str), min(count, len(lines)))
    return [rng.choice(lines[line]) for line in chosen]


def is_noticed(mutant: Mutant, copy: Path) -> bool:
    """Whether a test fails in a copy of the repository that holds the mutant."""
    target = copy / mutant.path
    source = target.read_text(encoding="utf-8")
    try:
        target.write_text(mutant.applied(source), encoding="utf-8")
        within = mutant.path.relative_to("tinyvision")  # ops/base/broadcast.py
        test = Path("tests", within.parent, f"test_{within.name}")
        near = [test.as_posix(), mutant.path.as_posix()]
        cases = " or ".join(f"[{case}]" for case in names_of_cases(mutant.path) if " " not in case)
        stages = [
            [path for path in near if (copy / path).exists()],
            ["tests/ops/test_gradients.py", "-k", cases] if cases else [],
            ["tests/ops", "tests/nn", "tests/autograd"],
            ["tests", *(f"--ignore=tests/{part}" for part in ("ops", "nn", "autograd", "parity"))],
        ]
        return any(bool(arguments) and fails(copy, arguments) for arguments in stages)
    finally:
        target.write_text(source, encoding="utf-8")


def names_of_cases(path: Path) -> list[str]:
    """The gradient cases of the primitives and functions of a file of `ops`."""
    module = ".".join(path.with_suffix("").parts)
    found = []
    for case in all_cases():
        function = registry.get(case.answers_for or "") or case.function
        if getattr(function, "__module__", "") == module:
            found.append(case.name)
    return found


def fails(copy: Path, arguments: list[str]) -> bool:
    """Whether these tests fail; one that never ends has failed, too."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *arguments]
    try:
        ended = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=900, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    if ended.returncode not in (0, 1, 2, 5):  # passed, failed, broken at import, nothing selected
        raise RuntimeError(f"pytest could not run {arguments}: {ended.stdout}{ended.stderr}")
    return ended.returncode in (1, 2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=100, help="lines to change")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2, help="how many at the same time")
    options = parser.parse_args()
    mutants = draw(options.count, options.seed)
    noticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copies = [Path(folder) / str(i) for i in range(options.workers)]
        for copy in copies:
            shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "runs", "__pycache__"))
        if fails(copies[0], ["tests/ops", "tests/nn"]):
            print("the tests fail as it is; mend them first", file=sys.stderr)
            return 2
        free = list(copies)

        def tried(mutant: Mutant) -> bool:
            copy = free.pop()
            try:
                return is_noticed(mutant, copy)
            finally:
                free.append(copy)

        with concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
            for number, (mutant, seen) in enumerate(
                zip(mutants, pool.map(tried, mutants), strict=True), 1
            ):
                noticed += seen
                if not seen:
                    print(f"nobody noticed {mutant.shown()}", flush=True)
                if number % 10 == 0:
                    print(f"{number} of {len(mutants)}", file=sys.stderr, flush=True)
    print(f"{noticed} of {len(mutants)} mutants were noticed (seed {options.seed})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
