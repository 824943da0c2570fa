"""Embedding: its table at first, what padding and freezing do to it, and pretrained tables."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn


@pytest.fixture(autouse=True)
def _seeded():
    state = tv.get_rng_state()
    tv.manual_seed(0)
    yield
    tv.set_rng_state(state)


def test_the_table_is_standard_normal_at_first():
    table = nn.Embedding(400, 50).weight.detach().numpy()
    assert abs(table.mean()) < 0.03
    assert abs(table.std() - 1.0) < 0.02


def test_the_padding_row_alone_is_zero_at_first():
    table = nn.Embedding(5, 3, padding_idx=-2).weight.detach().numpy()
    np.testing.assert_array_equal((table == 0).all(axis=1), [False, False, False, True, False])


def test_the_padding_row_stays_zero_in_training():
    layer = nn.Embedding(5, 3, padding_idx=0)
    before = layer.weight.detach().clone().numpy()
    optimizer = tv.optim.SGD(layer.parameters(), lr=0.1)
    layer(tv.tensor([0, 1, 0, 2])).sum().backward()
    optimizer.step()
    changed = (layer.weight.detach().numpy() != before).any(axis=1)
    np.testing.assert_array_equal(changed, [False, True, True, False, False])


def test_padding_is_shown_counted_from_the_front():
    assert repr(nn.Embedding(5, 3, padding_idx=-1)) == "Embedding(5, 3, padding_idx=4)"


def test_a_pretrained_table_is_used_as_it_is_and_frozen():
    table = tv.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    layer = nn.Embedding.from_pretrained(table, padding_idx=0)
    np.testing.assert_array_equal(layer(tv.tensor([2, 0])).numpy(), [[5.0, 6.0], [1.0, 2.0]])
    assert not layer.weight.requires_grad
    assert (layer.num_embeddings, layer.embedding_dim) == (3, 2)


def test_a_pretrained_table_can_be_trained_on():
    layer = nn.Embedding.from_pretrained(tv.ones(3, 2), freeze=False)
    layer(tv.tensor([1])).sum().backward()
    np.testing.assert_array_equal(layer.weight.grad.numpy(), [[0, 0], [1, 1], [0, 0]])


def test_another_type_can_be_asked_for():
    assert nn.Embedding(5, 3, dtype="float64")(tv.tensor([1])).dtype == np.float64


@pytest.mark.parametrize(
    ("error", "message", "make"),
    [
        (ValueError, "num_embeddings must be a positive", lambda: nn.Embedding(0, 3)),
        (ValueError, "embedding_dim must be a positive", lambda: nn.Embedding(3, 2.0)),
        (IndexError, "padding_idx must be a row of the table", lambda: nn.Embedding(3, 2, 3)),
        (ValueError, "sparse is not supported", lambda: nn.Embedding(3, 2, sparse=True)),
        (
            ValueError,
            r"weight must have shape \(3, 2\), .* got \(2, 3\)",
            lambda: nn.Embedding(3, 2, _weight=tv.ones(2, 3)),
        ),
        (
            ValueError,
            r"embeddings must have 2 axes .* got shape \(3,\)",
            lambda: nn.Embedding.from_pretrained(tv.ones(3)),
        ),
        (ValueError, "on the CPU only", lambda: nn.Embedding(3, 2, device="cuda")),
    ],
)
def test_what_does_not_fit_is_refused(error, message, make):
    with pytest.raises(error, match=message):
        make()


def test_its_options_reach_the_function_and_its_repr():
    layer = nn.Embedding(4, 2, max_norm=1.0, norm_type=1.0, scale_grad_by_freq=True)
    layer(tv.tensor([0, 0, 1])).sum().backward()
    assert layer.weight.grad[:, 0].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert bool((layer.weight[:2].abs().sum(1) <= 1.0 + 1e-6).all())
    assert repr(layer) == "Embedding(4, 2, max_norm=1.0, norm_type=1.0, scale_grad_by_freq=True)"
