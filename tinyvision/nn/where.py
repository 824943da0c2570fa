"""Which layer an error comes from: its place in the network, added to the error's text.

Only when something went wrong: as the error passes through the calls of the modules, from the
innermost outwards, each puts the name of its part before the path so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..autograd.caller import PACKAGE

if TYPE_CHECKING:
    from .module import Module

NAMED = (ValueError, TypeError, IndexError, RuntimeError)


def name_layer(error: BaseException, module: Module) -> None:
    """Add the layer, or one more step of the path to it, to the text of an error of the package.

    Errors of the user's own code say by their traceback where they come from.
    """
    if type(error) not in NAMED or not (error.args and isinstance(error.args[0], str)):
        return
    text, layer, inner, path = getattr(error, "_layer", (error.args[0], module, module, ""))
    if not hasattr(error, "_layer") and not _raised_here(error):
        return
    if inner is not module:
        step = next((name for name, part in module.named_modules() if part is inner), None)
        path = ".".join(filter(None, (step or "?", path)))
    error._layer = (text, layer, module, path)  # type: ignore[attr-defined]
    place = f"layer {path!r}: " if path else ""
    error.args = (f"{text} (in {place}{layer._get_name()}({layer.extra_repr()}))", *error.args[1:])


def _raised_here(error: BaseException) -> bool:
    """Whether the line that raised it stands in the package."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code.co_filename.startswith(PACKAGE)
