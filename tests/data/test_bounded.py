import gzip
import os
import tracemalloc

import pytest

from tinyvision.data.bounded import open_bounded


@pytest.mark.parametrize("packed", [False, True])
def test_reads_the_same_bytes_plain_and_packed_whatever_the_name(scratch, packed):
    content = bytes(range(256)) * 9
    with open_bounded(scratch(content, packed)) as source:
        assert source.read(10) + source.read(5000) == content


def test_a_plain_file_tells_its_length(scratch):
    with open_bounded(scratch(b"abcde")) as source:
        assert source.length == source.capacity == 5


def test_the_capacity_of_a_gzip_file_is_never_below_what_it_holds(scratch):
    # Zeros at the strongest level come closest to deflate's limit of 1032 to 1.
    packed = gzip.compress(bytes(20_000_000), compresslevel=9)
    with open_bounded(scratch(packed)) as source:
        assert source.length is None
        assert 20_000_000 <= source.capacity < 22_000_000


def test_several_gzip_members_read_as_one_stream(scratch):
    with open_bounded(scratch(gzip.compress(b"one ") + gzip.compress(b"two"))) as source:
        assert source.read(100) == b"one two"


def test_a_gzip_bomb_is_unpacked_only_as_far_as_asked(scratch, bomb):
    path = scratch(bomb(b"start"))
    tracemalloc.start()
    with open_bounded(path) as source:
        assert source.read(6) == b"start\0"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_a_missing_file_is_named(tmp_path):
    with (
        pytest.raises(FileNotFoundError, match=r"nowhere\.gz: no such file; check the path"),
        open_bounded(tmp_path / "nowhere.gz"),
    ):
        pass


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(OSError, match="expected a file, found a folder"), open_bounded(tmp_path):
        pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with (
        pytest.raises(OSError, match="neither a file nor a folder"),
        open_bounded(tmp_path / "pipe"),
    ):
        pass


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[:-9],  # cut in the data
        lambda packed: packed[:-4],  # cut in the check sum and length at the end
        lambda packed: packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:],  # another check sum
        lambda packed: packed + b"garbage",
        lambda packed: packed[:12] + b"\xff\xff\xff\xff" + packed[16:],
    ],
)
def test_damaged_gzip_is_a_value_error_that_says_so(scratch, damage):
    packed = gzip.compress(b"some content that is long enough to cut", mtime=0)
    with (
        open_bounded(scratch(damage(packed))) as source,
        pytest.raises(ValueError, match=r"some-file: the gzip data are damaged .* fetch the file"),
    ):
        source.read(1000)
