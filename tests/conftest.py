"""What all tests share: how many examples Hypothesis tries, the same ones each time."""

import gc
import inspect
import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal import reflection

if "PYTEST_XDIST_WORKER" in os.environ:  # a process a core already; read when the packages come
    os.environ.setdefault("TINYVISION_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # what the tests themselves multiply

_SHARED = {
    "deadline": None,  # a shared machine has slow moments
    "database": None,
    "suppress_health_check": [HealthCheck.too_slow],
}
settings.register_profile("default", max_examples=20, derandomize=True, **_SHARED)
settings.register_profile("long", max_examples=500, print_blob=True, **_SHARED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# What is drawn follows from a test's source and parameters. Hypothesis takes the source apart anew,
# twice, for each of thousands of parameters; the same text need not be taken apart again.
reflection.inspect = SimpleNamespace(**{**vars(inspect), "getsource": cache(inspect.getsource)})
if hasattr(reflection, "_clean_source"):
    reflection._clean_source = cache(reflection._clean_source)


@pytest.fixture(scope="session", autouse=True)
def _compile_once(tmp_path_factory):
    """Hundreds of tests start a process; none of them should have to compile the package again."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        folder = tmp_path_factory.getbasetemp()
        shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
        os.environ["PYTHONPYCACHEPREFIX"] = str(shared / "compiled")
        _link_what_is_compiled(shared / "compiled")


def _link_what_is_compiled(folder):
    """Python looks into this folder only, also for packages that were compiled long ago."""
    for module in list(sys.modules.values()):
        spec = getattr(module, "__dict__", {}).get("__spec__")
        source, compiled = getattr(spec, "origin", None), getattr(spec, "cached", None)
        if source and compiled and os.path.isfile(compiled):
            place = Path(f"{folder}{os.path.dirname(source)}", os.path.basename(compiled))
            with suppress(OSError):  # another process was here before
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(compiled)


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """While tests are collected, what is made is kept: there is no garbage worth a search."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish():
    """The garbage collector need not go through some 20,000 tests each time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Each process takes the tests of a part, and what another one would come to last."""
    if config.getvalue("dist") != "load":  # another order was asked for
        return None
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


@pytest.fixture(scope="session")
def group():
    """Three processes of a group, in which a test calls functions."""
    from tests.distributed.group import Group

    group = Group()
    yield group
    group.end()


@pytest.fixture
def alone():
    """This process as a group of its own."""
    from tinyvision import distributed

    distributed.init_process_group()
    yield
    distributed.destroy_process_group()
