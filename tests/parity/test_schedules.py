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
    "warm-up and cosine": warm_up_and_cosine,
    "three parts": three_parts,
}


def rates(library, build):
    """The rates of two groups before the first and after each of fifty steps."""
    params = [library.zeros(1, requires_grad=True) for _ in range(2)]
    groups = [{"params": params[:1], "lr": 0.1}, {"params": params[1:]}]
    optimiser = library.optim.SGD(groups, lr=0.02)
    schedule = build(library.optim.lr_scheduler, optimiser)
    found = []
    for _ in range(51):
        assert schedule.get_last_lr() == [group["lr"] for group in optimiser.param_groups]
        found.append(schedule.get_last_lr())
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
