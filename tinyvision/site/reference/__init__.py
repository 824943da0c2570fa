"""The reference: every public name with its signature and its docstring."""

from .pages import write_reference

__all__ = ["write_reference"]
