"""Downloads against a server of our own on this machine, which behaves as badly as servers do."""

import gzip
import hashlib
import io
import os
import re
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytest.importorskip("pooch", reason="downloads need pooch: pip install 'tinyvision[data]'")

from tinyvision.data import download_http
from tinyvision.data.download import download_dataset, verify_dataset
from tinyvision.data.download_archive import extract
from tinyvision.data.download_http import fetch
from tinyvision.data.download_table import SOURCES, DataFile, DataSource, Remote

CONTENT = bytes(range(256)) * 1000  # 256,000 bytes
HALF = len(CONTENT) // 2


def sha(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Only this machine may be asked for anything."""
    look_up = socket.getaddrinfo

    def guarded(host, *rest, **more):
        assert host in ("127.0.0.1", "localhost", None), f"the test asks the network for {host}"
        return look_up(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", guarded)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class Server:
    """Answers each path with what was planned for it, in turn; the last plan stays."""

    def __init__(self):
        self.plans, self.asked, self.release = {}, [], threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                owner.asked.append((self.path, self.headers.get("Range")))
                plans = owner.plans.get(self.path, [not_found])
                (plans.pop(0) if len(plans) > 1 else plans[0])(self, owner)

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def mirror(self, name, *plans):
        """The address of a mirror whose file `data` is answered by the plans."""
        self.plans[f"/{name}/data"] = list(plans)
        return f"{self.address}/{name}/"

    def close(self):
        self.release.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


def answer(handler, status, body=b"", **headers):
    handler.send_response(status)
    for name, value in {"Content_Length": len(body), **headers}.items():
        handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()
    handler.wfile.write(body)


def not_found(handler, server):
    answer(handler, 404)


def busy(handler, server):
    answer(handler, 503)


def gives(content):
    """A server that can also give the rest of a file."""

    def plan(handler, server):
        asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        if asked is None:
            return answer(handler, 200, content)
        start = int(asked[1])
        where = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return answer(handler, 206, content[start:], Content_Range=where)

    return plan


def gives_only_whole_files(content):
    return lambda handler, server: answer(handler, 200, content)


def breaks_off(handler, server):
    answer(handler, 200, CONTENT[:HALF], Content_Length=len(CONTENT))


def breaks_off_without_a_length(handler, server):
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(CONTENT[:HALF])


def stalls(handler, server):
    answer(handler, 200, CONTENT[:HALF], Content_Length=len(CONTENT))
    handler.wfile.flush()
    server.release.wait(20)


def is_silent(handler, server):
    server.release.wait(20)


def sends_without_end(handler, server):
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(bytes(1 << 16))
    except OSError:  # the reader has had enough
        pass


def redirects_to(path):
    return lambda handler, server: answer(handler, 302, Location=server.address + path)


def remote(*mirrors):
    return Remote("data", len(CONTENT), sha(CONTENT), mirrors)


def get(path, *mirrors, **options):
    return fetch(remote(*mirrors), path, **{"timeout": 5, "pause": 0, **options})


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# -- a file over HTTP -------------------------------------------------------------------------


def test_a_file_arrives_whole_and_alone(server, tmp_path):
    mirror = server.mirror("good", gives(CONTENT))
    assert get(tmp_path / "file.gz", mirror) == f"{mirror}data"
    assert (tmp_path / "file.gz").read_bytes() == CONTENT
    assert names(tmp_path) == ["file.gz"]


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX's")
def test_others_may_read_it_as_any_file(server, tmp_path):
    (tmp_path / "usual").touch()
    get(tmp_path / "file", server.mirror("good", gives(CONTENT)))
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (not_found, "404"),
        (busy, r"503 .*asked 3 times"),
        (gives(b"\0" * len(CONTENT)), "wrong bytes"),
        (gives(CONTENT[:-1]), "has a file of 255,999 bytes, expected 256,000"),
        (gives(CONTENT + b"!"), "has a file of 256,001 bytes, expected 256,000"),
        (sends_without_end, "more than the 256,000 bytes"),
        (breaks_off, "broke off after 128,000 of 256,000"),
        (breaks_off_without_a_length, "broke off after 128,000 of 256,000"),
    ],
)
def test_when_a_mirror_fails_the_next_is_asked(server, tmp_path, plan, reason):
    said = []
    bad, good = server.mirror("bad", plan), server.mirror("good", gives(CONTENT))
    assert get(tmp_path / "file", bad, good, say=said.append) == f"{good}data"
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert len(said) == 1
    assert re.search(rf"data: 127\.0\.0\.1:\d+ .*{reason}", said[0])


def test_a_mirror_that_cannot_be_reached_is_passed_over(server, tmp_path):
    with socket.socket() as reserved:  # nobody listens there
        reserved.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{reserved.getsockname()[1]}/"
        good = server.mirror("good", gives(CONTENT))
        assert get(tmp_path / "file", nobody, good) == f"{good}data"


@pytest.mark.parametrize("plan", [stalls, is_silent])
def test_a_mirror_that_stalls_is_given_up_after_the_time_out(server, tmp_path, plan):
    said = []
    bad, good = server.mirror("bad", plan), server.mirror("good", gives(CONTENT))
    get(tmp_path / "file", bad, good, timeout=0.2, tries=2, say=said.append)
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert "gave nothing for 0.2 seconds" in said[0]


def test_a_mirror_that_is_busy_twice_is_asked_a_third_time(server, tmp_path):
    mirror = server.mirror("busy", busy, busy, gives(CONTENT))
    get(tmp_path / "file", mirror)
    assert len(server.asked) == 3


def test_a_mirror_that_breaks_off_is_asked_for_the_rest(server, tmp_path):
    get(tmp_path / "file", server.mirror("short", breaks_off, gives(CONTENT)))
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert [asked for _, asked in server.asked] == [None, f"bytes={HALF}-"]


def test_what_one_mirror_began_another_ends(server, tmp_path):
    get(tmp_path / "file", server.mirror("a", breaks_off), server.mirror("b", gives(CONTENT)))
    assert server.asked[-1] == ("/b/data", f"bytes={HALF}-")


def test_a_part_that_is_there_is_not_asked_for_again(server, tmp_path):
    (tmp_path / ".file.part").write_bytes(CONTENT[:1000])
    counts = []
    get(tmp_path / "file", server.mirror("good", gives(CONTENT)), received=counts.append)
    assert server.asked == [("/good/data", "bytes=1000-")]
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert 1000 < counts[0] <= counts[-1] == len(CONTENT)
    assert names(tmp_path) == ["file"]


def test_a_part_that_is_whole_needs_no_server(server, tmp_path):
    (tmp_path / ".file.part").write_bytes(CONTENT)
    get(tmp_path / "file", server.mirror("good", gives(CONTENT)))
    assert server.asked == []
    assert (tmp_path / "file").read_bytes() == CONTENT


@pytest.mark.parametrize("size", [1000, len(CONTENT), len(CONTENT) + 1])
def test_a_part_of_something_else_costs_only_time(server, tmp_path, size):
    (tmp_path / ".file.part").write_bytes(b"x" * size)
    get(tmp_path / "file", server.mirror("good", gives(CONTENT)))
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_server_that_cannot_give_parts_gives_the_whole(server, tmp_path):
    (tmp_path / ".file.part").write_bytes(b"x" * 1000)
    get(tmp_path / "file", server.mirror("whole", gives_only_whole_files(CONTENT)))
    assert len(server.asked) == 1
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_server_that_gives_another_part_than_asked_for_is_asked_for_the_whole(server, tmp_path):
    def confused(handler, server):
        answer(handler, 206, CONTENT[5:], Content_Range=f"bytes 5-255999/{len(CONTENT)}")

    (tmp_path / ".file.part").write_bytes(CONTENT[:1000])
    get(tmp_path / "file", server.mirror("confused", confused, gives(CONTENT)))
    assert [asked for _, asked in server.asked] == ["bytes=1000-", None]


def test_a_server_that_refuses_the_range_is_asked_for_the_whole(server, tmp_path):
    (tmp_path / ".file.part").write_bytes(CONTENT[:1000])
    refuse = lambda handler, server: answer(handler, 416)  # noqa: E731
    get(tmp_path / "file", server.mirror("refuses", refuse, gives(CONTENT)))
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_redirection_is_followed(server, tmp_path):
    server.mirror("new", gives(CONTENT))
    get(tmp_path / "file", server.mirror("old", redirects_to("/new/data")))
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_circle_of_redirections_ends(server, tmp_path):
    mirror = server.mirror("round", redirects_to("/round/data"))
    with pytest.raises(OSError, match=r"no mirror gave it: .*TooManyRedirects"):
        get(tmp_path / "file", mirror)


def test_a_redirection_out_of_https_is_refused():
    class Hop:
        url, status_code = "http://mirror/data", 200
        history = ()

    download = download_http._Download("https://mirror/data", Path("x"), 1, print, 1.0)
    with pytest.raises(download_http.MirrorError, match="without encryption"):
        download._start(Hop, 0)


def test_bytes_that_a_server_packed_on_the_way_are_not_taken_for_the_file(server, tmp_path):
    packed = gzip.compress(CONTENT)

    def packs(handler, server):
        answer(handler, 200, packed, Content_Encoding="gzip")

    get(tmp_path / "file", server.mirror("packs", packs), server.mirror("good", gives(CONTENT)))
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_when_all_mirrors_fail_each_is_named_and_the_earlier_file_is_untouched(server, tmp_path):
    (tmp_path / "file").write_bytes(b"earlier")
    mirrors = server.mirror("a", not_found), server.mirror("b", gives(bytes(len(CONTENT))))
    with pytest.raises(OSError, match=r"data: no mirror gave it: .*404.*wrong bytes.*--from"):
        get(tmp_path / "file", *mirrors)
    assert (tmp_path / "file").read_bytes() == b"earlier"
    assert names(tmp_path) == ["file"]


def test_a_wrong_file_is_replaced_by_the_verified_one(server, tmp_path):
    (tmp_path / "file").write_bytes(b"wrong")
    get(tmp_path / "file", server.mirror("good", gives(CONTENT)))
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_full_disk_is_named_and_leaves_the_earlier_file(server, tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"earlier")

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(download_http.os, "fsync", full)
    with pytest.raises(OSError, match=r"cannot write 'file' .*No space left.*256,000 bytes left"):
        get(tmp_path / "file", server.mirror("good", gives(CONTENT)))
    assert (tmp_path / "file").read_bytes() == b"earlier"


KILLED = """
import sys
from tinyvision.data.download_http import fetch
from tinyvision.data.download_table import Remote
mirror, size, digest, path = sys.argv[1:]
from pathlib import Path
fetch(Remote("data", int(size), digest, (mirror,)), Path(path), timeout=30)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_a_process_killed_in_the_middle_leaves_nothing_half_and_is_continued(server, tmp_path):
    mirror = server.mirror("slow", stalls, gives(CONTENT))
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, mirror, str(len(CONTENT)), sha(CONTENT), tmp_path / "file"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    part, deadline = tmp_path / ".file.part", time.monotonic() + 60
    while time.monotonic() < deadline and not (part.exists() and part.stat().st_size):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert names(tmp_path) == [".file.part"]
    get(tmp_path / "file", mirror)
    assert server.asked[-1][1].startswith("bytes=")
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert names(tmp_path) == ["file"]


def test_without_pooch_the_error_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"pooch.*pip install 'tinyvision\[data\]'"):
        get(tmp_path / "file", "http://127.0.0.1:1/")


# -- data sets --------------------------------------------------------------------------------

LABELS = b"labels of a small set"
PACKED = gzip.compress(LABELS, mtime=0)


def small_set(*mirrors):
    packed = Remote("data", len(PACKED), sha(PACKED), mirrors)
    file = DataFile("labels-idx1-ubyte", len(LABELS), sha(LABELS), packed)
    return DataSource("small", "small-folder", (file,), "terms of use")


@pytest.fixture
def named(monkeypatch, server):
    """As the real sets: the name at the mirror is the name on disk with .gz."""
    packed = Remote("labels-idx1-ubyte.gz", len(PACKED), sha(PACKED), (f"{server.address}/files/",))
    server.plans["/files/labels-idx1-ubyte.gz"] = [gives(PACKED)]
    source = replace(small_set(), files=(replace(small_set().files[0], packed=packed),))
    monkeypatch.setitem(SOURCES, "small", source)
    return lambda folder: folder / "small-folder" / "labels-idx1-ubyte.gz"


def test_a_data_set_is_downloaded_verified_and_announced(server, named, tmp_path):
    said = []
    assert download_dataset("small", tmp_path, say=said.append) == [named(tmp_path)]
    assert named(tmp_path).read_bytes() == PACKED
    assert said[0] == "terms of use"
    assert "verified, from http://127.0.0.1" in said[-1]
    assert [state.verified for state in verify_dataset("small", tmp_path)] == [True]


def test_what_is_there_and_right_is_not_downloaded_again(server, named, tmp_path):
    download_dataset("small", tmp_path)
    server.asked.clear()
    said = []
    download_dataset("small", tmp_path, say=said.append)
    assert server.asked == []
    assert "verified, kept" in said[-1]


def test_a_plain_file_or_one_packed_by_somebody_else_is_right_too(server, named, tmp_path):
    path = named(tmp_path)
    path.parent.mkdir()
    path.write_bytes(gzip.compress(LABELS, compresslevel=1, mtime=7))
    download_dataset("small", tmp_path)
    path.unlink()
    path.with_suffix("").write_bytes(LABELS)
    download_dataset("small", tmp_path)
    assert server.asked == []


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (b"", "holds 0 bytes"),
        (LABELS[:-1], "holds 20 bytes .unpacked., expected 21"),
        (LABELS + b"!", "more than 21 bytes"),
        (LABELS.upper(), "its SHA-256 is"),
        (PACKED[:-4], "the gzip data are damaged"),
    ],
)
def test_what_is_there_and_wrong_is_named_and_replaced(named, tmp_path, wrong, fault):
    path = named(tmp_path)
    path.parent.mkdir()
    path.write_bytes(wrong)
    assert re.search(fault, verify_dataset("small", tmp_path)[0].fault)
    said = []
    download_dataset("small", tmp_path, say=said.append)
    assert re.search(rf"{path.name}: .*{fault}.*to be replaced", said[1])
    assert path.read_bytes() == PACKED


def test_what_is_wrong_stays_if_there_is_nothing_right_to_replace_it(server, named, tmp_path):
    server.plans.clear()
    path = named(tmp_path)
    path.parent.mkdir()
    path.write_bytes(b"wrong")
    with pytest.raises(OSError, match="no mirror gave it"):
        download_dataset("small", tmp_path)
    assert path.read_bytes() == b"wrong"


def test_a_wrong_plain_file_does_not_hide_the_right_one(server, named, tmp_path):
    plain = named(tmp_path).with_suffix("")
    plain.parent.mkdir()
    plain.write_bytes(b"wrong")
    download_dataset("small", tmp_path)
    assert names(plain.parent) == ["labels-idx1-ubyte.gz"]
    plain.write_bytes(b"wrong again")
    server.asked.clear()
    download_dataset("small", tmp_path)
    assert names(plain.parent) == ["labels-idx1-ubyte.gz"]
    assert server.asked == []


def test_a_bomb_in_place_of_a_file_costs_no_memory(named, tmp_path, bomb):
    named(tmp_path).parent.mkdir()
    named(tmp_path).write_bytes(bomb(LABELS))
    assert "more than 21 bytes" in verify_dataset("small", tmp_path)[0].fault


def test_a_misspelt_name_gets_a_suggestion():
    with pytest.raises(ValueError, match="no data set 'mnits' to download; did you mean 'mnist'"):
        download_dataset("mnits")


@pytest.mark.parametrize("inside", ["small-folder", "."])
@pytest.mark.parametrize(("name", "content"), [("", LABELS), (".gz", PACKED)])
def test_a_folder_can_be_copied_from(named, tmp_path, server, inside, name, content):
    given = tmp_path / "given" / inside
    given.mkdir(parents=True)
    (given / f"labels-idx1-ubyte{name}").write_bytes(content)
    download_dataset("small", tmp_path / "data", source=tmp_path / "given")
    assert verify_dataset("small", tmp_path / "data")[0].verified
    assert server.asked == []


def test_copying_needs_no_pooch(named, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    (tmp_path / "labels-idx1-ubyte").write_bytes(LABELS)
    download_dataset("small", tmp_path / "data", source=tmp_path)
    assert verify_dataset("small", tmp_path / "data")[0].verified


def test_a_wrong_file_is_not_copied_but_named(named, tmp_path):
    (tmp_path / "labels-idx1-ubyte").write_bytes(LABELS.upper())
    expected = r"has no verified labels-idx1-ubyte of small \(.*SHA-256.*0 of 1 files were copied"
    with pytest.raises(FileNotFoundError, match=expected):
        download_dataset("small", tmp_path / "data", source=tmp_path)
    assert not (tmp_path / "data").exists()


def test_a_folder_to_copy_from_that_is_not_there_is_named(named, tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere: no such folder to copy small from"):
        download_dataset("small", tmp_path, source=tmp_path / "nowhere")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_made_is_named(named, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OSError, match=r"cannot make the folder .*--data-dir"):
        download_dataset("small", tmp_path / "data")


def test_the_place_of_a_file_in_place_of_the_folder_is_named(named, tmp_path):
    (tmp_path / "data").touch()
    with pytest.raises(OSError, match=r"cannot make the folder .*--data-dir.*TINYVISION_DATA"):
        download_dataset("small", tmp_path / "data")


# -- the archive ------------------------------------------------------------------------------

BATCH = b"one batch of pictures"
BATCHES = (
    DataFile("data_batch_1.bin", len(BATCH), sha(BATCH)),
    DataFile("test_batch.bin", len(BATCH), sha(BATCH)),
)


def member(name, content=BATCH, kind=tarfile.REGTYPE, **more):
    info = tarfile.TarInfo(name)
    info.type = kind
    info.size = len(content) if kind == tarfile.REGTYPE else 0
    for key, value in more.items():
        setattr(info, key, value)
    return info, content


def archive_of(*members):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return file.getvalue()


GOOD = (
    member("inside", b"", tarfile.DIRTYPE),
    member("inside/data_batch_1.bin"),
    member("inside/readme.html", b"<html>"),
    member("inside/test_batch.bin"),
)


@contextmanager
def archive_source(monkeypatch, server, content):
    remote = Remote("all.tar.gz", len(content), sha(content), (f"{server.address}/files/",))
    server.plans["/files/all.tar.gz"] = [gives(content)]
    source = DataSource("packed", "inside", BATCHES, "terms", remote)
    monkeypatch.setitem(SOURCES, "packed", source)
    yield source


def test_an_archive_is_downloaded_unpacked_and_removed(server, tmp_path, monkeypatch):
    with archive_source(monkeypatch, server, archive_of(*GOOD)):
        download_dataset("packed", tmp_path)
        assert all(state.verified for state in verify_dataset("packed", tmp_path))
    assert names(tmp_path) == ["inside"]
    assert names(tmp_path / "inside") == ["data_batch_1.bin", "test_batch.bin"]


def test_a_verified_archive_that_is_there_is_unpacked_without_a_server(
    server, tmp_path, monkeypatch
):
    with archive_source(monkeypatch, server, archive_of(*GOOD)):
        (tmp_path / "all.tar.gz").write_bytes(archive_of(*GOOD))
        download_dataset("packed", tmp_path)
    assert server.asked == []


def test_an_archive_in_a_folder_is_unpacked_and_left_there(server, tmp_path, monkeypatch):
    with archive_source(monkeypatch, server, archive_of(*GOOD)):
        (tmp_path / "all.tar.gz").write_bytes(archive_of(*GOOD))
        download_dataset("packed", tmp_path / "data", source=tmp_path)
        assert all(state.verified for state in verify_dataset("packed", tmp_path / "data"))
    assert (tmp_path / "all.tar.gz").exists()


def test_another_archive_in_a_folder_is_refused_before_it_is_opened(server, tmp_path, monkeypatch):
    with archive_source(monkeypatch, server, archive_of(*GOOD)):
        (tmp_path / "all.tar.gz").write_bytes(archive_of(*GOOD, member("inside/more")))
        with pytest.raises(FileNotFoundError, match="is not that of the published archive"):
            download_dataset("packed", tmp_path / "data", source=tmp_path)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (member("../evil"), "leads out"),
        (member("inside/../../evil"), "leads out"),
        (member("/etc/evil"), "leads out"),
        (member("..\\evil"), "leads out"),
        (member("C:evil"), "leads out"),
        (member("inside/link", b"", tarfile.SYMTYPE, linkname="/etc/passwd"), "link or a device"),
        (member("inside/link", b"", tarfile.LNKTYPE, linkname="../x"), "link or a device"),
        (member("inside/data_batch_1.bin", b"", tarfile.SYMTYPE, linkname="x"), "link or a dev"),
        (member("inside/pipe", b"", tarfile.FIFOTYPE), "link or a device"),
        (member("inside/device", b"", tarfile.CHRTYPE), "link or a device"),
        (member("inside/data_batch_1.bin", BATCH + b"!"), "has 22 bytes, expected 21"),
        (member("inside/data_batch_1.bin", BATCH.upper()), "has the SHA-256"),
    ],
)
def test_an_archive_with_a_bad_member_is_refused_and_nothing_escapes(tmp_path, bad, reason):
    path = tmp_path / "bad.tar.gz"
    path.write_bytes(archive_of(bad, *GOOD))
    goal = tmp_path / "deep" / "inside"
    with pytest.raises(ValueError, match=rf"bad\.tar\.gz: .*{reason}"):
        extract(path, "inside", BATCHES, goal, print)
    assert names(tmp_path) == ["bad.tar.gz"] or list(goal.iterdir()) == []
    assert not list(tmp_path.rglob("evil"))


def test_an_archive_of_too_many_members_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("tinyvision.data.download_archive.MOST_MEMBERS", 3)
    (tmp_path / "x.tar.gz").write_bytes(archive_of(*GOOD))
    with pytest.raises(ValueError, match="one more than the 3 an archive may hold"):
        extract(tmp_path / "x.tar.gz", "inside", BATCHES, tmp_path, print)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("tinyvision.data.download_archive.MOST_BYTES", 40)
    (tmp_path / "x.tar.gz").write_bytes(archive_of(*GOOD))
    with pytest.raises(ValueError, match="past the 40 bytes it may unpack to"):
        extract(tmp_path / "x.tar.gz", "inside", BATCHES, tmp_path, print)


@pytest.mark.parametrize("cut", [10, 60, -20])
def test_a_truncated_archive_is_refused(tmp_path, cut):
    (tmp_path / "x.tar.gz").write_bytes(archive_of(*GOOD)[:cut])
    with pytest.raises(ValueError, match=r"not a whole \.tar\.gz archive|does not contain"):
        extract(tmp_path / "x.tar.gz", "inside", BATCHES, tmp_path / "goal", print)


def test_a_missing_member_is_named(tmp_path):
    (tmp_path / "x.tar.gz").write_bytes(archive_of(*GOOD[:2]))
    with pytest.raises(ValueError, match=r"does not contain inside/test_batch\.bin"):
        extract(tmp_path / "x.tar.gz", "inside", BATCHES, tmp_path, print)


# -- the table --------------------------------------------------------------------------------

TABLE = [SOURCES[name] for name in ("mnist", "fashion-mnist", "cifar10")]
FILES = [(source, file) for source in TABLE for file in source.files]
REMOTES = [file.packed for _, file in FILES if file.packed] + [
    source.archive for source in TABLE if source.archive
]


@pytest.mark.parametrize("remote", REMOTES, ids=lambda remote: remote.name)
def test_each_file_has_a_sum_and_several_mirrors_all_of_them_encrypted(remote):
    assert re.fullmatch("[0-9a-f]{64}", remote.sha256)
    assert len({mirror.split("/")[2] for mirror in remote.mirrors}) >= 2
    assert all(re.fullmatch(r"https://[^?#]+/", mirror) for mirror in remote.mirrors)


@pytest.mark.parametrize("source", TABLE, ids=lambda source: source.name)
def test_names_are_good_on_every_system(source):
    archive = [source.archive.name] if source.archive else []
    for name in [source.folder, *archive, *(file.name for file in source.files)]:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]", name)
        assert not re.match(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)", name)


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist", "cifar10"])
def test_the_sums_are_those_of_the_real_files(real_data, name):
    source = SOURCES[name]
    states = verify_dataset(name, real_data)
    assert any(state.verified for state in states)
    assert not [state.fault for state in states if state.fault]
    for file in source.files:
        packed = real_data / source.folder / f"{file.name}.gz"
        if file.packed is not None and packed.exists():
            content = packed.read_bytes()
            assert (len(content), sha(content)) == (file.packed.size, file.packed.sha256)
