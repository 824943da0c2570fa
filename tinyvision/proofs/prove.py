"""One proof: drawn calls, their derivatives at two orders, and the smallest call that fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import seed as seeded

from ..autograd import GradcheckError, Tensor
from ..autograd.differences import Comparison
from ..autograd.gradcheck import second_order
from ..ops.chance.random import get_rng_state, manual_seed, set_rng_state
from .case import Call, Case
from .check import checkable, evaluate
from .layer import Layer
from .subjects import Subject

FEW = 40  # numbers, up to which a wrong second derivative is looked for entry by entry
LAYERS_SHARE = 5  # a layer is called with one input where a function is with five
REDRAWN = 3  # times that another input is tried where a layer bends
FAR = 1_000_003  # from one seed to the next tried


@dataclass
class Proof:
    """What was found out about one subject.

    Attributes:
        name: of the subject.
        calls: how many were made, up to the first that failed.
        first, second: the largest relative errors of first and second derivatives; None where
            there is nothing to compare.
        differentiable: whether it has a derivative.
        problem: what is wrong; empty if all is right.
        example: the smallest call found that shows it.
    """

    name: str
    calls: int = 0
    first: float | None = None
    second: float | None = None
    differentiable: bool = True
    problem: str = ""
    example: str = ""

    @property
    def ok(self) -> bool:
        """Whether no call was found whose derivative is wrong."""
        return not self.problem

    def include(self, other: Proof) -> None:
        """Take over the larger errors of another."""
        for order in ("first", "second"):
            errors = [e for e in (getattr(self, order), getattr(other, order)) if e is not None]
            setattr(self, order, max(errors, default=None))

    @property
    def verdict(self) -> str:
        """In a word or two."""
        if self.problem:
            return "WRONG"
        return "right" if self.differentiable else "no derivative"


def prove(subject: Subject, calls: int = 20, seed: int = 0) -> Proof:
    """Compare first and second derivatives with central differences, in float64.

    Args:
        subject: a function or a layer.
        calls: how many Hypothesis draws; of a layer, each form is called with a fifth of that.
        seed: of what is drawn.
    """
    proof = Proof(subject.name, differentiable=subject.differentiable)
    state = get_rng_state()
    try:
        if subject.case is not None:
            _prove_case(subject.case, proof, calls, seed)
        else:
            _prove_layers(subject.layers, proof, max(1, calls // LAYERS_SHARE), seed)
    finally:
        set_rng_state(state)
    return proof


# -- functions --------------------------------------------------------------------------------


class _Wrong(Exception):
    """Tells Hypothesis that a call fails; one type from one line, so that it is one fault to it."""


def _prove_case(case: Case, proof: Proof, calls: int, seed: int) -> None:
    @seeded(seed)
    @settings(
        max_examples=calls,
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        print_blob=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(case.calls)
    def every_call(call: Call) -> None:
        problem = _problem_of(case, call, proof, seed)
        if problem:  # the last that Hypothesis tries is the smallest
            proof.problem, proof.example = problem, repr(call)
            raise _Wrong

    try:
        every_call()
    except _Wrong:
        pass
    except Exception as error:  # a strategy that fails, or a function that does not repeat itself
        proof.problem = proof.problem or _described(error)


def _problem_of(case: Case, call: Call, proof: Proof, seed: int) -> str:
    """What is wrong with one call; counted unless an earlier one has failed already."""
    tally = Proof("") if proof.problem else proof
    tally.calls += 1
    try:
        if not case.differentiable:
            return _claims_a_derivative(case, call)
        function, leaves = checkable(case, call)
        rtol = 1e-6 if case.smooth else 1e-5
        _first(Comparison(function, leaves, rtol=rtol), tally, entries=True, seed=seed)
        if not case.flat:
            _second(function, leaves, rtol, tally, seed)
    except Exception as error:
        return _described(error)
    return ""


def _claims_a_derivative(case: Case, call: Call) -> str:
    answer, _ = evaluate(case, call)
    return "it is said to have no derivative, but records one" if answer.requires_grad else ""


def _described(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, GradcheckError) else f"{type(error).__name__}: {text}"


# -- layers -----------------------------------------------------------------------------------


def _prove_layers(layers: Sequence[Layer], proof: Proof, inputs: int, seed: int) -> None:
    for layer in layers:
        for number in range(seed * inputs, (seed + 1) * inputs):
            proof.calls += 1
            try:
                _check_layer(layer, proof, number)
            except Exception as error:
                proof.problem = _described(error)
                proof.example = f"{layer.shown} on an input of shape {layer.shape}, seed {number}"
                return


def _check_layer(layer: Layer, proof: Proof, seed: int) -> None:
    """At one input; at another one if the first lies at a bend, which for a function none does."""
    for drawn in (seed, *(seed + again * FAR for again in range(1, REDRAWN + 1))):
        manual_seed(drawn)
        function, values = layer.function_of_parameters(seed=drawn)
        if layer.random:
            function = _repeating(function, drawn)
        found, problem = Proof(proof.name), None
        try:
            _first(Comparison(function, values, rtol=1e-5), found, entries=False, seed=drawn)
            _second(function, values, 1e-5, found, drawn)
        except GradcheckError as error:
            problem = error
        if problem is None or not problem.at_bend:
            break
    proof.include(found)
    if problem is not None:
        raise problem


def _repeating(function: Callable[..., Tensor], seed: int) -> Callable[..., Tensor]:
    """The same random numbers in each call, so that there is one function to be derived."""

    def repeated(*values: Any) -> Tensor:
        manual_seed(seed)
        return function(*values)

    return repeated


# -- both -------------------------------------------------------------------------------------


def _first(comparison: Comparison, proof: Proof, entries: bool, seed: int) -> None:
    try:
        if entries:
            comparison.every_entry()
        else:
            comparison.random_directions(seed)
    finally:
        proof.first = max(proof.first or 0.0, comparison.error)


def _second(
    function: Callable[..., Any], inputs: Sequence[Any], rtol: float, proof: Proof, seed: int
) -> None:
    comparison = second_order(function, inputs, rtol=rtol, seed=seed)
    try:
        comparison.random_directions(seed)
    except GradcheckError:
        if sum(value.size for value in comparison.point.values) <= FEW:
            comparison.every_entry()  # says which entry it is, and more about the cause
        raise
    finally:
        proof.second = max(proof.second or 0.0, comparison.error)
