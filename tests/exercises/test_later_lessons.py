"""An exercise needs nothing that a later lesson brings."""

import ast

import pytest

from tests.exercises.conftest import CHECKED
from tinyvision.exercises.catalogue import EXERCISES

BROUGHT = {
    2: {"Conv2d", "conv2d", "convolve", "kernel", "stride", "padding"},
    3: {"MaxPool2d", "AvgPool2d", "max_pool", "max_pool2d", "avg_pool2d", "Linear"},
    4: {"optim", "SGD", "Adam", "AdamW", "momentum", "velocity", "lr"},
    5: {"nn", "Module", "CNN", "Flatten", "ReLU", "cross_entropy", "state_dict"},
    6: {"patchify", "Patchify", "PatchEmbedding", "patches"},
    7: {"position", "pos_embedding", "add_position"},
    8: {"attention", "softmax", "scaled_dot_product_attention"},
    9: {"heads", "split_heads", "merge_heads", "MultiheadAttention", "multi_head_attention"},
    10: {"LayerNorm", "layer_norm", "Encoder", "EncoderLayer", "FeedForward", "GELU"},
    11: {"ViT", "token", "cls_token", "prepend_class_token", "pool_tokens", "mlp_head"},
    12: {"MAE", "masked_loss", "mask", "random_masking", "unpatchify"},
    13: {"freeze", "freeze_encoder", "few_labels", "linear_probe", "layer_groups", "pretrain"},
}
"""What each lesson is the first to teach, as names in code."""


def names_in(code):
    """Every name, attribute, parameter and keyword of a program."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        for field in ("id", "attr", "arg", "name", "asname"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                found.update(value.split("."))
    return found


@pytest.mark.parametrize("exercise", CHECKED, ids=lambda exercise: exercise.name)
@pytest.mark.parametrize("part", ["start", "solution"])
def test_no_name_of_a_later_lesson_is_used(exercise, part):
    code = exercise.start().decode() if part == "start" else exercise.solution()
    later = set().union(*(names for n, names in BROUGHT.items() if n > int(exercise.number)))
    assert names_in(code) & later == set()


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_it_imports_only_what_it_says_it_needs(exercise):
    allowed = {"": set(), "numpy": {"numpy"}, "tinyvision": {"numpy", "tinyvision"}}
    codes = [exercise.start().decode()]
    codes += [exercise.solution()] if exercise.checked else []
    for code in codes:
        imported = {
            name.partition(".")[0]
            for node in ast.walk(ast.parse(code))
            for name in (
                [alias.name for alias in node.names] if isinstance(node, ast.Import)
                else [node.module] if isinstance(node, ast.ImportFrom) else []
            )
        }  # fmt: skip
        assert imported <= allowed[exercise.needs]


@pytest.mark.parametrize("exercise", CHECKED, ids=lambda exercise: exercise.name)
def test_start_and_solution_promise_the_same(exercise):
    def promises(code):
        return {
            node.name: (ast.unparse(node.args) if hasattr(node, "args") else "",
                        ast.get_docstring(node))
            for node in ast.walk(ast.parse(code))
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node)
        }  # fmt: skip

    assert promises(exercise.start().decode()) == promises(exercise.solution())


@pytest.mark.parametrize("exercise", CHECKED, ids=lambda exercise: exercise.name)
def test_it_has_three_hints_which_grow_towards_the_answer(exercise):
    assert len(exercise.hints) == 3
    assert len(set(exercise.hints)) == 3


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_its_text_says_its_number_and_how_to_go_on(exercise):
    text = ast.get_docstring(ast.parse(exercise.start()))
    assert text.startswith(f"Exercise {exercise.number}: ")
    end = f"tinyvision check {exercise.number}" if exercise.checked else exercise.file
    assert text.endswith(end)
    assert max(map(len, exercise.start().decode().splitlines())) <= 100
