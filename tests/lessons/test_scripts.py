"""What a lesson promises its reader: answers that are computed, and an assert for each claim."""

import ast
import re
from pathlib import Path

import pytest

LESSONS = sorted((Path(__file__).parents[2] / "lessons").glob("[0-9][0-9]_*.py"))
FEW = 10  # asserts: a lesson makes more claims than that


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def tree(request):
    return ast.parse(request.param.read_text(encoding="utf-8"))


def calls(tree, name):
    """The calls of a function, from top to bottom."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [node for node in nodes if getattr(node.func, "id", "") == name]


def test_an_answer_is_computed_and_not_typed_in(tree):
    typed = [ast.unparse(call) for call in calls(tree, "predict") if is_typed(call.args[1])]
    assert typed == []


def is_typed(node):
    return all(
        isinstance(part, (ast.Constant, ast.Tuple, ast.List, ast.Load)) for part in ast.walk(node)
    )


def test_every_picture_has_a_name_of_its_own_and_a_caption(tree):
    shown = calls(tree, "show")
    names = [call.args[1].value for call in shown if isinstance(call.args[1], ast.Constant)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in names)
    assert [ast.unparse(call) for call in shown if len(call.args) < 3] == []


def test_claims_are_asserted(tree):
    assert sum(isinstance(node, ast.Assert) for node in ast.walk(tree)) >= FEW
