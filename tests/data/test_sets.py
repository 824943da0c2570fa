import gzip
import shutil

import numpy as np
import pytest

from tinyvision.data.sets import CIFAR10_NAMES, channel_stats, dataset_names, load_dataset


def test_digits_need_no_folder(monkeypatch):
    monkeypatch.delenv("TINYVISION_DATA", raising=False)
    digits = load_dataset("digits")
    assert len(digits.train_images) + len(digits.test_images) == 1797
    assert digits.max_value == 16


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_grey_sets_are_read_plain_and_packed(data_dir, name):
    images = load_dataset(name, data_dir)
    assert images.name == name
    assert images.train_images.shape == (6, 28, 28)
    assert images.test_images.shape == (4, 28, 28)
    assert images.train_labels.tolist() == [0, 1, 2, 3, 4, 5]
    assert images.test_labels.dtype == np.int64
    assert len(images.class_names) == 10


def test_every_set_has_a_name_to_write_in_a_text(data_dir):
    names = [load_dataset(name, data_dir).proper_name for name in dataset_names()]
    assert names == ["Digits", "MNIST", "Fashion-MNIST", "CIFAR-10"]


def test_the_batches_of_cifar_that_are_there_are_joined_in_order(data_dir):
    cifar = load_dataset("cifar10", data_dir)
    assert cifar.train_images.shape == (6, 3, 32, 32)
    assert cifar.train_labels.tolist() == [1, 0, 9, 5, 0, 9]
    assert cifar.test_labels.tolist() == [0, 1, 2, 3]
    assert cifar.note == "trained on 2 of 5 batches (6 images)"


def test_the_statistics_are_those_of_the_scaled_training_images(data_dir):
    cifar = load_dataset("cifar10", data_dir)
    scaled = cifar.train_images / 255
    np.testing.assert_allclose(cifar.mean, scaled.mean(axis=(0, 2, 3)), rtol=1e-12)
    np.testing.assert_allclose(cifar.std, scaled.std(axis=(0, 2, 3)), rtol=1e-12)


def test_statistics_over_more_images_than_one_block_count_each_once():
    images = np.zeros((2500, 2, 1), dtype=np.uint8)
    images[-1] = 250  # in the last, incomplete block
    (mean,), (std,) = channel_stats(images, max_value=250)
    assert mean == pytest.approx(1 / 2500)
    assert std == pytest.approx((1 / 2500 * (1 - 1 / 2500)) ** 0.5)


def test_the_statistics_of_nothing_are_refused():
    with pytest.raises(ValueError, match=r"no pixels .* shape \(0, 28, 28\)"):
        channel_stats(np.zeros((0, 28, 28), dtype=np.uint8), 255)


def test_the_folder_may_come_from_the_environment(data_dir, monkeypatch):
    monkeypatch.setenv("TINYVISION_DATA", str(data_dir))
    assert len(load_dataset("mnist").train_images) == 6


def test_the_argument_goes_before_the_environment(data_dir, monkeypatch, tmp_path):
    monkeypatch.setenv("TINYVISION_DATA", str(tmp_path / "elsewhere"))
    assert len(load_dataset("mnist", data_dir).train_images) == 6


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("mnits", "mnist"), ("fashion_mnist", "fashion-mnist"), ("CIFAR-10", "cifar10")],
)
def test_a_misspelt_name_gets_a_suggestion(wrong, right):
    with pytest.raises(ValueError, match=f"{wrong!r}; did you mean {right!r}. there are 'digits'"):
        load_dataset(wrong)


def test_a_name_like_nothing_gets_the_list_only():
    with pytest.raises(ValueError, match="unknown data set 'zebra'; there are 'digits', 'mnist'"):
        load_dataset("zebra")


@pytest.mark.parametrize("name", [name for name in dataset_names() if name != "digits"])
def test_without_a_folder_it_looks_where_downloads_go_and_says_how_to_get_there(
    name, monkeypatch, tmp_path
):
    monkeypatch.delenv("TINYVISION_DATA", raising=False)
    monkeypatch.setattr("tinyvision.data.folder._cache", lambda: tmp_path)
    expected = rf"no such folder; .*tinyvision data get {name}.*--data-dir.*TINYVISION_DATA"
    with pytest.raises(FileNotFoundError, match=expected):
        load_dataset(name)


def test_what_was_downloaded_is_found_without_naming_a_folder(data_dir, monkeypatch):
    monkeypatch.delenv("TINYVISION_DATA", raising=False)
    monkeypatch.setattr("tinyvision.data.folder._cache", lambda: data_dir)
    assert len(load_dataset("fashion-mnist").train_images) == 6


@pytest.mark.parametrize("name", [name for name in dataset_names() if name != "digits"])
def test_a_folder_without_the_set_is_named(name, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no such folder.*--data-dir.*TINYVISION_DATA"):
        load_dataset(name, tmp_path)


def test_a_missing_file_is_named_both_ways(data_dir):
    (data_dir / "mnist" / "t10k-images-idx3-ubyte").unlink()
    expected = r"mnist: does not contain t10k-images-idx3-ubyte or t10k-images-idx3-ubyte\.gz"
    with pytest.raises(FileNotFoundError, match=expected):
        load_dataset("mnist", data_dir)


def test_cifar_without_any_training_batch_says_so(data_dir):
    for path in (data_dir / "cifar-10-batches-bin").glob("data_batch_*"):
        path.unlink()
    with pytest.raises(FileNotFoundError, match=r"any of data_batch_1\.bin to data_batch_5\.bin"):
        load_dataset("cifar10", data_dir)


def test_labels_of_another_number_are_noticed(data_dir):
    folder = data_dir / "mnist"
    shutil.copy(folder / "t10k-labels-idx1-ubyte.gz", folder / "train-labels-idx1-ubyte.gz")
    with pytest.raises(ValueError, match=r"labels of shape \(4,\), expected uint8 of shape \(6,\)"):
        load_dataset("mnist", data_dir)


def test_labels_in_place_of_images_are_noticed(data_dir):
    folder = data_dir / "mnist"
    shutil.copy(folder / "train-labels-idx1-ubyte.gz", folder / "train-images-idx3-ubyte.gz")
    (folder / "train-images-idx3-ubyte").unlink()
    with pytest.raises(ValueError, match=r"shape \(6,\), expected uint8 of shape \(N, 28, 28\)"):
        load_dataset("mnist", data_dir)


def test_a_label_beyond_the_classes_is_noticed(data_dir, idx_bytes):
    labels = np.array([0, 1, 2, 3, 4, 10], dtype=np.uint8)
    packed = gzip.compress(idx_bytes(labels))
    (data_dir / "mnist" / "train-labels-idx1-ubyte.gz").write_bytes(packed)
    with pytest.raises(ValueError, match="has a label 10, expected 0 to 9"):
        load_dataset("mnist", data_dir)


def test_the_file_of_class_names_is_used_where_there_is_one(data_dir):
    assert load_dataset("cifar10", data_dir).class_names == CIFAR10_NAMES
    meta = data_dir / "cifar-10-batches-bin" / "batches.meta.txt"
    meta.write_text("\n".join("abcdefghij") + "\n\n")
    assert load_dataset("cifar10", data_dir).class_names == tuple("abcdefghij")
    meta.write_text("airplane\nautomobile\n")
    with pytest.raises(ValueError, match="names 2 classes, expected 10"):
        load_dataset("cifar10", data_dir)


# What the publishers of the data state: label counts, mean and standard deviation.
REAL = {
    "mnist": (
        [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
        [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
        ([0.1307], [0.3081]),
    ),
    "fashion-mnist": ([6000] * 10, [1000] * 10, ([0.2860], [0.3530])),
    "cifar10": (
        [1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981],  # the first of the five batches
        [1000] * 10,
        ([0.4935, 0.4834, 0.4472], [0.2476, 0.2446, 0.2626]),
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_the_real_files_have_the_published_counts_and_statistics(real_data, name):
    train_counts, test_counts, (mean, std) = REAL[name]
    try:
        images = load_dataset(name, real_data)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    if name == "cifar10" and "1 of 5" not in images.note:
        pytest.skip("the counts are those of the first batch alone")
    assert np.bincount(images.train_labels).tolist() == train_counts
    assert np.bincount(images.test_labels).tolist() == test_counts
    np.testing.assert_allclose(images.mean, mean, atol=6e-5)  # published to four digits
    np.testing.assert_allclose(images.std, std, atol=6e-5)
