from collections import OrderedDict, namedtuple
from types import MappingProxyType

import numpy as np
import pytest

import tinyvision as tv
from tinyvision.data.collate import default_collate, default_convert

Pair = namedtuple("Pair", ["image", "label"])


def assert_tensor(value, expected):
    assert isinstance(value, tv.Tensor)
    np.testing.assert_array_equal(value.numpy(), expected, strict=True)


@pytest.mark.parametrize("dtype", ["u1", "i4", "i8", "f2", "f4", "f8", "?"])
def test_arrays_are_stacked_and_keep_their_type(dtype):
    batch = [np.arange(6).reshape(2, 3).astype(dtype) for _ in range(4)]
    assert_tensor(default_collate(batch), np.stack(batch))


def test_tensors_are_stacked_into_new_memory():
    first, second = tv.tensor([1.0, 2.0]), tv.tensor([3.0, 4.0])
    batch = default_collate([first, second])
    assert_tensor(batch, np.array([[1, 2], [3, 4]], dtype=np.float32))
    assert not np.shares_memory(batch.numpy(), first.numpy())


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([1, 2], np.array([1, 2], dtype=np.int64)),
        ([1.0, 2.5], np.array([1.0, 2.5], dtype=np.float64)),
        ([True, False], np.array([True, False])),
        ([True, 2], np.array([1, 2], dtype=np.int64)),
        ([1, 2.5], np.array([1.0, 2.5], dtype=np.float64)),
        ([np.float32(1), np.float32(2)], np.array([1, 2], dtype=np.float32)),
        ([np.uint8(1), np.uint8(2)], np.array([1, 2], dtype=np.uint8)),
    ],
)
def test_numbers_become_a_tensor_of_one_type(numbers, expected):
    assert_tensor(default_collate(numbers), expected)


@pytest.mark.parametrize("words", [["a", "b"], [b"a", b"b"], [np.str_("a"), np.str_("b")]])
def test_words_stay_what_they_are(words):
    assert default_collate(words) is words


def test_tuples_and_lists_become_lists_of_batches():
    for make in (tuple, list):
        images, labels = default_collate([make([np.zeros(3), 1]), make([np.ones(3), 2])])
        assert_tensor(images, np.array([[0.0] * 3, [1.0] * 3]))
        assert_tensor(labels, np.array([1, 2]))
    assert type(default_collate([(1, 2), (3, 4)])) is list


def test_named_tuples_stay_what_they_are():
    batch = default_collate([Pair(np.zeros(2), 1), Pair(np.ones(2), 2)])
    assert type(batch) is Pair
    assert_tensor(batch.label, np.array([1, 2]))


@pytest.mark.parametrize("kind", [dict, OrderedDict])
def test_mappings_stay_what_they_are(kind):
    batch = default_collate([kind(x=1, name="a"), kind(name="b", x=2)])
    assert type(batch) is kind
    assert list(batch) == ["x", "name"]
    assert_tensor(batch["x"], np.array([1, 2]))
    assert batch["name"] == ["a", "b"]


def test_a_mapping_that_cannot_be_made_becomes_a_dict():
    class Fixed(dict):
        def __init__(self):
            super().__init__(x=1)

    batch = default_collate([Fixed(), Fixed()])
    assert type(batch) is dict
    assert_tensor(batch["x"], np.array([1, 1]))


def test_nesting_goes_as_deep_as_it_goes():
    sample = {"views": [(np.zeros(2), Pair(1.0, "a"))]}
    batch = default_collate([sample, sample, sample])
    image, pair = batch["views"][0]
    assert image.shape == (3, 2)
    assert pair.image.shape == (3,)
    assert pair.label == ("a", "a", "a")


def test_different_shapes_are_refused_with_their_places():
    batch = [np.zeros((3, 32)), np.zeros((3, 32)), np.zeros((3, 30))]
    expected = (
        r"shape \(3, 32\) \(sample 0 of the batch\) and .* shape \(3, 30\) \(sample 2\); bring"
    )
    with pytest.raises(RuntimeError, match=expected):
        default_collate(batch)


def test_different_types_are_refused_rather_than_widened():
    with pytest.raises(RuntimeError, match=r"cannot stack float32 of .* and float64 of"):
        default_collate([np.zeros(2, dtype=np.float32), np.zeros(2)])


@pytest.mark.parametrize("array", [np.array(["a"]), np.array([None]), np.array([1j])])
def test_arrays_of_other_things_than_numbers_are_refused(array):
    with pytest.raises(TypeError, match="makes tensors of numbers, got an array of"):
        default_collate([array, array])


@pytest.mark.parametrize("batch", [[None], [{1}], [1, "a"], [np.zeros(2), 1], [1, np.zeros(2)]])
def test_what_cannot_be_put_together_is_refused(batch):
    with pytest.raises(TypeError, match=r"each with its like; got .*give DataLoader a collate_fn"):
        default_collate(batch)


@pytest.mark.parametrize("batch", [[(1, 2), (3,)], [[1], 2]])
def test_sequences_of_different_lengths_are_refused(batch):
    with pytest.raises(RuntimeError, match=r"should be of equal length; sample 0 .* sample 1"):
        default_collate(batch)


@pytest.mark.parametrize("batch", [[{"a": 1}, {"b": 1}], [{"a": 1}, {"a": 1, "b": 2}], [{}, 1]])
def test_mappings_of_different_keys_are_refused(batch):
    with pytest.raises(RuntimeError, match="give each sample the same keys"):
        default_collate(batch)


def test_integers_too_large_are_refused():
    with pytest.raises(RuntimeError, match="numbers 1 to 9223372036854775808 do not fit int64"):
        default_collate([1, 2**63])


def test_no_samples_are_refused():
    with pytest.raises(ValueError, match="needs at least one sample"):
        default_collate([])


def test_tensors_that_require_a_gradient_are_refused():
    with pytest.raises(RuntimeError, match="gradient"):
        default_collate([tv.tensor([1.0], requires_grad=True)])


def test_converting_shares_memory():
    array = np.zeros(3)
    tensor = default_convert(array)
    array[0] = 4
    assert tensor.tolist() == [4, 0, 0]


def test_converting_goes_into_every_nesting_and_leaves_the_rest():
    sample = {"pair": Pair(np.zeros(2), "a"), "list": (1, np.float32(2)), "none": None}
    converted = default_convert(sample)
    assert_tensor(converted["pair"].image, np.zeros(2))
    assert converted["pair"].label == "a"
    assert converted["list"][0] == 1
    assert_tensor(converted["list"][1], np.array(2, dtype=np.float32))
    assert converted["none"] is None


def test_converting_leaves_tensors_and_arrays_of_words_alone():
    tensor, words = tv.tensor([1.0]), np.array(["a"])
    assert default_convert(tensor) is tensor
    assert default_convert(words) is words


def test_a_mapping_that_cannot_be_written_to_is_converted_into_a_dict():
    assert default_convert(MappingProxyType({"a": 1})) == {"a": 1}
