"""Schedules against their closed forms, epoch by epoch."""

import math
import re

import pytest

import tinyvision as tv
from tinyvision.optim import SGD, lr_scheduler
from tinyvision.optim.lr_scheduler import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    LRScheduler,
    MultiplicativeLR,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    ReduceLROnPlateau,
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
SCHEDULES |= {
    "MultiplicativeLR": (
        lambda o: MultiplicativeLR(o, lambda e: 1 / (e + 1)),
        lambda e: 0.8 / math.factorial(e + 1),
    ),
    "PolynomialLR": (lambda o: PolynomialLR(o, 4, 2), lambda e: 0.8 * max(1 - e / 4, 0) ** 2),
    "CosineAnnealingWarmRestarts": (
        lambda o: CosineAnnealingWarmRestarts(o, 2, 2, eta_min=0.2),
        lambda e: (
            0.2
            + 0.3
            * (1 + math.cos(math.pi * (e / 2 if e < 2 else (e - 2) / 4 if e < 6 else (e - 6) / 8)))
        ),
    ),
    "CyclicLR": (
        lambda o: CyclicLR(o, 0.2, 0.8, 3, 2, cycle_momentum=False),
        lambda e: 0.2 + 0.6 * [0, 1 / 3, 2 / 3, 1, 1 / 2][e % 5],
    ),
    "OneCycleLR": (
        lambda o: OneCycleLR(
            o, 0.8, 12, pct_start=0.5, anneal_strategy="linear", div_factor=4, cycle_momentum=False
        ),
        lambda e: 0.2 + 0.6 * e / 5 if e <= 5 else 0.8 + (0.2e-4 - 0.8) * (e - 5) / 6,
    ),
    "ChainedScheduler": (
        lambda o: ChainedScheduler([ConstantLR(o, 0.1, 3), ExponentialLR(o, 0.9)], o),
        lambda e: 0.8 * (0.1 if e < 3 else 1.0) * 0.9**e,
    ),
}
each = pytest.mark.parametrize(("make", "rate"), SCHEDULES.values(), ids=list(SCHEDULES))


def test_every_public_schedule_has_a_case():
    assert set(lr_scheduler.__all__) - {"LRScheduler", "ReduceLROnPlateau"} == set(SCHEDULES)


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
    assert other["initial_lr"] == schedule.base_lrs[1]


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
        (
            lambda o: LambdaLR(o, [float]),
            ValueError,
            "lr_lambda has 1 entries for 2 parameter groups",
        ),
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


# -- cycles -----------------------------------------------------------------------------------


def momenta(schedule, name="momentum"):
    found = []
    for _ in range(5):
        found.append(schedule.optimizer.param_groups[0][name])
        schedule.step()
    return found


def test_a_cycle_moves_the_momentum_against_the_rate():
    schedule = CyclicLR(optimizer(0.5), 0.0, 1.0, 2, base_momentum=0.5, max_momentum=0.9)
    assert momenta(schedule) == pytest.approx([0.9, 0.7, 0.5, 0.7, 0.9])


def test_or_the_first_of_the_betas():
    adam = tv.optim.Adam([tv.zeros(1, requires_grad=True)])
    schedule = CyclicLR(adam, 0.0, 1.0, 2, base_momentum=0.5, max_momentum=0.9)
    assert [b for b, _ in momenta(schedule, "betas")] == pytest.approx([0.9, 0.7, 0.5, 0.7, 0.9])
    assert {b for _, b in momenta(schedule, "betas")} == {0.999}


@pytest.mark.parametrize(
    ("options", "heights"),
    [
        ({"mode": "triangular2"}, [0, 1, 0, 1 / 2, 0, 1 / 4, 0]),
        ({"mode": "exp_range", "gamma": 0.5}, [0, 1 / 2, 0, 1 / 8, 0, 1 / 32, 0]),
        ({"scale_fn": lambda cycle: cycle}, [0, 1, 0, 2, 0, 3, 0]),
        ({"scale_fn": lambda batch: batch, "scale_mode": "iterations"}, [0, 1, 0, 3, 0, 5, 0]),
    ],
)
def test_cycles_may_change_in_height(options, heights):
    schedule = CyclicLR(optimizer(1.0), 0.0, 1.0, 1, **options)
    assert [schedule.rates(batch)[0] for batch in range(7)] == pytest.approx(heights)


def test_each_group_can_have_bounds_of_its_own():
    schedule = CyclicLR(optimizer(1.0, 1.0), [0.0, 1.0], [1.0, 5.0], 2)
    assert schedule.rates(1) == [0.5, 3.0]


def test_one_cycle_in_three_phases_comes_back_to_the_first_rate():
    schedule = OneCycleLR(
        optimizer(1.0), 1.0, epochs=2, steps_per_epoch=5, three_phase=True, div_factor=4
    )
    assert [schedule.rates(batch)[0] for batch in (0, 2, 4, 9)] == pytest.approx(
        [0.25, 1.0, 0.25, 0.25e-4]
    )
    assert momenta(schedule) == pytest.approx([0.95, 0.9, 0.85, 0.9, 0.95])


def test_one_cycle_ends_after_the_steps_it_was_made_for():
    schedule = OneCycleLR(optimizer(1.0), 1.0, 2)
    schedule.step()
    schedule.step()
    with pytest.raises(ValueError, match="made for 2 steps, this is step 3; make it with a larger"):
        schedule.step()


def test_a_cycle_inside_a_sequence_moves_the_momentum_too():
    sgd = optimizer(1.0)
    cycle = CyclicLR(sgd, 0.0, 1.0, 2, base_momentum=0.5, max_momentum=0.9)
    schedule = SequentialLR(sgd, [ConstantLR(sgd, 1.0), cycle], [2])
    for _ in range(4):
        schedule.step()
    assert sgd.param_groups[0]["momentum"] == pytest.approx(0.5)


# -- restarts and plateaus ----------------------------------------------------------------------


def test_restarts_can_be_stepped_in_parts_of_an_epoch():
    schedule = CosineAnnealingWarmRestarts(optimizer(1.0), 2)
    schedule.step(0.5)
    assert schedule.get_last_lr() == pytest.approx([(1 + math.cos(math.pi / 4)) / 2])
    saved = schedule.state_dict()
    schedule.step()
    resumed = CosineAnnealingWarmRestarts(optimizer(1.0), 2)
    resumed.load_state_dict(saved)
    resumed.step()
    assert resumed.get_last_lr() == schedule.get_last_lr()
    assert schedule.get_last_lr() == pytest.approx([(1 + math.cos(math.pi * 0.75)) / 2])


def plateau(values, **options):
    """The rate after each value."""
    schedule = ReduceLROnPlateau(optimizer(1.0), factor=0.5, **options)
    found = []
    for value in values:
        schedule.step(value)
        found.append(schedule.get_last_lr()[0])
    return found


def test_patience_is_how_many_bad_epochs_are_let_pass():
    assert plateau([3, 3, 3, 3, 3], patience=1) == [1, 1, 0.5, 0.5, 0.25]
    assert plateau([3, 3, 2, 2, 2], patience=1) == [1, 1, 1, 1, 0.5]


def test_a_value_may_be_wanted_high():
    assert plateau([1, 2, 3, 3], mode="max", patience=0) == [1, 1, 1, 0.5]


def test_only_a_change_beyond_the_threshold_is_an_improvement():
    assert plateau([10, 9.5], patience=0, threshold=0.1) == [1, 0.5]
    assert plateau([10, 8.9], patience=0, threshold=0.1) == [1, 1]
    assert plateau([10, 9.5], patience=0, threshold=1, threshold_mode="abs") == [1, 0.5]
    assert plateau([10, 8.5], patience=0, threshold=1, threshold_mode="abs") == [1, 1]


def test_epochs_of_cooling_down_are_not_counted():
    assert plateau([1] * 6, patience=0, cooldown=2) == [1, 0.5, 0.5, 0.5, 0.25, 0.25]


def test_the_rate_has_a_floor_and_is_not_changed_by_next_to_nothing():
    assert plateau([1] * 4, patience=0, min_lr=0.3) == [1, 0.5, 0.3, 0.3]
    assert plateau([1] * 4, patience=0, eps=0.3) == [1, 0.5, 0.5, 0.5]


def test_a_nan_is_no_improvement_and_a_tensor_will_do():
    assert plateau([tv.tensor(1.0), tv.tensor(math.nan)], patience=0) == [1, 0.5]


def test_a_plateau_goes_on_from_its_saved_state():
    first, second = (ReduceLROnPlateau(optimizer(1.0), patience=1) for _ in range(2))
    first.step(1.0)
    first.step(1.0)
    second.load_state_dict(first.state_dict())
    second.step(1.0)
    assert second.get_last_lr() == pytest.approx([0.1])


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda o: PolynomialLR(o, 0), ValueError, "total_iters must be at least 1, got 0"),
        (
            lambda o: CosineAnnealingWarmRestarts(o, 0),
            ValueError,
            "T_0 must be an integer of at least 1, got 0",
        ),
        (
            lambda o: CosineAnnealingWarmRestarts(o, 1).step(-1),
            ValueError,
            "epoch must be at least 0, got -1",
        ),
        (lambda o: CyclicLR(o, 0, 1, 0), ValueError, "step_size_up must be at least 1 and"),
        (lambda o: CyclicLR(o, 0, 1, mode="x"), ValueError, "mode must be one of ['triangular', "),
        (
            lambda o: CyclicLR(o, 0, 1, scale_fn=abs, scale_mode="x"),
            ValueError,
            "scale_mode must be 'cycle' or 'iterations', got 'x'",
        ),
        (lambda o: CyclicLR(o, [0, 0], 1), ValueError, "base_lr has 2 entries for 1 parameter gro"),
        (
            lambda o: CyclicLR(tv.optim.Adagrad(o.param_groups[0]["params"]), 0, 1),
            ValueError,
            "Adagrad has neither momentum nor betas to move; pass cycle_momentum=False",
        ),
        (lambda o: OneCycleLR(o, 1.0), ValueError, "give total_steps, or both epochs and steps_"),
        (lambda o: OneCycleLR(o, 1.0, 0), ValueError, "number of steps must be a positive integer"),
        (lambda o: OneCycleLR(o, 1.0, 5, pct_start=2), ValueError, "pct_start must be between 0 "),
        (
            lambda o: OneCycleLR(o, 1.0, 5, anneal_strategy="sin"),
            ValueError,
            "anneal_strategy must be 'cos' or 'linear', got 'sin'",
        ),
        (
            lambda o: ReduceLROnPlateau(o, "least"),
            ValueError,
            "mode must be 'min' or 'max', got 'l",
        ),
        (lambda o: ReduceLROnPlateau(o, factor=1.0), ValueError, "factor must be below 1, got 1.0"),
        (
            lambda o: ReduceLROnPlateau(o, threshold_mode="x"),
            ValueError,
            "threshold_mode must be 'rel' or 'abs', got 'x'",
        ),
        (lambda o: ReduceLROnPlateau(None), TypeError, "a schedule needs an optimiser, got None"),
        (
            lambda o: ReduceLROnPlateau(o).load_state_dict({"last_epoch": 1}),
            ValueError,
            "has no ['best', 'num_bad_epochs', 'cooldown_counter']; was it of another kind?",
        ),
        (
            lambda o: ChainedScheduler([]),
            ValueError,
            "ChainedScheduler needs at least one schedule",
        ),
        (
            lambda o: ChainedScheduler([ReduceLROnPlateau(o)]),
            TypeError,
            "ChainedScheduler cannot hold a ReduceLROnPlateau, whose rate does not follow from the",
        ),
    ],
)
def test_what_has_no_meaning_to_the_later_ones_is_refused(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make(optimizer(1.0))


def test_a_group_added_after_a_plateau_is_refused_when_the_rate_falls():
    schedule = ReduceLROnPlateau(optimizer(1.0), patience=0)
    schedule.optimizer.add_param_group({"params": [tv.zeros(1, requires_grad=True)]})
    schedule.step(1.0)
    with pytest.raises(RuntimeError, match="made for 1 parameter groups, the optimiser has 2 now"):
        schedule.step(1.0)
