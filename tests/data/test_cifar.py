import gzip
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyvision.data.cifar import read_cifar10


@given(
    labels=st.lists(st.integers(0, 9), min_size=1, max_size=4),
    seed=st.integers(0, 99),
    packed=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_what_was_written_is_read_back(labels, seed, packed, cifar_bytes, scratch):
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (len(labels), 3, 32, 32), dtype=np.uint8)
    read_images, read_labels = read_cifar10(scratch(cifar_bytes(images, labels), packed))
    np.testing.assert_array_equal(read_images, images, strict=True)
    np.testing.assert_array_equal(read_labels, np.array(labels, dtype=np.int64), strict=True)


def test_a_record_is_a_label_and_a_red_a_green_and_a_blue_plane(scratch):
    red, green, blue = bytes([1] * 1024), bytes([2] * 1024), bytes(range(32)) * 32
    images, labels = read_cifar10(scratch(bytes([8]) + red + green + blue))
    assert labels.tolist() == [8]
    assert (images[0, 0] == 1).all()
    assert (images[0, 1] == 2).all()
    assert images[0, 2, 5].tolist() == list(range(32))  # rows from left to right


@given(place=st.integers(0, 200), byte=st.integers(0, 255), cut=st.integers(0, 9))
@settings(max_examples=150, deadline=None)
def test_a_changed_gzip_file_reads_the_same_or_is_refused(place, byte, cut, scratch):
    packed = bytearray(gzip.compress(bytes([3] + [7] * 3072), mtime=0))
    packed[place % len(packed)] = byte
    try:
        images, labels = read_cifar10(scratch(bytes(packed[: len(packed) - cut])))
    except (ValueError, OSError):
        return
    assert labels.tolist() == [3]
    assert (images == 7).all()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("length", [0, 1, 3072, 3074, 2 * 3073 - 1])
def test_anything_but_whole_records_is_refused_with_both_numbers(scratch, length, packed):
    expected = f"holds {length} bytes, expected whole records of 3073 .{length % 3073} bytes"
    with pytest.raises(ValueError, match=expected):
        read_cifar10(scratch(bytes(length), packed))


@pytest.mark.parametrize("packed", [False, True])
def test_a_label_above_nine_is_refused_with_its_place(scratch, packed):
    with pytest.raises(
        ValueError, match="record 1 has label 10, expected 0 to 9; the file is damaged"
    ):
        read_cifar10(scratch(bytes(3073) + bytes([10]) + bytes(3072), packed))


def test_no_more_images_are_read_than_allowed(scratch):
    path = scratch(bytes(3 * 3073))
    assert len(read_cifar10(path, max_images=3)[1]) == 3
    with pytest.raises(ValueError, match=r"holds 9219 bytes, at most 6146 are read.*max_images"):
        read_cifar10(path, max_images=2)


def test_a_plain_file_costs_no_memory_when_it_is_too_long(scratch):
    path = scratch(bytes(1000 * 3073))
    tracemalloc.start()
    with pytest.raises(ValueError, match="holds 3073000 bytes, at most 3069927 are read"):
        read_cifar10(path, max_images=999)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_a_gzip_bomb_costs_no_more_memory_than_the_images_allowed(scratch, bomb):
    path = scratch(bomb(b""))
    tracemalloc.start()
    with pytest.raises(ValueError, match="holds more than 6146 bytes, at most 6146 are read"):
        read_cifar10(path, max_images=2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20
