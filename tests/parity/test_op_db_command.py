"""The command of torch's own samples, where what it needs is not there."""

import sys

import pytest

from tests.parity.op_db import main


@pytest.mark.parametrize("missing", ["torch", "expecttest"])
def test_what_is_not_installed_is_named_with_how_to_install_it(missing, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, missing, None)
    assert main(["relu"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("python -m tests.parity.op_db: ")
    assert f"{missing} not installed" in line
    assert line.endswith("pip install -e '.[bench]' expecttest")
