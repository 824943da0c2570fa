import errno
import os
import stat
import threading

import matplotlib
import pytest

from tinyvision.viz.curves import training_curves
from tinyvision.viz.save import save_figure

BEGINNINGS = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


@pytest.fixture
def figure():
    return training_curves({"train_loss": [2.0, 1.0]})


@pytest.mark.parametrize("suffix", BEGINNINGS)
def test_the_suffix_says_the_format(figure, tmp_path, suffix):
    path = save_figure(figure, tmp_path / f"loss{suffix}")
    assert path == tmp_path / f"loss{suffix}"
    assert path.read_bytes().startswith(BEGINNINGS[suffix])


def test_a_path_may_be_a_string_and_its_suffix_in_capitals(figure, tmp_path):
    assert save_figure(figure, f"{tmp_path}/LOSS.PNG").exists()


def test_missing_folders_are_created(figure, tmp_path):
    assert save_figure(figure, tmp_path / "a" / "b" / "loss.png").exists()


def test_dpi_is_dots_per_inch(figure, tmp_path):
    width = figure.get_size_inches()[0]
    data = save_figure(figure, tmp_path / "loss.png", dpi=50).read_bytes()
    assert int.from_bytes(data[16:20], "big") == int(width * 50)  # the IHDR chunk


def test_a_failure_leaves_the_old_file_and_nothing_else(figure, tmp_path, monkeypatch):
    path = tmp_path / "loss.png"
    path.write_bytes(b"old")

    def fail(file, **options):
        file.write(b"half a pict")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(figure, "savefig", fail)
    with pytest.raises(OSError, match=r"cannot write 'loss.png' into the folder .*No space left"):
        save_figure(figure, path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["loss.png"]


def test_an_interruption_leaves_the_old_file_and_nothing_else(figure, tmp_path, monkeypatch):
    path = tmp_path / "loss.png"
    path.write_bytes(b"old")

    def interrupt(file, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(figure, "savefig", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save_figure(figure, path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["loss.png"]


def test_the_old_file_is_there_until_the_new_one_is_whole(figure, tmp_path, monkeypatch):
    path = tmp_path / "loss.png"
    path.write_bytes(b"old")
    replace = os.replace
    seen = []

    def watch(source, target):
        with open(source, "rb") as file:
            seen.append((path.read_bytes(), file.read()[-8:]))
        replace(source, target)

    monkeypatch.setattr(os, "replace", watch)
    save_figure(figure, path)
    assert seen == [(b"old", b"IEND\xaeB`\x82")]  # the last chunk of every PNG file
    assert os.listdir(tmp_path) == ["loss.png"]


def test_others_may_read_the_file_as_any_other(figure, tmp_path):
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    path = save_figure(figure, tmp_path / "loss.png")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(ordinary.stat().st_mode)


def test_a_file_in_place_of_the_folder_is_named_with_the_remedy(figure, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"into the folder '.*file' \(.*\): choose a folder"):
        save_figure(figure, tmp_path / "file" / "loss.png")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_without_permission_is_named_with_the_remedy(figure, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(PermissionError, match=r"into the folder '.*locked' .*: choose a folder"):
        save_figure(figure, folder / "loss.png")


def test_permission_denied_stays_a_permission_error(figure, tmp_path, monkeypatch):
    def deny(source, target):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "replace", deny)
    with pytest.raises(PermissionError, match=r"\(Permission denied\): choose a folder"):
        save_figure(figure, tmp_path / "loss.png")


@pytest.mark.parametrize("name", ["loss.jpg", "loss", "loss.gif"])
def test_another_format_is_refused(figure, tmp_path, name):
    with pytest.raises(ValueError, match=r"expected one of \.png, \.svg, \.pdf"):
        save_figure(figure, tmp_path / name)


@pytest.mark.parametrize("dpi", [0, -1, float("nan")])
def test_a_resolution_that_is_not_positive_is_refused(figure, tmp_path, dpi):
    with pytest.raises(ValueError, match=r"dpi is .*, expected a positive number"):
        save_figure(figure, tmp_path / "loss.png", dpi=dpi)


def test_a_saved_figure_is_cleared_and_says_so_the_next_time(figure, tmp_path):
    save_figure(figure, tmp_path / "loss.png")
    assert not figure.axes
    with pytest.raises(ValueError, match=r"figure is empty.*clear=False"):
        save_figure(figure, tmp_path / "loss.svg")


def test_a_figure_can_be_kept(figure, tmp_path):
    first = save_figure(figure, tmp_path / "1.png", clear=False).read_bytes()
    assert save_figure(figure, tmp_path / "2.png").read_bytes() == first


@pytest.mark.parametrize("suffix", BEGINNINGS)
def test_the_same_figure_gives_the_same_bytes(tmp_path, suffix, monkeypatch):
    contents = []
    for epoch in ("0", "1000000000"):  # what Matplotlib would take the date from
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        figure = training_curves({"train_loss": [2.0, 1.0]})
        contents.append(save_figure(figure, tmp_path / f"a{suffix}").read_bytes())
    assert contents[0] == contents[1]


def test_the_readers_settings_do_not_reach_the_file(figure, tmp_path):
    plain = save_figure(figure, tmp_path / "plain.png").read_bytes()
    with matplotlib.rc_context({"font.size": 20, "savefig.bbox": "tight", "axes.grid": True}):
        figure = training_curves({"train_loss": [2.0, 1.0]})
        assert save_figure(figure, tmp_path / "other.png").read_bytes() == plain


def test_threads_write_what_one_thread_writes(figure, tmp_path):
    alone = save_figure(figure, tmp_path / "alone.png", dpi=40).read_bytes()

    def work(i):
        again = training_curves({"train_loss": [2.0, 1.0]})
        save_figure(again, tmp_path / "many" / f"{i}.png", dpi=40)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() == alone for path in (tmp_path / "many").iterdir()] == [True] * 4
