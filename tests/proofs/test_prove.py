"""Proofs find what is wrong, and show it on the smallest call. Rules are spoilt on purpose."""

import json
from dataclasses import replace

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn
from tinyvision.autograd import Tensor, registry
from tinyvision.proofs import prove as proving
from tinyvision.proofs.case import Call, Case, arrays
from tinyvision.proofs.layer import Layer
from tinyvision.proofs.prove import prove
from tinyvision.proofs.report import to_json, to_text
from tinyvision.proofs.run import run, show_list
from tinyvision.proofs.subjects import Subject, all_subjects, subjects_named


@pytest.fixture
def spoil(monkeypatch):
    """Puts another rule for an argument of a primitive in the place of its own."""

    def put(name, argument, change):
        made = registry[name]
        right = made.rules[argument]

        def wrong(g, *kept, **config):
            return change(right.function(g, *kept, **config), g, *kept)

        rules = {**made.rules, argument: replace(right, function=wrong)}
        monkeypatch.setattr(made, "rules", rules)
        monkeypatch.setattr(made, "_plans", {})

    return put


def a_thousandth_more(gradient, *_):
    return gradient * 1.001


def constant_in_turn(gradient, *_):
    """The value is right; the recorded derivative is a constant."""
    return gradient.detach() if isinstance(gradient, Tensor) else gradient


def named(name):
    (found,) = subjects_named([name])
    return found


# -- what is right ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tanh", "correlate", "log_softmax"])
def test_right_rules_are_proven_at_two_orders(name):
    proof = prove(subjects_named([name])[0], calls=4)
    assert proof.verdict == "right"
    assert proof.calls == 4
    assert 0.0 < proof.first < 1e-7
    assert 0.0 < proof.second < 1e-6


def test_what_has_no_derivative_says_so_and_is_called_all_the_same():
    proof = prove(named("eq"), calls=3)
    assert (proof.verdict, proof.calls, proof.first, proof.second) == (
        "no derivative", 3, None, None
    )  # fmt: skip


def test_what_is_said_to_have_no_derivative_must_not_record_one():
    case = Case("claim", calls=arrays((2,)).map(Call), empty=(), primitive=None,
                function=tv.exp, differentiable=False)  # fmt: skip
    proof = prove(Subject("claim", case=case), calls=2)
    assert proof.problem == "it is said to have no derivative, but records one"


def test_steps_have_no_second_order():
    proof = prove(named("sign"), calls=3)
    assert (proof.verdict, proof.first, proof.second) == ("right", 0.0, None)


def test_a_layer_is_proven_in_all_its_forms():
    proof = prove(named("nn.Linear"), calls=5)
    assert proof.verdict == "right"
    assert proof.calls == 2  # two forms, one input each


def test_a_layer_that_draws_numbers_is_proven_with_the_same_ones():
    assert prove(named("Dropout"), calls=5).verdict == "right"


def test_the_same_seed_draws_the_same_calls():
    one, again, other = (prove(named("exp"), calls=5, seed=seed) for seed in (3, 3, 4))
    assert one == again
    assert one != other


def test_the_random_generator_is_left_where_it_was():
    before = tv.get_rng_state()
    prove(named("Dropout"), calls=5)
    after = tv.get_rng_state()
    assert repr(after) == repr(before)


# -- what is wrong ----------------------------------------------------------------------------


def test_a_thousandth_is_found_and_shrunk_to_one_number(spoil):
    spoil("exp", "input", a_thousandth_more)
    proof = prove(named("exp"))
    assert proof.verdict == "WRONG"
    assert proof.first == pytest.approx(1e-3, rel=0.2)
    assert "wrong derivative of output 0" in proof.problem
    assert "with respect to input 0" in proof.problem
    array = eval(proof.example, {"Call": Call, "array": np.array}).args[0]
    assert array.size == 1


def test_a_rule_right_at_first_order_and_constant_at_the_second_is_found(spoil):
    spoil("sin", "input", constant_in_turn)
    proof = prove(named("sin"))
    assert proof.verdict == "WRONG"
    assert proof.first < 1e-6
    assert proof.second > 1e-6
    assert "wrong derivative of the gradient of input 0" in proof.problem
    assert "lost on the way" in proof.problem


def test_a_large_second_order_is_told_along_a_direction(spoil, monkeypatch):
    monkeypatch.setattr(proving, "FEW", 0)
    spoil("sin", "input", constant_in_turn)
    assert "along random direction" in prove(named("sin")).problem


def test_a_wrong_rule_in_a_layer_names_the_layer_and_the_seed(spoil):
    spoil("tanh", "input", a_thousandth_more)
    proof = prove(named("nn.Tanh"), calls=5, seed=7)
    assert proof.verdict == "WRONG"
    assert proof.example == "Tanh() on an input of shape (4, 3), seed 7"


def test_a_function_that_fails_is_no_proof():
    def fail(x):
        raise IndexError("no such row")

    case = Case("fail", calls=arrays((2,)).map(Call), empty=(), primitive=None, function=fail)
    proof = prove(Subject("fail", case=case), calls=2)
    assert proof.verdict == "WRONG"
    assert proof.problem == "IndexError: no such row"


def test_a_layer_at_a_bend_is_tried_elsewhere(monkeypatch):
    class AtBend(Layer):
        """Its first input lies at the bend of relu, the others do not."""

        def inputs(self, batch=None, dtype=np.float32, seed=0):
            value = 1e-9 if seed < proving.FAR else 1.0
            return [tv.tensor(np.full(self.shape, value), requires_grad=True)]

    layer = AtBend(lambda: nn.ReLU(), (2, 2), "ReLU()")
    subject = Subject("nn.ReLU", layers=(layer,))
    assert prove(subject, calls=5).verdict == "right"
    monkeypatch.setattr(proving, "REDRAWN", 0)
    assert "a bend or jump of the function" in prove(subject, calls=5).problem


def test_control_c_is_not_taken_for_a_failure(monkeypatch):
    def interrupt(x):
        raise KeyboardInterrupt

    case = Case("stop", calls=arrays((2,)).map(Call), empty=(), primitive=None, function=interrupt)
    with pytest.raises(KeyboardInterrupt):
        prove(Subject("stop", case=case), calls=2)


# -- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("relu", ["relu"]),
        ("Linear", ["nn.Linear"]),
        ("nn.Linear", ["nn.Linear"]),
        ("nn.functional.relu", ["relu"]),
        ("pow", ["pow", "pow by a number", "pow of a number"]),
        ("batch_norm", ["batch_norm_training", "batch_norm_evaluation"]),
        ("transpose", ["permute_axes"]),
        ("nn.functional.conv2d", ["correlate"]),  # what it is made of
    ],
)
def test_a_name_means_cases_layers_or_the_primitives_a_function_is_made_of(name, found):
    assert set(found) <= {subject.name for subject in subjects_named([name])}


def test_no_name_means_everything_and_each_only_once():
    everything = subjects_named([])
    assert everything == list(all_subjects())
    assert len({subject.name for subject in everything}) == len(everything)
    assert len(subjects_named(["relu", "F.relu"])) == 1


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("logsumexpp", "logsumexp"),
        ("Tanhh", "Tanh"),
        ("nn.Batchnorm2d", "nn.BatchNorm2d"),
        ("Relu", "relu"),
    ],
)
def test_an_unknown_name_is_answered_with_a_guess_and_the_list(name, guess):
    with pytest.raises(
        ValueError, match=f"unknown operation '{name}'; did you mean '{guess}'.*--l"
    ):
        subjects_named([name])


@pytest.mark.parametrize("name", ["", "nn.", "zzzzzzzz"])
def test_a_name_like_no_other_is_answered_with_the_list(name):
    with pytest.raises(ValueError, match=rf"unknown operation '{name}' \(tinyvision gradcheck --l"):
        subjects_named([name])


def test_a_known_name_without_a_derivative_is_not_called_unknown():
    with pytest.raises(ValueError, match="'arange' is made of nothing that has a derivative"):
        subjects_named(["arange"])


# -- what is printed --------------------------------------------------------------------------


def test_the_table_the_smallest_example_and_the_summary(spoil, capsys):
    spoil("exp", "input", a_thousandth_more)
    assert run(["exp", "eq", "tanh"], cases=10) == 1
    out = capsys.readouterr().out
    rows = {line.split()[0]: line.split() for line in out.splitlines() if line.strip()}
    assert rows["tanh"][-1] == "right"
    assert rows["eq"][-2:] == ["no", "derivative"]
    assert rows["exp"][-1] == "WRONG"
    assert "smallest failing example:\n    Call(array(" in out
    assert "3 operations" in out
    assert "1 right (largest relative error" in out
    assert "1 without a derivative, 1 WRONG: exp." in " ".join(out.split())


def test_all_right_is_exit_code_0(capsys):
    assert run(["tanh"], cases=2) == 0
    assert "1 operation, 2 calls: 1 right" in capsys.readouterr().out


def test_json_holds_data_only_and_the_failing_example(spoil, capsys):
    spoil("exp", "input", a_thousandth_more)
    assert run(["exp", "eq"], cases=5, seed=1, json=True) == 1
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert captured.err == ""
    assert (found["ok"], found["cases"], found["seed"]) == (False, 5, 1)
    wrong, without = found["operations"]
    assert wrong["verdict"] == "wrong"
    assert wrong["example"].startswith("Call(")
    assert "wrong derivative" in wrong["problem"]
    assert (without["verdict"], without["order_1"]) == ("no derivative", None)


def test_an_error_that_is_no_number_is_null_in_json():
    proof = replace(prove(named("eq"), calls=1), first=float("inf"), problem="infinite")
    assert json.loads(to_json([proof], 1, 0))["operations"][0]["order_1"] is None
    assert "inf" in to_text([proof])


def test_many_operations_without_a_terminal_are_told_in_ten_lines(monkeypatch, capsys):
    every = all_subjects()[:25]
    monkeypatch.setattr("tinyvision.proofs.run.subjects_named", lambda names: list(every))
    run([], cases=1)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.endswith("checked")]
    assert len(lines) == 10
    assert lines[-1] == "25 of 25 operations checked"


def test_the_list_names_everything_once(capsys):
    assert show_list() == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(all_subjects())
    assert "nn.Conv2d" in lines
    assert "eq  (no derivative)" in lines
