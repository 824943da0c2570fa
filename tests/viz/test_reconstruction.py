import numpy as np
import pytest

from tinyvision.viz.reconstruction import REMOVED, reconstructions


@pytest.fixture
def case():
    """Three grey images of 2 by 3 patches of 4 by 2 pixels, four of them removed."""
    rng = np.random.default_rng(0)
    images = rng.random((3, 1, 8, 6))
    predicted = images + rng.normal(0, 0.5, images.shape)
    mask = np.array([rng.permutation([1, 1, 1, 1, 0, 0]) for _ in range(3)])
    return images, predicted, mask


def caption(figure):
    return figure.texts[1].get_text()


def shown(axes):
    return axes.images[0].get_array()


def pixels_of(mask):
    """Which pixels of an image of 2 by 3 patches of 4 by 2 are removed, one by one."""
    return np.array([[mask[i // 4 * 3 + j // 2] for j in range(6)] for i in range(8)], bool)


def test_each_row_is_an_image_seen_masked_predicted_and_pasted(case):
    images, predicted, mask = case
    figure = reconstructions(images, predicted, mask, (4, 2))
    assert [axes.get_title() for axes in figure.axes[:4]] == [
        "original", "masked", "predicted", "pasted",
    ]  # fmt: skip
    assert len(figure.axes) == 3 * 4
    for n in range(3):
        original, masked, guess, pasted = map(shown, figure.axes[4 * n : 4 * n + 4])
        gone = pixels_of(mask[n])
        image, clipped = images[n, 0], predicted[n, 0].clip(0, 1)
        for channel in range(3):
            np.testing.assert_array_equal(original[..., channel], image)
            np.testing.assert_array_equal(guess[..., channel], clipped)
            np.testing.assert_array_equal(pasted[..., channel], np.where(gone, clipped, image))
            expected = np.where(gone, REMOVED[channel], image)
            np.testing.assert_array_equal(masked[..., channel], expected)


def test_what_is_removed_is_painted_in_a_colour_and_not_a_grey():
    assert REMOVED.max() - REMOVED.min() > 0.2


def test_rows_stand_one_below_the_other(case):
    axes = reconstructions(*case, (4, 2)).axes
    tops = [axes[4 * n].get_position().y1 for n in range(3)]
    assert tops == sorted(tops, reverse=True)


def test_colour_images_keep_their_channels():
    images = np.random.default_rng(1).random((1, 3, 4, 4))
    figure = reconstructions(images, images, [[1, 0, 0, 0]], 2)
    np.testing.assert_array_equal(shown(figure.axes[0]), images[0].transpose(1, 2, 0))


def test_errors_are_over_removed_patches_only_and_of_predictions_that_are_not_cut_off(case):
    images, predicted, mask = case
    figure = reconstructions(images, predicted, mask, (4, 2))
    everything = []
    for n in range(3):
        squares = [
            (predicted[n, 0, i, j] - images[n, 0, i, j]) ** 2
            for i, j in np.argwhere(pixels_of(mask[n]))
        ]
        everything += squares
        assert figure.axes[4 * n + 2].get_xlabel() == f"error {np.mean(squares):.4f}"
    total = f"{np.mean(everything):.4f}"
    assert f"removed patches, 3 images: prediction {total}\n" in caption(figure)


def test_what_was_predicted_where_nothing_was_removed_does_not_enter_the_error(case):
    images, predicted, mask = case
    changed = predicted.copy()
    changed[0, 0][~pixels_of(mask[0])] = 100.0
    a, b = (reconstructions(images, p, mask, (4, 2)) for p in (predicted, changed))
    assert caption(a) == caption(b)


@pytest.mark.parametrize("shape", ["of an image", "grey", "of all images"])
def test_the_mean_image_stands_beside_with_its_error(case, shape):
    images, predicted, mask = case
    mean = images.mean(0)
    given = {"of an image": mean, "grey": mean[0], "of all images": np.stack([mean] * 3)}[shape]
    figure = reconstructions(images, predicted, mask, (4, 2), given)
    assert figure.axes[4].get_title() == "mean image"
    everything = []
    for n in range(3):
        np.testing.assert_array_equal(shown(figure.axes[5 * n + 4])[..., 0], mean[0])
        squares = ((mean - images[n])[0] ** 2)[pixels_of(mask[n])]
        everything += squares.tolist()
        assert figure.axes[5 * n + 4].get_xlabel() == f"error {squares.mean():.4f}"
    assert f", mean image {np.mean(everything):.4f}\n" in caption(figure)


@pytest.mark.parametrize("step", [0.1, 1e-3])
def test_all_errors_of_a_picture_have_one_format(step):
    images = np.zeros((3, 1, 4, 4))
    predicted = images + step * np.arange(1, 4).reshape(3, 1, 1, 1)
    figure = reconstructions(images, predicted, [[1, 0, 0, 1]] * 3, 2)
    errors = [figure.axes[4 * n + 2].get_xlabel() for n in range(3)]
    assert len({len(error) for error in errors}) == 1
    found = [float(error.removeprefix("error ")) for error in errors]
    np.testing.assert_allclose(found, [step**2, 4 * step**2, 9 * step**2])


def test_only_so_many_are_drawn_but_all_are_measured(case):
    whole, part = (reconstructions(*case, (4, 2), limit=limit) for limit in (3, 2))
    assert len(part.axes) == 2 * 4
    assert caption(part).split("\n")[0] == caption(whole).split("\n")[0]
    assert "drawn: the first 2 of 3 images" in caption(part)
    assert "drawn" not in caption(whole)


def test_the_heading_says_how_many_patches_were_removed(case):
    images, predicted, mask = case
    heading = "Predicting what was removed: 4 of 6 patches"
    assert reconstructions(images, predicted, mask, (4, 2)).texts[0].get_text() == heading
    mask[1] = 1
    heading = "Predicting what was removed: 4 to 6 of 6 patches"
    assert reconstructions(images, predicted, mask, (4, 2)).texts[0].get_text() == heading


def test_that_the_original_s_contrast_was_lent_is_said(case):
    figure = reconstructions(*case, (4, 2), rescaled=True)
    assert "each patch predicted are the original's" in caption(figure)
    figure = reconstructions(*case, (4, 2), case[0][0], rescaled=True)
    assert "each patch predicted and of the mean image are the original's" in caption(figure)
    assert "original's" not in caption(reconstructions(*case, (4, 2)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"original": np.zeros((3, 2, 8, 6))}, r"original has shape .* expected \(N, 1, H, W\)"),
        ({"original": np.full((3, 1, 8, 6), -1.5)}, "from -1.5 to -1.5, expected pixels from 0"),
        ({"predicted": np.zeros((2, 1, 8, 6))}, "predicted has shape .* expected that of the imag"),
        ({"predicted": np.full((3, 1, 8, 6), np.nan)}, "predicted holds 144 values that are NaN"),
        ({"baseline": np.zeros((1, 6, 8))}, "baseline has shape"),
        ({"mask": np.ones((3, 5))}, r"mask has shape \(3, 5\), expected \(3, 6\): 2 by 3 patches"),
        ({"mask": np.full((3, 6), 0.5)}, "mask must be 1 where"),
        ({"mask": np.zeros((3, 6))}, "a patch removed in every image"),
        ({"patch_size": 4}, "patch_size 4 does not divide the image"),
        ({"limit": 0}, "limit is 0, expected at least 1"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_cannot_be_drawn_is_refused(case, changes, message):
    given = dict(zip(("original", "predicted", "mask"), case, strict=True))
    with pytest.raises(ValueError, match=message):
        reconstructions(**{**given, "patch_size": (4, 2), **changes})
