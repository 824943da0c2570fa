"""What a terminal can show, and a stream whose reader may go away."""

import io
import os

import pytest

from tinyvision.terminal import Steady, can_show


def test_an_encoding_without_a_character_cannot_show_it():
    ascii_only = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert can_show("plain", ascii_only)
    assert not can_show("✓", ascii_only)


def test_what_is_written_arrives():
    stream = io.StringIO()
    print("a line", file=Steady(stream), flush=True)
    assert stream.getvalue() == "a line\n"


def test_a_stream_that_is_not_there_takes_everything():
    nowhere = Steady(None)
    print("a line", file=nowhere, flush=True)
    assert not nowhere.isatty()
    with pytest.raises(io.UnsupportedOperation, match="no file behind"):
        nowhere.fileno()


def test_when_the_reader_goes_away_the_rest_is_dropped_once_and_for_all():
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as stream:
        steady = Steady(stream)
        print("heard", file=steady, flush=True)
        assert os.read(reader, 100) == b"heard\n"
        os.close(reader)
        for _ in range(3):
            print("unheard", file=steady, flush=True)
    # Closing the stream wrote out what was left without an error.


def test_its_encoding_is_that_of_the_stream():
    stream = Steady(io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert not can_show("✓", stream)
