"""Every public name is explained, once."""

import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

import tinyvision as tv
from tinyvision.site.reference.names import NAMESPACES, entries, signature
from tinyvision.site.reference.pages import address

# Packages that one does not call: the command's own, and what the public names are made of.
INSIDE = {
    "commands", "doctor", "evaluation", "exercises", "explanation", "ops", "proofs", "site", "tour",
    "absent", "cli", "classify", "device", "ending", "files", "interrupt", "machine", "memory",
    "memory_format", "progress", "runs", "serialization", "terminal", "threads", "usage",
    "__main__",
}  # fmt: skip


def everything():
    return [entry for namespace in NAMESPACES for entry in entries(namespace)]


def test_every_package_is_in_the_reference_or_left_out_on_purpose():
    parts = {info.name for info in pkgutil.iter_modules(tv.__path__)} - {"_lessons"}
    there = {name.split(".")[1] for name in NAMESPACES if "." in name}
    assert parts - there - INSIDE == set()


@pytest.mark.parametrize("namespace", [name for name in NAMESPACES if name != "tinyvision.Tensor"])
def test_all_that_a_module_declares_public_is_there(namespace):
    declared = getattr(importlib.import_module(namespace), "__all__", [])
    assert set(declared) <= {entry.name for entry in entries(namespace)}


def test_functions_and_classes_of_the_package_itself_are_there():
    there = {entry.name for entry in entries("tinyvision")}
    ours = {
        name
        for name, thing in vars(tv).items()
        if not name.startswith("_") and callable(thing) and not inspect.ismodule(thing)
        and str(getattr(thing, "__module__", "")).startswith("tinyvision")
    }  # fmt: skip
    assert ours <= there


def test_every_function_and_class_says_what_it_does():
    silent = [entry.full for entry in everything() if entry.kind != "value" and not entry.doc]
    assert silent == []


def test_every_name_leads_to_its_explanation():
    explained = {entry.full for entry in everything() if not entry.same_as}
    lost = [entry.full for entry in everything() if (entry.same_as or entry.full) not in explained]
    assert lost == []


def test_a_name_is_explained_under_its_own_name_not_under_another():
    assert {entry.name: entry.same_as for entry in entries("tinyvision")}["arccos"] == "tv.acos"


def test_signatures_have_no_addresses_and_no_quoted_types():
    for entry in everything():
        assert " at 0x" not in entry.signature
        assert entry.kind == "value" or "'int" not in entry.signature


def test_a_signature_reads_like_a_definition():
    def f(self, a: "int", *rest, b: "float | None" = None, key=len) -> "str":
        pass

    assert signature("f", f) == "f(a: int, *rest, b: float | None = None, key=len) -> str"


def test_values_are_shown():
    values = {entry.full: entry.signature for entry in everything() if entry.kind == "value"}
    assert values["tv.float32"] == "tv.float32 = dtype('float32')"
    assert values["tv.Size"] == "tv.Size = tuple"


def test_a_class_lists_what_it_has_itself_and_names_its_base():
    linear = {entry.name: entry for entry in entries("tinyvision.nn")}["Linear"]
    assert linear.bases == ["tv.nn.Module"]
    module = {entry.name: entry for entry in entries("tinyvision.nn")}["Module"]
    assert {"parameters", "state_dict", "train"} <= {member.name for member in module.members}


@pytest.mark.parametrize(
    ("name", "namespace", "inside", "found"),
    [
        ("tinyvision.nn.functional.conv2d", "tinyvision.nn", "", "nn.functional.html#conv2d"),
        ("Module", "tinyvision.nn", "", "nn.html#Module"),
        ("state_dict", "tinyvision.nn", "tv.nn.Module", "nn.html#Module.state_dict"),
        ("acos", "tinyvision.special", "", "tinyvision.html#acos"),
        ("no_such_name", "tinyvision", "", ""),
    ],
)
def test_names_in_docstrings_lead_to_where_they_are_explained(name, namespace, inside, found):
    assert address(name, namespace, inside).endswith(found)
    assert bool(address(name, namespace, inside)) == bool(found)


def test_every_name_can_be_typed_as_it_stands_there():
    full = [entry.full for entry in everything() if entry.full.startswith("tv.")]
    assert len(full) > 1000
    # In a Python of its own, where nothing was imported before.
    program = "import sys\nimport tinyvision as tv\nfor name in sys.stdin:\n    eval(name)"
    result = subprocess.run(
        [sys.executable, "-c", program], input="\n".join(full), text=True, capture_output=True
    )
    assert result.stderr == ""
