"""What a tensor answers when NumPy's functions are called on it.

NumPy must not quietly take a tensor for an array: the derivative would be lost. So its functions
are refused, by an error that names tinyvision's own. Only an operator with an array on the left,
``array * x``, is answered: NumPy asks its own function ``np.multiply(array, x)`` in the tensor's
name, and cannot be told from that call.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

# What answers for NumPy's operator when the tensor stands on its right.
_REFLECTED = {
    np.add: "__radd__",
    np.subtract: "__rsub__",
    np.multiply: "__rmul__",
    np.true_divide: "__rtruediv__",
    np.floor_divide: "__rfloordiv__",
    np.remainder: "__rmod__",
    np.power: "__rpow__",
    np.matmul: "__rmatmul__",
    np.bitwise_and: "__rand__",
    np.bitwise_or: "__ror__",
    np.bitwise_xor: "__rxor__",
    np.less: "__gt__",
    np.less_equal: "__ge__",
    np.greater: "__lt__",
    np.greater_equal: "__le__",
    np.equal: "__eq__",
    np.not_equal: "__ne__",
}

# NumPy's name, and what to write instead where tinyvision has no function of that name.
_INSTEAD = {
    "absolute": "tv.abs(x)",
    "append": "tv.cat([x, y])",
    "around": "tv.round(x)",
    "array_equal": "tv.equal(x, y)",
    "astype": "x.to(dtype)",
    "average": "tv.mean(x)",
    "concatenate": "tv.cat([x, y], dim=0)",
    "conjugate": "x",
    "copy": "x.clone()",
    "copyto": "x.copy_(y)",
    "cumprod": "x.log().cumsum(0).exp()",
    "dstack": "tv.cat([x, y], dim=2)",
    "expand_dims": "tv.unsqueeze(x, dim)",
    "fabs": "tv.abs(x)",
    "fix": "tv.trunc(x)",
    "fmax": "tv.fmax(x, y)",
    "fmin": "tv.fmin(x, y)",
    "greater": "x > y",
    "greater_equal": "x >= y",
    "equal": "x == y",
    "less": "x < y",
    "less_equal": "x <= y",
    "not_equal": "x != y",
    "hstack": "tv.cat([x, y], dim=1)",
    "inner": "tv.dot(x, y)",
    "invert": "~x",
    "max": "x.amax()",
    "min": "x.amin()",
    "mod": "tv.remainder(x, y)",
    "moveaxis": "tv.movedim(x, source, destination)",
    "nan_to_num": "tv.where(tv.isnan(x), 0.0, x)",
    "negative": "tv.neg(x)",
    "pad": "tv.nn.functional.pad(x, (left, right))",
    "positive": "x",
    "power": "tv.pow(x, y)",
    "ravel": "tv.flatten(x)",
    "repeat": "x.repeat_interleave(n), or x.repeat(n), which is NumPy's tile",
    "rint": "tv.round(x)",
    "split": "tv.split(x, size, dim=0)",
    "swapaxes": "tv.transpose(x, dim0, dim1)",
    "take": "tv.index_select(x, dim, index)",
    "transpose": "tv.permute(x, dims), or x.mT for a matrix",
    "true_divide": "tv.div(x, y)",
    "vdot": "tv.dot(x, y)",
    "vstack": "tv.cat([x, y], dim=0)",
    "linalg.norm": "tv.norm(x)",
}


def answer_ufunc(self: Any, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """NumPy's elementwise functions and operators; bound as ``Tensor.__array_ufunc__``.

    Raises:
        TypeError: anything but an operator with an array on the left and a tensor on the right.
    """
    if kwargs.get("out"):
        raise TypeError(
            f"NumPy's ufunc {ufunc.__name__} would write into an array, as in array += x, and the "
            "derivative of the tensor x would be lost; write array = array + x, or use "
            "x.detach().numpy()"
        )
    reflected = _REFLECTED.get(ufunc)
    if reflected and method == "__call__" and not kwargs and not isinstance(inputs[0], type(self)):
        return getattr(inputs[1], reflected)(inputs[0])
    name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
    raise TypeError(_refusal(name))


def answer_function(
    self: Any, function: Callable, types: Any, args: tuple, kwargs: dict[str, Any]
) -> Any:
    """NumPy's other functions; bound as ``Tensor.__array_function__``.

    Raises:
        TypeError: any but ``np.shape``, ``np.ndim`` and ``np.size``, which take nothing along.
    """
    if function in (np.shape, np.ndim, np.size):
        return function(self._array, *args[1:], **kwargs)
    module = function.__module__.removeprefix("numpy").lstrip(".")
    name = f"{module}.{function.__name__}" if module else function.__name__
    text = _refusal(name)
    if "axis" in kwargs:
        text += ". Here axis= is called dim="
    raise TypeError(text)


def refuse_conversion(self: Any, dtype: Any = None, copy: Any = None) -> np.ndarray:
    """``np.array(x)``, ``np.asarray(x)``; bound as ``Tensor.__array__``.

    Raises:
        TypeError: always.
    """
    raise TypeError(
        "NumPy was given a tensor, which would lose its derivative; use tinyvision's own "
        "function, or x.detach().numpy() if no derivative is wanted (tv.stack(list) makes one "
        "tensor of a list of them)"
    )


def _refusal(name: str) -> str:
    return (
        f"np.{name} was given a tensor, which would lose its derivative; use {_instead(name)}"
        "x.detach().numpy() if no derivative is wanted"
    )


def _instead(name: str) -> str:
    """What to write for ``np.name(x)``, and an "or"; nothing where there is no such function."""
    tinyvision = sys.modules[__package__.partition(".")[0]]  # imported by now, by whoever calls
    ready = _INSTEAD.get(name) or _same_name(tinyvision, name)
    return f"{ready}, or " if ready else ""


def _same_name(tinyvision: Any, name: str) -> str:
    if callable(getattr(tinyvision, name, None)):
        return f"tv.{name}(...)"
    return f"x.{name}(...)" if hasattr(tinyvision.Tensor, name) else ""
