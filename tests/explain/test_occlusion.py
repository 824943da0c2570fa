"""Occlusion against a loop over squares and pixels."""

import numpy as np
import pytest
from scipy.special import softmax

import tinyvision as tv
from tinyvision import nn
from tinyvision.explain import occlusion

rng = np.random.default_rng(0)


def starts(length, size, stride):
    places = list(range(0, length - size + 1, stride))
    return places if places[-1] == length - size else [*places, length - size]


def naive(probabilities, image, which, size, stride, fill):
    """Hide one square after the other; each pixel gets the mean loss of those that hide it."""
    height, width = image.shape[1:]
    lost = [[[] for _ in range(width)] for _ in range(height)]
    before = probabilities(image)[which]
    for top in starts(height, size, stride):
        for left in starts(width, size, stride):
            hidden = image.copy()
            hidden[:, top : top + size, left : left + size] = fill
            loss = before - probabilities(hidden)[which]
            for i in range(top, top + size):
                for j in range(left, left + size):
                    lost[i][j].append(loss)
    return np.array([[np.mean(losses) for losses in row] for row in lost])


@pytest.fixture
def model():
    tv.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(2 * 5 * 7, 4)).double()


@pytest.fixture
def images():
    return rng.normal(size=(2, 2, 5, 7))


def probabilities_of(model):
    weight, bias = (p.detach().numpy() for p in (model[2].weight, model[2].bias))
    return lambda image: softmax(weight @ image.ravel() + bias)


@pytest.mark.parametrize(
    ("size", "stride", "fill"), [(1, 1, 0.0), (2, 1, 0.5), (3, 2, 0.0), (2, 2, -1), (5, 5, 0.0)]
)
def test_it_is_the_loop_over_squares(model, images, size, stride, fill):
    found = occlusion(model, tv.tensor(images), [3, 0], size, stride, fill, batch_size=4)
    expected = [
        naive(probabilities_of(model), image, which, size, stride, fill)
        for image, which in zip(images, [3, 0], strict=True)
    ]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_without_a_class_the_best_is_explained_and_the_square_is_a_quarter(model):
    image = rng.normal(size=(1, 1, 8, 9))
    model = nn.Sequential(nn.Flatten(), nn.Identity(), nn.Linear(72, 4)).double()
    probabilities = probabilities_of(model)
    expected = naive(probabilities, image[0], probabilities(image[0]).argmax(), 2, 1, 0.0)
    np.testing.assert_allclose(occlusion(model, tv.tensor(image))[0], expected, atol=1e-12)


def test_only_what_the_network_looks_at_counts():
    model = nn.Sequential(nn.Flatten(), nn.Linear(16, 2))
    with tv.no_grad():
        model[1].weight.zero_()
        model[1].weight[0, 5] = 1.0  # the pixel (1, 1) speaks for class 0
    found = occlusion(model, tv.ones(1, 1, 4, 4), target=0, size=1)[0]
    assert found[1, 1] > 0
    assert np.count_nonzero(found) == 1
    assert occlusion(model, tv.ones(1, 1, 4, 4), target=1, size=1)[0, 1, 1] < 0


def test_network_and_images_are_left_as_they_were(model, images):
    x = tv.tensor(images)
    occlusion(model, x)
    np.testing.assert_array_equal(x.numpy(), images)
    assert all(part.training for part in model.modules())


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"size": 6}, ValueError, "size 6 is larger than the image of 5 by 7.*at most 5"),
        ({"size": 0}, ValueError, "size must be at least 1, got 0"),
        ({"size": 2, "stride": 3}, ValueError, "leave pixels out; take at most 2"),
        ({"stride": 0}, ValueError, "stride must be at least 1"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1"),
        ({"size": 1.5}, TypeError, "size must be a whole number, got 1.5"),
        ({"target": 4}, ValueError, "from 0 to 3"),
    ],
)
def test_what_cannot_be_hidden_is_refused(model, images, options, error, message):
    with pytest.raises(error, match=message):
        occlusion(model, tv.tensor(images), **options)


def test_images_must_be_a_batch(model, images):
    with pytest.raises(ValueError, match=r"image\[None\]"):
        occlusion(model, tv.tensor(images[0]))
