"""Batches: images in a random order, changed at random, resumable in the middle."""

import numpy as np

import tinyvision as tv
from tinyvision.train import Batches


def batches():
    images = np.arange(10 * 16, dtype=np.float32).reshape(10, 1, 4, 4)
    change = tv.data.Compose([tv.data.RandomCrop(4, padding=2, generator=5)])
    return Batches([images, np.arange(10)], 3, change, generator=7)


def numbers(batch):
    return [tensor.numpy().tolist() for tensor in batch]


def test_every_image_comes_once_with_its_label():
    images = np.arange(10, dtype=np.float32).reshape(10, 1, 1, 1)
    seen = list(Batches([images, np.arange(10)], 3))
    labels = np.concatenate([labels.numpy() for _, labels in seen])
    assert sorted(labels) == list(range(10))
    for pictures, own in seen:
        np.testing.assert_array_equal(pictures.numpy().ravel(), own.numpy())


def test_images_alone_come_without_labels():
    (batch,) = Batches([np.zeros((2, 1, 1, 1))], 2)
    assert [tensor.shape for tensor in batch] == [(2, 1, 1, 1)]


def test_it_goes_on_in_the_middle_of_an_epoch_with_the_same_images():
    one = batches()
    running = iter(one)
    next(running)
    state = one.state_dict()
    rest = [numbers(batch) for batch in running] + [numbers(batch) for batch in one]
    other = batches()
    other.load_state_dict(state)
    resumed = [numbers(batch) for batch in other] + [numbers(batch) for batch in other]
    assert len(rest) == 3 + 4
    assert resumed == rest


def test_a_change_without_a_state_needs_none():
    plain = Batches([np.zeros((2, 1, 1, 1))], 1, lambda images: images + 1)
    plain.load_state_dict(plain.state_dict())
    assert all((images.numpy() == 1).all() for (images,) in plain)


def test_mixing_comes_after_the_changes_and_takes_the_labels_along():
    def mix(images, labels):
        return images[::-1].copy(), labels + 100

    plain = Batches([np.arange(3.0).reshape(3, 1, 1, 1), np.arange(3)], 3, lambda x: 2 * x, mix=mix)
    ((images, labels),) = plain
    np.testing.assert_array_equal(images.numpy().ravel(), 2.0 * (labels.numpy() - 100)[::-1])
