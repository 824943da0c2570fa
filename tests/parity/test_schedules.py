"""Learning-rate schedules against torch over fifty epochs."""

import numpy as np
import pytest

import tinyvision as tv

torch = pytest.importorskip("torch")

# torch's SequentialLR calls step(epoch) of its parts, which torch itself warns about
pytestmark = pytest.mark.filterwarnings("ignore:The epoch parameter in `scheduler.step")


def warm_up_and_cosine(s, optimiser):
    parts = [s.LinearLR(optimiser, 0.1, total_iters=5), s.CosineAnnealingLR(optimiser, 45)]
    return s.SequentialLR(optimiser, parts, milestones=[5])


def three_parts(s, optimiser):
    parts = [
        s.ConstantLR(optimiser, 0.1, total_iters=4),
        s.ExponentialLR(optimiser, 0.9),
        s.StepLR(optimiser, 3, 0.5),
    ]
    return s.SequentialLR(optimiser, parts, milestones=[4, 20])


SCHEDULES = {
    "StepLR": lambda s, o: s.StepLR(o, 7),
    "StepLR with gamma": lambda s, o: s.StepLR(o, step_size=3, gamma=0.7),
    "MultiStepLR": lambda s, o: s.MultiStepLR(o, [3, 10, 30]),
    "MultiStepLR with a repeated milestone": lambda s, o: s.MultiStepLR(o, [3, 3, 9], gamma=0.5),
    "ExponentialLR": lambda s, o: s.ExponentialLR(o, 0.93),
    "CosineAnnealingLR": lambda s, o: s.CosineAnnealingLR(o, 50),
    "CosineAnnealingLR to eta_min": lambda s, o: s.CosineAnnealingLR(o, T_max=50, eta_min=0.003),
    "CosineAnnealingLR beyond T_max": lambda s, o: s.CosineAnnealingLR(o, 7, 0.001),
    "LinearLR": lambda s, o: s.LinearLR(o),
    "LinearLR down": lambda s, o: s.LinearLR(o, 1.0, 0.25, total_iters=20),
    "ConstantLR": lambda s, o: s.ConstantLR(o),
    "ConstantLR with options": lambda s, o: s.ConstantLR(o, factor=0.5, total_iters=9),
    "LambdaLR": lambda s, o: s.LambdaLR(o, lambda epoch: 1 / (1 + epoch)),
    "LambdaLR by group": lambda s, o: s.LambdaLR(o, [lambda e: 0.9**e, lambda e: 1 + e]),
    "MultiplicativeLR": lambda s, o: s.MultiplicativeLR(o, lambda e: 1 - 0.5 / (1 + e)),
    "PolynomialLR": lambda s, o: s.PolynomialLR(o),
    "PolynomialLR with power": lambda s, o: s.PolynomialLR(o, total_iters=40, power=0.9),
    "restarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 7, eta_min=0.001),
    "longer restarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 3, 2),
    "CyclicLR": lambda s, o: s.CyclicLR(o, 0.01, [0.1, 0.5], step_size_up=4),
    "CyclicLR triangular2": lambda s, o: s.CyclicLR(o, 0.01, 0.1, 4, 9, mode="triangular2"),
    "CyclicLR exp_range": lambda s, o: s.CyclicLR(o, 0.01, 0.1, 7, mode="exp_range", gamma=0.9),
    "CyclicLR by itself": lambda s, o: s.CyclicLR(
        o, 0.01, 0.1, 7, scale_fn=lambda x: 1 / x, cycle_momentum=False
    ),
    "OneCycleLR": lambda s, o: s.OneCycleLR(o, 0.1, total_steps=60),
    "OneCycleLR linear": lambda s, o: s.OneCycleLR(
        o, [0.1, 0.3], epochs=3, steps_per_epoch=17, anneal_strategy="linear", pct_start=0.4
    ),
    "OneCycleLR in three": lambda s, o: s.OneCycleLR(
        o, 0.1, 51, three_phase=True, div_factor=5, final_div_factor=10
    ),
    "chained": lambda s, o: s.ChainedScheduler(
        [s.ConstantLR(o, 0.1, 7), s.ExponentialLR(o, 0.9), s.MultiStepLR(o, [9, 20])], o
    ),
    "warm-up and cosine": warm_up_and_cosine,
    "three parts": three_parts,
}


def rates(library, build):
    """The rates of two groups before the first and after each of fifty steps."""
    params = [library.zeros(1, requires_grad=True) for _ in range(2)]
    groups = [{"params": params[:1], "lr": 0.1}, {"params": params[1:]}]
    optimiser = library.optim.SGD(groups, lr=0.02, momentum=0.5)
    schedule = build(library.optim.lr_scheduler, optimiser)
    found = []
    for _ in range(51):
        assert schedule.get_last_lr() == [group["lr"] for group in optimiser.param_groups]
        found.append(
            schedule.get_last_lr() + [group["momentum"] for group in optimiser.param_groups]
        )
        optimiser.step()
        schedule.step()
    return np.array(found)


@pytest.mark.parametrize("build", SCHEDULES.values(), ids=SCHEDULES)
def test_fifty_epochs_of_rates_follow_torchs(build):
    # torch multiplies the last rate, ours is computed from the first; rounding differs
    np.testing.assert_allclose(rates(tv, build), rates(torch, build), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", ["StepLR", "CosineAnnealingLR", "LambdaLR", "warm-up and cosine"])
def test_a_schedule_goes_on_from_its_saved_state(name):
    def resumed(library):
        found = []
        state = None
        for steps in (13, 20):
            param = library.zeros(1, requires_grad=True)
            optimiser = library.optim.SGD([param], lr=0.1)
            schedule = SCHEDULES[name](library.optim.lr_scheduler, optimiser)
            if state is not None:
                optimiser.load_state_dict(state[0])
                schedule.load_state_dict(state[1])
            for _ in range(steps):
                optimiser.step()
                schedule.step()
                found.append(schedule.get_last_lr())
            state = optimiser.state_dict(), schedule.state_dict()
        return np.array(found)

    np.testing.assert_allclose(resumed(tv), resumed(torch), rtol=1e-11, atol=1e-14)


def test_the_first_rate_is_kept_in_the_group():
    for library in (tv, torch):
        optimiser = library.optim.SGD([library.zeros(1, requires_grad=True)], lr=0.1)
        library.optim.lr_scheduler.LinearLR(optimiser, 0.5)
        assert optimiser.param_groups[0]["initial_lr"] == 0.1
        assert optimiser.param_groups[0]["lr"] == 0.05


PLATEAUS = {
    "as it is": {},
    "patient": {"factor": 0.5, "patience": 3, "cooldown": 2, "min_lr": 1e-4},
    "for the highest": {"mode": "max", "patience": 2, "threshold": 0.1, "factor": 0.3},
    "absolute": {"threshold_mode": "abs", "threshold": 0.2, "patience": 1, "min_lr": [0.01, 1e-3]},
    "the highest, absolute": {"mode": "max", "threshold_mode": "abs", "patience": 1, "eps": 1e-3},
}


@pytest.mark.parametrize("options", PLATEAUS.values(), ids=PLATEAUS)
def test_rates_on_plateaus_follow_torchs(options):
    values = np.random.default_rng(0).normal(size=60).cumsum().tolist()
    values[20] = float("nan")
    found = []
    for library in (tv, torch):
        params = [library.zeros(1, requires_grad=True) for _ in range(2)]
        optimiser = library.optim.SGD([{"params": [p]} for p in params], lr=0.1)
        schedule = library.optim.lr_scheduler.ReduceLROnPlateau(optimiser, **options)
        rates_ = []
        for value in values:
            schedule.step(value)
            rates_.append([group["lr"] for group in optimiser.param_groups])
        found.append(np.array(rates_))
    assert len(np.unique(found[1])) > 2
    np.testing.assert_allclose(*found, rtol=1e-12)


def test_restarts_in_parts_of_an_epoch_follow_torchs():
    found = []
    for library in (tv, torch):
        optimiser = library.optim.SGD([library.zeros(1, requires_grad=True)], lr=0.1)
        schedule = library.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimiser, 3, 2, 0.01)
        rates_ = []
        for epoch in np.arange(0, 25, 0.3).tolist():
            schedule.step(epoch)
            rates_.append(schedule.get_last_lr())
        found.append(np.array(rates_))
    np.testing.assert_allclose(*found, rtol=1e-9)
