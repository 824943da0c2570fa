"""The process of its own: what it survives that nothing inside Python could."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tinyvision.exercises.catalogue import exercise_named
from tinyvision.exercises.runner import check_file

ATTENTION = exercise_named("08")


@pytest.fixture
def checked(tmp_path):
    """A function that writes a learner's file and checks it in a process of its own."""

    def call(code, limit=0.3, exercise=ATTENTION):
        path = tmp_path / exercise.file
        path.write_text(code)
        return check_file(exercise, path, limit)

    return call


def test_a_loop_without_end_is_stopped_and_its_line_named(checked):
    result = checked("def attention(q, k, v):\n    while True:\n        q = q + 1\n")
    assert not result.passed
    assert result.failure.line in (2, 3)
    assert "stopped after 0.3 s" in result.failure.got
    assert "attention(q, k, k)" in result.failure.call
    assert "loop that never ends" in result.failure.cause
    assert [step.state for step in result.steps][:2] == ["failed", "not run"]


def test_a_loop_that_swallows_every_exception_is_stopped(checked):
    code = "while True:\n  try:\n    print('x' * 1000)\n  except BaseException:\n    pass\n"
    result = checked(code)
    assert "import ex08_attention" in result.failure.call


def test_every_path_through_a_graph_takes_too_long_and_is_called_so(checked):
    exercise = exercise_named("01")
    code = exercise.solution().partition("\nif __name__")[0]
    code += (
        "\n\ndef backward(self, g=1.0):\n    self.grad += g\n    if self.rule:\n"
        "        for i, h in zip(self.inputs, self.rule(g)):\n            i.backward(h)\n\n"
        "Value.backward = backward\n"
    )
    result = checked(code, exercise=exercise)
    assert "follows every path" in result.failure.cause
    assert [step.state for step in result.steps] == ["passed"] * 7 + ["failed"]


def test_a_single_step_that_no_thread_can_look_into_is_stopped_as_well(checked):
    code = "def attention(q, k, v):\n    return sum(range(10**15))\n"
    failure = checked(code, limit=0.05).failure
    assert failure.line == 2
    assert "One single step" in failure.cause


def test_a_file_that_ends_the_process_is_told_so(checked):
    failure = checked("import os\nos._exit(7)\n").failure
    assert "with code 7" in failure.got
    assert "os._exit" in failure.cause


def test_processes_and_threads_that_go_on_are_not_waited_for(checked):
    code = (
        "import subprocess, sys, threading, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "threading.Thread(target=time.sleep, args=(600,)).start()\n"
    ) + ATTENTION.solution()
    assert checked(code, limit=30).passed


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is kept on Linux only")
def test_more_memory_than_allowed_is_an_error_of_the_learners(checked):
    code = "import numpy as np\n\ndef attention(q, k, v):\n    return np.ones((1 << 34, 8))\n"
    assert "more memory than there is" in checked(code, limit=30).failure.cause


def test_nothing_is_left_in_the_learners_folder_and_its_names_hide_nothing(checked, tmp_path):
    for name in ("random.py", "numpy.py", "hypothesis.py", "tinyvision.py"):
        (tmp_path / name).write_text("raise RuntimeError('taken for the real one')\n")
    before = {*os.listdir(tmp_path), ATTENTION.file}
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        assert checked(ATTENTION.solution(), limit=30).passed
    finally:
        os.chdir(here)
    assert set(os.listdir(tmp_path)) == before


def test_without_hypothesis_it_says_what_to_install(tmp_path):
    package = tmp_path / "hypothesis"
    package.mkdir()
    (package / "__init__.py").write_text(
        "raise ModuleNotFoundError('No module named hypothesis', name='hypothesis')"
    )
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), root])}

    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", "tinyvision", *words],
            env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert run("start", ".").returncode == 0
    done = run("check", "08")
    assert done.returncode == 2
    assert "pip install 'tinyvision[lessons]'" in done.stderr
    assert "Traceback" not in done.stderr
