"""Real processes, really killed; the long form is ``python -m tests.kill_and_resume``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
def test_killed_at_random_moments_a_run_ends_with_the_same_bits():
    done = subprocess.run(
        [sys.executable, "-m", "tests.kill_and_resume", "--kills", "4"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 kills, 4 resumable states, 4 bit-identical ends" in done.stdout
