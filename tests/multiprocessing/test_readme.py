"""The README's program for several cores runs as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tinyvision as tv

ROOT = Path(tv.__file__).parents[1]


@pytest.mark.long
def test_two_processes_learn_the_digits(tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.split("## Several cores\n")[1].split("\n## ")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    (tmp_path / "program.py").write_text(code.replace("range(10)", "range(3)"))  # is enough here
    result = subprocess.run(
        [sys.executable, tmp_path / "program.py"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.stderr == ""
    accuracy = re.fullmatch(r"held-out accuracy (\d+\.\d)%\n", result.stdout)
    assert accuracy, result.stdout
    assert float(accuracy[1]) > 50
