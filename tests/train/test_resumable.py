"""A run in its folder: what it leaves, and how it goes on."""

import io
import json
import signal

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.terminal import Steady
from tinyvision.train import (
    Classification,
    Interrupted,
    Resumable,
    Training,
    checkpoints,
    load_checkpoint,
)
from tinyvision.train import resumable as module

SETTINGS = {"lr": 0.1, "seed": 0, "clip": None}


class Watched(Classification):
    """Calls something before a step."""

    before_step = {}  # noqa: RUF012  a table a test fills
    steps = 0

    def loss(self, model, batch):
        self.steps += 1
        self.before_step.get(self.steps, lambda: None)()
        return super().loss(model, batch)


def training(before_step=None):
    tv.manual_seed(0)
    rng = np.random.default_rng(0)
    points, labels = rng.standard_normal((8, 2)).astype(np.float32), np.arange(8) % 2
    task = Watched(points, labels)
    task.before_step = before_step or {}
    model = tv.nn.Sequential(tv.nn.Linear(2, 4), tv.nn.Dropout(0.5), tv.nn.Linear(4, 2))
    loader = tv.data.DataLoader(tv.data.TensorDataset(points, labels), 2, shuffle=True)
    optimizer = tv.optim.Adam(model.parameters(), lr=0.1)
    return Training(task, model, loader, optimizer=optimizer, epochs=3)


def carried_out(folder, before_step=None, **options):
    """A run to its end, or to where it is stopped: (the training, what was printed)."""
    stream = io.StringIO()
    run = Resumable(folder, stream=stream, **{"pictures": False, **options})
    made = training(before_step)
    run.carry_out(made, dict(SETTINGS))
    return made, stream.getvalue()


def stopped(folder, step, **options):
    """A run that Control-C stops in the given step."""
    with pytest.raises(Interrupted) as caught:
        carried_out(folder, {step: lambda: signal.raise_signal(signal.SIGINT)}, **options)
    return str(caught.value)


def assert_same_weights(one, other):
    for mine, theirs in zip(one.model.parameters(), other.model.parameters(), strict=True):
        np.testing.assert_array_equal(mine.detach().numpy(), theirs.detach().numpy())


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_run_leaves_its_checkpoints_history_and_curves(tmp_path):
    made, _ = carried_out(tmp_path, pictures=True)
    assert names(tmp_path) == ["checkpoints", "curves.png", "history.json"]
    assert names(tmp_path / "checkpoints") == [
        "best.npz", "step-00000008.npz", "step-00000012.npz",
    ]  # fmt: skip
    rows = json.loads((tmp_path / "history.json").read_text())
    assert rows == [epoch.row() for epoch in made.history]


def test_the_best_weights_are_those_of_the_best_epoch(tmp_path):
    made, _ = carried_out(tmp_path)
    best = load_checkpoint(tmp_path / "checkpoints" / "best.npz")
    assert best["epoch"] == made.best.epoch
    assert best["test"] == made.history[made.best.epoch - 1].test
    for name, value in best["model"].items():
        np.testing.assert_array_equal(value, made.best.weights[name])


@pytest.mark.parametrize("every", [None, 1, 3, 5])
@pytest.mark.parametrize("step", [1, 4, 7, 11])
def test_control_c_finishes_the_step_and_the_run_goes_on_to_the_same_end(tmp_path, step, every):
    whole, _ = carried_out(tmp_path / "whole")
    message = stopped(tmp_path / "run", step, every=every)
    assert f"interrupted after step {step} of 12; go on with: tinyvision train --resume" in message
    resumed, printed = carried_out(tmp_path / "run", resume=True, every=every)
    assert f"resumed at step {step} of 12" in printed
    assert_same_weights(resumed, whole)
    assert len(resumed.history) == 3


def test_the_folder_is_quoted_in_the_command_that_resumes(tmp_path):
    assert f"--resume '{tmp_path / 'my run'}'" in stopped(tmp_path / "my run", 2)


def test_control_c_during_the_last_step_lets_the_run_end(tmp_path):
    # It is saved after its last step; going on from there only scores the held-out images.
    whole, _ = carried_out(tmp_path / "whole")
    stopped(tmp_path / "run", 12)
    resumed, _ = carried_out(tmp_path / "run", resume=True)
    assert resumed.task.steps == 0
    assert_same_weights(resumed, whole)


def test_a_finished_run_that_is_resumed_trains_no_more(tmp_path):
    whole, _ = carried_out(tmp_path)
    (tmp_path / "history.json").unlink()
    resumed, _ = carried_out(tmp_path, resume=True)
    assert resumed.task.steps == 0
    assert_same_weights(resumed, whole)
    assert len(json.loads((tmp_path / "history.json").read_text())) == 3


def test_checkpoints_come_as_often_as_asked_and_so_many_stay(tmp_path):
    carried_out(tmp_path, every=5, keep=3)
    assert names(tmp_path / "checkpoints") == [
        "best.npz", "step-00000005.npz", "step-00000010.npz", "step-00000012.npz",
    ]  # fmt: skip


def test_a_resumed_run_saves_as_often_and_keeps_as_many_as_before_unless_told(tmp_path):
    stopped(tmp_path, 2, every=3, keep=4)
    carried_out(tmp_path, resume=True, keep=3)
    assert names(tmp_path / "checkpoints") == [
        "best.npz", "step-00000006.npz", "step-00000009.npz", "step-00000012.npz",
    ]  # fmt: skip


def test_a_run_that_has_not_finished_is_not_overwritten_by_mistake(tmp_path):
    stopped(tmp_path, 6)
    with pytest.raises(ValueError, match=r"not finished \(step 6\); go on with.*--overwrite"):
        carried_out(tmp_path)


def test_nor_is_one_that_has_finished(tmp_path):
    carried_out(tmp_path)
    with pytest.raises(ValueError, match=r"holds a finished run; begin anew with --overwrite"):
        carried_out(tmp_path)


def test_it_is_overwritten_if_asked(tmp_path):
    stopped(tmp_path, 6)
    for _ in range(2):  # once over an unfinished run, once over a finished one
        made, printed = carried_out(tmp_path, overwrite=True)
        assert f"replacing the run in {tmp_path}" in printed
        assert made.task.steps == 12


def test_a_damaged_checkpoint_is_named_and_the_one_before_it_serves(tmp_path):
    whole, _ = carried_out(tmp_path / "whole")
    stopped(tmp_path / "run", 10)
    newest = tmp_path / "run" / "checkpoints" / "step-00000010.npz"
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 16
    newest.write_bytes(content)
    resumed, printed = carried_out(tmp_path / "run", resume=True)
    assert "step-00000010.npz: its checksum does not fit" in printed
    assert "resumed at step 8 of 12" in printed
    assert_same_weights(resumed, whole)


def test_the_number_of_threads_is_that_of_the_run_and_then_as_before(tmp_path):
    before = tv.get_num_threads()
    try:
        tv.set_num_threads(3)
        stopped(tmp_path, 2)
        tv.set_num_threads(2)
        seen = []
        carried_out(tmp_path, {1: lambda: seen.append(tv.get_num_threads())}, resume=True)
        assert seen == [3]
        assert tv.get_num_threads() == 2
    finally:
        tv.set_num_threads(before)


def test_a_full_disk_leaves_the_checkpoint_before_whole_and_says_so(tmp_path, monkeypatch):
    whole, _ = carried_out(tmp_path / "whole")
    real, calls = checkpoints.save_checkpoint, []

    def filling_up(state, path):
        calls.append(path)
        if len(calls) > 3:
            raise OSError(28, "No space left on device")
        return real(state, path)

    monkeypatch.setattr(checkpoints, "save_checkpoint", filling_up)
    with pytest.raises(
        OSError, match=r"No space left.*step-00000008\.npz is whole; go on with: .*--resume"
    ):
        carried_out(tmp_path / "run", every=4)
    monkeypatch.undo()
    resumed, _ = carried_out(tmp_path / "run", resume=True)
    assert_same_weights(resumed, whole)


def test_what_a_killed_run_left_half_written_is_removed(tmp_path):
    stopped(tmp_path, 6)
    for name in (".weights.npz.x1y2", ".curves.png.0123456789abcdef.tmp"):
        (tmp_path / name).write_bytes(b"half")
    (tmp_path / "checkpoints" / ".step-00000007.npz.0123456789abcdef.tmp").write_bytes(b"half")
    carried_out(tmp_path, resume=True)
    assert not list(tmp_path.rglob(".*"))


@pytest.mark.parametrize(("name", "given"), [("lr", 0.2), ("seed", 1), ("clip", 1.0)])
def test_another_setting_than_the_runs_is_refused_by_name(tmp_path, name, given):
    stopped(tmp_path, 2)
    run = Resumable(tmp_path, resume=True, stream=Steady(None))
    with pytest.raises(
        ValueError, match=rf"began with {name} {SETTINGS[name]}, not {given}.*--{name}"
    ):
        run.agreed({name: given})
    assert run.agreed({name: SETTINGS[name], "lr": None}) == SETTINGS


def test_a_checkpoint_of_something_else_is_not_resumed(tmp_path):
    tv.train.save_checkpoint({"mine": 1}, tmp_path / "checkpoints" / "step-00000001.npz")
    with pytest.raises(ValueError, match=r"step-00000001\.npz is a checkpoint, but not of a run"):
        Resumable(tmp_path, resume=True, stream=Steady(None))


def test_resuming_and_overwriting_exclude_one_another(tmp_path):
    with pytest.raises(ValueError, match="give one"):
        Resumable(tmp_path, resume=True, overwrite=True, stream=Steady(None))


def test_checkpoints_less_than_a_step_apart_are_refused(tmp_path):
    with pytest.raises(ValueError, match="checkpoint_every must be at least 1, got 0"):
        Resumable(tmp_path, every=0, stream=Steady(None))


def test_the_curves_are_drawn_as_training_goes_on(tmp_path):
    made, seen = training(), []
    curves = module.LiveCurves(tmp_path / "curves.png", "nats")

    def draw(epoch):
        curves.update(made.history)
        seen.append((tmp_path / "curves.png").read_bytes()[:4])

    made.run(after_epoch=draw)
    assert seen == [b"\x89PNG"] * 3


def test_the_curves_take_a_small_share_of_the_time(tmp_path, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(module.time, "perf_counter", lambda: clock[0])
    drawn = []

    def draw(figure, path):
        clock[0] += 1.0
        drawn.append(clock[0])

    monkeypatch.setattr("tinyvision.viz.save_figure", draw)
    made = training()
    made.run()
    curves = module.LiveCurves(tmp_path / "curves.png", "nats")
    for _ in range(30):
        curves.update(made.history)
        clock[0] += 1.0
    assert drawn == [1.0, 12.0, 23.0]


def test_a_history_with_what_is_not_a_number_is_json_all_the_same(tmp_path):
    epoch = tv.train.Epoch(1, {"loss": 1.0}, {"loss": float("inf")}, lr=0.1, seconds=1.0)
    module.write_history(tmp_path / "history.json", [epoch])
    (row,) = json.loads((tmp_path / "history.json").read_text(), parse_constant=pytest.fail)
    assert (row["train_loss"], row["test_loss"]) == (1.0, None)
