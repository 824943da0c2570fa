"""Grad-CAM against networks whose derivative is known by hand."""

import numpy as np
import pytest

import tinyvision as tv
from tinyvision import nn
from tinyvision.explain import grad_cam

rng = np.random.default_rng(0)


class MapsAndMean(nn.Module):
    """Maps by a convolution, their means, and a linear map: CAM's network (Zhou et al., 2016).

    The score's slope in a map is the linear weight over the number of places, everywhere.
    """

    def __init__(self, channels=3, maps=4, classes=5):
        super().__init__()
        self.conv = nn.Conv2d(channels, maps, 3, padding=1)
        self.fc = nn.Linear(maps, classes)

    def forward(self, x):
        return self.fc(self.conv(x).mean((2, 3)))


def closed_form(model, images, target):
    maps = model.conv(images).detach().numpy()
    weights = model.fc.weight.detach().numpy()[target] / maps[0, 0].size  # (N, C)
    return np.maximum(np.einsum("nc,nchw->nhw", weights, maps), 0)


@pytest.fixture
def model():
    tv.manual_seed(1)
    return MapsAndMean()


@pytest.fixture
def images():
    return tv.tensor(rng.normal(size=(3, 3, 6, 7)).astype(np.float32))


def test_after_a_mean_the_weights_are_those_of_the_linear_map(model, images):
    found = grad_cam(model, images, target=[0, 4, 2])
    np.testing.assert_allclose(found, closed_form(model, images, [0, 4, 2]), atol=1e-6)
    assert found.shape == (3, 6, 7)


def test_one_class_may_be_given_for_all_images(model, images):
    found = grad_cam(model, images, target=2)
    np.testing.assert_allclose(found, closed_form(model, images, [2, 2, 2]), atol=1e-6)


def test_without_a_class_the_best_of_each_image_is_explained(model, images):
    best = model(images).detach().numpy().argmax(axis=1)
    np.testing.assert_allclose(grad_cam(model, images), closed_form(model, images, best), atol=1e-6)


def test_weights_are_means_of_slopes_by_central_differences():
    tv.manual_seed(0)
    tail = nn.Sequential(nn.Tanh(), nn.Flatten(), nn.Linear(2 * 4 * 4, 3)).double()
    head = nn.Conv2d(1, 2, 3).double()
    images = tv.tensor(rng.normal(size=(1, 1, 6, 6)))
    maps = head(images).detach().numpy()
    slopes = np.zeros_like(maps)
    for place in np.ndindex(maps.shape):
        step = np.zeros_like(maps)
        step[place] = 1e-5
        up, down = (tail(tv.tensor(maps + s))[0, 1].item() for s in (step, -step))
        slopes[place] = (up - down) / 2e-5
    weights = slopes.mean(axis=(2, 3))
    expected = np.maximum((weights[:, :, None, None] * maps).sum(axis=1), 0)
    model = nn.Sequential(head, tail)
    np.testing.assert_allclose(grad_cam(model, images, 1, layer="0"), expected, atol=1e-8)
    np.testing.assert_allclose(grad_cam(model, images, 1, layer=head), expected, atol=1e-8)


def test_of_a_layer_called_twice_the_last_call_is_looked_at():
    model = tv.models.CNN()
    images = tv.tensor(rng.normal(size=(1, 3, 32, 32)).astype(np.float32))
    assert grad_cam(model, images).shape == (1, 8, 8)
    np.testing.assert_array_equal(grad_cam(model, images), grad_cam(model, images, layer="pool"))
    assert grad_cam(model, images, layer=model.conv2).shape == (1, 16, 16)


def test_maps_of_one_place_are_passed_over():
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten()
    )
    assert grad_cam(model, tv.ones(1, 1, 6, 5)).shape == (1, 4, 3)


def test_the_network_is_left_as_it_was(model, images):
    model.fc.eval()
    model.requires_grad_(False)
    with tv.no_grad():
        found = grad_cam(model, images, 0)
    np.testing.assert_allclose(found, closed_form(model, images, [0] * 3), atol=1e-6)
    assert (model.training, model.conv.training, model.fc.training) == (True, True, False)
    assert all(p.grad is None for p in model.parameters())
    assert not any(m._forward_hooks for m in model.modules())


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda m, x: grad_cam(m, x.numpy()), TypeError, "must be a tensor"),
        (lambda m, x: grad_cam(m, x[0]), ValueError, r"image\[None\]"),
        (lambda m, x: grad_cam(m, x, 5), ValueError, "from 0 to 4, got 5"),
        (lambda m, x: grad_cam(m, x, [0, 1]), ValueError, "2 classes for 3 images"),
        (lambda m, x: grad_cam(m, x, "cat"), TypeError, "whole number"),
        (lambda m, x: grad_cam(m, x, layer="body"), AttributeError, "no part 'body'"),
        (lambda m, x: grad_cam(m, x, layer=3), TypeError, "dotted name, got 3"),
        (lambda m, x: grad_cam(m, x, layer="fc"), ValueError, r"maps .*gives \(3, 5\)"),
        (lambda m, x: grad_cam(m, x, layer=nn.ReLU()), ValueError, "not called"),
        (lambda m, x: grad_cam(nn.Flatten(), x), ValueError, "no layer gives maps"),
        (lambda m, x: grad_cam(m.conv, x), ValueError, r"scores \(N, classes\)"),
    ],
)
def test_what_cannot_be_explained_is_refused(model, images, call, error, message):
    with pytest.raises(error, match=message):
        call(model, images)
    assert not any(m._forward_hooks for m in model.modules())
