"""Watching operations, beside anomaly detection and by itself."""

import pytest

import tinyvision as tv
from tinyvision.autograd.modes import this_thread
from tinyvision.autograd.watch import watching


def names():
    seen = []
    return seen, lambda primitive, made, args, config: seen.append(primitive.name)


def test_every_operation_is_reported_with_what_it_was_given():
    seen = []
    with watching(lambda *operation: seen.append(operation)):
        x = tv.ones(2, 3)
        y = x.sum(1, keepdim=True)
    (primitive, made, args, config), *others = seen
    assert (primitive.name, others) == ("sum_over", [])
    assert made is y
    assert args[0] is x
    assert config == {"axes": (1,), "keepdim": True}


def test_one_function_may_watch_twice():
    seen, watch = names()
    with watching(watch), watching(watch):
        tv.ones(1).exp()
    assert seen == ["exp", "exp"]
    assert this_thread.state.watchers == ()


def test_it_goes_together_with_anomaly_detection_in_any_order():
    seen, watch = names()
    outer = tv.autograd.detect_anomaly()
    with watching(watch):
        outer.__enter__()
        tv.ones(1).exp()
    try:
        with pytest.raises(RuntimeError, match="log made"):
            tv.zeros(1).log()
    finally:
        outer.__exit__()
    tv.zeros(1).log()
    assert seen == ["exp"]
    assert this_thread.state.watchers == ()


def test_users_functions_are_reported_too():
    class Twice(tv.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2, x + 1

    seen, watch = names()
    with watching(watch):
        Twice.apply(tv.ones(1))
    assert seen == ["mul", "add", "Twice", "Twice"]


def test_an_error_of_the_watcher_reaches_the_caller_and_ends_the_watch():
    def refuse(*operation):
        raise ValueError("seen enough")

    with pytest.raises(ValueError, match="seen enough"), watching(refuse):
        tv.ones(1).exp()
    tv.ones(1).exp()
