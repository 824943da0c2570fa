"""In several processes a network learns what it would learn in one from the whole batch."""

import gc
import weakref
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pytest

import tinyvision as tv
from tests.distributed.group import SIZE
from tinyvision import nn
from tinyvision.nn import functional as F
from tinyvision.nn.parallel import DistributedDataParallel

BATCH = 4 * SIZE


def network(seed):
    tv.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 3)
    ).double()  # fmt: skip


def batch(seed):
    rng = np.random.default_rng(seed)
    return tv.from_numpy(rng.standard_normal((BATCH, 1, 8, 8))), tv.tensor(
        rng.integers(0, 3, BATCH)
    )


def numbers(tensors):
    return [np.array(tensor.detach().numpy()) for tensor in tensors]


def trained(model, steps, share):
    """The gradients of the last step, and the parameters after it."""
    optimizer = tv.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for step in range(steps):
        images, labels = batch(step)
        optimizer.zero_grad()
        F.cross_entropy(model(images[share]), labels[share]).backward()
        optimizer.step()
    return numbers(p.grad for p in model.parameters()), numbers(model.parameters())


def trained_together(rank, steps):
    model = DistributedDataParallel(network(seed=rank))  # they begin with those of process 0
    return trained(model, steps, slice(rank, None, SIZE))


@pytest.mark.parametrize("steps", [1, 4])
def test_gradients_and_parameters_are_those_of_the_whole_batch(group, steps):
    gradients, parameters = trained(network(seed=0), steps, slice(None))
    for here in group(trained_together, steps):
        for ours, alone in zip([*here[0], *here[1]], [*gradients, *parameters], strict=True):
            np.testing.assert_allclose(ours, alone, rtol=1e-11, atol=1e-13)


def test_all_processes_have_the_same_bits(group):
    first, *others = group(trained_together, 4)
    for other in others:
        for a, b in zip([*first[0], *first[1]], [*other[0], *other[1]], strict=True):
            assert a.tobytes() == b.tobytes()


class Counting(nn.Module):
    """Counts its calls in a buffer."""

    def __init__(self, start):
        super().__init__()
        self.weight = nn.Parameter(tv.ones(1))
        self.register_buffer("calls", tv.tensor([start]))

    def forward(self, x):
        self.calls += 1
        return x * self.weight


def buffers_after(rank, how):
    model = DistributedDataParallel(Counting(float(rank)), **how)
    model.module.calls += 10.0 * rank
    with tv.set_grad_enabled(how != {"broadcast_buffers": None}):
        model(tv.ones(1))
    return model.module.calls.item()


def test_before_a_step_all_have_the_buffers_of_the_first(group):
    assert group(buffers_after, {}) == [1.0] * SIZE


def test_buffers_can_be_left_to_each(group):
    assert group(buffers_after, {"broadcast_buffers": False}) == [1.0, 11.0, 21.0]
    assert group(buffers_after, {"broadcast_buffers": False, "init_sync": False}) == [1, 12, 23]


def test_where_nothing_is_recorded_nothing_is_exchanged(group):
    assert group(buffers_after, {"broadcast_buffers": None}) == [1.0, 11.0, 21.0]


def accumulated(rank):
    model = DistributedDataParallel(nn.Linear(1, 1, bias=False))
    weight = model.module.weight
    seen = []
    with model.no_sync():
        model(tv.tensor([[rank + 1.0]])).sum().backward()
    seen.append(weight.grad.item())
    model(tv.tensor([[10.0 * (rank + 1)]])).sum().backward()
    seen.append(weight.grad.item())
    model(tv.tensor([[rank + 1.0]])).sum().backward()
    return [*seen, weight.grad.item()]


def test_no_sync_adds_up_and_the_next_pass_exchanges(group):
    assert group(accumulated) == [[rank + 1.0, 22.0, 24.0] for rank in range(SIZE)]


def forward_decides(rank):
    model = DistributedDataParallel(nn.Linear(1, 1, bias=False))
    with model.no_sync():
        inside = model(tv.tensor([[rank + 1.0]]))
    inside.sum().backward()
    return model.module.weight.grad.item()


def test_it_is_the_forward_pass_that_stands_under_no_sync(group):
    assert group(forward_decides) == [1.0, 2.0, 3.0]


class Two(nn.Module):
    """Uses the layers it is told to."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
        self.never = nn.Linear(1, 1, bias=False)

    def forward(self, x, use):
        return {"sums": [layer(x) for layer in (self.first, self.second)[use]]}


def unused(rank, finds):
    model = DistributedDataParallel(Two(), find_unused_parameters=finds)
    gradients = []
    for _ in range(2):
        model.zero_grad()
        # Process 0 uses the first layer, 1 the second, 2 both.
        use = [slice(0, 1), slice(1, 2), slice(0, 2)][rank]
        sum(model(tv.tensor([[3.0 * (rank + 1)]]), use)["sums"]).sum().backward()
        gradients = [p.grad if p.grad is None else p.grad.item() for p in model.parameters()]
    return gradients


def test_parameters_that_a_process_does_not_use_have_gradient_0_there(group):
    assert group(unused, True) == [[(3 + 9) / 3, (6 + 9) / 3, None]] * SIZE


def test_parameters_without_a_gradient_are_named(group):
    with pytest.raises(RuntimeError) as error:
        group(unused, False)
    text = str(error.value)
    assert "brought no gradient to second.weight, never.weight, so" in text
    assert text.count("or pass find_unused_parameters=True") == SIZE


def forgotten_forward(rank):
    model = DistributedDataParallel(Two(), find_unused_parameters=True)
    model(tv.ones(1, 1), slice(0, 1))  # looked at and left
    model(tv.ones(1, 1), slice(1, 2))["sums"][0].sum().backward()
    return [p.grad if p.grad is None else p.grad.item() for p in model.parameters()]


def test_a_forward_pass_without_a_backward_pass_does_no_harm(group):
    assert group(forgotten_forward) == [[None, 1.0, None]] * SIZE


def weights_of(model):
    return [None if p.grad is None else p.grad.item() for p in model.parameters()]


class Trunk(nn.Module):
    """A layer, and two on top of it; all weights are 1."""

    def __init__(self):
        super().__init__()
        self.trunk, self.one, self.two = (nn.Linear(1, 1, bias=False) for _ in range(3))
        for p in self.parameters():
            nn.init.ones_(p)

    def forward(self, x):
        x = self.trunk(x)
        return self.one(x), self.two(x)


def two_losses(rank, finds):
    model = DistributedDataParallel(Trunk(), find_unused_parameters=finds)
    one, two = model(tv.tensor([[2.0 * rank]]))
    one.sum().backward(retain_graph=True)
    two.sum().backward()
    return weights_of(model)


def test_gradients_that_come_in_two_passes_are_all_exchanged(group):
    assert group(two_losses, True) == [[2.0 + 2.0, 2.0, 2.0]] * SIZE


def test_of_two_passes_the_first_is_refused_where_all_parameters_are_awaited(group):
    with pytest.raises(
        RuntimeError, match=r"no gradient to two\.weight.*backward\(\) of their sum"
    ):
        group(two_losses, False)


def twice_through_one_graph(rank):
    model = DistributedDataParallel(nn.Linear(1, 1, bias=False))
    loss = model(tv.tensor([[2.0 * rank]])).sum()
    loss.backward(retain_graph=True)
    loss.backward()
    return weights_of(model)


def test_a_second_pass_through_a_graph_is_exchanged_too(group):
    assert group(twice_through_one_graph) == [[4.0]] * SIZE


def two_forward_passes(rank):
    model = DistributedDataParallel(Two(), find_unused_parameters=True)
    x = tv.tensor([[3.0 * rank]])
    first = model(x, slice(0, 1))["sums"][0]
    second = model(x * 2, slice(1, 2))["sums"][0]
    (first + second).sum().backward()
    return weights_of(model)


def test_a_loss_may_be_made_of_two_forward_passes(group):
    assert group(two_forward_passes) == [[3.0, 6.0, None]] * SIZE


def penalty(rank):
    model = DistributedDataParallel(Two(), find_unused_parameters=True)
    output = model(tv.tensor([[3.0 * rank]]), slice(0, 1))["sums"][0]
    (output.sum() + rank * model.module.second.weight.sum()).backward()
    return weights_of(model)


def test_a_penalty_on_a_parameter_counts_as_use(group):
    assert group(penalty) == [[3.0, 1.0, None]] * SIZE


def unused_after_no_sync(rank):
    model = DistributedDataParallel(Two(), find_unused_parameters=True)
    x = tv.tensor([[3.0 * rank]])
    with model.no_sync():
        model(x, slice(0, 1))["sums"][0].sum().backward()
    model(x, slice(1, 2))["sums"][0].sum().backward()
    return weights_of(model)


def test_what_was_added_up_under_no_sync_is_exchanged_though_unused_since(group):
    assert group(unused_after_no_sync) == [[3.0, 3.0, None]] * SIZE


class Masked(nn.Module):
    """Times a weight, times a buffer that never changes."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(tv.ones(1))
        self.register_buffer("mask", tv.ones(1))

    def forward(self, x):
        return x * self.weight * self.mask


def two_forward_passes_with_a_buffer(rank):
    model = DistributedDataParallel(Masked())
    (model(tv.tensor([1.0 * rank])) + model(tv.tensor([3.0 * rank]))).sum().backward()
    return weights_of(model)


def test_a_buffer_that_has_the_same_numbers_already_is_left_alone(group):
    assert group(two_forward_passes_with_a_buffer) == [[4.0]] * SIZE


def through_the_bare_module(rank):
    model = DistributedDataParallel(nn.Linear(1, 1, bias=False))
    if rank == 0:
        model.module(tv.tensor([[5.0]])).sum().backward()
    alone = weights_of(model)
    model.zero_grad()
    model(tv.tensor([[1.0 * rank]])).sum().backward()
    return alone, weights_of(model)


def test_a_pass_through_the_bare_module_is_a_process_own_business(group):
    answers = group(through_the_bare_module)
    assert answers == [([5.0], [1.0]), ([None], [1.0]), ([None], [1.0])]


def fails_then_passes(rank):
    """Of the pass that fails, and of a slope of the input, nothing is exchanged or remembered."""
    model = DistributedDataParallel(nn.Linear(1, 1, bias=False))
    x = tv.tensor([[1.0 * rank]], requires_grad=True)

    def fail(_):
        raise KeyError("a hook's own error")

    handle = model.module.weight.register_post_accumulate_grad_hook(fail)
    with suppress(KeyError):
        model(x).sum().backward()
    handle.remove()
    model.zero_grad()
    tv.autograd.grad(model(x).sum(), x)
    with model.no_sync():
        model(x).sum().backward()
    alone = weights_of(model)
    model(x).sum().backward()
    return alone, weights_of(model)


def test_a_pass_that_failed_leaves_nothing_behind(group):
    for rank, (alone, together) in enumerate(group(fails_then_passes)):
        assert alone == [1.0 * rank]
        assert together == [2.0]  # the mean of 0 + 0, 1 + 1 and 2 + 2


def wrapped_again(rank):
    net = nn.Linear(1, 1, bias=False)
    DistributedDataParallel(net)  # and let go
    model = DistributedDataParallel(net)
    with model.no_sync():
        model(tv.tensor([[1.0 * rank]])).sum().backward()
    return weights_of(model)


def test_a_wrapper_that_is_gone_exchanges_nothing(group):
    assert group(wrapped_again) == [[0.0], [1.0], [2.0]]


@dataclass
class Result:
    """What a module may give as well."""

    loss: tv.Tensor
    name: str


class Gives(nn.Module):
    """Gives its answer in another wrapping."""

    def __init__(self, wrap):
        super().__init__()
        self.layer = nn.Linear(1, 1, bias=False)
        self.wrap = wrap

    def forward(self, x):
        return self.wrap(self.layer(x))


def in_a_dataclass(rank):
    model = DistributedDataParallel(Gives(lambda y: Result(y.sum(), "sum")))
    model(tv.tensor([[1.0 * rank]])).loss.backward()
    return weights_of(model)


def test_outputs_may_be_dataclasses(group):
    assert group(in_a_dataclass) == [[1.0]] * SIZE


def partly_frozen(rank):
    model = Two()
    model.never.weight.requires_grad_(False)
    wrapped = DistributedDataParallel(model)
    sum(wrapped(tv.tensor([[rank + 1.0]]), slice(0, 2))["sums"]).sum().backward()
    return [p.grad if p.grad is None else p.grad.item() for p in wrapped.parameters()]


def test_frozen_parameters_are_left_alone(group):
    assert group(partly_frozen) == [[2.0, 2.0, None]] * SIZE


def derived_twice(rank):
    model = DistributedDataParallel(nn.Linear(1, 1))
    model(tv.ones(1, 1)).sum().square().backward(create_graph=True)


def test_a_gradient_to_be_derived_again_is_refused(group):
    with pytest.raises(RuntimeError, match=r"create_graph=True.* use the module itself"):
        group(derived_twice)


@pytest.mark.usefixtures("alone")
class TestAlone:
    def test_names_have_a_prefix_as_in_torch(self):
        model = DistributedDataParallel(nn.Linear(2, 1))
        assert list(model.state_dict()) == ["module.weight", "module.bias"]

    def test_train_and_eval_reach_the_module(self):
        model = DistributedDataParallel(nn.Sequential(nn.Linear(2, 1), nn.Dropout(0.5)))
        assert not model.eval().module[1].training
        assert model.train().module[1].training

    def test_a_module_without_parameters_is_refused(self):
        with pytest.raises(RuntimeError, match=r"no parameter that requires .* use the module"):
            DistributedDataParallel(nn.ReLU())

    @pytest.mark.parametrize("argument", [{"device_ids": [0]}, {"output_device": 0}, {"dim": 1}])
    def test_devices_are_refused(self, argument):
        with pytest.raises(ValueError, match="there is one device, leave them out"):
            DistributedDataParallel(nn.Linear(1, 1), **argument)

    def test_outputs_without_a_tensor_are_refused(self):
        model = DistributedDataParallel(Gives(lambda y: object()))
        with pytest.raises(TypeError, match="no tensor was found in what the module gives, object"):
            model(tv.ones(1, 1))

    def test_it_does_not_outlive_its_last_name(self):
        net = nn.Linear(1, 1)
        model = weakref.ref(DistributedDataParallel(net))
        gc.collect()
        assert model() is None
        assert not net.weight._hooks

    def test_something_else_than_a_module_is_refused(self):
        with pytest.raises(TypeError, match="expected a module, got function"):
            DistributedDataParallel(F.relu)


def test_without_a_group_the_remedy_is_named():
    with pytest.raises(RuntimeError, match=r"DistributedDataParallel: .*init_process_group"):
        DistributedDataParallel(nn.Linear(1, 1))
