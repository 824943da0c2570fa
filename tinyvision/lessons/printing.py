"""Whether a cell prints anything, told from its code: only then is there something to predict."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

PRINTING = frozenset({"print", "predict"})
_SILENT = ("assert_", "set_", "manual_")  # such calls give None, in NumPy's tests and in ours
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def may_print(code: str, printing: frozenset[str] = frozenset()) -> bool:
    """Whether a cell can print or ask something: a call that does, or a value at its end.

    Args:
        code: of the cell.
        printing: more functions that print, as :func:`printing_functions` finds them.

    Raises:
        SyntaxError: it is not Python.

    >>> may_print("x = 2"), may_print("print(2)"), may_print("x = 2\\nx + 1")
    (False, True, True)
    >>> may_print("def f():\\n    print(2)"), may_print("f()", frozenset({"f"}))
    (False, True)
    """
    body = ast.parse(code).body
    if any(_called(node) in PRINTING | printing for node in _running(body)):
        return True
    if not body or not isinstance(body[-1], ast.Expr):
        return False
    return not _called(body[-1].value).startswith(("show", *_SILENT))


def printing_functions(codes: Iterable[str]) -> frozenset[str]:
    """The names of the functions and classes in some cells that print, directly or by another.

    >>> sorted(printing_functions(["def f():\\n    print(1)", "def g():\\n    f()", "x = 1"]))
    ['f', 'g']
    """
    calls: dict[str, set[str]] = {}
    for code in codes:
        try:
            tree = ast.parse(code)
        except SyntaxError:  # it defines nothing as long as that is not mended
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                calls.setdefault(node.name, set()).update(map(_called, ast.walk(node)))
    found = set(PRINTING)
    while more := {name for name, called in calls.items() if called & found} - found:
        found |= more
    return frozenset(found - PRINTING)


def _running(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """What runs when the cell does: not the insides of functions, which run when called."""
    for node in body:
        yield node
        if not isinstance(node, _DEFINITIONS):
            yield from _running(ast.iter_child_nodes(node))


def _called(node: ast.AST) -> str:
    """The name of the function that is called, or nothing."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "id", None) or getattr(node.func, "attr", None) or ""
