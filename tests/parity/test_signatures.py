"""What torch also has is called as in torch: the same parameters, in the same order, with the same
defaults. Deliberate differences stand in tables, each with its reason."""

import ast
import inspect
import re

import pytest

import tinyvision as tv
from tests.parity.signature_tables import ABSENT, EXTRA, IMPLEMENTATION, NOT_COMPARED, PLACEMENT

torch = pytest.importorskip("torch")

PLACES = {
    "tv": (tv, torch),
    "tv.nn": (tv.nn, torch.nn),
    "tv.nn.functional": (tv.nn.functional, torch.nn.functional),
    "tv.nn.init": (tv.nn.init, torch.nn.init),
    "tv.nn.utils": (tv.nn.utils, torch.nn.utils),
    "tv.nn.Module": (tv.nn.Module, torch.nn.Module),
    "tv.nn.Sequential": (tv.nn.Sequential, torch.nn.Sequential),
    "tv.nn.ModuleList": (tv.nn.ModuleList, torch.nn.ModuleList),
    "tv.nn.ModuleDict": (tv.nn.ModuleDict, torch.nn.ModuleDict),
    "tv.linalg": (tv.linalg, torch.linalg),
    "tv.optim": (tv.optim, torch.optim),
    "tv.optim.Optimizer": (tv.optim.Optimizer, torch.optim.Optimizer),
    "tv.optim.lr_scheduler": (tv.optim.lr_scheduler, torch.optim.lr_scheduler),
    "tv.autograd": (tv.autograd, torch.autograd),
    "tv.utils.data": (tv.utils.data, torch.utils.data),
    "tv.nn.parallel": (tv.nn.parallel, torch.nn.parallel),
    "tv.distributed": (tv.distributed, torch.distributed),
    "tv.multiprocessing": (tv.multiprocessing, torch.multiprocessing),
}

CONTAINERS = {torch.nn.Sequential, torch.nn.ModuleList, torch.nn.ModuleDict}


def documented_signature(function):
    """What the documentation of a function written in C gives as its (first) signature."""
    found = re.match(r"(?:\w+\.)*\w+\((.*?)\)\s*->", (function.__doc__ or "").strip(), re.DOTALL)
    if found is None:
        return None
    try:
        arguments = ast.parse(f"def f({found[1]}): pass").body[0].args
    except SyntaxError:
        return None
    positional = arguments.posonlyargs + arguments.args
    defaults = [None] * (len(positional) - len(arguments.defaults)) + arguments.defaults
    return [
        inspect.Parameter(argument.arg, kind, default=value_of(default))
        for arguments_, defaults_, kind in (
            (positional, defaults, inspect.Parameter.POSITIONAL_OR_KEYWORD),
            (arguments.kwonlyargs, arguments.kw_defaults, inspect.Parameter.KEYWORD_ONLY),
        )
        for argument, default in zip(arguments_, defaults_, strict=True)
    ]


def value_of(node):
    if node is None:
        return inspect.Parameter.empty
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return value_of(node.left) / value_of(node.right)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ast.unparse(node)


def parameters_of(function):
    """The parameters of a function or class, or None where they cannot be found out."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return documented_signature(function)
    kinds = {parameter.kind for parameter in parameters}
    if kinds == {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}:
        return None  # torch dispatches these by hand
    return parameters


def compared_names():
    for place, (ours, theirs) in PLACES.items():
        inherited = dir(tv.nn.Module) if theirs in CONTAINERS else ()
        names = dir(ours) if isinstance(ours, type) else vars(ours)
        for name in sorted(set(names) - set(inherited)):
            mine, other = getattr(ours, name, None), getattr(theirs, name, None)
            if name.startswith("_") or not callable(mine) or not callable(other):
                continue
            if mine is other or getattr(mine, "__module__", "") == "typing":
                continue
            full = f"{place}.{name}"
            if full not in NOT_COMPARED and parameters_of(other) is not None:
                yield full


def find(name):
    place, _, last = name.rpartition(".")
    ours, theirs = PLACES[place]
    return getattr(ours, last), getattr(theirs, last)


def wanted(parameters, absent):
    """The parameters that matter, in order, those given by position apart from the others."""
    left_out = PLACEMENT | IMPLEMENTATION | {"self", *absent}
    kept = [p for p in parameters if p.name not in left_out and p.kind != p.VAR_POSITIONAL]
    keyword = inspect.Parameter.KEYWORD_ONLY
    return [p for p in kept if p.kind != keyword], [p for p in kept if p.kind == keyword]


@pytest.mark.parametrize("name", list(compared_names()))
def test_what_torch_has_is_called_as_in_torch(name):
    ours, theirs = map(parameters_of, find(name))
    mine = {p.name: p for p in ours}
    extra = [key[1] for key in EXTRA if key[0] == name]
    by_position, by_keyword = wanted(theirs, [name for name in ABSENT if name not in mine])
    my_positions = [p for p in ours if p.name not in PLACEMENT | {"self"}]
    for mine_, other in zip(my_positions, by_position, strict=False):
        assert mine_.name == other.name, f"{name}: {mine_.name} stands where torch has {other.name}"
    for other in [*by_position, *by_keyword]:
        assert other.name in mine, f"{name} lacks {other.name}"
        assert same(mine[other.name], other), f"{name}: {mine[other.name]}, torch has {other}"
    known = {p.name for p in theirs}
    unknown = [p.name for p in my_positions if p.name not in known and p.name not in extra]
    assert not unknown, f"{name} has {unknown}, torch has not"


def same(mine, other):
    """Whether two defaults mean the same; a default where torch has none does no harm."""
    if other.default is other.empty:
        return True
    if mine.default == other.default:
        return True
    dim_of_the_last_axis = mine.name == "dim" and {mine.default, other.default} == {-1, None}
    a_false_shuffle = mine.name == "shuffle" and not mine.default and not other.default
    the_default_generator = mine.name == "generator" and mine.default is None
    no_data = mine.name == "data" and mine.default == ()
    if mine.name == "op":  # a choice, by its name
        return mine.default.name == other.default.name
    if callable(mine.default) and callable(other.default):
        return mine.default.__name__ == other.default.__name__
    return dim_of_the_last_axis or a_false_shuffle or the_default_generator or no_data


def test_enough_names_are_compared():
    places = [name.rpartition(".")[0] for name in compared_names()]
    assert set(places) == set(PLACES)
    assert places.count("tv") > 90
    assert places.count("tv.nn") > 30
    assert places.count("tv.nn.functional") > 25


@pytest.mark.parametrize("name", NOT_COMPARED)
def test_no_exception_stands_in_the_table_in_vain(name):
    ours, theirs = find(name)
    assert callable(ours)
    assert callable(theirs)


def test_every_absent_parameter_is_absent_from_something_torch_has():
    seen = set()
    for name in compared_names():
        ours, theirs = ({p.name for p in parameters_of(side)} for side in find(name))
        seen |= (theirs - ours) & set(ABSENT)
    assert seen == set(ABSENT)
