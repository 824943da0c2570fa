"""safetensors files: what is written is read back, and a file that lies is refused."""

import json
import struct
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tinyvision as tv

pytest.importorskip("safetensors")
safetensors_numpy = pytest.importorskip("safetensors.numpy")

DTYPES = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"]


def entry(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def write(path, header, data=b"", length=None):
    """A file as the format has it: length of the header, header, data."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    length = len(text) if length is None else length
    path.write_bytes(struct.pack("<Q", length) + text + data)
    return path


@given(st.data())
def test_what_is_saved_is_loaded_back_exactly(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("files") / "x.safetensors"
    arrays = data.draw(
        st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=8).filter(
                lambda name: name != "__metadata__"
            ),
            st.sampled_from(DTYPES).flatmap(
                lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=0, min_side=0, max_side=3))
            ),
            max_size=4,
        )
    )
    tv.interop.save_safetensors({name: tv.tensor(a) for name, a in arrays.items()}, path)
    loaded = tv.interop.load_safetensors(path)
    assert loaded.keys() == arrays.keys()
    for name, array in arrays.items():
        assert loaded[name].dtype == array.dtype
        assert loaded[name].shape == array.shape
        assert loaded[name].numpy().tobytes() == array.tobytes()  # NaN and -0.0 too


def test_the_library_itself_reads_what_we_write_and_we_what_it_writes(tmp_path):
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    tv.interop.save_safetensors({"a": array.T}, tmp_path / "ours.safetensors", {"from": "here"})
    np.testing.assert_array_equal(
        safetensors_numpy.load_file(tmp_path / "ours.safetensors")["a"], array.T
    )
    safetensors_numpy.save_file({"b": array}, tmp_path / "theirs.safetensors", {"from": "there"})
    loaded = tv.interop.load_safetensors(tmp_path / "theirs.safetensors")
    np.testing.assert_array_equal(loaded["b"].numpy(), array)


def test_metadata_are_in_the_header(tmp_path):
    tv.interop.save_safetensors({"a": tv.ones(1)}, tmp_path / "x.safetensors", {"kind": "test"})
    content = (tmp_path / "x.safetensors").read_bytes()
    header = json.loads(content[8 : 8 + struct.unpack("<Q", content[:8])[0]])
    assert header["__metadata__"] == {"kind": "test"}


def test_loaded_tensors_may_be_written_to(tmp_path):
    tv.interop.save_safetensors({"a": tv.ones(3)}, tmp_path / "x.safetensors")
    loaded = tv.interop.load_safetensors(tmp_path / "x.safetensors")["a"]
    loaded[0] = 5.0
    assert loaded.tolist() == [5.0, 1.0, 1.0]


def test_bfloat16_becomes_float32_exactly(tmp_path):
    numbers = [0.0, -0.0, 1.0, -2.5, 3.0e38, 1e-40, np.inf, -np.inf]
    exact = np.array(numbers, np.float32).view(np.uint32) & 0xFFFF0000  # what bfloat16 holds
    data = (exact >> 16).astype("<u2").tobytes()
    path = write(tmp_path / "x.safetensors", {"a": entry("BF16", [2, 4], 0, 16)}, data)
    loaded = tv.interop.load_safetensors(path)["a"]
    assert loaded.dtype == np.float32
    assert loaded.shape == (2, 4)
    assert loaded.numpy().tobytes() == exact.view(np.float32).tobytes()


@pytest.mark.parametrize("kind", ["F8_E4M3", "F8_E5M2", "C64", "F4"])
def test_types_that_numpy_has_not_are_refused_by_name(tmp_path, kind):
    size = {"C64": 16, "F4": 1}.get(kind, 2)
    path = write(tmp_path / "x.safetensors", {"w": entry(kind, [2], 0, size)}, b"\0" * size)
    with pytest.raises(ValueError, match=rf"x\.safetensors.*'w' has type {kind}"):
        tv.interop.load_safetensors(path)


LIES = {
    "empty": b"",
    "shorter than a length": b"\0\0\0",
    "no header": struct.pack("<Q", 0),
    "longer than the file": struct.pack("<Q", 10**6) + b"{}",
    "longer than memory": struct.pack("<Q", 2**64 - 1) + b"{}",
    "not JSON": struct.pack("<Q", 4) + b"{..}",
    "not UTF-8": struct.pack("<Q", 7) + b'{"\xff":1}'[:7],
    "nested without end": struct.pack("<Q", 10**5) + b"[" * 10**5,
    "a list": struct.pack("<Q", 2) + b"[]",
    "a zip": b"PK\x03\x04" + b"\0" * 100,
    "a pickle": b"\x80\x04\x95" + b"." * 100,
}


@pytest.mark.parametrize("content", LIES.values(), ids=LIES)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path, content):
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"x\.safetensors"):
        tv.interop.load_safetensors(path)


WRONG_TENSORS = {
    "out of bounds": {"a": entry("F32", [2], 0, 8)},
    "far out of bounds": {"a": entry("F32", [2**40], 0, 2**42)},
    "overlapping": {"a": entry("F32", [1], 0, 4), "b": entry("F32", [1], 0, 4)},
    "partly overlapping": {"a": entry("F16", [2], 0, 4), "b": entry("F16", [1], 2, 4)},
    "a hole": {"a": entry("F16", [1], 2, 4)},
    "a rest": {"a": entry("F16", [1], 0, 2)},
    "backwards": {"a": entry("F32", [1], 4, 0)},
    "wrong size for the type": {"a": entry("F64", [1], 0, 4)},
    "wrong size for the shape": {"a": entry("F32", [2, 3], 0, 4)},
    "negative shape": {"a": entry("F32", [-1], 0, 4)},
    "negative offset": {"a": entry("F32", [1], -4, 0)},
    "shape that overflows": {"a": entry("F32", [2**33, 2**33], 0, 4)},
    "shape not of integers": {"a": entry("F32", [1.0], 0, 4)},
    "more axes than an array can have": {"a": entry("F32", [1] * 100, 0, 4)},
    "nothing, of a size no array can have": {
        "a": entry("F32", [1], 0, 4), "b": entry("F32", [0, 2**62], 4, 4)
    },
    "unknown type": {"a": entry("F33", [1], 0, 4)},
    "no type": {"a": {"shape": [1], "data_offsets": [0, 4]}},
    "no shape": {"a": {"dtype": "F32", "data_offsets": [0, 4]}},
    "metadata that are not strings": {
        "__metadata__": {"a": 1}, "a": entry("F32", [1], 0, 4)
    },
}  # fmt: skip


@pytest.mark.parametrize("header", WRONG_TENSORS.values(), ids=WRONG_TENSORS)
def test_a_header_that_lies_is_refused(tmp_path, header):
    path = write(tmp_path / "x.safetensors", header, b"\0" * 4)
    with pytest.raises(ValueError, match=r"x\.safetensors"):
        tv.interop.load_safetensors(path)


def test_the_same_name_twice_is_refused(tmp_path):
    once = json.dumps(entry("F32", [1], 0, 4))
    path = write(tmp_path / "x.safetensors", f'{{"w": {once}, "w": {once}}}'.encode(), b"\0" * 4)
    with pytest.raises(ValueError, match=r"x\.safetensors.*'w' more than once"):
        tv.interop.load_safetensors(path)


def refusal_of(path):
    """What the error says if the file is refused; any other than a ValueError gets through."""
    try:
        tv.interop.load_safetensors(path)
    except ValueError as error:
        return str(error)
    return None


@pytest.fixture(scope="module")
def whole_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "x.safetensors"
    arrays = {"weight": np.ones((2, 3), np.float32), "bias": np.ones(2, np.float16)}
    tv.interop.save_safetensors(arrays, path, {"format": "pt"})
    return path


@given(st.data())
def test_damage_anywhere_is_an_error_of_ours_or_leaves_a_readable_file(whole_file, data):
    content = bytearray(whole_file.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        what = data.draw(st.sampled_from(["change", "cut", "insert", "repeat"]))
        if what == "change":
            content[place] = data.draw(st.integers(0, 255))
        elif what == "cut":
            del content[place : place + data.draw(st.integers(1, 40))]
        elif what == "insert":
            content[place:place] = data.draw(st.binary(max_size=9))
        else:
            content[place:place] = content[place : place + data.draw(st.integers(1, 40))]
        if not content:
            break
    damaged = whole_file.with_name("damaged.safetensors")
    damaged.write_bytes(content)
    refusal = refusal_of(damaged)
    assert refusal is None or "damaged.safetensors" in refusal


integers = st.one_of(st.integers(-2, 9), st.sampled_from([2**31, 2**62, 2**63, 2**64, 10**30]))
anything = st.recursive(
    st.none() | st.booleans() | integers | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
entries = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F32", "BF16", "BOOL", "F8_E4M3", "I64"]) | anything,
        "shape": st.lists(integers, max_size=4) | anything,
        "data_offsets": st.lists(integers, min_size=2, max_size=2) | anything,
    }
)


@given(
    st.dictionaries(st.text(max_size=3), entries | anything, max_size=3) | anything,
    st.binary(max_size=16),
)
def test_any_header_is_an_error_of_ours_or_a_readable_file(tmp_path_factory, header, data):
    path = write(tmp_path_factory.mktemp("any") / "x.safetensors", header, data)
    refusal = refusal_of(path)
    assert refusal is None or "x.safetensors" in refusal


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file .*none\.safetensors"):
        tv.interop.load_safetensors(tmp_path / "none.safetensors")
    with pytest.raises(FileNotFoundError, match="no file"):
        tv.interop.load_safetensors(tmp_path)


def test_without_the_library_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    for call in (
        lambda: tv.interop.load_safetensors(tmp_path / "x.safetensors"),
        lambda: tv.interop.save_safetensors({}, tmp_path / "x.safetensors"),
    ):
        with pytest.raises(ImportError, match=r'pip install "tinyvision\[interop\]"') as caught:
            call()
        assert "\n" not in str(caught.value)


def test_a_failed_save_leaves_the_earlier_file_alone(tmp_path, monkeypatch):
    path = tmp_path / "x.safetensors"
    tv.interop.save_safetensors({"a": tv.ones(2)}, path)
    before = path.read_bytes()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "no space")))
    with pytest.raises(OSError, match="no space"):
        tv.interop.save_safetensors({"a": tv.zeros(2)}, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("tensors", "metadata", "error", "message"),
    [
        ([1], None, TypeError, "must be a dictionary"),
        ({1: np.ones(1)}, None, TypeError, "name must be a string, got 1"),
        ({"a": [1.0]}, None, TypeError, "a must be a tensor.*list"),
        ({"a": np.array(["x"])}, None, TypeError, "a must be a tensor.*<U1"),
        ({"a": np.array([None])}, None, TypeError, "a must be a tensor.*object"),
        ({"__metadata__": np.ones(1)}, None, ValueError, "'__metadata__' for itself"),
        ({"a": np.ones(1)}, {"a": 1}, TypeError, "metadata must be strings.*got 1"),
        ({"a": np.ones(1)}, {1: "a"}, TypeError, "metadata must be strings.*got 1"),
    ],
)
def test_what_cannot_be_saved_is_named(tmp_path, tensors, metadata, error, message):
    with pytest.raises(error, match=message):
        tv.interop.save_safetensors(tensors, tmp_path / "x.safetensors", metadata)
    assert not list(tmp_path.iterdir())
