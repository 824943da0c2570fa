"""torch's own sample inputs as cases: on which of them does tinyvision answer as torch does?

    python -m tests.parity.op_db                 # every function both have; the share that agrees
    python -m tests.parity.op_db conv2d sort     # some of them, each disagreement shown in full

torch tests its operations on the table `op_db`: for each one sample inputs and inputs it must
refuse. Every sample is put to both: values, types and shapes of the answers, first and second
derivatives (float64), the method and the in-place variant where torch has them. What torch refuses
must be refused here, by an error of our own and not one from inside NumPy.

Samples of what tinyvision leaves out altogether (complex numbers, volumes) are not applicable; they
are counted with the reason. `EXCEPTIONS` in op_db_exceptions.py lists every known disagreement.
"""

from __future__ import annotations

import argparse
import collections
import functools
import linecache
import random
import sys
import types
import warnings
from dataclasses import dataclass, field

import numpy as np

import tinyvision as tv
from benchmarks.needs import need
from tests.parity.op_db_exceptions import reason_for
from tests.parity.op_db_scope import NotApplicable, convert, excluded, only_shapes

TOLERANCE = {"float64": 1e-9, "float32": 2e-5, "float16": 4e-3}
TYPES = ("float64", "float32", "float16", "int64", "uint8", "bool")
REFUSALS = (ValueError, TypeError, IndexError, RuntimeError)


@dataclass
class Tally:
    """What became of the samples of one operation."""

    agree: int = 0
    disagree: list[str] = field(default_factory=list)
    not_applicable: collections.Counter = field(default_factory=collections.Counter)

    @property
    def applicable(self):
        return self.agree + len(self.disagree)


class Disagreement(Exception):
    """tinyvision and torch differ on a sample."""


# -- which operations -------------------------------------------------------------------------


@functools.cache
def database():
    """torch's table, by the operation's name and variant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db
    return {f"{op.name}/{op.variant_test_name}".rstrip("/"): op for op in op_db}


def named(name):
    """What tinyvision has under torch's name: a function, a method or a property; or None."""
    if name.startswith("nn.functional."):
        return getattr(tv.nn.functional, name.removeprefix("nn.functional."), None)
    found = tv
    for part in name.split("."):
        found = getattr(found, part, None)
    if (found is None or isinstance(found, np.dtype)) and "." not in name:
        found = getattr(tv.Tensor, name, None)  # tv.float is a type, x.float() the function
    return found if callable(found) or isinstance(found, property) else None


def ours(op):
    """The function to hold against `op.op`.

    Where torch's table wraps its function to change the order of arguments, the same wrapper is run
    with tinyvision in the place of torch.
    """
    if getattr(op.op, "__module__", "").startswith("torch.testing"):
        return with_tinyvision(op.op)
    return named(op.name)


def with_tinyvision(function):
    """A function of torch's table that reads tinyvision where it says torch."""
    if not isinstance(function, types.FunctionType):
        return function
    return types.FunctionType(
        function.__code__,
        {**function.__globals__, "torch": tv},
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )


@functools.cache
def surface():
    """The entries of torch's table for which tinyvision has a function, by name."""
    return {
        name: op
        for name, op in database().items()
        if named(op.name) is not None and not excluded(op)
    }


# -- one sample -------------------------------------------------------------------------------


def tensors_of(result, library):
    """The tensors and numbers of a result, in order."""
    if isinstance(result, (tuple, list)):
        return [part for each in result for part in tensors_of(each, library)]
    return [result]


def array_of(value):
    return value.detach().numpy(force=True) if hasattr(value, "detach") else np.asarray(value)


def compare(name, mine, theirs, shapes_only=False):
    """Raise unless two answers have the same shape, type and values."""
    if (mine is None) != (theirs is None):
        raise Disagreement(f"{name}: {mine} here, torch has {theirs}")
    if theirs is None:
        return
    mine, theirs = array_of(mine), array_of(theirs)
    if mine.shape != theirs.shape:
        raise Disagreement(f"{name}: shape {mine.shape}, torch has {theirs.shape}")
    if mine.dtype != theirs.dtype:
        raise Disagreement(f"{name}: {mine.dtype}, torch has {theirs.dtype}")
    if shapes_only or not theirs.size:
        return
    if theirs.dtype.kind != "f":
        if not np.array_equal(mine, theirs):
            raise Disagreement(f"{name}: {mine.tolist()}, torch has {theirs.tolist()}")
        return
    finite = theirs[np.isfinite(theirs)].astype(np.float64)
    tolerance = TOLERANCE[theirs.dtype.name]
    scale = max(1.0, float(np.abs(finite).max(initial=0.0)))
    with np.errstate(invalid="ignore"):
        near = np.isclose(
            mine.astype(np.float64),
            theirs.astype(np.float64),
            rtol=tolerance,
            atol=tolerance * scale,
            equal_nan=True,
        )
    if not near.all():
        place = tuple(int(i) for i in np.argwhere(~near)[0])
        raise Disagreement(f"{name} at {place}: {mine[place]}, torch has {theirs[place]}")


def leaves_of(values):
    """The tensors among the arguments whose gradient is wanted, in order, none twice."""
    found = []
    for value in values:
        if isinstance(value, (tuple, list)):
            found += leaves_of(value)
        elif getattr(value, "requires_grad", False):
            found.append(value)
    return found


def run(function, arguments, keywords, process, library, orders):
    """The answers of one library, and the derivatives along fixed random directions."""
    answers = tensors_of(process(function(*arguments, **keywords)), library)
    found = {f"answer {i}": each for i, each in enumerate(answers)}
    leaves = leaves_of([*arguments, *keywords.values()])
    derivable = [each for each in answers if getattr(each, "requires_grad", False)]
    if not orders or not leaves:
        return found
    found["differentiable answers"] = np.array(
        [bool(getattr(each, "requires_grad", False)) for each in answers]
    )
    rng = np.random.default_rng(0)

    def along(tensors):
        drawn = [rng.normal(size=tuple(t.shape)) for t in tensors]
        return [
            library.tensor(np.asarray(d, array_of(t).dtype))
            for d, t in zip(drawn, tensors, strict=True)
        ]

    def slopes(outputs, **options):
        return library.autograd.grad(
            outputs, leaves, along(outputs), allow_unused=True, materialize_grads=True, **options
        )

    # What does not depend on a leaf has the derivative zero: some record that, some know it.
    first = second = [library.zeros_like(leaf) for leaf in leaves]
    if derivable:
        first = slopes(derivable, create_graph=orders > 1)
        again = [g for g in first if g.requires_grad]
        if orders > 1 and again:
            second = slopes(again)
    found |= {f"gradient {i}": g for i, g in enumerate(first)}
    return found | {f"second derivative {i}": g for i, g in enumerate(second)}


def check_sample(op, sample, orders):
    """Put one sample to both libraries; raise at the first difference."""
    mine = convert(op, sample)  # raises NotApplicable
    process = sample.output_process_fn_grad
    expected, orders = expectation(op, sample, orders)
    if any(getattr(each, "is_complex", bool)() for each in expected.values()):
        raise NotApplicable("complex numbers")
    process = with_tinyvision(process)
    found = attempt(ours(op), mine.copy(orders), process, orders)
    if list(found) != list(expected):
        raise Disagreement(f"{sorted(found)} here, torch has {sorted(expected)}")
    for name, value in expected.items():
        compare(name, found[name], value, shapes_only=only_shapes(op, sample))
    if "answer 0" not in expected or "answer 1" in expected:
        return  # methods of one answer are enough
    answer = expected["answer 0"]
    for kind, variant in (("method", op.method_variant), ("in place", op.inplace_variant)):
        method = None if variant is None else _method(variant, kind)
        if method is None:
            continue
        if kind == "in place" and not _fits(sample.input, answer):
            continue
        found = attempt(method, mine.copy(0), process, 0)
        compare(kind, found["answer 0"], answer, shapes_only=only_shapes(op, sample))


def expectation(op, sample, orders):
    """torch's answers and derivatives, to the highest order that torch itself can give."""
    arguments, process = (sample.input, *sample.args), sample.output_process_fn_grad
    for order in range(orders, -1, -1):
        try:
            return run(op.op, arguments, sample.kwargs, process, _torch(), order), order
        except (RuntimeError, NotImplementedError):
            continue
    raise NotApplicable("torch itself fails")


def attempt(function, call, process, orders):
    """Run ours; whatever it raises is a disagreement."""
    try:
        return run(function, call.args, call.kwargs, process, tv, orders)
    except Exception as error:
        raise Disagreement(f"{type(error).__name__}: {error}") from error


def _torch():
    import torch

    return torch


def _method(variant, kind):
    name = getattr(variant, "__name__", "")
    if not name.isidentifier() or name.startswith("<"):
        return None
    return getattr(tv.Tensor, name, None)


def _fits(tensor, answer):
    """Whether an answer can be written over a tensor."""
    shapes = tuple(tensor.shape) == tuple(getattr(answer, "shape", ()))
    return shapes and getattr(answer, "dtype", None) == tensor.dtype


# -- refusals ---------------------------------------------------------------------------------


def check_refusal(op, error_input):
    """What torch refuses must be refused, by an error of tinyvision's or Python's own."""
    call = convert(op, error_input.sample_input).copy(0)
    try:
        ours(op)(*call.args, **call.kwargs)
    except REFUSALS as error:
        if not _is_ours(error):
            raise Disagreement(f"refused from inside: {type(error).__name__}: {error}") from error
    except Exception as error:
        raise Disagreement(f"refused from inside: {type(error).__name__}: {error}") from error
    else:
        raise Disagreement(f"not refused; torch says {error_input.error_regex!r}")


def _is_ours(error):
    """Whether a `raise` of the package made it, or Python when it matched arguments."""
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    line = linecache.getline(trace.tb_frame.f_code.co_filename, trace.tb_lineno).strip()
    return line.startswith("raise") or ("argument" in str(error) and "()" in str(error))


# -- all samples ------------------------------------------------------------------------------


def check(op):
    """Every sample and every refusal of one entry of torch's table."""
    torch = _torch()
    tally = Tally()

    def note(what, function, *arguments):
        try:
            function(*arguments)
        except NotApplicable as reason:
            tally.not_applicable[str(reason)] += 1
        except Disagreement as difference:
            tally.disagree.append(f"{what}: {difference}")
        else:
            tally.agree += 1

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in TYPES:
            dtype = getattr(torch, name)
            if not op.supports_dtype(dtype, "cpu"):
                continue
            floats = name.startswith("float") and op.supports_autograd
            orders = 0 if not floats else {"float64": 2, "float32": 1, "float16": 0}[name]
            orders = min(orders, 1) if not op.supports_gradgrad else orders
            torch.default_generator.manual_seed(0)
            samples = op.sample_inputs_func(op, "cpu", dtype, orders > 0)
            for number, sample in enumerate(drawn(samples)):
                note(f"{name} sample {number}, {shown(sample)}", check_sample, op, sample, orders)
        if op.error_inputs_func is not None:
            torch.default_generator.manual_seed(0)
            for number, error_input in enumerate(drawn(op.error_inputs_func(op, "cpu"))):
                sample = shown(error_input.sample_input)
                note(f"refusal {number}, {sample}", check_refusal, op, error_input)
    return tally


def drawn(samples):
    """The samples one by one, with the seed that torch gives each of them.

    `op.sample_inputs` does the same; but it looks through the stack for a test of torch's, and
    notes where each kind of accelerator was seeded, which takes longer than all that is compared.
    """
    seed, samples = 1234, iter(samples)
    while True:
        _torch().default_generator.manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002  the samples draw from it
        try:
            yield next(samples)
        except StopIteration:
            return


@functools.cache
def tally_of(name):
    """That of an entry by its name, found out once."""
    return check(surface()[name])


def shown(sample):
    """A sample in one line: shapes for tensors."""

    def short(value):
        if hasattr(value, "shape") and hasattr(value, "dtype"):
            return f"{str(value.dtype).removeprefix('torch.')}{list(value.shape)}"
        if isinstance(value, (tuple, list)):
            return f"({', '.join(map(short, value))})"
        return repr(value)

    parts = [short(value) for value in (sample.input, *sample.args)]
    return ", ".join(parts + [f"{key}={short(value)}" for key, value in sample.kwargs.items()])


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="operations; all of the surface if none")
    parser.add_argument("--all", action="store_true", help="show every disagreement in full")
    options = parser.parse_args(argv)
    try:
        need("torch", "expecttest", otherwise=" expecttest")  # which torch's table imports
    except ImportError as error:
        print(f"python -m tests.parity.op_db: {error}", file=sys.stderr)
        return 2
    entries = surface()
    if options.names:
        wanted = {name.removeprefix("F.") for name in options.names}
        entries = {
            name: op
            for name, op in entries.items()
            if {name, op.name, op.name.split(".")[-1]} & wanted
        }
    total, not_applicable, reasons = Tally(), collections.Counter(), collections.Counter()
    for name, op in entries.items():
        tally = check(op)
        total.agree += tally.agree
        total.disagree += tally.disagree
        not_applicable += tally.not_applicable
        unexplained = [line for line in tally.disagree if reason_for(name, line) is None]
        reasons.update(filter(None, (reason_for(name, line) for line in tally.disagree)))
        if unexplained or options.names:
            print(f"{name}: {tally.agree} of {tally.applicable} agree", flush=True)
            for line in unexplained[: None if options.names or options.all else 2]:
                print(f"    {line[:600]}")
    for title, counter in (("not applicable", not_applicable), ("different on purpose", reasons)):
        for reason, count in counter.most_common():
            print(f"{title}: {count:>5} samples. {reason}")
    share = total.agree / max(total.applicable, 1)
    print(
        f"{len(entries)} entries of torch's table, {total.agree} of {total.applicable} applicable "
        f"samples agree: {share:.2%}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
