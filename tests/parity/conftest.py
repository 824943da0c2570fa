"""What the comparisons with torch share. Every file of this folder skips where torch is missing."""

import numpy as np
import pytest

import tinyvision as tv

TOLERANCE = {"float64": {"rtol": 1e-9, "atol": 1e-10}, "float32": {"rtol": 1e-5, "atol": 1e-6}}

largest = {}  # the largest deviation seen, by data type and by what was compared


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    pytest.importorskip("torch").set_num_threads(1)


@pytest.fixture
def normal():
    """A function of a shape that draws normal numbers, the same ones in every run."""
    rng = np.random.default_rng(20240607)
    return lambda *shape: rng.normal(size=shape)


def to_numpy(tensor):
    return tensor.detach().numpy(force=True)  # torch keeps some zeros symbolically otherwise


def deviation(ours, theirs):
    """The largest difference of finite elements, relative to 1 or to the element if larger."""
    both = np.isfinite(ours) & np.isfinite(theirs)
    if not both.any():
        return 0.0
    a, b = (np.asarray(values, np.float64)[both] for values in (ours, theirs))
    return float(np.max(np.abs(a - b) / np.maximum(1.0, np.abs(b))))


def close(ours, theirs, what, tolerance=None):
    """Fail unless two arrays agree in shape, data type and values.

    How much they differ is noted, except where a case has reasons for a tolerance of its own.
    """
    assert ours.shape == theirs.shape, f"{what}: shape {ours.shape}, torch has {theirs.shape}"
    assert ours.dtype == theirs.dtype, f"{what}: {ours.dtype}, torch has {theirs.dtype}"
    if ours.dtype.kind != "f":
        np.testing.assert_array_equal(ours, theirs, err_msg=what)
        return
    if tolerance is None:
        tolerance = TOLERANCE[ours.dtype.name]
        key = (ours.dtype.name, what.rstrip(" 0123456789"))
        largest[key] = max(largest.get(key, 0.0), deviation(ours, theirs))
    np.testing.assert_allclose(ours, theirs, **tolerance, err_msg=what)


def flat(result):
    """The tensors of a result: one, or those of a tuple, in order."""
    if isinstance(result, (tuple, list)):
        return [tensor for part in result for tensor in flat(part)]
    return [result]


def outcome(library, function, arrays, dtype, order):
    """The outputs of a function and their derivatives along fixed directions, by name."""
    rng = np.random.default_rng(7)
    tensors = []
    for array in arrays:
        array = np.asarray(array)
        floats = array.dtype.kind == "f"
        tensor = library.tensor(array.astype(dtype) if floats else array)
        tensors.append(tensor.requires_grad_() if floats and order else tensor)
    outputs = flat(function(library, *tensors))
    found = {f"output {i}": out for i, out in enumerate(outputs)}
    leaves = [tensor for tensor in tensors if tensor.requires_grad]

    def along(tensors):
        """Random cotangents, drawn in the same order for both libraries."""
        drawn = [rng.normal(size=tuple(t.shape)) for t in tensors]
        return [
            library.tensor(np.asarray(d, to_numpy(t).dtype))
            for d, t in zip(drawn, tensors, strict=True)
        ]

    derivable = [out for out in outputs if out.requires_grad]
    found["differentiable outputs"] = library.tensor([out.requires_grad for out in outputs])
    if not derivable or not leaves:
        return found
    first = library.autograd.grad(
        derivable,
        leaves,
        along(derivable),
        create_graph=order > 1,
        allow_unused=True,
    )
    found |= {f"gradient {i}": g for i, g in enumerate(first)}
    if order > 1:
        present = [g for g in first if g is not None]
        directions = along(present)
        again = [(g, v) for g, v in zip(present, directions, strict=True) if g.requires_grad]
        second = [library.zeros_like(leaf) for leaf in leaves]
        if again:
            second = library.autograd.grad(
                [g for g, _ in again],
                leaves,
                [v for _, v in again],
                allow_unused=True,
                materialize_grads=True,
            )
        found |= {f"second derivative {i}": h for i, h in enumerate(second)}
    return found


@pytest.fixture
def agree():
    """Compare a function of ``(library, *tensors)``, run with torch and with tinyvision.

    Outputs, whether they are differentiable, gradients (``order=1``) and second derivatives along
    random directions (``order=2``) must agree; arrays of floats become leaves of type ``dtype``.
    """
    torch = pytest.importorskip("torch")

    def compare(function, *arrays, dtype="float64", order=2, tolerance=None):
        theirs = outcome(torch, function, arrays, dtype, order)
        ours = outcome(tv, function, arrays, dtype, order)
        assert list(ours) == list(theirs)
        for name, their in theirs.items():
            if their is None or ours[name] is None:
                assert their is ours[name], f"{name}: one is None: {ours[name]}, torch's {their}"
            else:
                close(to_numpy(ours[name]), to_numpy(their), name, tolerance)

    return compare


def pytest_terminal_summary(terminalreporter):
    """Say how near to torch the comparisons came."""
    for (dtype, what), value in sorted(largest.items()):
        terminalreporter.write_line(f"nearness to torch, {dtype}: {what} within {value:.1e}")
