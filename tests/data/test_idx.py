import gzip
import math
import struct
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinyvision.data.idx import MAX_BYTES, read_idx

arrays = hnp.arrays(
    dtype=st.sampled_from(["u1", "i1", "i2", "i4", "f4", "f8"]),
    shape=hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4),
    elements={"allow_nan": False},
)


def header(code, *sizes):
    return struct.pack(f">HBB{len(sizes)}I", 0, code, len(sizes), *sizes)


@given(array=arrays, packed=st.booleans())
@settings(max_examples=150, deadline=None)
def test_what_was_written_is_read_back(array, packed, idx_bytes, scratch):
    read = read_idx(scratch(idx_bytes(array), packed))
    assert read.dtype == array.dtype
    assert read.dtype.isnative
    np.testing.assert_array_equal(read, array, strict=True)


def test_the_bytes_of_the_format_mean_what_its_description_says(scratch):
    content = bytes([0, 0, 0x0B, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0x01, 0x00, 0xFF, 0xFE])
    assert read_idx(scratch(content)).tolist() == [[256, -2]]


def test_the_array_can_be_written_to(scratch, idx_bytes):
    read = read_idx(scratch(idx_bytes(np.zeros(3, dtype=np.uint8))))
    read[0] = 7
    assert read.tolist() == [7, 0, 0]


@given(
    array=arrays,
    place=st.integers(0, 1000),
    byte=st.integers(0, 255),
    cut=st.integers(0, 40) | st.none(),
    more=st.binary(max_size=5),
)
@settings(max_examples=300, deadline=None)
def test_a_changed_file_reads_as_what_it_now_declares_or_is_refused(
    array, place, byte, cut, more, idx_bytes, scratch
):
    content = bytearray(idx_bytes(array))
    content[place % len(content)] = byte
    content = content[:cut] + more
    try:
        read = read_idx(scratch(bytes(content)))
    except (ValueError, OSError):
        return
    # Whatever came through accounts for every byte of the file.
    assert 4 + 4 * read.ndim + read.nbytes == len(content)
    assert read.shape == struct.unpack(f">{content[3]}I", content[4 : 4 + 4 * content[3]])


@given(array=arrays, place=st.integers(0, 1000), byte=st.integers(0, 255), cut=st.integers(0, 9))
@settings(max_examples=300, deadline=None)
def test_a_changed_gzip_file_reads_the_same_or_is_refused(
    array, place, byte, cut, idx_bytes, scratch
):
    packed = bytearray(gzip.compress(idx_bytes(array), mtime=0))
    packed[place % len(packed)] = byte
    try:
        read = read_idx(scratch(bytes(packed[: len(packed) - cut])))
    except (ValueError, OSError):
        return
    np.testing.assert_array_equal(read, array, strict=True)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("sizes", "code"),
    [
        ((2**31, 2**31), 0x08),
        ((2**32 - 1,) * 60, 0x0E),
        ((2**31, 2**31, 0), 0x08),  # no elements at all, yet NumPy could not hold the shape
        ((2**16, 2**16, 2**32 - 1, 1), 0x0E),
    ],
)
def test_a_header_of_astronomical_size_is_refused_at_once(scratch, sizes, code, packed):
    path = scratch(header(code, *sizes) + bytes(16), packed)
    begin = time.perf_counter()
    with pytest.raises(ValueError, match=f"some-file: .* bytes, more than max_bytes={MAX_BYTES}"):
        read_idx(path)
    assert time.perf_counter() - begin < 1


def test_products_that_overflow_64_bits_are_not_taken_for_small_ones(scratch):
    sizes = (2**32 - 1, 2**32 - 1, 2**2)
    assert np.prod(np.array(sizes), dtype=np.int64) < 0 < math.prod(sizes)
    with pytest.raises(ValueError, match=f"{math.prod(sizes)} bytes, more than"):
        read_idx(scratch(header(0x08, *sizes)))


def test_a_plain_file_too_short_for_its_header_names_both_numbers(scratch):
    with pytest.raises(ValueError, match=r"shape \(3, 5\) of uint8, 27 bytes .* holds 26 .*fetch"):
        read_idx(scratch(header(0x08, 3, 5) + bytes(14)))


def test_a_plain_file_too_long_for_its_header_names_both_numbers(scratch):
    with pytest.raises(ValueError, match=r"shape \(3, 5\) of uint8, 27 bytes .* holds 28 .*fetch"):
        read_idx(scratch(header(0x08, 3, 5) + bytes(16)))


def test_a_gzip_file_too_short_for_its_header_names_both_numbers(scratch):
    with pytest.raises(ValueError, match=r"27 bytes in all, but the file holds 26 \(unpacked\)"):
        read_idx(scratch(header(0x08, 3, 5) + bytes(14), packed=True))


def test_a_gzip_file_too_long_for_its_header_names_both_numbers(scratch):
    with pytest.raises(ValueError, match=r"27 bytes in all, but the file holds 28 or more"):
        read_idx(scratch(header(0x08, 3, 5) + bytes(900), packed=True))


def test_a_gzip_header_beyond_what_deflate_can_pack_is_refused_unread(scratch):
    path = scratch(header(0x08, 10_000_000), packed=True)
    most = 1032 * path.stat().st_size
    with pytest.raises(
        ValueError, match=f"10000008 bytes in all, but the file holds at most {most}"
    ):
        read_idx(path)


def test_a_gzip_bomb_costs_no_more_memory_than_its_header_declares(scratch, bomb):
    path = scratch(bomb(header(0x08, 1000)))
    tracemalloc.start()
    with pytest.raises(ValueError, match="or more"):
        read_idx(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_a_plain_file_costs_no_memory_when_its_length_is_wrong(scratch):
    path = scratch(header(0x08, 9_000_000) + bytes(9_000_001))
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"9000008 bytes .* holds 9000009"):
        read_idx(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_max_bytes_is_the_largest_size_read(scratch, idx_bytes):
    path = scratch(idx_bytes(np.zeros(10, dtype=np.int16)))
    assert read_idx(path, max_bytes=20).shape == (10,)
    with pytest.raises(ValueError, match=r"20 bytes, more than max_bytes=19; .*larger max_bytes"):
        read_idx(path, max_bytes=19)


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0\x08", b"\1\0\x08\1\0\0\0\0", b"\0\0\x0a\1\0\0\0\0", b"<html> no such page"],
)
def test_another_kind_of_file_is_recognised(scratch, content):
    with pytest.raises(ValueError, match=r"expected an IDX header.* another kind of file"):
        read_idx(scratch(content))


def test_a_header_cut_in_its_dimensions_names_both_numbers(scratch):
    with pytest.raises(ValueError, match="declares 3 dimensions, 12 bytes, but 11 follow"):
        read_idx(scratch(header(0x08, 1, 1, 1)[:-1]))


def test_more_dimensions_than_numpy_has_are_refused(scratch):
    with pytest.raises(ValueError, match="declares 65 dimensions, at most 64"):
        read_idx(scratch(header(0x08, *[1] * 65) + b"\0"))
    assert read_idx(scratch(header(0x08, *[1] * 64) + b"\0")).ndim == 64
