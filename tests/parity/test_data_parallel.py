"""Two processes of ours and two of torch's, exchanging with gloo, train alike."""

import multiprocessing

import numpy as np
import pytest

import tinyvision as tv

torch = pytest.importorskip("torch")

PROCESSES, STEPS = 2, 4


def network(library, weights=None):
    """Convolution, batch normalisation and a layer that no process uses."""
    nn = library.nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 3, bias=False)
            self.norm = nn.BatchNorm2d(4)
            self.head = nn.Linear(4 * 36, 3)
            self.unused = nn.Linear(2, 2)

        def forward(self, x):
            return self.head(library.relu(self.norm(self.conv(x))).flatten(1))

    net = Net()
    if weights is not None:
        net.load_state_dict({name: library.tensor(value) for name, value in weights.items()})
    return net


def trained(library, wrap, rank, weights):
    """The losses, and the state after some steps; one step adds up two passes."""
    model = wrap(network(library, weights), find_unused_parameters=True)
    optimizer = library.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for step in range(STEPS):
        rng = np.random.default_rng((step, rank))
        images = library.tensor(rng.standard_normal((6, 1, 8, 8)).astype(np.float32))
        labels = library.tensor(rng.integers(0, 3, 6))

        def loss(images=images, labels=labels):
            return library.nn.functional.cross_entropy(model(images), labels)

        optimizer.zero_grad()
        if step == 2:
            with model.no_sync():
                loss().backward()
        last = loss()
        last.backward()
        optimizer.step()
        losses.append(last.item())
    state = {name: np.array(value.detach().numpy()) for name, value in model.state_dict().items()}
    return losses, state


def ours(rank, connections, weights):
    tv.distributed.init_process_group("gloo")
    wrap = tv.nn.parallel.DistributedDataParallel
    connections[rank].send(trained(tv, wrap, rank, weights))


def theirs(rank, connections, weights, meeting):
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo", meeting, rank=rank, world_size=PROCESSES)
    wrap = torch.nn.parallel.DistributedDataParallel
    connections[rank].send(trained(torch, wrap, rank, weights))
    torch.distributed.destroy_process_group()


def run(library, function, *args):
    pipes = [multiprocessing.Pipe() for _ in range(PROCESSES)]
    there = [end for _, end in pipes]
    library.multiprocessing.spawn(function, (there, *args), PROCESSES)
    return [here.recv() for here, _ in pipes]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    torch.manual_seed(0)
    state = network(torch).state_dict()
    weights = {name: value.numpy().copy() for name, value in state.items()}
    meeting = (tmp_path_factory.mktemp("group") / "meeting").as_uri()
    return run(tv, ours, weights), run(torch, theirs, weights, meeting)


@pytest.mark.parametrize("rank", range(PROCESSES))
def test_they_lose_alike(both, rank):
    (losses, _), (expected, _) = both[0][rank], both[1][rank]
    np.testing.assert_allclose(losses, expected, rtol=1e-5)


@pytest.mark.parametrize("rank", range(PROCESSES))
def test_they_have_the_same_state(both, rank):
    (_, state), (_, expected) = both[0][rank], both[1][rank]
    assert list(state) == list(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(state[name], value, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("length", [0, 1, 5, 8])
@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("rank", range(3))
def test_shares_in_order_are_torchs(length, drop_last, rank):
    settings = {"num_replicas": 3, "rank": rank, "shuffle": False, "drop_last": drop_last}
    if length == 0 or (drop_last and length < 3):
        assert list(tv.utils.data.DistributedSampler(range(length), **settings)) == []
        return  # torch fails
    shares = [
        list(data.DistributedSampler(range(length), **settings))
        for data in (tv.utils.data, torch.utils.data)
    ]
    assert shares[0] == shares[1]
