"""Schedules against their closed forms, epoch by epoch."""

import math
import re

import pytest

import tinyvision as tv
from tinyvision.optim import SGD, lr_scheduler
from tinyvision.optim.lr_scheduler import (
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    LRScheduler,
    MultiStepLR,
    SequentialLR,
    StepLR,
)

EPOCHS = 12


def optimizer(*rates):
    """One group for each rate."""
    return SGD([{"params": [tv.zeros(1, requires_grad=True)], "lr": rate} for rate in rates])


def followed(schedule, epochs=EPOCHS):
    """The rate the optimiser really has in each epoch."""
    rates = []
    for _ in range(epochs):
        rates.append(schedule.optimizer.param_groups[0]["lr"])
        schedule.optimizer.step()
        schedule.step()
    return rates


SCHEDULES = {
    "LambdaLR": (lambda o: LambdaLR(o, lambda e: 1 / (e + 1)), lambda e: 0.8 / (e + 1)),
    "StepLR": (lambda o: StepLR(o, 3, 0.5), lambda e: 0.8 * 0.5 ** (e // 3)),
    "MultiStepLR": (
        lambda o: MultiStepLR(o, [7, 2, 2], 0.5),
        lambda e: 0.8 * 0.5 ** (2 * (e >= 2) + (e >= 7)),
    ),
    "ExponentialLR": (lambda o: ExponentialLR(o, 0.9), lambda e: 0.8 * 0.9**e),
    "LinearLR": (
        lambda o: LinearLR(o, 0.25, 0.75, 4),
        lambda e: 0.8 * (0.25 + 0.5 * min(e, 4) / 4),
    ),
    "ConstantLR": (lambda o: ConstantLR(o, 0.1, 3), lambda e: 0.8 * (0.1 if e < 3 else 1.0)),
    "CosineAnnealingLR": (
        lambda o: CosineAnnealingLR(o, 8, eta_min=0.2),
        lambda e: 0.2 + 0.6 * (1 + math.cos(math.pi * e / 8)) / 2,
    ),
    "SequentialLR": (
        lambda o: SequentialLR(
            o, [LinearLR(o, 0.5, 1.0, 3), ConstantLR(o, 0.5, 2), ExponentialLR(o, 0.5)], [3, 6]
        ),
        lambda e: (
            0.8
            * (
                (0.5 + 0.5 * e / 3)
                if e < 3
                else (0.5 if e < 5 else 1.0)
                if e < 6
                else 0.5 ** (e - 6)
            )
        ),
    ),
}
each = pytest.mark.parametrize(("make", "rate"), SCHEDULES.values(), ids=list(SCHEDULES))


def test_every_public_schedule_has_a_case():
    public = {
        name
        for name, found in vars(lr_scheduler).items()
        if isinstance(found, type) and issubclass(found, LRScheduler) and found is not LRScheduler
    }
    assert public == set(SCHEDULES)


@each
def test_the_rates_are_those_of_the_closed_form(make, rate):
    found = followed(make(optimizer(0.8)))
    assert found == pytest.approx([rate(epoch) for epoch in range(EPOCHS)], rel=1e-12)


@each
def test_each_group_starts_from_its_own_rate(make, rate):
    schedule = make(optimizer(0.8, 0.8))
    other = schedule.optimizer.param_groups[1]
    schedule.step()
    assert schedule.get_last_lr() == [other["lr"]] * 2
    assert other["initial_lr"] == 0.8


@each
def test_a_resumed_schedule_goes_on_where_it_stood(make, rate):
    schedule = make(optimizer(0.8))
    followed(schedule, 5)
    saved = schedule.state_dict()
    resumed = make(optimizer(0.8))
    resumed.load_state_dict(saved)
    assert resumed.last_epoch == 5
    assert followed(resumed, 4) == followed(schedule, 4)


@each
def test_a_schedule_resumed_with_its_optimiser_keeps_the_initial_rate(make, rate):
    """The optimiser is loaded first, so its rate is that of the epoch, not the initial one."""
    schedule = make(optimizer(0.8))
    followed(schedule, 5)
    other = optimizer(0.8)
    other.load_state_dict(schedule.optimizer.state_dict())
    resumed = make(other)
    resumed.load_state_dict(schedule.state_dict())
    assert followed(resumed, 4) == followed(schedule, 4)


def test_groups_can_have_functions_of_their_own():
    schedule = LambdaLR(optimizer(1.0, 2.0), [lambda e: 0.5**e, lambda e: 1.0])
    schedule.step()
    assert schedule.get_last_lr() == [0.5, 2.0]


def test_a_schedule_may_start_after_a_later_epoch():
    schedule = ExponentialLR(optimizer(1.0), 0.5, last_epoch=2)
    assert schedule.get_last_lr() == [0.125]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda o: StepLR(None, 1), TypeError, "a schedule needs an optimiser, got NoneType"),
        (lambda o: StepLR(o, 0), ValueError, "step_size must be at least 1, got 0"),
        (lambda o: CosineAnnealingLR(o, 0), ValueError, "T_max must be at least 1, got 0"),
        (lambda o: LinearLR(o, 0.0), ValueError, "start_factor must be above 0 and at most 1, got"),
        (lambda o: LinearLR(o, 0.5, 1.5), ValueError, "end_factor must be between 0 and 1, got"),
        (lambda o: ConstantLR(o, 1.5), ValueError, "factor must be between 0 and 1, got 1.5"),
        (lambda o: LambdaLR(o, [float]), ValueError, "1 functions for 2 parameter groups"),
        (lambda o: SequentialLR(o, [StepLR(o, 1)], [1]), ValueError, "1 schedules need 0 milest"),
        (lambda o: SequentialLR(o, [], []), ValueError, "needs at least one schedule"),
        (
            lambda o: SequentialLR(o, [StepLR(optimizer(1.0), 1)], []),
            ValueError,
            "all schedules must belong to the given optimiser",
        ),
        (
            lambda o: StepLR(o, 1).load_state_dict({"last_epoch": 1, "base_lrs": [0.1]}),
            ValueError,
            "the saved schedule has 1 groups, the optimiser 2",
        ),
        (lambda o: LRScheduler(o), NotImplementedError, "LRScheduler says no rate yet"),
    ],
)
def test_what_has_no_meaning_is_refused(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make(optimizer(1.0, 1.0))


def test_a_group_added_after_the_schedule_is_refused_at_the_next_step():
    schedule = StepLR(optimizer(1.0), 1)
    schedule.optimizer.add_param_group({"params": [tv.zeros(1, requires_grad=True)]})
    with pytest.raises(RuntimeError, match="made for 1 parameter groups, the optimiser has 2 now"):
        schedule.step()
